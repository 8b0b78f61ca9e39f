//! `tcp-half-open`: one end of a connection is gone and the other does not know.
//!
//! RFC 9293 sections 3.5.1 (half-open connections), 3.8.3 (giving up) and 3.8.4 (keep-alives).

use core::time::Duration;

use crate::proto::host::Host;
use crate::proto::tcp::{Config, KeepAlive};
use crate::scenario::apps::{Act, Program, Role};
use crate::scenario::find::{CLIENT, RST, SERVER, at, ms, note, segment_at, sent_by, span, when};
use crate::scenario::measures::{PACKETS, RETRANSMISSIONS, bare};
use crate::scenario::params::{ParamKind, ParamSpec, Params};
use crate::scenario::presets::{
    ATLANTIC, LAN, MS, PROFILE, RTT, WIFI, config, failure, hosts_of_pair, server,
};
use crate::scenario::setup::Preset;
use crate::scenario::{About, Fidelity, MeasureSpec, PAIR, Scenario, StepSpec, Topic, Unit};
use crate::sim::link::LinkConfig;
use crate::sim::time::{Instant, nanos};
use crate::sim::trace::{EntryId, Trace};
use crate::sim::world::World;

/// The scenario.
#[derive(Debug)]
pub(in crate::scenario) struct TcpHalfOpen;

/// The server's port.
const PORT: u16 = 8080;
/// The length of a request and of its answer.
const MESSAGE: u64 = 100;
/// When the server crashes.
const CRASH: Instant = Instant::from_millis(5_000);
/// When it is back, if it comes back.
const BACK: Instant = Instant::from_millis(8_000);
/// The longest run: Linux's keep-alives take 7,875 s.
const TIME: Duration = Duration::from_secs(10_800);

const PARAMS: &[ParamSpec] = &[
    RTT,
    PROFILE,
    ParamSpec {
        key: "server",
        label: "After the crash",
        help: "Whether the server comes back three seconds after its crash.",
        kind: ParamKind::Choice {
            options: &[("back", "It is back in 3 s"), ("gone", "It stays away")],
            default: 0,
        },
    },
    ParamSpec {
        key: "client",
        label: "The client",
        help: "What the client does while the server is gone or has forgotten it.",
        kind: ParamKind::Choice {
            options: &[
                ("writes", "Writes again later"),
                ("waits", "Only waits to read"),
                ("keep-alive", "Waits with keep-alive"),
            ],
            default: 0,
        },
    },
    ParamSpec {
        key: "again",
        label: "Writes again at",
        help: "When the client sends its second request.",
        kind: ParamKind::Duration { min: 6_000 * MS, max: 600_000 * MS, default: 20_000 * MS },
    },
    ParamSpec {
        key: "idle",
        label: "Keep-alive after",
        help: "How long the server may be silent before the client asks; Linux has two hours.",
        kind: ParamKind::Duration { min: 1_000 * MS, max: 7_200_000 * MS, default: 7_200_000 * MS },
    },
    ParamSpec {
        key: "interval",
        label: "Asks every",
        help: "How long an answer to a keep-alive may take.",
        kind: ParamKind::Duration { min: 1_000 * MS, max: 75_000 * MS, default: 75_000 * MS },
    },
    ParamSpec {
        key: "probes",
        label: "Asks at most",
        help: "How many keep-alives may stay without an answer.",
        kind: ParamKind::Count { min: 1, max: 20, default: 9 },
    },
];

const PRESETS: &[Preset] = &[
    LAN,
    WIFI,
    ATLANTIC,
    failure("gone", "A writer whose server is gone", &[("server", "gone")]),
    failure("waits", "A reader waits for ever", &[("client", "waits")]),
    failure(
        "keep-alive",
        "Keep-alive, server gone",
        &[("server", "gone"), ("client", "keep-alive")],
    ),
    failure("keep-alive-back", "Keep-alive, server back", &[("client", "keep-alive")]),
    failure(
        "soon",
        "Keep-alive every ten seconds",
        &[
            ("server", "gone"),
            ("client", "keep-alive"),
            ("idle", "10s"),
            ("interval", "5s"),
            ("probes", "3"),
        ],
    ),
];

/// When the client learns that the connection is gone.
fn noticed(trace: &Trace) -> Option<EntryId> {
    note(trace, CLIENT, "was-reset").or_else(|| note(trace, CLIENT, "timed-out"))
}

fn kept_alive(trace: &Trace) -> usize {
    trace
        .packets()
        .filter(|p| p.from == CLIENT && p.sent.packet.label().kind == "keep-alive")
        .count()
}

const STEPS: &[StepSpec] = &[
    StepSpec {
        name: "answer",
        title: "All is well",
        find: |trace| sent_by(trace, SERVER).find(|s| s.len > 0).map(|s| s.packet.entry),
        caption: |_, _| "A request and its answer: the connection works.".to_owned(),
    },
    StepSpec {
        name: "crash",
        title: "The server crashes",
        find: |trace| note(trace, SERVER, "crashed"),
        caption: |trace, entry| {
            format!(
                "At {} the server crashes. It sends no FIN and no RST: for the client nothing has \
                 changed.",
                when(trace, entry)
            )
        },
    },
    StepSpec {
        name: "back",
        title: "The server is back",
        find: |trace| note(trace, SERVER, "restarted"),
        caption: |trace, entry| {
            format!(
                "At {} the server is back and knows nothing of the connection, which is now half \
                 open.",
                when(trace, entry)
            )
        },
    },
    StepSpec {
        name: "written",
        title: "The client writes",
        find: |trace| sent_by(trace, CLIENT).filter(|s| s.len > 0).nth(1).map(|s| s.packet.entry),
        caption: |trace, entry| {
            format!(
                "At {} the client writes. The write succeeds: only its own TCP has the bytes.",
                when(trace, entry)
            )
        },
    },
    StepSpec {
        name: "keep-alive",
        title: "Keep-alive",
        find: |trace| {
            let is = |p: &crate::sim::trace::PacketView<'_>| {
                p.from == CLIENT && p.sent.packet.label().kind == "keep-alive"
            };
            trace.packets().find(is).map(|p| p.entry)
        },
        caption: |trace, entry| {
            format!(
                "At {} the client asks with an old number, which a living peer must correct.",
                when(trace, entry)
            )
        },
    },
    StepSpec {
        name: "reset",
        title: "RST",
        find: |trace| sent_by(trace, SERVER).find(|s| s.has(RST)).map(|s| s.packet.entry),
        caption: |trace, entry| {
            let seq = segment_at(trace, entry).map_or(0, |s| s.seq);
            format!(
                "The server knows no such connection: RST, with number {seq} as the client has it."
            )
        },
    },
    StepSpec {
        name: "noticed",
        title: "The client knows",
        find: noticed,
        caption: |trace, entry| {
            let since = nanos(at(trace, entry) - CRASH);
            let reset = note(trace, CLIENT, "was-reset").is_some();
            let how = if reset { "connection reset" } else { "connection timed out" };
            format!("{how}: the client knows {} after the crash.", ms(since))
        },
    },
];

const MEASURES: &[MeasureSpec] = &[
    MeasureSpec {
        name: "noticed",
        title: "Known after the crash",
        unit: Unit::Milliseconds,
        compute: |context| {
            let crash = note(context.trace, SERVER, "crashed")?;
            Some(span(context.trace, crash, noticed(context.trace)?))
        },
    },
    MeasureSpec {
        name: "after-writing",
        title: "Known after writing",
        unit: Unit::Milliseconds,
        compute: |context| {
            let second = sent_by(context.trace, CLIENT).filter(|s| s.len > 0).nth(1)?;
            Some(span(context.trace, second.packet.entry, noticed(context.trace)?))
        },
    },
    MeasureSpec {
        name: "keep-alives",
        title: "Keep-alives",
        unit: Unit::Count,
        compute: |context| Some(bare(kept_alive(context.trace) as u64)),
    },
    MeasureSpec {
        name: "silence",
        title: "Last heard before it is known",
        unit: Unit::Milliseconds,
        compute: |context| {
            let entry = noticed(context.trace)?;
            let heard = crate::scenario::find::arrivals(context.trace, CLIENT)
                .rfind(|(_, segment)| !segment.has(RST))?;
            Some(bare(nanos(at(context.trace, entry) - at(context.trace, heard.0))))
        },
    },
    RETRANSMISSIONS,
    PACKETS,
];

const FIDELITY: Fidelity = Fidelity {
    modelled: "A host that loses its memory and comes back, RST for what it does not know, \
               retransmission until the connection is given up, and keep-alives with their \
               schedule.",
    left_out: "TCP_USER_TIMEOUT, and routers that say that the host is gone. The server's \
               addresses stay the same.",
    standards: &["RFC 9293 sections 3.5.1, 3.8.3 and 3.8.4", "RFC 1122 section 4.2.3.6"],
    checked: "One round trip after writing to a server that is back; 924.6 s or more where it is \
              gone (Linux's tcp_retries2); 7,875 s with Linux's keep-alives.",
};

const ABOUT: About = About {
    id: "tcp-half-open",
    title: "The other end is gone",
    summary: "A crash says nothing: who waits to read never learns it, who writes soon does.",
    topic: Topic::Tcp,
    hosts: PAIR,
    kinds: &[
        "syn",
        "syn-ack",
        "ack",
        "data",
        "request",
        "keep-alive",
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

impl Scenario for TcpHalfOpen {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn build(&self, params: &Params, seed: u64) -> World {
        let config = config(params);
        let doing = params.choice("client");
        let keep_alive = KeepAlive {
            idle: params.duration("idle"),
            interval: params.duration("interval"),
            probes: u32::try_from(params.number("probes")).unwrap_or(u32::MAX),
        };
        let ours = Config { keep_alive: (doing == "keep-alive").then_some(keep_alive), ..config };
        let mut client = Program::new(Role::Connect(server(PORT), ours))
            .on_open(&[Act::Message("request", "request", MESSAGE)]);
        if doing == "writes" {
            let again = [Act::Message("request", "second request", MESSAGE)];
            client = client.after(params.duration("again"), &again);
        }
        let answer =
            Program::new(Role::Listen(PORT, config)).on_received(MESSAGE, &[Act::Send(MESSAGE)]);
        let mut world = World::new(seed);
        let [here, there] = hosts_of_pair();
        let back = (params.choice("server") != "gone").then_some(BACK);
        let client = Host::new(here.address, world.stream("client"), client);
        let answer =
            Host::new(there.address, world.stream("server"), answer).with_crash(CRASH, back);
        let client = world.host(here, client);
        let answer = world.host(there, answer);
        world.connect(client, answer, LinkConfig::new(params.duration("rtt") / 2));
        world.time_max(Instant::START + TIME);
        world
    }
}

#[cfg(test)]
mod tests;
