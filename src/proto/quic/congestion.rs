//! How much may be in flight: RFC 9002 section 7, with CUBIC (RFC 9438) in the place of Reno.

use super::config::Algorithm;
use crate::proto::tcp::congestion::Acked;
use crate::proto::tcp::congestion::cubic::Cubic;
use crate::sim::time::Instant;

/// The congestion window and its threshold, in bytes.
#[derive(Clone, Debug)]
pub(super) struct Congestion {
    algorithm: Algorithm,
    max_datagram: u64,
    pub(super) window: u64,
    pub(super) threshold: u64,
    pub(super) in_flight: u64,
    /// Packets sent before this moment belong to the loss that is being made good.
    recovery_start: Option<Instant>,
    /// Acknowledged bytes that have not yet made the window grow.
    credit: u64,
    cubic: Cubic,
}

impl Congestion {
    pub(super) fn new(algorithm: Algorithm, max_datagram: u64) -> Self {
        Self {
            algorithm,
            max_datagram,
            // Section 7.2.
            window: (10 * max_datagram).min((2 * max_datagram).max(14_720)),
            threshold: u64::MAX,
            in_flight: 0,
            recovery_start: None,
            credit: 0,
            cubic: Cubic::new(false),
        }
    }

    /// The least window (section 7.2).
    const fn least(&self) -> u64 {
        2 * self.max_datagram
    }

    /// Whether another full datagram may go out.
    pub(super) const fn has_room(&self) -> bool {
        self.in_flight + self.max_datagram <= self.window
    }

    /// A packet of `size` bytes, sent at `sent_at`, was acknowledged; `limited` says whether the
    /// window held something back (section 7.8).
    pub(super) fn on_acked(&mut self, now: Instant, sent: (Instant, u64), limited: bool) {
        let (sent_at, size) = sent;
        self.in_flight = self.in_flight.saturating_sub(size);
        let recovering = self.recovery_start.is_some_and(|start| sent_at <= start);
        if recovering || !limited {
            return;
        }
        let sample = Some(now - sent_at);
        let acked = Acked { now, bytes: size, una: 0, next: 0, sample };
        self.cubic.leaves_slow_start(&acked, false, 0);
        if self.window < self.threshold {
            self.window += size;
            return;
        }
        match self.algorithm {
            // Section 7.3.3: one datagram for each acknowledged window.
            Algorithm::NewReno => {
                self.credit += size;
                if self.credit >= self.window {
                    self.credit -= self.window;
                    self.window += self.max_datagram;
                }
            }
            Algorithm::Cubic => {
                self.window += self.cubic.growth(now, self.window, self.max_datagram, size);
            }
        }
    }

    /// Packets sent up to `sent_at` were lost, `size` bytes of them in flight (section 7.3.2).
    pub(super) fn on_lost(&mut self, now: Instant, sent_at: Instant, size: u64) {
        self.in_flight = self.in_flight.saturating_sub(size);
        if size == 0 || self.recovery_start.is_some_and(|start| sent_at <= start) {
            return;
        }
        self.recovery_start = Some(now);
        self.credit = 0;
        let threshold = match self.algorithm {
            Algorithm::NewReno => self.window / 2,
            Algorithm::Cubic => self.cubic.lowered(self.window, self.window),
        };
        self.threshold = threshold.max(self.least());
        self.window = self.threshold;
    }

    /// Everything was lost for very long (section 7.6.2).
    pub(super) const fn on_persistent(&mut self) {
        self.window = self.least();
        self.recovery_start = None;
    }

    /// Bytes that will never be acknowledged, without a word about the path (section 6.4).
    pub(super) const fn forget(&mut self, size: u64) {
        self.in_flight = self.in_flight.saturating_sub(size);
    }
}

#[cfg(test)]
mod tests {
    use super::Congestion;
    use crate::proto::quic::config::Algorithm;
    use crate::sim::time::Instant;

    #[test]
    fn the_first_window_is_ten_datagrams_or_14720_bytes() {
        let window = |datagram| Congestion::new(Algorithm::NewReno, datagram).window;
        assert_eq!(window(1200), 12_000);
        assert_eq!(window(1472), 14_720);
        assert_eq!(window(9000), 18_000);
    }

    #[test]
    fn one_loss_halves_reno_once_and_cubic_takes_three_tenths() {
        for (algorithm, expected) in [(Algorithm::NewReno, 60_000), (Algorithm::Cubic, 84_023)] {
            let mut congestion = Congestion::new(algorithm, 1200);
            congestion.window = 120_000;
            let now = Instant::from_millis(100);
            congestion.on_lost(now, Instant::from_millis(10), 1200);
            congestion.on_lost(now, Instant::from_millis(20), 1200);
            assert_eq!(congestion.window, expected);
        }
    }
}
