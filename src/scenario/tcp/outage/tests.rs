//! T16: time-outs that double, the wait after the outage, and the end.

use super::TcpOutage;
use crate::scenario::testing::{millis, run_preset, run_with, value};

#[test]
fn the_textbook_repeats_at_the_time_out_times_powers_of_two_less_one() {
    let run = run_preset(&TcpOutage, "textbook");
    let moments = ["again-1", "again-2", "again-3", "again-4", "again-5"];
    let found = moments.map(|name| millis(&run, name).unwrap());
    assert_eq!(found, [300, 900, 2_100, 4_500, 9_300]);
    // An outage of ten seconds costs nineteen: 18.9 s, and the way.
    assert_eq!(millis(&run, "wait"), Some(8_900));
    assert_eq!(millis(&run, "cost"), Some(18_950));
}

#[test]
fn a_probe_goes_before_the_time_outs() {
    // Measured on Linux 6.18: 0.33, 0.65, 1.30 and 2.54 s, up to 13 % late.
    let run = run_preset(&TcpOutage, "ten-seconds");
    let found =
        ["again-1", "again-2", "again-3", "again-4"].map(|name| millis(&run, name).unwrap());
    assert_eq!(found, [300, 600, 1_200, 2_400]);
    for (engine, real) in found.into_iter().zip([330, 650, 1_300, 2_540]) {
        assert!(real * 100 >= engine * 99 && real * 100 <= engine * 113, "{real} for {engine}");
    }
}

#[test]
fn the_time_out_stops_doubling_at_two_minutes_and_the_end_comes_after_924_6_seconds() {
    let run = run_with(&TcpOutage, "outage=1200s stack=reno", &[]);
    // 300 ms doubles nine times to 153.3 s in all; then every 120 s, until 924.6 s have passed
    // since the first repetition.
    assert_eq!(millis(&run, "gave-up"), Some(153_300 + 7 * 120_000));
    assert_eq!(value(&run, "cost"), None);
    // With a time-out of little more than 200 ms it is the least.
    let run = run_with(&TcpOutage, "outage=1200s stack=reno rtt=1ms", &[]);
    let gave_up = millis(&run, "gave-up").unwrap();
    assert!((924_600..=930_000).contains(&gave_up), "{gave_up}");
}

#[test]
fn the_standard_gives_up_after_100_seconds() {
    let run = run_with(&TcpOutage, "outage=1200s profile=rfc", &[]);
    assert!(millis(&run, "gave-up").unwrap() >= 100_000);
}

#[test]
fn a_short_outage_is_noticed_by_the_next_repetition() {
    for outage in [1, 2, 5, 20] {
        let run = run_with(&TcpOutage, &format!("outage={outage}s"), &[]);
        let (wait, cost) = (millis(&run, "wait").unwrap(), millis(&run, "cost").unwrap());
        assert_eq!(cost, outage * 1_000 + wait + 50);
        assert!(wait <= outage * 1_000 + 600, "{wait} ms after {outage} s");
    }
}

#[test]
fn a_time_out_that_was_wrong_is_undone() {
    // The first ACK after the time-out answers the first sending (RFC 3522): one segment was sent
    // in vain, or three with the probes of both sides.
    for (settings, again) in [("outage=400ms stack=reno", 1), ("outage=800ms stack=rack", 3)] {
        let run = run_with(&TcpOutage, &format!("how=late size=14480 {settings}"), &[]);
        assert!(run.step("undone").is_some(), "{settings}");
        assert_eq!(value(&run, "retransmissions"), Some(again), "{settings}");
    }
    // The bare standard goes on as if everything were lost.
    let rfc = "how=late outage=1200ms size=14480 stack=reno profile=rfc";
    let run = run_with(&TcpOutage, rfc, &[]);
    assert!(run.step("undone").is_none() && value(&run, "retransmissions") > Some(1));
}

#[test]
fn without_an_outage_nothing_is_sent_again() {
    let run = run_with(&TcpOutage, "outage=0s", &[]);
    assert_eq!((value(&run, "retransmissions"), millis(&run, "cost")), (Some(0), Some(50)));
}
