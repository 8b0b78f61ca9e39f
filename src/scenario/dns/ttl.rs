//! `dns-ttl`: the time to live as a dial between load and a quick change.
//!
//! RFC 1035 section 3.2.1, RFC 2181 section 8.

mod population;

use core::time::Duration;

use self::population::{Plan, Population};
use super::{KINDS, WWW_IP, add, link, server, www};
use crate::proto::dns::{Change, Server, ServerConfig, Zone};
use crate::scenario::find::{at, ms, note, when};
use crate::scenario::measures::{BYTES_ON_WIRE, PACKETS, bare, metric};
use crate::scenario::params::{ParamKind, ParamSpec, Params};
use crate::scenario::presets::{MS, RTT, failure, network};
use crate::scenario::setup::Preset;
use crate::scenario::{
    About, Context, Fidelity, Figure, MeasureSpec, Scenario, StepSpec, Topic, Unit,
};
use crate::sim::time::{Instant, nanos};
use crate::sim::trace::{EntryId, HostId, Trace};
use crate::sim::world::World;
use crate::wire::dns::{Data, Name, Record};

/// The scenario.
#[derive(Debug)]
pub(in crate::scenario) struct DnsTtl;

const RESOLVERS: HostId = HostId(0);
const AUTHORITY: HostId = HostId(1);
const SECOND: u64 = 1_000 * MS;
const ONE: u64 = 1_000_000;
/// Where the shop is after the change.
const NEW_IP: [u8; 4] = [203, 0, 113, 30];

const PARAMS: &[ParamSpec] = &[
    RTT,
    ParamSpec {
        key: "ttl",
        label: "Time to live",
        help: "For how long resolvers may remember the address.",
        kind: ParamKind::Duration { min: 5 * SECOND, max: 3_600 * SECOND, default: 300 * SECOND },
    },
    ParamSpec {
        key: "every",
        label: "Asked every",
        help: "How often the clients of one resolver ask for the name, on the mean.",
        kind: ParamKind::Duration { min: 10 * SECOND, max: 600 * SECOND, default: 60 * SECOND },
    },
    ParamSpec {
        key: "resolvers",
        label: "Resolvers",
        help: "How many resolvers ask the shop's server.",
        kind: ParamKind::Count { min: 1, max: 2_000, default: 10 },
    },
    ParamSpec {
        key: "detection",
        label: "Noticed after",
        help: "How long after the outage someone changes the address.",
        kind: ParamKind::Duration { min: 0, max: 600 * SECOND, default: 30 * SECOND },
    },
];

const PRESETS: &[Preset] = &[
    network("near", "A near server", &[("rtt", "10ms")]),
    network("far", "A far server", &[("rtt", "200ms")]),
    failure("minute", "One minute", &[("ttl", "60s")]),
    failure("quick", "Ten seconds", &[("ttl", "10s"), ("resolvers", "6")]),
    failure("hour", "One hour", &[("ttl", "3600s"), ("resolvers", "6")]),
    failure("rare", "Asked rarely", &[("every", "600s")]),
];

fn plan(params: &Params) -> Plan {
    let ttl = params.duration("ttl");
    let outage = Instant::START + ttl * 2;
    let changed = outage + params.duration("detection");
    Plan {
        resolvers: u32::try_from(params.number("resolvers")).unwrap_or(1),
        every: params.duration("every"),
        warm: Instant::START + ttl,
        outage,
        changed,
        end: changed + ttl + params.duration("rtt") * 2 + Duration::from_secs(1),
    }
}

fn said(trace: &Trace, name: &str) -> Option<EntryId> {
    note(trace, RESOLVERS, name)
}

/// The last value of a count of the resolvers.
fn counted(trace: &Trace, name: &str) -> Option<u64> {
    metric(trace, RESOLVERS, name, EntryId(u32::MAX))
}

const STEPS: &[StepSpec] = &[
    StepSpec {
        name: "first-question",
        title: "First question",
        find: |trace| super::first(trace, RESOLVERS, AUTHORITY, "query"),
        caption: |trace, entry| {
            format!(
                "At {} the first of the resolvers needs the address and asks.",
                when(trace, entry)
            )
        },
    },
    StepSpec {
        name: "remembered",
        title: "Remembered",
        find: |trace| super::arrival(trace, AUTHORITY, RESOLVERS, "answer"),
        caption: |trace, entry| {
            let ttl = super::packet_at(trace, entry).and_then(|packet| {
                super::message(&packet)?.answers.first().map(|record| record.ttl)
            });
            format!(
                "It remembers the answer for {} s; who asks meanwhile costs the server nothing.",
                ttl.unwrap_or(0)
            )
        },
    },
    StepSpec {
        name: "outage",
        title: "Outage",
        find: |trace| said(trace, "outage"),
        caption: |trace, entry| {
            let holding = match counted(trace, "held-at-outage").unwrap_or(0) {
                1 => "One resolver remembers it".to_owned(),
                holding => format!("{holding} resolvers remember it"),
            };
            format!("At {} the shop's old address fails. {holding}.", when(trace, entry))
        },
    },
    StepSpec {
        name: "changed",
        title: "Changed",
        find: |trace| note(trace, AUTHORITY, "record-changed"),
        caption: |trace, entry| {
            format!(
                "At {} the address is changed. Nobody is told: the old one must be forgotten \
                 first.",
                when(trace, entry)
            )
        },
    },
    StepSpec {
        name: "half",
        title: "Half have forgotten",
        find: |trace| said(trace, "half"),
        caption: |trace, entry| since(trace, entry, "half of the resolvers have forgotten it"),
    },
    StepSpec {
        name: "moved",
        title: "95 % have forgotten",
        find: |trace| said(trace, "moved"),
        caption: |trace, entry| since(trace, entry, "95 % of them have forgotten the old address"),
    },
];

fn since(trace: &Trace, entry: EntryId, what: &str) -> String {
    let outage = said(trace, "outage").map_or(Instant::START, |from| at(trace, from));
    let after = ms(nanos(at(trace, entry) - outage));
    format!("At {}, {after} after the outage, {what}.", when(trace, entry))
}

fn ratio(context: &Context<'_>) -> Option<Figure> {
    let hits = counted(context.trace, "hits")?;
    let asked = counted(context.trace, "lookups")?;
    Some(bare((hits * ONE).checked_div(asked)?))
}

fn from_outage(context: &Context<'_>, name: &str) -> Option<Figure> {
    let (from, to) = (said(context.trace, "outage")?, said(context.trace, name)?);
    Some(bare(nanos(at(context.trace, to) - at(context.trace, from))))
}

const MEASURES: &[MeasureSpec] = &[
    MeasureSpec {
        name: "hits",
        title: "Answered from memory",
        unit: Unit::Percent,
        compute: ratio,
    },
    MeasureSpec {
        name: "hits-expected",
        title: "The same by probability",
        unit: Unit::Percent,
        compute: |context| {
            // One question, then TTL / every more that are answered from memory.
            let ttl = nanos(context.setup.params.duration("ttl"));
            let every = nanos(context.setup.params.duration("every"));
            let share = u128::from(ttl) * u128::from(ONE) / u128::from((ttl + every).max(1));
            Some(bare(u64::try_from(share).ok()?))
        },
    },
    MeasureSpec {
        name: "load",
        title: "Questions an hour at the server",
        unit: Unit::Count,
        compute: |context| {
            let plan = plan(&context.setup.params);
            let asked = context
                .trace
                .packets()
                .filter(|packet| {
                    packet.from == RESOLVERS && packet.at >= plan.warm && packet.at < plan.end
                })
                .count() as u128;
            let time = u128::from(nanos(plan.end - plan.warm)).max(1);
            Some(bare(u64::try_from(asked * 3_600_000_000_000 / time).ok()?))
        },
    },
    MeasureSpec {
        name: "load-expected",
        title: "The same by probability",
        unit: Unit::Count,
        compute: |context| {
            let params = &context.setup.params;
            let cycle = nanos(params.duration("ttl") + params.duration("every"));
            let resolvers = u128::from(params.number("resolvers"));
            let an_hour = resolvers * 3_600_000_000_000 / u128::from(cycle.max(1));
            Some(bare(u64::try_from(an_hour).ok()?))
        },
    },
    MeasureSpec {
        name: "half",
        title: "From the outage until half have forgotten",
        unit: Unit::Milliseconds,
        compute: |context| from_outage(context, "half"),
    },
    MeasureSpec {
        name: "moved",
        title: "From the outage until 95 % have forgotten",
        unit: Unit::Milliseconds,
        compute: |context| from_outage(context, "moved"),
    },
    MeasureSpec {
        name: "stale",
        title: "Lookups with the dead address",
        unit: Unit::Count,
        compute: |context| counted(context.trace, "stale").map(bare),
    },
    PACKETS,
    BYTES_ON_WIRE,
];

const FIDELITY: Fidelity = Fidelity {
    modelled: "Real questions and answers between many independent caches and one server; lookups \
               come by chance (Poisson), each resolver for itself.",
    left_out: "The caches share one lane and one address. Clients that remember longer than they \
               may, and connections that stay open, come on top.",
    standards: &["RFC 1035 section 3.2.1", "RFC 2181 section 8"],
    checked: "Share from memory within 2 % of T / (T + gap): 0.833 and 0.5; load within 3 %; 95 % \
              have moved after detection and 0.95 T, 315 s for 30 and 300.",
};

const ABOUT: About = About {
    id: "dns-ttl",
    title: "The time to live as a dial",
    summary: "Long, and the server has peace; short, and a change reaches everyone soon.",
    topic: Topic::Dns,
    hosts: &["resolvers", "authority"],
    kinds: KINDS,
    params: PARAMS,
    presets: PRESETS,
    steps: STEPS,
    measures: MEASURES,
    fidelity: FIDELITY,
};

impl Scenario for DnsTtl {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn build(&self, params: &Params, seed: u64) -> World {
        let mut world = World::new(seed);
        let plan = plan(params);
        let end = plan.end;
        let ttl = u32::try_from(params.duration("ttl").as_secs()).unwrap_or(u32::MAX);
        let record = |address| Record::new(www(), ttl, Data::A(address));
        let zone = Zone::new(Name::of("shop.example"), Name::of("ns1.shop.example"), (900, 300))
            .with_all(vec![record(WWW_IP)]);
        let after = plan.changed - Instant::START;
        let change = Change { after, name: www(), records: vec![record(NEW_IP)] };
        let config = ServerConfig { changes: vec![change], ..server(vec![zone]) };
        let app = Population::new(plan, world.stream("lookups"));
        let many = add(&mut world, ("resolvers", "Resolvers"), super::RESOLVER_IP, app);
        let one = add(&mut world, ("authority", "Shop"), super::SHOP_IP, Server::new(config));
        world.connect(many, one, link(params.duration("rtt")));
        world.time_max(end + Duration::from_secs(10));
        world.steps_max(1_000_000);
        world
    }
}

#[cfg(test)]
mod tests {
    //! T32: hit ratio, load, and how long a change takes.

    use super::DnsTtl;
    use crate::scenario::testing::{run_with, value};

    #[test]
    fn the_share_from_memory_and_the_load_follow_from_the_time_to_live() {
        for (ttl, share, an_hour) in [(300, 833_333, 20_000), (60, 500_000, 60_000)] {
            let run = run_with(&DnsTtl, &format!("ttl={ttl}s resolvers=2000"), &[]);
            assert_eq!(value(&run, "hits-expected"), Some(share));
            let hits = value(&run, "hits").unwrap();
            assert!(hits.abs_diff(share) < 20_000, "{hits}");
            assert_eq!(value(&run, "load-expected"), Some(an_hour));
            let load = value(&run, "load").unwrap();
            assert!(load.abs_diff(an_hour) * 100 < 3 * an_hour, "{load}");
        }
    }

    #[test]
    fn all_but_a_twentieth_have_moved_after_detection_and_0_95_of_the_time_to_live() {
        for (ttl, seconds) in [(300, 315), (60, 87)] {
            let run = run_with(&DnsTtl, &format!("ttl={ttl}s resolvers=2000"), &[]);
            let moved = value(&run, "moved").unwrap() / 1_000_000_000;
            assert!(moved.abs_diff(seconds) * 50 <= seconds, "{moved} s instead of {seconds} s");
            let half = value(&run, "half").unwrap() / 1_000_000_000;
            assert!(half.abs_diff(30 + ttl / 2) * 20 <= seconds, "{half}");
        }
    }
}
