//! Time to first byte is two round trips and the server's time; a kept connection saves one.

use super::Http1Get;
use crate::scenario::testing::{kinds, millis, run_preset, run_with, value};

#[test]
fn the_first_byte_comes_after_two_round_trips_and_the_servers_time() {
    for rtt in [1, 60, 100, 600] {
        for think in [0, 1, 30, 1000] {
            let run = run_with(&Http1Get, &format!("rtt={rtt}ms think={think}ms"), &[]);
            assert_eq!(millis(&run, "ttfb"), Some(2 * rtt + think));
            assert_eq!(millis(&run, "connect"), Some(rtt));
            assert_eq!(value(&run, "round-trips"), Some(2));
        }
    }
}

#[test]
fn the_second_request_saves_the_round_trip_of_opening() {
    let run = run_preset(&Http1Get, "keep-alive");
    assert_eq!(millis(&run, "ttfb"), Some(230));
    assert_eq!(millis(&run, "second-ttfb"), Some(130));
    assert_eq!(kinds(&run).iter().filter(|kind| *kind == "request").count(), 3);
    assert_eq!(kinds(&run).iter().filter(|kind| *kind == "syn").count(), 1);
}

#[test]
fn a_larger_response_takes_the_rounds_of_slow_start() {
    // The head and 14,480 bytes do not fit ten segments, so the tail waits for a round trip.
    let run = run_with(&Http1Get, "size=14480B think=0ms", &[]);
    assert_eq!(millis(&run, "last-byte"), Some(300));
    let run = run_with(&Http1Get, "size=14kB think=0ms", &[]);
    assert_eq!(millis(&run, "last-byte"), Some(200));
}

#[test]
fn a_lost_request_or_response_costs_the_time_out() {
    for preset in ["lost-request", "lost-response"] {
        let run = run_preset(&Http1Get, preset);
        assert_eq!(value(&run, "retransmissions"), Some(1), "{preset}");
        // RTO = 100 + max(4 × 50, 200) = 300 ms after the one sample of the handshake.
        assert_eq!(millis(&run, "ttfb"), Some(530), "{preset}");
    }
}

#[test]
fn a_response_without_body_is_only_its_head() {
    let run = run_with(&Http1Get, "size=0B", &[]);
    assert_eq!(value(&run, "last-byte"), value(&run, "ttfb"));
}
