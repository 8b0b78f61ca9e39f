//! `tcp-outage`: the path is gone for a while, the sender asks ever more seldom, and gives up.
//!
//! RFC 6298 section 5 (time-outs double), RFC 9293 section 3.8.3 (giving up), RFC 8985 section 7
//! (the probe before them), RFC 5682 and RFC 3522 (a time-out that was wrong).

use crate::proto::tcp::profile::Repair;
use crate::scenario::apps::{Act, Program, Role};
use crate::scenario::find::{
    CLIENT, SERVER, Segment, at, count, enters, ms, note, segment_at, sent_by, when,
};
use crate::scenario::measures::{RETRANSMISSIONS, bare, last_data, metric};
use crate::scenario::params::{ParamKind, ParamSpec, Params};
use crate::scenario::presets::{
    ATLANTIC, LAN, LOSS, MOBILE, MS, PROFILE, RATE, RTT, SATELLITE, WIFI, config, failure, link,
    pair, server,
};
use crate::scenario::setup::Preset;
use crate::scenario::{
    About, Context, Fidelity, Figure, MeasureSpec, PAIR, Scenario, StepSpec, TCP_KINDS, Term,
    Topic, Unit,
};
use crate::sim::fault::Fault;
use crate::sim::time::{Instant, nanos};
use crate::sim::trace::{EntryId, Trace};
use crate::sim::world::World;

/// The scenario.
#[derive(Debug)]
pub(in crate::scenario) struct TcpOutage;

const PORT: u16 = 8080;
const REQUEST: u64 = 100;

const PARAMS: &[ParamSpec] = &[
    RTT,
    LOSS,
    RATE,
    PROFILE,
    ParamSpec {
        key: "outage",
        label: "Outage",
        help: "How long nothing passes, from the moment at which the server has the request.",
        kind: ParamKind::Duration { min: 0, max: 1_200_000 * MS, default: 10_000 * MS },
    },
    ParamSpec {
        key: "size",
        label: "Response",
        help: "How many bytes the server sends when the outage begins.",
        kind: ParamKind::Bytes { min: 1, max: 100_000, default: 1_000 },
    },
    ParamSpec {
        key: "how",
        label: "What happens",
        help: "Whether packets are lost, or the round trip only grows by that much.",
        kind: ParamKind::Choice {
            options: &[("lost", "Nothing passes"), ("late", "The path gets slower")],
            default: 0,
        },
    },
    ParamSpec {
        key: "stack",
        label: "Recovery",
        help: "Whether a probe goes before the time-outs.",
        kind: ParamKind::Choice {
            options: &[("rack", "RACK-TLP, over SACK"), ("reno", "Duplicate ACKs (NewReno)")],
            default: 0,
        },
    },
];

const PRESETS: &[Preset] = &[
    LAN,
    WIFI,
    MOBILE,
    ATLANTIC,
    SATELLITE,
    failure("ten-seconds", "Ten seconds", &[]),
    failure("textbook", "Ten seconds, the textbook's stack", &[("stack", "reno")]),
    failure("short", "One second", &[("outage", "1s")]),
    failure("for-good", "For good", &[("outage", "1200s")]),
    failure(
        "spurious",
        "Only late",
        &[("outage", "400ms"), ("size", "14480"), ("how", "late"), ("stack", "reno")],
    ),
];

/// The segments with data of the server.
fn data(trace: &Trace) -> impl Iterator<Item = Segment<'_>> {
    sent_by(trace, SERVER).filter(|segment| segment.len > 0)
}

/// The segments that send old data again.
fn again(trace: &Trace) -> impl Iterator<Item = Segment<'_>> {
    data(trace).filter(|segment| segment.packet.sent.retransmits.is_some())
}

fn nth_again(trace: &Trace, nth: usize) -> Option<EntryId> {
    again(trace).nth(nth - 1).map(|segment| segment.packet.entry)
}

fn first(trace: &Trace) -> Option<EntryId> {
    data(trace).next().map(|segment| segment.packet.entry)
}

/// How long after the first sending.
fn since_first(trace: &Trace, entry: EntryId) -> u64 {
    first(trace).map_or(0, |first| nanos(at(trace, entry) - at(trace, first)))
}

fn again_caption(trace: &Trace, entry: EntryId) -> String {
    let Some(segment) = segment_at(trace, entry) else { return String::new() };
    let fate = if segment.is_lost() { "and is lost" } else { "and comes through" };
    let rto = metric(trace, SERVER, "rto", entry).unwrap_or(0);
    format!(
        "{} after the first sending it goes out again, {fate}. The time-out is {} now.",
        ms(since_first(trace, entry)),
        ms(rto)
    )
}

const fn repetition(
    name: &'static str,
    title: &'static str,
    find: fn(&Trace) -> Option<EntryId>,
) -> StepSpec {
    StepSpec { name, title, find, caption: again_caption }
}

const STEPS: &[StepSpec] = &[
    StepSpec {
        name: "data",
        title: "The response",
        find: first,
        caption: |trace, entry| {
            let rto = metric(trace, SERVER, "rto", entry).unwrap_or(0);
            format!("At {} the server answers. Its time-out is {}.", when(trace, entry), ms(rto))
        },
    },
    repetition("again-1", "First repetition", |trace| nth_again(trace, 1)),
    repetition("again-2", "Second repetition", |trace| nth_again(trace, 2)),
    repetition("again-3", "Third repetition", |trace| nth_again(trace, 3)),
    repetition("again-4", "Fourth repetition", |trace| nth_again(trace, 4)),
    repetition("again-5", "Fifth repetition", |trace| nth_again(trace, 5)),
    repetition("through", "Through", |trace| {
        let through = again(trace).find(|segment| !segment.is_lost())?;
        Some(through.packet.entry)
    }),
    StepSpec {
        name: "undone",
        title: "Undone",
        find: |trace| note(trace, SERVER, "undone"),
        caption: |trace, entry| {
            let window = metric(trace, SERVER, "cwnd", EntryId(entry.0 + 8)).unwrap_or(0);
            format!(
                "The ACK answers the first sending: nothing was lost. The window is {} again.",
                count(window / 1_448, "segment")
            )
        },
    },
    StepSpec {
        name: "gave-up",
        title: "Given up",
        find: |trace| enters(trace, SERVER, "CLOSED"),
        caption: |trace, entry| {
            format!(
                "{} after the first sending the server gives the connection up.",
                ms(since_first(trace, entry))
            )
        },
    },
    StepSpec {
        name: "last-byte",
        title: "Last byte",
        find: |trace| {
            crate::scenario::stream::progress(trace, CLIENT).last().map(|(entry, _)| *entry)
        },
        caption: |trace, entry| {
            format!("The client's program has everything at {}.", when(trace, entry))
        },
    },
];

/// When it was sent again for the `nth` time, after the first sending.
fn repeated(context: &Context<'_>, nth: usize) -> Option<Figure> {
    let entry = nth_again(context.trace, nth)?;
    Some(bare(since_first(context.trace, entry)))
}

/// From the end of the outage until something came through.
fn waited(context: &Context<'_>) -> Option<Figure> {
    let params = &context.setup.params;
    let over = start(params) + params.duration("outage");
    let through = data(context.trace).find(|segment| segment.packet.at >= over)?;
    Some(bare(nanos(through.packet.at - over)))
}

const fn time(
    name: &'static str,
    title: &'static str,
    compute: fn(&Context<'_>) -> Option<Figure>,
) -> MeasureSpec {
    MeasureSpec { name, title, unit: Unit::Milliseconds, compute }
}

const MEASURES: &[MeasureSpec] = &[
    time("again-1", "First repetition", |context| repeated(context, 1)),
    time("again-2", "Second repetition", |context| repeated(context, 2)),
    time("again-3", "Third repetition", |context| repeated(context, 3)),
    time("again-4", "Fourth repetition", |context| repeated(context, 4)),
    time("again-5", "Fifth repetition", |context| repeated(context, 5)),
    time("wait", "Waited after the outage", waited),
    time("cost", "From the first sending to the last byte", |context| {
        let trace = context.trace;
        let value = since_first(trace, last_data(context, CLIENT)?);
        let outage = nanos(context.setup.params.duration("outage"));
        let sum = match waited(context) {
            Some(wait) if context.setup.params.choice("how") == "lost" => {
                let rest = value.checked_sub(outage + wait.value);
                let term = |label: &str, value| Term { label: label.to_owned(), value };
                rest.map_or_else(Vec::new, |rest| {
                    vec![
                        term("the outage", outage),
                        term("until the next repetition", wait.value),
                        term("on the way", rest),
                    ]
                })
            }
            _ => Vec::new(),
        };
        Some(Figure { value, sum })
    }),
    time("gave-up", "Given up after", |context| {
        let entry = enters(context.trace, SERVER, "CLOSED")?;
        Some(bare(since_first(context.trace, entry)))
    }),
    RETRANSMISSIONS,
];

const FIDELITY: Fidelity = Fidelity {
    modelled: "The tail loss probe, time-outs that double up to their limit, the end after so \
               many of them, and the undoing of a time-out that was wrong.",
    left_out: "Long timers fire on time: Linux's are up to 13 % late. No ICMP tells of the outage.",
    standards: &[
        "RFC 6298 section 5",
        "RFC 9293 section 3.8.3",
        "RFC 8985 section 7",
        "RFC 5682",
        "RFC 3522",
    ],
    checked: "Linux 6.18 sends a lost segment again after 0.33 s as a probe, then after 0.65, \
              1.30 and 2.54 s at a round trip of 100 ms; it gives up after 924.6 s or more.",
};

const ABOUT: About = About {
    id: "tcp-outage",
    title: "When the path is gone",
    summary: "A sender that hears nothing asks ever more seldom, and finds out late that the path \
              is back.",
    topic: Topic::Tcp,
    hosts: PAIR,
    kinds: TCP_KINDS,
    params: PARAMS,
    presets: PRESETS,
    steps: STEPS,
    measures: MEASURES,
    fidelity: FIDELITY,
};

/// When the outage begins: at the moment at which the request has arrived.
fn start(params: &Params) -> Instant {
    Instant::START + params.duration(RTT.key) * 3 / 2
}

impl Scenario for TcpOutage {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn build(&self, params: &Params, seed: u64) -> World {
        let mut tcp = config(params);
        if params.choice("stack") == "reno" {
            tcp.profile.repair = Repair::Duplicates;
        }
        let client = Program::new(Role::Connect(server(PORT), tcp))
            .on_open(&[Act::Message("request", "Request", REQUEST)]);
        let answer = Program::new(Role::Listen(PORT, tcp))
            .on_received(REQUEST, &[Act::Send(params.number("size"))]);
        let mut world = pair(seed, link(params), client, answer);
        let (start, length) = (start(params), params.duration("outage"));
        let faults = match params.choice("how") {
            _ if length.is_zero() => Vec::new(),
            "late" => {
                vec![Fault::Path { at: start, rtt: params.duration(RTT.key) + length }]
            }
            _ => vec![Fault::Outage { from: None, start, end: start + length }],
        };
        world.faults(&faults);
        world
    }
}

#[cfg(test)]
mod tests;
