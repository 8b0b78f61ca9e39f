//! The window after a pause against what Linux 6.18 did.

use super::TcpIdle;
use crate::scenario::testing::{millis, run_preset, run_with, value};

#[test]
fn the_window_halves_once_per_time_out_down_to_the_first_window() {
    for idle in [0, 150, 500, 1000, 2000, 60_000] {
        for rtt in [40, 100, 200] {
            let run = run_with(&TcpIdle, &format!("idle={idle}ms rtt={rtt}ms"), &[]);
            let rto = value(&run, "rto").unwrap();
            // The round trip and 200 ms; a delayed acknowledgment adds a little.
            assert!((rtt + 200..=rtt + 210).contains(&(rto / 1_000_000)), "{rto}");
            let quiet = value(&run, "quiet").unwrap();
            // Once for each whole time-out, and once more is not yet due at its very end.
            let halvings = (quiet - 1) / rto;
            let before = value(&run, "before").unwrap();
            let expected = if halvings > 0 { (before >> halvings.min(60)).max(10) } else { before };
            assert_eq!(value(&run, "after"), Some(expected), "{idle} ms at {rtt} ms");
        }
    }
}

#[test]
fn two_hundred_kilobytes_take_one_round_trip_warm_and_four_cold() {
    let run = run_with(&TcpIdle, "", &[]);
    assert_eq!((millis(&run, "first"), millis(&run, "warm")), (Some(400), Some(100)));
    assert_eq!((millis(&run, "cold"), value(&run, "after")), (Some(400), Some(10)));
}

#[test]
fn a_kept_window_stays_warm() {
    let run = run_preset(&TcpIdle, "kept");
    assert_eq!(millis(&run, "cold"), Some(100));
    assert_eq!(value(&run, "before"), value(&run, "after"));
}
