//! `tcp-nagle`: two rules that save packets, each sensible, and the wait that they make together.
//!
//! Nagle's rule: RFC 9293 section 3.7.4, RFC 896. Delayed acknowledgments: RFC 9293 section
//! 3.8.6.3, RFC 5681 section 4.2.

mod apps;

pub(super) use self::apps::{ANSWER, Replier, message};
use self::apps::{Asker, Pattern};
use crate::proto::tcp::Config;
use crate::scenario::find::{
    CLIENT, SERVER, at, count, ms, note, reports, segment_at, sent_by, when,
};
use crate::scenario::measures::{BYTES_ON_WIRE, PACKETS, RETRANSMISSIONS, bare};
use crate::scenario::params::{ParamKind, ParamSpec, Params};
use crate::scenario::presets::{
    LOSS, MS, PROFILE, RATE, config, failure, link, network, pair, server,
};
use crate::scenario::setup::Preset;
use crate::scenario::{
    About, Context, Fidelity, Figure, MeasureSpec, PAIR, Scenario, StepSpec, Topic, Unit,
};
use crate::sim::endpoint::Event;
use crate::sim::time::nanos;
use crate::sim::trace::{EntryId, Trace};
use crate::sim::world::World;
use core::time::Duration;

/// The scenario.
#[derive(Debug)]
pub(in crate::scenario) struct TcpNagle;

/// The server's port.
const PORT: u16 = 8080;

const PARAMS: &[ParamSpec] = &[
    ParamSpec {
        key: "rtt",
        label: "Round trip",
        help: "How long a packet takes there and back; each way takes half of it.",
        kind: ParamKind::Duration { min: MS, max: 1_000 * MS, default: 20 * MS },
    },
    LOSS,
    RATE,
    PROFILE,
    ParamSpec {
        key: "pattern",
        label: "Writes",
        help: "How the client's program hands over a request of a header and a body.",
        kind: ParamKind::Choice {
            options: &[
                ("two", "Header, body, then read"),
                ("one", "Both at once, then read"),
                ("stream", "Header, body, all without reading"),
            ],
            default: 0,
        },
    },
    ParamSpec {
        key: "nodelay",
        label: "TCP_NODELAY",
        help: "Whether the client's program switches Nagle's rule off.",
        kind: ParamKind::Choice {
            options: &[("off", "Not set: Nagle's rule holds"), ("on", "Set: nothing waits")],
            default: 0,
        },
    },
    ParamSpec {
        key: "delayed-ack",
        label: "Delayed ACK",
        help: "How long the server's acknowledgment may wait for an answer to travel with.",
        kind: ParamKind::Choice {
            options: &[
                ("40ms", "40 ms, as Linux"),
                ("none", "Not at all"),
                ("200ms", "200 ms, as Windows"),
                ("500ms", "500 ms, the most allowed"),
            ],
            default: 0,
        },
    },
    ParamSpec {
        key: "exchanges",
        label: "Exchanges",
        help: "How many requests the client sends on the one connection.",
        kind: ParamKind::Count { min: 1, max: 20, default: 3 },
    },
    ParamSpec {
        key: "header",
        label: "Header",
        help: "The size of the first write of a request.",
        kind: ParamKind::Bytes { min: 1, max: 4_000, default: 120 },
    },
    ParamSpec {
        key: "body",
        label: "Body",
        help: "The size of the second write of a request.",
        kind: ParamKind::Bytes { min: 1, max: 4_000, default: 300 },
    },
];

const PRESETS: &[Preset] = &[
    network("lan", "LAN", &[("rtt", "1ms")]),
    network("wifi", "Home Wi-Fi", &[("rtt", "20ms")]),
    network("atlantic", "Transatlantic", &[("rtt", "100ms")]),
    failure("nodelay", "TCP_NODELAY", &[("nodelay", "on")]),
    failure("one-write", "One write", &[("pattern", "one")]),
    failure("windows", "200 ms", &[("delayed-ack", "200ms")]),
    failure("too-late", "500 ms, later than the probe", &[("delayed-ack", "500ms")]),
    failure("no-delayed-ack", "No delayed ACK", &[("delayed-ack", "none")]),
    failure("stream", "Without reading", &[("pattern", "stream"), ("exchanges", "12")]),
    failure("rfc", "Nagle as first written", &[("profile", "rfc")]),
];

/// The `nth` note of this name on the client, from 0.
fn nth_note(trace: &Trace, wanted: &str, nth: usize) -> Option<EntryId> {
    reports(trace, CLIENT, |event| matches!(event, Event::Note { name, .. } if *name == wanted))
        .nth(nth)
}

/// The last exchange: what came before it has taught both ends how they talk.
fn last(trace: &Trace) -> Option<(EntryId, EntryId)> {
    let is = |wanted: &'static str| move |event: &Event| matches!(event, Event::Note { name, .. } if *name == wanted);
    let ends = reports(trace, CLIENT, is("answer-complete")).last()?;
    Some((reports(trace, CLIENT, is("header-written")).last()?, ends))
}

/// The first time after `from` that something waits, and when it is sent.
fn held(trace: &Trace, from: EntryId) -> Option<(EntryId, EntryId)> {
    let is = |event: &Event| matches!(event, Event::Note { name: "held", .. });
    let waits = reports(trace, CLIENT, is).find(|entry| *entry >= from)?;
    let sent = sent_by(trace, CLIENT)
        .find(|segment| segment.packet.entry > waits && segment.len > 0)?
        .packet
        .entry;
    Some((waits, sent))
}

const STEPS: &[StepSpec] = &[
    StepSpec {
        name: "header",
        title: "Header sent",
        find: |trace| sent_by(trace, CLIENT).find(|s| s.len > 0).map(|s| s.packet.entry),
        caption: |trace, entry| {
            let len = segment_at(trace, entry).map_or(0, |s| u64::from(s.len));
            format!("{} leave at once: nothing is in flight yet.", count(len, "byte"))
        },
    },
    StepSpec {
        name: "held",
        title: "Held back",
        find: |trace| note(trace, CLIENT, "held"),
        caption: |trace, entry| {
            let sent =
                held(trace, entry).map_or(0, |(_, sent)| nanos(at(trace, sent) - at(trace, entry)));
            format!(
                "The body is small and a small segment is in flight: Nagle's rule holds it back, \
                 for {}.",
                ms(sent)
            )
        },
    },
    StepSpec {
        name: "released",
        title: "Released",
        find: |trace| held(trace, EntryId(0)).map(|(_, sent)| sent),
        caption: |trace, entry| {
            let len = segment_at(trace, entry).map_or(0, |s| u64::from(s.len));
            format!("The acknowledgment is here, and {} may leave.", count(len, "held byte"))
        },
    },
    StepSpec {
        name: "first-answer",
        title: "First answer",
        find: |trace| nth_note(trace, "answer-complete", 0),
        caption: |trace, entry| {
            format!(
                "The first answer is here at {}. The server still acknowledges quickly, as \
                 connections do at their start.",
                when(trace, entry)
            )
        },
    },
    StepSpec {
        name: "ack-waits",
        title: "ACK waits",
        find: |trace| {
            crate::scenario::find::report(trace, SERVER, |event| {
                matches!(event, Event::TimerSet { timer: "delayed-ack", .. })
            })
        },
        caption: |_, _| {
            "The server has half a request. It cannot answer, and its acknowledgment waits for \
             an answer to travel with."
                .to_owned()
        },
    },
    StepSpec {
        name: "ack-timer",
        title: "ACK after all",
        find: |trace| {
            crate::scenario::find::report(trace, SERVER, |event| {
                matches!(event, Event::TimerFired { timer: "delayed-ack", .. })
            })
        },
        caption: |trace, entry| {
            format!(
                "No answer came along: at {} the timer sends the acknowledgment for which the \
                 client waits.",
                when(trace, entry)
            )
        },
    },
    StepSpec {
        name: "last-answer",
        title: "Last answer",
        find: |trace| last(trace).map(|(_, end)| end),
        caption: |trace, entry| {
            let time = last(trace).map_or(0, |(from, _)| nanos(at(trace, entry) - at(trace, from)));
            format!("The last exchange took {}.", ms(time))
        },
    },
];

/// The time of an exchange, from its first write to the last byte of its answer.
fn exchange(trace: &Trace, from: EntryId, to: EntryId) -> Figure {
    crate::scenario::find::span(trace, from, to)
}

fn last_exchange(context: &Context<'_>) -> Option<Figure> {
    let (from, to) = last(context.trace)?;
    Some(exchange(context.trace, from, to))
}

const MEASURES: &[MeasureSpec] = &[
    MeasureSpec {
        name: "first-exchange",
        title: "First exchange",
        unit: Unit::Milliseconds,
        compute: |context| {
            let from = nth_note(context.trace, "header-written", 0)?;
            Some(exchange(context.trace, from, nth_note(context.trace, "answer-complete", 0)?))
        },
    },
    MeasureSpec {
        name: "exchange",
        title: "Last exchange",
        unit: Unit::Milliseconds,
        compute: last_exchange,
    },
    MeasureSpec {
        name: "held",
        title: "Held back in it",
        unit: Unit::Milliseconds,
        compute: |context| {
            let (from, _) = last(context.trace)?;
            let time = held(context.trace, from).map_or(0, |(waits, sent)| {
                nanos(at(context.trace, sent) - at(context.trace, waits))
            });
            Some(bare(time))
        },
    },
    MeasureSpec {
        name: "per-second",
        title: "Exchanges a second",
        unit: Unit::Count,
        compute: |context| {
            let time = last_exchange(context)?.value;
            Some(bare(1_000_000_000_u64.checked_div(time)?))
        },
    },
    MeasureSpec {
        name: "requests-in",
        title: "Segments with requests",
        unit: Unit::Count,
        compute: |context| {
            Some(bare(sent_by(context.trace, CLIENT).filter(|s| s.len > 0).count() as u64))
        },
    },
    PACKETS,
    BYTES_ON_WIRE,
    RETRANSMISSIONS,
];

const FIDELITY: Fidelity = Fidelity {
    modelled: "Nagle's rule as first written (rfc) and as Linux has it (Minshall: only a small \
               segment holds back another), delayed acknowledgments with the quick ones of a \
               connection's start, and acknowledgments that travel with answers.",
    left_out: "TCP_CORK and TCP_QUICKACK. The kernel's timers fire up to 4 ms late; programs \
               work in no time.",
    standards: &["RFC 896", "RFC 9293 sections 3.7.4 and 3.8.6.3", "RFC 5681 section 4.2"],
    checked: "Exchanges of R, or 2R and the delay, for every delay; Linux 6.18 measured 21, 84 \
              and 20 ms at R = 20 ms, and 42 ms for the first.",
};

const ABOUT: About = About {
    id: "tcp-nagle",
    title: "Nagle meets delayed ACK",
    summary: "Write, write, read: two small writes before an answer cost forty milliseconds.",
    topic: Topic::Tcp,
    hosts: PAIR,
    kinds: &[
        "syn",
        "syn-ack",
        "ack",
        "data",
        "header",
        "body",
        "request",
        "answer",
        "fin",
        "rst",
        "window-update",
        "probe",
    ],
    params: PARAMS,
    presets: PRESETS,
    steps: STEPS,
    measures: MEASURES,
    fidelity: FIDELITY,
};

impl Scenario for TcpNagle {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn build(&self, params: &Params, seed: u64) -> World {
        let delay = match params.choice("delayed-ack") {
            "none" => 0,
            "200ms" => 200,
            "500ms" => 500,
            _ => 40,
        };
        let ours = Config { nodelay: params.choice("nodelay") == "on", ..config(params) };
        let theirs = Config { delayed_ack: Some(Duration::from_millis(delay)), ..config(params) };
        let pattern = match params.choice("pattern") {
            "one" => Pattern::One,
            "stream" => Pattern::Stream,
            _ => Pattern::Two,
        };
        let writes = (params.number("header"), params.number("body"));
        let exchanges = params.number("exchanges");
        let client = Asker::new(server(PORT), ours, pattern, writes, exchanges);
        pair(seed, link(params), client, Replier::new(PORT, theirs, writes.0 + writes.1))
    }
}

#[cfg(test)]
mod tests;
