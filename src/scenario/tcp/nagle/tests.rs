//! What an exchange costs: R, or 2R and the delay of the acknowledgment.

use super::TcpNagle;
use crate::scenario::testing::{millis, run_preset, run_with, value};

#[test]
fn one_write_costs_a_round_trip_and_two_cost_two_and_the_delay() {
    // Measured on Linux 6.18 at R = 20 ms: 21, 84 and 20 ms.
    for (settings, exchange) in
        [("pattern=one", 20), ("pattern=two", 2 * 20 + 40), ("nodelay=on", 20)]
    {
        let run = run_with(&TcpNagle, settings, &[]);
        assert_eq!(millis(&run, "exchange"), Some(exchange), "{settings}");
        assert_eq!(value(&run, "retransmissions"), Some(0));
    }
}

#[test]
fn the_first_exchange_is_not_stalled() {
    // Measured: 42 ms at R = 20 ms, because acknowledgments are quick at the start.
    let run = run_with(&TcpNagle, "", &[]);
    assert_eq!(millis(&run, "first-exchange"), Some(40));
}

#[test]
fn the_stall_is_two_round_trips_and_the_delay_whatever_they_are() {
    for rtt in [1, 20, 100, 600] {
        for delay in [0, 40, 200, 500] {
            for profile in ["linux", "rfc"] {
                // Linux's time-out, 200 ms behind the round trip, does not wait for the long ones.
                if profile == "linux" && delay > 40 {
                    continue;
                }
                let word = if delay == 0 { "none".to_owned() } else { format!("{delay}ms") };
                let settings = format!("rtt={rtt}ms delayed-ack={word} profile={profile}");
                let run = run_with(&TcpNagle, &settings, &[]);
                assert_eq!(millis(&run, "exchange"), Some(2 * rtt + delay), "{settings}");
                assert_eq!(millis(&run, "held"), Some(rtt + delay), "{settings}");
            }
        }
    }
}

#[test]
fn an_acknowledgment_that_is_later_than_the_probe_is_overtaken_by_it() {
    let run = run_preset(&TcpNagle, "too-late");
    // The tail loss probe comes first, and sends the segment that waits (Linux's
    // `tcp_send_loss_probe`), not an old one.
    assert_eq!(value(&run, "retransmissions"), Some(0));
    assert!(value(&run, "exchange").unwrap() < 540_000_000);
    let patient = run_with(&TcpNagle, "delayed-ack=500ms profile=rfc", &[]);
    assert_eq!(value(&patient, "retransmissions"), Some(0));
}

#[test]
fn stalled_exchanges_are_twelve_a_second_and_others_fifty() {
    assert_eq!(value(&run_with(&TcpNagle, "", &[]), "per-second"), Some(12));
    assert_eq!(value(&run_preset(&TcpNagle, "nodelay"), "per-second"), Some(50));
}

#[test]
fn without_reading_in_between_the_rule_joins_writes() {
    let joined = run_preset(&TcpNagle, "stream");
    let apart = run_with(&TcpNagle, "pattern=stream exchanges=12 nodelay=on", &[]);
    assert_eq!(value(&apart, "requests-in"), Some(24));
    // 120 bytes alone, then everything else in as few segments as it fits: 4920 / 1448.
    assert_eq!(value(&joined, "requests-in"), Some(1 + 4));
}

#[test]
fn a_write_of_more_than_a_segment_waits_for_its_rest_only_where_any_segment_holds() {
    let held = |settings: &str| value(&run_with(&TcpNagle, settings, &[]), "held").unwrap();
    let large = "pattern=one header=1500 body=1";
    // Minshall: the first segment is full, so the small rest need not wait.
    assert_eq!(held(large), 0);
    assert!(held(&format!("{large} profile=rfc")) > 0);
}
