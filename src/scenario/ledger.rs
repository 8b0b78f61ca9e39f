//! The ledger: what every run costs, whatever the scenario.
//!
//! Everything is counted from the trace. A byte counts as received by an application when all
//! bytes before it have arrived, for TCP hands over bytes in order (RFC 9293 section 3.4) and
//! the applications here read at once.

use core::time::Duration;
use std::collections::BTreeMap;

use super::Ledger;
use super::find::{SYN, Segment, segments};
use crate::sim::link::Outcome;
use crate::sim::time::{Instant, nanos};
use crate::sim::trace::{HostId, Trace};

/// One direction of one connection, as its receiver sees it.
#[derive(Debug, Default)]
struct Stream {
    /// All numbers below this have arrived.
    next: u32,
    /// What arrived behind a hole: start and end of each stretch.
    waiting: BTreeMap<u32, u32>,
    /// Since when something waits.
    since: Option<Instant>,
    /// For how long something has waited.
    waited: Duration,
    /// When the first byte was handed over.
    first: Option<Instant>,
    /// When the last byte so far was handed over.
    last: Option<Instant>,
}

impl Stream {
    fn receive(&mut self, at: Instant, segment: &Segment<'_>) {
        let start = if segment.has(SYN) { segment.seq.wrapping_add(1) } else { segment.seq };
        let end = segment.data_end();
        self.next = self.next.max(1);
        if end <= self.next {
            return;
        }
        if start > self.next {
            let stretch = self.waiting.entry(start).or_insert(end);
            *stretch = end.max(*stretch);
            self.since.get_or_insert(at);
            return;
        }
        self.next = end;
        while let Some(stretch) = self.waiting.first_entry().filter(|s| *s.key() <= self.next) {
            self.next = self.next.max(stretch.remove());
        }
        self.first.get_or_insert(at);
        self.last = Some(at);
        if let Some(since) = self.since.take() {
            self.waited += at - since;
            if !self.waiting.is_empty() {
                self.since = Some(at);
            }
        }
    }
}

/// Counts what a run costs; `rtt` is the round-trip time of its path.
pub(super) fn ledger(trace: &Trace, rtt: Duration) -> Ledger {
    let mut ledger = Ledger::default();
    let mut streams: BTreeMap<(HostId, u16, u16), Stream> = BTreeMap::new();
    let mut arrived = Vec::new();
    let mut payload = 0;
    for packet in trace.packets() {
        ledger.packets += 1;
        ledger.bytes_on_wire += u64::from(packet.sent.packet.size());
        payload += packet.sent.packet.body.len();
        ledger.retransmissions += u64::from(packet.sent.retransmits.is_some());
        ledger.lost += u64::from(packet.sent.fate.arrival().is_none());
    }
    for segment in segments(trace).filter(|segment| segment.len > 0) {
        // A damaged segment arrives, and its receiver throws it away.
        if let Outcome::Delivered { at } = segment.packet.sent.fate.outcome {
            arrived.push((at, segment));
        }
    }
    arrived.sort_by_key(|(at, segment)| (*at, segment.packet.sent.id));
    for (at, segment) in &arrived {
        let key = (segment.packet.from, segment.ports.0, segment.ports.1);
        streams.entry(key).or_default().receive(*at, segment);
    }
    let start = trace.packets().next().map_or(Instant::START, |packet| packet.at);
    let since_start = |at: Instant| nanos(at - start);
    ledger.first_byte_ns = streams.values().filter_map(|s| s.first).min().map(since_start);
    ledger.last_byte_ns = streams.values().filter_map(|s| s.last).max().map(since_start);
    ledger.head_of_line_ns = streams.values().map(|stream| nanos(stream.waited)).sum();
    ledger.header_ppm = ((ledger.bytes_on_wire - payload) * 1_000_000)
        .checked_div(ledger.bytes_on_wire)
        .unwrap_or(0);
    let last = u128::from(ledger.last_byte_ns.unwrap_or(0)) * 1_000;
    ledger.round_trips_milli =
        last.checked_div(rtt.as_nanos()).and_then(|n| u64::try_from(n).ok()).unwrap_or(0);
    ledger
}
