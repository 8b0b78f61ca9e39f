//! `tcp-idle-timeout`: something between client and server forgets a connection that is silent.
//!
//! RFC 5382 section 5 asks for two hours and four minutes; balancers and firewalls take a minute
//! to six. RFC 9293 section 3.8.4 (keep-alives) does not help at its default of two hours.

mod apps;

use core::time::Duration;

use self::apps::{Forgetful, Pooled};
use crate::proto::host::Host;
use crate::proto::router::Router;
use crate::proto::tcp::{Config, KeepAlive};
use crate::scenario::find::{
    CLIENT, RST, at, count, ms, note, report, reports, segments, span, when,
};
use crate::scenario::measures::{PACKETS, RETRANSMISSIONS, bare};
use crate::scenario::params::{ParamKind, ParamSpec, Params};
use crate::scenario::presets::{MS, PROFILE, config, failure, hosts_of_pair, network, server};
use crate::scenario::setup::Preset;
use crate::scenario::tcp::nagle::Replier;
use crate::scenario::{About, Fidelity, MeasureSpec, Scenario, StepSpec, Topic, Unit};
use crate::sim::endpoint::Event;
use crate::sim::link::LinkConfig;
use crate::sim::route::Prefix;
use crate::sim::time::{Instant, nanos};
use crate::sim::trace::{self, EntryId, HostId, Trace};
use crate::sim::world::World;

/// The scenario.
#[derive(Debug)]
pub(in crate::scenario) struct TcpIdleTimeout;

/// The server's port.
const PORT: u16 = 8080;
/// The lane of what forgets.
const MIDDLE: HostId = HostId(1);
/// Its address.
const MIDDLE_IP: [u8; 4] = [198, 51, 100, 1];
/// The length of a request.
const REQUEST: u64 = 100;

const PARAMS: &[ParamSpec] = &[
    ParamSpec {
        key: "rtt",
        label: "Round trip",
        help: "How long a packet takes to the server and back.",
        kind: ParamKind::Duration { min: MS, max: 1_000 * MS, default: 20 * MS },
    },
    PROFILE,
    ParamSpec {
        key: "timeout",
        label: "Forgets after",
        help: "How long the balancer keeps a silent connection: 60 s and 350 s are usual.",
        kind: ParamKind::Duration { min: 5_000 * MS, max: 900_000 * MS, default: 60_000 * MS },
    },
    ParamSpec {
        key: "gap",
        label: "Next request after",
        help: "How long the client's pool keeps the connection before it is used again.",
        kind: ParamKind::Duration { min: 1_000 * MS, max: 1_000_000 * MS, default: 61_000 * MS },
    },
    ParamSpec {
        key: "forgets",
        label: "What it knows not",
        help: "What the balancer does with a packet of a connection that it has forgotten.",
        kind: ParamKind::Choice {
            options: &[("silently", "It drops the packet"), ("reset", "It answers with RST")],
            default: 0,
        },
    },
    ParamSpec {
        key: "keep-alive",
        label: "Keep-alive after",
        help: "When the client's TCP asks after silence; two hours is every system's default.",
        kind: ParamKind::Duration { min: 1_000 * MS, max: 7_200_000 * MS, default: 7_200_000 * MS },
    },
    ParamSpec {
        key: "ping",
        label: "Pings every",
        help: "How often the client's program sends a small request while it waits; 1000 s is never.",
        kind: ParamKind::Duration { min: 1_000 * MS, max: 1_000_000 * MS, default: 1_000_000 * MS },
    },
];

const PRESETS: &[Preset] = &[
    network("wifi", "Home Wi-Fi", &[("rtt", "20ms")]),
    network("atlantic", "Transatlantic", &[("rtt", "100ms")]),
    failure("in-time", "A second sooner", &[("gap", "59s")]),
    failure("reset", "It says so", &[("forgets", "reset")]),
    failure("keep-alive", "Keep-alive every 50 s", &[("keep-alive", "50s")]),
    failure("ping", "A ping every 50 s", &[("ping", "50s")]),
    failure("six-minutes", "Ten minutes, 350 s", &[("timeout", "350s"), ("gap", "600s")]),
];

/// The `nth` answer to a request of the program, pings not counted.
fn answers(trace: &Trace) -> impl Iterator<Item = EntryId> {
    reports(trace, CLIENT, |event| matches!(event, Event::Note { name: "answered", .. }))
}

const STEPS: &[StepSpec] = &[
    StepSpec {
        name: "answer",
        title: "First answer",
        find: |trace| answers(trace).next(),
        caption: |trace, entry| {
            format!(
                "The first request is answered at {}. The connection stays open.",
                when(trace, entry)
            )
        },
    },
    StepSpec {
        name: "forgotten",
        title: "Forgotten",
        find: |trace| note(trace, MIDDLE, "forgotten"),
        caption: |trace, entry| {
            format!(
                "At {} the balancer forgets the silent connection and tells neither end.",
                when(trace, entry)
            )
        },
    },
    StepSpec {
        name: "again",
        title: "Second request",
        find: |trace| note(trace, CLIENT, "asks-again"),
        caption: |trace, entry| {
            format!("At {} the client uses its connection again.", when(trace, entry))
        },
    },
    StepSpec {
        name: "dropped",
        title: "Nobody's packet",
        find: |trace| report(trace, MIDDLE, |event| matches!(event, Event::PacketDropped { .. })),
        caption: |trace, _| {
            let dropped =
                reports(trace, MIDDLE, |event| matches!(event, Event::PacketDropped { .. }));
            format!(
                "The balancer does not know the connection and drops the packet: {} in all.",
                count(dropped.count() as u64, "packet")
            )
        },
    },
    StepSpec {
        name: "reset",
        title: "RST",
        find: |trace| {
            segments(trace).find(|s| s.packet.from == MIDDLE && s.has(RST)).map(|s| s.packet.entry)
        },
        caption: |_, _| {
            "The balancer does not know the connection and says so: RST, in the server's name."
                .to_owned()
        },
    },
    StepSpec {
        name: "failed",
        title: "The request fails",
        find: |trace| note(trace, CLIENT, "failed"),
        caption: |trace, entry| {
            let asked = note(trace, CLIENT, "asks-again").map_or(Instant::START, |e| at(trace, e));
            format!(
                "{} after asking, the request has failed. The client cannot know whether the server \
                 did it.",
                ms(nanos(at(trace, entry) - asked))
            )
        },
    },
    StepSpec {
        name: "second-answer",
        title: "Second answer",
        find: |trace| answers(trace).nth(1),
        caption: |trace, entry| format!("The second answer is here at {}.", when(trace, entry)),
    },
];

const MEASURES: &[MeasureSpec] = &[
    MeasureSpec {
        name: "second-answer",
        title: "Second answer after",
        unit: Unit::Milliseconds,
        compute: |context| {
            let asked = note(context.trace, CLIENT, "asks-again")?;
            Some(span(context.trace, asked, answers(context.trace).nth(1)?))
        },
    },
    MeasureSpec {
        name: "failed-after",
        title: "Failed after",
        unit: Unit::Milliseconds,
        compute: |context| {
            let asked = note(context.trace, CLIENT, "asks-again")?;
            let failed = note(context.trace, CLIENT, "failed")?;
            Some(bare(nanos(at(context.trace, failed) - at(context.trace, asked))))
        },
    },
    MeasureSpec {
        name: "kept-alive-by",
        title: "Packets that kept it alive",
        unit: Unit::Count,
        compute: |context| {
            let kinds = ["keep-alive", "ping"];
            let packets = context.trace.packets().filter(|packet| packet.from == CLIENT);
            let count = packets
                .filter(|packet| kinds.contains(&packet.sent.packet.label().kind.as_str()))
                .count();
            Some(bare(count as u64))
        },
    },
    RETRANSMISSIONS,
    PACKETS,
];

const FIDELITY: Fidelity = Fidelity {
    modelled: "A table of connections that anything in either direction keeps alive, keep-alives \
               of TCP, pings of a program, retransmissions into a table that has forgotten, and a \
               client that waits ten seconds for an answer.",
    left_out: "Balancers that end connections in an orderly way or make their own to the server. \
               Retries of the request on a new connection.",
    standards: &["RFC 5382 section 5", "RFC 9293 section 3.8.4"],
    checked: "Works if and only if gap, keep-alive or ping is shorter than the time-out, at the \
              second; the default of two hours never saves it.",
};

const ABOUT: About = About {
    id: "tcp-idle-timeout",
    title: "Forgotten on the way",
    summary: "A balancer forgets a silent connection long before the ends would.",
    topic: Topic::Tcp,
    hosts: &["client", "balancer", "server"],
    kinds: &[
        "syn",
        "syn-ack",
        "ack",
        "request",
        "ping",
        "answer",
        "data",
        "keep-alive",
        "fin",
        "rst",
    ],
    params: PARAMS,
    presets: PRESETS,
    steps: STEPS,
    measures: MEASURES,
    fidelity: FIDELITY,
};

impl Scenario for TcpIdleTimeout {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn build(&self, params: &Params, seed: u64) -> World {
        let keep_alive = KeepAlive { idle: params.duration("keep-alive"), ..KeepAlive::LINUX };
        let ours = Config { keep_alive: Some(keep_alive), ..config(params) };
        let (gap, ping) = (params.duration("gap"), params.duration("ping"));
        let mut world = World::new(seed);
        let [here, there] = hosts_of_pair();
        let pooled = Pooled::new(server(PORT), ours, (gap, ping), REQUEST);
        let client = Host::new(here.address, world.stream("client"), pooled);
        let replier = Replier::new(PORT, config(params), REQUEST);
        let answering = Host::new(there.address, world.stream("server"), replier);
        let resets = params.choice("forgets") == "reset";
        let middle =
            Router::new(MIDDLE_IP).with(Forgetful::new(params.duration("timeout"), resets));
        let box_of = trace::Host { name: "balancer", title: "Balancer", address: MIDDLE_IP };
        let client = world.host(here, client);
        let middle = world.host(box_of, middle);
        let answering = world.host(there, answering);
        let link = LinkConfig::new(params.duration("rtt") / 4);
        world.connect(client, middle, link);
        world.connect(middle, answering, link);
        world.route(client, Prefix::ALL, middle);
        world.route(answering, Prefix::ALL, middle);
        world.time_max(Instant::START + gap + Duration::from_secs(20));
        world
    }
}

#[cfg(test)]
mod tests;
