//! T5 and T27 as far as they are about the handshake: round trips and bytes.

use super::QuicHandshake;
use crate::scenario::testing::{millis, run_preset, run_with, value};

#[test]
fn the_first_byte_comes_after_two_round_trips_one_with_early_data_three_with_retry() {
    for rtt in [1, 20, 60, 100, 600] {
        for (variant, trips) in [("1-rtt", 2), ("0-rtt", 1), ("refused", 2), ("retry", 3)] {
            let run =
                run_with(&QuicHandshake, &format!("rtt={rtt}ms variant={variant} think=30ms"), &[]);
            assert_eq!(millis(&run, "ttfb"), Some(trips * rtt + 30), "{variant} at {rtt} ms");
            assert_eq!(value(&run, "round-trips"), Some(trips), "{variant}");
        }
    }
}

#[test]
fn the_handshake_alone_is_one_round_trip() {
    assert_eq!(millis(&run_with(&QuicHandshake, "", &[]), "handshake"), Some(100));
    assert_eq!(millis(&run_preset(&QuicHandshake, "retry"), "handshake"), Some(200));
}

#[test]
fn the_first_datagram_has_1200_bytes() {
    for preset in ["early", "retry", "refused"] {
        let run = run_preset(&QuicHandshake, preset);
        assert_eq!(value(&run, "first-datagram"), Some(1_200), "{preset}");
    }
}

#[test]
fn a_lost_initial_costs_999_ms() {
    let run = run_preset(&QuicHandshake, "lost-initial");
    assert_eq!(millis(&run, "ttfb"), Some(999 + 200));
}
