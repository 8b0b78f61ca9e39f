//! What acknowledgments and time-outs do to the flight: RFC 6298 section 5, RFC 5681 section 3.2,
//! RFC 6582.

use super::congestion::Acked;
use super::state::State;
use super::timers::Timer;
use super::{ConnError, Connection};
use crate::sim::time::Instant;

/// Where the sender is in the repair of losses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Recovery {
    phase: Phase,
    /// How many duplicate acknowledgments came in a row.
    dup_acks: u32,
    /// The position behind all that was sent when the last repair began.
    recover: u64,
    /// Whether a partial acknowledgment has restarted the timer.
    restarted: bool,
    /// How many time-outs came in a row.
    timeouts: u32,
}

/// What kind of repair is going on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Phase {
    /// None.
    #[default]
    Open,
    /// After three duplicate acknowledgments (RFC 6582 section 3.2).
    Fast,
    /// After a time-out, until all that was sent before is acknowledged.
    Timeout,
}

/// As many duplicate acknowledgments mean a loss (RFC 5681 section 3.2).
const DUP_THRESHOLD: u32 = 3;

impl Recovery {
    /// How many duplicate acknowledgments came in a row.
    pub(super) const fn dup_acks(&self) -> u32 {
        self.dup_acks
    }

    /// New segments that the first two duplicates let out (RFC 3042 section 2).
    pub(super) fn limited_transmit(&self) -> u64 {
        if self.phase == Phase::Open { u64::from(self.dup_acks.min(DUP_THRESHOLD - 1)) } else { 0 }
    }
}

impl Connection {
    /// Bytes up to `ack` are newly acknowledged; `echo` is the clock that came back with it.
    pub(super) fn on_new_ack(&mut self, now: Instant, ack: u64, echo: Option<u32>) {
        let data_end = self.snd.buffer.end();
        let acked = ack.min(data_end).saturating_sub(self.snd.una.max(1));
        let removed = self.snd.flight.acknowledge(ack);
        self.snd.una = ack;
        self.snd.buffer.forget(ack);
        self.snd.probes = 0;
        if let Some(sent_at) = removed.sample {
            self.rtt.sample(now - sent_at);
        } else if let (true, Some(echo)) = (removed.retransmitted, echo) {
            // RFC 7323 section 4: the echo tells which sending is acknowledged.
            let ms = self.clock(now).wrapping_sub(echo);
            self.rtt.sample(core::time::Duration::from_millis(u64::from(ms)));
        }
        let acked = Acked {
            now,
            bytes: acked,
            una: ack,
            next: self.snd.nxt,
            sample: self.rtt.take_latest(),
        };
        let restart = self.repair_on_ack(&acked);
        self.recovery.dup_acks = 0;
        self.recovery.timeouts = 0;
        if self.snd.flight.is_empty() {
            // RFC 6298 section 5.2.
            self.timers.stop(Timer::Retransmission);
        } else if restart {
            // Section 5.3.
            self.timers.set(Timer::Retransmission, now + self.rtt.rto());
        }
    }

    /// Moves the repair on, or the window; returns whether the timer starts anew.
    fn repair_on_ack(&mut self, acked: &Acked) -> bool {
        let complete = acked.una >= self.recovery.recover;
        match self.recovery.phase {
            Phase::Open => self.congestion.on_ack(acked),
            Phase::Timeout => {
                self.congestion.on_ack(acked);
                if complete {
                    self.recovery.phase = Phase::Open;
                }
            }
            Phase::Fast if complete => {
                self.congestion.exit_recovery(self.snd.nxt - self.snd.una);
                self.recovery.phase = Phase::Open;
            }
            Phase::Fast => {
                // RFC 6582 section 3.2 step 3: the next hole.
                self.congestion.deflate(acked.bytes);
                self.snd.flight.lose_oldest();
                self.resend(acked.now);
                let first = !core::mem::replace(&mut self.recovery.restarted, true);
                return first || !self.config.profile.impatient;
            }
        }
        true
    }

    /// An acknowledgment that says nothing new while data is in flight (RFC 5681 section 2).
    pub(super) fn on_dup_ack(&mut self, now: Instant) {
        self.recovery.dup_acks += 1;
        if self.recovery.phase == Phase::Fast {
            self.congestion.inflate();
            return;
        }
        // RFC 6582 section 3.2 step 2: not for what the last repair has sent again.
        let fresh = self.snd.una > self.recovery.recover;
        if self.recovery.dup_acks != DUP_THRESHOLD || !fresh {
            return;
        }
        self.congestion.reduce(self.snd.nxt - self.snd.una);
        self.recovery.phase = Phase::Fast;
        self.recovery.recover = self.snd.nxt;
        self.recovery.restarted = false;
        self.congestion.enter_recovery();
        self.snd.flight.lose_oldest();
        self.note("fast-retransmit", "three duplicate acknowledgments: send again at once");
        self.resend(now);
    }

    /// The oldest segment was not acknowledged in time (RFC 6298 sections 5.4 to 5.6).
    pub(super) fn on_retransmission_timeout(&mut self, now: Instant) {
        let Some(oldest) = self.snd.flight.oldest() else { return };
        if now - oldest.first_at >= self.config.profile.give_up {
            self.end(self.state.give_up(), Some(ConnError::TimedOut));
            return;
        }
        // RFC 5681 section 3.1: not again for a segment that the timer has already resent.
        if self.recovery.timeouts == 0 {
            self.congestion.reduce(self.snd.nxt - self.snd.una);
        }
        self.congestion.on_timeout();
        self.recovery = Recovery {
            phase: Phase::Timeout,
            recover: self.snd.nxt,
            timeouts: self.recovery.timeouts + 1,
            ..Recovery::default()
        };
        self.snd.flight.lose_all();
        self.rtt.back_off();
        self.timers.set(Timer::Retransmission, now + self.rtt.rto());
        self.resend(now);
        self.transmit(now);
    }

    /// The SYN or SYN-ACK is not answered.
    pub(super) fn on_handshake_timeout(&mut self, now: Instant) {
        let profile = &self.config.profile;
        self.handshake.timeouts += 1;
        let most = if self.state == State::SynSent {
            profile.syn_linear_timeouts + profile.syn_retries
        } else {
            profile.synack_retries
        };
        if self.handshake.timeouts > most {
            self.end(self.state.give_up(), Some(ConnError::TimedOut));
            return;
        }
        self.send_syn(now);
        self.arm_handshake(now);
    }

    /// Arms the timer of the handshake: the first time-outs of a SYN may stay the same.
    pub(super) fn arm_handshake(&mut self, now: Instant) {
        let profile = &self.config.profile;
        let linear = if self.state == State::SynSent { profile.syn_linear_timeouts } else { 0 };
        let doublings = self.handshake.timeouts.saturating_sub(linear).min(16);
        let rto = profile.rto_initial.saturating_mul(1 << doublings).min(profile.rto_max);
        self.timers.set(Timer::Handshake, now + rto);
    }

    /// The peer's window is shut, or too small: ask (RFC 9293 section 3.8.6.1).
    pub(super) fn on_persist_timeout(&mut self, now: Instant) {
        if self.snd.probes > 0 && now - self.snd.heard_at >= self.config.profile.give_up {
            self.end(self.state.give_up(), Some(ConnError::TimedOut));
            return;
        }
        self.snd.probes += 1;
        self.send_probe(now);
        let factor = 1_u32 << self.snd.probes.min(16);
        let wait = self.rtt.rto().saturating_mul(factor).min(self.config.profile.rto_max);
        if self.snd.flight.is_empty() {
            self.timers.set(Timer::Persist, now + wait);
        }
    }

    /// Data begins after the handshake (RFC 6298 section 5.7).
    pub(super) fn begin_data(&mut self) {
        let profile = &self.config.profile;
        let unsure = self.rtt.smoothed().is_none() || profile.rto_after_syn_timeout_always;
        if self.handshake.timeouts > 0 && unsure {
            self.rtt.restart(profile.rto_after_syn_timeout);
        }
        // The retransmitted handshake is behind: later losses may be repaired fast.
        self.recovery = Recovery::default();
    }
}
