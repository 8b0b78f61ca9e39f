//! What opening a connection costs: the closed forms of RFC 9293 and of two SYN schedules.

use super::TcpOpen;
use crate::scenario::testing::{kinds, millis, run_preset, run_with, states, value};

/// When Linux 6.5 and later sends its SYNs, in seconds (`tcp_syn_linear_timeouts` 4).
const LINUX: [u64; 11] = [0, 1, 2, 3, 4, 5, 7, 11, 19, 35, 67];
/// The same where every time-out doubles (RFC 6298 section 5.5).
const DOUBLING: [u64; 7] = [0, 1, 3, 7, 15, 31, 63];

#[test]
fn opening_takes_one_round_trip_and_the_first_answer_two() {
    for rtt in [1, 20, 100, 600, 1000] {
        let run = run_with(&TcpOpen, &format!("rtt={rtt}ms"), &[]);
        assert_eq!(millis(&run, "connect"), Some(rtt));
        assert_eq!(value(&run, "server-open"), Some(rtt * 1_500_000));
        assert_eq!(millis(&run, "first-reply"), Some(2 * rtt));
        assert_eq!(value(&run, "round-trips"), Some(2));
        assert_eq!(value(&run, "retransmissions"), Some(0));
    }
}

#[test]
fn the_three_segments_have_60_60_and_52_bytes() {
    // Measured on Linux 6.18: 20 bytes of options in SYN and SYN-ACK, 12 in every other segment.
    let run = run_with(&TcpOpen, "data=0", &[]);
    let sizes: Vec<u32> = run.trace.packets().map(|p| p.sent.packet.size()).collect();
    assert_eq!((kinds(&run).join(" ").as_str(), sizes), ("syn syn-ack ack", vec![60, 60, 52]));
    assert_eq!(value(&run, "bytes-on-wire"), Some(172));
}

#[test]
fn each_lost_syn_costs_its_time_out_on_linux() {
    for rtt in [1, 100, 600] {
        for (lost, seconds) in LINUX.iter().enumerate() {
            let run = run_with(&TcpOpen, &format!("rtt={rtt}ms lost-syns={lost}"), &[]);
            assert_eq!(millis(&run, "connect"), Some(seconds * 1_000 + rtt), "{lost} lost");
            assert_eq!(value(&run, "syns-sent"), Some(lost as u64 + 1));
        }
    }
}

#[test]
fn each_lost_syn_costs_twice_the_last_where_time_outs_double() {
    for stack in ["profile=rfc", "kernel=old"] {
        for (lost, seconds) in DOUBLING.iter().enumerate() {
            let run = run_with(&TcpOpen, &format!("{stack} lost-syns={lost}"), &[]);
            assert_eq!(millis(&run, "connect"), Some(seconds * 1_000 + 100), "{lost} lost");
        }
    }
}

#[test]
fn an_unreachable_server_is_given_up_after_131_seconds_127_before_linux_6_5_and_247_by_the_rfc() {
    let run = run_preset(&TcpOpen, "unreachable");
    assert_eq!(millis(&run, "gave-up"), Some(131_000));
    assert_eq!(value(&run, "syns-sent"), Some(11));
    assert_eq!(value(&run, "connect"), None);
    let run = run_with(&TcpOpen, "kernel=old lost-syns=11", &[]);
    assert_eq!(millis(&run, "gave-up"), Some(127_000));
    assert_eq!(value(&run, "syns-sent"), Some(7));
    // RFC 9293 section 3.8.3: a SYN is tried for at least three minutes.
    let run = run_with(&TcpOpen, "profile=rfc lost-syns=11", &[]);
    assert_eq!(millis(&run, "gave-up"), Some(247_000));
    assert_eq!(value(&run, "syns-sent"), Some(8));
}

#[test]
fn nobody_listening_is_known_after_one_round_trip() {
    let run = run_preset(&TcpOpen, "refused");
    assert_eq!(kinds(&run).join(" "), "syn rst");
    assert_eq!(millis(&run, "gave-up"), Some(100));
    assert_eq!(states(&run, "client"), ["SYN-SENT", "CLOSED"]);
}

#[test]
fn a_lost_third_segment_costs_nothing_if_data_follows_it() {
    let run = run_preset(&TcpOpen, "lost-ack");
    assert_eq!(millis(&run, "first-reply"), Some(200));
    assert_eq!(value(&run, "server-open"), Some(150_000_000));
    assert_eq!(value(&run, "retransmissions"), Some(0));
}

#[test]
fn a_lost_third_segment_without_data_makes_the_server_repeat_its_syn_ack() {
    let run = run_with(&TcpOpen, "data=0", &["drop:ack#1"]);
    assert_eq!(millis(&run, "connect"), Some(100));
    // The SYN-ACK leaves again one second after its first sending at 50 ms.
    assert_eq!(millis(&run, "server-open"), Some(1_150));
}

#[test]
fn a_lost_syn_ack_costs_a_second() {
    let run = run_preset(&TcpOpen, "lost-syn-ack");
    assert!(run.step("syn-ack-again").is_some());
    let connect = millis(&run, "connect").unwrap();
    assert!((1_100..=1_150).contains(&connect), "{connect}");
}

#[test]
fn the_legs_of_a_lost_syn_add_up() {
    let run = run_preset(&TcpOpen, "lost-syn");
    let figure = run.measure("connect").and_then(|measure| measure.figure.clone()).unwrap();
    let sum: Vec<String> =
        figure.sum.iter().map(|t| format!("{} {}", t.value / 1_000_000, t.label)).collect();
    assert_eq!(sum[1..], ["50 SYN again to the server", "50 SYN-ACK to the client"]);
    assert!(sum[0].starts_with("1000 "), "{sum:?}");
}
