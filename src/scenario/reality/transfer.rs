//! `transfer`: a server answers a request with many bytes over a link with a rate and a queue. For
//! comparisons only: the set-up that recordings of real stacks have.

use core::time::Duration;

use super::super::apps::{Act, Program, Role};
use super::super::find::{CLIENT, SERVER, SYN, Segment, segments, sent_by};
use super::super::measures::{RETRANSMISSIONS, bare};
use super::super::params::{ParamKind, ParamSpec, Params};
use super::super::presets::{LOSS, PROFILE, RATE, RTT, config, link, pair, server};
use super::super::stream::progress;
use super::super::{
    About, Context, Fidelity, Figure, MeasureSpec, PAIR, Scenario, TCP_KINDS, Topic, Unit,
};
use crate::proto::tcp::profile::{Algorithm, Repair};
use crate::sim::endpoint::Event;
use crate::sim::link::{LinkConfig, Queue};
use crate::sim::time::{Instant, nanos};
use crate::sim::trace::{Trace, TraceEvent};
use crate::sim::world::World;

/// The scenario.
#[derive(Debug)]
pub(super) struct Transfer;

const PORT: u16 = 8080;
const REQUEST: u64 = 100;

const fn choice(
    key: &'static str,
    label: &'static str,
    options: &'static [(&'static str, &'static str)],
) -> ParamSpec {
    ParamSpec { key, label, help: label, kind: ParamKind::Choice { options, default: 0 } }
}

const PARAMS: &[ParamSpec] = &[
    RTT,
    LOSS,
    RATE,
    PROFILE,
    ParamSpec {
        key: "queue",
        label: "Queue",
        help: "How many packets may wait for the wire; 0 is no limit.",
        kind: ParamKind::Count { min: 0, max: 100_000, default: 0 },
    },
    ParamSpec {
        key: "size",
        label: "Response",
        help: "How many bytes the server sends.",
        kind: ParamKind::Bytes { min: 1, max: 100_000_000, default: 300_000 },
    },
    ParamSpec {
        key: "pause",
        label: "Pause",
        help: "How long after the start the server sends as much once more; 0 is never.",
        kind: ParamKind::Duration { min: 0, max: 60_000_000_000, default: 0 },
    },
    choice(
        "congestion",
        "Congestion control",
        &[("reno", "Reno"), ("cubic", "CUBIC"), ("bbr", "BBR v1")],
    ),
    choice("stack", "Recovery", &[("rack", "RACK-TLP"), ("sack", "SACK"), ("reno", "no SACK")]),
    choice("then", "Then", &[("close", "The server closes"), ("wait", "It waits")]),
];

/// The first data of the server: where times begin.
fn origin(trace: &Trace) -> Option<Instant> {
    sent_by(trace, SERVER).find(|segment| segment.len > 0).map(|segment| segment.packet.at)
}

fn since_origin(trace: &Trace, at: Instant) -> Option<Figure> {
    Some(bare(nanos(at - origin(trace)?)))
}

/// Whether a segment of the server sends old bytes, or a FIN, again.
fn is_again(segment: &Segment<'_>) -> bool {
    segment.packet.sent.retransmits.is_some() && !segment.has(SYN)
}

/// When the server sent something again, for the `nth` time.
fn resent(context: &Context<'_>, nth: usize) -> Option<Figure> {
    let trace = context.trace;
    let segment = sent_by(trace, SERVER).filter(is_again).nth(nth - 1)?;
    since_origin(trace, segment.packet.at)
}

/// How many segments the server sent in a burst, which ends where it is silent for half a round
/// trip.
fn burst(context: &Context<'_>, nth: usize) -> Option<Figure> {
    let pause = super::super::presets::rtt(&context.setup.params) / 2;
    let mut bursts: Vec<(Instant, u64)> = Vec::new();
    for segment in sent_by(context.trace, SERVER).filter(|segment| segment.len > 0) {
        match bursts.last_mut() {
            Some((last, count)) if segment.packet.at - *last < pause => {
                *last = segment.packet.at;
                *count += 1;
            }
            _ => bursts.push((segment.packet.at, 1)),
        }
    }
    bursts.get(nth - 1).map(|(_, count)| bare(*count))
}

/// The `nth` value of the server's slow-start threshold, in segments.
fn threshold(context: &Context<'_>, nth: usize) -> Option<Figure> {
    let mut values =
        context.trace.entries.iter().filter(|entry| entry.host == SERVER).filter_map(|entry| {
            match &entry.event {
                TraceEvent::Endpoint(Event::MetricUpdated { name: "ssthresh", value, .. }) => {
                    Some(*value)
                }
                _ => None,
            }
        });
    values.nth(nth - 1).map(|bytes| bare(bytes / 1_448))
}

/// When the client had everything, or everything of the first response.
fn last_byte(context: &Context<'_>) -> Option<Figure> {
    let size = context.setup.params.number("size");
    let all = progress(context.trace, CLIENT);
    let (entry, _) = all.iter().find(|(_, next)| u64::from(*next) > size)?;
    since_origin(context.trace, super::super::find::at(context.trace, *entry))
}

/// How long the second response took, from its first byte sent to its last received.
fn second(context: &Context<'_>) -> Option<Figure> {
    let size = context.setup.params.number("size");
    let first = sent_by(context.trace, SERVER).find(|s| u64::from(s.seq) > size && s.len > 0)?;
    let (entry, _) = *progress(context.trace, CLIENT).last()?;
    let last = super::super::find::at(context.trace, entry);
    (last > first.packet.at).then(|| bare(nanos(last - first.packet.at)))
}

/// When the client sent the third segment, from the first SYN.
fn connect(context: &Context<'_>) -> Option<Figure> {
    let first = sent_by(context.trace, CLIENT).next()?;
    let third = sent_by(context.trace, CLIENT).find(|segment| !segment.has(SYN))?;
    Some(bare(nanos(third.packet.at - first.packet.at)))
}

const fn time(name: &'static str, compute: fn(&Context<'_>) -> Option<Figure>) -> MeasureSpec {
    MeasureSpec { name, title: name, unit: Unit::Milliseconds, compute }
}

const fn number(name: &'static str, compute: fn(&Context<'_>) -> Option<Figure>) -> MeasureSpec {
    MeasureSpec { name, title: name, unit: Unit::Count, compute }
}

const MEASURES: &[MeasureSpec] = &[
    time("connect", connect),
    time("last-byte", last_byte),
    time("second-response", second),
    time("resent-1", |context| resent(context, 1)),
    time("resent-2", |context| resent(context, 2)),
    time("resent-3", |context| resent(context, 3)),
    time("resent-4", |context| resent(context, 4)),
    time("resent-5", |context| resent(context, 5)),
    time("resent-6", |context| resent(context, 6)),
    time("resent-7", |context| resent(context, 7)),
    time("resent-8", |context| resent(context, 8)),
    RETRANSMISSIONS,
    number("round-1", |context| burst(context, 1)),
    number("round-2", |context| burst(context, 2)),
    number("round-3", |context| burst(context, 3)),
    number("round-4", |context| burst(context, 4)),
    number("round-5", |context| burst(context, 5)),
    number("round-6", |context| burst(context, 6)),
    number("round-7", |context| burst(context, 7)),
    number("ssthresh-1", |context| threshold(context, 1)),
    number("ssthresh-2", |context| threshold(context, 2)),
    number("packets", |context| Some(bare(segments(context.trace).count() as u64))),
];

const FIDELITY: Fidelity = Fidelity {
    modelled: "Two stacks and a link with a rate and a queue of packets.",
    left_out: "Time that programs take.",
    standards: &[],
    checked: "",
};

const ABOUT: About = About {
    id: "transfer",
    title: "A transfer",
    summary: "A server answers a request with many bytes.",
    topic: Topic::Tcp,
    hosts: PAIR,
    kinds: TCP_KINDS,
    params: PARAMS,
    presets: &[],
    steps: &[],
    measures: MEASURES,
    fidelity: FIDELITY,
};

impl Scenario for Transfer {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn build(&self, params: &Params, seed: u64) -> World {
        let mut tcp = config(params);
        tcp.profile.algorithm =
            Algorithm::named(params.choice("congestion")).unwrap_or(tcp.profile.algorithm);
        tcp.profile.repair = match params.choice("stack") {
            "reno" => Repair::Duplicates,
            "sack" => Repair::Sack,
            _ => Repair::Rack,
        };
        let queue = match params.number("queue") {
            0 => Queue::Unlimited,
            packets => Queue::Packets(u32::try_from(packets).unwrap_or(u32::MAX)),
        };
        let link = LinkConfig { queue, ..link(params) };
        let client = Program::new(Role::Connect(server(PORT), tcp))
            .on_open(&[Act::Message("request", "Request", REQUEST)])
            .on_peer_closed(&[Act::Close]);
        let size = params.number("size");
        let pause = params.duration("pause");
        let closes = params.choice("then") == "close";
        let end: &[Act] = if closes { &[Act::Close] } else { &[] };
        let mut acts = vec![Act::Send(size)];
        let mut answer = Program::new(Role::Listen(PORT, tcp));
        if pause > Duration::ZERO {
            let later: Vec<Act> = acts.iter().chain(end).copied().collect();
            answer = answer.after(pause, &later);
        } else {
            acts.extend(end);
        }
        pair(seed, link, client, answer.on_received(REQUEST, &acts))
    }
}
