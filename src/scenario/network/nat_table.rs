//! `nat-table`: many hosts behind one address, and what a translator forgets.
//!
//! RFC 3022 and RFC 4787. The hosts inside are one lane; the first of them stays in touch with a
//! server that has news now and then, the others open flows and leave them.

mod inside;
mod server;

use self::inside::Inside;
use self::server::Server;
use crate::proto::host::Host;
use crate::proto::router::Router;
use crate::proto::router::nat::{Nat, NatConfig};
use crate::scenario::find::{at, report, reports, thousands, when};
use crate::scenario::measures::{PACKETS, bare};
use crate::scenario::params::{ParamKind, ParamSpec, Params};
use crate::scenario::presets::{MS, RTT, failure, network};
use crate::scenario::setup::Preset;
use crate::scenario::{
    About, Fidelity, Figure, MeasureSpec, Scenario, StepSpec, Term, Topic, Unit,
};
use crate::sim::endpoint::Event;
use crate::sim::link::LinkConfig;
use crate::sim::route::Prefix;
use crate::sim::time::nanos;
use crate::sim::trace::{self, EntryId, HostId, PacketView, Trace, TraceEvent};
use crate::sim::world::World;

/// The scenario.
#[derive(Debug)]
pub(in crate::scenario) struct NatTable;

const SECOND: u64 = 1_000 * MS;

const PARAMS: &[ParamSpec] = &[
    RTT,
    ParamSpec {
        key: "ping",
        label: "Ping interval",
        help: "How often the first host inside writes to the server to keep its mapping.",
        kind: ParamKind::Duration { min: 5 * SECOND, max: 600 * SECOND, default: 60 * SECOND },
    },
    ParamSpec {
        key: "timeout",
        label: "Time-out",
        help: "How long the translator keeps a mapping of UDP without a packet from inside.",
        kind: ParamKind::Duration { min: 10 * SECOND, max: 300 * SECOND, default: 30 * SECOND },
    },
    ParamSpec {
        key: "news",
        label: "News",
        help: "How often the server has something to tell.",
        kind: ParamKind::Duration { min: 5 * SECOND, max: 600 * SECOND, default: 20 * SECOND },
    },
    ParamSpec {
        key: "time",
        label: "For",
        help: "How long the server goes on.",
        kind: ParamKind::Duration { min: 10 * SECOND, max: 1_800 * SECOND, default: 180 * SECOND },
    },
    ParamSpec {
        key: "hosts",
        label: "Other hosts inside",
        help: "How many others are behind the same address.",
        kind: ParamKind::Count { min: 0, max: 5_000, default: 2 },
    },
    ParamSpec {
        key: "flows",
        label: "Flows of each",
        help: "How many flows each of them opens at the start.",
        kind: ParamKind::Count { min: 1, max: 13, default: 1 },
    },
    ParamSpec {
        key: "ports",
        label: "Public ports",
        help: "How many ports of its address the translator gives away.",
        kind: ParamKind::Count { min: 1, max: 64_512, default: 64_512 },
    },
];

const PRESETS: &[Preset] = &[
    network("lan", "LAN", &[("rtt", "1ms")]),
    network("wifi", "Home Wi-Fi", &[("rtt", "20ms")]),
    network("atlantic", "Transatlantic", &[("rtt", "100ms")]),
    failure("keep-alive", "A ping every 25 s", &[("ping", "25s")]),
    failure("rfc", "Five minutes, as RFC 4787 asks", &[("timeout", "300s")]),
    failure("exhausted", "No port left", &[("hosts", "7"), ("flows", "3"), ("ports", "16")]),
    failure("silent", "No ping at all", &[("ping", "600s")]),
];

/// The lanes.
const CLIENT: HostId = HostId(0);
const NAT: HostId = HostId(1);
const SERVER: HostId = HostId(2);

/// The public address of the translator.
const PUBLIC: [u8; 4] = [198, 51, 100, 7];
/// The server's address.
const SERVER_IP: [u8; 4] = [203, 0, 113, 20];

/// The packet whose arrival made an entry.
fn because(trace: &Trace, entry: EntryId) -> Option<PacketView<'_>> {
    match trace.entry(trace.entry(entry)?.cause?)?.event {
        TraceEvent::PacketReceived { id, .. } => trace.packet(id),
        TraceEvent::PacketSent(_) | TraceEvent::Endpoint(_) => None,
    }
}

/// The mappings that the first host's packets made.
fn mappings(trace: &Trace) -> impl Iterator<Item = EntryId> + '_ {
    reports(trace, NAT, |event| matches!(event, Event::Note { name: "mapping-created", .. }))
        .filter(|entry| {
            because(trace, *entry).is_some_and(|view| inside::is_first(&view.sent.packet))
        })
}

/// Packets of this kind that a host sent.
fn sent<'a>(
    trace: &'a Trace,
    host: HostId,
    kind: &'static str,
) -> impl Iterator<Item = PacketView<'a>> {
    trace.packets().filter(move |view| view.from == host && view.sent.packet.label().kind == kind)
}

fn dropped(trace: &Trace, wanted: &str) -> Option<EntryId> {
    report(
        trace,
        NAT,
        |event| matches!(event, Event::PacketDropped { reason } if *reason == wanted),
    )
}

fn drops(trace: &Trace, wanted: &str) -> u64 {
    let is = |event: &Event| matches!(event, Event::PacketDropped { reason } if *reason == wanted);
    reports(trace, NAT, is).count() as u64
}

/// What the translator says when it knows no mapping, and when it has no port.
const UNKNOWN: &str = "no mapping for this port";
const FULL: &str = "no public port is free";

const STEPS: &[StepSpec] = &[
    StepSpec {
        name: "hello",
        title: "Hello",
        find: |trace| sent(trace, CLIENT, "hello").next().map(|view| view.entry),
        caption: |_, _| {
            "The first host writes to the server, from an address that only means something \
             inside."
                .to_owned()
        },
    },
    StepSpec {
        name: "mapping",
        title: "Mapping made",
        find: |trace| mappings(trace).next(),
        caption: |trace, entry| match trace.entry(entry).map(|entry| &entry.event) {
            Some(TraceEvent::Endpoint(Event::Note { text, .. })) => {
                let text = text.strip_prefix("new mapping: ").unwrap_or(text);
                format!("From now on {text}: the translator remembers it.")
            }
            _ => String::new(),
        },
    },
    StepSpec {
        name: "rewritten",
        title: "Rewritten",
        find: |trace| sent(trace, NAT, "hello").next().map(|view| view.entry),
        caption: |_, _| {
            "Outside it carries the public address: source, port and checksums are rewritten."
                .to_owned()
        },
    },
    StepSpec {
        name: "news",
        title: "News arrive",
        find: |trace| {
            report(trace, CLIENT, |event| matches!(event, Event::Note { name: "news", .. }))
        },
        caption: |trace, entry| {
            format!(
                "At {} news of the server find their way in, because the mapping is there.",
                when(trace, entry)
            )
        },
    },
    StepSpec {
        name: "forgotten",
        title: "Forgotten",
        find: |trace| {
            let made = mappings(trace).next()?;
            let TraceEvent::Endpoint(Event::Note { connection: nth, .. }) =
                trace.entry(made)?.event
            else {
                return None;
            };
            report(trace, NAT, |event| {
                matches!(event, Event::Note { name: "mapping-expired", connection, .. }
                    if *connection == nth)
            })
        },
        caption: |trace, entry| {
            format!(
                "At {} nothing has gone out for too long: the translator forgets the mapping, and \
                 tells nobody.",
                when(trace, entry)
            )
        },
    },
    StepSpec {
        name: "dropped",
        title: "News lost",
        find: |trace| dropped(trace, UNKNOWN),
        caption: |_, _| {
            "News come to a port that means nothing any more: the translator throws them away, \
             and the server does not learn it."
                .to_owned()
        },
    },
    StepSpec {
        name: "again",
        title: "Mapping made again",
        find: |trace| mappings(trace).nth(1),
        caption: |trace, entry| {
            format!("At {} the next ping makes a mapping again: news pass.", when(trace, entry))
        },
    },
    StepSpec {
        name: "refused",
        title: "No port left",
        find: |trace| dropped(trace, FULL),
        caption: |trace, _| {
            let full = drops(trace, FULL);
            format!(
                "Every public port is taken: the packet ends here, as do {} in all.",
                thousands(full)
            )
        },
    },
];

fn news(trace: &Trace) -> (u64, u64) {
    let sent = sent(trace, SERVER, "news").count() as u64;
    let is = |event: &Event| matches!(event, Event::Note { name: "news", .. });
    (sent, reports(trace, CLIENT, is).count() as u64)
}

const MEASURES: &[MeasureSpec] = &[
    MeasureSpec {
        name: "news-sent",
        title: "News sent",
        unit: Unit::Count,
        compute: |context| Some(bare(news(context.trace).0)),
    },
    MeasureSpec {
        name: "news-arrived",
        title: "News that arrived",
        unit: Unit::Count,
        compute: |context| {
            let (sent, arrived) = news(context.trace);
            (sent > 0).then(|| bare(arrived))
        },
    },
    MeasureSpec {
        name: "mapping-life",
        title: "Life of the first mapping",
        unit: Unit::Milliseconds,
        compute: |context| {
            let made = mappings(context.trace).next()?;
            let step = |name| context.steps.iter().find(|step| step.name == name);
            let gone = step("forgotten")?.entry;
            let value = nanos(at(context.trace, gone) - at(context.trace, made));
            let wait = nanos(context.setup.params.duration("timeout")).min(value);
            let term = |label: &str, value| Term { label: label.to_owned(), value };
            let kept = term("kept alive by pings", value - wait);
            Some(Figure { value, sum: vec![kept, term("until the time-out", wait)] })
        },
    },
    MeasureSpec {
        name: "mappings-max",
        title: "Most mappings at once",
        unit: Unit::Count,
        compute: |context| {
            let values = context.trace.entries.iter().filter_map(|entry| match entry.event {
                TraceEvent::Endpoint(Event::MetricUpdated {
                    name: "nat-mappings", value, ..
                }) => Some(value),
                _ => None,
            });
            values.max().map(bare)
        },
    },
    MeasureSpec {
        name: "refused",
        title: "Refused for want of a port",
        unit: Unit::Count,
        compute: |context| Some(bare(drops(context.trace, FULL))),
    },
    PACKETS,
];

const ABOUT: About = About {
    id: "nat-table",
    title: "A table that forgets",
    summary: "Address translation: many hosts share an address as long as someone writes out.",
    topic: Topic::Network,
    hosts: &["client", "nat", "server"],
    kinds: &["hello", "welcome", "ping", "pong", "news", "flow"],
    params: PARAMS,
    presets: PRESETS,
    steps: STEPS,
    measures: MEASURES,
    fidelity: Fidelity {
        modelled: "A table of mappings with time-outs that only packets from inside renew, \
                   rewritten addresses, ports and checksums, ports that run out, packets from \
                   strangers thrown away.",
        left_out: "TCP through the table (it is there, with longer time-outs), hairpinning, \
                   STUN and port mapping protocols; translated ICMP.",
        standards: &["RFC 3022 section 4", "RFC 4787", "RFC 768"],
        checked: "A ping every 25 s keeps a 30 s mapping, one every 60 s does not; 65,000 flows \
                  leave 488 without one of 64,512 ports.",
    },
};

impl Scenario for NatTable {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn build(&self, params: &Params, seed: u64) -> World {
        let mut world = World::new(seed);
        let lane = |name, title, address| trace::Host { name, title, address };
        let network = Prefix::new(inside::FIRST, 16);
        let ports = u16::try_from(params.number("ports") - 1).unwrap_or(u16::MAX);
        let table = Nat::new(NatConfig {
            port_max: 1_024_u16.saturating_add(ports),
            udp_idle: params.duration("timeout"),
            ..NatConfig::new(network, PUBLIC)
        });
        let there = Server::new(params.duration("news"), params.duration("time"));
        let there = Host::new(SERVER_IP, world.stream("server"), there);
        let client = world.host(lane("client", "Hosts inside", inside::FIRST), Inside::new(params));
        let nat = world.host(lane("nat", "Translator", PUBLIC), Router::new(PUBLIC).with(table));
        let server = world.host(lane("server", "Server", SERVER_IP), there);
        let way = params.duration(RTT.key) / 2;
        // The translator stands at home: a tenth of the way.
        world.connect(client, nat, LinkConfig::new(way / 10));
        world.connect(nat, server, LinkConfig::new(way - way / 10));
        world.route(client, Prefix::ALL, nat);
        world.route(nat, network, client);
        world.route(server, Prefix::ALL, nat);
        world
    }
}

#[cfg(test)]
mod tests;
