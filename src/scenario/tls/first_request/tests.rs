//! The ladder: D + kR + S.

use super::FirstRequest;
use super::ladder::{ladder, rung};
use crate::scenario::testing::{millis, run_preset, run_with, value};

/// Stacks and their k, as Linux 6.18 and OpenSSL were measured at 100 ms: 202, 407, 301, 303, 306,
/// 200 and 101 ms.
const LADDER: &[(&str, u64)] = &[
    ("http", 2),
    ("tls12", 4),
    ("tls12-resumed", 3),
    ("tls13", 3),
    ("tls13-psk", 3),
    ("tls13-0rtt", 2),
    ("quic", 2),
    ("quic-0rtt", 1),
    ("warm", 1),
];

#[test]
fn the_first_byte_comes_after_the_lookup_k_round_trips_and_the_servers_time() {
    for (stack, k) in LADDER {
        for (rtt, dns, think) in [(100, 20, 30), (100, 0, 0), (1, 300, 1_000), (300, 8, 1)] {
            let text = format!("stack={stack} rtt={rtt}ms dns={dns}ms think={think}ms");
            let run = run_with(&FirstRequest, &text, &[]);
            let lookup = if *stack == "warm" { 0 } else { dns };
            assert_eq!(millis(&run, "ttfb"), Some(lookup + k * rtt + think), "{text}");
            assert_eq!(value(&run, "round-trips"), Some(*k), "{text}");
        }
    }
}

#[test]
fn the_parts_add_up() {
    let run = run_with(&FirstRequest, "", &[]);
    let part = |name| millis(&run, name).unwrap();
    let sum = part("lookup") + part("connect") + part("secure") + part("answer");
    assert_eq!(millis(&run, "ttfb"), Some(sum));
    assert_eq!(part("lookup"), 20);
}

#[test]
fn the_ladder_names_every_way_in_order_and_its_parts_add_up() {
    let text = "rtt=80ms dns=8ms think=30ms rate=10Mbit/s";
    let run = run_with(&FirstRequest, text, &[]);
    let rungs = ladder(&run.setup);
    let names: Vec<&str> = rungs.iter().map(|rung| rung.stack.as_str()).collect();
    let known: Vec<&str> = LADDER.iter().map(|(stack, _)| *stack).collect();
    assert!(known.iter().all(|name| names.contains(name)), "{names:?}");
    for found in &rungs {
        let run = run_with(&FirstRequest, &format!("{text} stack={}", found.stack), &[]);
        assert_eq!(Some(found.parts.iter().sum()), value(&run, "ttfb"), "{}", found.stack);
        assert_eq!(Some(found.trips), value(&run, "round-trips"), "{}", found.stack);
    }
}

#[test]
fn what_happens_beside_the_request_is_no_part_of_its_time() {
    let parts = |stack: &str| {
        let run = run_with(&FirstRequest, &format!("stack={stack}"), &[]);
        rung(&run).parts.into_iter().map(|ns| ns / 1_000_000).collect::<Vec<_>>()
    };
    // Lookup, TCP, handshake, request, work, answer.
    assert_eq!(parts("http"), [20, 100, 0, 50, 30, 50]);
    assert_eq!(parts("tls12"), [20, 100, 200, 50, 30, 50]);
    assert_eq!(parts("tls13"), [20, 100, 100, 50, 30, 50]);
    assert_eq!(parts("tls13-0rtt"), [20, 100, 0, 50, 30, 50]);
    assert_eq!(parts("quic"), [20, 0, 100, 50, 30, 50]);
    assert_eq!(parts("quic-0rtt"), [20, 0, 0, 50, 30, 50]);
    assert_eq!(parts("warm"), [0, 0, 0, 50, 30, 50]);
}

#[test]
fn a_second_hello_costs_one_round_trip() {
    for stack in ["tls13", "tls13-psk"] {
        let run = run_with(&FirstRequest, &format!("stack={stack} retry=yes"), &[]);
        assert_eq!(millis(&run, "ttfb"), Some(20 + 400 + 30), "{stack}");
    }
    // Retry of QUIC costs the same; early data goes along with the token.
    for (stack, k) in [("quic", 3), ("quic-0rtt", 2)] {
        let run = run_with(&FirstRequest, &format!("stack={stack} retry=yes"), &[]);
        assert_eq!(millis(&run, "ttfb"), Some(20 + k * 100 + 30), "{stack}");
    }
    // Early data is lost with it, and both round trips come back.
    let run = run_with(&FirstRequest, "stack=tls13-0rtt retry=yes", &[]);
    assert_eq!(millis(&run, "ttfb"), Some(20 + 400 + 30), "{}", run.trace);
}

#[test]
fn a_lost_lookup_costs_the_stubs_time_out() {
    let run = run_preset(&FirstRequest, "lost-query");
    assert_eq!(millis(&run, "ttfb"), Some(5_000 + 20 + 300 + 30));
}
