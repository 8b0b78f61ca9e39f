//! How moments are found in a trace, and how long the way between two of them took.
//!
//! Everything here reads the bytes that travelled, not what anyone meant to send.

use super::{Figure, Term, Unit};
use crate::sim::endpoint::Event;
use crate::sim::link::Outcome;
use crate::sim::time::{Instant, nanos};
use crate::sim::trace::{Entry, EntryId, HostId, PacketId, PacketView, Trace, TraceEvent};
use crate::wire::Packet;

/// The client's lane.
pub(super) const CLIENT: HostId = HostId(0);
/// The server's lane.
pub(super) const SERVER: HostId = HostId(1);

/// Control bits of a segment (RFC 9293 section 3.1).
pub(super) const FIN: u8 = 1;
/// Synchronise sequence numbers.
pub(super) const SYN: u8 = 2;
/// Reset the connection.
pub(super) const RST: u8 = 4;
/// The acknowledgment number counts.
pub(super) const ACK: u8 = 16;

/// A TCP segment of the trace, with numbers counted from the initial ones.
#[derive(Clone, Copy, Debug)]
pub(super) struct Segment<'a> {
    /// The packet that carried it.
    pub(super) packet: PacketView<'a>,
    /// Its control bits.
    pub(super) flags: u8,
    /// Its ports, the sender's first.
    pub(super) ports: (u16, u16),
    /// Its first sequence number.
    pub(super) seq: u32,
    /// Its acknowledgment number; without meaning unless [`ACK`] is set.
    pub(super) ack: u32,
    /// How many bytes of data it carries.
    pub(super) len: u32,
}

impl Segment<'_> {
    /// Whether all of these control bits are set.
    pub(super) const fn has(&self, bits: u8) -> bool {
        self.flags & bits == bits
    }

    /// The sequence number after its data, SYN and FIN not counted.
    pub(super) const fn data_end(&self) -> u32 {
        self.seq.wrapping_add(if self.has(SYN) { 1 } else { 0 }).wrapping_add(self.len)
    }

    /// Whether it carries neither data nor SYN, FIN or RST.
    pub(super) const fn is_pure_ack(&self) -> bool {
        self.len == 0 && self.flags & (SYN | FIN | RST) == 0
    }

    /// Whether it was lost on the way.
    pub(super) const fn is_lost(&self) -> bool {
        self.packet.sent.fate.arrival().is_none()
    }
}

/// Where the TCP header begins: IPv4 without options (RFC 791 section 3.1).
const TCP: usize = 20;

/// The segment in a packet, if the packet has one.
pub(super) fn segment(view: PacketView<'_>) -> Option<Segment<'_>> {
    let packet: &Packet = &view.sent.packet;
    let context = packet.about.tcp?;
    let head = packet.head.get(TCP..)?;
    let word = |at: usize| -> Option<u32> {
        head.get(at..at + 4)?.try_into().ok().map(u32::from_be_bytes)
    };
    let half = |at: usize| -> Option<u16> {
        head.get(at..at + 2)?.try_into().ok().map(u16::from_be_bytes)
    };
    Some(Segment {
        packet: view,
        flags: *head.get(13)?,
        ports: (half(0)?, half(2)?),
        seq: word(4)?.wrapping_sub(context.iss),
        ack: word(8)?.wrapping_sub(context.irs),
        len: u32::try_from(packet.body.len()).ok()?,
    })
}

/// All segments in the order of sending.
pub(super) fn segments(trace: &Trace) -> impl DoubleEndedIterator<Item = Segment<'_>> {
    trace.packets().filter_map(segment)
}

/// The segments that one host sent.
pub(super) fn sent_by(trace: &Trace, host: HostId) -> impl DoubleEndedIterator<Item = Segment<'_>> {
    segments(trace).filter(move |segment| segment.packet.from == host)
}

/// The segments that arrived whole at a host, each with the entry of its arrival, in that order.
pub(super) fn arrivals(
    trace: &Trace,
    host: HostId,
) -> impl DoubleEndedIterator<Item = (EntryId, Segment<'_>)> {
    trace.numbered().filter(move |(_, entry)| entry.host == host).filter_map(|(id, entry)| {
        match entry.event {
            TraceEvent::PacketReceived { id: packet, .. } => {
                let view = trace.packet(packet)?;
                // A damaged packet fails its checksum: for TCP it has not arrived.
                let whole = matches!(view.sent.fate.outcome, Outcome::Delivered { .. });
                whole.then_some((id, segment(view)?))
            }
            TraceEvent::PacketSent(_) | TraceEvent::Endpoint(_) => None,
        }
    })
}

/// The entry at which a packet first arrived.
pub(super) fn arrival_of(trace: &Trace, packet: PacketId) -> Option<EntryId> {
    let sent = trace.packet(packet)?.entry;
    trace
        .numbered()
        .skip(sent.0 as usize)
        .find(|(_, entry)| {
            matches!(entry.event, TraceEvent::PacketReceived { id, .. } if id == packet)
        })
        .map(|(id, _)| id)
}

/// The first entry at which a host reports something of this kind.
pub(super) fn report(trace: &Trace, host: HostId, is: impl Fn(&Event) -> bool) -> Option<EntryId> {
    reports(trace, host, is).next()
}

/// All entries at which a host reports something of this kind.
pub(super) fn reports(
    trace: &Trace,
    host: HostId,
    is: impl Fn(&Event) -> bool,
) -> impl Iterator<Item = EntryId> {
    trace.numbered().filter(move |(_, entry)| entry.host == host).filter_map(move |(id, entry)| {
        match &entry.event {
            TraceEvent::Endpoint(event) if is(event) => Some(id),
            _ => None,
        }
    })
}

/// The first time that a host's TCP enters a state.
pub(super) fn enters(trace: &Trace, host: HostId, state: &str) -> Option<EntryId> {
    report(
        trace,
        host,
        |event| matches!(event, Event::StateUpdated { machine: "tcp", to, .. } if *to == state),
    )
}

/// The first time that a host notes this.
pub(super) fn note(trace: &Trace, host: HostId, wanted: &str) -> Option<EntryId> {
    report(trace, host, |event| matches!(event, Event::Note { name, .. } if *name == wanted))
}

/// When an entry was written; the start if there is none.
pub(super) fn at(trace: &Trace, entry: EntryId) -> Instant {
    trace.entry(entry).map_or(Instant::START, |entry| entry.at)
}

/// The segment that was sent or received at an entry.
pub(super) fn segment_at(trace: &Trace, entry: EntryId) -> Option<Segment<'_>> {
    let id = match &trace.entry(entry)?.event {
        TraceEvent::PacketSent(sent) => sent.id,
        TraceEvent::PacketReceived { id, .. } => *id,
        TraceEvent::Endpoint(_) => return None,
    };
    segment(trace.packet(id)?)
}

/// The first segment after which the peer of `host` has received all of `host`'s numbers below
/// `end`, as `host` learns it: the arrival of the acknowledgment.
pub(super) fn acknowledged(trace: &Trace, host: HostId, end: u32) -> Option<EntryId> {
    arrivals(trace, host)
        .find(|(_, segment)| segment.has(ACK) && segment.ack >= end)
        .map(|(entry, _)| entry)
}

/// How many packets sent old bytes again.
pub(super) fn retransmissions(trace: &Trace) -> u64 {
    trace.totals.retransmissions
}

/// Bytes handed to links.
pub(super) fn bytes_on_wire(trace: &Trace) -> u64 {
    trace.totals.bytes
}

/// The most terms of a sum that stand each for itself; more are added up by their names.
const TERMS_MAX: usize = 12;

/// A stretch of the way from one moment to a later one.
#[derive(Clone, Debug)]
pub(super) struct Leg {
    /// Whether a packet travelled; else someone waited.
    travel: bool,
    label: String,
    value: u64,
}

/// The way from one entry to a later one, leg by leg: each packet's travel, each time-out, each
/// wait. The legs add up to the time between the two, because each begins where the one before it
/// ended: the way follows what caused what, backwards.
fn way(trace: &Trace, from: EntryId, to: EntryId) -> Vec<Leg> {
    let start = at(trace, from);
    let mut legs = Vec::new();
    let mut here = to;
    while at(trace, here) > start {
        let (travel, label, before) = leg(trace, here);
        let before = before.filter(|before| *before < here).unwrap_or(from);
        let began = at(trace, before).max(start);
        let value = nanos(at(trace, here) - began);
        if value > 0 {
            legs.push(Leg { travel, label, value });
        }
        here = before;
    }
    legs.reverse();
    legs
}

/// The sum of the way from one entry to a later one.
pub(super) fn legs(trace: &Trace, from: EntryId, to: EntryId) -> Vec<Term> {
    let legs = way(trace, from, to);
    if legs.len() <= TERMS_MAX {
        return legs.into_iter().map(|Leg { label, value, .. }| Term { label, value }).collect();
    }
    let mut terms: Vec<(u64, Term)> = Vec::new();
    for Leg { label, value, .. } in legs {
        match terms.iter_mut().find(|(_, term)| term.label == label) {
            Some((times, term)) => {
                *times += 1;
                term.value += value;
            }
            None => terms.push((1, Term { label, value })),
        }
    }
    let named = |(times, term): (u64, Term)| match times {
        1 => term,
        _ => Term { label: format!("{times} × {}", term.label), value: term.value },
    };
    terms.into_iter().map(named).collect()
}

/// A length of time between two entries with its sum.
pub(super) fn span(trace: &Trace, from: EntryId, to: EntryId) -> Figure {
    let value = nanos(at(trace, to) - at(trace, from));
    Figure { value, sum: legs(trace, from, to) }
}

/// How many round trips led from one entry to a later one: the packets on that way, by twos.
pub(super) fn round_trips(trace: &Trace, from: EntryId, to: EntryId) -> u64 {
    let packets = way(trace, from, to).iter().filter(|leg| leg.travel).count() as u64;
    packets.div_ceil(2)
}

/// How long nobody travelled on the way from one entry to a later one: time-outs and work.
pub(super) fn waited(trace: &Trace, from: EntryId, to: EntryId) -> u64 {
    way(trace, from, to).iter().filter(|leg| !leg.travel).map(|leg| leg.value).sum()
}

/// What led to an entry: whether a packet travelled, what it was, and where that began.
fn leg(trace: &Trace, here: EntryId) -> (bool, String, Option<EntryId>) {
    let Some(entry) = trace.entry(here) else { return (false, String::new(), None) };
    let host = trace.host(entry.host).title.to_ascii_lowercase();
    match &entry.event {
        TraceEvent::PacketReceived { id, .. } => match trace.packet(*id) {
            Some(packet) => {
                let name = packet.sent.packet.label().name;
                (true, format!("{name} to the {host}"), Some(packet.entry))
            }
            None => (false, String::new(), None),
        },
        TraceEvent::Endpoint(Event::TimerFired { timer, .. }) => {
            let set = trace.numbered().rev().skip_while(|(id, _)| *id >= here).find(|(_, set)| {
                set.host == entry.host
                    && matches!(&set.event, TraceEvent::Endpoint(Event::TimerSet { timer: name, .. })
                        if name == timer)
            });
            (false, timer_words(timer), set.map(|(id, _)| id))
        }
        _ => {
            // Without a cause an application's own clock was at work, since it last heard
            // something.
            let heard = || {
                trace.numbered().rev().skip_while(|(id, _)| *id >= here).find(|(_, before)| {
                    before.host == entry.host
                        && matches!(before.event, TraceEvent::PacketReceived { .. })
                })
            };
            let before = entry.cause.or_else(|| worked(trace, here, entry));
            let before = before.or_else(|| heard().map(|(id, _)| id));
            (false, format!("the {host} works"), before)
        }
    }
}

/// Where the work began that an application has ended at the moment of this entry.
fn worked(trace: &Trace, here: EntryId, entry: &Entry) -> Option<EntryId> {
    let before = || trace.numbered().rev().skip_while(|(id, _)| *id > here);
    let of_host = || before().filter(|(_, one)| one.host == entry.host);
    let noted = |one: &Entry, wanted: &str| match &one.event {
        TraceEvent::Endpoint(Event::Note { name, amount, .. }) if *name == wanted => Some(*amount),
        _ => None,
    };
    let mut now = of_host().take_while(|(_, one)| one.at == entry.at);
    let work = now.find_map(|(_, one)| noted(one, "think-end"))?;
    of_host().find(|(_, one)| noted(one, "think-start") == Some(work)).map(|(id, _)| id)
}

/// What waiting for a timer is called in a sum.
fn timer_words(timer: &str) -> String {
    match timer {
        "handshake" => "time-out of the handshake".to_owned(),
        "lookup" | "query" => "time-out of the question".to_owned(),
        "retransmission" => "retransmission time-out".to_owned(),
        "tail-probe" => "until the tail loss probe".to_owned(),
        "reordering" => "time for disorder".to_owned(),
        "time-wait" => "TIME-WAIT".to_owned(),
        "delayed-ack" => "delayed ACK".to_owned(),
        "pto" => "probe time-out".to_owned(),
        "loss-time" => "9/8 of a round trip".to_owned(),
        _ => format!("{} timer", timer.replace('-', " ")),
    }
}

/// A length as captions say it: `100 ms`, `131 s`.
pub(super) fn ms(nanoseconds: u64) -> String {
    Unit::Milliseconds.shown(nanoseconds).to_string()
}

/// The moment of an entry as captions say it.
pub(super) fn when(trace: &Trace, entry: EntryId) -> String {
    ms(at(trace, entry).as_nanos())
}

/// A number as captions say it: `14,480`.
pub(super) fn thousands(number: u64) -> String {
    Unit::Count.shown(number).number
}

/// A number and its noun: `1 packet`, `2 packets`.
pub(super) fn count(number: u64, noun: &str) -> String {
    let s = if number == 1 { "" } else { "s" };
    format!("{} {noun}{s}", thousands(number))
}
