//! A request after a gap works if, and only if, something was shorter than the table's time-out.

use super::TcpIdleTimeout;
use crate::scenario::testing::{millis, run_preset, run_with, value};

fn works(settings: &str) -> bool {
    let run = run_with(&TcpIdleTimeout, settings, &[]);
    let works = value(&run, "second-answer").is_some();
    assert_eq!(works, value(&run, "failed-after").is_none(), "{settings}");
    works
}

#[test]
fn a_gap_of_61_seconds_fails_at_60_and_59_work() {
    assert!(!works("gap=61s timeout=60s"));
    assert!(works("gap=59s timeout=60s"));
    assert!(!works("gap=600s timeout=350s"));
    assert!(works("gap=340s timeout=350s"));
}

#[test]
fn whichever_is_shortest_keeps_it_alive() {
    assert!(works("gap=600s keep-alive=59s"));
    assert!(!works("gap=600s keep-alive=61s"));
    assert!(works("gap=600s ping=59s"));
    assert!(!works("gap=600s ping=61s"));
    // The default of two hours is longer than any table's patience.
    assert!(!works("gap=1000s timeout=900s"));
}

#[test]
fn a_silent_table_costs_all_patience_and_a_reset_one_half_of_the_way() {
    let run = run_with(&TcpIdleTimeout, "", &[]);
    assert_eq!(millis(&run, "failed-after"), Some(10_000));
    assert!(value(&run, "retransmissions").unwrap() >= 4);
    let run = run_preset(&TcpIdleTimeout, "reset");
    assert_eq!(millis(&run, "failed-after"), Some(10));
}
