//! What is sent and not acknowledged, segment by segment: the scoreboard of RFC 6675 section 4.
//!
//! Loss detection marks segments as lost, and sending takes them out of the list of what waits to
//! be sent again. Whoever detects losses (three duplicates, RACK, a time-out) needs no other door.

use core::time::Duration;
use std::collections::VecDeque;
use std::ops::Range;

use super::clock;
use super::delivery::{Newest, Stamp};
use super::rack::Rack;
use crate::sim::time::Instant;
use crate::sorted::{SortedMap, SortedSet};

/// A segment that takes sequence space and is not acknowledged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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
    /// Whether the receiver has said that it has it.
    pub(super) sacked: bool,
    /// Whether its first sending is held for lost.
    pub(super) lost: bool,
    /// Whether a repetition is on its way as far as is known.
    pub(super) again: bool,
    /// What was delivered when it was sent last.
    pub(super) stamp: Stamp,
}

impl SentSegment {
    const fn len(&self) -> u64 {
        self.range.end - self.range.start
    }
}

/// What an acknowledgment tells about the flight. The upper part is the question.
#[derive(Clone, Debug, Default)]
pub(super) struct Heard {
    /// When it came.
    pub(super) now: Instant,
    /// The clock that it echoes.
    pub(super) echo: Option<u32>,
    /// The position behind all that was sent when the last repair began.
    pub(super) recover: u64,
    /// What RACK knows.
    pub(super) rack: Rack,

    /// The newest sending that has arrived.
    pub(super) newest: Newest,
    /// Bytes of data that have arrived and were not known to have.
    pub(super) delivered: u64,
    /// Bytes of the flight that are acknowledged in order.
    pub(super) acked: u64,
    /// Whether it acknowledges something behind a hole for the first time.
    pub(super) sacked: bool,
    /// When the oldest of what is acknowledged in order was sent, if sent once.
    pub(super) oldest_acked: Option<Instant>,
    /// The same behind a hole.
    pub(super) oldest_sacked: Option<Instant>,
    /// Whether something of it was sent twice (Karn).
    pub(super) repeated: bool,
    /// Whether the first sending of something from before the last repair has arrived.
    pub(super) original: bool,
    /// The least position of what arrived late although it was sent once.
    pub(super) late: Option<u64>,
}

impl Heard {
    /// Takes in that a segment has arrived.
    fn arrived(&mut self, segment: &SentSegment) {
        self.delivered += segment.len() - u64::from(segment.fin);
        self.newest.arrived(segment.stamp, segment.last_at);
        let repeated = segment.times > 1;
        if !repeated {
            self.original |= segment.range.end <= self.recover;
            self.late =
                Some(self.late.map_or(segment.range.start, |at| at.min(segment.range.start)));
        }
        self.rack.arrived(self.now, segment.last_at, segment.range.end, repeated);
    }

    /// Whether the echo says that it was the first sending of a segment that arrived.
    fn is_of_the_first(&self, segment: &SentSegment) -> bool {
        let older = |echo: u32| echo.wrapping_sub(clock(segment.last_at)).cast_signed() < 0;
        segment.times > 1 && self.echo.is_some_and(older)
    }
}

/// A sending, in the order of sending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Sending {
    at: Instant,
    start: u64,
    end: u64,
    times: u32,
}

/// What loss detection has found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    /// Whether something is newly held for lost.
    pub(super) lost: bool,
    /// Whether a repetition is.
    pub(super) repetition: bool,
    /// How long until the next may be.
    pub(super) wait: Option<Duration>,
}

/// All segments that are not acknowledged, oldest first.
#[derive(Clone, Debug, Default)]
pub(super) struct Flight {
    segments: VecDeque<SentSegment>,
    /// Sendings by time; those that count no more are dropped when they are met.
    order: VecDeque<Sending>,
    /// Runs that arrived behind a hole: first position, and the one behind.
    runs: SortedMap<u64, u64>,
    /// The first positions of those that are held for lost and not sent again.
    waiting: SortedSet<u64>,
    sacked_bytes: u64,
    lost_bytes: u64,
    /// All bytes that were ever held for lost.
    lost_ever: u64,
    again_bytes: u64,
    /// Up to where the runs behind were counted.
    counted: u64,
}

impl Flight {
    /// Whether all is acknowledged.
    pub(super) fn is_empty(&self) -> bool {
        self.segments.is_empty()
    }

    /// How many segments are not acknowledged.
    pub(super) fn len(&self) -> usize {
        self.segments.len()
    }

    /// The oldest segment.
    pub(super) fn oldest(&self) -> Option<&SentSegment> {
        self.segments.front()
    }

    /// Of `outstanding` bytes those that are in the network as far as is known: RFC 6675's pipe.
    pub(super) const fn pipe(&self, outstanding: u64) -> u64 {
        (outstanding + self.again_bytes).saturating_sub(self.sacked_bytes + self.lost_bytes)
    }

    /// Whether everything was sent once and is in order.
    pub(super) const fn is_orderly(&self) -> bool {
        self.sacked_bytes == 0 && self.lost_bytes == 0 && self.again_bytes == 0
    }

    /// Bytes that arrived behind a hole.
    pub(super) const fn sacked_bytes(&self) -> u64 {
        self.sacked_bytes
    }

    /// Bytes that are held for lost.
    pub(super) const fn lost_bytes(&self) -> u64 {
        self.lost_bytes
    }

    /// All bytes that were ever held for lost, those that were found again included.
    pub(super) const fn lost_ever(&self) -> u64 {
        self.lost_ever
    }

    /// Bytes whose repetition is on its way.
    pub(super) const fn again_bytes(&self) -> u64 {
        self.again_bytes
    }

    /// Whether something lost waits to be sent again.
    pub(super) fn is_waiting(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// The position behind the last byte that arrived behind a hole.
    pub(super) fn highest_sacked(&self) -> Option<u64> {
        self.runs.iter().next_back().map(|(_, end)| *end)
    }

    /// Adds a segment that was sent for the first time.
    pub(super) fn push(&mut self, segment: SentSegment) {
        self.sent(&segment);
        self.segments.push_back(segment);
    }

    fn sent(&mut self, segment: &SentSegment) {
        let SentSegment { range, last_at, times, .. } = segment;
        let (start, end) = (range.start, range.end);
        self.order.push_back(Sending { at: *last_at, start, end, times: *times });
    }

    /// Takes out what lies before `position`. A segment that is acknowledged in part keeps its
    /// rest.
    pub(super) fn acknowledge(&mut self, position: u64, heard: &mut Heard) {
        while let Some(oldest) = self.segments.front_mut() {
            if oldest.range.start >= position {
                break;
            }
            let whole = oldest.range.end <= position;
            let taken = oldest.range.end.min(position) - oldest.range.start;
            heard.acked += taken;
            heard.repeated |= oldest.times > 1;
            if oldest.times == 1 && !oldest.sacked {
                heard.oldest_acked = heard.oldest_acked.or(Some(oldest.last_at));
            }
            self.sacked_bytes -= if oldest.sacked { taken } else { 0 };
            self.lost_bytes -= if oldest.lost { taken } else { 0 };
            self.again_bytes -= if oldest.again { taken } else { 0 };
            let waited = self.waiting.remove(&oldest.range.start);
            if !whole {
                oldest.range.start = position;
                if waited {
                    self.waiting.insert(position);
                }
                break;
            }
            if !oldest.sacked {
                let rack = heard.rack;
                heard.arrived(oldest);
                if heard.is_of_the_first(oldest) {
                    heard.rack = rack;
                }
            }
            self.segments.pop_front();
        }
        self.runs.take_while(|_, end| *end <= position);
        while self.order.front().is_some_and(|sending| sending.end <= position) {
            self.order.pop_front();
        }
    }

    /// Marks what the receiver has behind a hole (RFC 2018 section 4).
    pub(super) fn sack(&mut self, block: &Range<u64>, heard: &mut Heard) {
        let Some((fresh, run)) = self.join(block) else { return };
        for gap in fresh {
            let first = self.segments.partition_point(|segment| segment.range.end <= gap.start);
            for segment in self.segments.range_mut(first..) {
                if segment.range.start >= gap.end {
                    break;
                }
                let inside = run.start <= segment.range.start && segment.range.end <= run.end;
                if !inside || segment.sacked {
                    continue;
                }
                heard.sacked = true;
                heard.arrived(segment);
                if segment.times == 1 {
                    heard.oldest_sacked = heard.oldest_sacked.or(Some(segment.last_at));
                }
                let len = segment.len();
                self.sacked_bytes += len;
                self.lost_bytes -= if segment.lost { len } else { 0 };
                self.again_bytes -= if segment.again { len } else { 0 };
                self.waiting.remove(&segment.range.start);
                segment.sacked = true;
                segment.lost = false;
                segment.again = false;
            }
        }
    }

    /// Joins a block with the runs; returns what of it is new, and the run that it lies in.
    fn join(&mut self, block: &Range<u64>) -> Option<(Vec<Range<u64>>, Range<u64>)> {
        let mut run = block.clone();
        if let Some((start, end)) = self.runs.at_or_before(&block.start)
            && *end >= block.start
        {
            if *end >= block.end {
                return None;
            }
            run.start = *start;
        }
        let mut fresh = Vec::new();
        let mut at = run.start;
        while let Some((&start, &end)) = self.runs.at_or_after(&at)
            && start <= run.end
        {
            if start > at {
                fresh.push(at..start);
            }
            at = end;
            run.end = run.end.max(end);
            self.runs.remove(&start);
        }
        if at < run.end {
            fresh.push(at..run.end);
        }
        self.runs.insert(run.start, run.end);
        Some((fresh, run))
    }

    /// Holds the oldest segment for lost.
    pub(super) fn lose_oldest(&mut self) -> Found {
        let mut found = Found::default();
        self.lose(0, &mut found);
        found
    }

    /// Holds for lost what was sent longer ago than `wait`, and the oldest in any case: a time-out.
    pub(super) fn lose_after_timeout(&mut self, now: Instant, wait: Duration) {
        if self.oldest().is_some_and(|oldest| oldest.sacked) {
            self.forget_sacks();
        }
        let mut found = Found::default();
        for place in 0..self.segments.len() {
            if place == 0 || self.segments[place].last_at + wait <= now {
                self.lose(place, &mut found);
            }
        }
    }

    /// The receiver has thrown away what it said it had (RFC 2018 section 8).
    fn forget_sacks(&mut self) {
        self.segments.iter_mut().for_each(|segment| segment.sacked = false);
        self.sacked_bytes = 0;
        self.runs = SortedMap::default();
    }

    /// Holds for lost what has enough behind it that arrived (RFC 6675 section 4, `IsLost`): three
    /// runs, or more than two segments.
    pub(super) fn lose_by_count(&mut self, mss: u64) -> Found {
        let mut found = Found::default();
        let (mut bytes, mut runs) = (0, 0);
        let enough = self.runs.iter().rev().find(|(start, end)| {
            bytes += **end - **start;
            runs += 1;
            bytes > 2 * mss || runs >= 3
        });
        let Some((&until, _)) = enough else { return found };
        let first = self.segments.partition_point(|segment| segment.range.start < self.counted);
        for place in first..self.segments.len() {
            let segment = &self.segments[place];
            if segment.range.start >= until {
                break;
            }
            if !segment.sacked && !segment.lost {
                self.lose(place, &mut found);
            }
        }
        self.counted = self.counted.max(until);
        found
    }

    /// Holds for lost what was sent before something that has arrived, and long enough ago
    /// (RFC 8985 section 6.2, step 5).
    pub(super) fn lose_by_time(&mut self, now: Instant, rack: &Rack, window: Duration) -> Found {
        let mut found = Found::default();
        let mut undecided = Vec::new();
        while let Some(sending) = self.order.front().copied() {
            if !rack.is_after(sending.at, sending.end) {
                break;
            }
            self.order.pop_front();
            let Some(place) = self.place(sending.start) else { continue };
            let segment = &self.segments[place];
            let stale = segment.times != sending.times || segment.range.end != sending.end;
            if stale || segment.sacked || segment.lost && !segment.again {
                continue;
            }
            let due = sending.at + rack.rtt() + window;
            if due <= now {
                self.lose(place, &mut found);
            } else {
                found.wait = Some(found.wait.unwrap_or_default().max(due - now));
                undecided.push(sending);
            }
        }
        for sending in undecided.into_iter().rev() {
            self.order.push_front(sending);
        }
        found
    }

    fn lose(&mut self, place: usize, found: &mut Found) {
        let Some(segment) = self.segments.get_mut(place) else { return };
        let len = segment.len();
        if segment.sacked {
            return;
        }
        if segment.lost && !segment.again {
            return;
        }
        found.lost = true;
        found.repetition |= segment.again;
        self.lost_ever += len;
        self.lost_bytes += if segment.lost { 0 } else { len };
        self.again_bytes -= if segment.again { len } else { 0 };
        segment.lost = true;
        segment.again = false;
        self.waiting.insert(segment.range.start);
    }

    /// Cuts what has more than `mss` bytes and did not arrive into pieces that wait to be sent
    /// again; returns whether there was anything.
    pub(super) fn cut(&mut self, mss: u64) -> bool {
        let large = |segment: &SentSegment| segment.len() > mss + u64::from(segment.fin);
        if !self.segments.iter().any(|segment| large(segment) && !segment.sacked) {
            return false;
        }
        for segment in core::mem::take(&mut self.segments) {
            if segment.sacked || !large(&segment) {
                self.segments.push_back(segment);
                continue;
            }
            let len = segment.len();
            self.lost_bytes += if segment.lost { 0 } else { len };
            self.again_bytes -= if segment.again { len } else { 0 };
            let mut start = segment.range.start;
            while start < segment.range.end {
                let rest = segment.range.end - start;
                // The FIN goes with the last byte.
                let last = rest <= mss + u64::from(segment.fin);
                let end = if last { segment.range.end } else { start + mss };
                let fin = segment.fin && last;
                let piece =
                    SentSegment { range: start..end, fin, lost: true, again: false, ..segment };
                self.waiting.insert(start);
                self.segments.push_back(piece);
                start = end;
            }
        }
        true
    }

    /// Holds nothing for lost any more.
    pub(super) fn find_all(&mut self) {
        self.segments.iter_mut().for_each(|segment| segment.lost = false);
        self.lost_bytes = 0;
        self.waiting = SortedSet::default();
        // What was dropped from the order because it was held for lost counts again.
        self.order = VecDeque::new();
        let mut sent: Vec<SentSegment> = self.segments.iter().cloned().collect();
        crate::sorted::sort_by_key(&mut sent, |segment| segment.last_at);
        sent.iter().for_each(|segment| self.sent(segment));
        self.counted = 0;
    }

    /// The size of the oldest segment that waits to be sent again.
    pub(super) fn next_waiting_len(&self) -> Option<u64> {
        let segment = &self.segments[self.place(*self.waiting.first()?)?];
        Some(segment.len())
    }

    /// Takes the oldest segment that waits, which is sent again at `now`.
    pub(super) fn resend(&mut self, now: Instant, stamp: Stamp) -> Option<SentSegment> {
        let start = *self.waiting.first()?;
        self.repeat(self.place(start)?, now, stamp)
    }

    /// Takes the newest segment, which is sent again at `now` as a probe.
    pub(super) fn resend_newest(&mut self, now: Instant, stamp: Stamp) -> Option<SentSegment> {
        self.repeat(self.segments.len().checked_sub(1)?, now, stamp)
    }

    fn repeat(&mut self, place: usize, now: Instant, stamp: Stamp) -> Option<SentSegment> {
        let segment = self.segments.get_mut(place)?;
        if !segment.again {
            segment.again = true;
            self.again_bytes += segment.len();
        }
        segment.times += 1;
        segment.last_at = now;
        segment.stamp = stamp;
        let segment = segment.clone();
        self.waiting.remove(&segment.range.start);
        self.sent(&segment);
        Some(segment)
    }

    fn place(&self, start: u64) -> Option<usize> {
        let place = self.segments.partition_point(|segment| segment.range.start < start);
        self.segments
            .get(place)
            .is_some_and(|segment| segment.range.start == start)
            .then_some(place)
    }
}

#[cfg(test)]
mod tests {
    use super::{Flight, Heard, SentSegment, Stamp};
    use crate::sim::time::Instant;
    use core::time::Duration;
    use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};

    proptest! {
        #[test]
        fn the_sums_of_the_scoreboard_are_those_of_its_segments(
            acts in proptest::collection::vec((0_u8..6, any::<u8>(), 1_u8..9), 0..80),
        ) {
            let mut flight = Flight::default();
            let (mut una, mut next) = (0_u64, 0_u64);
            for (place, (act, at, len)) in acts.into_iter().enumerate() {
                let now = Instant::from_millis(place as u64 * 10);
                let mut heard = Heard { now, ..Heard::default() };
                let (at, len) = (una + u64::from(at) * (next - una) / 256, u64::from(len));
                match act {
                    0 | 1 => {
                        let range = next..next + len;
                        next += len;
                        let (first_at, last_at) = (now, now);
                        flight.push(SentSegment { range, first_at, last_at, times: 1, ..SentSegment::default() });
                    }
                    2 => {
                        una = at;
                        flight.acknowledge(una, &mut heard);
                    }
                    3 => flight.sack(&(at..(at + len).min(next).max(at + 1)), &mut heard),
                    4 => flight.lose_after_timeout(now, Duration::from_millis(at % 256)),
                    _ => drop(flight.resend(now, Stamp::default())),
                }
                let sum = |is: fn(&SentSegment) -> bool| -> u64 {
                    flight.segments.iter().filter(|segment| is(segment)).map(SentSegment::len).sum()
                };
                prop_assert_eq!(flight.sacked_bytes(), sum(|segment| segment.sacked));
                prop_assert_eq!(flight.lost_bytes(), sum(|segment| segment.lost));
                prop_assert_eq!(flight.again_bytes(), sum(|segment| segment.again));
                let waiting = flight.segments.iter().filter(|s| s.lost && !s.again);
                prop_assert_eq!(waiting.count(), flight.waiting.len());
                prop_assert!(flight.pipe(next - una) <= next - una + flight.again_bytes());
            }
        }
    }
}
