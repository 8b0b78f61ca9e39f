//! `tcp-syn-flood`: SYNs from addresses that do not answer fill a server's backlog.
//!
//! RFC 4987; the time-outs of SYN-ACKs are those of RFC 6298 section 5.5.

mod apps;

use core::time::Duration;

use self::apps::{Caller, Flood, Greeter};
use crate::proto::host::Host;
use crate::proto::tcp::Config;
use crate::scenario::find::{
    ACK, CLIENT, SERVER, SYN, at, count, note, report, reports, sent_by, when,
};
use crate::scenario::measures::{BYTES_ON_WIRE, PACKETS, bare, metric};
use crate::scenario::params::{ParamKind, ParamSpec, Params};
use crate::scenario::presets::{MS, PROFILE, config, failure, hosts_of_pair, network, server};
use crate::scenario::setup::Preset;
use crate::scenario::{
    About, Context, Fidelity, Figure, MeasureSpec, Scenario, StepSpec, Topic, Unit,
};
use crate::sim::endpoint::Event;
use crate::sim::link::LinkConfig;
use crate::sim::time::{Instant, nanos};
use crate::sim::trace::{self, EntryId, HostId, Trace, TraceEvent};
use crate::sim::world::World;

/// The scenario.
#[derive(Debug)]
pub(in crate::scenario) struct TcpSynFlood;

/// The server's port.
const PORT: u16 = 8080;
/// The attacker's lane.
const ATTACKER: HostId = HostId(2);
/// The attacker's address, which nobody ever sees.
const ATTACKER_IP: [u8; 4] = [198, 51, 100, 66];
/// How long a half-open connection is kept: five retries of the SYN-ACK, each after twice the
/// time.
const KEPT: Duration = Duration::from_secs(63);
/// The most steps: 2,000 SYNs a second and their answers.
const STEPS: u32 = 5_000_000;

const PARAMS: &[ParamSpec] = &[
    ParamSpec {
        key: "rtt",
        label: "Round trip",
        help: "How long a packet takes to the server and back.",
        kind: ParamKind::Duration { min: MS, max: 1_000 * MS, default: 20 * MS },
    },
    PROFILE,
    ParamSpec {
        key: "per-second",
        label: "False SYNs a second",
        help: "How many SYNs the attacker sends in a second, each from another address.",
        kind: ParamKind::Count { min: 1, max: 2_000, default: 16 },
    },
    ParamSpec {
        key: "backlog",
        label: "Backlog",
        help: "How many half-open connections the server keeps; Linux had 128, since 5.4 4,096.",
        kind: ParamKind::Count { min: 1, max: 4_096, default: 128 },
    },
    ParamSpec {
        key: "cookies",
        label: "SYN cookies",
        help: "Whether the server answers without remembering when its backlog is full.",
        kind: ParamKind::Choice { options: &[("off", "Off"), ("on", "On")], default: 0 },
    },
];

const PRESETS: &[Preset] = &[
    network("lan", "LAN", &[("rtt", "1ms")]),
    network("wifi", "Home Wi-Fi", &[("rtt", "20ms")]),
    network("atlantic", "Transatlantic", &[("rtt", "100ms")]),
    failure("cookies", "With cookies", &[("cookies", "on")]),
    failure("too-slow", "Two a second", &[("per-second", "2")]),
    failure("faster", "A hundred a second", &[("per-second", "100")]),
];

fn cookie_sent(trace: &Trace) -> Option<EntryId> {
    note(trace, SERVER, "cookie-sent")
}

/// When the backlog had no room for the first time.
fn full(trace: &Trace) -> Option<EntryId> {
    let refused = |event: &Event| {
        matches!(event, Event::PacketDropped { reason: "the backlog is full" })
            || matches!(event, Event::Note { name: "cookie-sent", .. })
    };
    report(trace, SERVER, refused)
}

fn counted(trace: &Trace, wanted: &str) -> u64 {
    reports(trace, CLIENT, |event| matches!(event, Event::Note { name, .. } if *name == wanted))
        .count() as u64
}

const STEPS_OF: &[StepSpec] = &[
    StepSpec {
        name: "false-syn",
        title: "A false SYN",
        find: |trace| sent_by(trace, ATTACKER).next().map(|s| s.packet.entry),
        caption: |_, _| {
            "A SYN with somebody else's address: the answer will go there, and nobody will \
             complete the handshake."
                .to_owned()
        },
    },
    StepSpec {
        name: "half-open",
        title: "Half open",
        find: |trace| sent_by(trace, SERVER).find(|s| s.has(SYN | ACK)).map(|s| s.packet.entry),
        caption: |_, _| {
            "The server answers and remembers the connection. It will repeat its SYN-ACK five \
             times, for 63 seconds."
                .to_owned()
        },
    },
    StepSpec {
        name: "full",
        title: "Backlog full",
        find: full,
        caption: |trace, entry| {
            let cookies = cookie_sent(trace) == Some(entry);
            let then = if cookies { "Cookies take over" } else { "The next SYN is dropped" };
            format!(
                "At {} the backlog is full of half-open connections. {then}.",
                when(trace, entry)
            )
        },
    },
    StepSpec {
        name: "served",
        title: "A client is served",
        find: |trace| note(trace, CLIENT, "connected"),
        caption: |trace, entry| {
            format!(
                "At {} the true client is connected. In all {} of {} are.",
                when(trace, entry),
                counted(trace, "connected"),
                count(counted(trace, "attempt"), "attempt")
            )
        },
    },
    StepSpec {
        name: "refused",
        title: "A client is not served",
        find: |trace| note(trace, CLIENT, "no-answer"),
        caption: |trace, entry| {
            format!(
                "At {} the true client has waited three seconds: its SYNs were dropped like the \
                 false ones.",
                when(trace, entry)
            )
        },
    },
    StepSpec {
        name: "forgotten",
        title: "Room again",
        find: |trace| {
            report(trace, SERVER, |event| {
                matches!(event, Event::StateUpdated { from: "SYN-RECEIVED", to: "CLOSED", .. })
            })
        },
        caption: |trace, entry| {
            format!(
                "At {} the server gives up the first half-open connection. The next SYN takes its \
                 place.",
                when(trace, entry)
            )
        },
    },
];

/// The refused SYNs of the second 63 seconds, when as many places come free as are taken.
fn refused(context: &Context<'_>) -> Option<Figure> {
    let trace = context.trace;
    let counted = |wanted: &str| {
        let until = |end: Instant| {
            let entries = trace.numbered().take_while(|(_, entry)| entry.at <= end);
            entries.last().and_then(|(id, _)| metric(trace, SERVER, wanted, id)).unwrap_or(0)
        };
        until(Instant::START + KEPT + KEPT) - until(Instant::START + KEPT)
    };
    let share = counted("syns-refused") * 1_000_000;
    Some(bare(share.checked_div(counted("syns-arrived"))?))
}

const MEASURES: &[MeasureSpec] = &[
    MeasureSpec {
        name: "full-after",
        title: "Backlog full after",
        unit: Unit::Milliseconds,
        compute: |context| {
            let entry = full(context.trace)?;
            Some(bare(nanos(at(context.trace, entry) - Instant::START)))
        },
    },
    MeasureSpec { name: "refused", title: "SYNs refused", unit: Unit::Percent, compute: refused },
    MeasureSpec {
        name: "half-open",
        title: "Most half open",
        unit: Unit::Count,
        compute: |context| {
            let entries = context.trace.entries.iter().filter(|entry| entry.host == SERVER);
            let most = entries.fold(0, |most, entry| match &entry.event {
                TraceEvent::Endpoint(Event::MetricUpdated { name: "half-open", value, .. }) => {
                    most.max(*value)
                }
                _ => most,
            });
            Some(bare(most))
        },
    },
    MeasureSpec {
        name: "attempts",
        title: "Attempts of the client",
        unit: Unit::Count,
        compute: |context| Some(bare(counted(context.trace, "attempt"))),
    },
    MeasureSpec {
        name: "connected",
        title: "Connected within three seconds",
        unit: Unit::Count,
        compute: |context| Some(bare(counted(context.trace, "connected"))),
    },
    PACKETS,
    BYTES_ON_WIRE,
];

const FIDELITY: Fidelity = Fidelity {
    modelled: "The backlog with every half-open connection, its retries and its end after 63 s; \
               cookies in the sequence number with the size of segments, other options in the \
               clock; a client that tries every five seconds and waits three.",
    left_out: "The accept queue, Linux's early drops of young requests, rate limits, and \
               filters on the way (BCP 38). Losses on the way are those of the faults.",
    standards: &["RFC 4987", "RFC 9293 section 3.10.7.2", "RFC 6298 section 5.5"],
    checked: "4,096 places fill from 66 SYNs a second on and not at 64; at 500 a second 87 % of \
              the SYNs are refused, with cookies none.",
};

const ABOUT: About = About {
    id: "tcp-syn-flood",
    title: "A flood of SYNs",
    summary: "Half-open connections stay a minute, so a few SYNs a second fill a backlog.",
    topic: Topic::Tcp,
    hosts: &["client", "server", "attacker"],
    kinds: &["syn", "syn-ack", "ack", "fin", "rst", "data"],
    params: PARAMS,
    presets: PRESETS,
    steps: STEPS_OF,
    measures: MEASURES,
    fidelity: FIDELITY,
};

impl Scenario for TcpSynFlood {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn build(&self, params: &Params, seed: u64) -> World {
        let backlog = u32::try_from(params.number("backlog")).unwrap_or(u32::MAX);
        let config = config(params);
        let listening = Config { backlog, syn_cookies: params.choice("cookies") == "on", ..config };
        let mut world = World::new(seed);
        let [here, there] = hosts_of_pair();
        let client =
            Host::new(here.address, world.stream("client"), Caller::new(server(PORT), config));
        let greeter = Greeter::new(PORT, listening);
        let target = Host::new(there.address, world.stream("server"), greeter).with_gauges();
        let pace = Duration::from_nanos(1_000_000_000 / params.number("per-second").max(1));
        let flood = Flood::new(server(PORT), pace, world.stream("attacker"));
        let attacker = trace::Host { name: "attacker", title: "Attacker", address: ATTACKER_IP };
        let client = world.host(here, client);
        let target = world.host(there, target);
        let attacker = world.host(attacker, flood);
        let link = LinkConfig::new(params.duration("rtt") / 2);
        world.connect(client, target, link);
        world.connect(attacker, target, link);
        world.coarse(Duration::from_millis(500));
        world.steps_max(STEPS);
        world.time_max(Instant::START + KEPT + KEPT + Duration::from_secs(1));
        world
    }
}

#[cfg(test)]
mod tests;
