//! RACK: what was sent before something that arrived, and long enough ago, is lost; RFC 8985.

use core::time::Duration;

use crate::sim::time::{Instant, nanos};

/// As many segments behind a hole mean a loss (RFC 5681 section 3.2).
pub(super) const DUP_THRESHOLD: u32 = 3;
/// For how many repairs a wider window is kept (RFC 8985 section 6.2, step 4).
const PERSIST: u32 = 16;

/// What was delivered last, by the time of sending, and how much disorder is allowed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Rack {
    /// The newest sending that arrived: when, and the position behind it.
    newest: Option<(Instant, u64)>,
    rtt_ns: u64,
    /// The least round trip; zero before the first.
    min_rtt_ns: u64,
    /// Whether something arrived since detection ran last.
    advanced: bool,
    /// Whether disorder was seen.
    reordered: bool,
    /// By how many quarters of the least round trip the window is wider.
    extra: u32,
    /// How many repairs the wider window still lasts.
    persist: u32,
    /// The position that ends the round trip in which the window grew.
    until: u64,
}

impl Rack {
    /// The round trip of the newest sending that arrived.
    pub(super) const fn rtt(&self) -> Duration {
        Duration::from_nanos(self.rtt_ns)
    }

    /// The least round trip, once there is one.
    pub(super) fn least(&self) -> Option<Duration> {
        Some(self.min_rtt_ns).filter(|least| *least > 0).map(Duration::from_nanos)
    }

    /// A sample of the round trip.
    pub(super) fn sample(&mut self, rtt: Duration) {
        let rtt = nanos(rtt);
        self.min_rtt_ns = if self.min_rtt_ns == 0 { rtt } else { self.min_rtt_ns.min(rtt) };
    }

    /// A sending of `at` that ends before `end` has arrived (section 6.2, step 2).
    pub(super) fn arrived(&mut self, now: Instant, at: Instant, end: u64, repeated: bool) {
        let rtt = nanos(now - at);
        // Sooner than any round trip: it was the first sending that arrived.
        if repeated && rtt < self.min_rtt_ns {
            return;
        }
        self.advanced = true;
        self.rtt_ns = rtt;
        if !self.is_after(at, end) {
            self.newest = Some((at, end));
        }
    }

    /// Whether the newest sending that arrived was after this one.
    pub(super) fn is_after(&self, at: Instant, end: u64) -> bool {
        self.newest.is_some_and(|newest| newest > (at, end))
    }

    /// Whether something arrived since this was asked last.
    pub(super) const fn take_advanced(&mut self) -> bool {
        core::mem::replace(&mut self.advanced, false)
    }

    /// What arrived is to be looked at again.
    pub(super) const fn look_again(&mut self) {
        self.advanced = true;
    }

    /// Disorder was seen.
    pub(super) const fn saw_disorder(&mut self) {
        self.reordered = true;
    }

    /// Something arrived twice (section 6.2, step 4): one quarter more, once in a round trip.
    pub(super) const fn saw_duplicate(&mut self, una: u64, next: u64) {
        if una >= self.until {
            self.until = next;
            self.extra = if self.extra < 254 { self.extra + 1 } else { 254 };
            self.persist = PERSIST;
        }
    }

    /// A repair is over.
    pub(super) const fn end_repair(&mut self) {
        self.persist = self.persist.saturating_sub(1);
        if self.persist == 0 {
            self.extra = 0;
        }
    }

    /// For how long disorder is allowed: not at all during a repair, or with enough behind the
    /// hole, unless disorder was seen (section 6.2, step 4).
    pub(super) fn window(&self, repairing: bool, enough: bool, srtt_ns: u64) -> Duration {
        if !self.reordered && (repairing || enough) {
            return Duration::ZERO;
        }
        let quarters = u64::from(self.extra) + 1;
        Duration::from_nanos((self.min_rtt_ns / 4 * quarters).min(srtt_ns))
    }
}
