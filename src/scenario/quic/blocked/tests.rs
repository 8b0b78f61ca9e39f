//! What a blocked UDP costs.

use super::QuicBlocked;
use crate::scenario::testing::{millis, run_preset, run_with, value};

#[test]
fn tcp_answers_after_the_head_start_and_three_round_trips() {
    for rtt in [1, 20, 100] {
        for wait in [0, 300, 1_000] {
            let run = run_with(&QuicBlocked, &format!("rtt={rtt}ms wait={wait}ms"), &[]);
            assert_eq!(millis(&run, "ttfb"), Some(wait + 3 * rtt));
            assert_eq!(millis(&run, "lost-time"), Some(wait));
        }
    }
}

#[test]
fn quic_answers_after_two_round_trips_where_udp_gets_through() {
    let run = run_preset(&QuicBlocked, "open");
    assert_eq!(millis(&run, "ttfb"), Some(200));
    assert_eq!(value(&run, "initials"), Some(2));
}
