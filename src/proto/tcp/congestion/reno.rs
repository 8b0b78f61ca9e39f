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
            Growth::Acknowledged => spend(&mut self.credit, acked, cwnd) * mss,
        }
    }

    /// What a loss leaves of a window: half of it (equation 4).
    pub(super) const fn lowered(&mut self, window: u64) -> u64 {
        self.credit = 0;
        window / 2
    }
}

/// Puts `acked` to the credit and takes `price` out as often as it goes; as Linux's
/// `tcp_cong_avoid_ai`, what a higher price has left behind buys one at once and no more.
pub(super) const fn spend(credit: &mut u64, acked: u64, price: u64) -> u64 {
    let mut bought = 0;
    if *credit >= price {
        *credit = 0;
        bought = 1;
    }
    *credit += acked;
    bought += *credit / price;
    *credit %= price;
    bought
}
