//! Messages of TLS in a trace.

use crate::scenario::find::{CLIENT, SERVER, Segment, note, segments};
use crate::scenario::measures::bare;
use crate::scenario::stream::progress;
use crate::scenario::{Context, Figure, MeasureSpec, Term, Unit as Counts};
use crate::sim::trace::{EntryId, HostId, Trace};
use crate::wire::{Protocol, Unit};

/// A message and the segment in which it begins.
#[derive(Clone, Copy, Debug)]
pub(in crate::scenario) struct Message<'a> {
    pub(in crate::scenario) segment: Segment<'a>,
    pub(in crate::scenario) unit: &'a Unit,
}

/// The first sendings of all messages of a kind that a host sends.
pub(in crate::scenario) fn sent<'a>(
    trace: &'a Trace,
    host: HostId,
    kind: &'a str,
) -> impl Iterator<Item = Message<'a>> {
    let first = |segment: &Segment<'_>| segment.packet.sent.retransmits.is_none();
    segments(trace).filter(move |segment| segment.packet.from == host).filter(first).flat_map(
        move |segment| {
            let units = segment.packet.sent.packet.about.units.iter();
            let of_kind = units.filter(move |unit| unit.kind == kind);
            of_kind.map(move |unit| Message { segment, unit })
        },
    )
}

/// The entry at which a message of a kind is first sent by a host.
pub(in crate::scenario) fn sending(trace: &Trace, host: HostId, kind: &str) -> Option<EntryId> {
    sent(trace, host, kind).next().map(|message| message.segment.packet.entry)
}

/// The arrival after which the other side has the whole of a host's first message of a kind.
pub(in crate::scenario) fn arrival(trace: &Trace, host: HostId, kind: &str) -> Option<EntryId> {
    let message = sent(trace, host, kind).next()?;
    let len = u32::try_from(message.unit.len).ok()?;
    let end = message.segment.seq.wrapping_add(message.unit.offset).wrapping_add(len);
    let peer = if host == CLIENT { SERVER } else { CLIENT };
    let arrived = progress(trace, peer).into_iter().find(|(_, next)| *next >= end);
    arrived.map(|(entry, _)| entry)
}

/// The message of a kind that a packet of this entry brings, if it does.
pub(in crate::scenario) fn unit_at<'a>(
    trace: &'a Trace,
    entry: EntryId,
    kind: &str,
) -> Option<&'a Unit> {
    let segment = crate::scenario::find::segment_at(trace, entry)?;
    segment.packet.sent.packet.about.units.iter().find(|unit| unit.kind == kind)
}

/// The moment at which a side may send under the keys of the connection.
pub(in crate::scenario) fn complete(trace: &Trace, host: HostId) -> Option<EntryId> {
    note(trace, host, "handshake-complete")
}

/// The bytes of TLS's own messages, flight by flight: who sends and how much. Data of the
/// application is left out.
pub(in crate::scenario) fn flights(trace: &Trace) -> Vec<(HostId, u64)> {
    let mut flights: Vec<(HostId, u64)> = Vec::new();
    let mut data = [false; 2];
    for segment in segments(trace).filter(|segment| segment.len > 0) {
        let host = segment.packet.from;
        let Some(data) = data.get_mut(usize::from(host.0)) else { continue };
        if segment.packet.sent.retransmits.is_some() {
            continue;
        }
        if let Some(unit) = segment.packet.sent.packet.about.units.first() {
            *data = unit.protocol != Protocol::Tls;
        }
        if *data {
            continue;
        }
        match flights.last_mut() {
            Some(last) if last.0 == host => last.1 += u64::from(segment.len),
            _ => flights.push((host, u64::from(segment.len))),
        }
    }
    flights
}

fn flight(context: &Context<'_>, place: usize) -> Option<Figure> {
    flights(context.trace).get(place).map(|(_, bytes)| bare(*bytes))
}

/// The first flight.
pub(in crate::scenario) const FLIGHT_1: MeasureSpec = MeasureSpec {
    name: "flight-1",
    title: "First flight, client",
    unit: Counts::Bytes,
    compute: |context| flight(context, 0),
};
/// The second flight.
pub(in crate::scenario) const FLIGHT_2: MeasureSpec = MeasureSpec {
    name: "flight-2",
    title: "Second flight, server",
    unit: Counts::Bytes,
    compute: |context| flight(context, 1),
};
/// The third flight.
pub(in crate::scenario) const FLIGHT_3: MeasureSpec = MeasureSpec {
    name: "flight-3",
    title: "Third flight, client",
    unit: Counts::Bytes,
    compute: |context| flight(context, 2),
};
/// The fourth flight.
pub(in crate::scenario) const FLIGHT_4: MeasureSpec = MeasureSpec {
    name: "flight-4",
    title: "Fourth flight, server",
    unit: Counts::Bytes,
    compute: |context| flight(context, 3),
};

/// Messages that a listener on the path can read, each with its number of bytes.
pub(in crate::scenario) const READABLE: MeasureSpec = MeasureSpec {
    name: "readable",
    title: "Handshake that a listener can read",
    unit: Counts::Bytes,
    compute: |context| {
        let mut sum: Vec<Term> = Vec::new();
        for packet in context.trace.packets().filter(|packet| packet.sent.retransmits.is_none()) {
            for layer in packet.sent.packet.layers() {
                if layer.protocol != Protocol::Tls || layer.keys.is_some() {
                    continue;
                }
                let kinds = layer.fields.iter().filter(|field| field.spec.name == "handshake-type");
                let names: Vec<&str> = kinds.map(|field| field.shown.as_str()).collect();
                let value = u64::from(layer.size);
                match (names.as_slice(), sum.last_mut()) {
                    ([], Some(last)) if value > 6 => last.value += value,
                    ([], _) => {}
                    (names, _) => sum.push(Term { label: names.join(", "), value }),
                }
            }
        }
        Some(Figure { value: sum.iter().map(|term| term.value).sum(), sum })
    },
};
