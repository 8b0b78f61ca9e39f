//! QUIC connections between two hosts in a small world.

mod pair;

use core::time::Duration;

use expect_test::expect;
use proptest::prelude::{ProptestConfig, prop_assert_eq, proptest};

use self::pair::{Pair, received, story};
use crate::sim::link::Loss;

#[test]
fn a_request_is_answered_after_two_round_trips() {
    let trace = Pair::new().run();
    expect![[r#"
        0.000 client CLOSED -> HANDSHAKE
        0.000 client: 1200 B Initial: ClientHello
        50.000 server CLOSED -> HANDSHAKE
        50.000 server: 1200 B Initial + Handshake: ACK 0, ServerHello | EncryptedExtensions, Certificate
        50.000 server: 780 B Handshake: CertificateVerify, Finished
        100.000 client: 1200 B Initial + Handshake: ACK 0 | ACK 0
        100.000 client note: believes the certificate of shop.example
        100.000 client HANDSHAKE -> COMPLETE
        100.000 client: 246 B Handshake + 1-RTT: ACK 0-1, Finished | NEW_CONNECTION_ID 1, STREAM 0, 0-100, end
        150.000 server note: the client receives at its address
        150.000 server HANDSHAKE -> COMPLETE
        150.000 server COMPLETE -> CONFIRMED
        150.000 server: 1200 B NewSessionTicket: ACK 0, NewSessionTicket, HANDSHAKE_DONE, NEW_CONNECTION_ID 1, STREAM 0, 0-914
        150.000 server: 119 B STREAM 0: STREAM 0, 914-1000, end
        200.000 client COMPLETE -> CONFIRMED
        200.000 client CONFIRMED -> CLOSING
        200.000 client: 35 B ACK: ACK 0-1, CONNECTION_CLOSE 0x0
        250.000 server CONFIRMED -> DRAINING
        878.125 server DRAINING -> CLOSED
        1025.000 client CLOSING -> CLOSED
    "#]].assert_eq(&story(&trace));
}

#[test]
fn a_lost_initial_goes_again_after_999_ms() {
    let trace = Pair { faults: vec!["drop:initial#1"], ..Pair::new() }.run();
    expect![[r#"
        0.000 client CLOSED -> HANDSHAKE
        0.000 client: 1200 B Initial: ClientHello  ** lost
        999.000 client timer pto fired
        999.000 client note: no answer: probe 1
        999.000 client: 1200 B Initial again: ClientHello
        1049.000 server CLOSED -> HANDSHAKE
        1049.000 server: 1200 B Initial + Handshake: ACK 1, ServerHello | EncryptedExtensions, Certificate
        1049.000 server: 780 B Handshake: CertificateVerify, Finished
        1099.000 client note: packet 0 is held for lost: a newer one arrived, and it is more than 9/8 of a round trip old
        1099.000 client: 1200 B Initial + Handshake: ACK 0 | ACK 0
        1099.000 client note: believes the certificate of shop.example
        1099.000 client HANDSHAKE -> COMPLETE
        1099.000 client: 246 B Handshake + 1-RTT: ACK 0-1, Finished | NEW_CONNECTION_ID 1, STREAM 0, 0-100, end
        1149.000 server note: the client receives at its address
        1149.000 server HANDSHAKE -> COMPLETE
        1149.000 server COMPLETE -> CONFIRMED
        1149.000 server: 1200 B NewSessionTicket: ACK 0, NewSessionTicket, HANDSHAKE_DONE, NEW_CONNECTION_ID 1, STREAM 0, 0-914
        1149.000 server: 119 B STREAM 0: STREAM 0, 914-1000, end
        1199.000 client COMPLETE -> CONFIRMED
        1199.000 client CONFIRMED -> CLOSING
        1199.000 client: 35 B ACK: ACK 0-1, CONNECTION_CLOSE 0x0
        1249.000 server CONFIRMED -> DRAINING
        1877.125 server DRAINING -> CLOSED
        2024.000 client CLOSING -> CLOSED
    "#]].assert_eq(&story(&trace));
}

#[test]
fn a_lost_first_datagram_of_the_server_is_made_good_by_either_side() {
    let trace = Pair { faults: vec!["drop:server#1"], ..Pair::new() }.run();
    expect![[r#"
        0.000 client CLOSED -> HANDSHAKE
        0.000 client: 1200 B Initial: ClientHello
        50.000 server CLOSED -> HANDSHAKE
        50.000 server: 1200 B Initial + Handshake: ACK 0, ServerHello | EncryptedExtensions, Certificate  ** lost
        50.000 server: 780 B Handshake: CertificateVerify, Finished
        999.000 client timer pto fired
        999.000 client note: no answer: probe 1
        999.000 client: 1200 B Initial again: ClientHello
        1049.000 server: 49 B Initial: ACK 0-1
        1049.000 server timer pto fired
        1049.000 server note: no answer: probe 1
        1049.000 server: 1200 B Initial + Handshake again: ServerHello | EncryptedExtensions, Certificate
        1049.000 server: 780 B Handshake again: CertificateVerify, Finished
        1099.000 client note: believes the certificate of shop.example
        1099.000 client HANDSHAKE -> COMPLETE
        1099.000 client: 1200 B Initial + Handshake + 1-RTT: ACK 1-2 | ACK 1-2, Finished | NEW_CONNECTION_ID 1, STREAM 0, 0-100, end
        1099.000 client: 48 B Handshake: ACK 1-3
        1149.000 server note: packet 0 is held for lost: a newer one arrived, and it is more than 9/8 of a round trip old
        1149.000 server note: the client receives at its address
        1149.000 server note: packet 0 is held for lost: a newer one arrived, and it is more than 9/8 of a round trip old
        1149.000 server HANDSHAKE -> COMPLETE
        1149.000 server COMPLETE -> CONFIRMED
        1149.000 server: 1200 B NewSessionTicket: ACK 0, NewSessionTicket, HANDSHAKE_DONE, NEW_CONNECTION_ID 1, STREAM 0, 0-914
        1149.000 server: 119 B STREAM 0: STREAM 0, 914-1000, end
        1149.000 server threw it away: its keys are gone
        1199.000 client COMPLETE -> CONFIRMED
        1199.000 client CONFIRMED -> CLOSING
        1199.000 client: 35 B ACK: ACK 0-1, CONNECTION_CLOSE 0x0
        1249.000 server CONFIRMED -> DRAINING
        1961.500 server DRAINING -> CLOSED
        2024.000 client CLOSING -> CLOSED
    "#]].assert_eq(&story(&trace));
}

#[test]
fn a_lost_flight_of_the_server_is_made_good_by_either_side() {
    let trace = Pair { faults: vec!["drop:server#1", "drop:server#2"], ..Pair::new() }.run();
    expect![[r#"
        0.000 client CLOSED -> HANDSHAKE
        0.000 client: 1200 B Initial: ClientHello
        50.000 server CLOSED -> HANDSHAKE
        50.000 server: 1200 B Initial + Handshake: ACK 0, ServerHello | EncryptedExtensions, Certificate  ** lost
        50.000 server: 780 B Handshake: CertificateVerify, Finished  ** lost
        999.000 client timer pto fired
        999.000 client note: no answer: probe 1
        999.000 client: 1200 B Initial again: ClientHello
        1049.000 server: 49 B Initial: ACK 0-1
        1049.000 server timer pto fired
        1049.000 server note: no answer: probe 1
        1049.000 server: 1200 B Initial + Handshake again: ServerHello | EncryptedExtensions, Certificate
        1049.000 server: 780 B Handshake again: CertificateVerify, Finished
        1099.000 client: 1200 B Initial + Handshake: ACK 1-2 | ACK 2
        1099.000 client note: believes the certificate of shop.example
        1099.000 client HANDSHAKE -> COMPLETE
        1099.000 client: 246 B Handshake + 1-RTT: ACK 2-3, Finished | NEW_CONNECTION_ID 1, STREAM 0, 0-100, end
        1149.000 server note: packet 0 is held for lost: a newer one arrived, and it is more than 9/8 of a round trip old
        1149.000 server note: the client receives at its address
        1149.000 server note: packet 0 is held for lost: a newer one arrived, and it is more than 9/8 of a round trip old
        1149.000 server note: packet 1 is held for lost: a newer one arrived, and it is more than 9/8 of a round trip old
        1149.000 server: 780 B Handshake again: CertificateVerify, Finished
        1149.000 server HANDSHAKE -> COMPLETE
        1149.000 server COMPLETE -> CONFIRMED
        1149.000 server: 1200 B NewSessionTicket: ACK 0, NewSessionTicket, HANDSHAKE_DONE, NEW_CONNECTION_ID 1, STREAM 0, 0-914
        1149.000 server: 119 B STREAM 0: STREAM 0, 914-1000, end
        1199.000 client: 48 B Handshake: ACK 2-4
        1199.000 client COMPLETE -> CONFIRMED
        1199.000 client CONFIRMED -> CLOSING
        1199.000 client: 35 B ACK: ACK 0-1, CONNECTION_CLOSE 0x0
        1249.000 server threw it away: its keys are gone
        1249.000 server CONFIRMED -> DRAINING
        1877.125 server DRAINING -> CLOSED
        2024.000 client CLOSING -> CLOSED
    "#]].assert_eq(&story(&trace));
}

#[test]
fn a_lost_finished_with_the_request_is_probed_for() {
    let trace = Pair { faults: vec!["drop:client#3"], ..Pair::new() }.run();
    expect![[r#"
        0.000 client CLOSED -> HANDSHAKE
        0.000 client: 1200 B Initial: ClientHello
        50.000 server CLOSED -> HANDSHAKE
        50.000 server: 1200 B Initial + Handshake: ACK 0, ServerHello | EncryptedExtensions, Certificate
        50.000 server: 780 B Handshake: CertificateVerify, Finished
        100.000 client: 1200 B Initial + Handshake: ACK 0 | ACK 0
        100.000 client note: believes the certificate of shop.example
        100.000 client HANDSHAKE -> COMPLETE
        100.000 client: 246 B Handshake + 1-RTT: ACK 0-1, Finished | NEW_CONNECTION_ID 1, STREAM 0, 0-100, end  ** lost
        150.000 server note: the client receives at its address
        300.000 server timer pto fired
        300.000 server note: no answer: probe 1
        300.000 server: 780 B Handshake again: CertificateVerify, Finished
        350.000 client: 48 B Handshake: ACK 0-2
        400.000 client timer pto fired
        400.000 client note: no answer: probe 1
        400.000 client: 241 B Handshake + 1-RTT again: Finished | NEW_CONNECTION_ID 1, STREAM 0, 0-100, end
        450.000 server HANDSHAKE -> COMPLETE
        450.000 server COMPLETE -> CONFIRMED
        450.000 server: 1200 B NewSessionTicket: ACK 1, NewSessionTicket, HANDSHAKE_DONE, NEW_CONNECTION_ID 1, STREAM 0, 0-914
        450.000 server: 119 B STREAM 0: STREAM 0, 914-1000, end
        500.000 client note: packet 0 is held for lost: a newer one arrived, and it is more than 9/8 of a round trip old
        500.000 client COMPLETE -> CONFIRMED
        500.000 client: 60 B NEW_CONNECTION_ID again: ACK 0, NEW_CONNECTION_ID 1
        500.000 client CONFIRMED -> CLOSING
        500.000 client: 30 B CONNECTION_CLOSE: CONNECTION_CLOSE 0x0
        550.000 server CONFIRMED -> DRAINING
        1178.125 server DRAINING -> CLOSED
        1325.000 client CLOSING -> CLOSED
    "#]].assert_eq(&story(&trace));
}

#[test]
fn a_retry_costs_one_round_trip() {
    let mut pair = Pair::new();
    pair.server.retry = true;
    let trace = pair.run();
    expect![[r#"
        0.000 client CLOSED -> HANDSHAKE
        0.000 client: 1200 B Initial: ClientHello
        50.000 server: 63 B Retry: token of 24 B
        100.000 client note: the server wants its token of 24 bytes back
        100.000 client: 1200 B Initial: ClientHello
        150.000 server CLOSED -> HANDSHAKE
        150.000 server: 1200 B Initial + Handshake: ACK 1, ServerHello | EncryptedExtensions, Certificate
        150.000 server: 790 B Handshake: CertificateVerify, Finished
        200.000 client: 1200 B Initial + Handshake: ACK 0 | ACK 0
        200.000 client note: believes the certificate of shop.example
        200.000 client HANDSHAKE -> COMPLETE
        200.000 client: 246 B Handshake + 1-RTT: ACK 0-1, Finished | NEW_CONNECTION_ID 1, STREAM 0, 0-100, end
        250.000 server HANDSHAKE -> COMPLETE
        250.000 server COMPLETE -> CONFIRMED
        250.000 server: 1200 B NewSessionTicket: ACK 0, NewSessionTicket, HANDSHAKE_DONE, NEW_CONNECTION_ID 1, STREAM 0, 0-914
        250.000 server: 119 B STREAM 0: STREAM 0, 914-1000, end
        300.000 client COMPLETE -> CONFIRMED
        300.000 client CONFIRMED -> CLOSING
        300.000 client: 35 B ACK: ACK 0-1, CONNECTION_CLOSE 0x0
        350.000 server CONFIRMED -> DRAINING
        978.125 server DRAINING -> CLOSED
        1125.000 client CLOSING -> CLOSED
    "#]].assert_eq(&story(&trace));
}

#[test]
fn a_lost_packet_is_found_by_three_newer_ones_and_a_lost_tail_by_a_probe() {
    let faults = vec!["drop:server#5", "drop:server#12"];
    let trace = Pair { response: 9_000, faults, ..Pair::new() }.run();
    expect![[r#"
        0.000 client CLOSED -> HANDSHAKE
        0.000 client: 1200 B Initial: ClientHello
        50.000 server CLOSED -> HANDSHAKE
        50.000 server: 1200 B Initial + Handshake: ACK 0, ServerHello | EncryptedExtensions, Certificate
        50.000 server: 780 B Handshake: CertificateVerify, Finished
        100.000 client: 1200 B Initial + Handshake: ACK 0 | ACK 0
        100.000 client note: believes the certificate of shop.example
        100.000 client HANDSHAKE -> COMPLETE
        100.000 client: 246 B Handshake + 1-RTT: ACK 0-1, Finished | NEW_CONNECTION_ID 1, STREAM 0, 0-100, end
        150.000 server note: the client receives at its address
        150.000 server HANDSHAKE -> COMPLETE
        150.000 server COMPLETE -> CONFIRMED
        150.000 server: 1200 B NewSessionTicket: ACK 0, NewSessionTicket, HANDSHAKE_DONE, NEW_CONNECTION_ID 1, STREAM 0, 0-914
        150.000 server: 1200 B STREAM 0: STREAM 0, 914-2081
        150.000 server: 1200 B STREAM 0: STREAM 0, 2081-3248  ** lost
        150.000 server: 1200 B STREAM 0: STREAM 0, 3248-4415
        150.000 server: 1200 B STREAM 0: STREAM 0, 4415-5582
        150.000 server: 1200 B STREAM 0: STREAM 0, 5582-6749
        150.000 server: 1200 B STREAM 0: STREAM 0, 6749-7916
        150.000 server: 1117 B STREAM 0: STREAM 0, 7916-9000, end
        200.000 client COMPLETE -> CONFIRMED
        200.000 client: 32 B ACK: ACK 0-1
        200.000 client: 34 B ACK: ACK 3, 0-1
        200.000 client: 34 B ACK: ACK 3-5, 0-1
        200.000 client: 34 B ACK: ACK 3-7, 0-1
        250.000 server note: packet 2 is held for lost: three newer ones arrived
        250.000 server: 1200 B STREAM 0 again: STREAM 0, 2081-3248
        300.000 client CONFIRMED -> CLOSING
        300.000 client: 30 B CONNECTION_CLOSE: CONNECTION_CLOSE 0x0
        350.000 server CONFIRMED -> DRAINING
        831.787 server DRAINING -> CLOSED
        1125.000 client CLOSING -> CLOSED
    "#]].assert_eq(&story(&trace));
}

#[test]
fn a_connection_goes_on_from_another_port() {
    let trace = Pair { response: 60_000, migrate: Some(260), ..Pair::new() }.run();
    let story = story(&trace);
    let at = story.find("260.000").unwrap();
    expect![[r#"
        260.000 client note: goes on from another address
        260.000 client: 1200 B PATH_CHALLENGE: PATH_CHALLENGE 60d4f709329792a4, RETIRE_CONNECTION_ID 0
        300.000 client: 32 B ACK: ACK 0-11
        300.000 client: 32 B ACK: ACK 0-13
        300.000 client: 32 B ACK: ACK 0-15
        300.000 client: 32 B ACK: ACK 0-17
        300.000 client: 32 B ACK: ACK 0-19
        300.000 client: 32 B ACK: ACK 0-21
        300.000 client: 32 B ACK: ACK 0-23
        300.000 client: 32 B ACK: ACK 0-25
        300.000 client: 32 B ACK: ACK 0-27
        300.000 client: 32 B ACK: ACK 0-29
        310.000 server note: the client comes from another address, port 50001
        310.000 server: 1200 B PATH_RESPONSE: ACK 0-6, PATH_RESPONSE 60d4f709329792a4, PATH_CHALLENGE 4fcd9bb1214b9781, RETIRE_CONNECTION_ID 0, NEW_CONNECTION_ID 2, STREAM 0, 34727-35839
        350.000 server: 1200 B STREAM 0: STREAM 0, 35839-37004
        350.000 server: 1200 B STREAM 0: STREAM 0, 37004-38169
        350.000 server: 672 B STREAM 0: STREAM 0, 38169-38806
        360.000 client: 1200 B PATH_RESPONSE: ACK 9-30, PATH_RESPONSE 4fcd9bb1214b9781, NEW_CONNECTION_ID 2
        400.000 client: 32 B ACK: ACK 9-32
        410.000 server note: the new address is validated
        410.000 server: 1200 B STREAM 0: ACK 6-17, STREAM 0, 38806-39966
        410.000 server: 1200 B STREAM 0: STREAM 0, 39966-41131
        410.000 server: 1200 B STREAM 0: STREAM 0, 41131-42296
        410.000 server: 1200 B STREAM 0: STREAM 0, 42296-43461
        410.000 server: 1200 B STREAM 0: STREAM 0, 43461-44626
        410.000 server: 1200 B STREAM 0: STREAM 0, 44626-45791
        410.000 server: 1200 B STREAM 0: STREAM 0, 45791-46956
        410.000 server: 1200 B STREAM 0: STREAM 0, 46956-48121
        410.000 server: 1200 B STREAM 0: STREAM 0, 48121-49286
        410.000 server: 1200 B STREAM 0: STREAM 0, 49286-50451
        410.000 server: 1200 B STREAM 0: STREAM 0, 50451-51616
        410.000 server: 1200 B STREAM 0: STREAM 0, 51616-52781
        410.000 server: 1200 B STREAM 0: STREAM 0, 52781-53946
        410.000 server: 1200 B STREAM 0: STREAM 0, 53946-55111
        410.000 server: 1200 B STREAM 0: STREAM 0, 55111-56276
        410.000 server: 1200 B STREAM 0: STREAM 0, 56276-57441
        410.000 server: 1200 B STREAM 0: STREAM 0, 57441-58606
        410.000 server: 1200 B STREAM 0: STREAM 0, 58606-59771
        410.000 server: 264 B STREAM 0: STREAM 0, 59771-60000, end
        425.000 client timer delayed-ack fired
        425.000 client: 33 B ACK: ACK 9-33
        460.000 client: 32 B ACK: ACK 30-35
        460.000 client: 32 B ACK: ACK 30-37
        460.000 client: 32 B ACK: ACK 30-39
        460.000 client: 32 B ACK: ACK 30-41
        460.000 client: 32 B ACK: ACK 30-43
        460.000 client: 32 B ACK: ACK 30-45
        460.000 client: 32 B ACK: ACK 30-47
        460.000 client: 32 B ACK: ACK 30-49
        460.000 client: 32 B ACK: ACK 30-51
        460.000 client CONFIRMED -> CLOSING
        460.000 client: 30 B CONNECTION_CLOSE: CONNECTION_CLOSE 0x0
        510.000 server CONFIRMED -> DRAINING
        888.000 server DRAINING -> CLOSED
        1285.000 client CLOSING -> CLOSED
    "#]].assert_eq(&story[at..]);
    assert_eq!(received(&trace, "client"), 60_000);
}

#[test]
fn a_bigger_answer_than_the_windows_arrives_by_raising_them() {
    let mut pair = Pair { response: 300_000, streams: 3, ..Pair::new() };
    pair.client.window = 20_000;
    pair.client.stream_window = 12_000;
    let trace = pair.run();
    assert_eq!(received(&trace, "client"), 900_000);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..Default::default() })]

    #[test]
    fn everything_arrives_whatever_is_lost(
        seed in 0_u64..1 << 32,
        ppm in 0_u32..250_000,
        (streams, response) in (1_u64..6, 0_u64..40_000),
        retry: bool,
    ) {
        let mut pair = Pair { seed, streams, response, ..Pair::new() };
        pair.link.loss = Loss::Each { ppm };
        pair.link.duplicate_ppm = ppm / 2;
        pair.link.jitter = Duration::from_millis(3);
        pair.server.retry = retry;
        // Patience, or the connection is given up with reason.
        pair.client.idle = Duration::ZERO;
        pair.server.idle = Duration::ZERO;
        prop_assert_eq!(received(&pair.run(), "client"), streams * response);
    }
}
