//! What an application gets, and when: TCP hands over bytes in order (RFC 9293 section 3.4).

use core::time::Duration;

use super::find::{SYN, Segment, arrivals, at};
use crate::sim::time::Instant;
use crate::sim::trace::{EntryId, HostId, Trace};
use crate::sorted::SortedMap;

/// One direction of one connection, as its receiver sees it.
#[derive(Debug, Default)]
pub(super) struct Stream {
    /// All numbers below this have arrived.
    pub(super) next: u32,
    /// What arrived behind a hole: start and end of each stretch.
    waiting: SortedMap<u32, u32>,
    /// Since when something waits.
    since: Option<Instant>,
    /// For how long something has waited.
    pub(super) waited: Duration,
    /// When the first byte was handed over.
    pub(super) first: Option<Instant>,
    /// When the last byte so far was handed over.
    pub(super) last: Option<Instant>,
}

impl Stream {
    /// Takes a segment that arrived; returns whether the application got something of it.
    pub(super) fn receive(&mut self, at: Instant, segment: &Segment<'_>) -> bool {
        let start = if segment.has(SYN) { segment.seq.wrapping_add(1) } else { segment.seq };
        self.take(at, start, segment.data_end())
    }

    /// Takes the bytes from `start` to before `end`, numbered from 1; returns whether the
    /// application got something of them.
    pub(super) fn take(&mut self, at: Instant, start: u32, end: u32) -> bool {
        self.next = self.next.max(1);
        if end <= self.next {
            return false;
        }
        if start > self.next {
            let stretch = self.waiting.get_or_insert_with(start, || end);
            *stretch = end.max(*stretch);
            self.since.get_or_insert(at);
            return false;
        }
        self.next = end;
        let next = &mut self.next;
        self.waiting.take_while(|start, end| {
            let joins = *start <= *next;
            if joins {
                *next = (*next).max(*end);
            }
            joins
        });
        self.first.get_or_insert(at);
        self.last = Some(at);
        if let Some(since) = self.since.take() {
            self.waited += at - since;
            if !self.waiting.is_empty() {
                self.since = Some(at);
            }
        }
        true
    }
}

/// The arrivals at which a host's application got new bytes, each with the number of the next
/// byte that it waited for afterwards. For hosts with one connection.
pub(super) fn progress(trace: &Trace, host: HostId) -> Vec<(EntryId, u32)> {
    let mut stream = Stream::default();
    arrivals(trace, host)
        .filter(|(_, segment)| segment.len > 0)
        .filter_map(|(entry, segment)| {
            stream.receive(at(trace, entry), &segment).then_some((entry, stream.next))
        })
        .collect()
}
