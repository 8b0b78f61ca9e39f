//! `dns-walk`: how a name is found, from the root down, and what each cache saves.
//!
//! RFC 1034 sections 3.6 and 5.3, RFC 9156 for shortened questions.

use super::{
    ASKED, KINDS, LOOKUP, RESOLVER, STUB, arrival, delegation, ended, first, link, look_up,
    packet_at, resolver, root_zone, said, sent, server, size_at, stub, tld_zone, took, www, zone,
};
use crate::proto::dns::{Cache, Resolver, Server, Stub};
use crate::scenario::find::{note, report, when};
use crate::scenario::measures::{BYTES_ON_WIRE, PACKETS, bare};
use crate::scenario::params::{ParamKind, ParamSpec, Params};
use crate::scenario::presets::{LOSS, MS, failure, link as network_link, network};
use crate::scenario::setup::Preset;
use crate::scenario::{About, Fidelity, MeasureSpec, Scenario, StepSpec, Topic, Unit};
use crate::sim::endpoint::Event;
use crate::sim::link::LinkConfig;
use crate::sim::time::Instant;
use crate::sim::trace::{EntryId, HostId, Trace};
use crate::sim::world::World;
use crate::wire::dns::{Data, Name, Record};

/// The scenario.
#[derive(Debug)]
pub(in crate::scenario) struct DnsWalk;

const ROOT: HostId = HostId(2);
const TLD: HostId = HostId(3);
const SHOP: HostId = HostId(4);
const CDN: HostId = HostId(5);

const fn trip(key: &'static str, label: &'static str, help: &'static str, ms: u64) -> ParamSpec {
    let kind = ParamKind::Duration { min: MS, max: 1_000 * MS, default: ms * MS };
    ParamSpec { key, label, help, kind }
}

const PARAMS: &[ParamSpec] = &[
    trip("resolver", "To the resolver", "The round trip between client and resolver.", 10),
    trip("root", "To the root", "The round trip between resolver and a server of the root.", 20),
    trip(
        "tld",
        "To .example",
        "The round trip between resolver and a server of the zone example.",
        30,
    ),
    trip("authority", "To the shop", "The round trip between resolver and the shop's server.", 80),
    trip("cdn", "To the CDN", "The round trip between resolver and the CDN's server.", 40),
    LOSS,
    ParamSpec {
        key: "cached",
        label: "Remembered",
        help: "What is still remembered from earlier lookups.",
        kind: ParamKind::Choice {
            options: &[
                ("none", "Nothing"),
                ("root", "The servers of .example"),
                ("tld", "The servers of the shop and the CDN"),
                ("answer", "The answer, at the resolver"),
                ("os", "The answer, at the client"),
            ],
            default: 0,
        },
    },
    ParamSpec {
        key: "aliases",
        label: "Aliases",
        help: "How many aliases (CNAME) lead to the address, each in a zone of the CDN.",
        kind: ParamKind::Count { min: 0, max: 3, default: 0 },
    },
    ParamSpec {
        key: "minimise",
        label: "Shortened questions",
        help: "Whether each server is asked only for the part of the name that it must know.",
        kind: ParamKind::Choice { options: &[("off", "No"), ("on", "Yes")], default: 0 },
    },
];

const PRESETS: &[Preset] = &[
    network("home", "Home", &[("resolver", "10ms")]),
    network("mobile", "4G", &[("resolver", "60ms")]),
    network("satellite", "Satellite", &[("resolver", "600ms")]),
    failure("tld-known", "Shop's servers remembered", &[("cached", "tld")]),
    failure("answer-known", "Answer remembered", &[("cached", "answer")]),
    failure("os-known", "Answer at the client", &[("cached", "os")]),
    failure("alias", "An alias to a CDN", &[("aliases", "1")]),
    failure("minimised", "Shortened questions", &[("minimise", "on")]),
    Preset {
        name: "lost-query",
        title: "A lost question",
        failure: true,
        set: &[],
        faults: &["drop:resolver#1"],
    },
];

/// A referral of a server and what it says.
fn referred(trace: &Trace, entry: EntryId, whom: &str, next: &str) -> String {
    let size = size_at(trace, entry);
    format!("{whom} does not know the address. In {size} bytes it names {next} instead.")
}

fn asks(trace: &Trace, entry: EntryId, whom: &str) -> String {
    let name = packet_at(trace, entry)
        .and_then(|packet| packet.sent.packet.about.units.first().map(|unit| unit.name.clone()));
    format!("At {} the resolver asks {whom}: {}.", when(trace, entry), name.unwrap_or_default())
}

const STEPS: &[StepSpec] = &[
    StepSpec {
        name: "lookup",
        title: "Lookup",
        find: |trace| note(trace, STUB, "lookup"),
        caption: |_, _| {
            "A program needs the address of www.shop.example and asks its own host first."
                .to_owned()
        },
    },
    StepSpec {
        name: "query",
        title: "Question to the resolver",
        find: |trace| first(trace, STUB, RESOLVER, "query"),
        caption: |trace, entry| {
            format!(
                "The client asks its resolver, in {} bytes: find out, and tell me the result.",
                size_at(trace, entry)
            )
        },
    },
    StepSpec {
        name: "root-asked",
        title: "Question to the root",
        find: |trace| first(trace, RESOLVER, ROOT, "query"),
        caption: |trace, entry| asks(trace, entry, "a server of the root"),
    },
    StepSpec {
        name: "asked-again",
        title: "Question again",
        find: |trace| {
            let fired = report(trace, RESOLVER, |event| {
                matches!(event, Event::TimerFired { timer: "query", .. })
            })?;
            let mut packets = trace.packets().filter(|packet| packet.from == RESOLVER);
            packets.find(|packet| packet.entry > fired).map(|packet| packet.entry)
        },
        caption: |trace, entry| {
            format!(
                "No answer in time: at {} the resolver asks again, with another identifier from \
                 another port.",
                when(trace, entry)
            )
        },
    },
    StepSpec {
        name: "root-referral",
        title: "Referral of the root",
        find: |trace| first(trace, ROOT, RESOLVER, "referral"),
        caption: |trace, entry| referred(trace, entry, "The root", "the servers of example"),
    },
    StepSpec {
        name: "tld-asked",
        title: "Question to .example",
        find: |trace| first(trace, RESOLVER, TLD, "query"),
        caption: |trace, entry| asks(trace, entry, "a server of example"),
    },
    StepSpec {
        name: "tld-referral",
        title: "Referral of .example",
        find: |trace| first(trace, TLD, RESOLVER, "referral"),
        caption: |trace, entry| referred(trace, entry, "It", "the servers of shop.example"),
    },
    StepSpec {
        name: "authority-asked",
        title: "Question to the shop",
        find: |trace| first(trace, RESOLVER, SHOP, "query"),
        caption: |trace, entry| asks(trace, entry, "the shop's own server"),
    },
    StepSpec {
        name: "authority-answer",
        title: "Answer of the shop",
        find: |trace| first(trace, SHOP, RESOLVER, "answer"),
        caption: |_, _| {
            "The shop's server is the authority: its answer carries AA, and a time to live of \
             300 s."
                .to_owned()
        },
    },
    StepSpec {
        name: "alias-followed",
        title: "Alias followed",
        find: |trace| first(trace, RESOLVER, CDN, "query"),
        caption: |trace, entry| {
            format!(
                "The name is an alias into another zone: at {} the search goes on there.",
                when(trace, entry)
            )
        },
    },
    StepSpec {
        name: "remembered",
        title: "Remembered",
        find: |trace| note(trace, RESOLVER, "cache-hit"),
        caption: |_, _| {
            "The resolver still has the answer of an earlier lookup: it asks nobody.".to_owned()
        },
    },
    StepSpec {
        name: "answer",
        title: "Answer of the resolver",
        find: |trace| first(trace, RESOLVER, STUB, "answer"),
        caption: |trace, entry| {
            let asked = arrival(trace, STUB, RESOLVER, "query");
            let worked = asked.map(|asked| took(trace, asked, entry)).unwrap_or_default();
            format!(
                "The resolver answers {worked} after the question came: without AA, for it only \
                 passes on."
            )
        },
    },
    StepSpec {
        name: "resolved",
        title: "Resolved",
        find: ended,
        caption: |trace, entry| {
            let lookup = note(trace, STUB, "lookup").unwrap_or(entry);
            let questions = trace.packets().filter(|packet| packet.from == RESOLVER).count();
            match questions {
                0 => "The client itself remembers the address: no packet was needed.".to_owned(),
                _ => format!("{}, after {}.", said(trace, entry), took(trace, lookup, entry)),
            }
        },
    },
];

const MEASURES: &[MeasureSpec] = &[
    LOOKUP,
    MeasureSpec {
        name: "at-resolver",
        title: "Of it, the resolver's search",
        unit: Unit::Milliseconds,
        compute: |context| {
            let trace = context.trace;
            let from = arrival(trace, STUB, RESOLVER, "query")?;
            let to = first(trace, RESOLVER, STUB, "answer")?;
            Some(crate::scenario::find::span(trace, from, to))
        },
    },
    ASKED,
    MeasureSpec {
        name: "seen-by-root",
        title: "Labels that the root saw",
        unit: Unit::Count,
        compute: |context| {
            let query = sent(context.trace, RESOLVER, ROOT, "query").next()?;
            let message = super::message(&query)?;
            Some(bare(message.question()?.name.depth() as u64))
        },
    },
    PACKETS,
    BYTES_ON_WIRE,
];

const FIDELITY: Fidelity = Fidelity {
    modelled: "Real messages with compression and EDNS; a resolver that asks from the nearest \
               known zone down, follows aliases, remembers for the time to live and repeats \
               questions with doubling time-outs, as Unbound does.",
    left_out: "One server a zone instead of several, no IPv6, no prefetching. Servers work in no \
               time.",
    standards: &["RFC 1034 section 5.3", "RFC 1035 section 4", "RFC 6891", "RFC 9156"],
    checked: "The sum of the round trips of all levels that are not remembered: 140, 120, 90, 10 \
              and 0 ms; sizes equal dnspython's; hickory-proto reads every message.",
};

const ABOUT: About = About {
    id: "dns-walk",
    title: "From name to address",
    summary: "A resolver asks root, top level and authority in turn; each cache saves a round trip.",
    topic: Topic::Dns,
    hosts: &["client", "resolver", "root", "tld", "shop", "cdn"],
    kinds: KINDS,
    params: PARAMS,
    presets: PRESETS,
    steps: STEPS,
    measures: MEASURES,
    fidelity: FIDELITY,
};

/// The record of the shop, or the chain of aliases: its own, then those of the CDN.
fn records(aliases: u64) -> Vec<Record> {
    let hop = |n: u64| Name::of(&format!("shop.cdn{n}.example"));
    let names: Vec<Name> = core::iter::once(www()).chain((1..=aliases).map(hop)).collect();
    let mut records: Vec<Record> = names
        .iter()
        .zip(names.iter().skip(1))
        .map(|(name, target)| Record::new(name.clone(), 300, Data::Cname(target.clone())))
        .collect();
    let last = names.last().cloned().unwrap_or_default();
    records.push(Record::new(last, 300, Data::A(super::WWW_IP)));
    records
}

/// The zones of the CDN: each alias leads into another one.
fn edge(number: u64) -> (Name, Name) {
    let zone = Name::of(&format!("cdn{number}.example"));
    (zone.clone(), zone.child("ns"))
}

/// What the caches hold at the start: the client's and the resolver's.
fn caches(params: &Params, records: &[Record]) -> (Cache, Cache) {
    let (mut os, mut known) = (Cache::default(), Cache::default());
    let remember = |cache: &mut Cache, records: &[Record]| {
        records
            .iter()
            .for_each(|record| cache.insert(Instant::START, core::slice::from_ref(record), &[]));
    };
    let level = match params.choice("cached") {
        "root" => 1,
        "tld" => 2,
        "answer" => 3,
        "os" => 4,
        _ => 0,
    };
    if level >= 1 {
        remember(&mut known, &delegation("example", "ns.nic.example", super::TLD_IP));
    }
    if level >= 2 {
        remember(&mut known, &delegation("shop.example", "ns1.shop.example", super::SHOP_IP));
        for number in 1..=3 {
            let (zone, server) = edge(number);
            let ns = Record::new(zone, 172_800, Data::Ns(server.clone()));
            remember(&mut known, &[ns, Record::new(server, 172_800, Data::A(super::CDN_IP))]);
        }
    }
    if level >= 3 {
        remember(&mut known, records);
    }
    if level >= 4 {
        // The stub asks for the address alone.
        let address = records.last().map(|last| Record { name: www(), ..last.clone() });
        remember(&mut os, &address.into_iter().collect::<Vec<_>>());
    }
    (os, known)
}

impl Scenario for DnsWalk {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn build(&self, params: &Params, seed: u64) -> World {
        let mut world = World::new(seed);
        let records = records(params.number("aliases"));
        let (os, known) = caches(params, &records);
        let config = crate::proto::dns::StubConfig { cache: Some(os), ..stub(look_up(www())) };
        let client = Stub::new(config, world.stream("lookups"));
        let mut config = resolver();
        config.cache = known;
        config.minimise = params.choice("minimise") == "on";
        let finder = Resolver::new(config, world.stream("questions"));
        let mut tld = tld_zone();
        let mut edges = Vec::new();
        for number in 1..=3 {
            let (origin, name) = edge(number);
            tld = tld.delegate(origin.clone(), &[(name.clone(), super::CDN_IP)]);
            edges.push(zone(&origin.to_string(), &name.to_string()));
        }
        let shop = zone("shop.example", "ns1.shop.example")
            .with_all(records.iter().take(1).cloned().collect());
        let mut edges = edges.into_iter();
        let edges: Vec<_> = records
            .iter()
            .skip(1)
            .filter_map(|record| Some(edges.next()?.with_all(vec![record.clone()])))
            .collect();
        let client = super::add(&mut world, ("client", "Client"), super::STUB_IP, client);
        let middle = super::add(&mut world, ("resolver", "Resolver"), super::RESOLVER_IP, finder);
        let loss = network_link(params).loss;
        let lossy = |key| LinkConfig { loss, ..link(params.duration(key)) };
        world.connect(client, middle, lossy("resolver"));
        for (key, name, address, zones) in [
            ("root", ("root", "Root"), super::ROOT_IP, vec![root_zone()]),
            ("tld", ("tld", "TLD"), super::TLD_IP, vec![tld]),
            ("authority", ("shop", "Shop"), super::SHOP_IP, vec![shop]),
            ("cdn", ("cdn", "CDN"), super::CDN_IP, edges),
        ] {
            let host = super::add(&mut world, name, address, Server::new(server(zones)));
            world.connect(middle, host, lossy(key));
        }
        world
    }
}

#[cfg(test)]
mod tests;
