//! A set-up survives its text, and whatever is wrong with a text is said.

use super::Setup;
use crate::scenario::{CATALOGUE, Scenario, find};

fn scenario() -> &'static dyn Scenario {
    find("tcp-open").unwrap()
}

/// Reads `key=value` pairs joined by `&`, without percent-encoding.
fn read(query: &str) -> (String, Vec<String>) {
    let pair = |pair: &str| {
        let (key, value) = pair.split_once('=').unwrap();
        (key.to_owned(), value.to_owned())
    };
    let pairs: Vec<(String, String)> = query.split('&').map(pair).collect();
    let (setup, problems) = Setup::from_query(scenario().about(), &pairs);
    let again: Vec<String> =
        setup.to_query().iter().map(|(key, value)| format!("{key}={value}")).collect();
    (again.join("&"), problems.into_iter().map(|problem| problem.message).collect())
}

fn wrong(query: &str) -> String {
    read(query).1.join("; ")
}

#[test]
fn a_query_reads_and_writes_in_a_fixed_order() {
    let (again, problems) =
        read("fault=drop:syn-ack#1&seed=7&set.lost-syns=1&set.rtt=80ms&mode=gaps&step=syn");
    assert_eq!(again, "set.rtt=80ms&set.lost-syns=1&fault=drop:syn-ack#1&seed=7");
    assert_eq!(problems, [""; 0]);
}

#[test]
fn what_is_set_by_name_wins_over_the_preset_whatever_the_order() {
    assert_eq!(read("set.rtt=5ms&preset=satellite").0, "set.rtt=5ms");
    assert_eq!(read("preset=satellite&preset=lost-syn").0, "set.rtt=600ms&set.lost-syns=1");
    assert_eq!(read("preset=lost-syn&preset=satellite").0, "set.rtt=600ms&set.lost-syns=1");
}

#[test]
fn a_failure_replaces_another_and_keeps_the_network() {
    let setup = ["wifi", "lost-ack", "lost-syn"]
        .iter()
        .fold(Setup::new(scenario().about()), |setup, preset| {
            setup.with_preset(scenario().about(), preset).unwrap()
        });
    assert_eq!(setup.params.to_string(), "rtt=20ms lost-syns=1");
    assert_eq!(setup.faults, []);
}

#[test]
fn every_preset_of_every_scenario_can_be_read() {
    for scenario in CATALOGUE {
        for preset in scenario.about().presets {
            let setup = Setup::new(scenario.about()).with_preset(scenario.about(), preset.name);
            assert!(setup.is_ok(), "{} {}: {setup:?}", scenario.about().id, preset.name);
        }
    }
}

#[test]
fn unknown_things_are_named_with_the_nearest_right_name() {
    assert_eq!(wrong("preset=lost-sin"), "there is no preset `lost-sin`: did you mean `lost-syn`?");
    assert_eq!(
        wrong("fault=drop:syn-akc#1"),
        "fault: `syn-akc` is no kind of packet and no host: did you mean `syn-ack`?"
    );
    assert_eq!(
        wrong("fault=outage:sever:1s..2s"),
        "fault: `sever` is no host: did you mean `server`?"
    );
    assert_eq!(wrong("seed=many"), "seed: `many` is no whole number, such as `1`");
    assert_eq!(
        wrong("fault=lose:syn#1"),
        "fault: `lose` is no fault: use drop, delay, duplicate, corrupt, outage or path"
    );
}

#[test]
fn one_mistake_does_not_spoil_the_rest() {
    let (again, problems) = read("set.rtt=fast&set.loss=1%&set.nothing=1&fault=x&seed=2");
    assert_eq!(again, "set.loss=1%&seed=2");
    assert_eq!(problems.len(), 3);
}

#[test]
fn a_hundred_faults_are_enough() {
    let query = vec!["fault=drop:syn#1"; 101].join("&");
    let (again, problems) = read(&query);
    assert_eq!(again.matches("fault=").count(), 100);
    assert_eq!(problems, ["`drop:syn#1` is one too many: at most 100 faults"]);
}
