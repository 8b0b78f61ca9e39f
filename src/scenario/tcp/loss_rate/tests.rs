//! The throughput under random loss against the formulas.

use super::TcpLossRate;
use crate::scenario::testing::{run_with, value};

#[test]
fn throughput_is_within_25_percent_of_the_formula() {
    for algorithm in ["reno", "cubic"] {
        for (loss, rounds) in [("1%", 6_000), ("0.3%", 4_000), ("0.1%", 3_000)] {
            let settings = format!("congestion={algorithm} loss={loss} rounds={rounds}");
            let run = run_with(&TcpLossRate, &settings, &[]);
            let got = value(&run, "throughput").unwrap();
            let expected = value(&run, "expected").unwrap();
            assert!(got.abs_diff(expected) * 4 <= expected, "{settings}: {got}, {expected}");
        }
    }
}

#[test]
fn the_formulas_give_the_well_known_figures() {
    // 1e-4 at 100 ms: 14.3 and 21.9 Mbit/s with segments of 1,460 bytes; 0.01: 1.43.
    for (settings, mbit) in [
        ("loss=0.01% congestion=reno rounds=100", 14.13),
        ("loss=0.01% congestion=cubic rounds=100", 21.7),
        ("loss=1% congestion=reno rounds=100", 1.413),
    ] {
        let run = run_with(&TcpLossRate, settings, &[]);
        let bytes = u32::try_from(value(&run, "expected").unwrap()).unwrap();
        let got = f64::from(bytes) * 8.0 / 1e6;
        assert!((got - mbit).abs() < 0.02 * mbit, "{settings}: {got}");
    }
}

#[test]
fn with_one_loss_in_a_hundred_bbr_is_ten_times_as_fast_as_cubic() {
    let rate = |congestion: &str| {
        let settings = format!("loss=1% rounds=200 congestion={congestion}");
        value(&run_with(&TcpLossRate, &settings, &[]), "throughput").unwrap()
    };
    let (bbr, cubic) = (rate("bbr"), rate("cubic"));
    // What the client takes in a round trip of 100 ms; it waits for repetitions, so half of it.
    assert!(2 * bbr >= 6_000_000, "{bbr}");
    assert!(bbr >= 10 * cubic, "{bbr}, {cubic}");
}
