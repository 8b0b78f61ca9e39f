//! T31: what a lookup costs, level by level.

use super::DnsWalk;
use crate::scenario::testing::{millis, run_preset, run_with, value};

#[test]
fn a_lookup_costs_the_round_trips_of_all_levels_that_are_not_remembered() {
    let cost = |settings: &str| millis(&run_with(&DnsWalk, settings, &[]), "lookup");
    assert_eq!(cost(""), Some(10 + 20 + 30 + 80));
    assert_eq!(cost("cached=root"), Some(10 + 30 + 80));
    assert_eq!(cost("cached=tld"), Some(10 + 80));
    assert_eq!(cost("cached=answer"), Some(10));
    assert_eq!(cost("cached=os"), Some(0));
    assert_eq!(cost("resolver=2ms root=6ms tld=8ms authority=100ms"), Some(116));
}

#[test]
fn each_alias_into_another_zone_costs_its_own_way() {
    let cost = |settings: &str| millis(&run_with(&DnsWalk, settings, &[]), "lookup");
    // Cold: the top level refers to each of the CDN's zones first.
    for aliases in 0..=3 {
        let cold = 140 + aliases * (30 + 40);
        assert_eq!(cost(&format!("aliases={aliases}")), Some(cold));
        let warm = 90 + aliases * 40;
        assert_eq!(cost(&format!("aliases={aliases} cached=tld")), Some(warm));
        assert_eq!(cost(&format!("aliases={aliases} cached=answer")), Some(10));
    }
}

#[test]
fn the_root_sees_one_label_of_a_shortened_question() {
    let seen = |settings: &str| value(&run_with(&DnsWalk, settings, &[]), "seen-by-root");
    assert_eq!((seen(""), seen("minimise=on")), (Some(3), Some(1)));
    assert_eq!(millis(&run_with(&DnsWalk, "minimise=on", &[]), "lookup"), Some(140));
}

#[test]
fn a_lost_question_costs_the_time_out_of_a_server_that_nobody_knows_yet() {
    assert_eq!(millis(&run_preset(&DnsWalk, "lost-query"), "lookup"), Some(140 + 376));
}
