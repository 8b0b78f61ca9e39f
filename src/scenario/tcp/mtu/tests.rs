//! What a narrow link costs, with a router that says so and without.

use super::TcpMtu;
use crate::scenario::testing::{millis, run_preset, run_with, value};

#[test]
fn the_message_costs_one_way_to_the_router_and_back() {
    for rtt in [20, 100, 600] {
        let time = |mtu: u32| {
            let run = run_with(&TcpMtu, &format!("rtt={rtt}ms mtu={mtu}B"), &[]);
            (millis(&run, "last-byte").unwrap(), value(&run, "too-large").unwrap())
        };
        let (wide, none) = time(1500);
        assert_eq!((wide, none), (rtt, 0));
        let (narrow, dropped) = time(1400);
        // From the server to the router and back is half of the round trip.
        assert_eq!(narrow, rtt + rtt / 2);
        assert!(dropped > 0);
    }
}

#[test]
fn segments_become_what_the_narrow_link_carries() {
    for mtu in [600, 1280, 1400, 1492] {
        let run = run_with(&TcpMtu, &format!("mtu={mtu}B"), &[]);
        assert_eq!(value(&run, "segment"), Some(mtu - 40 - 12));
    }
}

#[test]
fn in_a_black_hole_small_answers_pass_and_large_ones_never() {
    assert!(value(&run_preset(&TcpMtu, "small-answer"), "last-byte").is_some());
    let run = run_preset(&TcpMtu, "black-hole");
    assert_eq!((value(&run, "last-byte"), value(&run, "messages")), (None, Some(0)));
    assert!(value(&run, "too-large").unwrap() > 6);
}

#[test]
fn probing_ends_the_black_hole_at_the_first_time_out_after_three_seconds() {
    let run = run_preset(&TcpMtu, "probing");
    let stall = value(&run, "stall").unwrap();
    assert!((3_000_000_000..=6_500_000_000).contains(&stall), "{stall}");
    assert!(value(&run, "last-byte").is_some());
    let run = run_with(&TcpMtu, "icmp=filtered probing=on size=14480B", &[]);
    assert_eq!(value(&run, "segment"), Some(1_024));
}

#[test]
fn probing_halves_until_it_fits() {
    let run = run_with(&TcpMtu, "icmp=filtered probing=on mtu=600B size=2000B", &[]);
    assert_eq!(value(&run, "segment"), Some(512));
}
