//! `quic-blocked`: a network lets no UDP through, and the client falls back to TCP.
//!
//! RFC 9308 section 2: applications need another way, and should not wait long for it.

mod race;

use self::race::{Both, Racer};
use super::setup::{Variant, configs, secured};
use super::{PORT, enters, first, since_start};
use crate::proto::quic::Endpoint;
use crate::proto::tcp;
use crate::scenario::find::{CLIENT, SYN, at, ms, note, sent_by};
use crate::scenario::measures::{BYTES_ON_WIRE, PACKETS, bare};
use crate::scenario::params::{ParamKind, ParamSpec, Params};
use crate::scenario::presets::{
    ATLANTIC, LAN, LOSS, MOBILE, MS, RATE, RTT, SATELLITE, WIFI, failure, link, lose_first, pair,
    server,
};
use crate::scenario::setup::Preset;
use crate::scenario::{
    About, Context, Fidelity, Figure, MeasureSpec, PAIR, Scenario, StepSpec, Topic, Unit,
};
use crate::sim::rng::Rng;
use crate::sim::time::nanos;
use crate::sim::trace::EntryId;
use crate::sim::world::World;

/// The scenario.
#[derive(Debug)]
pub(in crate::scenario) struct QuicBlocked;

const PARAMS: &[ParamSpec] = &[
    RTT,
    LOSS,
    RATE,
    ParamSpec {
        key: "udp",
        label: "UDP",
        help: "Whether the network lets UDP through to this port.",
        kind: ParamKind::Choice {
            options: &[("blocked", "Blocked"), ("open", "Open")],
            default: 0,
        },
    },
    ParamSpec {
        key: "wait",
        label: "Head start",
        help: "How long the client waits for QUIC before it tries TCP as well.",
        kind: ParamKind::Duration { min: 0, max: 10_000 * MS, default: 300 * MS },
    },
];

const PRESETS: &[Preset] = &[
    LAN,
    WIFI,
    MOBILE,
    ATLANTIC,
    SATELLITE,
    failure("open", "UDP gets through", &[("udp", "open")]),
    failure("race", "Both at once", &[("wait", "0ms")]),
    failure("patient", "Three seconds of hope", &[("wait", "3s")]),
];

/// How many Initials the network swallows: more than are ever sent.
const BLOCKED: u64 = 40;
/// The size of a request.
const REQUEST: u64 = 100;

const STEPS: &[StepSpec] = &[
    StepSpec {
        name: "initial",
        title: "QUIC tries",
        find: |trace| first(trace, CLIENT, "initial"),
        caption: |trace, _| {
            let lost =
                trace.packets().filter(|packet| packet.sent.fate.arrival().is_none()).count();
            if lost == 0 {
                return "The client tries QUIC first, and its Initial gets through.".to_owned();
            }
            "The client tries QUIC first. Something on the path drops UDP, and says nothing."
                .to_owned()
        },
    },
    StepSpec {
        name: "probe",
        title: "QUIC probes",
        find: |trace| super::fires(trace, CLIENT, "pto"),
        caption: |trace, entry| {
            format!(
                "No answer until {}: QUIC probes, as if the Initial had been lost by chance.",
                since_start(trace, entry)
            )
        },
    },
    StepSpec {
        name: "fallback",
        title: "TCP tries too",
        find: |trace| sent_by(trace, CLIENT).find(|s| s.has(SYN)).map(|s| s.packet.entry),
        caption: |trace, entry| match at(trace, entry).as_nanos() {
            0 => "TCP sets off at the same moment: the first that is open wins.".to_owned(),
            wait => format!("After {} without an answer the client tries TCP as well.", ms(wait)),
        },
    },
    StepSpec {
        name: "quic-open",
        title: "QUIC open",
        find: |trace| enters(trace, CLIENT, "COMPLETE"),
        caption: |trace, entry| {
            format!("QUIC is open at {}: it carries the request.", since_start(trace, entry))
        },
    },
    StepSpec {
        name: "tcp-open",
        title: "TCP and TLS open",
        find: |trace| note(trace, CLIENT, "tcp-open"),
        caption: |trace, entry| format!("TCP and TLS are open at {}.", since_start(trace, entry)),
    },
    StepSpec {
        name: "first-byte",
        title: "First byte",
        find: |trace| note(trace, CLIENT, "response-head"),
        caption: |trace, entry| {
            let text = super::noted(trace, entry).map_or("", |(text, _)| text);
            format!(
                "The first byte of the answer is here at {}, {text}.",
                since_start(trace, entry)
            )
        },
    },
];

/// From the first packet to a step, with what it is made of.
fn from_start(context: &Context<'_>, step: &str) -> Option<Figure> {
    let step = context.steps.iter().find(|found| found.name == step)?;
    Some(bare(step.at.as_nanos()))
}

const MEASURES: &[MeasureSpec] = &[
    MeasureSpec {
        name: "ttfb",
        title: "First byte",
        unit: Unit::Milliseconds,
        compute: |context| from_start(context, "first-byte"),
    },
    MeasureSpec {
        name: "lost-time",
        title: "Lost to the blocked try",
        unit: Unit::Milliseconds,
        compute: |context| {
            let tcp = note(context.trace, CLIENT, "tcp-open")?;
            let head = note(context.trace, CLIENT, "response-head")?;
            let by_tcp =
                super::noted(context.trace, head).is_some_and(|(text, _)| text == race::BY_TCP);
            let syn = sent_by(context.trace, CLIENT).find(|s| s.has(SYN))?.packet.entry;
            (by_tcp && syn < tcp)
                .then(|| bare(nanos(at(context.trace, syn) - at(context.trace, EntryId(0)))))
        },
    },
    MeasureSpec {
        name: "initials",
        title: "Initials of the client",
        unit: Unit::Count,
        compute: |context| {
            let is = |unit: &crate::wire::Unit| unit.kind == "initial";
            let all = super::sent(context.trace, CLIENT);
            let initials = all.filter(|packet| packet.sent.packet.about.units.iter().any(is));
            Some(bare(initials.count() as u64))
        },
    },
    PACKETS,
    BYTES_ON_WIRE,
];

const ALL_KINDS: &[&str] = &[
    "initial",
    "handshake",
    "data",
    "ack",
    "handshake-done",
    "control",
    "probe",
    "close",
    "syn",
    "syn-ack",
    "fin",
    "rst",
    "window-update",
    "request",
    "response",
];

const ABOUT: About = About {
    id: "quic-blocked",
    title: "UDP is blocked",
    summary: "QUIC hears nothing, TCP sets off a little later: what the head start costs.",
    topic: Topic::Quic,
    hosts: PAIR,
    kinds: ALL_KINDS,
    params: PARAMS,
    presets: PRESETS,
    steps: STEPS,
    measures: MEASURES,
    fidelity: Fidelity {
        modelled: "A program that tries QUIC, and TCP with TLS 1.3 after a while; QUIC's probes; a \
                   path that drops every Initial.",
        left_out: "What browsers remember of networks that block UDP, and DNS records that \
                   announce QUIC.",
        standards: &["RFC 9308 section 2", "RFC 9002 section 6.2"],
        checked: "First byte after exactly the head start and three round trips; two round trips \
                  where UDP gets through.",
    },
};

impl Scenario for QuicBlocked {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn build(&self, params: &Params, seed: u64) -> World {
        let tcp = tcp::Config::new(tcp::Profile::LINUX);
        let (mine, theirs) = configs(Variant::New, "ecdsa");
        let to = server(PORT);
        let rng = |name| Rng::new(seed).stream(name);
        let racer = Racer::new(to, (mine, tcp), params.duration("wait"));
        let client = Endpoint::new(rng("quic client"), racer);
        let server = Endpoint::new(rng("quic server"), Both::new(PORT, (theirs, tcp)));
        let (client, server) = secured(seed, client, server);
        let mut world = pair(seed, link(params), client, server);
        if params.choice("udp") == "blocked" {
            world.faults(&lose_first("initial", BLOCKED));
        }
        world
    }
}

#[cfg(test)]
mod tests;
