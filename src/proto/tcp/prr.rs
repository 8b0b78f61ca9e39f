//! Proportional rate reduction, RFC 6937: during a repair the window goes down to the threshold
//! bit by bit, as acknowledgments come.

/// What was delivered and sent since the repair began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Prr {
    /// The window when it began.
    before: u64,
    mss: u64,
    delivered: u64,
    sent: u64,
}

impl Prr {
    /// A repair begins with this window, in segments of `mss` bytes.
    pub(super) const fn begin(&mut self, cwnd: u64, mss: u64) {
        *self = Self { before: cwnd, mss, delivered: 0, sent: 0 };
    }

    /// Bytes were sent.
    pub(super) const fn sent(&mut self, len: u64) {
        self.sent += len;
    }

    /// The window after `delivered` more bytes have arrived (section 3.1), in whole segments as
    /// Linux counts; with `good` the hole moves and nothing new is lost, and slow start is
    /// allowed below the threshold, else only what was delivered (its SSRB and CRB).
    pub(super) fn window(&mut self, delivered: u64, pipe: u64, target: u64, good: bool) -> u64 {
        let mss = self.mss.max(1);
        self.delivered += delivered;
        let mut more = if pipe > target {
            let share = u128::from(target) * u128::from(self.delivered);
            let share = share.div_ceil(u128::from(self.before.max(1)));
            let share = u64::try_from(share).unwrap_or(u64::MAX).next_multiple_of(mss);
            share.saturating_sub(self.sent)
        } else {
            let owed = self.delivered.saturating_sub(self.sent).max(delivered);
            let owed = owed + if good { mss } else { 0 };
            owed.min(target - pipe)
        };
        if self.sent == 0 {
            // The first repetition goes out in any case.
            more = more.max(mss);
        }
        pipe + more
    }
}
