//! What the translator keeps, forgets and refuses.

use super::NatTable;
use crate::scenario::testing::{run_preset, run_with, value};

#[test]
fn a_ping_before_the_time_out_keeps_the_mapping_and_a_later_one_does_not() {
    for (settings, survives) in [
        ("ping=25s timeout=30s", true),
        ("ping=60s timeout=30s", false),
        ("ping=29s timeout=30s", true),
        ("ping=31s timeout=30s time=1800s", false),
        ("ping=60s timeout=300s", true),
    ] {
        let run = run_with(&NatTable, &format!("news=5s {settings}"), &[]);
        let (sent, arrived) = (value(&run, "news-sent"), value(&run, "news-arrived"));
        assert!(sent > Some(30), "{settings}");
        assert_eq!(sent == arrived, survives, "{settings}: {arrived:?} of {sent:?}");
        let life = value(&run, "mapping-life");
        let timeout = if settings.contains("300s") { 300 } else { 30 };
        // A mapping that no ping meets lives for exactly its time-out.
        assert_eq!(life == Some(timeout * 1_000_000_000), !survives, "{settings}: {life:?}");
    }
}

#[test]
fn half_of_the_news_are_lost_at_twice_the_time_out() {
    let run = run_with(&NatTable, "news=5s ping=60s timeout=30s time=1800s", &[]);
    let (sent, arrived) = (value(&run, "news-sent").unwrap(), value(&run, "news-arrived").unwrap());
    assert!((sent / 2).abs_diff(arrived) <= 31, "{arrived} of {sent}");
}

#[test]
fn a_full_table_refuses_the_first_host_until_others_are_forgotten() {
    let run = run_preset(&NatTable, "exhausted");
    assert_eq!(value(&run, "mappings-max"), Some(16));
    // 21 flows of the others and the hello, for 16 ports.
    assert_eq!(value(&run, "refused"), Some(6));
    assert!(run.step("mapping").is_some_and(|step| step.at.as_nanos() > 30_000_000_000));
}

#[test]
fn one_address_has_ports_for_64512_flows() {
    let run = run_with(&NatTable, "hosts=5000 flows=13 time=10s", &[]);
    assert_eq!(value(&run, "mappings-max"), Some(64_512));
    // 65,000 flows and the hello: 489 too many.
    assert_eq!(value(&run, "refused"), Some(489));
}
