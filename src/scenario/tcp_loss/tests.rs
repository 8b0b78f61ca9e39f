//! What a loss costs depending on where it falls, in a stack that counts duplicate ACKs, and in
//! one that looks at the time.

use super::TcpLoss;
use crate::scenario::testing::{millis, run_preset, run_with, value};

#[test]
fn a_loss_in_the_middle_costs_one_round_trip() {
    // Measured on Linux 6.18: +101 ms at 100 ms.
    for rtt in [20, 100, 600] {
        let run = run_with(&TcpLoss, &format!("stack=reno rtt={rtt}ms"), &[]);
        assert_eq!(millis(&run, "extra"), Some(rtt));
        assert!(run.step("fast-retransmit").is_some() && run.step("timeout").is_none());
        assert_eq!(value(&run, "retransmissions"), Some(1));
    }
}

#[test]
fn a_loss_with_three_segments_behind_it_is_repaired_fast_wherever_it_falls() {
    for lost in 1..=7 {
        let run = run_with(&TcpLoss, &format!("stack=reno lost={lost}"), &[]);
        assert_eq!(millis(&run, "extra"), Some(100), "segment {lost}");
        assert_eq!(value(&run, "dup-acks"), Some(10 - lost));
    }
}

#[test]
fn a_loss_with_fewer_behind_it_costs_the_time_out() {
    for lost in 8..=10 {
        let run = run_with(&TcpLoss, &format!("stack=reno lost={lost}"), &[]);
        assert!(run.step("timeout").is_some() && run.step("fast-retransmit").is_none());
        assert!(value(&run, "extra") >= value(&run, "rto"), "segment {lost}");
        assert_eq!(value(&run, "dup-acks"), Some(10 - lost));
    }
}

#[test]
fn the_only_segment_lost_costs_the_time_out() {
    let run = run_with(&TcpLoss, "stack=reno flight=1 lost=1", &[]);
    assert_eq!(value(&run, "extra"), value(&run, "rto"));
    assert_eq!(value(&run, "dup-acks"), Some(0));
}

#[test]
fn a_repetition_that_is_lost_too_costs_a_time_out_more() {
    let once = run_with(&TcpLoss, "stack=reno flight=1 lost=1 times=1", &[]);
    let rto = value(&once, "rto").unwrap();
    for times in 1..=4_u32 {
        let run = run_with(&TcpLoss, &format!("stack=reno flight=1 lost=1 times={times}"), &[]);
        // RFC 6298 section 5.5: each wait is twice the one before.
        assert_eq!(value(&run, "extra"), Some(rto * (2_u64.pow(times) - 1)), "{times} times");
    }
}

#[test]
fn a_loss_past_the_end_of_the_flight_means_its_last_segment() {
    let (last, past) = (
        run_with(&TcpLoss, "stack=reno flight=3 lost=3", &[]),
        run_with(&TcpLoss, "stack=reno flight=3", &[]),
    );
    assert_eq!(last.trace, past.trace);
    assert_eq!(value(&past, "retransmissions"), Some(1));
}

#[test]
fn nothing_lost_costs_nothing() {
    let run = run_preset(&TcpLoss, "none");
    assert_eq!(value(&run, "extra"), Some(0));
    assert_eq!(value(&run, "retransmissions"), Some(0));
    assert_eq!(value(&run, "ssthresh"), None);
}

#[test]
fn a_fast_retransmit_halves_the_window_and_a_time_out_closes_it() {
    // Linux halves its window: 20 segments, and one more for each of the four acknowledged.
    let run = run_with(&TcpLoss, "stack=reno flight=20 lost=5", &[]);
    assert_eq!((value(&run, "ssthresh"), value(&run, "cwnd-after")), (Some(12), Some(12)));
    // RFC 5681 equation 4: half of what is in flight, 16 segments when the loss is noticed.
    let run = run_with(&TcpLoss, "stack=reno profile=rfc flight=20 lost=5", &[]);
    assert_eq!(value(&run, "ssthresh"), Some(8));
    // But at least two segments.
    let run = run_with(&TcpLoss, "stack=reno profile=rfc flight=1 lost=1", &[]);
    assert_eq!(value(&run, "ssthresh"), Some(2));
}

/// T15, measured on Linux 6.18 at 100 ms: 101 ms, 200 ms (the FIN behind it tells of the hole) and
/// 328 ms (a timer of 300 ms that fires up to 32 ms late); and 412 ms if nothing follows.
#[test]
fn rack_repairs_the_middle_in_one_round_trip_and_the_tail_in_two_or_after_a_probe() {
    let cost = |preset| millis(&run_preset(&TcpLoss, preset), "extra");
    assert_eq!(cost("middle"), Some(100));
    assert_eq!(cost("last"), Some(200));
    assert_eq!(cost("only"), Some(300));
    // The ACK of the ninth starts the timers anew: 2 SRTT and 200 ms, but the time-out of 300 ms
    // is sooner. With two in flight it is 2 SRTT, 2 ms more, in ticks of 4 ms: measured 406 ms.
    assert_eq!(cost("tail"), Some(400));
    assert_eq!(cost("tail-two"), Some(406));
}

#[test]
fn rack_waits_a_quarter_of_a_round_trip_with_one_or_two_behind_the_hole() {
    for lost in 8..=9 {
        let run = run_with(&TcpLoss, &format!("lost={lost}"), &[]);
        // A quarter of the round trip and 2 ms, in ticks of 4 ms and half a tick.
        assert_eq!(millis(&run, "extra"), Some(100 + 28 + 2), "segment {lost}");
        assert!(run.step("timeout").is_none() && run.step("probe").is_none());
    }
}

#[test]
fn a_probe_answers_for_the_only_segment_and_time_outs_follow_it() {
    // The probe at 300 ms, then time-outs of 300, 600, 1200 ms.
    for (times, cost) in [(1, 300), (2, 600), (3, 1_200), (4, 2_400)] {
        let run = run_with(&TcpLoss, &format!("flight=1 lost=1 times={times}"), &[]);
        assert_eq!(millis(&run, "extra"), Some(cost), "{times} times");
        assert!(run.step("probe").is_some());
    }
}

#[test]
fn with_sack_three_segments_behind_the_hole_are_needed_by_the_standard() {
    let extra = |settings: &str| millis(&run_with(&TcpLoss, settings, &[]), "extra");
    assert_eq!(extra("stack=sack lost=7"), Some(100));
    assert_eq!(extra("stack=sack lost=8"), extra("stack=reno lost=8"));
}

#[test]
fn several_holes_are_repaired_in_one_round_trip_with_sack_and_one_in_each_without() {
    let extra = |settings: &str| millis(&run_with(&TcpLoss, settings, &[]), "extra");
    assert_eq!(extra("flight=20 burst=3"), Some(100));
    assert_eq!(extra("stack=sack flight=20 burst=3"), Some(100));
    assert_eq!(extra("stack=reno flight=20 burst=3"), Some(300));
}
