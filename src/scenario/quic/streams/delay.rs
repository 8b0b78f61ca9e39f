//! Which streams wait behind a hole, read off the bytes that travelled.

use super::super::stretches;
use super::{CLIENT, REQUEST, SERVER, TCP_PACKET};
use crate::scenario::find::segment;
use crate::scenario::stream::Stream;
use crate::sim::link::Outcome;
use crate::sim::time::nanos;
use crate::sim::trace::{EntryId, PacketView, Trace, TraceEvent};
use crate::sorted::{SortedMap, SortedSet};

/// A stretch of the server's bytes: in which order it belongs, and of which stream it is.
#[derive(Clone, Copy, Debug)]
struct Part {
    /// The order: a stream of QUIC, or the one of TCP.
    order: u64,
    stream: u64,
    start: u64,
    end: u64,
}

/// A moment of the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Who {
    /// The first packet with bytes of an answer is sent.
    First,
    /// The first of them that is lost is sent.
    Lost,
    /// The first arrives that has to wait.
    Waits,
    /// The first that was sent after the lost one arrives and need not wait.
    Passes,
    /// The bytes of the first lost one arrive.
    Repaired,
    /// The last bytes are handed over.
    Last,
}

/// The bytes of answers in a packet of the server. Over TCP the streams take turns segment by
/// segment, so the place says whose they are.
fn parts(trace: &Trace, packet: PacketView<'_>) -> Vec<Part> {
    if packet.from != SERVER {
        return Vec::new();
    }
    match segment(packet) {
        Some(segment) if segment.len > 0 => {
            let start = u64::from(segment.seq);
            let end = start + u64::from(segment.len);
            let count = streams_of(trace);
            // Number 1 is the first byte (the SYN has 0).
            let stream = (start.saturating_sub(1) / TCP_PACKET) % count.max(1);
            vec![Part { order: 0, stream, start, end }]
        }
        Some(_) => Vec::new(),
        None => stretches(&packet.sent.packet)
            .into_iter()
            .map(|part| Part {
                order: part.stream,
                stream: part.stream,
                start: part.start + 1,
                end: part.end + 1,
            })
            .collect(),
    }
}

/// How many streams share the connection: their requests come as one message.
fn streams_of(trace: &Trace) -> u64 {
    let units = trace.packets().filter(|packet| packet.from == CLIENT);
    let mut units = units.flat_map(|packet| packet.sent.packet.about.units.iter());
    units.find(|unit| unit.kind == "request").map_or(1, |unit| unit.len / REQUEST)
}

/// What the client's side of the run looks like.
#[derive(Debug, Default)]
struct Story {
    delayed: SortedSet<u64>,
    waited_ns: u64,
    first_wait: Option<EntryId>,
    passes: Option<EntryId>,
    repaired: Option<EntryId>,
    last: Option<EntryId>,
    lost: Option<(EntryId, Part)>,
}

fn story(trace: &Trace) -> Story {
    let mut story = Story::default();
    for packet in trace.packets() {
        if packet.sent.fate.arrival().is_some() {
            continue;
        }
        for part in parts(trace, packet) {
            story.delayed.insert(part.stream);
            story.lost = story.lost.or(Some((packet.entry, part)));
        }
    }
    let mut orders: SortedMap<u64, Stream> = SortedMap::new();
    for (entry, what) in trace.numbered().filter(|(_, what)| what.host == CLIENT) {
        let TraceEvent::PacketReceived { id, .. } = what.event else { continue };
        let Some(packet) = trace.packet(id) else { continue };
        if !matches!(packet.sent.fate.outcome, Outcome::Delivered { .. }) {
            continue;
        }
        for part in parts(trace, packet) {
            let order = orders.get_or_default(part.order);
            let (start, end) = (low(part.start), low(part.end));
            let behind = start > order.next.max(1);
            let got = order.take(what.at, start, end);
            if behind {
                story.delayed.insert(part.stream);
                story.first_wait = story.first_wait.or(Some(entry));
            }
            let Some((lost_at, lost)) = story.lost.filter(|_| got) else {
                story.last = if got { Some(entry) } else { story.last };
                continue;
            };
            story.last = Some(entry);
            let after = packet.entry > lost_at;
            if after && part.order != lost.order {
                story.passes = story.passes.or(Some(entry));
            }
            if part.order == lost.order && order.next >= low(lost.end) {
                story.repaired = story.repaired.or(Some(entry));
            }
        }
    }
    story.waited_ns = orders.values().map(|order| nanos(order.waited)).sum();
    story
}

fn low(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// The streams of which bytes waited behind a hole, or were lost themselves.
pub(super) fn delayed(trace: &Trace) -> SortedSet<u64> {
    story(trace).delayed
}

/// For how long bytes waited, all orders together, in nanoseconds.
pub(super) fn waited(trace: &Trace) -> u64 {
    story(trace).waited_ns
}

/// The entry of a moment, if it happens.
pub(super) fn holds(trace: &Trace, who: Who) -> Option<EntryId> {
    if who == Who::First {
        return trace
            .packets()
            .find(|packet| !parts(trace, *packet).is_empty())
            .map(|packet| packet.entry);
    }
    let story = story(trace);
    match who {
        Who::First | Who::Lost => story.lost.map(|(entry, _)| entry),
        Who::Waits => story.first_wait,
        Who::Passes => story.passes,
        Who::Repaired => story.repaired,
        Who::Last => story.last,
    }
}
