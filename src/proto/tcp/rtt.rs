//! The retransmission time-out, RFC 6298.

use core::time::Duration;

use super::Profile;
use crate::sim::time::nanos;

/// The estimate of the round trip and the time-out that follows from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rtt {
    floor_ns: u64,
    variance_floor_ns: u64,
    max_ns: u64,
    /// The smoothed round trip and its variation, once there is a sample.
    smoothed: Option<Smoothed>,
    /// The time-out before doubling.
    base_ns: u64,
    /// How often it was doubled since the last sample.
    doublings: u32,
    /// The last sample, until someone takes it.
    latest: Option<Duration>,
}

/// SRTT and RTTVAR in nanoseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Smoothed {
    /// The smoothed round trip.
    pub srtt_ns: u64,
    /// Its mean deviation.
    pub rttvar_ns: u64,
}

impl Rtt {
    /// No sample yet (RFC 6298 section 2.1).
    pub fn new(profile: &Profile) -> Self {
        Self {
            floor_ns: nanos(profile.rto_min),
            variance_floor_ns: nanos(profile.rto_variance_min),
            max_ns: nanos(profile.rto_max),
            smoothed: None,
            base_ns: nanos(profile.rto_initial),
            doublings: 0,
            latest: None,
        }
    }

    /// Takes a sample of the round trip, which also ends all doubling (RFC 6298 section 5, note
    /// after 5.7).
    pub fn sample(&mut self, rtt: Duration) {
        self.latest = Some(rtt);
        let rtt = nanos(rtt);
        let next = self.smoothed.map_or(
            // Section 2.2.
            Smoothed { srtt_ns: rtt, rttvar_ns: rtt / 2 },
            // Section 2.3: the variation first, with the old mean.
            |Smoothed { srtt_ns, rttvar_ns }| Smoothed {
                rttvar_ns: (3 * rttvar_ns + srtt_ns.abs_diff(rtt)) / 4,
                srtt_ns: (7 * srtt_ns + rtt) / 8,
            },
        );
        self.smoothed = Some(next);
        let variance = (4 * next.rttvar_ns).max(self.variance_floor_ns);
        self.base_ns = (next.srtt_ns + variance).max(self.floor_ns).min(self.max_ns);
        self.doublings = 0;
    }

    /// The last sample, once.
    pub const fn take_latest(&mut self) -> Option<Duration> {
        self.latest.take()
    }

    /// The smoothed values, if there was a sample.
    pub const fn smoothed(&self) -> Option<Smoothed> {
        self.smoothed
    }

    /// The time-out now.
    pub fn rto(&self) -> Duration {
        let doubled = self.base_ns.saturating_mul(1_u64 << self.doublings.min(32));
        Duration::from_nanos(doubled.min(self.max_ns))
    }

    /// Doubles the time-out (section 5.5).
    pub const fn back_off(&mut self) {
        self.doublings += 1;
    }

    /// Begins data with this time-out, because the SYN timed out (section 5.7).
    pub fn restart(&mut self, rto: Duration) {
        self.base_ns = nanos(rto);
        self.doublings = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::Rtt;
    use crate::proto::tcp::Profile;
    use core::time::Duration;

    /// The time-outs in microseconds after equal samples of 100 ms.
    fn after_equal_samples(profile: &Profile) -> [u128; 4] {
        let mut rtt = Rtt::new(profile);
        [(); 4].map(|()| {
            rtt.sample(Duration::from_millis(100));
            rtt.rto().as_micros()
        })
    }

    #[test]
    fn the_formula_gives_300_250_and_212_5_ms_for_equal_samples_of_100_ms() {
        let bare = Profile { rto_min: Duration::ZERO, ..Profile::RFC };
        assert_eq!(after_equal_samples(&bare), [300_000, 250_000, 212_500, 184_375]);
    }

    #[test]
    fn the_rfc_never_goes_below_one_second() {
        assert_eq!(after_equal_samples(&Profile::RFC), [1_000_000; 4]);
    }

    #[test]
    fn linux_never_lets_the_variance_add_less_than_200_ms() {
        assert_eq!(after_equal_samples(&Profile::LINUX), [300_000; 4]);
    }

    #[test]
    fn without_a_sample_it_is_one_second_and_doubles_up_to_the_limit() {
        let mut rtt = Rtt::new(&Profile::LINUX);
        let seconds: Vec<u64> = (0..9)
            .map(|_| {
                let now = rtt.rto().as_secs();
                rtt.back_off();
                now
            })
            .collect();
        assert_eq!(seconds, [1, 2, 4, 8, 16, 32, 64, 120, 120]);
    }

    #[test]
    fn a_sample_ends_the_doubling() {
        let mut rtt = Rtt::new(&Profile::LINUX);
        rtt.sample(Duration::from_millis(100));
        rtt.back_off();
        assert_eq!(rtt.rto().as_millis(), 600);
        rtt.sample(Duration::from_millis(100));
        assert_eq!(rtt.rto().as_millis(), 300);
    }
}
