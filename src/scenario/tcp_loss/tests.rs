//! What a loss costs depending on where it falls, in a stack that counts duplicate ACKs.

use super::TcpLoss;
use crate::scenario::testing::{millis, run_preset, run_with, value};

#[test]
fn a_loss_in_the_middle_costs_one_round_trip() {
    // Measured on Linux 6.18: +101 ms at 100 ms.
    for rtt in [20, 100, 600] {
        let run = run_with(&TcpLoss, &format!("rtt={rtt}ms"), &[]);
        assert_eq!(millis(&run, "extra"), Some(rtt));
        assert!(run.step("fast-retransmit").is_some() && run.step("timeout").is_none());
        assert_eq!(value(&run, "retransmissions"), Some(1));
    }
}

#[test]
fn a_loss_with_three_segments_behind_it_is_repaired_fast_wherever_it_falls() {
    for lost in 1..=7 {
        let run = run_with(&TcpLoss, &format!("lost={lost}"), &[]);
        assert_eq!(millis(&run, "extra"), Some(100), "segment {lost}");
        assert_eq!(value(&run, "dup-acks"), Some(10 - lost));
    }
}

#[test]
fn a_loss_with_fewer_behind_it_costs_the_time_out() {
    for lost in 8..=10 {
        let run = run_with(&TcpLoss, &format!("lost={lost}"), &[]);
        assert!(run.step("timeout").is_some() && run.step("fast-retransmit").is_none());
        assert!(value(&run, "extra") >= value(&run, "rto"), "segment {lost}");
        assert_eq!(value(&run, "dup-acks"), Some(10 - lost));
    }
}

#[test]
fn the_only_segment_lost_costs_the_time_out() {
    let run = run_preset(&TcpLoss, "only");
    assert_eq!(value(&run, "extra"), value(&run, "rto"));
    assert_eq!(value(&run, "dup-acks"), Some(0));
}

#[test]
fn a_repetition_that_is_lost_too_costs_a_time_out_more() {
    let once = run_with(&TcpLoss, "flight=1 lost=1 times=1", &[]);
    let rto = value(&once, "rto").unwrap();
    for times in 1..=4_u32 {
        let run = run_with(&TcpLoss, &format!("flight=1 lost=1 times={times}"), &[]);
        // RFC 6298 section 5.5: each wait is twice the one before.
        assert_eq!(value(&run, "extra"), Some(rto * (2_u64.pow(times) - 1)), "{times} times");
    }
}

#[test]
fn a_loss_past_the_end_of_the_flight_means_its_last_segment() {
    let (last, past) =
        (run_with(&TcpLoss, "flight=3 lost=3", &[]), run_with(&TcpLoss, "flight=3", &[]));
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
    let run = run_with(&TcpLoss, "flight=20 lost=5", &[]);
    assert_eq!((value(&run, "ssthresh"), value(&run, "cwnd-after")), (Some(12), Some(12)));
    // RFC 5681 equation 4: half of what is in flight, 16 segments when the loss is noticed.
    let run = run_with(&TcpLoss, "profile=rfc flight=20 lost=5", &[]);
    assert_eq!(value(&run, "ssthresh"), Some(8));
    // But at least two segments.
    let run = run_with(&TcpLoss, "profile=rfc flight=1 lost=1", &[]);
    assert_eq!(value(&run, "ssthresh"), Some(2));
}
