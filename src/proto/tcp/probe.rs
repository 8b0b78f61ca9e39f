//! The timers of what is in flight: one of them runs at a time, as in Linux. The tail loss probe
//! (RFC 8985 section 7) asks before the retransmission timer (RFC 6298 section 5) decides.

use super::Connection;
use super::profile::Repair;
use super::recovery::{Phase, Probe};
use super::repair::News;
use super::timers::Timer;
use crate::sim::time::{Instant, nanos};
use core::time::Duration;

impl Connection {
    /// Stops all timers of what is in flight.
    pub(super) const fn stop_resending(&mut self) {
        self.timers.stop(Timer::Retransmission);
        self.timers.stop(Timer::TailProbe);
        self.timers.stop(Timer::Reordering);
    }

    /// How long a short timer takes: Linux rounds up to whole ticks, which begin at any moment, so
    /// that half a tick more is what it takes on average.
    pub(super) fn in_ticks(&self, wait: Duration) -> Duration {
        let tick = nanos(self.config.profile.tick);
        if tick == 0 {
            return wait;
        }
        Duration::from_nanos(nanos(wait).next_multiple_of(tick) + tick / 2)
    }

    /// Arms one of them, and stops the others.
    pub(super) const fn arm(&mut self, timer: Timer, at: Instant) {
        self.stop_resending();
        self.timers.set(timer, at);
    }

    /// When the oldest segment is out of time.
    fn out_of_time(&self, now: Instant) -> Instant {
        self.snd.flight.oldest().map_or(now, |oldest| oldest.last_at) + self.rtt.rto()
    }

    /// Arms the retransmission timer. If another one took its place, the time since the oldest
    /// segment was sent counts.
    pub(super) fn arm_resending(&mut self, now: Instant) {
        let replaced =
            self.timers.is_set(Timer::TailProbe) || self.timers.is_set(Timer::Reordering);
        let at = if replaced {
            self.out_of_time(now).max(now + Timer::LEAST)
        } else {
            now + self.rtt.rto()
        };
        self.arm(Timer::Retransmission, at);
    }

    /// Something new was sent.
    pub(super) fn arm_after_sending(&mut self, now: Instant) {
        let running =
            self.timers.is_set(Timer::Retransmission) || self.timers.is_set(Timer::Reordering);
        if !running {
            // RFC 6298 section 5.1.
            self.arm_resending(now);
        }
    }

    /// Arms the probe (section 7.2, `TLP_calc_PTO`): two round trips; if a single segment is in
    /// flight, its acknowledgment may be delayed; never after the retransmission timer. Returns
    /// whether it runs.
    pub(super) fn arm_probe(&mut self, now: Instant, advancing: bool) -> bool {
        let flight = &self.snd.flight;
        let calm = self.recovery.phase == Phase::Open && flight.is_orderly();
        if self.repair() != Repair::Rack || flight.is_empty() || !calm {
            return false;
        }
        let Some(smoothed) = self.rtt.smoothed() else { return false };
        let delay =
            if flight.len() == 1 { self.config.profile.rto_variance_min } else { Timer::LEAST };
        let wait = self.in_ticks(Duration::from_nanos(2 * smoothed.srtt_ns) + delay);
        let last = if advancing { now + self.rtt.rto() } else { self.out_of_time(now) };
        let at = if last > now { (now + wait).min(last) } else { now + wait };
        self.arm(Timer::TailProbe, at);
        true
    }

    /// No acknowledgment came (section 7.3): something new, or the newest segment once more.
    pub(super) fn on_tail_probe_timeout(&mut self, now: Instant) {
        if self.snd.flight.is_empty() {
            return;
        }
        if self.recovery.probe.is_none() {
            let before = self.snd.nxt;
            let again = !self.send_one_more(now);
            let sent = if again { self.resend_newest(now) } else { self.snd.nxt > before };
            if sent {
                self.recovery.probe = Some(Probe { high: self.snd.nxt, again });
                // The retransmission timer begins now.
                return self.arm(Timer::Retransmission, now + self.rtt.rto());
            }
        }
        let at = self.out_of_time(now).max(now + Timer::LEAST);
        self.arm(Timer::Retransmission, at);
    }

    /// What an acknowledgment says about the probe (section 7.4).
    pub(super) fn settle_probe(&mut self, news: &News, bare_duplicate: bool) {
        let Some(probe) = self.recovery.probe else { return };
        if news.ack < probe.high {
            return;
        }
        let twice = news.twice.as_ref().is_some_and(|twice| twice.end == probe.high);
        if !probe.again || twice {
            self.recovery.probe = None;
        } else if news.ack > probe.high {
            // The probe has repaired a loss that nothing else tells of.
            self.recovery.probe = None;
            self.congestion.reduce(self.snd.nxt - self.snd.una);
            self.congestion.exit_recovery(self.snd.nxt - self.snd.una);
            self.note("probe-repaired", "the probe has filled a hole: a loss after all");
        } else if bare_duplicate {
            self.recovery.probe = None;
        }
    }
}
