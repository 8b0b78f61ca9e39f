//! Pacing: segments leave one after the other instead of a window at once (Linux's
//! `tcp_update_skb_after_send`, internal pacing).

use core::time::Duration;

use super::Connection;
use crate::sim::time::{Instant, nanos};

/// When the next segment may leave.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Pacer {
    next: Instant,
    /// How many segments have left.
    sent: u32,
    /// Something waits for that moment.
    waits: bool,
}

/// As many segments at the start are not paced (Linux, as `sch_fq`).
const FIRST: u32 = 10;

impl Pacer {
    /// When the connection wants to go on.
    pub(super) fn wake(&self) -> Option<Instant> {
        self.waits.then_some(self.next)
    }

    /// Notes that `len` bytes leave at `now`, at a rate of so many bytes a second.
    fn sent(&mut self, now: Instant, len: u64, rate: Option<u64>) {
        self.sent = self.sent.saturating_add(1);
        let Some(rate) = rate.filter(|rate| *rate > 0 && self.sent > FIRST) else { return };
        let time = u128::from(len) * 1_000_000_000 / u128::from(rate);
        let time = u64::try_from(time).unwrap_or(u64::MAX);
        // What is late catches up, but with half of the distance at most.
        let late = if self.next < now { nanos(now - self.next) } else { 0 };
        let time = time - late.min(time / 2);
        self.next = self.next.max(now) + Duration::from_nanos(time);
    }
}

impl Connection {
    /// Whether the next segment has to wait for its moment; it is then woken.
    pub(super) fn is_paced(&mut self, now: Instant) -> bool {
        self.pacer.waits = self.pacer.next > now;
        self.pacer.waits
    }

    /// Notes that `len` bytes leave now.
    pub(super) fn pace(&mut self, now: Instant, len: u64) {
        let smoothed = self.rtt.smoothed().map(|smoothed| smoothed.srtt_ns);
        let rate = self.congestion.pacing_rate(self.config.pacing, smoothed);
        self.pacer.sent(now, len, rate);
    }

    /// The moment of the next segment has come.
    pub(super) fn on_pacing(&mut self, now: Instant) {
        if self.pacer.waits && self.pacer.next <= now {
            self.pacer.waits = false;
            self.transmit(now);
        }
    }
}
