//! The byte ledger of OpenSSL 3.0.19 and the round trips of RFC 8446.

use super::TlsHandshake;
use crate::scenario::testing::{millis, run_preset, run_with, value};

/// Variant, its round trips, and OpenSSL's flights for the same certificates and cipher; the
/// first flight of each is compared in its own test, for it depends on names and lists.
const LEDGER: &[(&str, u64, [Option<u64>; 3])] = &[
    ("tls13", 1, [Some(1_884), Some(64), Some(2 * 239)]),
    ("tls13-psk", 1, [Some(225), Some(64), Some(239)]),
    ("tls13-0rtt", 0, [Some(229), Some(84), Some(87)]),
    ("tls12", 2, [Some(1_741), Some(93), Some(242)]),
    ("tls12-resumed", 1, [Some(141), Some(51), None]),
];

#[test]
fn flights_are_within_three_percent_of_openssls() {
    for (variant, _, ledger) in LEDGER {
        let run = run_with(&TlsHandshake, &format!("variant={variant}"), &[]);
        for (place, real) in (2..).zip(ledger) {
            let ours = value(&run, &format!("flight-{place}"));
            match (ours, real) {
                (Some(ours), Some(real)) => {
                    assert!(
                        ours.abs_diff(*real) * 100 <= 3 * real,
                        "{variant} {place}: {ours} {real}"
                    );
                }
                (ours, real) => assert_eq!(ours, *real, "{variant} {place}"),
            }
        }
    }
}

#[test]
fn rsa_certificates_make_the_flight_of_openssl_with_rsa() {
    for (variant, real) in [("tls13", 2_860), ("tls12", 2_717)] {
        let run = run_with(&TlsHandshake, &format!("variant={variant} key=rsa chain=2315B"), &[]);
        assert_eq!(value(&run, "flight-2"), Some(real), "{variant}");
    }
}

#[test]
fn round_trips_are_those_of_the_standards() {
    let all = LEDGER.iter().map(|(variant, trips, _)| (*variant, *trips));
    for (variant, trips) in all.chain([("tls13-hrr", 2)]) {
        for rtt in [1, 60, 100, 600] {
            let run = run_with(&TlsHandshake, &format!("variant={variant} rtt={rtt}ms"), &[]);
            assert_eq!(value(&run, "tls-round-trips"), Some(trips), "{variant}");
            assert_eq!(millis(&run, "ttfb"), Some((2 + trips) * rtt), "{variant}");
        }
    }
}

#[test]
fn a_listener_reads_the_hellos_of_tls_1_3_and_the_certificates_of_tls_1_2() {
    let read = |variant: &str| {
        let run = run_with(&TlsHandshake, &format!("variant={variant}"), &[]);
        let figure = run.measure("readable").unwrap().figure.clone().unwrap();
        figure.sum.iter().map(|term| term.label.clone()).collect::<Vec<_>>().join("; ")
    };
    assert_eq!(read("tls13"), "1 (ClientHello); 2 (ServerHello)");
    assert_eq!(
        read("tls13-hrr"),
        "1 (ClientHello); 2 (HelloRetryRequest); 1 (ClientHello); 2 (ServerHello)"
    );
    assert!(read("tls12").contains("11 (Certificate)"));
}

#[test]
fn the_order_of_messages_is_that_of_the_standards() {
    let order = |variant: &str| {
        let run = run_with(&TlsHandshake, &format!("variant={variant}"), &[]);
        let mut kinds = Vec::new();
        for packet in run.trace.packets() {
            let units = packet.sent.packet.about.units.iter();
            kinds.extend(units.map(|unit| unit.kind.clone()));
        }
        kinds.join(" ")
    };
    assert_eq!(
        order("tls13"),
        "client-hello server-hello encrypted-extensions certificate certificate-verify finished \
         finished request new-session-ticket new-session-ticket response"
    );
    assert_eq!(
        order("tls12"),
        "client-hello server-hello certificate server-key-exchange server-hello-done \
         client-key-exchange change-cipher-spec finished new-session-ticket change-cipher-spec \
         finished request response"
    );
}

#[test]
fn a_lost_server_hello_is_repaired_below() {
    let run = run_preset(&TlsHandshake, "lost-server-hello");
    assert_eq!(value(&run, "retransmissions"), Some(1));
    assert!(millis(&run, "ttfb") > Some(300));
}
