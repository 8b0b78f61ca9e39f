//! When ports run out: ports / rate, unless they come back sooner.

use super::TcpPorts;
use crate::scenario::testing::{millis, run_with, value};

#[test]
fn a_thousand_connections_a_second_fail_after_28_seconds() {
    let run = run_with(&TcpPorts, "ports=28232 per-second=1000", &[]);
    assert_eq!(millis(&run, "fails-at"), Some(28_232));
    assert_eq!(value(&run, "opened"), Some(28_232));
    // The last ones are still closing.
    let waiting = value(&run, "client-time-wait").unwrap();
    assert!((27_900..=28_232).contains(&waiting), "{waiting}");
    assert_eq!(value(&run, "server-time-wait"), Some(0));
}

#[test]
fn as_many_a_second_last_as_ports_come_back_in_a_minute() {
    // 2,823 ports are 47.05 a second; TIME-WAIT begins a round trip and a half after the SYN.
    let fails = |rate: u64| {
        let run = run_with(&TcpPorts, &format!("ports=2823 per-second={rate} rtt=1ms"), &[]);
        millis_or_fraction(&run)
    };
    assert_eq!(fails(47), None);
    // 2,823 / 48 s, at the next tick.
    assert_eq!(fails(48), Some(58_812));
}

fn millis_or_fraction(run: &crate::scenario::Run) -> Option<u64> {
    value(run, "fails-at").map(|ns| ns / 1_000_000)
}

#[test]
fn who_closes_first_has_the_state() {
    let run = run_with(&TcpPorts, "ports=50 per-second=20 closer=server", &[]);
    assert_eq!(value(&run, "fails-at"), None);
    assert_eq!(value(&run, "client-time-wait"), Some(0));
    assert!(value(&run, "server-time-wait").unwrap() >= 40);
}

#[test]
fn used_again_after_a_second_every_port_serves_once_a_second() {
    // A connection of R = 1 ms is over before its second is.
    let fails = |rate: u64| {
        let run =
            run_with(&TcpPorts, &format!("ports=100 per-second={rate} rtt=1ms reuse=on"), &[]);
        value(&run, "fails-at").map(|ns| ns / 1_000_000)
    };
    assert_eq!(fails(99), None);
    assert_eq!(fails(125), Some(800));
}

#[test]
fn by_the_standards_numbers_time_wait_takes_four_times_as_long() {
    let run = run_with(&TcpPorts, "ports=100 per-second=1 profile=rfc", &[]);
    assert_eq!(millis(&run, "fails-at"), Some(100_000));
    let run = run_with(&TcpPorts, "ports=100 per-second=1", &[]);
    assert_eq!(value(&run, "fails-at"), None);
}
