//! Where a sender is in the repair of losses, and what its time-outs do: RFC 6298 section 5.

use super::profile::Repair;
use super::prr::Prr;
use super::rack::Rack;
use super::state::State;
use super::timers::Timer;
use super::{ConnError, Connection};
use crate::sim::time::Instant;
use core::time::Duration;

/// Where the sender is in the repair of losses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Recovery {
    pub(super) phase: Phase,
    /// How many duplicate acknowledgments came in a row.
    pub(super) dup_acks: u32,
    /// Without SACK: bytes that duplicates say have arrived.
    pub(super) guessed: u64,
    /// The position behind all that was sent when the last repair began.
    pub(super) recover: u64,
    /// Whether a partial acknowledgment has restarted the timer.
    pub(super) restarted: bool,
    /// How many time-outs came in a row.
    pub(super) timeouts: u32,
    /// When the oldest segment was first sent again.
    pub(super) again_since: Option<Instant>,
    pub(super) rack: Rack,
    pub(super) prr: Prr,
    /// The probe that no acknowledgment has judged yet.
    pub(super) probe: Option<Probe>,
    /// What to go back to if nothing was lost.
    pub(super) undo: Option<Undo>,
    /// Whether a time-out may turn out to have been wrong (RFC 5682).
    pub(super) frto: bool,
    /// Whether something new is sent before what is lost, to find out.
    pub(super) new_first: bool,
}

/// What kind of repair is going on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Phase {
    /// None.
    #[default]
    Open,
    /// After a loss was found (RFC 6582 section 3.2, RFC 6675 section 5).
    Fast,
    /// After a time-out, until all that was sent before is acknowledged.
    Timeout,
}

/// A tail loss probe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Probe {
    /// The position behind all that was sent, the probe included.
    pub(super) high: u64,
    /// Whether it sent old bytes again.
    pub(super) again: bool,
}

/// The window before a repair, and how it could turn out that nothing was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Undo {
    /// The oldest position that was not acknowledged.
    pub(super) una: u64,
    /// The congestion window and its threshold.
    pub(super) window: (u64, u64),
    /// How many repetitions have not arrived twice; negative before the first.
    pub(super) repeated: i64,
    /// When the first repetition was sent.
    pub(super) since: Option<Instant>,
}

impl Recovery {
    /// How many duplicate acknowledgments came in a row.
    pub(super) const fn dup_acks(&self) -> u32 {
        self.dup_acks
    }
}

impl Connection {
    /// Something lost is sent again.
    pub(super) fn note_resent(&mut self, now: Instant, len: u64) {
        let recovery = &mut self.recovery;
        recovery.again_since = recovery.again_since.or(Some(now));
        if let Some(undo) = &mut recovery.undo {
            undo.since = undo.since.or(Some(now));
            undo.repeated = undo.repeated.max(0) + 1;
        }
        recovery.prr.sent(len);
    }

    /// The oldest segment was not acknowledged in time (RFC 6298 sections 5.4 to 5.6).
    pub(super) fn on_retransmission_timeout(&mut self, now: Instant) {
        let Some(oldest) = self.snd.flight.oldest() else { return };
        // Linux counts from the first repetition (`retransmits_timed_out`).
        let linux = self.is_proportional();
        let since = if linux { self.recovery.again_since } else { Some(oldest.first_at) };
        if since.is_some_and(|since| now - since >= self.config.profile.give_up) {
            self.end(self.state.give_up(), Some(ConnError::TimedOut));
            return;
        }
        let recovery = self.recovery;
        let fresh = match recovery.phase {
            Phase::Open => true,
            Phase::Timeout => recovery.timeouts == 0,
            // Linux has reduced the window for this one already.
            Phase::Fast => !linux || self.snd.una >= recovery.recover,
        };
        if fresh {
            self.recovery.undo = Some(self.remember());
            self.congestion.reduce(self.snd.nxt - self.snd.una);
        }
        let wait = if self.repair() == Repair::Rack { recovery.rack.rtt() } else { Duration::ZERO };
        self.snd.flight.lose_after_timeout(now, wait);
        self.recovery = Recovery {
            phase: Phase::Timeout,
            dup_acks: 0,
            guessed: 0,
            recover: self.snd.nxt,
            timeouts: recovery.timeouts + 1,
            probe: None,
            frto: linux && (fresh || recovery.timeouts > 0),
            new_first: false,
            ..self.recovery
        };
        self.suspect_black_hole(now, recovery.again_since);
        self.congestion.on_timeout(self.pipe());
        self.rtt.back_off();
        self.stop_resending();
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
        self.recovery = Recovery { rack: self.recovery.rack, ..Recovery::default() };
    }
}
