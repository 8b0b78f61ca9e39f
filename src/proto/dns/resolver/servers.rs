//! How long to wait for which server, and whom to ask: as Unbound does.
//!
//! RFC 6298 gives the formula of the time-out; it doubles with each silence.

use core::time::Duration;

use crate::sim::rng::Rng;
use crate::sorted::SortedMap;

/// What is known about servers.
#[derive(Debug, Default)]
pub(super) struct Servers {
    known: SortedMap<[u8; 4], Server>,
}

#[derive(Clone, Copy, Debug)]
struct Server {
    /// The smoothed round trip and how much it varies, once there is one.
    measured: Option<(Duration, Duration)>,
    timeout: Duration,
}

/// The time-out of a server that never answered yet (Unbound: 376 ms).
const UNKNOWN: Duration = Duration::from_millis(376);
/// The shortest time-out.
const TIMEOUT_MIN: Duration = Duration::from_millis(50);
/// The longest time-out.
const TIMEOUT_MAX: Duration = Duration::from_secs(120);
/// Servers that are at most this much slower than the best one are as good (Unbound: 400 ms).
const BAND: Duration = Duration::from_millis(400);

impl Servers {
    /// How long to wait for a server.
    pub(super) fn timeout(&self, address: [u8; 4]) -> Duration {
        self.known.get(&address).map_or(UNKNOWN, |server| server.timeout)
    }

    /// A server answered after this time.
    pub(super) fn answered(&mut self, address: [u8; 4], after: Duration) {
        let server = self.server(address);
        let (smoothed, varies) = match server.measured {
            None => (after, after / 2),
            Some((smoothed, varies)) => {
                let off = smoothed.abs_diff(after);
                ((smoothed * 7 + after) / 8, (varies * 3 + off) / 4)
            }
        };
        server.measured = Some((smoothed, varies));
        server.timeout = (smoothed + varies * 4).clamp(TIMEOUT_MIN, TIMEOUT_MAX);
    }

    /// A server said nothing.
    pub(super) fn silent(&mut self, address: [u8; 4]) {
        let server = self.server(address);
        server.timeout = (server.timeout * 2).min(TIMEOUT_MAX);
    }

    fn server(&mut self, address: [u8; 4]) -> &mut Server {
        let new = || Server { measured: None, timeout: UNKNOWN };
        self.known.get_or_insert_with(address, new)
    }

    /// One of the servers that are about as fast as the fastest.
    pub(super) fn choose(&self, addresses: &[[u8; 4]], rng: &mut Rng) -> Option<[u8; 4]> {
        let best = addresses.iter().map(|address| self.timeout(*address)).min()?;
        let good: Vec<[u8; 4]> = addresses
            .iter()
            .copied()
            .filter(|address| self.timeout(*address) <= best + BAND)
            .collect();
        let place = usize::try_from(rng.below(good.len() as u64)).unwrap_or(0);
        good.get(place).copied()
    }
}
