//! The rate of a flow that its receive window limits.

use super::TcpWindow;
use crate::scenario::testing::{run_preset, run_with, value};

#[test]
fn the_rate_is_the_window_over_the_round_trip() {
    for (window, rtt) in [(65_535, 100), (65_535, 20), (1_000_000, 100), (16_000, 60)] {
        let run = run_with(&TcpWindow, &format!("window={window}B rtt={rtt}ms"), &[]);
        let got = value(&run, "throughput").unwrap();
        let expected = window * 1_000 / rtt;
        // Whole segments, and a field in units of 1,024 bytes.
        let tolerance = (expected * 3 / 100).max(1_448 * 1_000 / rtt);
        assert!(got.abs_diff(expected) <= tolerance, "{window} {rtt}: {got}, {expected}");
    }
}

#[test]
fn a_window_carries_as_much_a_round_trip_as_on_linux() {
    for (window, measured) in [(18_824, 18_171), (80_480, 78_416)] {
        let run = run_with(&TcpWindow, &format!("window={window}B"), &[]);
        let got = value(&run, "per-round").unwrap();
        assert!(got.abs_diff(measured) * 100 <= 4 * measured, "{window}: {got}, {measured}");
    }
}

#[test]
fn without_scaling_65535_bytes_are_all_there_is() {
    let run = run_preset(&TcpWindow, "no-scaling");
    assert_eq!(value(&run, "window"), Some(65_535));
    let got = value(&run, "throughput").unwrap();
    assert!(got.abs_diff(655_350) * 100 <= 2 * 655_350, "{got}");
}

#[test]
fn a_gigabit_over_100_ms_needs_12_and_a_half_megabytes() {
    let run = run_with(&TcpWindow, "", &[]);
    assert_eq!(value(&run, "needed"), Some(12_500_000));
    // 0.5 %.
    assert_eq!(value(&run, "used").unwrap() / 1_000, 5);
}
