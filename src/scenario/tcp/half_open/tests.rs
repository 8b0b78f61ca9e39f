//! How long a client does not know.

use super::TcpHalfOpen;
use crate::scenario::testing::{millis, run_preset, run_with, value};

#[test]
fn a_writer_learns_it_one_round_trip_after_writing_if_the_server_is_back() {
    for rtt in [1, 100, 600] {
        let run = run_with(&TcpHalfOpen, &format!("rtt={rtt}ms again=20s"), &[]);
        assert_eq!(millis(&run, "after-writing"), Some(rtt));
        assert_eq!(millis(&run, "noticed"), Some(15_000 + rtt));
    }
}

#[test]
fn a_writer_whose_server_is_gone_tries_for_a_quarter_of_an_hour() {
    let run = run_preset(&TcpHalfOpen, "gone");
    let waited = value(&run, "after-writing").unwrap();
    assert!(waited >= 924_600_000_000, "{waited}");
    assert!(waited < 1_100_000_000_000, "{waited}");
}

#[test]
fn a_reader_never_learns_it() {
    for server in ["back", "gone"] {
        let run = run_with(&TcpHalfOpen, &format!("client=waits server={server}"), &[]);
        assert_eq!(value(&run, "noticed"), None);
    }
}

#[test]
fn keep_alives_give_up_two_hours_eleven_minutes_and_a_quarter_after_the_last_word() {
    let run = run_preset(&TcpHalfOpen, "keep-alive");
    assert_eq!(millis(&run, "silence"), Some(7_875_000));
    assert_eq!(value(&run, "keep-alives"), Some(9));
    // 10 s, and three questions of 5 s.
    let run = run_preset(&TcpHalfOpen, "soon");
    assert_eq!(millis(&run, "silence"), Some(25_000));
}

#[test]
fn a_server_that_is_back_answers_the_first_keep_alive_with_a_reset() {
    let run = run_preset(&TcpHalfOpen, "keep-alive-back");
    assert_eq!(value(&run, "keep-alives"), Some(1));
    assert_eq!(millis(&run, "silence"), Some(7_200_000 + 100));
}
