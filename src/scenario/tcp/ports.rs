//! `tcp-ports`: a client that opens many short connections to one server runs out of ports.
//!
//! RFC 9293 sections 3.4.2 and 3.6.1 (TIME-WAIT), RFC 6191 (using ends again).

mod apps;

use core::time::Duration;

use self::apps::{Acceptor, Opener};
use crate::proto::host::Host;
use crate::proto::tcp::Config;
use crate::scenario::find::{
    CLIENT, FIN, SERVER, SYN, at, count, enters, note, sent_by, thousands, when,
};
use crate::scenario::measures::{BYTES_ON_WIRE, PACKETS, bare};
use crate::scenario::params::{ParamKind, ParamSpec, Params};
use crate::scenario::presets::{MS, PROFILE, config, failure, hosts_of_pair, network, server};
use crate::scenario::setup::Preset;
use crate::scenario::{About, Fidelity, MeasureSpec, PAIR, Scenario, StepSpec, Topic, Unit};
use crate::sim::endpoint::Event;
use crate::sim::link::LinkConfig;
use crate::sim::time::{Instant, nanos};
use crate::sim::trace::{EntryId, HostId, Trace, TraceEvent};
use crate::sim::world::World;

/// The scenario.
#[derive(Debug)]
pub(in crate::scenario) struct TcpPorts;

/// The server's port.
const PORT: u16 = 8080;
/// The most steps: 60,000 connections have 8 packets each.
const STEPS: u32 = 5_000_000;

const PARAMS: &[ParamSpec] = &[
    ParamSpec {
        key: "rtt",
        label: "Round trip",
        help: "How long a packet takes there and back; each way takes half of it.",
        kind: ParamKind::Duration { min: MS, max: 1_000 * MS, default: 20 * MS },
    },
    PROFILE,
    ParamSpec {
        key: "per-second",
        label: "New connections a second",
        help: "How many connections the client opens in a second, evenly.",
        kind: ParamKind::Count { min: 1, max: 2_000, default: 10 },
    },
    ParamSpec {
        key: "ports",
        label: "Ports",
        help: "How many ports the client has for connections: a hundredth of Linux's 28,232.",
        kind: ParamKind::Count { min: 10, max: 28_232, default: 282 },
    },
    ParamSpec {
        key: "closer",
        label: "Closes first",
        help: "Who closes first keeps the connection in TIME-WAIT.",
        kind: ParamKind::Choice {
            options: &[("client", "The client"), ("server", "The server")],
            default: 0,
        },
    },
    ParamSpec {
        key: "reuse",
        label: "tcp_tw_reuse",
        help: "Whether the client may use ends in TIME-WAIT again after a second.",
        kind: ParamKind::Choice { options: &[("off", "Off"), ("on", "On")], default: 0 },
    },
];

const PRESETS: &[Preset] = &[
    network("lan", "LAN", &[("rtt", "1ms")]),
    network("wifi", "Home Wi-Fi", &[("rtt", "20ms")]),
    network("atlantic", "Transatlantic", &[("rtt", "100ms")]),
    failure("sustainable", "As fast as lasts", &[("per-second", "4")]),
    failure("few-ports", "Ten ports", &[("ports", "10"), ("per-second", "1")]),
    failure(
        "server-closes",
        "The server closes",
        &[("ports", "10"), ("per-second", "1"), ("closer", "server")],
    ),
    failure("reuse", "Ends used again", &[("ports", "10"), ("per-second", "5"), ("reuse", "on")]),
];

/// The last value of a gauge of a host up to an entry.
fn gauge(trace: &Trace, host: HostId, wanted: &str, until: EntryId) -> u64 {
    crate::scenario::measures::metric(trace, host, wanted, until).unwrap_or(0)
}

/// The largest value of a gauge.
fn most(trace: &Trace, host: HostId, wanted: &str) -> u64 {
    let entries = trace.entries.iter().filter(|entry| entry.host == host);
    entries.fold(0, |most, entry| match &entry.event {
        TraceEvent::Endpoint(Event::MetricUpdated { name, value, .. }) if *name == wanted => {
            most.max(*value)
        }
        _ => most,
    })
}

const STEPS_OF: &[StepSpec] = &[
    StepSpec {
        name: "syn",
        title: "First connection",
        find: |trace| sent_by(trace, CLIENT).find(|s| s.has(SYN)).map(|s| s.packet.entry),
        caption: |trace, entry| {
            let port = crate::scenario::find::segment_at(trace, entry).map_or(0, |s| s.ports.0);
            format!(
                "Each connection takes a port of its own, here {port}: to one server only the \
                 port tells them apart."
            )
        },
    },
    StepSpec {
        name: "fin",
        title: "First close",
        find: |trace| {
            let closes = |host| sent_by(trace, host).find(|s| s.has(FIN)).map(|s| s.packet.entry);
            closes(CLIENT).into_iter().chain(closes(SERVER)).min()
        },
        caption: |trace, entry| {
            let who = trace.entry(entry).map_or("client", |entry| trace.host(entry.host).name);
            format!("The {who} closes first, at {}, and will have to remember.", when(trace, entry))
        },
    },
    StepSpec {
        name: "time-wait",
        title: "TIME-WAIT",
        find: |trace| {
            let waits = |host| enters(trace, host, "TIME-WAIT");
            waits(CLIENT).into_iter().chain(waits(SERVER)).min()
        },
        caption: |trace, entry| {
            let who = trace.entry(entry).map_or("client", |entry| trace.host(entry.host).name);
            format!(
                "The connection is over, but the {who} keeps its addresses and ports in \
                 TIME-WAIT, so that late packets hit no other."
            )
        },
    },
    StepSpec {
        name: "no-port",
        title: "No port left",
        find: |trace| note(trace, CLIENT, "no-port"),
        caption: |trace, entry| {
            let waiting = gauge(trace, CLIENT, "time-wait", entry);
            format!(
                "At {} no port is free: {} are in TIME-WAIT. connect() fails with EADDRNOTAVAIL.",
                when(trace, entry),
                count(waiting, "connection")
            )
        },
    },
    StepSpec {
        name: "lasted",
        title: "It lasts",
        find: |trace| note(trace, CLIENT, "lasted"),
        caption: |trace, entry| {
            format!(
                "After {} ports are still free: as many come back as are taken. In TIME-WAIT at \
                 the client: {}.",
                when(trace, entry),
                thousands(gauge(trace, CLIENT, "time-wait", entry))
            )
        },
    },
];

const MEASURES: &[MeasureSpec] = &[
    MeasureSpec {
        name: "fails-at",
        title: "No port left after",
        unit: Unit::Milliseconds,
        compute: |context| {
            let entry = note(context.trace, CLIENT, "no-port")?;
            Some(bare(nanos(at(context.trace, entry) - Instant::START)))
        },
    },
    MeasureSpec {
        name: "opened",
        title: "Connections opened",
        unit: Unit::Count,
        compute: |context| {
            let ends = |event: &Event| match event {
                Event::Note { name: "no-port" | "lasted", amount, .. } => Some(*amount),
                _ => None,
            };
            context.trace.entries.iter().find_map(|entry| match &entry.event {
                TraceEvent::Endpoint(event) => ends(event).map(bare),
                _ => None,
            })
        },
    },
    MeasureSpec {
        name: "client-time-wait",
        title: "Most in TIME-WAIT at the client",
        unit: Unit::Count,
        compute: |context| Some(bare(most(context.trace, CLIENT, "time-wait"))),
    },
    MeasureSpec {
        name: "server-time-wait",
        title: "Most in TIME-WAIT at the server",
        unit: Unit::Count,
        compute: |context| Some(bare(most(context.trace, SERVER, "time-wait"))),
    },
    PACKETS,
    BYTES_ON_WIRE,
];

const FIDELITY: Fidelity = Fidelity {
    modelled: "Every connection with its packets and states, ports by 4-tuple, TIME-WAIT of 60 s \
               (Linux) or 240 s, using ends again by timestamps after a second, and a server \
               that takes a newer SYN in TIME-WAIT.",
    left_out: "Linux's order of ports (it tries those of one parity first), other destinations, \
               and the work that sockets are. After the first connections only numbers are kept.",
    standards: &["RFC 9293 sections 3.4.2, 3.6.1 and 3.10.7.4", "RFC 6191"],
    checked: "470 connections a second last and 1,000 fail after 28.2 s with Linux's ports; the \
              closed form ports / rate at other sizes.",
};

const ABOUT: About = About {
    id: "tcp-ports",
    title: "Running out of ports",
    summary: "A closed connection holds its port for a minute: 28,232 ports are 470 a second.",
    topic: Topic::Tcp,
    hosts: PAIR,
    kinds: &["syn", "syn-ack", "ack", "fin", "rst"],
    params: PARAMS,
    presets: PRESETS,
    steps: STEPS_OF,
    measures: MEASURES,
    fidelity: FIDELITY,
};

impl Scenario for TcpPorts {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn build(&self, params: &Params, seed: u64) -> World {
        let (rate, ports) = (params.number("per-second"), params.number("ports"));
        let by_client = params.choice("closer") != "server";
        let config = Config { reuse: params.choice("reuse") == "on", ..config(params) };
        let time_wait = config.profile.time_wait;
        // Long enough that every port has come back once, or a quarter more than there are.
        let all = Duration::from_nanos(ports * 1_250_000_000 / rate.max(1));
        let time = (time_wait + Duration::from_secs(2)).min(all + Duration::from_secs(2));
        let pace = Duration::from_nanos(1_000_000_000 / rate.max(1));
        let mut world = World::new(seed);
        let [here, there] = hosts_of_pair();
        let opener = Opener::new(server(PORT), config, by_client, (pace, time));
        let first = 32_768_u16;
        let last = first.saturating_add(u16::try_from(ports - 1).unwrap_or(u16::MAX));
        let client = Host::new(here.address, world.stream("client"), opener)
            .with_ports(first..=last)
            .with_gauges();
        let acceptor = Acceptor::new(PORT, config, !by_client);
        let server = Host::new(there.address, world.stream("server"), acceptor).with_gauges();
        let client = world.host(here, client);
        let server = world.host(there, server);
        world.connect(client, server, LinkConfig::new(params.duration("rtt") / 2));
        world.coarse(Duration::from_millis(200));
        world.steps_max(STEPS);
        world.time_max(Instant::START + time + Duration::from_millis(1));
        world
    }
}

#[cfg(test)]
mod tests;
