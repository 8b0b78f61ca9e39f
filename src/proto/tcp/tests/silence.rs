//! Keep-alives: RFC 9293 section 3.8.4, with Linux's schedule in small.

use core::time::Duration;

use expect_test::expect;

use super::{Bench, When, bench, send, sends, story};
use crate::proto::tcp::KeepAlive;

/// The client sends 10 bytes and asks after 10 s of silence, every 5 s, three times.
fn quiet() -> Bench {
    let keep_alive =
        KeepAlive { idle: Duration::from_secs(10), interval: Duration::from_secs(5), probes: 3 };
    bench(vec![(When::Established, vec![send(10)])], vec![(When::Received(10), vec![send(10)])])
        .config(|config| config.keep_alive = Some(keep_alive))
}

#[test]
fn a_silent_peer_is_asked_and_answers() {
    // Both ask, each after 10 s without hearing anything new.
    let trace = quiet().limit(25).run();
    expect![[r#"
        0.000 SYN seq 0
        100.000 ACK ack 1
        100.000 data seq 1, 10 B
        200.000 ACK ack 11
        10200.000 keep-alive seq 10, ack 11
        10300.000 ACK ack 11
        20300.000 keep-alive seq 10, ack 11
        20400.000 ACK ack 11

        50.000 SYN-ACK seq 0, ack 1
        150.000 ACK ack 11
        150.000 data seq 1, 10 B
        10250.000 ACK ack 11
        10250.000 keep-alive seq 10, ack 11
        20350.000 ACK ack 11
        20350.000 keep-alive seq 10, ack 11
    "#]]
    .assert_eq(&[sends(&trace, 0), sends(&trace, 1)].join("\n"));
}

#[test]
fn a_peer_that_is_gone_is_given_up_after_its_last_probe() {
    let trace = quiet().faults(&["outage:1s..1000s"]).limit(900).run();
    let text = sends(&trace, 0);
    let questions: Vec<&str> = text.lines().filter(|line| line.contains("keep-alive")).collect();
    assert_eq!(questions.len(), 3);
    expect![[r#"
        0.000      server CLOSED -> LISTEN
        0.000      client > server: Flags [S], seq 0, win 64240, options [mss 1460,sackOK,TS val 1 ecr 0,nop,wscale 10], length 0
        0.000      client CLOSED -> SYN-SENT
        50.000     server > client: Flags [S.], seq 0, ack 1, win 65160, options [mss 1460,sackOK,TS val 51 ecr 1,nop,wscale 10], length 0
        50.000     server LISTEN -> SYN-RECEIVED
        100.000    client SYN-SENT -> ESTABLISHED
        100.000    client > server: Flags [.], ack 1, win 63, options [nop,nop,TS val 101 ecr 51], length 0
        100.000    client > server: Flags [P.], seq 1:11, ack 1, win 63, options [nop,nop,TS val 101 ecr 51], length 10
        150.000    server SYN-RECEIVED -> ESTABLISHED
        150.000    server > client: Flags [.], ack 11, win 64, options [nop,nop,TS val 151 ecr 101], length 0
        150.000    server note: has received 10 B
        150.000    server > client: Flags [P.], seq 1:11, ack 11, win 64, options [nop,nop,TS val 151 ecr 101], length 10
        200.000    client > server: Flags [.], ack 11, win 63, options [nop,nop,TS val 201 ecr 151], length 0
        10200.000  client timer keep-alive fired
        10200.000  client > server: Flags [.], ack 11, win 63, options [nop,nop,TS val 10201 ecr 151], length 0  ** outage
        10250.000  server timer keep-alive fired
        10250.000  server > client: Flags [.], ack 11, win 64, options [nop,nop,TS val 10251 ecr 201], length 0  ** outage
        15200.000  client timer keep-alive fired
        15200.000  client > server: Flags [.], ack 11, win 63, options [nop,nop,TS val 15201 ecr 151], length 0  ** outage
        15250.000  server timer keep-alive fired
        15250.000  server > client: Flags [.], ack 11, win 64, options [nop,nop,TS val 15251 ecr 201], length 0  ** outage
        20200.000  client timer keep-alive fired
        20200.000  client > server: Flags [.], ack 11, win 63, options [nop,nop,TS val 20201 ecr 151], length 0  ** outage
        20250.000  server timer keep-alive fired
        20250.000  server > client: Flags [.], ack 11, win 64, options [nop,nop,TS val 20251 ecr 201], length 0  ** outage
        25200.000  client timer keep-alive fired
        25200.000  client > server: Flags [R.], seq 11, ack 11, win 63, options [nop,nop,TS val 25201 ecr 151], length 0  ** outage
        25200.000  client ESTABLISHED -> CLOSED
        25200.000  client note: failed: timed out
        25250.000  server timer keep-alive fired
        25250.000  server > client: Flags [R.], seq 11, ack 11, win 64, options [nop,nop,TS val 25251 ecr 201], length 0  ** outage
        25250.000  server ESTABLISHED -> CLOSED
        25250.000  server note: failed: timed out
    "#]].assert_eq(&story(&trace));
}

#[test]
fn nobody_asks_unless_told_to() {
    let trace = quiet().config(|config| config.keep_alive = None).limit(3000).run();
    assert!(!sends(&trace, 0).contains("keep-alive"));
}
