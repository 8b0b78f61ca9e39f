//! Acknowledgments and windows: RFC 9293 section 3.8.6.

use core::time::Duration;

use expect_test::expect;

use super::{Act, Bench, Profile, When, bench, metric, send, sends};

/// The client sends 40 kB to a server with room for 16 that reads only after `secs` seconds.
fn slow_reader(secs: u64) -> Bench {
    let wait = Act::Wait(Duration::from_secs(secs));
    bench(
        vec![(When::Established, vec![send(40_000)])],
        vec![(When::Established, vec![Act::Pause, wait, Act::Resume])],
    )
    .config(|config| {
        config.receive_window = 16_384;
        config.autotune = false;
    })
}

/// The lines from the first that begins with `from` on, `count` of them.
fn lines(text: &str, from: &str, count: usize) -> String {
    let rest = text.lines().skip_while(|line| !line.starts_with(from));
    rest.take(count).collect::<Vec<&str>>().join("\n")
}

#[test]
fn zero_window_is_probed_until_it_opens() {
    let trace = slow_reader(5).run();
    expect![[r#"
        200.000 data seq 14481, 1448 B
        600.000 window probe seq 15928, ack 1
        1200.000 window probe seq 15928, ack 1
        2400.000 window probe seq 15928, ack 1
        4800.000 window probe seq 15928, ack 1
        5200.000 data seq 15929, 1448 B"#]]
    .assert_eq(&lines(&sends(&trace, 0), "200.", 6));
    expect![[r#"
        250.000 ACK ack 15929
        650.000 ACK ack 15929
        1250.000 ACK ack 15929
        2450.000 ACK ack 15929
        4850.000 ACK ack 15929
        5150.000 window update win 16384
        5250.000 ACK ack 17377"#]]
    .assert_eq(&lines(&sends(&trace, 1), "250.", 7));
}

#[test]
fn a_lost_window_update_is_found_by_the_probe() {
    let trace = slow_reader(2).faults(&["drop:window-update#1"]).run();
    expect![[r#"
        600.000 window probe seq 15928, ack 1
        1200.000 window probe seq 15928, ack 1
        2400.000 window probe seq 15928, ack 1
        2500.000 data seq 15929, 1448 B"#]]
    .assert_eq(&lines(&sends(&trace, 0), "600.", 4));
    assert!(metric(&trace, 0, "rwnd").contains(" 0\n"));
}

/// A request, its answer, and a second pair.
fn two_exchanges(profile: Profile) -> Bench {
    bench(
        vec![(When::Established, vec![send(100)]), (When::Received(100), vec![send(100)])],
        vec![
            (When::Received(100), vec![Act::Wait(Duration::from_millis(10)), send(100)]),
            (When::Received(200), vec![Act::Wait(Duration::from_millis(100)), send(100)]),
        ],
    )
    .config(|config| config.profile = profile)
}

#[test]
fn linux_acknowledges_at_once_until_it_sees_quick_answers_and_then_waits_40_ms() {
    expect![[r#"
        50.000 SYN-ACK seq 0, ack 1
        150.000 ACK ack 101
        160.000 data seq 1, 100 B
        300.000 ACK ack 201
        360.000 data seq 101, 100 B
    "#]]
    .assert_eq(&sends(&two_exchanges(Profile::LINUX).run(), 1));
}

#[test]
fn the_rfc_acknowledges_a_lone_segment_after_200_ms_or_with_the_answer() {
    expect![[r#"
        50.000 SYN-ACK seq 0, ack 1
        160.000 data seq 1, 100 B
        360.000 data seq 101, 100 B
    "#]]
    .assert_eq(&sends(&two_exchanges(Profile::RFC).run(), 1));
}

#[test]
fn the_rfc_acknowledges_every_second_segment_at_once() {
    let trace = bench(vec![(When::Established, vec![send(3 * 1448)])], vec![])
        .config(|config| config.profile = Profile::RFC)
        .run();
    expect![[r#"
        50.000 SYN-ACK seq 0, ack 1
        150.000 ACK ack 2897
        350.000 ACK ack 4345
    "#]]
    .assert_eq(&sends(&trace, 1));
}

#[test]
fn nagle_and_delayed_acknowledgment_wait_for_each_other() {
    let trace = bench(
        vec![(When::Established, vec![send(100)]), (When::Received(100), vec![send(60), send(40)])],
        vec![(When::Received(100), vec![send(100)]), (When::Received(200), vec![send(100)])],
    )
    .config(|config| config.nodelay = false)
    .run();
    expect![[r#"
        client
        0.000 SYN seq 0
        100.000 ACK ack 1
        100.000 data seq 1, 100 B
        200.000 ACK ack 101
        200.000 data seq 101, 60 B
        340.000 data seq 161, 40 B
        480.000 ACK ack 201
        server
        50.000 SYN-ACK seq 0, ack 1
        150.000 ACK ack 101
        150.000 data seq 1, 100 B
        290.000 ACK ack 161
        390.000 data seq 101, 100 B
    "#]]
    .assert_eq(&format!("client\n{}server\n{}", sends(&trace, 0), sends(&trace, 1)));
}
