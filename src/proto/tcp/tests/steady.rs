//! 12 MB through 10 Mbit/s with a queue of 83 packets and a round trip of 100 ms, beside Linux
//! 6.18 on the same link.

use super::{Act, Bench, Trace, TraceEvent, When, bench, metric, send};
use crate::proto::tcp::profile::Algorithm;
use crate::sim::link::Queue;

const SEGMENT: u64 = 1448;

fn steady(algorithm: Algorithm) -> Bench {
    let mut bench = bench(
        vec![(When::Established, vec![send(100)])],
        vec![(When::Received(100), vec![send(12_000_000), Act::Close])],
    )
    .config(|config| config.profile.algorithm = algorithm);
    bench.link.rate_bps = Some(10_000_000);
    bench.link.queue = Queue::Packets(83);
    bench
}

/// The thresholds, in segments, one after the other.
fn thresholds(trace: &Trace) -> Vec<u64> {
    let lines = metric(trace, 1, "ssthresh");
    lines
        .lines()
        .map(|line| line.split(' ').nth(1).unwrap().parse::<u64>().unwrap() / SEGMENT)
        .collect()
}

/// Milliseconds from the SYN to the last byte.
fn completion(trace: &Trace) -> u64 {
    let mut last = 0;
    for entry in trace.entries.iter().filter(|entry| entry.host.0 == 0) {
        if let TraceEvent::PacketReceived { id, .. } = &entry.event
            && trace.packet(*id).is_some_and(|packet| !packet.sent.packet.body.is_empty())
        {
            last = entry.at.as_nanos() / 1_000_000;
        }
    }
    last
}

/// Lays a run beside what Linux did: thresholds within a segment, the end within 1 %.
fn check(algorithm: Algorithm, expected: &[u64], millis: u64) {
    let trace = steady(algorithm).run();
    let got = thresholds(&trace);
    assert_eq!(got.len(), expected.len(), "{got:?}");
    assert!(got.iter().zip(expected).all(|(a, b)| a.abs_diff(*b) <= 1), "{got:?}, {expected:?}");
    let done = completion(&trace);
    assert!(done.abs_diff(millis) * 100 <= millis, "{done} ms, {millis} ms");
}

#[test]
fn reno_lowers_its_threshold_where_linux_does() {
    check(Algorithm::Reno, &[167, 84], 10_382);
}

#[test]
fn cubic_leaves_slow_start_and_lowers_its_threshold_where_linux_does() {
    // The first is where HyStart ends slow start.
    check(Algorithm::Cubic, &[124, 123, 119], 10_378);
}
