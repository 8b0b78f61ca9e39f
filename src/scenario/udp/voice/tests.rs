//! What the buffer takes, what a loss costs over UDP and over TCP.

use super::UdpVoice;
use crate::scenario::testing::{millis, run_preset, run_with, value};

const CLEAN: &str = "loss=0% packets=300";

#[test]
fn all_is_heard_as_soon_as_the_buffer_is_as_long_as_the_jitter() {
    for buffer in ["40ms", "41ms", "200ms"] {
        let run = run_with(&UdpVoice, &format!("{CLEAN} jitter=40ms buffer={buffer}"), &[]);
        assert_eq!((value(&run, "played"), value(&run, "late")), (Some(1_000_000), Some(0)));
    }
    let run = run_with(&UdpVoice, &format!("{CLEAN} jitter=40ms buffer=5ms"), &[]);
    let late = value(&run, "late").unwrap();
    assert!(late > 0 && value(&run, "silent") == Some(late), "{late}");
}

#[test]
fn a_buffer_as_long_as_a_run_needed_makes_nothing_late() {
    let run = run_with(&UdpVoice, "loss=5% jitter=100ms buffer=0ms packets=500", &[]);
    let needed = value(&run, "needed").unwrap().div_ceil(1_000_000);
    let setting = format!("loss=5% jitter=100ms packets=500 buffer={needed}ms");
    assert_eq!(value(&run_with(&UdpVoice, &setting, &[]), "late"), Some(0));
    let setting = format!("loss=5% jitter=100ms packets=500 buffer={}ms", needed - 1);
    assert_ne!(value(&run_with(&UdpVoice, &setting, &[]), "late"), Some(0));
}

#[test]
fn from_mouth_to_ear_is_filling_way_and_buffer() {
    let run = run_with(&UdpVoice, "loss=0% jitter=0ms rtt=100ms buffer=60ms", &[]);
    assert_eq!(millis(&run, "mouth-to-ear"), Some(20 + 50 + 60));
    assert_eq!(millis(&run, "needed"), Some(0));
}

#[test]
fn one_loss_costs_udp_one_packet() {
    let run = run_preset(&UdpVoice, "one-lost");
    assert_eq!((value(&run, "silent"), value(&run, "late")), (Some(1), Some(0)));
    assert_eq!(value(&run, "played"), Some(980_000));
}

#[test]
fn one_loss_keeps_tcp_back_for_a_round_trip_and_a_quarter() {
    // RFC 8985 section 6.2: found a quarter of a round trip after the acknowledgment that should
    // have come; Linux's clock adds 5 ms.
    let run = run_preset(&UdpVoice, "tcp");
    assert_eq!(millis(&run, "needed"), Some(130));
    // Late by 130, 110, 90 and 70 ms, of which the buffer takes 60.
    assert_eq!((value(&run, "late"), value(&run, "silent")), (Some(4), Some(4)));
    let enough =
        run_with(&UdpVoice, "loss=0% jitter=0ms stack=tcp buffer=130ms", &["drop:voice#10"]);
    assert_eq!((value(&enough, "late"), value(&enough, "played")), (Some(0), Some(1_000_000)));
}

#[test]
fn who_waits_hears_everything_and_everything_later() {
    let run = run_preset(&UdpVoice, "tcp-waits");
    assert_eq!((value(&run, "played"), value(&run, "stalls")), (Some(1_000_000), Some(1)));
    assert_eq!(millis(&run, "stalled"), Some(130 - 60));
    assert_eq!(millis(&run, "mouth-to-ear"), Some(20 + 50 + 60 + 70));
}

#[test]
fn a_player_that_waits_leaves_out_what_udp_has_lost() {
    let run = run_with(
        &UdpVoice,
        "loss=0% jitter=0ms buffer=0ms late=wait packets=20",
        &["drop:voice#10", "drop:voice#20"],
    );
    assert_eq!((value(&run, "silent"), value(&run, "stalls")), (Some(2), Some(2)));
    assert_eq!(millis(&run, "stalled"), Some(0));
}
