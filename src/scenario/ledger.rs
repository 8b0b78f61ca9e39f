//! The ledger: what every run costs, whatever the scenario.
//!
//! Everything is counted from the trace. A byte counts as received by an application when all
//! bytes before it have arrived, for TCP hands over bytes in order (RFC 9293 section 3.4) and
//! the applications here read at once.

use core::time::Duration;

use super::Ledger;
use super::find::{arrivals, at};
use super::stream::Stream;
use crate::sim::endpoint::Event;
use crate::sim::time::{Instant, nanos};
use crate::sim::trace::{HostId, Trace, TraceEvent};
use crate::sorted::SortedMap;

/// Counts what a run costs; `rtt` is the round-trip time of its path.
pub(super) fn ledger(trace: &Trace, rtt: Duration) -> Ledger {
    let totals = trace.totals;
    let mut ledger = Ledger {
        packets: totals.packets,
        bytes_on_wire: totals.bytes,
        retransmissions: totals.retransmissions,
        lost: totals.lost,
        ..Ledger::default()
    };
    let mut streams: SortedMap<(HostId, u16, u16), Stream> = SortedMap::new();
    for host in trace.hosts.iter().zip(0..).map(|(_, id)| HostId(id)) {
        for (entry, segment) in arrivals(trace, host) {
            let key = (host, segment.ports.0, segment.ports.1);
            streams.get_or_default(key).receive(at(trace, entry), &segment);
        }
    }
    let start = trace.packets().next().map_or(Instant::START, |packet| packet.at);
    let since_start = |at: Instant| nanos(at - start);
    ledger.first_byte_ns = streams.values().filter_map(|s| s.first).min().map(since_start);
    ledger.last_byte_ns = streams.values().filter_map(|s| s.last).max().map(since_start);
    ledger.head_of_line_ns = streams.values().map(|stream| nanos(stream.waited)).sum();
    if trace.is_coarse() {
        let (last, waited) = sampled(trace);
        ledger.last_byte_ns = last.map(since_start);
        ledger.head_of_line_ns = waited;
    }
    ledger.header_ppm = ((ledger.bytes_on_wire - totals.payload) * 1_000_000)
        .checked_div(ledger.bytes_on_wire)
        .unwrap_or(0);
    let last = u128::from(ledger.last_byte_ns.unwrap_or(0)) * 1_000;
    ledger.round_trips_milli =
        last.checked_div(rtt.as_nanos()).and_then(|n| u64::try_from(n).ok()).unwrap_or(0);
    ledger
}

/// When bytes were received last, as far as the samples tell, and for how long bytes have waited.
fn sampled(trace: &Trace) -> (Option<Instant>, u64) {
    let mut last = None;
    let mut waited: SortedMap<(HostId, u32), u64> = SortedMap::new();
    for entry in &trace.entries {
        match &entry.event {
            TraceEvent::Endpoint(Event::MetricUpdated { name: "received", .. }) => {
                last = Some(entry.at);
            }
            TraceEvent::Endpoint(Event::MetricUpdated {
                name: "head-of-line",
                value,
                connection,
                ..
            }) => {
                waited.insert((entry.host, *connection), *value);
            }
            _ => {}
        }
    }
    (last, waited.values().sum())
}
