//! Opening: RFC 9293 section 3.5.

use expect_test::expect;

use super::{Act, Bench, Profile, When, bench, ending, send, sends};

/// The client sends 100 bytes, the server answers with as many.
fn exchange() -> Bench {
    bench(vec![(When::Established, vec![send(100)])], vec![(When::Received(100), vec![send(100)])])
}

#[test]
fn opening_takes_one_round_trip_and_the_first_answer_two() {
    exchange().check(&expect![[r#"
        0.000      server CLOSED -> LISTEN
        0.000      client > server: Flags [S], seq 0, win 64240, options [mss 1460,sackOK,TS val 1 ecr 0,nop,wscale 10], length 0
        0.000      client CLOSED -> SYN-SENT
        50.000     server > client: Flags [S.], seq 0, ack 1, win 65160, options [mss 1460,sackOK,TS val 51 ecr 1,nop,wscale 10], length 0
        50.000     server LISTEN -> SYN-RECEIVED
        100.000    client SYN-SENT -> ESTABLISHED
        100.000    client > server: Flags [.], ack 1, win 63, options [nop,nop,TS val 101 ecr 51], length 0
        100.000    client > server: Flags [P.], seq 1:101, ack 1, win 63, options [nop,nop,TS val 101 ecr 51], length 100
        150.000    server SYN-RECEIVED -> ESTABLISHED
        150.000    server > client: Flags [.], ack 101, win 64, options [nop,nop,TS val 151 ecr 101], length 0
        150.000    server note: has received 100 B
        150.000    server > client: Flags [P.], seq 1:101, ack 101, win 64, options [nop,nop,TS val 151 ecr 101], length 100
        200.000    client > server: Flags [.], ack 101, win 63, options [nop,nop,TS val 201 ecr 151], length 0
    "#]]);
}

#[test]
fn lost_syn_is_sent_again_after_one_second() {
    exchange().faults(&["drop:syn#1"]).check(&expect![[r#"
        0.000      server CLOSED -> LISTEN
        0.000      client > server: Flags [S], seq 0, win 64240, options [mss 1460,sackOK,TS val 1 ecr 0,nop,wscale 10], length 0  ** scripted
        0.000      client CLOSED -> SYN-SENT
        1000.000   client timer handshake fired
        1000.000   client > server: Flags [S], seq 0, win 64240, options [mss 1460,sackOK,TS val 1001 ecr 0,nop,wscale 10], length 0 (#1 again)
        1050.000   server > client: Flags [S.], seq 0, ack 1, win 65160, options [mss 1460,sackOK,TS val 1051 ecr 1001,nop,wscale 10], length 0
        1050.000   server LISTEN -> SYN-RECEIVED
        1100.000   client SYN-SENT -> ESTABLISHED
        1100.000   client > server: Flags [.], ack 1, win 63, options [nop,nop,TS val 1101 ecr 1051], length 0
        1100.000   client > server: Flags [P.], seq 1:101, ack 1, win 63, options [nop,nop,TS val 1101 ecr 1051], length 100
        1150.000   server SYN-RECEIVED -> ESTABLISHED
        1150.000   server > client: Flags [.], ack 101, win 64, options [nop,nop,TS val 1151 ecr 1101], length 0
        1150.000   server note: has received 100 B
        1150.000   server > client: Flags [P.], seq 1:101, ack 101, win 64, options [nop,nop,TS val 1151 ecr 1101], length 100
        1200.000   client > server: Flags [.], ack 101, win 63, options [nop,nop,TS val 1201 ecr 1151], length 0
    "#]]);
}

fn unreachable(profile: Profile) -> String {
    let trace = exchange()
        .config(|config| config.profile = profile)
        .faults(&["outage:client:0ms..1000s"])
        .run();
    format!("{}{}", sends(&trace, 0), ending(&trace, 3))
}

#[test]
fn linux_sends_eleven_syns_and_gives_up_after_131_seconds() {
    expect![[r#"
        0.000 SYN seq 0  ** lost
        1000.000 SYN again seq 0  ** lost
        2000.000 SYN again seq 0  ** lost
        3000.000 SYN again seq 0  ** lost
        4000.000 SYN again seq 0  ** lost
        5000.000 SYN again seq 0  ** lost
        7000.000 SYN again seq 0  ** lost
        11000.000 SYN again seq 0  ** lost
        19000.000 SYN again seq 0  ** lost
        35000.000 SYN again seq 0  ** lost
        67000.000 SYN again seq 0  ** lost
        131000.000 client timer handshake fired
        131000.000 client SYN-SENT -> CLOSED
        131000.000 client note: failed: timed out"#]]
    .assert_eq(&unreachable(Profile::LINUX));
}

#[test]
fn doubling_from_the_start_sends_eight_syns_and_gives_up_after_247_seconds() {
    expect![[r#"
        0.000 SYN seq 0  ** lost
        1000.000 SYN again seq 0  ** lost
        3000.000 SYN again seq 0  ** lost
        7000.000 SYN again seq 0  ** lost
        15000.000 SYN again seq 0  ** lost
        31000.000 SYN again seq 0  ** lost
        63000.000 SYN again seq 0  ** lost
        127000.000 SYN again seq 0  ** lost
        247000.000 client timer handshake fired
        247000.000 client SYN-SENT -> CLOSED
        247000.000 client note: failed: timed out"#]]
    .assert_eq(&unreachable(Profile::RFC));
}

#[test]
fn a_lost_syn_ack_is_repeated_when_the_syn_comes_again() {
    exchange().faults(&["drop:syn-ack#1"]).check(&expect![[r#"
        0.000      server CLOSED -> LISTEN
        0.000      client > server: Flags [S], seq 0, win 64240, options [mss 1460,sackOK,TS val 1 ecr 0,nop,wscale 10], length 0
        0.000      client CLOSED -> SYN-SENT
        50.000     server > client: Flags [S.], seq 0, ack 1, win 65160, options [mss 1460,sackOK,TS val 51 ecr 1,nop,wscale 10], length 0  ** scripted
        50.000     server LISTEN -> SYN-RECEIVED
        1000.000   client timer handshake fired
        1000.000   client > server: Flags [S], seq 0, win 64240, options [mss 1460,sackOK,TS val 1001 ecr 0,nop,wscale 10], length 0 (#1 again)
        1050.000   server > client: Flags [S.], seq 0, ack 1, win 65160, options [mss 1460,sackOK,TS val 1051 ecr 1001,nop,wscale 10], length 0 (#2 again)
        1100.000   client SYN-SENT -> ESTABLISHED
        1100.000   client > server: Flags [.], ack 1, win 63, options [nop,nop,TS val 1101 ecr 1051], length 0
        1100.000   client > server: Flags [P.], seq 1:101, ack 1, win 63, options [nop,nop,TS val 1101 ecr 1051], length 100
        1150.000   server SYN-RECEIVED -> ESTABLISHED
        1150.000   server > client: Flags [.], ack 101, win 64, options [nop,nop,TS val 1151 ecr 1101], length 0
        1150.000   server note: has received 100 B
        1150.000   server > client: Flags [P.], seq 1:101, ack 101, win 64, options [nop,nop,TS val 1151 ecr 1101], length 100
        1200.000   client > server: Flags [.], ack 101, win 63, options [nop,nop,TS val 1201 ecr 1151], length 0
    "#]]);
}

#[test]
fn without_any_data_the_server_repeats_its_syn_ack_until_the_ack_comes() {
    bench(vec![], vec![]).faults(&["drop:ack#1"]).check(&expect![[r#"
        0.000      server CLOSED -> LISTEN
        0.000      client > server: Flags [S], seq 0, win 64240, options [mss 1460,sackOK,TS val 1 ecr 0,nop,wscale 10], length 0
        0.000      client CLOSED -> SYN-SENT
        50.000     server > client: Flags [S.], seq 0, ack 1, win 65160, options [mss 1460,sackOK,TS val 51 ecr 1,nop,wscale 10], length 0
        50.000     server LISTEN -> SYN-RECEIVED
        100.000    client SYN-SENT -> ESTABLISHED
        100.000    client > server: Flags [.], ack 1, win 63, options [nop,nop,TS val 101 ecr 51], length 0  ** scripted
        1050.000   server timer handshake fired
        1050.000   server > client: Flags [S.], seq 0, ack 1, win 65160, options [mss 1460,sackOK,TS val 1051 ecr 1,nop,wscale 10], length 0 (#2 again)
        1100.000   client > server: Flags [.], ack 1, win 63, options [nop,nop,TS val 1101 ecr 51], length 0
        1150.000   server SYN-RECEIVED -> ESTABLISHED
    "#]]);
}

#[test]
fn data_stands_in_for_a_lost_acknowledgment() {
    exchange().faults(&["drop:ack#1"]).check(&expect![[r#"
        0.000      server CLOSED -> LISTEN
        0.000      client > server: Flags [S], seq 0, win 64240, options [mss 1460,sackOK,TS val 1 ecr 0,nop,wscale 10], length 0
        0.000      client CLOSED -> SYN-SENT
        50.000     server > client: Flags [S.], seq 0, ack 1, win 65160, options [mss 1460,sackOK,TS val 51 ecr 1,nop,wscale 10], length 0
        50.000     server LISTEN -> SYN-RECEIVED
        100.000    client SYN-SENT -> ESTABLISHED
        100.000    client > server: Flags [.], ack 1, win 63, options [nop,nop,TS val 101 ecr 51], length 0  ** scripted
        100.000    client > server: Flags [P.], seq 1:101, ack 1, win 63, options [nop,nop,TS val 101 ecr 51], length 100
        150.000    server SYN-RECEIVED -> ESTABLISHED
        150.000    server > client: Flags [.], ack 101, win 64, options [nop,nop,TS val 151 ecr 101], length 0
        150.000    server note: has received 100 B
        150.000    server > client: Flags [P.], seq 1:101, ack 101, win 64, options [nop,nop,TS val 151 ecr 101], length 100
        200.000    client > server: Flags [.], ack 101, win 63, options [nop,nop,TS val 201 ecr 151], length 0
    "#]]);
}

#[test]
fn half_open_connections_are_given_up_after_63_seconds() {
    let trace = bench(vec![], vec![]).faults(&["outage:client:60ms..1000s"]).run();
    expect![[r#"
        50.000 SYN-ACK seq 0, ack 1
        1050.000 SYN-ACK again seq 0, ack 1
        3050.000 SYN-ACK again seq 0, ack 1
        7050.000 SYN-ACK again seq 0, ack 1
        15050.000 SYN-ACK again seq 0, ack 1
        31050.000 SYN-ACK again seq 0, ack 1
        31100.000  client > server: Flags [.], ack 1, win 63, options [nop,nop,TS val 31101 ecr 51], length 0  ** outage
        63050.000  server timer handshake fired
        63050.000  server SYN-RECEIVED -> CLOSED
        63050.000  server note: failed: timed out"#]].assert_eq(&format!("{}{}", sends(&trace, 1), ending(&trace, 4)));
}

#[test]
fn a_closed_port_answers_with_reset() {
    let mut refused = exchange();
    refused.port = 81;
    refused.check(&expect![[r#"
        0.000      server CLOSED -> LISTEN
        0.000      client > server: Flags [S], seq 0, win 64240, options [mss 1460,sackOK,TS val 1 ecr 0,nop,wscale 10], length 0
        0.000      client CLOSED -> SYN-SENT
        50.000     server > client: Flags [R.], seq 0, ack 1, win 0, length 0
        100.000    client SYN-SENT -> CLOSED
        100.000    client note: failed: connection refused
    "#]]);
}

#[test]
fn after_a_lost_syn_the_rfc_begins_data_with_three_seconds() {
    let trace = exchange()
        .config(|config| config.profile = Profile::RFC)
        .faults(&["drop:syn#1", "drop:data#1"])
        .run();
    expect![[r#"
        0.000 SYN seq 0  ** lost
        1000.000 SYN again seq 0
        1100.000 ACK ack 1
        1100.000 data seq 1, 100 B  ** lost
        4100.000 data again seq 1, 100 B
        4400.000 ACK ack 101
    "#]]
    .assert_eq(&sends(&trace, 0));
}

#[test]
fn a_damaged_packet_is_thrown_away_and_sent_again() {
    exchange().faults(&["corrupt:data#1"]).check(&expect![[r#"
        0.000      server CLOSED -> LISTEN
        0.000      client > server: Flags [S], seq 0, win 64240, options [mss 1460,sackOK,TS val 1 ecr 0,nop,wscale 10], length 0
        0.000      client CLOSED -> SYN-SENT
        50.000     server > client: Flags [S.], seq 0, ack 1, win 65160, options [mss 1460,sackOK,TS val 51 ecr 1,nop,wscale 10], length 0
        50.000     server LISTEN -> SYN-RECEIVED
        100.000    client SYN-SENT -> ESTABLISHED
        100.000    client > server: Flags [.], ack 1, win 63, options [nop,nop,TS val 101 ecr 51], length 0
        100.000    client > server: Flags [P.], seq 1:101, ack 1, win 63, options [nop,nop,TS val 101 ecr 51], length 100  ** corrupted
        150.000    server SYN-RECEIVED -> ESTABLISHED
        150.000    server threw it away: checksum
        400.000    client timer tail-probe fired
        400.000    client > server: Flags [P.], seq 1:101, ack 1, win 63, options [nop,nop,TS val 401 ecr 51], length 100 (#4 again)
        450.000    server > client: Flags [.], ack 101, win 64, options [nop,nop,TS val 451 ecr 401], length 0
        450.000    server note: has received 100 B
        450.000    server > client: Flags [P.], seq 1:101, ack 101, win 64, options [nop,nop,TS val 451 ecr 401], length 100
        500.000    client > server: Flags [.], ack 101, win 63, options [nop,nop,TS val 501 ecr 451], length 0
    "#]]);
}

#[test]
fn an_abort_right_after_opening_resets_the_server() {
    bench(vec![(When::Established, vec![Act::Abort])], vec![]).check(&expect![[r#"
        0.000      server CLOSED -> LISTEN
        0.000      client > server: Flags [S], seq 0, win 64240, options [mss 1460,sackOK,TS val 1 ecr 0,nop,wscale 10], length 0
        0.000      client CLOSED -> SYN-SENT
        50.000     server > client: Flags [S.], seq 0, ack 1, win 65160, options [mss 1460,sackOK,TS val 51 ecr 1,nop,wscale 10], length 0
        50.000     server LISTEN -> SYN-RECEIVED
        100.000    client SYN-SENT -> ESTABLISHED
        100.000    client > server: Flags [.], ack 1, win 63, options [nop,nop,TS val 101 ecr 51], length 0
        100.000    client > server: Flags [R.], seq 1, ack 1, win 63, options [nop,nop,TS val 101 ecr 51], length 0
        100.000    client ESTABLISHED -> CLOSED
        150.000    server SYN-RECEIVED -> ESTABLISHED
        150.000    server ESTABLISHED -> CLOSED
        150.000    server note: failed: connection reset
    "#]]);
}
