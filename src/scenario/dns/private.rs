//! `dns-private`: a question in the clear, on a connection, and inside TLS.
//!
//! DNS over TLS: RFC 7858 section 3; connections that stay open: RFC 7766 section 6.2.1.

use core::time::Duration;

use super::{
    RESOLVER, STUB, WWW_IP, add, delegation, ended, first, link, packet_at, resolver, said, server,
    stub, zone,
};
use crate::proto::app::Address;
use crate::proto::dns::{
    Cache, EDNS_SIZE, Lookup, PORT_TLS, Resolver, Server, Stub, StubConfig, Transport,
};
use crate::proto::tls::chain::Request;
use crate::proto::tls::config::{DAY, TODAY};
use crate::proto::tls::{ClientConfig, Pki, Secure, ServerConfig};
use crate::scenario::find::{at, ms, note, reports, when};
use crate::scenario::measures::{BYTES_ON_WIRE, PACKETS, bare};
use crate::scenario::params::{ParamKind, ParamSpec, Params};
use crate::scenario::presets::{MS, failure, network};
use crate::scenario::setup::Preset;
use crate::scenario::{About, Fidelity, MeasureSpec, Scenario, StepSpec, Topic, Unit};
use crate::sim::endpoint::Event;
use crate::sim::time::{Instant, nanos};
use crate::sim::trace::{EntryId, HostId, PacketView, Trace};
use crate::sim::world::World;
use crate::wire::Protocol;
use crate::wire::dns::{Data, Kind, Name, PORT};
use crate::wire::tls::x509::Algorithm;

/// The scenario.
#[derive(Debug)]
pub(in crate::scenario) struct DnsPrivate;

const SHOP: HostId = HostId(2);

const PARAMS: &[ParamSpec] = &[
    ParamSpec {
        key: "rtt",
        label: "To the resolver",
        help: "The round trip between client and resolver.",
        kind: ParamKind::Duration { min: MS, max: 1_000 * MS, default: 20 * MS },
    },
    ParamSpec {
        key: "authority",
        label: "To the shop",
        help: "The round trip between the resolver and the shop's server.",
        kind: ParamKind::Duration { min: MS, max: 1_000 * MS, default: 40 * MS },
    },
    ParamSpec {
        key: "transport",
        label: "Transport",
        help: "How the client asks its resolver.",
        kind: ParamKind::Choice {
            options: &[
                ("udp", "UDP, in the clear"),
                ("tcp", "TCP, in the clear"),
                ("dot", "DNS over TLS"),
            ],
            default: 2,
        },
    },
    ParamSpec {
        key: "lookups",
        label: "Lookups",
        help: "How many names the client looks up, one every half second.",
        kind: ParamKind::Count { min: 1, max: 8, default: 2 },
    },
];

const PRESETS: &[Preset] = &[
    network("home", "Home", &[("rtt", "10ms")]),
    network("mobile", "4G", &[("rtt", "60ms")]),
    failure("clear", "UDP, in the clear", &[("transport", "udp")]),
    failure("tcp", "TCP, in the clear", &[("transport", "tcp")]),
    failure("once", "One lookup only", &[("lookups", "1")]),
];

/// Whether anyone on the way can read a message of DNS in a packet.
fn readable(packet: &PacketView<'_>) -> bool {
    let mut layers = packet.sent.packet.layers().into_iter();
    layers.any(|layer| layer.protocol == Protocol::Dns && layer.keys.is_none())
}

/// The packets between client and resolver in which a message of DNS can be read.
fn read_near(trace: &Trace) -> u64 {
    let near = |packet: &PacketView<'_>| {
        [packet.from, packet.sent.to].iter().all(|host| [STUB, RESOLVER].contains(host))
    };
    trace.packets().filter(|packet| near(packet) && readable(packet)).count() as u64
}

/// The starts and ends of the lookups, in pairs.
fn lookups(trace: &Trace) -> Vec<(EntryId, EntryId)> {
    let of = |wanted: &'static str| {
        reports(
            trace,
            STUB,
            move |event| matches!(event, Event::Note { name, .. } if *name == wanted),
        )
    };
    of("lookup").zip(of("resolved")).collect()
}

fn cost(trace: &Trace, nth: usize) -> Option<u64> {
    let (from, to) = *lookups(trace).get(nth)?;
    Some(nanos(at(trace, to) - at(trace, from)))
}

/// The first packet of the client to the resolver that is protected.
fn protected(trace: &Trace) -> Option<EntryId> {
    let (_, asked) = (ended(trace)?, first(trace, RESOLVER, SHOP, "query")?);
    trace
        .packets()
        .filter(|packet| packet.from == STUB && packet.entry < asked)
        .filter(|packet| packet.sent.packet.about.units.iter().any(|u| u.protocol == Protocol::Dns))
        .find(|packet| !readable(packet))
        .map(|packet| packet.entry)
}

const STEPS: &[StepSpec] = &[
    StepSpec {
        name: "lookup",
        title: "Lookup",
        find: |trace| note(trace, STUB, "lookup"),
        caption: |trace, entry| {
            format!("At {} the client {}.", when(trace, entry), said(trace, entry))
        },
    },
    StepSpec {
        name: "connected",
        title: "Connected",
        find: |trace| crate::scenario::find::enters(trace, STUB, "ESTABLISHED"),
        caption: |trace, entry| {
            format!("At {} the connection is open: one round trip so far.", when(trace, entry))
        },
    },
    StepSpec {
        name: "clear",
        title: "In the clear",
        find: |trace| {
            let mut sent = trace.packets().filter(|packet| packet.from == STUB);
            sent.find(readable).map(|packet| packet.entry)
        },
        caption: |_, _| {
            "The question travels in the clear: everyone on the way reads the name, and could \
             answer."
                .to_owned()
        },
    },
    StepSpec {
        name: "protected",
        title: "Protected",
        find: protected,
        caption: |trace, entry| {
            let size = packet_at(trace, entry).map_or(0, |packet| packet.sent.packet.size());
            format!(
                "The question, after two round trips. On the way it is a packet of {size} bytes \
                 and no name."
            )
        },
    },
    StepSpec {
        name: "beyond",
        title: "Beyond the resolver",
        find: |trace| first(trace, RESOLVER, SHOP, "query"),
        caption: |_, _| {
            "From the resolver on the question travels in the clear as ever: only the first part \
             of the way is protected."
                .to_owned()
        },
    },
    StepSpec {
        name: "resolved",
        title: "Resolved",
        find: ended,
        caption: |trace, entry| {
            format!("{}, after {}.", said(trace, entry), ms(cost(trace, 0).unwrap_or(0)))
        },
    },
    StepSpec {
        name: "next",
        title: "The next lookup",
        find: |trace| lookups(trace).get(1).map(|(_, end)| *end),
        caption: |trace, _| {
            let saved = cost(trace, 0).unwrap_or(0).saturating_sub(cost(trace, 1).unwrap_or(0));
            format!(
                "The next one takes {}: {} less, for what was open stays open.",
                ms(cost(trace, 1).unwrap_or(0)),
                ms(saved)
            )
        },
    },
];

const MEASURES: &[MeasureSpec] = &[
    MeasureSpec {
        name: "first",
        title: "First lookup",
        unit: Unit::Milliseconds,
        compute: |context| {
            let (from, to) = *lookups(context.trace).first()?;
            Some(crate::scenario::find::span(context.trace, from, to))
        },
    },
    MeasureSpec {
        name: "later",
        title: "Last lookup",
        unit: Unit::Milliseconds,
        compute: |context| {
            let last = lookups(context.trace).len().checked_sub(1).filter(|last| *last > 0)?;
            cost(context.trace, last).map(bare)
        },
    },
    MeasureSpec {
        name: "readable",
        title: "Packets to or from the resolver that anyone can read",
        unit: Unit::Count,
        compute: |context| Some(bare(read_near(context.trace))),
    },
    PACKETS,
    BYTES_ON_WIRE,
];

const FIDELITY: Fidelity = Fidelity {
    modelled: "Messages in a stream behind their length, a real handshake of TLS 1.3 on port 853, \
               and a connection that stays open. What can be read follows from who has the keys.",
    left_out: "DNS over HTTPS and over QUIC, which cost as much as HTTP/2 and QUIC do. Messages \
               are not padded (RFC 8467), so their size still tells something.",
    standards: &["RFC 7858", "RFC 7766 section 6.2.1", "RFC 8446"],
    checked: "R, 2R and 3R for the first lookup by UDP, TCP and TLS, and R for every later one; \
              no packet of DNS over TLS can be read.",
};

const ABOUT: About = About {
    id: "dns-private",
    title: "A question that nobody overhears",
    summary: "DNS over TLS costs two round trips once, and hides names up to the resolver.",
    topic: Topic::Dns,
    hosts: &["client", "resolver", "shop"],
    kinds: super::KINDS,
    params: PARAMS,
    presets: PRESETS,
    steps: STEPS,
    measures: MEASURES,
    fidelity: FIDELITY,
};

/// The resolver's name, which its certificate is for.
const NAME: &str = "dns.resolver.example";

impl Scenario for DnsPrivate {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn build(&self, params: &Params, seed: u64) -> World {
        let mut world = World::new(seed);
        let transport = params.choice("transport");
        let labels = core::iter::once("www".to_owned()).chain((2..).map(|n| format!("img{n}")));
        let origin = Name::of("shop.example");
        let count = usize::try_from(params.number("lookups")).unwrap_or(1);
        let names: Vec<Name> = labels.take(count).map(|label| origin.child(&label)).collect();
        let lookups = names.iter().zip(0_u32..).map(|(name, nth)| Lookup {
            after: Duration::from_millis(500) * nth * (1 + slow(params)),
            name: name.clone(),
            kind: Kind::A,
        });
        let port = if transport == "dot" { PORT_TLS } else { PORT };
        let way = if transport == "udp" { Transport::Datagrams } else { Transport::Stream };
        let config = StubConfig {
            servers: vec![Address { ip: super::RESOLVER_IP, port }],
            transport: way,
            timeout: Duration::from_secs(10),
            edns_size: EDNS_SIZE,
            ..stub(lookups.collect())
        };
        let client = Stub::new(config, world.stream("lookups"));
        let mut config = resolver();
        let mut cache = Cache::default();
        for record in delegation("shop.example", "ns1.shop.example", super::SHOP_IP) {
            cache.insert(Instant::START, core::slice::from_ref(&record), &[]);
        }
        config.cache = cache;
        config.stream_port = (transport == "dot").then_some(PORT_TLS);
        let finder = Resolver::new(config, world.stream("questions"));
        let (client, middle) = if transport == "dot" {
            let pki = Pki::new("Example", 7, Algorithm::Ecdsa);
            let validity = (TODAY - 30 * DAY, TODAY + 60 * DAY);
            let names = vec![NAME.to_owned()];
            let identity = pki.issue(&Request { names, validity, size: None, complete: true });
            let theirs = ClientConfig { alpn: &["dot"], ..ClientConfig::new(NAME, pki.trust()) };
            let ours = ServerConfig { alpn: &["dot"], ..ServerConfig::new(identity) };
            let client = Secure::client(client, theirs, world.stream("client tls"));
            let finder = Secure::server(finder, ours, world.stream("resolver tls"));
            let client = add(&mut world, ("client", "Client"), super::STUB_IP, client);
            (client, add(&mut world, ("resolver", "Resolver"), super::RESOLVER_IP, finder))
        } else {
            let client = add(&mut world, ("client", "Client"), super::STUB_IP, client);
            (client, add(&mut world, ("resolver", "Resolver"), super::RESOLVER_IP, finder))
        };
        let zone =
            names.into_iter().fold(zone("shop.example", "ns1.shop.example"), |zone, name| {
                zone.with(name, 300, Data::A(WWW_IP))
            });
        let shop = Server::new(server(vec![zone]));
        let shop = add(&mut world, ("shop", "Shop"), super::SHOP_IP, shop);
        world.connect(client, middle, link(params.duration("rtt")));
        world.connect(middle, shop, link(params.duration("authority")));
        world
    }
}

/// How many half seconds more a lookup needs on slow ways, so that none begins before the last.
fn slow(params: &Params) -> u32 {
    let longest = params.duration("rtt") * 3 + params.duration("authority");
    u32::try_from(longest.as_millis() / 500).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    //! What privacy costs, and what it hides.

    use super::DnsPrivate;
    use crate::scenario::testing::{millis, run_with, value};

    #[test]
    fn the_first_lookup_costs_one_two_or_three_round_trips_and_later_ones_one() {
        for (transport, trips) in [("udp", 1), ("tcp", 2), ("dot", 3)] {
            for (rtt, shop) in [(20, 40), (100, 10)] {
                let settings = format!("transport={transport} rtt={rtt}ms authority={shop}ms");
                let run = run_with(&DnsPrivate, &settings, &[]);
                assert_eq!(millis(&run, "first"), Some(trips * rtt + shop), "{settings}");
                assert_eq!(millis(&run, "later"), Some(rtt + shop), "{settings}");
            }
        }
    }

    #[test]
    fn inside_tls_nothing_of_dns_can_be_read() {
        let readable = |transport: &str| {
            value(&run_with(&DnsPrivate, &format!("transport={transport}"), &[]), "readable")
        };
        assert_eq!(
            (readable("udp"), readable("tcp"), readable("dot")),
            (Some(4), Some(4), Some(0))
        );
    }
}
