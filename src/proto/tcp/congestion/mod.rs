//! How much may be in flight: RFC 5681, with the seam at which algorithms differ.

mod reno;

use super::profile::{Growth, Idle, Profile, Reduction};
use core::time::Duration;

/// An algorithm of congestion control: how far to go down, and how to go up again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Algorithm {
    /// RFC 5681: halve, and add one segment per round trip.
    Reno(reno::Reno),
}

/// The congestion window and its threshold, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Congestion {
    cwnd: u64,
    ssthresh: u64,
    mss: u64,
    initial: u64,
    growth: Growth,
    reduction: Reduction,
    idle: Idle,
    algorithm: Algorithm,
    usage: Usage,
}

/// Whether the window, and not the application, limits what is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Usage {
    /// The window held something back.
    limited: bool,
    /// The most bytes in flight in this round.
    most: u64,
    /// The position whose acknowledgment ends the round.
    until: u64,
}

impl Congestion {
    /// The window at the start; `segments` overrules the profile, `mss` is a segment's payload.
    pub(super) fn new(profile: &Profile, segments: Option<u32>, mss: u64) -> Self {
        // RFC 5681 section 3.1: four, three or two segments.
        let standard = match mss {
            0..=1095 => 4,
            1096..=2190 => 3,
            _ => 2,
        };
        let segments = segments.or(profile.initial_window).unwrap_or(standard);
        let initial = u64::from(segments.max(1)) * mss;
        Self {
            cwnd: initial,
            // RFC 5681 section 3.1: arbitrarily high.
            ssthresh: u64::MAX,
            mss,
            initial,
            growth: profile.growth,
            reduction: profile.reduction,
            idle: profile.idle,
            algorithm: Algorithm::Reno(reno::Reno::default()),
            usage: Usage::default(),
        }
    }

    pub(super) const fn cwnd(&self) -> u64 {
        self.cwnd
    }

    pub(super) const fn ssthresh(&self) -> u64 {
        self.ssthresh
    }

    /// Notes after sending whether the window held something back (RFC 7661 section 4.1, as
    /// Linux's `tcp_cwnd_validate`).
    pub(super) fn note_usage(&mut self, limited: bool, in_flight: u64, una: u64, next: u64) {
        let usage = &mut self.usage;
        if una >= usage.until || limited || (!usage.limited && in_flight > usage.most) {
            *usage = Usage { limited, most: in_flight, until: next };
        }
    }

    /// Grows after `acked` new bytes were acknowledged outside of loss recovery.
    pub(super) fn on_ack(&mut self, acked: u64) {
        let slow_start = self.cwnd < self.ssthresh;
        let used = self.usage.limited || slow_start && self.cwnd < 2 * self.usage.most;
        if !used || acked == 0 {
            return;
        }
        let mut rest = acked;
        if slow_start {
            // RFC 5681 equation 2; Linux counts all that is acknowledged.
            let step = if self.growth == Growth::PerAck { acked.min(self.mss) } else { acked };
            let grown = (self.cwnd + step).min(self.ssthresh);
            rest = step - (grown - self.cwnd);
            self.cwnd = grown;
        }
        if rest > 0 && self.cwnd >= self.ssthresh {
            match &mut self.algorithm {
                Algorithm::Reno(reno) => {
                    self.cwnd += reno.growth(self.growth, self.cwnd, self.mss, rest);
                }
            }
        }
    }

    /// Lowers the threshold after a loss with `flight` bytes outstanding.
    pub(super) fn reduce(&mut self, flight: u64) {
        let base = match self.reduction {
            // Linux counts the window in whole segments.
            Reduction::Window => self.cwnd / self.mss / 2 * self.mss * 2,
            Reduction::Flight => flight,
        };
        self.ssthresh = match &mut self.algorithm {
            Algorithm::Reno(reno) => reno.threshold(base, self.mss),
        };
    }

    /// Begins fast recovery: three segments have left the network (RFC 5681 section 3.2 step 3).
    pub(super) const fn enter_recovery(&mut self) {
        self.cwnd = self.ssthresh.saturating_add(3 * self.mss);
    }

    /// One more segment has left the network (RFC 5681 section 3.2 step 4).
    pub(super) const fn inflate(&mut self) {
        self.cwnd += self.mss;
    }

    /// A partial acknowledgment (RFC 6582 section 3.2 step 3).
    pub(super) fn deflate(&mut self, acked: u64) {
        self.cwnd = self.cwnd.saturating_sub(acked).max(self.mss);
        if acked >= self.mss {
            self.cwnd += self.mss;
        }
    }

    /// Ends fast recovery with `flight` bytes outstanding (RFC 6582 section 3.2 step 3).
    pub(super) fn exit_recovery(&mut self, flight: u64) {
        self.cwnd = match self.reduction {
            Reduction::Window => self.ssthresh,
            Reduction::Flight => self.ssthresh.min(flight.max(self.mss) + self.mss),
        };
    }

    /// A time-out: one segment (RFC 5681 section 3.1).
    pub(super) const fn on_timeout(&mut self) {
        self.cwnd = self.mss;
    }

    /// New data after `idle` without any, longer than the time-out (RFC 5681 section 4.1).
    pub(super) fn on_idle(&mut self, idle: Duration, rto: Duration) {
        let restart = self.initial.min(self.cwnd);
        match self.idle {
            Idle::Restart => self.cwnd = restart,
            Idle::Halve => {
                self.ssthresh = match self.ssthresh {
                    u64::MAX => u64::MAX,
                    ssthresh => ssthresh.max(self.cwnd / 4 * 3),
                };
                let mut left = idle.saturating_sub(rto);
                while !left.is_zero() && self.cwnd > restart {
                    self.cwnd /= 2;
                    left = left.saturating_sub(rto);
                }
                self.cwnd = (self.cwnd / self.mss * self.mss).max(restart);
            }
        }
    }
}
