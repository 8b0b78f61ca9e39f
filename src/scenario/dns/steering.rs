//! `dns-steering`: which of three sites a visitor reaches, and what happens if one fails.
//!
//! Round robin: RFC 1794. By place: RFC 7871 for the client's network. Anycast: RFC 4786.

mod hosts;

use core::time::Duration;

use self::hosts::{Network, Site, Visitor};
use super::{KINDS, add, delegation, link, resolver, server, stub, zone};
use crate::proto::dns::{Cache, Resolver, Server, Steer, Stub};
use crate::proto::router::Router;
use crate::scenario::find::{at, ms, note, reports, when};
use crate::scenario::measures::{PACKETS, bare};
use crate::scenario::params::{ParamKind, ParamSpec, Params};
use crate::scenario::presets::{MS, failure, network};
use crate::scenario::setup::Preset;
use crate::scenario::{About, Fidelity, MeasureSpec, Scenario, StepSpec, Topic, Unit};
use crate::sim::endpoint::Event;
use crate::sim::fault::Fault;
use crate::sim::route::Prefix;
use crate::sim::time::{Instant, nanos};
use crate::sim::trace::{EntryId, Host, HostId, Trace, TraceEvent};
use crate::sim::world::World;
use crate::wire::dns::{Data, Name};

/// The scenario.
#[derive(Debug)]
pub(in crate::scenario) struct DnsSteering;

const VISITOR: HostId = HostId(0);
const RESOLVER: HostId = HostId(1);
const SHOP: HostId = HostId(2);
const NETWORK_IP: [u8; 4] = [192, 0, 2, 1];
/// The three sites, the nearest to the visitor first.
const SITES: [[u8; 4]; 3] = [[203, 0, 113, 11], [203, 0, 113, 12], [203, 0, 113, 13]];
/// The address that all three announce.
const ANYCAST: [u8; 4] = [203, 0, 113, 99];
/// A resolver in the visitor's country, and one beyond the sea.
const RESOLVERS: [[u8; 4]; 2] = [[192, 0, 2, 53], [198, 51, 100, 53]];
const ONE: u64 = 1_000_000;
const SECOND: u64 = 1_000 * MS;

const fn trip(key: &'static str, label: &'static str, help: &'static str, ms: u64) -> ParamSpec {
    let kind = ParamKind::Duration { min: 2 * MS, max: 1_000 * MS, default: ms * MS };
    ParamSpec { key, label, help, kind }
}

const PARAMS: &[ParamSpec] = &[
    ParamSpec {
        key: "method",
        label: "Steered by",
        help: "How the shop tells its visitors which site to use.",
        kind: ParamKind::Choice {
            options: &[
                ("round-robin", "Round robin: each in turn"),
                ("geo", "GeoDNS: by place"),
                ("anycast", "Anycast: one address everywhere"),
            ],
            default: 1,
        },
    },
    trip("near", "To the near site", "The round trip between visitor and the nearest site.", 20),
    trip(
        "middle",
        "To the middle site",
        "The round trip between visitor and the second site.",
        100,
    ),
    trip("far", "To the far site", "The round trip between visitor and the farthest site.", 180),
    ParamSpec {
        key: "resolver",
        label: "Resolver",
        help: "Where the visitor's resolver is.",
        kind: ParamKind::Choice {
            options: &[("near", "Near the visitor"), ("far", "Near the middle site")],
            default: 1,
        },
    },
    ParamSpec {
        key: "subnet",
        label: "Client subnet",
        help: "Whether the resolver tells the shop from which network the visitor comes.",
        kind: ParamKind::Choice { options: &[("no", "No"), ("yes", "Yes")], default: 0 },
    },
    ParamSpec {
        key: "dead",
        label: "Failed site",
        help: "Whether the nearest site has failed, after the first visit.",
        kind: ParamKind::Choice { options: &[("no", "None"), ("yes", "The near one")], default: 0 },
    },
    ParamSpec {
        key: "convergence",
        label: "Routes change after",
        help: "How long routers take to find another way to an address that all sites announce.",
        kind: ParamKind::Duration { min: SECOND, max: 300 * SECOND, default: 60 * SECOND },
    },
    ParamSpec {
        key: "visits",
        label: "Visits",
        help: "How many visits there are, one every ten seconds; each looks the name up anew.",
        kind: ParamKind::Count { min: 1, max: 24, default: 3 },
    },
    ParamSpec {
        key: "route",
        label: "The network's choice",
        help: "To which site routers send packets for the shared address: not always the nearest.",
        kind: ParamKind::Choice {
            options: &[("near", "The near site"), ("middle", "The middle site")],
            default: 0,
        },
    },
];

const PRESETS: &[Preset] = &[
    network("europe", "Europe", &[("near", "20ms"), ("middle", "100ms"), ("far", "180ms")]),
    network("pacific", "The Pacific", &[("near", "60ms"), ("middle", "130ms"), ("far", "250ms")]),
    failure("subnet", "With the client's subnet", &[("subnet", "yes")]),
    failure("round-robin", "Round robin", &[("method", "round-robin")]),
    failure(
        "round-robin-dead",
        "Round robin, one site dead",
        &[("method", "round-robin"), ("dead", "yes"), ("visits", "7")],
    ),
    failure("geo-dead", "By place, site dead", &[("resolver", "near"), ("dead", "yes")]),
    failure("anycast", "Anycast", &[("method", "anycast")]),
    failure(
        "anycast-dead",
        "Anycast, site dead",
        &[("method", "anycast"), ("dead", "yes"), ("visits", "9")],
    ),
    failure("anycast-far", "Anycast, a detour", &[("method", "anycast"), ("route", "middle")]),
];

/// What notes of this name of the visitor count.
fn amounts<'a>(
    trace: &'a Trace,
    wanted: &'static str,
) -> impl Iterator<Item = (Instant, u64)> + 'a {
    trace.entries.iter().filter(|entry| entry.host == VISITOR).filter_map(move |entry| match &entry
        .event
    {
        TraceEvent::Endpoint(Event::Note { name, amount, .. }) if *name == wanted => {
            Some((entry.at, *amount))
        }
        _ => None,
    })
}

/// The visits of which one was reached or failed, the first left away: before it nothing fails.
fn later(trace: &Trace, wanted: &'static str) -> u64 {
    let first = amounts(trace, "visit").nth(1).map(|(at, _)| at);
    amounts(trace, wanted).filter(|(at, _)| first.is_some_and(|first| *at >= first)).count() as u64
}

/// The first success after a failure.
fn back(trace: &Trace) -> Option<EntryId> {
    let failed = note(trace, VISITOR, "unreached")?;
    let reached = |event: &Event| matches!(event, Event::Note { name: "reached", .. });
    reports(trace, VISITOR, reached).find(|entry| *entry > failed)
}

const STEPS: &[StepSpec] = &[
    StepSpec {
        name: "visit",
        title: "Visit",
        find: |trace| note(trace, VISITOR, "visit"),
        caption: |_, _| {
            "A visitor needs the shop, which has three sites. The name is looked up first."
                .to_owned()
        },
    },
    StepSpec {
        name: "asked",
        title: "The shop is asked",
        find: |trace| super::first(trace, RESOLVER, SHOP, "query"),
        caption: |trace, entry| {
            let message = super::packet_at(trace, entry).and_then(|p| super::message(&p));
            let subnet = message.and_then(|message| message.edns).and_then(|edns| {
                edns.options.iter().find_map(crate::wire::dns::Subnet::from_option)
            });
            match subnet {
                Some(subnet) => format!(
                    "The resolver asks, and says for whom: {}/{}.",
                    crate::wire::ipv4::address_text(subnet.address),
                    subnet.source
                ),
                None => "The resolver asks. The shop sees the resolver's address, not the \
                         visitor's."
                    .to_owned(),
            }
        },
    },
    StepSpec {
        name: "answer",
        title: "Answer",
        find: |trace| super::first(trace, SHOP, RESOLVER, "answer"),
        caption: |trace, entry| {
            let message = super::packet_at(trace, entry).and_then(|p| super::message(&p));
            let addresses: Vec<String> = message
                .map(|message| {
                    message.answers.iter().map(|record| record.data.to_string()).collect()
                })
                .unwrap_or_default();
            format!("The answer: {}.", addresses.join(", then "))
        },
    },
    StepSpec {
        name: "reached",
        title: "Reached",
        find: |trace| note(trace, VISITOR, "reached"),
        caption: |trace, entry| {
            let trip = amounts(trace, "reached").next().map_or(0, |(_, ns)| ns);
            format!("{}: a round trip of {}.", super::said(trace, entry), ms(trip))
        },
    },
    StepSpec {
        name: "failure",
        title: "Site fails",
        find: |trace| note(trace, VISITOR, "unreached").and_then(|_| second_visit(trace)),
        caption: |trace, entry| {
            format!("At {} the nearest site no longer answers. Nobody is told.", when(trace, entry))
        },
    },
    StepSpec {
        name: "unreached",
        title: "Not reached",
        find: |trace| note(trace, VISITOR, "unreached"),
        caption: |trace, entry| {
            format!(
                "{}: after a second the visitor gives this visit up, at {}.",
                super::said(trace, entry),
                when(trace, entry)
            )
        },
    },
    StepSpec {
        name: "back",
        title: "Reached again",
        find: back,
        caption: |trace, entry| {
            format!(
                "At {} a visit succeeds again: {}.",
                when(trace, entry),
                super::said(trace, entry)
            )
        },
    },
];

fn second_visit(trace: &Trace) -> Option<EntryId> {
    let visit = |event: &Event| matches!(event, Event::Note { name: "visit", .. });
    reports(trace, VISITOR, visit).nth(1)
}

const MEASURES: &[MeasureSpec] = &[
    MeasureSpec {
        name: "latency",
        title: "Round trip to the site of the first visit",
        unit: Unit::Milliseconds,
        compute: |context| amounts(context.trace, "reached").next().map(|(_, ns)| bare(ns)),
    },
    MeasureSpec {
        name: "mean",
        title: "Mean round trip of all visits that succeed",
        unit: Unit::Milliseconds,
        compute: |context| {
            let (sum, visits) = amounts(context.trace, "reached")
                .fold((0, 0), |(sum, visits), (_, ns)| (sum + ns, visits + 1));
            Some(bare(u64::checked_div(sum, visits)?))
        },
    },
    MeasureSpec {
        name: "failed",
        title: "Visits that fail, after the first",
        unit: Unit::Percent,
        compute: |context| {
            let (failed, reached) =
                (later(context.trace, "unreached"), later(context.trace, "reached"));
            Some(bare((failed * ONE).checked_div(failed + reached)?))
        },
    },
    MeasureSpec {
        name: "outage",
        title: "From the failure to the next success",
        unit: Unit::Milliseconds,
        compute: |context| {
            let (from, to) = (second_visit(context.trace)?, back(context.trace)?);
            Some(bare(nanos(at(context.trace, to) - at(context.trace, from))))
        },
    },
    MeasureSpec {
        name: "asked",
        title: "Questions to the shop",
        unit: Unit::Count,
        compute: |context| {
            Some(bare(super::sent(context.trace, RESOLVER, SHOP, "query").count() as u64))
        },
    },
    PACKETS,
];

const FIDELITY: Fidelity = Fidelity {
    modelled: "Addresses in turn, addresses by the network that asks, one address at three sites; \
               visitors that take the first address and open a connection.",
    left_out: "The address has no time to live, so each visit asks anew. Nobody watches the \
               sites: managed DNS does. Browsers try the next address after a while; this visitor \
               does not. Routes change as a whole, after the time that is set.",
    standards: &["RFC 1794", "RFC 7871", "RFC 4786"],
    checked: "One in three visits fails by round robin; by place the round trip is that of the \
              resolver's site, and of the visitor's with its subnet; anycast is back once routes \
              have changed.",
};

const ABOUT: About = About {
    id: "dns-steering",
    title: "Which of three sites",
    summary: "In turn, by place or by routes: what each way knows of the visitor, and of failures.",
    topic: Topic::Dns,
    hosts: &["visitor", "resolver", "shop", "network", "near", "middle", "far"],
    kinds: KINDS,
    params: PARAMS,
    presets: PRESETS,
    steps: STEPS,
    measures: MEASURES,
    fidelity: FIDELITY,
};

/// From one visit to the next.
const EVERY: Duration = Duration::from_secs(10);
/// The first visit is over by then, and the second has not begun.
const FAILS: Duration = Duration::from_secs(9);

/// How the shop's server gives addresses out.
fn steer(params: &Params) -> Steer {
    match params.choice("method") {
        "round-robin" => Steer::RoundRobin,
        "geo" => Steer::Geo(vec![
            (Prefix::new([192, 0, 2, 0], 24), SITES[0]),
            (Prefix::new([198, 51, 100, 0], 24), SITES[1]),
            (Prefix::ALL, SITES[2]),
        ]),
        _ => Steer::All,
    }
}

impl Scenario for DnsSteering {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn build(&self, params: &Params, seed: u64) -> World {
        let mut world = World::new(seed);
        let anycast = params.choice("method") == "anycast";
        let far = params.choice("resolver") == "far";
        let resolver_ip = RESOLVERS[usize::from(far)];
        let mut config = stub(Vec::new());
        config.servers = vec![crate::proto::app::Address { ip: resolver_ip, port: 53 }];
        let stub = Stub::new(config, world.stream("lookups"));
        let visits = u32::try_from(params.number("visits")).unwrap_or(1);
        let visitor = Visitor::new(stub, visits, EVERY);
        let mut config = resolver();
        config.subnet = (params.choice("subnet") == "yes").then_some(24);
        let mut cache = Cache::default();
        for record in delegation("shop.example", "ns1.shop.example", super::SHOP_IP) {
            cache.insert(Instant::START, core::slice::from_ref(&record), &[]);
        }
        config.cache = cache;
        let finder = Resolver::new(config, world.stream("questions"));
        let addresses = if anycast { vec![ANYCAST] } else { SITES.to_vec() };
        let origin = Name::of("shop.example");
        let zone = addresses.into_iter().fold(
            zone("shop.example", "ns1.shop.example").steered(steer(params)),
            |zone, address| zone.with(origin.child("www"), 0, Data::A(address)),
        );
        let visitor = add(&mut world, ("visitor", "Visitor"), super::STUB_IP, visitor);
        let middle = add(&mut world, ("resolver", "Resolver"), resolver_ip, finder);
        let shop =
            add(&mut world, ("shop", "Shop"), super::SHOP_IP, Server::new(server(vec![zone])));
        let dead = params.choice("dead") == "yes";
        let first = usize::from(params.choice("route") == "middle");
        let site = |nth: usize| HostId(4 + u8::try_from(nth).unwrap_or(0));
        // The routes leave the dead site once its neighbours have noticed.
        let moves = dead && first == 0;
        let change = Duration::from_secs(9) + params.duration("convergence");
        let change = moves.then(|| (Instant::START + change, Prefix::host(ANYCAST), site(1)));
        let router = Network::new(Router::new(NETWORK_IP), change);
        let host = Host { name: "network", title: "Network", address: NETWORK_IP };
        let network = world.host(host, router);
        for (nth, (name, key)) in [
            (("near", "Near site"), "near"),
            (("middle", "Middle site"), "middle"),
            (("far", "Far site"), "far"),
        ]
        .into_iter()
        .enumerate()
        {
            // All three have the shared address, if there is one.
            let address = if anycast { ANYCAST } else { SITES[nth] };
            let host = add(&mut world, name, address, Site::default());
            world.connect(network, host, link(params.duration(key) - Duration::from_millis(1)));
        }
        world.connect(visitor, network, link(Duration::from_millis(1)));
        let way = if far { params.duration("middle") } else { params.duration("near") };
        world.connect(visitor, middle, link(way));
        world.connect(middle, shop, link(params.duration("near")));
        world.route(visitor, Prefix::ALL, network);
        world.route(network, Prefix::host(ANYCAST), site(first));
        (0..3).for_each(|nth| world.route(site(nth), Prefix::ALL, network));
        if dead {
            let (start, end) =
                (Instant::START + FAILS, Instant::START + Duration::from_secs(3_600));
            world.faults(&[Fault::Outage { from: Some("near".to_owned()), start, end }]);
        }
        world
    }
}

#[cfg(test)]
mod tests {
    //! T35: who reaches which site, and the share that reaches a dead one.

    use super::DnsSteering;
    use crate::scenario::testing::{millis, run_with, value};

    #[test]
    fn round_robin_sends_one_in_three_to_the_dead_site() {
        // Nine visits after the first: each site three times.
        let run = run_with(&DnsSteering, "method=round-robin dead=yes visits=10", &[]);
        assert_eq!(value(&run, "failed"), Some(333_333));
        let run = run_with(&DnsSteering, "method=round-robin visits=9", &[]);
        assert_eq!((value(&run, "failed"), millis(&run, "mean")), (Some(0), Some(100)));
    }

    #[test]
    fn by_place_the_resolver_counts_unless_the_subnet_is_told() {
        let trip = |settings: &str| millis(&run_with(&DnsSteering, settings, &[]), "latency");
        assert_eq!(trip("method=geo resolver=near"), Some(20));
        assert_eq!(trip("method=geo resolver=far"), Some(100));
        assert_eq!(trip("method=geo resolver=far subnet=yes"), Some(20));
        assert_eq!(trip("method=geo resolver=far middle=140ms"), Some(140));
        // Nobody watches: the dead site stays the answer.
        let run = run_with(&DnsSteering, "method=geo resolver=near dead=yes visits=6", &[]);
        assert_eq!(value(&run, "failed"), Some(1_000_000));
    }

    #[test]
    fn anycast_is_back_when_the_routes_have_changed() {
        let trip = |settings: &str| millis(&run_with(&DnsSteering, settings, &[]), "latency");
        assert_eq!(trip("method=anycast"), Some(20));
        assert_eq!(trip("method=anycast route=middle"), Some(100));
        for (convergence, failing) in [(30, 3), (60, 6), (120, 12)] {
            let settings = format!("method=anycast dead=yes visits=20 convergence={convergence}s");
            let run = run_with(&DnsSteering, &settings, &[]);
            // Visits at 10, 20 … seconds fail until the routes change at 9 s and convergence.
            assert_eq!(value(&run, "failed"), Some(failing * 1_000_000 / 19), "{convergence}");
            let outage = value(&run, "outage").unwrap() / 1_000_000_000;
            assert!((convergence..convergence + 10).contains(&outage), "{outage}");
        }
    }
}
