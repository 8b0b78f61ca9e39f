//! What holds for every scenario under any parameters, faults and chance.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use roundtrip::proto::MACHINES;
use roundtrip::scenario::{self, CATALOGUE, Params, Run, Scenario, Setup, json};
use roundtrip::sim::endpoint::Event;
use roundtrip::sim::link::{DropReason, Outcome};
use roundtrip::sim::time::Instant;
use roundtrip::sim::trace::{End, PacketId, TraceEvent};

/// Faults worth trying, in their text form.
const FAULTS: &[&str] = &[
    "drop:syn#1",
    "drop:client#2",
    "drop:server#3",
    "drop:resolver#2",
    "drop:query#1",
    "corrupt:answer#1",
    "delay:referral#1:2s",
    "duplicate:answer#1",
    "drop:ack#2",
    "duplicate:data#1",
    "duplicate:syn#1",
    "delay:syn-ack#1:1500ms",
    "delay:data#2:70ms",
    "corrupt:client#3",
    "corrupt:server#2",
    "outage:100ms..2s",
    "outage:server:0ms..400ms",
    "path:150ms:900ms",
    "path:300ms:3ms",
];

/// The largest transfer that these tests try: larger ones show nothing new and take long.
const BYTES_MAX: u64 = 400_000;

/// The longest that these tests let load last.
const TIME_MAX: std::time::Duration = std::time::Duration::from_secs(2);

fn any_setup() -> impl Strategy<Value = (&'static dyn Scenario, Setup)> {
    let positions = prop::collection::vec(0..=1_000_u16, 12);
    let changed = prop::collection::vec(any::<bool>(), 12);
    let faults = prop::collection::vec(prop::sample::select(FAULTS), 0..3);
    (0..CATALOGUE.len(), positions, changed, faults, any::<u64>()).prop_map(
        |(which, positions, changed, faults, seed)| {
            let scenario = CATALOGUE[which];
            let mut setup = Setup { seed, ..Setup::new(scenario.about()) };
            for ((spec, position), changed) in
                scenario.about().params.iter().zip(positions).zip(changed)
            {
                if changed {
                    let value = match spec.kind.value_at(position) {
                        scenario::Value::Bytes(bytes) if spec.key == "size" => {
                            scenario::Value::Bytes(bytes.min(BYTES_MAX))
                        }
                        scenario::Value::Duration(time) if spec.key == "time" => {
                            scenario::Value::Duration(time.min(TIME_MAX))
                        }
                        value => value,
                    };
                    setup.params = setup.params.with(spec.key, value);
                }
            }
            for fault in faults {
                // Not every scenario has these packets and hosts.
                let _ = setup.add_fault(scenario.about(), fault);
            }
            (scenario, setup)
        },
    )
}

fn received_packets_were_sent(run: &Run) {
    let mut arrived = BTreeSet::new();
    for entry in &run.trace.entries {
        let TraceEvent::PacketReceived { id, copy } = &entry.event else { continue };
        let packet = run.trace.packet(*id).expect("it was sent");
        let moment = if *copy { packet.sent.fate.copy } else { packet.sent.fate.arrival() };
        assert_eq!(moment, Some(entry.at), "packet {} arrives when its fate says", id.0);
        assert_eq!(packet.sent.to, entry.host);
        assert!(arrived.insert((*id, *copy)), "packet {} arrived twice", id.0);
    }
}

fn states_follow_their_tables(run: &Run) {
    let mut now: BTreeMap<(u8, &str, u32), &str> = BTreeMap::new();
    for entry in &run.trace.entries {
        let TraceEvent::Endpoint(Event::StateUpdated { machine, connection, from, to }) =
            &entry.event
        else {
            continue;
        };
        let table = MACHINES.iter().find(|table| table.name == *machine).expect("a known machine");
        assert!(table.allows(from, to), "no arrow leads from {from} to {to}");
        let before = now.insert((entry.host.0, machine, *connection), to);
        assert!(before.is_none_or(|before| before == *from), "{before:?} became {from}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..Default::default() })]

    #[test]
    fn a_run_keeps_its_promises((scenario, setup) in any_setup()) {
        let run = scenario::run(scenario, &setup);
        prop_assert!(!matches!(run.trace.end, End::Steps { .. }), "the run does not come to rest");
        let mut last = Instant::START;
        for entry in &run.trace.entries {
            prop_assert!(entry.at >= last, "time goes back");
            last = entry.at;
        }
        for (id, entry) in run.trace.numbered() {
            prop_assert!(entry.cause.is_none_or(|cause| cause < id), "a cause comes later");
        }
        received_packets_were_sent(&run);
        states_follow_their_tables(&run);
        for step in &run.steps {
            prop_assert!(!step.caption.is_empty(), "{} has no caption", step.name);
        }
        for figure in run.measures.iter().filter_map(|measure| measure.figure.as_ref()) {
            let sum: u64 = figure.sum.iter().map(|term| term.value).sum();
            prop_assert!(figure.sum.is_empty() || sum == figure.value, "{figure:?}");
        }
    }

    #[test]
    fn the_same_setup_gives_the_same_run((scenario, setup) in any_setup()) {
        let (one, two) = (scenario::run(scenario, &setup), scenario::run(scenario, &setup));
        prop_assert_eq!(&one, &two);
        prop_assert_eq!(json::trace_hash(&one), json::trace_hash(&two));
    }

    #[test]
    fn a_setup_survives_its_text((scenario, setup) in any_setup()) {
        let (again, problems) = Setup::from_query(scenario.about(), &setup.to_query());
        prop_assert_eq!(&again, &setup);
        prop_assert!(problems.is_empty(), "{:?}", problems);
        let (params, problems) = Params::parse(scenario.about().params, &setup.params.to_string());
        prop_assert_eq!(params, setup.params);
        prop_assert!(problems.is_empty(), "{:?}", problems);
    }

    #[test]
    fn no_text_makes_reading_a_setup_fail(
        which in 0..CATALOGUE.len(),
        pairs in prop::collection::vec(("(set\\.)?[a-z.-]{0,12}", "\\PC{0,20}"), 0..6),
    ) {
        let scenario = CATALOGUE[which];
        let (setup, _) = Setup::from_query(scenario.about(), &pairs);
        for spec in scenario.about().params {
            let value = setup.params.value(spec.key).unwrap();
            prop_assert_eq!(spec.kind.clamp(value), value, "{} is out of range", spec.key);
        }
    }

    #[test]
    fn the_same_packets_of_a_link_are_lost_whatever_the_round_trip(
        seed in any::<u64>(),
        (one, two) in (1..1_000_u32, 1..1_000_u32),
    ) {
        let scenario = scenario::find("tcp-slow-start").unwrap();
        let lost = |rtt: u32| {
            let (params, _) =
                Params::parse(scenario.about().params, &format!("rtt={rtt}ms loss=5% size=50kB"));
            let setup = Setup { seed, params, ..Setup::new(scenario.about()) };
            let run = scenario::run(scenario, &setup);
            let fate = |packet: roundtrip::sim::trace::PacketView<'_>| {
                let lost = matches!(
                    packet.sent.fate.outcome,
                    Outcome::Dropped { reason: DropReason::Loss, .. }
                );
                ((packet.from.0, packet.sent.nth), lost)
            };
            run.trace.packets().map(fate).collect::<BTreeMap<_, _>>()
        };
        let (one, two) = (lost(one), lost(two));
        for (packet, lost) in &one {
            prop_assert!(two.get(packet).is_none_or(|other| other == lost), "packet {packet:?}");
        }
    }
}

#[test]
fn packets_are_numbered_in_the_order_of_sending() {
    for scenario in CATALOGUE {
        let run = scenario::run(*scenario, &Setup::new(scenario.about()));
        for (place, packet) in run.trace.packets().enumerate() {
            assert_eq!(packet.sent.id, PacketId(u32::try_from(place).unwrap()));
        }
    }
}
