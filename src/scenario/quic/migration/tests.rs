//! T28: what another address costs.

use super::QuicMigration;
use crate::scenario::testing::{millis, run_preset, run_with, value};

#[test]
fn quic_goes_on_after_one_round_trip_of_the_new_network() {
    for rtt in [20, 60, 600] {
        let run = run_with(&QuicMigration, &format!("rtt={rtt}ms"), &[]);
        assert_eq!(millis(&run, "stall"), Some(rtt));
        assert_eq!(millis(&run, "validation"), Some(rtt + rtt / 2));
        // Ten datagrams, as at the very start.
        assert_eq!(value(&run, "cwnd-after"), Some(12_000));
    }
}

#[test]
fn tcp_waits_for_the_program_to_lose_patience_and_three_round_trips_more() {
    for (rtt, patience) in [(60, 2_000), (20, 700), (100, 5_000)] {
        let settings = format!("stack=tcp rtt={rtt}ms patience={patience}ms");
        let run = run_with(&QuicMigration, &settings, &[]);
        let detection = millis(&run, "detection").unwrap();
        assert_eq!(millis(&run, "stall"), Some(detection + 3 * rtt), "{settings}");
    }
}

#[test]
fn both_complete() {
    for preset in ["tcp", "no-gap"] {
        assert!(run_preset(&QuicMigration, preset).step("last-byte").is_some(), "{preset}");
    }
}
