//! The window after one loss against the formulas of RFC 9438 and RFC 5681.

use super::TcpSawtooth;
use crate::scenario::testing::{run_with, value};

/// W(t) = 0.4 (t - K)^3 + W with K = cbrt(0.75 W), in segments.
fn cubic(window: f64, seconds: f64) -> f64 {
    let k = libm::cbrt(0.75 * window);
    0.4 * libm::pow(seconds - k, 3.0) + window
}

#[test]
fn cubic_follows_its_curve_within_5_percent() {
    let run = run_with(&TcpSawtooth, "", &[]);
    assert_eq!((value(&run, "before"), value(&run, "after")), (Some(100), Some(70)));
    for (name, expected) in [
        ("window-0s", 70.0),
        ("window-1s", 86.7),
        ("window-2s", 95.6),
        ("window-4s", 100.0),
        ("window-6s", 102.3),
        ("window-8s", 121.7),
    ] {
        let window = f64::from(u32::try_from(value(&run, name).unwrap()).unwrap());
        assert!((window - expected).abs() <= 0.05 * expected, "{name}: {window}, {expected}");
    }
}

#[test]
fn cubic_does_not_care_for_the_round_trip() {
    for (rtt, window) in [(60, 200), (200, 300)] {
        let run = run_with(&TcpSawtooth, &format!("rtt={rtt}ms window={window}"), &[]);
        for (name, seconds) in [("window-1s", 1.0), ("window-4s", 4.0), ("window-8s", 8.0)] {
            let got = f64::from(u32::try_from(value(&run, name).unwrap()).unwrap());
            let expected = cubic(f64::from(window), seconds);
            assert!((got - expected).abs() <= 0.05 * expected, "{name}: {got}, {expected}");
        }
    }
}

#[test]
fn reno_needs_half_a_window_of_round_trips() {
    for (rtt, window) in [(100, 100), (40, 200), (300, 30)] {
        let run =
            run_with(&TcpSawtooth, &format!("congestion=reno rtt={rtt}ms window={window}"), &[]);
        assert_eq!(value(&run, "after"), Some(window / 2));
        let back = value(&run, "back").unwrap() / 1_000_000;
        let expected = window / 2 * rtt;
        // One round trip for the first acknowledgment that counts, and the sampling.
        assert!((expected..=expected + 2 * rtt + 20).contains(&back), "{back} ms, {expected} ms");
    }
}
