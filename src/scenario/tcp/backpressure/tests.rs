//! How long a writer does not notice that its reader is slow, and what happens then.

use super::TcpBackpressure;
use crate::scenario::testing::{run_preset, run_with, value};

const MS: u64 = 1_000_000;

/// What the closed form gives, and how much earlier a write may have to wait: the window of a full
/// receive buffer grows only when a sixteenth of it is free.
fn closed_form(producer: u64, consumer: u64, send: u64, receive: u64) -> (u64, u64) {
    let more = producer - consumer;
    ((send + receive) * 1_000_000_000 / more, receive / 16 * 1_000_000_000 / more)
}

#[test]
fn a_write_waits_when_both_buffers_are_full_111_ms_at_the_defaults() {
    for (settings, rates, buffers) in [
        ("", (100_000_000, 10_000_000), (4_000_000, 6_000_000)),
        ("producer=50 consumer=20", (50_000_000, 20_000_000), (4_000_000, 6_000_000)),
        ("send-buffer=1MB receive-buffer=2MB", (100_000_000, 10_000_000), (1_000_000, 2_000_000)),
    ] {
        let run = run_with(&TcpBackpressure, settings, &[]);
        let (expected, less) = closed_form(rates.0, rates.1, buffers.0, buffers.1);
        let got = value(&run, "blocks").unwrap();
        // A round trip of 1 ms, and a step of the programs.
        let more = MS + MS / 5;
        assert!((expected - less - more..=expected + more).contains(&got), "{settings}: {got}");
    }
}

#[test]
fn then_the_writer_is_as_fast_as_the_reader() {
    for (settings, rate) in [("", 10_000_000), ("consumer=40", 40_000_000)] {
        let run = run_with(&TcpBackpressure, settings, &[]);
        let consumed = value(&run, "consumed").unwrap();
        assert!(consumed.abs_diff(rate) * 100 <= 2 * rate, "{settings}: reads {consumed}");
        let written = value(&run, "written").unwrap();
        // Up to a sixteenth of the receive buffer may be free that the window does not show.
        assert!(written.abs_diff(rate) * 100 <= 4 * rate, "{settings}: writes {written}");
    }
}

#[test]
fn a_list_without_a_limit_grows_by_the_difference_of_the_speeds() {
    for preset in ["reader-keeps", "writer-keeps"] {
        let run = run_preset(&TcpBackpressure, preset);
        let growth = value(&run, "kept-growth").unwrap();
        assert!(growth.abs_diff(90_000_000) * 100 <= 3 * 90_000_000, "{preset}: {growth}");
    }
    // A reader that takes everything never lets the writer wait.
    assert_eq!(value(&run_preset(&TcpBackpressure, "reader-keeps"), "blocks"), None);
}

#[test]
fn a_fast_reader_lets_no_write_wait() {
    let run = run_preset(&TcpBackpressure, "fast-reader");
    assert_eq!(value(&run, "blocks"), None);
    let consumed = value(&run, "consumed").unwrap();
    assert!(consumed.abs_diff(50_000_000) * 100 <= 2 * 50_000_000, "{consumed}");
}

#[test]
fn a_reader_that_hangs_is_asked_after_one_time_out_then_two_then_four() {
    // Where the last bytes that fitted were acknowledged 40 ms late, a time-out is 206 ms.
    let small = "consumer=0 send-buffer=30kB receive-buffer=30kB";
    for (settings, rto) in [(small, 206), ("consumer=0", 201)] {
        let run = run_with(&TcpBackpressure, settings, &[]);
        let asks: Vec<u64> =
            super::asks(&run.trace).map(|entry| super::at(&run.trace, entry).as_nanos()).collect();
        let waits: Vec<u64> = asks.windows(2).map(|pair| (pair[1] - pair[0]) / MS).collect();
        assert_eq!(waits, [2 * rto, 4 * rto, 8 * rto, 16 * rto], "{settings}");
        assert_eq!(value(&run, "consumed"), Some(0), "{settings}");
    }
    let run = run_preset(&TcpBackpressure, "stopped");
    assert_eq!(value(&run, "first-probe"), Some(206 * MS));
    assert_eq!(value(&run, "second-probe"), Some(412 * MS));
}
