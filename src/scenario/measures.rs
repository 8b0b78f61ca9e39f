//! Measures that several scenarios share.

use super::find::{CLIENT, bytes_on_wire, retransmissions, round_trips};
use super::{Context, Figure, MeasureSpec, Term, Unit};
use crate::sim::endpoint::Event;
use crate::sim::trace::{EntryId, HostId, Trace, TraceEvent};
use crate::wire::Packet;

/// A bare number.
pub(super) const fn bare(value: u64) -> Figure {
    Figure { value, sum: Vec::new() }
}

/// Packets handed to links.
pub(super) const PACKETS: MeasureSpec = MeasureSpec {
    name: "packets",
    title: "Packets",
    unit: Unit::Count,
    compute: |context| Some(by_sender(context.trace, |_| 1, context.trace.totals.packets)),
};

/// Bytes handed to links, IP headers included.
pub(super) const BYTES_ON_WIRE: MeasureSpec = MeasureSpec {
    name: "bytes-on-wire",
    title: "Bytes on the wire",
    unit: Unit::Bytes,
    compute: |context| {
        let size = |packet: &Packet| u64::from(packet.size());
        Some(by_sender(context.trace, size, bytes_on_wire(context.trace)))
    },
};

/// Packets that sent old bytes again.
pub(super) const RETRANSMISSIONS: MeasureSpec = MeasureSpec {
    name: "retransmissions",
    title: "Retransmissions",
    unit: Unit::Count,
    compute: |context| Some(bare(retransmissions(context.trace))),
};

/// Round trips until the last byte that the client received.
pub(super) const ROUND_TRIPS: MeasureSpec = MeasureSpec {
    name: "round-trips",
    title: "Round trips",
    unit: Unit::Count,
    compute: |context| {
        let first = context.trace.packets().next()?.entry;
        let last = last_data(context, CLIENT)?;
        Some(bare(round_trips(context.trace, first, last)))
    },
};

/// The entry at which a host has the last byte that it gets.
pub(super) fn last_data(context: &Context<'_>, host: HostId) -> Option<EntryId> {
    super::stream::progress(context.trace, host).last().map(|(entry, _)| *entry)
}

fn by_sender(trace: &Trace, part: impl Fn(&Packet) -> u64, value: u64) -> Figure {
    if trace.is_coarse() {
        return bare(value);
    }
    let lanes = trace.hosts.iter().zip(0..).map(|(_, id)| HostId(id));
    let sum = lanes
        .map(|host| Term {
            label: format!("sent by the {}", trace.host(host).name),
            value: trace
                .packets()
                .filter(|packet| packet.from == host)
                .map(|packet| part(&packet.sent.packet))
                .sum(),
        })
        // Of two both are named; of many only those who did something.
        .filter(|term| term.value > 0 || trace.hosts.len() == 2)
        .collect();
    Figure { value, sum }
}

/// The time between two steps, with its sum; none unless both happened.
pub(super) fn between(context: &Context<'_>, from: &str, to: &str) -> Option<Figure> {
    let step = |name| context.steps.iter().find(|step| step.name == name).map(|step| step.entry);
    Some(super::find::span(context.trace, step(from)?, step(to)?))
}

/// The value of a host's metric at an entry: the last one reported up to there.
pub(super) fn metric(trace: &Trace, host: HostId, wanted: &str, until: EntryId) -> Option<u64> {
    let reported = trace.numbered().take_while(|(id, _)| *id <= until);
    reported.filter(|(_, entry)| entry.host == host).fold(None, |last, (_, entry)| {
        match &entry.event {
            TraceEvent::Endpoint(Event::MetricUpdated { name, value, .. }) if *name == wanted => {
                Some(*value)
            }
            _ => last,
        }
    })
}
