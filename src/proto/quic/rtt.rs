//! The estimate of the round trip, RFC 9002 section 5, and the probe time-out, section 6.2.1.

use core::time::Duration;

use super::Config;
use crate::sim::time::nanos;

/// The round trip as far as it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rtt {
    pub(super) latest: u64,
    pub(super) min: u64,
    pub(super) smoothed: u64,
    pub(super) variation: u64,
    /// Whether there is a sample.
    pub(super) sampled: bool,
}

/// What is taken for the round trip before there is a sample (section 6.2.2).
const INITIAL: u64 = 333_000_000;

impl Default for Rtt {
    fn default() -> Self {
        Self { latest: 0, min: 0, smoothed: INITIAL, variation: INITIAL / 2, sampled: false }
    }
}

impl Rtt {
    /// Takes a sample in nanoseconds, of which the peer says it held the packet for `delay`.
    pub(super) fn sample(&mut self, latest: u64, delay: u64) {
        self.latest = latest;
        if !self.sampled {
            *self = Self {
                latest,
                min: latest,
                smoothed: latest,
                variation: latest / 2,
                sampled: true,
            };
            return;
        }
        // The least ignores the peer's delay (section 5.2); no sample goes below it (5.3).
        self.min = self.min.min(latest);
        let adjusted = if latest >= self.min + delay { latest - delay } else { latest };
        let deviation = self.smoothed.abs_diff(adjusted);
        self.variation = (3 * self.variation + deviation) / 4;
        self.smoothed = (7 * self.smoothed + adjusted) / 8;
    }

    /// The probe time-out without the peer's delay and without doubling (section 6.2.1).
    pub(super) fn pto(&self) -> Duration {
        let granularity = nanos(Config::GRANULARITY);
        Duration::from_nanos(self.smoothed + (4 * self.variation).max(granularity))
    }

    /// How old a packet may be when a newer one is acknowledged (section 6.1.2).
    pub(super) fn loss_delay(&self) -> Duration {
        let longest = self.smoothed.max(self.latest);
        Duration::from_nanos(longest + longest / 8).max(Config::GRANULARITY)
    }
}

#[cfg(test)]
mod tests {
    use super::Rtt;

    #[test]
    fn without_a_sample_the_time_out_is_999_ms() {
        assert_eq!(Rtt::default().pto().as_millis(), 999);
    }

    #[test]
    fn the_peers_delay_does_not_count_unless_it_would_go_below_the_least() {
        let mut rtt = Rtt::default();
        rtt.sample(100, 0);
        assert_eq!((rtt.smoothed, rtt.variation), (100, 50));
        rtt.sample(125, 25);
        assert_eq!((rtt.smoothed, rtt.variation), (100, 37));
        rtt.sample(108, 25);
        assert_eq!((rtt.smoothed, rtt.min), (101, 100));
    }
}
