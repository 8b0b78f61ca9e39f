//! How much may be in flight: RFC 5681, with the seam at which algorithms differ.

pub(super) mod bbr;
pub(in crate::proto) mod cubic;
mod hystart;
mod reno;

use core::time::Duration;

use super::profile::{Algorithm, Growth, Idle, Profile, Reduction};
use crate::sim::time::Instant;
use bbr::{Bbr, Mode, Size, Told};
use cubic::Cubic;
use reno::Reno;

/// An algorithm of congestion control: how far to go down, and how to go up again.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Control {
    /// RFC 5681: halve, and add one segment per round trip.
    Reno(Reno),
    /// RFC 9438: to 70 %, and along a cubic curve of time.
    Cubic(Cubic),
    /// By a model of the path, whatever is lost.
    Bbr(Bbr),
}

/// What an acknowledgment of new data tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::proto) struct Acked {
    /// When it came.
    pub(in crate::proto) now: Instant,
    /// How many bytes it acknowledges that were not before.
    pub(in crate::proto) bytes: u64,
    /// Up to which position all is acknowledged now.
    pub(in crate::proto) una: u64,
    /// The next position to be sent.
    pub(in crate::proto) next: u64,
    /// The round trip that it measures.
    pub(in crate::proto) sample: Option<Duration>,
}

/// The congestion window and its threshold, in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Congestion {
    cwnd: u64,
    ssthresh: u64,
    mss: u64,
    initial: u64,
    growth: Growth,
    reduction: Reduction,
    idle: Idle,
    control: Control,
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
            control: match profile.algorithm {
                Algorithm::Reno => Control::Reno(Reno::default()),
                Algorithm::Cubic => Control::Cubic(Cubic::new(profile.hystart)),
                Algorithm::Bbr => Control::Bbr(Bbr::default()),
            },
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

    /// Takes an acknowledgment outside of loss recovery: the window may grow.
    pub(super) fn on_ack(&mut self, acked: &Acked) {
        let slow_start = self.cwnd < self.ssthresh;
        let used = self.usage.limited || slow_start && self.cwnd < 2 * self.usage.most;
        if let Control::Cubic(cubic) = &mut self.control
            && cubic.leaves_slow_start(acked, slow_start, self.cwnd / self.mss)
        {
            self.ssthresh = self.cwnd;
        }
        if !used || acked.bytes == 0 {
            return;
        }
        let mut rest = acked.bytes;
        if self.cwnd < self.ssthresh {
            // RFC 5681 equation 2; Linux counts all that is acknowledged.
            let step = if self.growth == Growth::PerAck { rest.min(self.mss) } else { rest };
            let grown = (self.cwnd + step).min(self.ssthresh);
            rest = step - (grown - self.cwnd);
            self.cwnd = grown;
        }
        if rest > 0 && self.cwnd >= self.ssthresh {
            self.cwnd += match &mut self.control {
                Control::Reno(reno) => reno.growth(self.growth, self.cwnd, self.mss, rest),
                Control::Cubic(cubic) => cubic.growth(acked.now, self.cwnd, self.mss, rest),
                Control::Bbr(_) => 0,
            };
        }
    }

    /// Lowers the threshold after a loss, or a mark of congestion (RFC 3168 section 6.1.2), with
    /// `flight` bytes outstanding.
    pub(super) fn reduce(&mut self, flight: u64) {
        let (base, unit) = match self.reduction {
            // Linux counts the window in whole segments.
            Reduction::Window => (self.cwnd, self.mss),
            Reduction::Flight => (flight, 1),
        };
        let units = match &mut self.control {
            Control::Reno(reno) => reno.lowered(base / unit),
            Control::Cubic(cubic) => cubic.lowered(base / unit, self.cwnd),
            Control::Bbr(bbr) => return bbr.save(self.cwnd),
        };
        // RFC 5681 equation 4, RFC 9438 section 4.6: two segments at least.
        self.ssthresh = (units * unit).max(2 * self.mss);
    }

    /// Whether a model of the path decides, and not losses.
    pub(super) const fn has_model(&self) -> bool {
        matches!(self.control, Control::Bbr(_))
    }

    /// What a model of the path makes of an acknowledgment; the mode that it goes to, if it does.
    pub(super) fn model(&mut self, told: &Told) -> Option<Mode> {
        let Control::Bbr(bbr) = &mut self.control else { return None };
        let before = bbr.mode();
        self.cwnd = bbr.on_ack(told, self.cwnd, Size { initial: self.initial, mss: self.mss });
        Some(bbr.mode()).filter(|mode| *mode != before)
    }

    /// Whether so little is in flight on purpose that rates say nothing.
    pub(super) fn is_probing_rtt(&self) -> bool {
        matches!(&self.control, Control::Bbr(bbr) if bbr.mode() == Mode::ProbeRtt)
    }

    /// At how many bytes a second segments leave: as the model says, or, with `pacing`, twice the
    /// window a round trip at the start and 1.2 times later (Linux's `tcp_update_pacing_rate`).
    pub(super) fn pacing_rate(&self, pacing: bool, srtt_ns: Option<u64>) -> Option<u64> {
        if let Control::Bbr(bbr) = &self.control {
            return bbr.pacing_rate();
        }
        let srtt = srtt_ns.filter(|_| pacing)?.max(1);
        let percent = if self.cwnd < self.ssthresh / 2 { 200 } else { 120 };
        let rate = u128::from(self.cwnd) * percent * 10_000_000 / u128::from(srtt);
        u64::try_from(rate).ok()
    }

    /// Counts in segments of another size from now on.
    pub(super) const fn set_mss(&mut self, mss: u64) {
        self.mss = mss;
    }

    /// Sets the window, as the rate of a repair asks for.
    pub(super) const fn set(&mut self, cwnd: u64) {
        self.cwnd = cwnd;
    }

    /// The window and the threshold, to go back to (Linux's `tcp_current_ssthresh`).
    pub(super) fn snapshot(&self) -> (u64, u64) {
        (self.cwnd, self.ssthresh.max(self.cwnd / 4 * 3))
    }

    /// Goes back: what was taken for a loss was none.
    pub(super) fn restore(&mut self, (cwnd, ssthresh): (u64, u64)) {
        self.cwnd = self.cwnd.max(cwnd);
        self.ssthresh = self.ssthresh.max(ssthresh);
    }

    /// Begins fast recovery at once at the threshold (RFC 5681 section 3.2 step 2, RFC 6675
    /// section 5 step 4.2): what has left the network is counted apart.
    pub(super) const fn enter_recovery(&mut self) {
        if !self.has_model() {
            self.cwnd = self.ssthresh;
        }
    }

    /// Ends fast recovery with `flight` bytes outstanding (RFC 6582 section 3.2 step 3).
    pub(super) fn exit_recovery(&mut self, flight: u64) {
        if self.has_model() {
            return;
        }
        self.cwnd = match self.reduction {
            Reduction::Window => self.ssthresh,
            Reduction::Flight => self.ssthresh.min(flight.max(self.mss) + self.mss),
        };
    }

    /// A time-out with `pipe` bytes still in the network: one segment more (RFC 5681 section 3.1).
    pub(super) fn on_timeout(&mut self, pipe: u64) {
        self.cwnd = pipe + self.mss;
        match &mut self.control {
            Control::Cubic(cubic) => cubic.restart(),
            Control::Bbr(bbr) => bbr.on_timeout(),
            Control::Reno(_) => {}
        }
    }

    /// Sends again after nothing was in flight for `pause`; `rto` is the time-out.
    pub(super) fn on_pause(&mut self, pause: Duration, rto: Duration, limited: bool) {
        match &mut self.control {
            Control::Cubic(cubic) => cubic.on_pause(pause),
            Control::Bbr(bbr) if limited => return bbr.on_restart(),
            // A model does not forget (Linux's `tcp_slow_start_after_idle_check`).
            Control::Bbr(_) => return,
            Control::Reno(_) => {}
        }
        if pause > rto {
            self.on_idle(pause, rto);
        }
    }

    /// New data after `idle` without any, longer than the time-out (RFC 5681 section 4.1).
    fn on_idle(&mut self, idle: Duration, rto: Duration) {
        let restart = self.initial.min(self.cwnd);
        match self.idle {
            Idle::Keep => {}
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

#[cfg(test)]
mod tests;
