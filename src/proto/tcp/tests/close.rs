//! Closing: RFC 9293 section 3.6.

use expect_test::expect;

use super::{Act, Bench, Profile, When, bench, ending, send, story};

/// The client closes at once, the server when it hears of it.
fn close() -> Bench {
    bench(vec![(When::Established, vec![Act::Close])], vec![(When::PeerClosed, vec![Act::Close])])
}

#[test]
fn orderly_close_leaves_only_the_closer_in_time_wait() {
    close().check(&expect![[r#"
        0.000      server CLOSED -> LISTEN
        0.000      client > server: Flags [S], seq 0, win 64240, options [mss 1460,sackOK,TS val 1 ecr 0,nop,wscale 10], length 0
        0.000      client CLOSED -> SYN-SENT
        50.000     server > client: Flags [S.], seq 0, ack 1, win 65160, options [mss 1460,sackOK,TS val 51 ecr 1,nop,wscale 10], length 0
        50.000     server LISTEN -> SYN-RECEIVED
        100.000    client SYN-SENT -> ESTABLISHED
        100.000    client > server: Flags [.], ack 1, win 63, options [nop,nop,TS val 101 ecr 51], length 0
        100.000    client > server: Flags [F.], seq 1, ack 1, win 63, options [nop,nop,TS val 101 ecr 51], length 0
        100.000    client ESTABLISHED -> FIN-WAIT-1
        150.000    server SYN-RECEIVED -> ESTABLISHED
        150.000    server ESTABLISHED -> CLOSE-WAIT
        150.000    server > client: Flags [.], ack 2, win 64, options [nop,nop,TS val 151 ecr 101], length 0
        150.000    server > client: Flags [F.], seq 1, ack 2, win 64, options [nop,nop,TS val 151 ecr 101], length 0
        150.000    server CLOSE-WAIT -> LAST-ACK
        200.000    client FIN-WAIT-1 -> FIN-WAIT-2
        200.000    client FIN-WAIT-2 -> TIME-WAIT
        200.000    client > server: Flags [.], ack 2, win 63, options [nop,nop,TS val 201 ecr 151], length 0
        200.000    client note: closed in order
        250.000    server LAST-ACK -> CLOSED
        250.000    server note: closed in order
        60200.000  client timer time-wait fired
        60200.000  client TIME-WAIT -> CLOSED
    "#]]);
}

#[test]
fn the_rfc_waits_four_minutes() {
    let trace = close().config(|config| config.profile = Profile::RFC).run();
    expect![[r#"
        240200.000 client timer time-wait fired
        240200.000 client TIME-WAIT -> CLOSED"#]]
    .assert_eq(&ending(&trace, 2));
}

#[test]
fn a_half_closed_connection_still_carries_the_other_direction() {
    bench(
        vec![(When::Established, vec![Act::Close])],
        vec![(When::PeerClosed, vec![send(3000), Act::Close])],
    )
    .check(&expect![[r#"
        0.000      server CLOSED -> LISTEN
        0.000      client > server: Flags [S], seq 0, win 64240, options [mss 1460,sackOK,TS val 1 ecr 0,nop,wscale 10], length 0
        0.000      client CLOSED -> SYN-SENT
        50.000     server > client: Flags [S.], seq 0, ack 1, win 65160, options [mss 1460,sackOK,TS val 51 ecr 1,nop,wscale 10], length 0
        50.000     server LISTEN -> SYN-RECEIVED
        100.000    client SYN-SENT -> ESTABLISHED
        100.000    client > server: Flags [.], ack 1, win 63, options [nop,nop,TS val 101 ecr 51], length 0
        100.000    client > server: Flags [F.], seq 1, ack 1, win 63, options [nop,nop,TS val 101 ecr 51], length 0
        100.000    client ESTABLISHED -> FIN-WAIT-1
        150.000    server SYN-RECEIVED -> ESTABLISHED
        150.000    server ESTABLISHED -> CLOSE-WAIT
        150.000    server > client: Flags [.], ack 2, win 64, options [nop,nop,TS val 151 ecr 101], length 0
        150.000    server > client: Flags [.], seq 1:1449, ack 2, win 64, options [nop,nop,TS val 151 ecr 101], length 1448
        150.000    server > client: Flags [.], seq 1449:2897, ack 2, win 64, options [nop,nop,TS val 151 ecr 101], length 1448
        150.000    server > client: Flags [P.], seq 2897:3001, ack 2, win 64, options [nop,nop,TS val 151 ecr 101], length 104
        150.000    server > client: Flags [F.], seq 3001, ack 2, win 64, options [nop,nop,TS val 151 ecr 101], length 0
        150.000    server CLOSE-WAIT -> LAST-ACK
        200.000    client FIN-WAIT-1 -> FIN-WAIT-2
        200.000    client > server: Flags [.], ack 1449, win 66, options [nop,nop,TS val 201 ecr 151], length 0
        200.000    client > server: Flags [.], ack 2897, win 69, options [nop,nop,TS val 201 ecr 151], length 0
        200.000    client > server: Flags [.], ack 3001, win 69, options [nop,nop,TS val 201 ecr 151], length 0
        200.000    client FIN-WAIT-2 -> TIME-WAIT
        200.000    client > server: Flags [.], ack 3002, win 69, options [nop,nop,TS val 201 ecr 151], length 0
        200.000    client note: closed in order
        250.000    server LAST-ACK -> CLOSED
        250.000    server note: closed in order
        60200.000  client timer time-wait fired
        60200.000  client TIME-WAIT -> CLOSED
    "#]]);
}

#[test]
fn both_closing_at_once_go_through_closing_and_both_wait() {
    // The server's acknowledgment of the handshake comes 50 ms later than the client's.
    let wait = core::time::Duration::from_millis(50);
    bench(
        vec![(When::Established, vec![Act::Wait(wait), Act::Close])],
        vec![(When::Established, vec![Act::Close])],
    )
    .check(&expect![[r#"
        0.000      server CLOSED -> LISTEN
        0.000      client > server: Flags [S], seq 0, win 64240, options [mss 1460,sackOK,TS val 1 ecr 0,nop,wscale 10], length 0
        0.000      client CLOSED -> SYN-SENT
        50.000     server > client: Flags [S.], seq 0, ack 1, win 65160, options [mss 1460,sackOK,TS val 51 ecr 1,nop,wscale 10], length 0
        50.000     server LISTEN -> SYN-RECEIVED
        100.000    client SYN-SENT -> ESTABLISHED
        100.000    client > server: Flags [.], ack 1, win 63, options [nop,nop,TS val 101 ecr 51], length 0
        150.000    server SYN-RECEIVED -> ESTABLISHED
        150.000    server > client: Flags [F.], seq 1, ack 1, win 64, options [nop,nop,TS val 151 ecr 101], length 0
        150.000    server ESTABLISHED -> FIN-WAIT-1
        150.000    client > server: Flags [F.], seq 1, ack 1, win 63, options [nop,nop,TS val 151 ecr 51], length 0
        150.000    client ESTABLISHED -> FIN-WAIT-1
        200.000    client FIN-WAIT-1 -> CLOSING
        200.000    client > server: Flags [.], ack 2, win 63, options [nop,nop,TS val 201 ecr 151], length 0
        200.000    server FIN-WAIT-1 -> CLOSING
        200.000    server > client: Flags [.], ack 2, win 64, options [nop,nop,TS val 201 ecr 151], length 0
        250.000    server CLOSING -> TIME-WAIT
        250.000    server note: closed in order
        250.000    client CLOSING -> TIME-WAIT
        250.000    client note: closed in order
        60250.000  client timer time-wait fired
        60250.000  client TIME-WAIT -> CLOSED
        60250.000  server timer time-wait fired
        60250.000  server TIME-WAIT -> CLOSED
    "#]]);
}

#[test]
fn a_lost_fin_is_sent_again_after_the_time_out() {
    close().faults(&["drop:fin#1"]).check(&expect![[r#"
        0.000      server CLOSED -> LISTEN
        0.000      client > server: Flags [S], seq 0, win 64240, options [mss 1460,sackOK,TS val 1 ecr 0,nop,wscale 10], length 0
        0.000      client CLOSED -> SYN-SENT
        50.000     server > client: Flags [S.], seq 0, ack 1, win 65160, options [mss 1460,sackOK,TS val 51 ecr 1,nop,wscale 10], length 0
        50.000     server LISTEN -> SYN-RECEIVED
        100.000    client SYN-SENT -> ESTABLISHED
        100.000    client > server: Flags [.], ack 1, win 63, options [nop,nop,TS val 101 ecr 51], length 0
        100.000    client > server: Flags [F.], seq 1, ack 1, win 63, options [nop,nop,TS val 101 ecr 51], length 0  ** scripted
        100.000    client ESTABLISHED -> FIN-WAIT-1
        150.000    server SYN-RECEIVED -> ESTABLISHED
        400.000    client timer tail-probe fired
        400.000    client > server: Flags [F.], seq 1, ack 1, win 63, options [nop,nop,TS val 401 ecr 51], length 0 (#4 again)
        450.000    server ESTABLISHED -> CLOSE-WAIT
        450.000    server > client: Flags [.], ack 2, win 64, options [nop,nop,TS val 451 ecr 401], length 0
        450.000    server > client: Flags [F.], seq 1, ack 2, win 64, options [nop,nop,TS val 451 ecr 401], length 0
        450.000    server CLOSE-WAIT -> LAST-ACK
        500.000    client FIN-WAIT-1 -> FIN-WAIT-2
        500.000    client FIN-WAIT-2 -> TIME-WAIT
        500.000    client > server: Flags [.], ack 2, win 63, options [nop,nop,TS val 501 ecr 451], length 0
        500.000    client note: closed in order
        550.000    server LAST-ACK -> CLOSED
        550.000    server note: closed in order
        60500.000  client timer time-wait fired
        60500.000  client TIME-WAIT -> CLOSED
    "#]]);
}

#[test]
fn a_lost_last_acknowledgment_is_repeated_from_time_wait() {
    close().faults(&["drop:client#4"]).check(&expect![[r#"
        0.000      server CLOSED -> LISTEN
        0.000      client > server: Flags [S], seq 0, win 64240, options [mss 1460,sackOK,TS val 1 ecr 0,nop,wscale 10], length 0
        0.000      client CLOSED -> SYN-SENT
        50.000     server > client: Flags [S.], seq 0, ack 1, win 65160, options [mss 1460,sackOK,TS val 51 ecr 1,nop,wscale 10], length 0
        50.000     server LISTEN -> SYN-RECEIVED
        100.000    client SYN-SENT -> ESTABLISHED
        100.000    client > server: Flags [.], ack 1, win 63, options [nop,nop,TS val 101 ecr 51], length 0
        100.000    client > server: Flags [F.], seq 1, ack 1, win 63, options [nop,nop,TS val 101 ecr 51], length 0
        100.000    client ESTABLISHED -> FIN-WAIT-1
        150.000    server SYN-RECEIVED -> ESTABLISHED
        150.000    server ESTABLISHED -> CLOSE-WAIT
        150.000    server > client: Flags [.], ack 2, win 64, options [nop,nop,TS val 151 ecr 101], length 0
        150.000    server > client: Flags [F.], seq 1, ack 2, win 64, options [nop,nop,TS val 151 ecr 101], length 0
        150.000    server CLOSE-WAIT -> LAST-ACK
        200.000    client FIN-WAIT-1 -> FIN-WAIT-2
        200.000    client FIN-WAIT-2 -> TIME-WAIT
        200.000    client > server: Flags [.], ack 2, win 63, options [nop,nop,TS val 201 ecr 151], length 0  ** scripted
        200.000    client note: closed in order
        450.000    server timer tail-probe fired
        450.000    server > client: Flags [F.], seq 1, ack 2, win 64, options [nop,nop,TS val 451 ecr 101], length 0 (#6 again)
        500.000    client > server: Flags [.], ack 2, win 63, options [nop,nop,TS val 501 ecr 151], length 0
        550.000    server LAST-ACK -> CLOSED
        550.000    server note: closed in order
        60500.000  client timer time-wait fired
        60500.000  client TIME-WAIT -> CLOSED
    "#]]);
}

#[test]
fn an_abort_ends_both_ends_at_once_and_nobody_waits() {
    bench(
        vec![(When::Established, vec![send(10), Act::Abort])],
        vec![(When::PeerClosed, vec![Act::Close])],
    )
    .check(&expect![[r#"
        0.000      server CLOSED -> LISTEN
        0.000      client > server: Flags [S], seq 0, win 64240, options [mss 1460,sackOK,TS val 1 ecr 0,nop,wscale 10], length 0
        0.000      client CLOSED -> SYN-SENT
        50.000     server > client: Flags [S.], seq 0, ack 1, win 65160, options [mss 1460,sackOK,TS val 51 ecr 1,nop,wscale 10], length 0
        50.000     server LISTEN -> SYN-RECEIVED
        100.000    client SYN-SENT -> ESTABLISHED
        100.000    client > server: Flags [.], ack 1, win 63, options [nop,nop,TS val 101 ecr 51], length 0
        100.000    client > server: Flags [P.], seq 1:11, ack 1, win 63, options [nop,nop,TS val 101 ecr 51], length 10
        100.000    client > server: Flags [R.], seq 11, ack 1, win 63, options [nop,nop,TS val 101 ecr 51], length 0
        100.000    client ESTABLISHED -> CLOSED
        150.000    server SYN-RECEIVED -> ESTABLISHED
        150.000    server > client: Flags [.], ack 11, win 64, options [nop,nop,TS val 151 ecr 101], length 0
        150.000    server ESTABLISHED -> CLOSED
        150.000    server note: failed: connection reset
        200.000    client > server: Flags [R], seq 11, win 0, length 0
    "#]]);
}

#[test]
fn the_fin_travels_with_the_last_bytes_that_wait() {
    let trace = bench(
        vec![(When::Established, vec![send(30_000), Act::Close])],
        vec![(When::PeerClosed, vec![Act::Close])],
    )
    .run();
    let fins: Vec<String> = story(&trace)
        .lines()
        .filter(|line| line.contains("Flags [F"))
        .map(|line| line.split(", win").next().unwrap_or_default().to_owned())
        .collect();
    expect![[r#"
        200.000    client > server: Flags [FP.], seq 28961:30001, ack 1
        250.000    server > client: Flags [F.], seq 1, ack 30002"#]]
    .assert_eq(&fins.join("\n"));
}
