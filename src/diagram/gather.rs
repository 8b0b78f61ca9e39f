//! What is to be drawn: single messages and bands, in the order of sending.

use super::options::LayoutOptions;
use super::parts::{Ending, Pen};
use super::words;
use crate::sim::link::Outcome;
use crate::sim::time::{Instant, nanos};
use crate::sim::trace::{EntryId, HostId, PacketId, PacketView, Trace, TraceEvent};
use crate::sorted::{SortedMap, sort_by_key};

/// A message that has no place yet.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub packets: Vec<PacketId>,
    pub from: HostId,
    pub to: HostId,
    pub pen: Pen,
    pub ending: Ending,
    pub sent: Instant,
    /// When the last of a band is sent.
    pub last_sent: Instant,
    /// When the first of a band arrives.
    pub first_end: Instant,
    pub end: Instant,
    /// The packet whose arrival made this one be sent at the same moment.
    pub after: Option<PacketId>,
    pub copied: bool,
    pub name: String,
    pub detail: String,
    /// It is drawn from the cross of the live packet on: the rest of a way not travelled.
    pub rest_of: Option<PacketId>,
}

impl Draft {
    /// Whether it reaches the receiver's lane.
    pub(super) const fn arrives(&self) -> bool {
        !matches!(self.ending, Ending::Lost(_))
    }
}

/// All drafts and what they have in common.
#[derive(Debug)]
pub(super) struct Drafts {
    pub drafts: Vec<Draft>,
    /// Packets that the filter hides.
    pub hidden: u32,
    /// The commonest one-way trip.
    pub trip: u64,
    /// The shortest one-way trip.
    pub shortest: u64,
}

/// The most ghosts, so that what was never hides what is.
const GHOSTS_MAX: usize = 6;

/// A kind of packet that joins others of its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Sort {
    Data,
    Ack,
    Single,
}

fn sort(packet: &PacketView<'_>, kind: &str) -> Sort {
    match kind {
        "syn" | "syn-ack" | "fin" | "rst" | "probe" => Sort::Single,
        "ack" => Sort::Ack,
        _ if packet.sent.packet.body.is_empty() => Sort::Single,
        _ => Sort::Data,
    }
}

/// Whether a packet has the same fate as most, so that it may disappear in a band.
fn is_plain(packet: &PacketView<'_>) -> bool {
    let fate = &packet.sent.fate;
    matches!(fate.outcome, Outcome::Delivered { .. })
        && fate.copy.is_none()
        && packet.sent.retransmits.is_none()
}

/// A packet with what the layout reads off it.
struct Seen<'a> {
    packet: PacketView<'a>,
    sort: Sort,
    /// Payload that the sender has sent so far, this packet included, repetitions left out.
    total: u64,
    /// A step happens when it is sent or arrives.
    kept: bool,
    /// Its fate is that of most.
    plain: bool,
    /// An application message begins in it.
    heads: bool,
}

/// Reads the messages off a trace; bursts of `bundle` packets become bands.
pub(super) fn gather(trace: &Trace, options: &LayoutOptions<'_>, bundle: u32) -> Drafts {
    let (trip, shortest) = trips(trace);
    let kept = step_packets(trace, options);
    let mut hidden = 0;
    let mut totals: SortedMap<HostId, u64> = SortedMap::new();
    let mut bursts: SortedMap<(HostId, HostId, Sort), Vec<Seen<'_>>> = SortedMap::new();
    let mut drafts = Vec::new();
    for packet in trace.packets() {
        let kind = packet.sent.packet.label().kind;
        let sort = sort(&packet, &kind);
        let total = totals.get_or_default(packet.from);
        if packet.sent.retransmits.is_none() {
            *total += packet.sent.packet.body.len();
        }
        if options.hide.contains(&kind.as_str()) {
            hidden += 1;
            continue;
        }
        let seen = Seen {
            packet,
            sort,
            total: *total,
            kept: kept.contains(&packet.sent.id),
            plain: is_plain(&packet),
            heads: !matches!(kind.as_str(), "data" | "ack"),
        };
        let key = (packet.from, packet.sent.to, sort);
        let burst = bursts.get_or_default(key);
        if sort == Sort::Single || !continues(burst, &seen, trip) {
            flush(trace, std::mem::take(burst), bundle, &mut drafts);
        }
        burst.push(seen);
    }
    for (_, burst) in bursts {
        flush(trace, burst, bundle, &mut drafts);
    }
    sort_by_key(&mut drafts, |draft| draft.packets.first().copied());
    Drafts { drafts, hidden, trip, shortest }
}

/// Whether a packet follows closely enough to be of the same burst.
fn continues(burst: &[Seen<'_>], next: &Seen<'_>, trip: u64) -> bool {
    let (Some(first), Some(last)) = (burst.first(), burst.last()) else { return false };
    let close = nanos(next.packet.at - last.packet.at) <= trip / 4;
    let short = nanos(next.packet.at - first.packet.at) <= trip + trip / 2;
    let plain = burst.iter().rev().find(|seen| seen.plain);
    let ends = |seen: &Seen<'_>| seen.packet.sent.fate.end();
    let in_order = !next.plain || plain.is_none_or(|last| ends(last) <= ends(next));
    close && short && in_order
}

/// Turns a burst into bands where it is long enough, else into single messages. A packet with a
/// fate or a moment of its own stands alone between two bands.
fn flush(trace: &Trace, burst: Vec<Seen<'_>>, bundle: u32, drafts: &mut Vec<Draft>) {
    let last = burst.len().saturating_sub(1);
    let long = burst.len() as u64 >= u64::from(bundle.max(2));
    let finish = |piece: &mut Vec<Seen<'_>>, drafts: &mut Vec<Draft>| {
        let piece = std::mem::take(piece);
        if long && piece.len() > 1 {
            drafts.extend(band(trace, &piece));
        } else {
            drafts.extend(piece.iter().map(|seen| single(trace, &seen.packet)));
        }
    };
    let mut piece: Vec<Seen<'_>> = Vec::new();
    for (place, seen) in burst.into_iter().enumerate() {
        let apart = seen.kept && place > 0 && place < last && !seen.heads;
        if apart || !seen.plain {
            finish(&mut piece, drafts);
            drafts.push(single(trace, &seen.packet));
            continue;
        }
        if seen.heads {
            finish(&mut piece, drafts);
        }
        piece.push(seen);
    }
    finish(&mut piece, drafts);
}

fn single(trace: &Trace, packet: &PacketView<'_>) -> Draft {
    let label = packet.sent.packet.label();
    let fate = &packet.sent.fate;
    let ending = match fate.outcome {
        Outcome::Delivered { .. } => Ending::Arrives,
        Outcome::Corrupted { .. } => Ending::Damaged,
        Outcome::Dropped { reason, .. } => Ending::Lost(words::lost(reason)),
    };
    Draft {
        packets: vec![packet.sent.id],
        from: packet.from,
        to: packet.sent.to,
        pen: Pen::of(label.protocol),
        ending,
        sent: packet.at,
        last_sent: packet.at,
        first_end: fate.end(),
        end: fate.end(),
        after: arrival_before(trace, packet),
        copied: fate.copy.is_some(),
        name: label.name,
        detail: words::grouped(&label.detail),
        rest_of: None,
    }
}

fn band(trace: &Trace, piece: &[Seen<'_>]) -> Option<Draft> {
    let (first, last) = (piece.first()?, piece.last()?);
    let count = words::count(piece.len() as u64);
    let mut draft = single(trace, &first.packet);
    draft.packets = piece.iter().map(|seen| seen.packet.sent.id).collect();
    draft.last_sent = last.packet.at;
    draft.end = last.packet.sent.fate.end();
    draft.pen = Pen::of(last.packet.sent.packet.label().protocol);
    let total = format!("total {}\u{a0}B", words::count(last.total));
    (draft.name, draft.detail) = match (first.sort, first.heads) {
        (Sort::Ack, _) => (format!("{count} ACKs"), String::new()),
        (_, true) => (draft.name, format!("{count} segments, {total}")),
        (_, false) => (format!("{count} segments"), total),
    };
    Some(draft)
}

/// The packet whose arrival caused this one, if it left at once.
fn arrival_before(trace: &Trace, packet: &PacketView<'_>) -> Option<PacketId> {
    let cause = trace.entry(packet.cause?)?;
    match cause.event {
        TraceEvent::PacketReceived { id, .. } if cause.at == packet.at => Some(id),
        _ => None,
    }
}

/// The commonest and the shortest time on the way, in nanoseconds; 1 ms without any packet.
fn trips(trace: &Trace) -> (u64, u64) {
    let mut times: Vec<u64> = trace
        .packets()
        .filter_map(|packet| Some(nanos(packet.sent.fate.arrival()? - packet.at)))
        .filter(|time| *time > 0)
        .collect();
    if times.is_empty() {
        let halves = trace.packets().map(|packet| nanos(packet.sent.fate.end() - packet.at) * 2);
        times.extend(halves.filter(|time| *time > 0));
    }
    sort_by_key(&mut times, |time| *time);
    let middle = times.get(times.len() / 2).copied().unwrap_or(1_000_000);
    (middle, times.first().copied().unwrap_or(middle))
}

/// The packets with whose sending or arrival a step happens.
fn step_packets(trace: &Trace, options: &LayoutOptions<'_>) -> Vec<PacketId> {
    let packet = |id: EntryId| {
        let mut entry = trace.entry(id)?;
        if let TraceEvent::Endpoint(_) = entry.event {
            entry = trace.entry(entry.cause?)?;
        }
        match &entry.event {
            TraceEvent::PacketSent(sent) => Some(sent.id),
            TraceEvent::PacketReceived { id, .. } => Some(*id),
            TraceEvent::Endpoint(_) => None,
        }
    };
    options.steps.iter().filter_map(|step| packet(step.entry)).collect()
}

/// What the run before did and this one does not, as ghosts.
pub(super) fn ghosts(trace: &Trace, options: &LayoutOptions<'_>) -> Vec<Draft> {
    let Some(ghost) = options.ghost else { return Vec::new() };
    let mut out = Vec::new();
    for packet in ghost.trace.packets() {
        let quiet = packet.sent.packet.label().kind == "ack";
        if packet.entry < ghost.first || out.len() == GHOSTS_MAX || quiet {
            continue;
        }
        let live = trace.packets().find(|live| {
            live.from == packet.from
                && live.sent.nth == packet.sent.nth
                && live.at == packet.at
                && live.sent.packet.head == packet.sent.packet.head
        });
        let arrives = packet.sent.fate.arrival();
        let lost_now = live.filter(|live| live.sent.fate.arrival().is_none());
        let (Some(arrives), true) = (arrives, live.is_none() || lost_now.is_some()) else {
            continue;
        };
        let mut draft = single(ghost.trace, &packet);
        draft.pen = Pen::Ghost;
        draft.ending = Ending::Arrives;
        draft.copied = false;
        draft.rest_of = lost_now.map(|live| live.sent.id);
        draft.detail.clear();
        draft.name = match draft.rest_of {
            Some(_) => String::new(),
            None => format!("before: {} at {}", draft.name, words::moment(arrives)),
        };
        out.push(draft);
    }
    out
}
