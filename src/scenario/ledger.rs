//! The ledger: what every run costs, whatever the scenario.
//!
//! Everything is counted from the trace. A byte counts as received by an application when all
//! bytes before it have arrived, for TCP hands over bytes in order (RFC 9293 section 3.4), as each
//! stream of QUIC does (RFC 9000 section 2.2), and the applications here read at once. A datagram
//! of DNS or without a name counts as it arrives.

use core::time::Duration;

use super::Ledger;
use super::find::{arrivals, at};
use super::stream::Stream;
use crate::sim::endpoint::Event;
use crate::sim::link::Outcome;
use crate::sim::time::{Instant, nanos};
use crate::sim::trace::{HostId, PacketView, Trace, TraceEvent};
use crate::sorted::SortedMap;
use crate::wire::Protocol;

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
    let quic = super::quic::received(trace);
    let streams = || streams.values().chain(quic.values());
    let datagrams: Vec<Instant> =
        trace.packets().filter_map(|packet| datagram(trace, packet)).collect();
    let start = trace.packets().next().map_or(Instant::START, |packet| packet.at);
    let since_start = |at: Instant| nanos(at - start);
    let first = streams().filter_map(|s| s.first).min();
    let last = streams().filter_map(|s| s.last).max();
    let earliest = datagrams.iter().copied().min();
    let latest = datagrams.iter().copied().max();
    ledger.first_byte_ns = first.into_iter().chain(earliest).min().map(since_start);
    ledger.last_byte_ns = last.into_iter().chain(latest).max().map(since_start);
    ledger.head_of_line_ns = streams().map(|stream| nanos(stream.waited)).sum();
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

/// When a datagram arrives whole whose bytes are an application's own; QUIC's are not.
fn datagram(trace: &Trace, packet: PacketView<'_>) -> Option<Instant> {
    let carried = &packet.sent.packet;
    carried.datagram()?;
    // Who only passes it on is no application.
    if carried.head.get(16..20) != Some(&trace.host(packet.sent.to).address[..]) {
        return None;
    }
    let protocol = carried.label().protocol;
    let own = matches!(protocol, Protocol::Dns | Protocol::Udp | Protocol::Data);
    match packet.sent.fate.outcome {
        Outcome::Delivered { at } if own => Some(at),
        _ => None,
    }
}
