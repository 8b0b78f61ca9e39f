//! `dns-truncation`: an answer that does not fit into a datagram.
//!
//! RFC 1035 section 4.2.1, RFC 6891 section 6.2.3, RFC 7766 section 5, RFC 9715.

use super::{KINDS, LOOKUP, STUB, ended, said, size_at, stub, tcp, took};
use crate::proto;
use crate::proto::app::Address;
use crate::proto::dns::{Lookup, Server, ServerConfig, Stub, StubConfig, Zone};
use crate::proto::router::{Middlebox, Router};
use crate::scenario::find::{count, note, when};
use crate::scenario::measures::{BYTES_ON_WIRE, PACKETS, bare};
use crate::scenario::params::{ParamKind, ParamSpec, Params};
use crate::scenario::presets::{ATLANTIC, LAN, MOBILE, MS, failure};
use crate::scenario::setup::Preset;
use crate::scenario::{About, Fidelity, MeasureSpec, Scenario, StepSpec, Topic, Unit};
use crate::sim::endpoint::Event;
use crate::sim::link::LinkConfig;
use crate::sim::route::Prefix;
use crate::sim::time::Instant;
use crate::sim::trace::{EntryId, Host, HostId, PacketView, Trace, TraceEvent};
use crate::sim::world::World;
use crate::wire::Packet;
use crate::wire::dns::{Data, Edns, Flags, Kind, Message, Name, Rcode, Record};

/// The scenario.
#[derive(Debug)]
pub(in crate::scenario) struct DnsTruncation;

const FIREWALL: HostId = HostId(1);
const SERVER: HostId = HostId(2);
const SERVER_IP: [u8; 4] = super::SHOP_IP;
const FIREWALL_IP: [u8; 4] = [192, 0, 2, 1];

const PARAMS: &[ParamSpec] = &[
    ParamSpec {
        key: "rtt",
        label: "Round trip",
        help: "How long a packet takes there and back; each way takes half of it.",
        kind: ParamKind::Duration { min: MS, max: 1_000 * MS, default: 100 * MS },
    },
    ParamSpec {
        key: "size",
        label: "Answer",
        help: "The size of the whole answer.",
        kind: ParamKind::Bytes { min: 100, max: 5_000, default: 840 },
    },
    ParamSpec {
        key: "edns",
        label: "EDNS",
        help: "The largest datagram that the client says it takes.",
        kind: ParamKind::Choice {
            options: &[("none", "None: 512 bytes"), ("1232", "1232 bytes"), ("4096", "4096 bytes")],
            default: 0,
        },
    },
    ParamSpec {
        key: "mtu",
        label: "MTU",
        help: "The largest packet that the way carries; larger ones travel in pieces.",
        kind: ParamKind::Bytes { min: 576, max: 1_500, default: 1_500 },
    },
    ParamSpec {
        key: "fragments",
        label: "Pieces of packets",
        help: "Whether the firewall lets pieces of packets through.",
        kind: ParamKind::Choice {
            options: &[("pass", "Pass"), ("filtered", "Are filtered")],
            default: 0,
        },
    },
    ParamSpec {
        key: "tcp",
        label: "TCP",
        help: "Whether the server answers over TCP as well.",
        kind: ParamKind::Choice { options: &[("yes", "Yes"), ("no", "No")], default: 0 },
    },
];

const PRESETS: &[Preset] = &[
    LAN,
    MOBILE,
    ATLANTIC,
    failure("edns", "EDNS, 1232 bytes", &[("edns", "1232")]),
    failure("pieces", "In pieces", &[("edns", "4096"), ("size", "3000")]),
    failure(
        "filtered",
        "Pieces filtered",
        &[("edns", "4096"), ("size", "3000"), ("fragments", "filtered")],
    ),
    failure("no-tcp", "No TCP", &[("tcp", "no")]),
];

/// Throws away what is not a whole packet.
#[derive(Debug)]
struct Filter;

impl Middlebox for Filter {
    fn pass(&mut self, _now: Instant, packet: Packet) -> Result<Packet, &'static str> {
        if packet.is_piece() { Err("a piece of a packet, filtered") } else { Ok(packet) }
    }

    fn poll(&mut self) -> Option<Event> {
        None
    }

    fn poll_timeout(&self) -> Option<Instant> {
        None
    }

    fn on_timeout(&mut self, _now: Instant) {}
}

/// The first packet of a kind that a host sends, wherever it goes next.
fn first(trace: &Trace, from: HostId, kind: &str) -> Option<EntryId> {
    let mut packets = trace.packets();
    let found =
        packets.find(|packet| packet.from == from && packet.sent.packet.label().kind == kind);
    found.map(|packet| packet.entry)
}

/// The queries of the client.
fn queries(trace: &Trace) -> impl Iterator<Item = PacketView<'_>> {
    let is_query =
        |packet: &PacketView<'_>| packet.from == STUB && packet.sent.packet.label().kind == "query";
    trace.packets().filter(is_query)
}

/// The first query of the client that has a stream under it.
fn over_tcp(trace: &Trace) -> Option<EntryId> {
    let query = queries(trace).find(|packet| packet.sent.packet.about.tcp.is_some())?;
    Some(query.entry)
}

/// The size of the answer, without the length before it on a stream.
fn answer_size(trace: &Trace) -> Option<u64> {
    let packet = super::packet_at(trace, first(trace, SERVER, "answer")?)?;
    let unit = packet.sent.packet.about.units.first()?;
    Some(unit.len - if packet.sent.packet.about.tcp.is_some() { 2 } else { 0 })
}

/// How many pieces the first answer has; none if it is whole.
fn pieces(trace: &Trace) -> Option<u64> {
    let answer = super::packet_at(trace, first(trace, SERVER, "answer")?)?;
    let together = trace.packets().filter(|packet| packet.from == SERVER && packet.at == answer.at);
    Some(together.filter(|packet| packet.sent.packet.is_piece()).count() as u64)
}

fn filtered(trace: &Trace) -> Option<EntryId> {
    let dropped = |event: &Event| matches!(event, Event::PacketDropped { .. });
    trace
        .numbered()
        .find(|(_, entry)| {
            entry.host == FIREWALL
                && matches!(&entry.event, TraceEvent::Endpoint(event) if dropped(event))
        })
        .map(|(id, _)| id)
}

const STEPS: &[StepSpec] = &[
    StepSpec {
        name: "query",
        title: "Question",
        find: |trace| Some(queries(trace).next()?.entry),
        caption: |trace, entry| {
            let message = super::packet_at(trace, entry).and_then(|p| super::message(&p));
            match message.and_then(|message| message.edns) {
                Some(edns) => format!(
                    "The question says with EDNS: I take datagrams of up to {} bytes.",
                    edns.size
                ),
                None => {
                    "The question comes without EDNS: the answer may have 512 bytes.".to_owned()
                }
            }
        },
    },
    StepSpec {
        name: "truncated",
        title: "Truncated",
        find: |trace| first(trace, SERVER, "truncated"),
        caption: |trace, entry| {
            format!(
                "The answer does not fit: {} bytes with the bit TC, and nothing in them.",
                size_at(trace, entry)
            )
        },
    },
    StepSpec {
        name: "tcp",
        title: "Again over TCP",
        find: |trace| note(trace, STUB, "tcp"),
        caption: |trace, entry| {
            format!(
                "At {} the client begins again over TCP: a round trip for the connection, \
                 another for the answer.",
                when(trace, entry)
            )
        },
    },
    StepSpec {
        name: "query-again",
        title: "Question over TCP",
        find: over_tcp,
        caption: |_, _| {
            "The same question, behind its length in two bytes: a stream has no borders.".to_owned()
        },
    },
    StepSpec {
        name: "answer",
        title: "Answer",
        find: |trace| first(trace, SERVER, "answer"),
        caption: |trace, _| {
            let pieces = pieces(trace).unwrap_or(0);
            let len = answer_size(trace).unwrap_or(0);
            match pieces {
                0 => format!("The whole answer: {len} bytes."),
                pieces => format!(
                    "{len} bytes are more than a packet takes: the answer travels in {}.",
                    count(pieces, "piece")
                ),
            }
        },
    },
    StepSpec {
        name: "filtered",
        title: "Filtered",
        find: filtered,
        caption: |_, _| {
            "The firewall throws pieces of packets away: it cannot see whose they are. Nobody is \
             told."
                .to_owned()
        },
    },
    StepSpec {
        name: "timeout",
        title: "Time-out",
        find: |trace| {
            crate::scenario::find::report(trace, STUB, |event| {
                matches!(event, Event::TimerFired { timer: "lookup", .. })
            })
        },
        caption: |trace, entry| {
            format!("At {} the client gives up waiting for an answer.", when(trace, entry))
        },
    },
    StepSpec {
        name: "ended",
        title: "End",
        find: ended,
        caption: |trace, entry| {
            let lookup = note(trace, STUB, "lookup").unwrap_or(entry);
            format!("{}, after {}.", said(trace, entry), took(trace, lookup, entry))
        },
    },
];

const MEASURES: &[MeasureSpec] = &[
    LOOKUP,
    MeasureSpec {
        name: "limit",
        title: "Largest answer in a datagram",
        unit: Unit::Bytes,
        compute: |context| {
            let limit = match context.setup.params.choice("edns") {
                "1232" => 1_232,
                "4096" => 4_096,
                _ => 512,
            };
            Some(bare(limit))
        },
    },
    MeasureSpec {
        name: "answer-size",
        title: "Answer that arrived",
        unit: Unit::Bytes,
        compute: |context| {
            note(context.trace, STUB, "resolved")?;
            answer_size(context.trace).map(bare)
        },
    },
    MeasureSpec {
        name: "pieces",
        title: "Pieces of the answer",
        unit: Unit::Count,
        compute: |context| pieces(context.trace).map(bare),
    },
    PACKETS,
    BYTES_ON_WIRE,
];

const FIDELITY: Fidelity = Fidelity {
    modelled: "The limits of UDP with and without EDNS, the bit TC, the repetition over TCP, \
               datagrams in pieces, and a firewall that filters pieces.",
    left_out: "The client repeats its question as glibc does, and never with a smaller limit. \
               ICMP about missing pieces is not sent.",
    standards: &["RFC 1035 section 4.2", "RFC 6891 section 6.2.3", "RFC 7766 section 5", "RFC 791"],
    checked: "R if it fits, 3R over TCP, nothing if pieces are filtered; the referral of 840 \
              bytes is cut without EDNS and fits into 1232.",
};

const ABOUT: About = About {
    id: "dns-truncation",
    title: "An answer that does not fit",
    summary: "Too large for a datagram: cut and repeated over TCP, or in pieces that may be lost.",
    topic: Topic::Dns,
    hosts: &["client", "firewall", "server"],
    kinds: KINDS,
    params: PARAMS,
    presets: PRESETS,
    steps: STEPS,
    measures: MEASURES,
    fidelity: FIDELITY,
};

fn name() -> Name {
    Name::of("shop.example")
}

/// Records that make an answer of just this size, with or without EDNS.
pub(super) fn filling(size: u64, edns: bool) -> Vec<Record> {
    let text = |len: u64| {
        let len = usize::try_from(len).unwrap_or(0);
        Record::new(name(), 300, Data::Txt(vec![vec![b'.'; len]]))
    };
    let sized = |records: &[Record]| {
        let query = Message::query(0, name(), Kind::TXT);
        let edns = edns.then(Edns::default);
        let flags = Flags::QR;
        let answers = records.to_vec();
        let message = Message { answers, edns, flags, ..query.response(Rcode::NOERROR) };
        message.encode().len() as u64
    };
    let mut records = Vec::new();
    // A text takes 13 bytes besides its own: pointer, type, class, TTL and two lengths.
    while sized(&records) + 13 <= size {
        let missing = size - sized(&records) - 13;
        // What is left for the last one must be room for a whole record, or nothing.
        let len = if missing > 255 { missing.saturating_sub(13).min(255) } else { missing };
        records.push(text(len));
    }
    records
}

impl Scenario for DnsTruncation {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn build(&self, params: &Params, seed: u64) -> World {
        let mut world = World::new(seed);
        let edns_size = match params.choice("edns") {
            "1232" => 1_232,
            "4096" => 4_096,
            _ => 0,
        };
        let lookup = Lookup { after: core::time::Duration::ZERO, name: name(), kind: Kind::TXT };
        let config = StubConfig {
            servers: vec![Address { ip: SERVER_IP, port: 53 }],
            edns_size,
            ..stub(vec![lookup])
        };
        let client = Stub::new(config, world.stream("lookups"));
        let zone = Zone::new(name(), name().child("ns1"), (900, 300))
            .with_all(filling(params.number("size"), edns_size > 0));
        let tcp = (params.choice("tcp") == "yes").then(tcp);
        let config = ServerConfig { zones: vec![zone], udp_max: 4_096, tcp, changes: Vec::new() };
        let client = super::add(&mut world, ("client", "Client"), super::STUB_IP, client);
        let router = Router::new(FIREWALL_IP);
        let router = match params.choice("fragments") {
            "filtered" => router.with(Filter),
            _ => router,
        };
        let host = Host { name: "firewall", title: "Firewall", address: FIREWALL_IP };
        let firewall = world.host(host, router);
        let mtu = u32::try_from(params.number("mtu")).unwrap_or(1_500);
        let rng = world.stream("server");
        let host = Host { name: "server", title: "Name server", address: SERVER_IP };
        let app = Server::new(config);
        let server = world.host(host, proto::host::Host::new(SERVER_IP, rng, app).with_mtu(mtu));
        let way = LinkConfig { mtu: mtu.max(1_500), ..LinkConfig::new(params.duration("rtt") / 4) };
        world.connect(client, firewall, way);
        world.connect(firewall, server, way);
        world.route(client, Prefix::ALL, firewall);
        world.route(server, Prefix::ALL, firewall);
        world
    }
}

#[cfg(test)]
mod tests {
    //! T34: R, 3R, or nothing.

    use super::DnsTruncation;
    use crate::scenario::testing::{millis, run_preset, run_with, value};

    #[test]
    fn an_answer_that_fits_costs_one_round_trip_and_another_one_three() {
        for (edns, limit) in [("none", 512), ("1232", 1_232), ("4096", 4_096)] {
            for rtt in [20, 100] {
                for (size, trips) in [(limit - 1, 1), (limit, 1), (limit + 1, 3), (5_000, 3)] {
                    let settings = format!("edns={edns} size={size}B rtt={rtt}ms");
                    let run = run_with(&DnsTruncation, &settings, &[]);
                    assert_eq!(millis(&run, "lookup"), Some(trips * rtt), "{settings}");
                    assert_eq!(value(&run, "answer-size"), Some(size), "{settings}");
                }
            }
        }
    }

    #[test]
    fn a_referral_of_840_bytes_is_cut_without_edns_and_fits_into_1232() {
        assert_eq!(millis(&run_with(&DnsTruncation, "", &[]), "lookup"), Some(300));
        assert_eq!(millis(&run_preset(&DnsTruncation, "edns"), "lookup"), Some(100));
    }

    #[test]
    fn pieces_arrive_unless_they_are_filtered() {
        let pass = run_preset(&DnsTruncation, "pieces");
        assert_eq!((millis(&pass, "lookup"), value(&pass, "pieces")), (Some(100), Some(3)));
        let filtered = run_preset(&DnsTruncation, "filtered");
        assert!(filtered.step("timeout").is_some());
        assert_eq!(
            (millis(&filtered, "lookup"), value(&filtered, "answer-size")),
            (Some(10_000), None)
        );
        // The border is the MTU without both headers.
        for (size, lost) in [(1_472, false), (1_473, true)] {
            let settings = format!("edns=4096 size={size}B fragments=filtered");
            let run = run_with(&DnsTruncation, &settings, &[]);
            assert_eq!(value(&run, "answer-size").is_none(), lost, "{size}");
        }
        let narrow = "edns=1232 size=1200B mtu=1200B fragments=filtered";
        assert_eq!(value(&run_with(&DnsTruncation, narrow, &[]), "answer-size"), None);
    }

    #[test]
    fn without_tcp_a_cut_answer_stays_cut() {
        let run = run_preset(&DnsTruncation, "no-tcp");
        assert!(run.step("truncated").is_some());
        assert_eq!(value(&run, "answer-size"), None);
    }
}
