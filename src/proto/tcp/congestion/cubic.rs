//! CUBIC, RFC 9438: the window follows a cubic curve of the time since the last loss, so that
//! flows with long round trips do not starve. Numbers are those of Linux's `tcp_cubic.c`.
//!
//! Windows are in bytes, times in 1/1024 s.

use core::time::Duration;

use super::Acked;
use super::hystart::HyStart;
use super::reno::spend;
use crate::sim::time::{Instant, nanos};

/// The state of CUBIC.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::proto) struct Cubic {
    /// The window before the last reduction, `W_max`; 0 before the first.
    w_max: u64,
    /// The growth since the last reduction.
    epoch: Option<Epoch>,
    /// The least round trip so far.
    rtt_min: Option<Duration>,
    /// Acknowledged bytes that have not yet made the window grow.
    credit: u64,
    hystart: Option<HyStart>,
}

/// The curve that the window follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Epoch {
    /// Since when; a pause of the sender moves it (RFC 9438 section 5.8).
    start: Instant,
    /// When the curve is flat, in 1/1024 s after the start: K.
    k: u64,
    /// The window there.
    origin: u64,
    /// The window that Reno would have by now (section 4.3).
    reno: u64,
    /// Acknowledged bytes that have not yet made that window grow.
    reno_credit: u64,
}

/// C, 0.4 segments per cubic second (section 5), in 1/1024.
const C: u64 = 410;
/// β, 0.7 (section 4.6), in 1/1024.
const BETA: u64 = 717;
/// The longest time on the curve, about 17 minutes.
const TIME_MAX: u64 = 1 << 20;

impl Cubic {
    /// No loss so far.
    pub(in crate::proto) fn new(hystart: bool) -> Self {
        Self { hystart: hystart.then(HyStart::default), ..Self::default() }
    }

    /// Takes an acknowledgment; returns whether slow start ends here, with `cwnd` segments.
    pub(in crate::proto) fn leaves_slow_start(
        &mut self,
        acked: &Acked,
        slow_start: bool,
        cwnd: u64,
    ) -> bool {
        let Some(sample) = acked.sample else { return false };
        // The first second after a loss measures the queue that the loss has left.
        if self.epoch.is_some_and(|epoch| acked.now - epoch.start < Duration::from_secs(1)) {
            return false;
        }
        let least = self.rtt_min.map_or(sample, |least| least.min(sample));
        self.rtt_min = Some(least);
        let Some(hystart) = &mut self.hystart else { return false };
        slow_start && hystart.on_ack(acked, sample, least, cwnd)
    }

    /// How many bytes the window grows in congestion avoidance after `acked` more.
    pub(in crate::proto) fn growth(
        &mut self,
        now: Instant,
        cwnd: u64,
        mss: u64,
        acked: u64,
    ) -> u64 {
        let w_max = self.w_max;
        let epoch = self.epoch.get_or_insert_with(|| Epoch::begin(now, cwnd, w_max, mss));
        let ahead = self.rtt_min.unwrap_or_default();
        // Section 4.4 and 4.5: where the curve is one round trip from now, half more at most.
        let curve = epoch.window(now + ahead, mss);
        // Linux takes whole segments off the flat part, or adds them to it.
        let below = curve < epoch.origin;
        let curve = if below { curve.next_multiple_of(mss) } else { curve / mss * mss };
        let target = curve.clamp(cwnd, cwnd + cwnd / 2);
        let target = target.max(epoch.reno(cwnd, mss, acked));
        let climb = (target - cwnd).min(cwnd / 2);
        // One segment for so many acknowledged bytes that a window of them reaches the target.
        let slowest = 100 * cwnd;
        let mut price = (mss * cwnd).checked_div(climb).unwrap_or(slowest).min(slowest);
        if w_max == 0 && self.hystart.is_some() {
            // Linux: nothing is known of the path, so 5 % a round trip at least.
            price = price.min(20 * mss);
        }
        spend(&mut self.credit, acked, price) * mss
    }

    /// What a loss leaves of a window in any unit: 70 % (section 4.6); `cwnd` is in bytes.
    pub(in crate::proto) fn lowered(&mut self, window: u64, cwnd: u64) -> u64 {
        self.epoch = None;
        self.credit = 0;
        // Section 4.7, fast convergence: a flow that did not come back to where it was makes room.
        self.w_max = if cwnd < self.w_max { cwnd * (1024 + BETA) / 2048 } else { cwnd };
        window * BETA / 1024
    }

    /// A time-out: what was known of the path is forgotten (as Linux does; section 4.8).
    pub(super) fn restart(&mut self) {
        *self = Self::new(self.hystart.is_some());
    }

    /// Nothing was in flight for this long: the curve waits meanwhile (section 5.8).
    pub(super) fn on_pause(&mut self, pause: Duration) {
        if let Some(epoch) = &mut self.epoch {
            epoch.start += pause;
        }
    }
}

impl Epoch {
    /// Begins with a window of `cwnd`, below or above `w_max`.
    fn begin(now: Instant, cwnd: u64, w_max: u64, mss: u64) -> Self {
        // Section 4.2: K = cbrt((W_max - cwnd) / C), with segments, 2^30 of the cubed unit of
        // time, and C's own 1024.
        let below = w_max.saturating_sub(cwnd).min(1 << 33);
        Self {
            start: now,
            k: cube_root((below << 30) / mss * 1024 / C),
            origin: w_max.max(cwnd),
            reno: cwnd,
            reno_credit: 0,
        }
    }

    /// The window at a moment (section 4.2): C (t - K)^3 + `W_max`.
    fn window(&self, at: Instant, mss: u64) -> u64 {
        let time = (nanos(at - self.start) / 1_000 * 1024 / 1_000_000).min(TIME_MAX);
        let away = time.abs_diff(self.k).min(TIME_MAX);
        // Shifted in two steps, so that it fits: 30 for the unit of time, 10 for C.
        let change = (((away * away * away) >> 20) * C * mss) >> 20;
        if time < self.k { self.origin.saturating_sub(change) } else { self.origin + change }
    }

    /// The window that Reno would have after `acked` more bytes (section 4.3), with α = 8/15,
    /// Linux's 3 (1 - β) / (1 + β).
    fn reno(&mut self, cwnd: u64, mss: u64, acked: u64) -> u64 {
        self.reno_credit += acked;
        let price = cwnd * 15 / 8;
        self.reno += self.reno_credit / price * mss;
        self.reno_credit %= price;
        self.reno
    }
}

/// The largest number whose cube is not above `number`, digit by binary digit.
const fn cube_root(number: u64) -> u64 {
    let mut root = 0;
    let mut bit = 1 << 20;
    while bit > 0 {
        let next: u64 = root | bit;
        if next * next * next <= number {
            root = next;
        }
        bit >>= 1;
    }
    root
}

#[cfg(test)]
mod tests {
    use super::{Epoch, cube_root};
    use crate::sim::time::Instant;

    #[test]
    fn cube_roots_are_whole_and_exact() {
        for (number, root) in [(0, 0), (1, 1), (7, 1), (8, 2), (26, 2), (27, 3), (1 << 60, 1 << 20)]
        {
            assert_eq!(cube_root(number), root);
        }
    }

    #[test]
    fn k_is_the_cube_root_of_three_quarters_of_the_largest_window() {
        // RFC 9438 section 4.2 with 0.7: 1.957, 4.217, 9.086 and 19.574 s.
        for (segments, ms) in [(10, 1957), (100, 4217), (1000, 9086), (10_000, 19_574)] {
            let w_max = segments * 1000;
            let epoch = Epoch::begin(Instant::START, w_max * 7 / 10, w_max, 1000);
            let k = epoch.k * 1000 / 1024;
            assert!(k.abs_diff(ms) * 1000 <= ms * 2, "{k} ms for {segments} segments");
        }
    }

    #[test]
    fn the_curve_is_that_of_the_standard() {
        // W(t) = 0.4 (t - K)^3 + 100, in tenths of a segment.
        let epoch = Epoch::begin(Instant::START, 70_000, 100_000, 1000);
        for (ms, tenths) in
            [(0, 700), (1000, 867), (2000, 956), (4220, 1000), (6000, 1023), (8000, 1217)]
        {
            let window = epoch.window(Instant::from_millis(ms), 1000) / 100;
            assert!(window.abs_diff(tenths) <= 2, "{window} at {ms} ms");
        }
    }
}
