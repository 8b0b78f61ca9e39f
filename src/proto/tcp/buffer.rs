//! The bytes between the application and the wire.
//!
//! Positions count the bytes of one direction from its SYN, which has position 0; they do not
//! wrap. A sequence number is the initial one plus the position, modulo 2^32.

use std::collections::VecDeque;
use std::ops::Range;

use crate::sorted::SortedMap;
use crate::wire::{Payload, Unit};

/// What was written and is not acknowledged.
#[derive(Clone, Debug)]
pub(super) struct SendBuffer {
    /// Each write with its first position, in order.
    chunks: VecDeque<(u64, Payload)>,
    /// The position behind the last byte.
    end: u64,
    /// The messages that begin in it, by position.
    units: VecDeque<(u64, Unit)>,
}

impl SendBuffer {
    pub(super) const fn new() -> Self {
        Self { chunks: VecDeque::new(), end: 1, units: VecDeque::new() }
    }

    /// The position behind the last byte.
    pub(super) const fn end(&self) -> u64 {
        self.end
    }

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

    /// The bytes at these positions.
    pub(super) fn read(&self, range: &Range<u64>) -> Payload {
        let first = self.chunks.partition_point(|(start, _)| *start <= range.start);
        let mut payload = Payload::new();
        for (start, chunk) in self.chunks.iter().skip(first.saturating_sub(1)) {
            if *start >= range.end {
                break;
            }
            let from = range.start.saturating_sub(*start);
            let part = chunk.slice(from..range.end - start);
            if payload.is_empty() {
                payload = part;
            } else {
                payload.append(&part);
            }
        }
        payload
    }

    /// The messages that begin at these positions; their offsets count from its start.
    pub(super) fn units(&self, range: &Range<u64>) -> Vec<Unit> {
        let first = self.units.partition_point(|(at, _)| *at < range.start);
        let begun = self.units.iter().skip(first).take_while(|(at, _)| *at < range.end);
        begun
            .map(|(at, unit)| {
                let offset = u32::try_from(at - range.start).unwrap_or(u32::MAX);
                Unit { offset, ..unit.clone() }
            })
            .collect()
    }

    /// Forgets everything before `position`.
    pub(super) fn forget(&mut self, position: u64) {
        while self.chunks.front().is_some_and(|(at, chunk)| at + chunk.len() <= position) {
            self.chunks.pop_front();
        }
        while self.units.front().is_some_and(|(at, _)| *at < position) {
            self.units.pop_front();
        }
    }
}

/// What arrived and was not read.
#[derive(Clone, Debug, Default)]
pub(in crate::proto) struct ReceiveBuffer {
    /// In order, waiting for the application.
    ready: Payload,
    /// Behind a hole, by first position; the runs do not overlap.
    beyond: SortedMap<u64, Payload>,
}

impl ReceiveBuffer {
    /// Bytes in order that wait for the application.
    pub(super) fn ready_len(&self) -> u64 {
        self.ready.len()
    }

    /// Whether something lies behind a hole.
    pub(super) fn has_hole(&self) -> bool {
        !self.beyond.is_empty()
    }

    /// Puts bytes that begin at `start` where they belong; returns the next missing position,
    /// which was `next` before.
    pub(in crate::proto) fn insert(&mut self, next: u64, start: u64, payload: &Payload) -> u64 {
        let end = start + payload.len();
        if end <= next {
            return next;
        }
        if start <= next && self.beyond.is_empty() {
            if start == next {
                self.ready.append(payload);
            } else {
                self.ready.append(&payload.slice(next - start..u64::MAX));
            }
            return end;
        }
        self.insert_beyond(start.max(next), &payload.slice(next.saturating_sub(start)..u64::MAX));
        let mut next = next;
        let ready = &mut self.ready;
        self.beyond.take_while(|first, run| {
            let follows = *first == next;
            if follows {
                next += run.len();
                ready.append(run);
            }
            follows
        });
        next
    }

    /// Fills the gaps that `payload` covers; bytes that are there stay (RFC 9293 section
    /// 3.10.7.4: trimmed to what is new).
    fn insert_beyond(&mut self, start: u64, payload: &Payload) {
        let end = start + payload.len();
        let mut at = start;
        if let Some((first, run)) = self.beyond.at_or_before(&start) {
            at = at.max(first + run.len());
        }
        while at < end {
            let following = self.beyond.at_or_after(&at).map(|(first, run)| (*first, run.len()));
            let (gap_end, then) = match following {
                Some((first, len)) if first < end => (first, first + len),
                _ => (end, end),
            };
            if gap_end > at {
                self.beyond.insert(at, payload.slice(at - start..gap_end - start));
            }
            at = then;
        }
    }

    /// Hands over what is in order, `len` bytes of it at most.
    pub(in crate::proto) fn take(&mut self, len: u64) -> Payload {
        if len >= self.ready.len() {
            return core::mem::take(&mut self.ready);
        }
        self.ready.split_to(len)
    }
}

#[cfg(test)]
mod tests {
    use super::{ReceiveBuffer, SendBuffer};
    use crate::wire::Payload;
    use proptest::prelude::{any, prop_assert_eq, proptest};

    #[test]
    fn a_read_spans_writes() {
        let mut buffer = SendBuffer::new();
        buffer.write(Payload::from(&b"abc"[..]), Vec::new());
        buffer.write(Payload::from(&b"defg"[..]), Vec::new());
        assert_eq!(buffer.read(&(2..6)).to_vec(), b"bcde");
        buffer.forget(4);
        assert_eq!(buffer.read(&(4..8)).to_vec(), b"defg");
    }

    proptest! {
        #[test]
        fn pieces_in_any_order_give_the_stream(
            pieces in proptest::collection::vec((0_u64..60, 1_u64..20, any::<bool>()), 0..40),
        ) {
            let stream = Payload::pattern(0, 80);
            let mut buffer = ReceiveBuffer::default();
            let mut next = 1;
            let mut got = Payload::new();
            let whole = [(0, 80, true)];
            for (start, len, _) in pieces.into_iter().chain(whole) {
                next = buffer.insert(next, 1 + start, &stream.slice(start..start + len));
                got.append(&buffer.take(u64::MAX));
                prop_assert_eq!(got.len() + 1, next);
            }
            prop_assert_eq!(got, stream);
            prop_assert_eq!(buffer.has_hole(), false);
        }
    }
}
