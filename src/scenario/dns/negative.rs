//! `dns-negative`: that a name does not exist is remembered, too.
//!
//! RFC 2308 section 5: for the smaller of the SOA record's time to live and its last field.

use core::time::Duration;

use super::{
    KINDS, LOOKUP, RESOLVER, STUB, first, link, resolver, root_zone, said, server, stub, tld_zone,
};
use crate::proto::dns::{Change, Lookup, Resolver, Server, ServerConfig, Stub, Zone};
use crate::scenario::find::{at, count, ms, note, reports, when};
use crate::scenario::measures::{BYTES_ON_WIRE, PACKETS, bare};
use crate::scenario::params::{ParamKind, ParamSpec, Params};
use crate::scenario::presets::{MS, failure, network};
use crate::scenario::setup::Preset;
use crate::scenario::{About, Fidelity, MeasureSpec, Scenario, StepSpec, Topic, Unit};
use crate::sim::endpoint::Event;
use crate::sim::time::nanos;
use crate::sim::trace::{EntryId, HostId, Trace};
use crate::sim::world::World;
use crate::wire::dns::{Data, Kind, Name, Record};

/// The scenario.
#[derive(Debug)]
pub(in crate::scenario) struct DnsNegative;

const SHOP: HostId = HostId(4);
const SECOND: u64 = 1_000 * MS;

const PARAMS: &[ParamSpec] = &[
    ParamSpec {
        key: "rtt",
        label: "Round trip",
        help: "How long a packet takes there and back, on each of the ways.",
        kind: ParamKind::Duration { min: MS, max: 1_000 * MS, default: 20 * MS },
    },
    ParamSpec {
        key: "soa-ttl",
        label: "TTL of the SOA",
        help: "The time to live of the record with which the zone begins.",
        kind: ParamKind::Duration { min: SECOND, max: 3_600 * SECOND, default: 900 * SECOND },
    },
    ParamSpec {
        key: "minimum",
        label: "Minimum",
        help: "The last field of that record: for how long an absence may be remembered.",
        kind: ParamKind::Duration { min: SECOND, max: 3_600 * SECOND, default: 300 * SECOND },
    },
    ParamSpec {
        key: "created",
        label: "Created",
        help: "When the record is created, after someone has asked for it in vain.",
        kind: ParamKind::Duration { min: SECOND, max: 3_600 * SECOND, default: 5 * SECOND },
    },
    ParamSpec {
        key: "every",
        label: "Asked every",
        help: "How often the client looks the name up.",
        kind: ParamKind::Duration { min: SECOND, max: 600 * SECOND, default: 60 * SECOND },
    },
    ParamSpec {
        key: "early",
        label: "Asked too early",
        help: "Whether someone asks for the name before it exists.",
        kind: ParamKind::Choice { options: &[("yes", "Yes"), ("no", "No")], default: 0 },
    },
];

const PRESETS: &[Preset] = &[
    network("lan", "LAN", &[("rtt", "1ms")]),
    network("atlantic", "Transatlantic", &[("rtt", "100ms")]),
    failure("patient", "Nobody asks too early", &[("early", "no")]),
    failure("short", "Remembered for a minute", &[("minimum", "60s"), ("every", "20s")]),
    failure("soa-shorter", "The SOA's TTL is smaller", &[("soa-ttl", "120s"), ("every", "30s")]),
];

/// How many lookups the client makes at most.
const LOOKUPS_MAX: u64 = 400;

fn name() -> Name {
    Name::of("new.shop.example")
}

fn created(trace: &Trace) -> Option<EntryId> {
    note(trace, SHOP, "record-changed")
}

fn found(trace: &Trace) -> Option<EntryId> {
    note(trace, STUB, "resolved")
}

/// The first answer to the question that it exists not.
fn denied(trace: &Trace) -> Option<EntryId> {
    note(trace, RESOLVER, "denied")
}

/// Lookups that end in vain after the record is there.
fn in_vain(trace: &Trace) -> u64 {
    let from = created(trace);
    let vain = |event: &Event| matches!(event, Event::Note { name: "no-name", .. });
    reports(trace, STUB, vain).filter(|entry| from.is_some_and(|from| *entry > from)).count() as u64
}

const STEPS: &[StepSpec] = &[
    StepSpec {
        name: "lookup",
        title: "Lookup",
        find: |trace| note(trace, STUB, "lookup"),
        caption: |trace, entry| {
            format!("At {} someone {}.", when(trace, entry), said(trace, entry))
        },
    },
    StepSpec {
        name: "nxdomain",
        title: "No such name",
        find: |trace| first(trace, SHOP, RESOLVER, "nxdomain"),
        caption: |trace, entry| {
            let soa = super::packet_at(trace, entry).and_then(|packet| super::message(&packet));
            let soa = soa.and_then(|message| message.authorities.into_iter().next());
            match soa.map(|record| (record.ttl, record.data)) {
                Some((ttl, Data::Soa(soa))) => format!(
                    "No such name, and the SOA record says for how long that holds: its TTL is \
                     {ttl} s, its minimum {} s.",
                    soa.minimum
                ),
                _ => "The shop's server says that there is no such name.".to_owned(),
            }
        },
    },
    StepSpec {
        name: "denial-remembered",
        title: "Absence remembered",
        find: denied,
        caption: |trace, entry| format!("The resolver {}.", said(trace, entry)),
    },
    StepSpec {
        name: "created",
        title: "Record created",
        find: created,
        caption: |trace, entry| {
            format!("At {} the record is created: {}.", when(trace, entry), said(trace, entry))
        },
    },
    StepSpec {
        name: "in-vain",
        title: "Asked in vain",
        find: |trace| {
            let from = created(trace)?;
            let vain = |event: &Event| matches!(event, Event::Note { name: "no-name", .. });
            reports(trace, STUB, vain).find(|entry| *entry > from)
        },
        caption: |trace, entry| {
            format!(
                "At {} the record exists, and the client is still told that it does not: the \
                 resolver remembers.",
                when(trace, entry)
            )
        },
    },
    StepSpec {
        name: "found",
        title: "Found",
        find: found,
        caption: |trace, entry| {
            let wait = created(trace).map_or(0, |from| nanos(at(trace, entry) - at(trace, from)));
            format!(
                "At {} the new record is found, {} after it was created and after {} in vain.",
                when(trace, entry),
                ms(wait),
                count(in_vain(trace), "lookup")
            )
        },
    },
];

const MEASURES: &[MeasureSpec] = &[
    LOOKUP,
    MeasureSpec {
        name: "remembered",
        title: "Absence remembered for",
        unit: Unit::Milliseconds,
        compute: |context| {
            // From the answer to the next time that the resolver asks the shop.
            let trace = context.trace;
            let from = denied(trace)?;
            let again = super::sent(trace, RESOLVER, SHOP, "query").find(|p| p.entry > from)?;
            Some(bare(nanos(again.at - at(trace, from))))
        },
    },
    MeasureSpec {
        name: "invisible",
        title: "From creation to the first find",
        unit: Unit::Milliseconds,
        compute: |context| {
            let (from, to) = (created(context.trace)?, found(context.trace)?);
            let time = at(context.trace, to) - at(context.trace, from);
            (to > from).then(|| bare(nanos(time)))
        },
    },
    MeasureSpec {
        name: "in-vain",
        title: "Lookups in vain after creation",
        unit: Unit::Count,
        compute: |context| Some(bare(in_vain(context.trace))),
    },
    PACKETS,
    BYTES_ON_WIRE,
];

const FIDELITY: Fidelity = Fidelity {
    modelled: "Negative answers with their SOA record, remembered for the smaller of both times; \
               the record is created at the authority while the run goes on.",
    left_out: "Second servers of the zone, which would learn of the record later. Absences are \
               remembered for an hour at most, as Unbound does.",
    standards: &["RFC 2308 sections 3 and 5", "RFC 8020 section 2"],
    checked: "Asked again after exactly min(SOA TTL, minimum): 300 s for 900 and 300, 120 s for \
              120 and 300.",
};

const ABOUT: About = About {
    id: "dns-negative",
    title: "A name that does not exist yet",
    summary: "Asked for too early, a new name stays invisible until the absence is forgotten.",
    topic: Topic::Dns,
    hosts: &["client", "resolver", "root", "tld", "shop"],
    kinds: KINDS,
    params: PARAMS,
    presets: PRESETS,
    steps: STEPS,
    measures: MEASURES,
    fidelity: FIDELITY,
};

/// A length in whole seconds, at least one.
fn seconds(params: &Params, key: &str) -> u32 {
    u32::try_from(params.duration(key).as_secs()).unwrap_or(u32::MAX).max(1)
}

/// When the client asks: until one lookup after the absence must be forgotten.
fn lookups(params: &Params) -> Vec<Lookup> {
    let every = params.duration("every").max(Duration::from_millis(1));
    let held = seconds(params, "soa-ttl").min(seconds(params, "minimum")).min(3_600);
    let end = params.duration("created").max(Duration::from_secs(held.into())) + every * 2;
    let first = match params.choice("early") {
        "no" => params.duration("created") + Duration::from_secs(1),
        _ => Duration::ZERO,
    };
    (0..LOOKUPS_MAX)
        .map(|nth| first + every * u32::try_from(nth).unwrap_or(0))
        .take_while(|after| *after <= end)
        .map(|after| Lookup { after, name: name(), kind: Kind::A })
        .collect()
}

impl Scenario for DnsNegative {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn build(&self, params: &Params, seed: u64) -> World {
        let mut world = World::new(seed);
        let client = Stub::new(stub(lookups(params)), world.stream("lookups"));
        let finder = Resolver::new(resolver(), world.stream("questions"));
        let ttls = (seconds(params, "soa-ttl"), seconds(params, "minimum"));
        let origin = Name::of("shop.example");
        let shop = Zone::new(origin.clone(), origin.child("ns1"), ttls);
        let change = Change {
            after: params.duration("created"),
            name: name(),
            records: vec![Record::new(name(), 300, Data::A(super::WWW_IP))],
        };
        let shop = ServerConfig { changes: vec![change], ..server(vec![shop]) };
        let client = super::add(&mut world, ("client", "Client"), super::STUB_IP, client);
        let middle = super::add(&mut world, ("resolver", "Resolver"), super::RESOLVER_IP, finder);
        let path = link(params.duration("rtt"));
        world.connect(client, middle, path);
        for (name, address, config) in [
            (("root", "Root"), super::ROOT_IP, server(vec![root_zone()])),
            (("tld", "TLD"), super::TLD_IP, server(vec![tld_zone()])),
            (("shop", "Shop"), super::SHOP_IP, shop),
        ] {
            let host = super::add(&mut world, name, address, Server::new(config));
            world.connect(middle, host, path);
        }
        world.time_max(crate::sim::time::Instant::START + Duration::from_secs(8_000));
        world
    }
}

#[cfg(test)]
mod tests {
    //! T33: invisible for the smaller of both times.

    use super::DnsNegative;
    use crate::scenario::testing::{run_preset, run_with, value};

    #[test]
    fn an_absence_is_remembered_for_the_smaller_of_both_times_from_the_query() {
        let held = |settings: &str| value(&run_with(&DnsNegative, settings, &[]), "remembered");
        let seconds = |ns: Option<u64>| ns.map(|ns| ns / 1_000_000_000);
        // Asked every second, the first question after it is at the next whole second.
        for (ttl, minimum, shorter) in [(900, 300, 300), (120, 300, 120), (60, 60, 60)] {
            let settings = format!("soa-ttl={ttl}s minimum={minimum}s every=1s");
            assert_eq!(seconds(held(&settings)), Some(shorter), "{settings}");
        }
    }

    #[test]
    fn a_record_created_after_five_seconds_is_invisible_for_295_more() {
        let run = run_with(&DnsNegative, "every=60s", &[]);
        let invisible = value(&run, "invisible").unwrap();
        // Found by the lookup at 360 s: the one at 300 s comes 20 ms too early.
        assert_eq!(invisible / 1_000_000_000, 355);
        assert_eq!(value(&run, "in-vain"), Some(5));
        let patient = run_preset(&DnsNegative, "patient");
        assert!(value(&patient, "invisible").unwrap() < 1_200_000_000);
        assert_eq!(value(&patient, "in-vain"), Some(0));
    }
}
