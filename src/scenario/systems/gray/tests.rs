//! Who notices one slow server, and what noticing costs.

use super::GrayFailure;
use crate::scenario::testing::{run_preset, run_with, value};

/// Slower than anything but the slow server makes an answer.
const BAD: Option<u64> = Some(150_000_000);

#[test]
fn one_of_ten_is_a_tenth_of_the_requests_and_p90_shows_it() {
    let run = run_with(&GrayFailure, "requests=100", &[]);
    assert_eq!(value(&run, "to-slow"), Some(100_000));
    assert!(value(&run, "p50") < BAD && value(&run, "p90") > BAD);
    // Round trip, work, and the round trip behind the balancer.
    assert_eq!(value(&run, "p50"), Some(31_000_000));
    assert_eq!((value(&run, "work"), value(&run, "failed")), (Some(1_000_000), Some(0)));
}

#[test]
fn p99_shows_one_of_fifty_and_not_one_of_two_hundred() {
    let run = run_preset(&GrayFailure, "fifty");
    assert!(value(&run, "p90") < BAD && value(&run, "p99") > BAD);
    let run = run_preset(&GrayFailure, "two-hundred");
    assert!(value(&run, "p99") < BAD && value(&run, "slowest") > BAD);
}

#[test]
fn one_more_try_on_the_slow_share_is_work_of_one_and_a_tenth() {
    let run = run_with(&GrayFailure, "requests=100 timeout=100ms retries=1", &[]);
    // Every tenth first try fails; a second try moves the turn on by one.
    let tries = value(&run, "tries").unwrap();
    assert!((109..=112).contains(&tries), "{tries}");
    assert_eq!(value(&run, "failed"), Some(0));
    assert!(value(&run, "p99") < BAD);
}

#[test]
fn a_time_out_without_another_try_fails_the_slow_share() {
    let run = run_with(&GrayFailure, "requests=100 timeout=100ms retries=0", &[]);
    assert_eq!((value(&run, "failed"), value(&run, "work")), (Some(100_000), Some(1_000_000)));
}

#[test]
fn who_was_taken_out_costs_one_request() {
    let run = run_with(&GrayFailure, "requests=100 timeout=100ms eject=1", &[]);
    assert_eq!((value(&run, "ejections"), value(&run, "tries")), (Some(1), Some(101)));
}

#[test]
fn a_time_out_below_everyones_work_makes_four_tries_of_each_and_answers_none() {
    let run = run_preset(&GrayFailure, "storm");
    assert_eq!((value(&run, "work"), value(&run, "failed")), (Some(4_000_000), Some(1_000_000)));
}
