//! `tcp-mtu`: a link on the way carries smaller packets, and a router says so, or does not.
//!
//! RFC 1191 (path MTU discovery), RFC 2923 section 2.1 (black holes), RFC 4821.

use core::time::Duration;

use crate::proto::host::Host;
use crate::proto::router::Router;
use crate::proto::tcp::Config;
use crate::scenario::apps::{Act, Program, Role};
use crate::scenario::find::{
    CLIENT, FIN, Segment, arrivals, at, count, note, report, reports, segment_at, segments, span,
    thousands, when,
};
use crate::scenario::measures::{PACKETS, bare};
use crate::scenario::params::{ParamKind, ParamSpec, Params};
use crate::scenario::presets::{
    ATLANTIC, LAN, PROFILE, RTT, WIFI, config, failure, hosts_of_pair, server,
};
use crate::scenario::setup::Preset;
use crate::scenario::{About, Fidelity, MeasureSpec, Scenario, StepSpec, Topic, Unit};
use crate::sim::endpoint::Event;
use crate::sim::link::LinkConfig;
use crate::sim::route::Prefix;
use crate::sim::time::Instant;
use crate::sim::trace::{self, EntryId, HostId, Trace};
use crate::sim::world::World;

/// The scenario.
#[derive(Debug)]
pub(in crate::scenario) struct TcpMtu;

/// The server's port.
const PORT: u16 = 8080;
/// The router's lane and address.
const ROUTER: HostId = HostId(1);
const ROUTER_IP: [u8; 4] = [198, 51, 100, 1];
/// The server's lane.
const SERVER: HostId = HostId(2);
/// The length of the request.
const REQUEST: u64 = 100;
/// How long the run may take: a black hole lasts a quarter of an hour.
const TIME: Duration = Duration::from_secs(30);

const PARAMS: &[ParamSpec] = &[
    RTT,
    PROFILE,
    ParamSpec {
        key: "mtu",
        label: "Narrow link",
        help: "The largest packet of the link to the client; Ethernet has 1,500 B, a tunnel less.",
        kind: ParamKind::Bytes { min: 576, max: 1_500, default: 1_400 },
    },
    ParamSpec {
        key: "size",
        label: "Answer",
        help: "How much the server sends.",
        kind: ParamKind::Bytes { min: 100, max: 100_000, default: 10_000 },
    },
    ParamSpec {
        key: "icmp",
        label: "ICMP",
        help: "Whether the router's message about a packet that is too large reaches the server.",
        kind: ParamKind::Choice {
            options: &[("passes", "It arrives"), ("filtered", "Somebody filters it")],
            default: 0,
        },
    },
    ParamSpec {
        key: "probing",
        label: "MTU probing",
        help: "Whether the server tries smaller segments when nothing is acknowledged.",
        kind: ParamKind::Choice {
            options: &[("off", "Off, Linux's default"), ("on", "tcp_mtu_probing 1")],
            default: 0,
        },
    },
];

const PRESETS: &[Preset] = &[
    LAN,
    WIFI,
    ATLANTIC,
    failure("wide", "No narrow link", &[("mtu", "1500B")]),
    failure("black-hole", "Black hole", &[("icmp", "filtered")]),
    failure("small-answer", "Black hole, small answer", &[("icmp", "filtered"), ("size", "1000B")]),
    failure(
        "probing",
        "Black hole, probing",
        &[("icmp", "filtered"), ("probing", "on"), ("size", "4000B")],
    ),
];

/// The segments with data that the server sends, not those that the router passes on.
fn data(trace: &Trace) -> impl DoubleEndedIterator<Item = Segment<'_>> {
    segments(trace).filter(|segment| segment.packet.from == SERVER && segment.len > 0)
}

/// All moments at which the router throws a packet away.
fn too_large(trace: &Trace) -> impl Iterator<Item = EntryId> {
    reports(trace, ROUTER, |event| matches!(event, Event::PacketDropped { .. }))
}

/// The moment at which the client has the last byte: it closes.
fn complete(trace: &Trace) -> Option<EntryId> {
    let fin = |segment: &Segment<'_>| segment.packet.from == CLIENT && segment.has(FIN);
    segments(trace).find(fin)?.packet.cause
}

const STEPS: &[StepSpec] = &[
    StepSpec {
        name: "request",
        title: "Small packets pass",
        find: |trace| arrivals(trace, SERVER).find(|(_, s)| s.len > 0).map(|(entry, _)| entry),
        caption: |_, _| {
            "The handshake and the request are small: they pass, and all seems well.".to_owned()
        },
    },
    StepSpec {
        name: "large",
        title: "Full packets",
        find: |trace| data(trace).next().map(|s| s.packet.entry),
        caption: |trace, entry| {
            let size = segment_at(trace, entry).map_or(0, |s| s.packet.sent.packet.size());
            format!(
                "The server fills packets of {} bytes, as both ends' own links allow, and forbids \
                 cutting them.",
                thousands(size.into())
            )
        },
    },
    StepSpec {
        name: "too-large",
        title: "Too large",
        find: |trace| too_large(trace).next(),
        caption: |trace, _| {
            let dropped = count(too_large(trace).count() as u64, "packet");
            format!(
                "The next link is narrower. The router throws the packet away: {dropped} in all."
            )
        },
    },
    StepSpec {
        name: "told",
        title: "The router says so",
        find: |trace| note(trace, SERVER, "path-mtu"),
        caption: |trace, entry| {
            format!(
                "At {} the server knows the narrow link's MTU and cuts smaller segments, old ones \
                 too.",
                when(trace, entry)
            )
        },
    },
    StepSpec {
        name: "silence",
        title: "Nobody answers",
        find: |trace| {
            report(trace, SERVER, |event| {
                matches!(event, Event::TimerFired { timer: "retransmission", .. })
            })
        },
        caption: |_, _| {
            "Nobody says anything. The server takes it for a loss and sends the same large packet \
             again."
                .to_owned()
        },
    },
    StepSpec {
        name: "guessed",
        title: "A smaller guess",
        find: |trace| note(trace, SERVER, "black-hole"),
        caption: |trace, entry| {
            format!(
                "At {}, after three seconds without an answer, the server tries segments of 1,024 \
                 bytes.",
                when(trace, entry)
            )
        },
    },
    StepSpec {
        name: "complete",
        title: "All is here",
        find: complete,
        caption: |trace, entry| {
            format!("The client has the whole answer at {}.", when(trace, entry))
        },
    },
];

const MEASURES: &[MeasureSpec] = &[
    MeasureSpec {
        name: "last-byte",
        title: "Answer complete",
        unit: Unit::Milliseconds,
        compute: |context| {
            let first = segments(context.trace)
                .find(|s| s.packet.from == CLIENT && s.len > 0)?
                .packet
                .entry;
            Some(span(context.trace, first, complete(context.trace)?))
        },
    },
    MeasureSpec {
        name: "too-large",
        title: "Packets that were too large",
        unit: Unit::Count,
        compute: |context| Some(bare(too_large(context.trace).count() as u64)),
    },
    MeasureSpec {
        name: "segment",
        title: "Largest segment at the client",
        unit: Unit::Bytes,
        compute: |context| {
            arrivals(context.trace, CLIENT).map(|(_, s)| u64::from(s.len)).max().map(bare)
        },
    },
    MeasureSpec {
        name: "messages",
        title: "Messages of the router",
        unit: Unit::Count,
        compute: |context| {
            let packets = context.trace.packets().filter(|packet| packet.from == ROUTER);
            let messages =
                packets.filter(|packet| packet.sent.packet.label().kind == "fragmentation-needed");
            Some(bare(messages.count() as u64))
        },
    },
    MeasureSpec {
        name: "stall",
        title: "Nothing new for",
        unit: Unit::Milliseconds,
        compute: |context| {
            let guessed = note(context.trace, SERVER, "black-hole")?;
            let large = data(context.trace).next()?.packet.at;
            Some(bare(crate::sim::time::nanos(at(context.trace, guessed) - large)))
        },
    },
    PACKETS,
];

const FIDELITY: Fidelity = Fidelity {
    modelled: "Packets that must not be cut, a router with a narrow link and its message with the \
               MTU, segments cut again at the sender, and Linux's probing of black holes: 1,024 \
               bytes after three seconds, then half.",
    left_out: "Growing again (RFC 4821 section 7), the cache of MTUs that other connections would \
               use, and routers that rewrite the MSS of SYNs.",
    standards: &["RFC 1191", "RFC 2923 section 2.1", "RFC 4821", "RFC 5927 section 4"],
    checked: "The message costs one way to the router and back; without it small answers pass and \
              large ones never; probing helps at the first time-out after three seconds.",
};

const ABOUT: About = About {
    id: "tcp-mtu",
    title: "Too large for the path",
    summary: "The handshake works and the first full packet vanishes, unless a router says why.",
    topic: Topic::Tcp,
    hosts: &["client", "router", "server"],
    kinds: &[
        "syn",
        "syn-ack",
        "ack",
        "data",
        "request",
        "fin",
        "rst",
        "fragmentation-needed",
        "window-update",
        "probe",
    ],
    params: PARAMS,
    presets: PRESETS,
    steps: STEPS,
    measures: MEASURES,
    fidelity: FIDELITY,
};

impl Scenario for TcpMtu {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn build(&self, params: &Params, seed: u64) -> World {
        let size = params.number("size");
        let mtu = u32::try_from(params.number("mtu")).unwrap_or(u32::MAX);
        let config = config(params);
        let theirs = Config { mtu_probing: params.choice("probing") == "on", ..config };
        let asking = Program::new(Role::Connect(server(PORT), config))
            .on_open(&[Act::Message("request", "request", REQUEST)])
            .on_received(size, &[Act::Close]);
        let answering = Program::new(Role::Listen(PORT, theirs))
            .on_received(REQUEST, &[Act::Send(size)])
            .on_peer_closed(&[Act::Close]);
        let [here, there] = hosts_of_pair();
        let mut router = Router::new(ROUTER_IP).mtu(Prefix::new(here.address, 32), mtu);
        if params.choice("icmp") == "filtered" {
            router = router.silent();
        }
        let mut world = World::new(seed);
        let asking = Host::new(here.address, world.stream("client"), asking);
        let answering = Host::new(there.address, world.stream("server"), answering);
        let middle = trace::Host { name: "router", title: "Router", address: ROUTER_IP };
        let client = world.host(here, asking);
        let router = world.host(middle, router);
        let server = world.host(there, answering);
        let link = LinkConfig::new(params.duration("rtt") / 4);
        world.connect(client, router, LinkConfig { mtu, ..link });
        world.connect(router, server, link);
        world.route(client, Prefix::ALL, router);
        world.route(server, Prefix::ALL, router);
        world.time_max(Instant::START + TIME);
        world
    }
}

#[cfg(test)]
mod tests;
