//! RFC 9002: how long each kind of loss takes.

use super::QuicLoss;
use crate::scenario::testing::{millis, run_preset, run_with, value};

#[test]
fn a_loss_in_the_middle_is_repaired_one_round_trip_after_it_was_first_sent() {
    for rtt in [1, 20, 100, 600] {
        let run = run_with(&QuicLoss, &format!("rtt={rtt}ms"), &[]);
        assert_eq!(millis(&run, "recovery"), Some(rtt));
        // The answer would be complete after two round trips.
        assert_eq!(millis(&run, "last-byte"), Some(3 * rtt));
        assert_eq!(value(&run, "probes"), Some(0));
    }
}

#[test]
fn a_lost_tail_waits_for_the_smoothed_round_trip_four_variations_and_25_ms() {
    let run = run_preset(&QuicLoss, "tail");
    // Seven samples of 100 ms: the variation began with half of that and lost a quarter six times.
    let variation = (0..6).fold(50e6, |variation, _| variation * 0.75);
    let pto = value(&run, "pto").unwrap();
    let expected = 100e6 + 4.0 * variation + 25e6;
    assert!((pto as f64 - expected).abs() < 100.0, "{pto} for {expected}");
    assert_eq!(value(&run, "recovery"), Some(pto));
    assert_eq!(value(&run, "probes"), Some(1));
}

#[test]
fn a_lost_initial_and_a_lost_flight_cost_999_ms() {
    for preset in ["initial", "server-flight", "server-first"] {
        let run = run_preset(&QuicLoss, preset);
        let handshake = millis(&run, "handshake").unwrap();
        assert_eq!(handshake, 999 + 100, "{preset}");
    }
}

#[test]
fn newreno_halves_its_window_and_cubic_takes_three_tenths() {
    let window = |congestion: &str| {
        let run = run_with(&QuicLoss, &format!("congestion={congestion}"), &[]);
        let part = |name| value(&run, name).unwrap();
        part("cwnd-after") * 1_000 / part("cwnd-before")
    };
    assert_eq!(window("newreno"), 500);
    assert_eq!(window("cubic"), 700);
}
