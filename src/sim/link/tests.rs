//! What a link does to the packets handed to it.

use core::time::Duration;

use expect_test::{Expect, expect};

use super::{DropReason, Link, LinkConfig, Loss, Orders, Outcome, Queue};
use crate::sim::rng::Rng;
use crate::sim::time::Instant;

/// 10 ms away; 1,000 bytes take 1 ms.
fn config() -> LinkConfig {
    LinkConfig { rate_bps: Some(8_000_000), ..LinkConfig::new(Duration::from_millis(10)) }
}

fn link(config: LinkConfig) -> Link {
    Link::new(config, Rng::new(1).stream("link"))
}

/// Hands over `count` packets of 1,000 bytes at once and lists how they end.
fn check(config: LinkConfig, count: usize, expected: &Expect) {
    let mut link = link(config);
    let ends: Vec<String> = (0..count)
        .map(|_| match link.transmit(Instant::START, 1000, Orders::default()).outcome {
            Outcome::Dropped { reason, .. } => reason.name().to_owned(),
            Outcome::Delivered { at } | Outcome::Corrupted { at } => at.to_string(),
        })
        .collect();
    expected.assert_eq(&ends.join(" "));
}

#[test]
fn packets_leave_one_after_the_other() {
    check(config(), 3, &expect!["11.000 12.000 13.000"]);
}

#[test]
fn a_full_queue_refuses_the_newest_and_does_not_count_the_one_being_sent() {
    check(
        LinkConfig { queue: Queue::Packets(1), ..config() },
        3,
        &expect!["11.000 12.000 queue-full"],
    );
    check(
        LinkConfig { queue: Queue::Bytes(2000), ..config() },
        4,
        &expect!["11.000 12.000 13.000 queue-full"],
    );
}

#[test]
fn a_packet_larger_than_the_mtu_is_refused() {
    check(LinkConfig { mtu: 999, ..config() }, 1, &expect!["too-big"]);
}

#[test]
fn fifteen_hundred_bytes_at_ten_megabits_take_one_point_two_milliseconds() {
    let mut link =
        link(LinkConfig { rate_bps: Some(10_000_000), ..LinkConfig::new(Duration::ZERO) });
    let fate = link.transmit(Instant::START, 1500, Orders::default());
    assert_eq!(fate.arrival(), Some(Instant::from_nanos(1_200_000)));
}

#[test]
fn a_lost_packet_has_used_the_wire() {
    let mut link = link(config());
    let lost = Orders { drop: Some(DropReason::Scripted), ..Orders::default() };
    let first = link.transmit(Instant::START, 1000, lost);
    assert_eq!(first.arrival(), None);
    assert_eq!(first.end(), Instant::from_millis(6));
    let second = link.transmit(Instant::START, 1000, Orders::default());
    assert_eq!(second.arrival(), Some(Instant::from_millis(12)));
}

#[test]
fn the_nth_packet_meets_the_same_loss_whatever_the_delay() {
    let lost = |delay: u64| {
        let config = LinkConfig {
            loss: Loss::Each { ppm: 100_000 },
            ..LinkConfig::new(Duration::from_millis(delay))
        };
        let mut link = link(config);
        (0..1000)
            .filter(|_| link.transmit(Instant::START, 100, Orders::default()).arrival().is_none())
            .collect::<Vec<u32>>()
    };
    assert_eq!(lost(1), lost(500));
    assert!((60..140).contains(&lost(1).len()));
}

#[test]
fn bursts_lose_as_much_as_their_chances_say() {
    // One packet in ten starts a burst that lasts two on average: 1/6 of the time is bad.
    let loss = Loss::Burst { enter_ppm: 100_000, leave_ppm: 500_000, bad_ppm: 1_000_000 };
    let mut link = link(LinkConfig { loss, ..LinkConfig::new(Duration::ZERO) });
    let lost = (0..60_000)
        .filter(|_| link.transmit(Instant::START, 100, Orders::default()).arrival().is_none())
        .count();
    assert!((9_500..10_500).contains(&lost), "{lost}");
}

#[test]
fn jitter_keeps_the_order_and_a_delayed_packet_is_overtaken() {
    let jitter = Duration::from_millis(5);
    let mut link = link(LinkConfig { jitter, ..LinkConfig::new(Duration::from_millis(10)) });
    let arrivals: Vec<Instant> = (0..100)
        .filter_map(|_| link.transmit(Instant::START, 100, Orders::default()).arrival())
        .collect();
    assert!(arrivals.is_sorted());
    let held = Orders { delay: Duration::from_millis(50), ..Orders::default() };
    let late = link.transmit(Instant::START, 100, held).arrival();
    let next = link.transmit(Instant::START, 100, Orders::default()).arrival();
    assert!(late > next);
}
