//! What is sent and not acknowledged, segment by segment.
//!
//! Loss detection marks segments as lost, and sending takes the marks away. Whoever detects
//! losses (three duplicates, a time-out) needs no other door.

use std::collections::VecDeque;
use std::ops::Range;

use crate::sim::time::Instant;
use crate::sorted::SortedSet;

/// A segment that takes sequence space and is not acknowledged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SentSegment {
    /// Its positions, those of FIN included.
    pub(super) range: Range<u64>,
    /// Whether its last position is a FIN.
    pub(super) fin: bool,
    /// When it was sent first.
    pub(super) first_at: Instant,
    /// When it was sent last.
    pub(super) last_at: Instant,
    /// The tag of its first packet.
    pub(super) tag: u64,
    /// How often it was sent.
    pub(super) times: u32,
}

/// What an acknowledgment took out of the flight.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Removed {
    /// When the oldest of it was sent, unless something of it was sent twice (Karn).
    pub(super) sample: Option<Instant>,
    /// Whether something of it was sent twice.
    pub(super) retransmitted: bool,
}

/// All segments that are not acknowledged, oldest first.
#[derive(Clone, Debug, Default)]
pub(super) struct Flight {
    segments: VecDeque<SentSegment>,
    /// The first positions of those that are held for lost and not sent again.
    lost: SortedSet<u64>,
    lost_bytes: u64,
}

impl Flight {
    /// Whether all is acknowledged.
    pub(super) fn is_empty(&self) -> bool {
        self.segments.is_empty()
    }

    /// The oldest segment.
    pub(super) fn oldest(&self) -> Option<&SentSegment> {
        self.segments.front()
    }

    /// Bytes held for lost and not sent again.
    pub(super) const fn lost_bytes(&self) -> u64 {
        self.lost_bytes
    }

    /// Adds a segment that was sent for the first time.
    pub(super) fn push(&mut self, segment: SentSegment) {
        self.segments.push_back(segment);
    }

    /// Takes out what lies before `position`. A segment that is acknowledged in part keeps its
    /// rest.
    pub(super) fn acknowledge(&mut self, position: u64) -> Removed {
        let mut removed = Removed::default();
        while let Some(oldest) = self.segments.front_mut() {
            if oldest.range.start >= position {
                break;
            }
            removed.retransmitted |= oldest.times > 1;
            removed.sample = removed.sample.or(Some(oldest.last_at));
            let whole = oldest.range.end <= position;
            let taken = oldest.range.end.min(position) - oldest.range.start;
            if self.lost.remove(&oldest.range.start) {
                self.lost_bytes -= taken;
                if !whole {
                    self.lost.insert(position);
                }
            }
            if whole {
                self.segments.pop_front();
            } else {
                oldest.range.start = position;
            }
        }
        if removed.retransmitted {
            removed.sample = None;
        }
        removed
    }

    /// Holds the oldest segment for lost.
    pub(super) fn lose_oldest(&mut self) {
        if let Some(oldest) = self.segments.front()
            && self.lost.insert(oldest.range.start)
        {
            self.lost_bytes += oldest.range.end - oldest.range.start;
        }
    }

    /// Holds everything for lost.
    pub(super) fn lose_all(&mut self) {
        self.lost = self.segments.iter().map(|segment| segment.range.start).collect();
        self.lost_bytes =
            self.segments.iter().map(|segment| segment.range.end - segment.range.start).sum();
    }

    /// The size of the oldest segment that is held for lost.
    pub(super) fn next_lost_len(&self) -> Option<u64> {
        let segment = &self.segments[self.place(*self.lost.first()?)?];
        Some(segment.range.end - segment.range.start)
    }

    /// Takes the mark off the oldest lost segment, which is sent again at `now`.
    pub(super) fn resend(&mut self, now: Instant) -> Option<SentSegment> {
        let start = *self.lost.first()?;
        self.lost.remove(&start);
        let place = self.place(start)?;
        let segment = self.segments.get_mut(place)?;
        self.lost_bytes -= segment.range.end - segment.range.start;
        segment.times += 1;
        segment.last_at = now;
        Some(segment.clone())
    }

    fn place(&self, start: u64) -> Option<usize> {
        let place = self.segments.partition_point(|segment| segment.range.start < start);
        (place < self.segments.len()).then_some(place)
    }
}
