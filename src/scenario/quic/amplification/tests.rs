//! T27: exactly three times.

use super::QuicAmplification;
use crate::scenario::testing::{millis, run_preset, run_with, value};

#[test]
fn the_server_stops_after_exactly_3600_bytes_and_goes_on_a_round_trip_later() {
    for rtt in [20, 100, 600] {
        let run = run_with(&QuicAmplification, &format!("rtt={rtt}ms"), &[]);
        assert!(value(&run, "flight").unwrap() > 3_600);
        assert_eq!(value(&run, "before-validation"), Some(3_600));
        assert_eq!(millis(&run, "extra"), Some(rtt));
        assert!(run.step("stopped").is_some());
    }
}

#[test]
fn a_flight_costs_a_round_trip_if_and_only_if_it_is_larger_than_the_budget() {
    for hello in ["one", "two"] {
        for chain in (800..12_000).step_by(400) {
            let settings = format!("chain={chain}B hello={hello}");
            let run = run_with(&QuicAmplification, &settings, &[]);
            let (flight, budget) = (value(&run, "flight").unwrap(), value(&run, "budget").unwrap());
            assert_eq!(budget, if hello == "two" { 7_200 } else { 3_600 });
            let late = millis(&run, "extra").unwrap() > 0;
            assert_eq!(late, flight > budget, "{settings}: {flight} of {budget}");
        }
    }
}

#[test]
fn nobody_gains_more_than_three_times() {
    let run = run_preset(&QuicAmplification, "spoofed");
    assert!(run.step("validated").is_none());
    assert!(value(&run, "gain").unwrap() <= 3_000_000);
    assert_eq!(value(&run, "handshake"), None);
}
