//! Rounds and bytes of slow start against the closed form and against Linux 6.18.

use super::TcpSlowStart;
use crate::scenario::testing::{millis, run_preset, run_with, value};

/// The closed form: n = ceil(log2(S / (IW × payload) + 1)).
fn rounds(size: u64, window: u64, payload: u64) -> u64 {
    let (mut sent, mut now, mut rounds) = (0, window * payload, 0);
    while sent < size {
        sent += now;
        now *= 2;
        rounds += 1;
    }
    rounds
}

#[test]
fn the_number_of_rounds_follows_the_closed_form() {
    for size in [1_000, 14_480, 14_481, 43_440, 100_000, 200_000, 500_000, 1_000_000, 10_000_000] {
        for window in [1, 3, 10, 40] {
            let run = run_with(&TcpSlowStart, &format!("size={size}B iw={window}"), &[]);
            let expected = rounds(size, window, 1448);
            assert_eq!(value(&run, "rounds"), Some(expected), "{size} bytes from {window}");
            assert_eq!(millis(&run, "last-byte"), Some(expected * 100));
        }
    }
}

#[test]
fn well_known_sizes_take_the_well_known_rounds() {
    for (settings, expected) in [
        ("size=14480B", 1),
        ("size=100kB", 3),
        ("size=200kB", 4),
        ("size=500kB", 6),
        ("size=1MB", 7),
        ("size=200kB iw=1", 8),
        ("size=200kB iw=3", 6),
    ] {
        let run = run_with(&TcpSlowStart, settings, &[]);
        assert_eq!(value(&run, "rounds"), Some(expected), "{settings}");
    }
}

#[test]
fn the_bytes_of_each_round_are_those_measured_on_linux() {
    let run = run_with(&TcpSlowStart, "", &[]);
    let bytes =
        ["bytes-1", "bytes-2", "bytes-3", "bytes-4", "bytes-5"].map(|name| value(&run, name));
    assert_eq!(bytes, [Some(14_480), Some(43_440), Some(101_360), Some(200_000), None]);
    assert_eq!(millis(&run, "first-byte"), Some(100));
    assert_eq!(millis(&run, "last-byte"), Some(400));
}

#[test]
fn a_smaller_mss_needs_more_segments_for_the_same_bytes() {
    let run = run_with(&TcpSlowStart, "mss=536 size=10480B", &[]);
    // 20 segments of 524 bytes: ten, then ten of the twenty that the window allows.
    assert_eq!((value(&run, "rounds"), value(&run, "bytes-1")), (Some(2), Some(5_240)));
    let run = run_with(&TcpSlowStart, "mss=8960 size=80kB", &[]);
    assert_eq!((value(&run, "rounds"), value(&run, "bytes-1")), (Some(1), Some(80_000)));
}

#[test]
fn a_small_receive_window_stops_the_doubling() {
    let run = run_preset(&TcpSlowStart, "small-window");
    let by_round = |nth: u32| value(&run, &format!("bytes-{nth}")).unwrap_or(200_000);
    assert_eq!((by_round(1), by_round(2), by_round(3)), (14_480, 43_440, 101_360));
    assert!(by_round(4) - by_round(3) <= 64_000, "{}", by_round(4));
    assert!(value(&run, "rounds") > Some(4));
}

#[test]
fn a_bottleneck_is_filled_and_then_sets_the_pace() {
    let run = run_preset(&TcpSlowStart, "bottleneck");
    // 139 packets of at most 1,500 bytes need at least 166 ms at 10 Mbit/s.
    let last = value(&run, "last-byte").unwrap();
    assert!((400_000_000..500_000_000).contains(&last), "{last}");
}

#[test]
fn a_lost_packet_is_sent_again_and_everything_arrives() {
    for seed in 1..=20 {
        let setup = crate::scenario::Setup {
            seed,
            ..crate::scenario::Setup::new(&super::ABOUT)
                .with_preset(&super::ABOUT, "lossy")
                .unwrap()
        };
        let run = crate::scenario::run(&TcpSlowStart, &setup);
        let got = crate::scenario::stream::progress(&run.trace, crate::sim::trace::HostId(0));
        assert_eq!(got.last().map(|(_, next)| *next), Some(200_001), "seed {seed}");
    }
}
