//! Losses, time-outs and the congestion window: RFC 5681, RFC 6298, RFC 6582.

use core::time::Duration;

use expect_test::expect;

use super::{Act, Bench, Config, Profile, When, bench, ending, metric, send, sends};
use crate::proto::tcp::profile::Algorithm;
use crate::proto::tcp::profile::Repair;
use crate::sim::trace::TraceEvent;

/// Halves the window after a loss.
fn reno(config: &mut Config) {
    config.profile.algorithm = Algorithm::Reno;
}

/// The client asks with 100 bytes, the server answers with `segments` full segments; both stacks
/// know no SACK.
fn flight(segments: u64) -> Bench {
    bench(
        vec![(When::Established, vec![send(100)])],
        vec![(When::Received(100), vec![send(segments * 1448)])],
    )
    .config(|config| {
        config.receive_window = Config::UNLIMITED;
        config.profile.repair = Repair::Duplicates;
    })
}

#[test]
fn third_duplicate_ack_triggers_fast_retransmit() {
    let trace = flight(10).config(reno).faults(&["drop:data#6"]).run();
    expect![[r#"
        50.000 SYN-ACK seq 0, ack 1
        150.000 ACK ack 101
        150.000 data seq 1, 1448 B
        150.000 data seq 1449, 1448 B
        150.000 data seq 2897, 1448 B
        150.000 data seq 4345, 1448 B
        150.000 data seq 5793, 1448 B  ** lost
        150.000 data seq 7241, 1448 B
        150.000 data seq 8689, 1448 B
        150.000 data seq 10137, 1448 B
        150.000 data seq 11585, 1448 B
        150.000 data seq 13033, 1448 B
        250.000 data again seq 5793, 1448 B
        dup-acks
        250.000 1
        250.000 2
        250.000 3
        250.000 4
        250.000 5
        350.000 0
        cwnd
        150.000 14480
        250.000 15928
        250.000 17376
        250.000 18824
        250.000 20272
        250.000 4344
        350.000 10136
        ssthresh
        250.000 10136
    "#]]
    .assert_eq(&format!(
        "{}dup-acks\n{}cwnd\n{}ssthresh\n{}",
        sends(&trace, 1),
        metric(&trace, 1, "dup-acks"),
        metric(&trace, 1, "cwnd"),
        metric(&trace, 1, "ssthresh"),
    ));
}

#[test]
fn the_rfc_halves_what_is_in_flight_and_not_the_window() {
    let trace = flight(10)
        .config(|config| {
            config.profile = Profile::RFC;
            config.initial_window = Some(10);
        })
        .faults(&["drop:data#6"])
        .run();
    // Four of ten are acknowledged, six are in flight: three segments.
    expect![[r#"
        250.000 4344
    "#]]
    .assert_eq(&metric(&trace, 1, "ssthresh"));
}

#[test]
fn newreno_partial_ack_sends_the_next_hole_at_once() {
    let trace = flight(10).faults(&["drop:data#4", "drop:data#7"]).run();
    expect![[r#"
        50.000 SYN-ACK seq 0, ack 1
        150.000 ACK ack 101
        150.000 data seq 1, 1448 B
        150.000 data seq 1449, 1448 B
        150.000 data seq 2897, 1448 B  ** lost
        150.000 data seq 4345, 1448 B
        150.000 data seq 5793, 1448 B
        150.000 data seq 7241, 1448 B  ** lost
        150.000 data seq 8689, 1448 B
        150.000 data seq 10137, 1448 B
        150.000 data seq 11585, 1448 B
        150.000 data seq 13033, 1448 B
        250.000 data again seq 2897, 1448 B
        350.000 data again seq 7241, 1448 B
    "#]]
    .assert_eq(&sends(&trace, 1));
}

#[test]
fn the_last_segment_has_only_the_timer() {
    let trace = flight(10).faults(&["drop:data#11"]).run();
    expect![[r#"
        200.000    client > server: Flags [.], ack 13033, win 65535, options [nop,nop,TS val 201 ecr 151], length 0
        550.000    server timer retransmission fired
        550.000    server > client: Flags [P.], seq 13033:14481, ack 101, win 65535, options [nop,nop,TS val 551 ecr 201], length 1448 (#15 again)
        600.000    client > server: Flags [.], ack 14481, win 65535, options [nop,nop,TS val 601 ecr 551], length 0"#]].assert_eq(&ending(&trace, 4));
}

#[test]
fn a_lost_retransmission_waits_for_the_timer() {
    let trace = flight(10).faults(&["drop:data#6", "drop:data#12"]).run();
    expect![[r#"
        50.000 SYN-ACK seq 0, ack 1
        150.000 ACK ack 101
        150.000 data seq 1, 1448 B
        150.000 data seq 1449, 1448 B
        150.000 data seq 2897, 1448 B
        150.000 data seq 4345, 1448 B
        150.000 data seq 5793, 1448 B  ** lost
        150.000 data seq 7241, 1448 B
        150.000 data seq 8689, 1448 B
        150.000 data seq 10137, 1448 B
        150.000 data seq 11585, 1448 B
        150.000 data seq 13033, 1448 B
        250.000 data again seq 5793, 1448 B  ** lost
        550.000 data again seq 5793, 1448 B
    "#]]
    .assert_eq(&sends(&trace, 1));
}

#[test]
fn each_time_out_doubles_the_next_and_halves_the_threshold_once() {
    let trace = flight(1).config(reno).faults(&["outage:server:120ms..10s"]).run();
    expect![[r#"
        50.000 SYN-ACK seq 0, ack 1
        150.000 ACK ack 101  ** lost
        150.000 data seq 1, 1448 B  ** lost
        450.000 ACK ack 101  ** lost
        450.000 data again seq 1, 1448 B  ** lost
        1050.000 ACK ack 101  ** lost
        1050.000 data again seq 1, 1448 B  ** lost
        2250.000 ACK ack 101  ** lost
        2250.000 data again seq 1, 1448 B  ** lost
        4650.000 ACK ack 101  ** lost
        4650.000 data again seq 1, 1448 B  ** lost
        9450.000 ACK ack 101  ** lost
        9450.000 data again seq 1, 1448 B  ** lost
        19050.000 ACK ack 101
        19050.000 data again seq 1, 1448 B
        ssthresh
        450.000 7240
        rto
        150.000 300000000
        450.000 600000000
        1050.000 1200000000
        2250.000 2400000000
        4650.000 4800000000
        9450.000 9600000000
        19050.000 19200000000
        19150.000 300000000
    "#]]
    .assert_eq(&format!(
        "{}ssthresh\n{}rto\n{}",
        sends(&trace, 1),
        metric(&trace, 1, "ssthresh"),
        metric(&trace, 1, "rto"),
    ));
}

#[test]
fn a_connection_without_answer_is_given_up_after_15_minutes() {
    let trace = flight(1).faults(&["outage:server:120ms..3000s"]).run();
    expect![[r#"
        993400.000 client note: failed: timed out
        993450.000 server timer retransmission fired
        993450.000 server ESTABLISHED -> CLOSED
        993450.000 server note: failed: timed out"#]]
    .assert_eq(&ending(&trace, 4));
}

/// Bytes that have arrived at the client by each moment.
fn rounds(trace: &super::Trace) -> String {
    let mut total = 0;
    let mut rounds: Vec<(String, u64)> = Vec::new();
    for entry in trace.entries.iter().filter(|entry| entry.host.0 == 0) {
        let TraceEvent::PacketReceived { id, .. } = entry.event else { continue };
        total += trace.packet(id).unwrap().sent.packet.body.len();
        let at = entry.at.to_string();
        match rounds.last_mut() {
            Some((last, bytes)) if *last == at => *bytes = total,
            _ => rounds.push((at, total)),
        }
    }
    rounds.iter().map(|(at, bytes)| format!("{at} {bytes}\n")).collect()
}

fn download(len: u64) -> Bench {
    bench(vec![(When::Established, vec![send(100)])], vec![(When::Received(100), vec![send(len)])])
        .config(|config| config.receive_window = Config::UNLIMITED)
}

#[test]
fn slow_start_doubles_what_arrives_each_round_trip() {
    expect![[r#"
        100.000 0
        200.000 14480
        300.000 43440
        400.000 101360
        500.000 200000
    "#]]
    .assert_eq(&rounds(&download(200_000).run()));
}

#[test]
fn the_first_receive_window_of_linux_caps_the_fourth_round() {
    let trace =
        download(1_000_000).config(|config| config.receive_window = Config::RECEIVE_WINDOW).run();
    expect![[r#"
        100.000 0
        200.000 14480
        300.000 43440
        400.000 101360
        500.000 181000
        600.000 376480
        700.000 767440
        800.000 1000000
    "#]]
    .assert_eq(&rounds(&trace));
}

#[test]
fn congestion_avoidance_adds_one_segment_per_round_trip() {
    let trace = download(400_000).config(reno).faults(&["drop:data#6"]).run();
    let cwnd = metric(&trace, 1, "cwnd");
    // The last value of each round trip.
    let mut rounds: Vec<&str> = Vec::new();
    for line in cwnd.lines() {
        let at = line.split(' ').next();
        match rounds.last_mut() {
            Some(last) if last.split(' ').next() == at => *last = line,
            _ => rounds.push(line),
        }
    }
    expect![[r#"
        150.000 14480
        250.000 17376
        350.000 10136
        450.000 11584
        550.000 13032
        650.000 14480
        750.000 15928
        850.000 17376
        950.000 18824
        1050.000 20272
        1150.000 21720
        1250.000 23168
        1350.000 24616
        1450.000 26064
        1550.000 27512
        1650.000 28960
        1750.000 30408
        1850.000 31856
        1950.000 33304
        2050.000 34752"#]]
    .assert_eq(&rounds.join("\n"));
}

#[test]
fn a_window_that_rests_is_halved_once_per_time_out() {
    let rest = |ms| Act::Wait(Duration::from_millis(ms));
    let trace = bench(
        vec![(When::Established, vec![send(100)])],
        vec![(When::Received(100), vec![send(400_000), rest(1200), send(1448)])],
    )
    .config(|config| config.receive_window = Config::UNLIMITED)
    .run();
    let cwnd = metric(&trace, 1, "cwnd");
    let last: Vec<&str> = cwnd.lines().rev().take(2).collect();
    expect![[r#"
        1350.000 102808
        650.000 414128"#]]
    .assert_eq(&last.join("\n"));
}
