//! Windows after acknowledgments and losses, in segments of 1,000 bytes.

use core::time::Duration;

use super::{Acked, Congestion};
use crate::proto::tcp::profile::{Algorithm, Idle, Profile};
use crate::sim::time::Instant;

const MSS: u64 = 1000;

fn window(profile: Profile, segments: u32) -> Congestion {
    Congestion::new(&profile, Some(segments), MSS)
}

/// Acknowledges whole windows, one each 100 ms, until a moment.
fn run(congestion: &mut Congestion, from: Instant, until: Instant) {
    let mut now = from;
    while now < until {
        let mut left = congestion.cwnd() / MSS;
        congestion.note_usage(true, congestion.cwnd(), 0, 0);
        while left > 0 {
            let bytes = left.min(2) * MSS;
            let sample = Some(Duration::from_millis(100));
            congestion.on_ack(&Acked { now, bytes, una: 0, next: 0, sample });
            left = left.saturating_sub(2);
        }
        now += Duration::from_millis(100);
    }
}

#[test]
fn cubic_goes_down_to_70_percent_and_back_along_the_curve() {
    let mut cubic = window(Profile::LINUX, 100);
    cubic.reduce(0);
    cubic.exit_recovery(0);
    assert_eq!(cubic.cwnd() / MSS, 70);
    let mut last = Instant::START;
    for (second, expected) in [(1_u64, 867), (2, 956), (4, 1000), (6, 1023), (8, 1217)] {
        let now = Instant::from_millis(second * 1000);
        run(&mut cubic, last, now);
        last = now;
        let tenths = cubic.cwnd() * 10 / MSS;
        assert!(tenths.abs_diff(expected) * 20 <= expected, "{tenths} after {second} s");
    }
}

#[test]
fn reno_goes_down_to_half_and_back_one_segment_a_round_trip() {
    let mut reno = window(Profile { algorithm: Algorithm::Reno, ..Profile::LINUX }, 100);
    reno.reduce(0);
    reno.exit_recovery(0);
    assert_eq!(reno.cwnd() / MSS, 50);
    run(&mut reno, Instant::START, Instant::from_millis(5_000));
    assert_eq!(reno.cwnd() / MSS, 100);
}

#[test]
fn a_loss_at_130_leaves_91_with_cubic_and_one_at_128_leaves_64_with_reno() {
    // Measured on Linux 6.18.
    for (algorithm, before, after) in [(Algorithm::Cubic, 130, 91), (Algorithm::Reno, 128, 64)] {
        let mut congestion = window(Profile { algorithm, ..Profile::LINUX }, before);
        congestion.reduce(0);
        assert_eq!(congestion.ssthresh() / MSS, after);
    }
}

#[test]
fn cubic_with_a_short_round_trip_is_no_slower_than_reno_would_be() {
    let mut cubic = window(Profile::LINUX, 20);
    cubic.reduce(0);
    cubic.exit_recovery(0);
    let from = cubic.cwnd() / MSS;
    // 100 round trips: with 8/15 of a segment each, 53 more.
    run(&mut cubic, Instant::START, Instant::from_millis(10_000));
    assert!(cubic.cwnd() / MSS >= from + 50, "{}", cubic.cwnd() / MSS);
}

#[test]
fn an_idle_time_halves_the_window_once_per_time_out() {
    let (pause, rto) = (Duration::from_millis, Duration::from_millis(300));
    // Measured on Linux 6.18.
    for (before, idle, after) in
        [(354, 500, 177), (295, 1000, 36), (354, 2000, 10), (354, 200, 354)]
    {
        let mut congestion = window(Profile::LINUX, 10);
        congestion.cwnd = before * MSS;
        congestion.on_pause(pause(idle), rto, true);
        assert_eq!(congestion.cwnd() / MSS, after, "{idle} ms");
    }
}

#[test]
fn without_restart_an_idle_time_changes_nothing() {
    let mut congestion = window(Profile { idle: Idle::Keep, ..Profile::LINUX }, 10);
    congestion.cwnd = 354 * MSS;
    congestion.on_pause(Duration::from_secs(60), Duration::from_millis(300), true);
    assert_eq!(congestion.cwnd() / MSS, 354);
}

#[test]
fn hystart_leaves_slow_start_when_the_round_trip_grows() {
    let mut cubic = window(Profile::LINUX, 32);
    cubic.note_usage(true, cubic.cwnd(), 0, 0);
    for nth in 0..40_u64 {
        // The ninth sample of the second round shows 13 ms more.
        let ms = if nth < 20 { 100 } else { 113 };
        let una = if nth < 20 { 1 } else { 2 };
        let now = Instant::from_millis(5 * nth);
        let sample = Some(Duration::from_millis(ms));
        cubic.on_ack(&Acked { now, bytes: MSS, una, next: una, sample });
    }
    assert_eq!(cubic.ssthresh() / MSS, 32 + 28);
}
