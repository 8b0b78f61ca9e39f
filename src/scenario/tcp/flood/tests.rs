//! How fast a backlog fills, and what is refused then.

use super::TcpSynFlood;
use crate::scenario::testing::{run_preset, run_with, value};

#[test]
fn four_thousand_places_fill_at_66_syns_a_second_and_not_at_64() {
    // 4,096 places / 63 s = 65.02 a second.
    let full = |rate: u64| {
        let run = run_with(&TcpSynFlood, &format!("backlog=4096 per-second={rate}"), &[]);
        (value(&run, "full-after").is_some(), value(&run, "half-open").unwrap())
    };
    let (filled, most) = full(64);
    assert!(!filled && (4_000..=4_096).contains(&most), "{most}");
    assert_eq!(full(66), (true, 4_096));
}

#[test]
fn at_five_hundred_a_second_87_of_100_are_refused() {
    // 1 - 4,096 / (500 × 63) = 87.0 %.
    let run = run_with(&TcpSynFlood, "backlog=4096 per-second=500", &[]);
    let refused = value(&run, "refused").unwrap();
    assert!((865_000..=875_000).contains(&refused), "{refused} ppm");
}

#[test]
fn the_share_that_is_refused_follows_from_rate_and_backlog() {
    for (rate, backlog) in [(16, 128), (10, 100), (40, 128), (3, 180)] {
        let run = run_with(&TcpSynFlood, &format!("per-second={rate} backlog={backlog}"), &[]);
        let expected = 1_000_000 - backlog * 1_000_000 / (rate * 63);
        let got = value(&run, "refused").unwrap();
        // The SYNs of the client are some more.
        assert!(got.abs_diff(expected) < 30_000, "{rate} and {backlog}: {got} ppm, {expected}");
        assert!(value(&run, "connected") < value(&run, "attempts"));
    }
}

#[test]
fn with_cookies_nobody_is_refused() {
    let run = run_preset(&TcpSynFlood, "cookies");
    assert_eq!(value(&run, "refused"), Some(0));
    assert_eq!(value(&run, "connected"), value(&run, "attempts"));
    assert_eq!(value(&run, "half-open"), Some(128));
}

#[test]
fn two_a_second_do_not_fill_a_hundred_and_28_places() {
    let run = run_preset(&TcpSynFlood, "too-slow");
    assert_eq!(value(&run, "full-after"), None);
    assert_eq!(value(&run, "connected"), value(&run, "attempts"));
}
