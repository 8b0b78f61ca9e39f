//! The bytes of one direction of a stream, or of the handshake.

use std::collections::VecDeque;

use super::ranges::Ranges;
use crate::proto::tcp::buffer::ReceiveBuffer;
use crate::sorted::SortedMap;
use crate::wire::{Payload, Unit};

/// What was written and is not acknowledged.
#[derive(Clone, Debug, Default)]
pub(super) struct Outgoing {
    /// Each write with its first position, in order.
    chunks: VecDeque<(u64, Payload)>,
    /// The messages that begin in it, by position.
    units: VecDeque<(u64, Unit)>,
    /// The position behind the last byte.
    end: u64,
    /// The next position that was never sent.
    next: u64,
    /// What is held for lost: where each stretch ends, and the first packet that carried it.
    lost: SortedMap<u64, (u64, u64)>,
    acked: Ranges,
    fin: Fin,
}

/// The end of a stream.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Fin {
    /// More may be written.
    #[default]
    Open,
    /// It must be sent, for the first time or again.
    Due,
    /// It is on its way.
    Sent,
    /// The peer has it.
    Acked,
}

/// A stretch to be sent.
#[derive(Clone, Debug)]
pub(super) struct Chunk {
    pub(super) offset: u64,
    pub(super) data: Payload,
    pub(super) fin: bool,
    /// The messages that begin in it; offsets count from its start.
    pub(super) units: Vec<Unit>,
    /// The packet that carried it before.
    pub(super) again: Option<u64>,
}

impl Outgoing {
    /// Puts a write at the end.
    pub(super) fn write(&mut self, payload: Payload, units: Vec<Unit>) {
        for unit in units {
            self.units.push_back((self.end + u64::from(unit.offset), unit));
        }
        let len = payload.len();
        if len > 0 {
            self.chunks.push_back((self.end, payload));
            self.end += len;
        }
    }

    /// Nothing more will be written.
    pub(super) fn finish(&mut self) {
        if self.fin == Fin::Open {
            self.fin = Fin::Due;
        }
    }

    /// Where the next stretch begins that is taken.
    pub(super) fn next_offset(&self) -> u64 {
        self.lost.first().map_or(self.next, |(start, _)| *start)
    }

    /// The next position that was never sent.
    pub(super) const fn next(&self) -> u64 {
        self.next
    }

    /// Whether something is held for lost.
    pub(super) const fn has_lost(&self) -> bool {
        !self.lost.is_empty()
    }

    /// Whether there is something to send; new bytes count only below `limit`.
    pub(super) fn is_due(&self, limit: u64) -> bool {
        !self.lost.is_empty() || self.next < self.end.min(limit) || self.fin_due()
    }

    fn fin_due(&self) -> bool {
        self.fin == Fin::Due && self.next == self.end && self.lost.is_empty()
    }

    /// Whether the peer has everything, the end included.
    pub(super) fn is_done(&self) -> bool {
        self.fin == Fin::Acked && self.acked.missing(0, self.end).is_empty()
    }

    /// Takes at most `max` bytes to send, lost ones first, new ones only below `limit`.
    pub(super) fn take(&mut self, max: u64, limit: u64) -> Option<Chunk> {
        if !self.is_due(limit) {
            return None;
        }
        let first = self.lost.first().map(|(start, (end, tag))| (*start, *end, *tag));
        let (start, end, again) = match first {
            Some((start, whole, tag)) => {
                let end = whole.min(start + max);
                self.lost.remove(&start);
                if end < whole {
                    self.lost.insert(end, (whole, tag));
                }
                (start, end, Some(tag))
            }
            None => {
                let start = self.next;
                self.next = self.end.min(limit).max(start).min(start + max);
                (start, self.next, None)
            }
        };
        let fin = self.fin == Fin::Due && end == self.end && self.next == self.end;
        if start == end && !fin {
            return None;
        }
        if fin {
            self.fin = Fin::Sent;
        }
        let units = self.units_in(start, end);
        Some(Chunk { offset: start, data: self.read(start, end), fin, units, again })
    }

    fn read(&self, start: u64, end: u64) -> Payload {
        let first = self.chunks.partition_point(|(at, _)| *at <= start);
        let mut payload = Payload::new();
        for (at, chunk) in self.chunks.iter().skip(first.saturating_sub(1)) {
            if *at >= end {
                break;
            }
            payload.append(&chunk.slice(start.saturating_sub(*at)..end - at));
        }
        payload
    }

    fn units_in(&self, start: u64, end: u64) -> Vec<Unit> {
        let first = self.units.partition_point(|(at, _)| *at < start);
        let begun = self.units.iter().skip(first).take_while(|(at, _)| *at < end);
        begun
            .map(|(at, unit)| {
                let offset = u32::try_from(at - start).unwrap_or(u32::MAX);
                Unit { offset, ..unit.clone() }
            })
            .collect()
    }

    /// The peer has these bytes, and the end if `fin`.
    pub(super) fn on_acked(&mut self, start: u64, end: u64, fin: bool) {
        if fin {
            self.fin = Fin::Acked;
        }
        self.acked.insert(start, end);
        // A packet held for lost may arrive after all: what it carried need not go again.
        let overlaps = |from: u64, to: u64| from < end && to > start;
        let hit: Vec<(u64, (u64, u64))> = self
            .lost
            .iter()
            .filter(|(from, (to, _))| overlaps(**from, *to))
            .map(|(from, rest)| (*from, *rest))
            .collect();
        for (from, (to, tag)) in hit {
            self.lost.remove(&from);
            let left = self.acked.missing(from, to);
            self.lost.extend(left.into_iter().map(|(from, to)| (from, (to, tag))));
        }
        let known =
            self.acked.iter().next().filter(|first| first.0 == 0).map_or(0, |first| first.1);
        while self.chunks.front().is_some_and(|(at, chunk)| at + chunk.len() <= known) {
            self.chunks.pop_front();
        }
        while self.units.front().is_some_and(|(at, _)| *at < known) {
            self.units.pop_front();
        }
    }

    /// These bytes must go again, and the end if `fin`; `tag` is the packet that carried them.
    pub(super) fn on_lost(&mut self, start: u64, end: u64, fin: bool, tag: u64) {
        for (from, to) in self.acked.missing(start, end) {
            let to = self.lost.get(&from).map_or(to, |(known, _)| to.max(*known));
            self.lost.insert(from, (to, tag));
        }
        if fin && self.fin == Fin::Sent {
            self.fin = Fin::Due;
        }
    }

    /// Everything is to be sent anew, as if it never had been.
    pub(super) fn restart(&mut self) {
        self.next = 0;
        self.lost = SortedMap::new();
        if self.fin == Fin::Sent {
            self.fin = Fin::Due;
        }
    }
}

/// What arrived and was not read.
#[derive(Clone, Debug, Default)]
pub(super) struct Incoming {
    buffer: ReceiveBuffer,
    /// All bytes before have arrived.
    next: u64,
    /// The largest position behind a byte that arrived.
    pub(super) highest: u64,
    /// Where the stream ends, once that is known.
    pub(super) final_size: Option<u64>,
    /// Whether the application knows of the end.
    told_end: bool,
}

impl Incoming {
    /// Puts bytes where they belong; returns what can be read now.
    pub(super) fn insert(&mut self, offset: u64, data: &Payload) -> Payload {
        self.highest = self.highest.max(offset + data.len());
        self.next = self.buffer.insert(self.next, offset, data);
        self.buffer.take(u64::MAX)
    }

    /// All bytes before have arrived.
    pub(super) const fn next(&self) -> u64 {
        self.next
    }

    /// Whether the last byte has just been read.
    pub(super) fn take_end(&mut self) -> bool {
        let ends = !self.told_end && self.final_size == Some(self.next);
        self.told_end |= ends;
        ends
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};

    use super::{Incoming, Outgoing};
    use crate::wire::Payload;

    proptest! {
        #[test]
        fn a_stream_arrives_whatever_is_lost(
            fates in proptest::collection::vec((1_u64..40, any::<bool>()), 0..60),
        ) {
            let stream = Payload::pattern(0, 300);
            let (mut here, mut there) = (Outgoing::default(), Incoming::default());
            here.write(stream.clone(), Vec::new());
            here.finish();
            let mut got = Payload::new();
            let sizes = fates.into_iter().chain([(40, true)].into_iter().cycle());
            for (tag, (max, arrives)) in sizes.take(200).enumerate() {
                let Some(chunk) = here.take(max, u64::MAX) else { break };
                let end = chunk.offset + chunk.data.len();
                if arrives {
                    got.append(&there.insert(chunk.offset, &chunk.data));
                    if chunk.fin {
                        there.final_size = Some(end);
                    }
                    here.on_acked(chunk.offset, end, chunk.fin);
                } else {
                    here.on_lost(chunk.offset, end, chunk.fin, tag as u64);
                }
            }
            prop_assert!(here.is_done());
            prop_assert!(there.take_end());
            prop_assert_eq!(got, stream);
        }
    }
}
