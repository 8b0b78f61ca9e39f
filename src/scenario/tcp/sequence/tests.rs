//! When numbers come back, and what guessing one does.

use super::TcpSequence;
use crate::scenario::testing::{run_preset, run_with, value};

#[test]
fn numbers_come_back_after_2_to_the_35_bits() {
    let wrap = |speed: &str| value(&run_with(&TcpSequence, &format!("speed={speed}"), &[]), "wrap");
    assert_eq!(wrap("1Gbit/s"), Some(34_359_738_368));
    assert_eq!(wrap("10Gbit/s"), Some(3_435_973_836));
    assert_eq!(wrap("1Mbit/s"), Some(34_359_738_368_000));
}

#[test]
fn syn_and_fin_take_one_number_each() {
    // Byte 3,001 is the one that is written last.
    let run = run_with(&TcpSequence, "data=3000", &[]);
    assert_eq!(value(&run, "numbers"), Some(1 + 3_001 + 1));
}

#[test]
fn bytes_across_the_end_of_the_numbers_arrive() {
    let run = run_preset(&TcpSequence, "wrap");
    assert!(run.step("wrapped").is_some() && run.step("fin").is_some());
    assert_eq!(value(&run, "numbers"), Some(3_003));
    assert!(run_with(&TcpSequence, "", &[]).step("wrapped").is_none());
}

#[test]
fn a_guess_far_off_does_nothing_one_in_the_window_asks_and_the_right_one_resets() {
    for (preset, challenge, reset) in
        [("far", false, false), ("near", true, false), ("exact", false, true)]
    {
        let run = run_preset(&TcpSequence, preset);
        assert!(run.step("forged").is_some(), "{preset}");
        assert_eq!(run.step("challenge").is_some(), challenge, "{preset}");
        assert_eq!(run.step("torn-down").is_some(), reset, "{preset}");
    }
}
