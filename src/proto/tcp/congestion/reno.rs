//! Reno: additive increase, multiplicative decrease, RFC 5681 section 3.1.

use crate::proto::tcp::profile::Growth;

/// The state of Reno.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Reno {
    /// Acknowledged bytes that have not yet made the window grow.
    credit: u64,
}

impl Reno {
    /// How many bytes the window grows in congestion avoidance.
    pub(super) fn growth(&mut self, growth: Growth, cwnd: u64, mss: u64, acked: u64) -> u64 {
        match growth {
            // Equation 3: SMSS * SMSS / cwnd, at least one byte.
            Growth::PerAck => (mss * mss / cwnd).max(1),
            // One segment for each acknowledged window (section 3.1, by bytes; Linux counts so).
            Growth::Acknowledged => {
                self.credit += acked;
                let windows = self.credit / cwnd;
                self.credit %= cwnd;
                windows * mss
            }
        }
    }

    /// The threshold after a loss: half, but two segments at least (equation 4).
    pub(super) fn threshold(&mut self, base: u64, mss: u64) -> u64 {
        self.credit = 0;
        (base / 2).max(2 * mss)
    }
}
