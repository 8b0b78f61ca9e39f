//! What acknowledgments do to the flight: SACK (RFC 2018, RFC 6675), RACK-TLP (RFC 8985), `NewReno`
//! (RFC 6582), F-RTO (RFC 5682), and undoing what was wrong (RFC 3522, RFC 3708).
//!
//! The order of the steps is that of Linux's `tcp_ack`.

use core::ops::Range;
use core::time::Duration;

use super::congestion::Acked;
use super::flight::{Found, Heard};
use super::profile::{Reduction, Repair};
use super::rack::DUP_THRESHOLD;
use super::recovery::{Phase, Undo};
use super::timers::Timer;
use super::{Connection, clock};
use crate::sim::time::Instant;

/// An acknowledgment, in positions.
#[derive(Clone, Debug)]
pub(super) struct News {
    /// The next position that the peer expects.
    pub(super) ack: u64,
    /// The clock that came back with it.
    pub(super) echo: Option<u32>,
    /// What the peer has behind a hole.
    pub(super) blocks: Vec<Range<u64>>,
    /// What the peer got twice (RFC 2883).
    pub(super) twice: Option<Range<u64>>,
    /// Whether it says that a marked packet has come (RFC 3168).
    pub(super) marked: bool,
    /// Whether it says nothing besides: no data, no larger window (RFC 5681 section 2).
    pub(super) bare: bool,
}

/// What the phases are told about an acknowledgment.
#[derive(Clone, Copy, Debug)]
struct Gist {
    /// Whether it acknowledges something new in order.
    advanced: bool,
    /// Whether it is a duplicate.
    duplicate: bool,
    /// Whether it acknowledges something behind a hole for the first time.
    sacked: bool,
    /// Whether the first sending of something from before the repair has arrived.
    original: bool,
    /// Whether it was sent before the first repetition of the repair.
    late: bool,
}

impl Connection {
    /// How losses are found: without the peer's consent to SACK only by duplicates.
    pub(super) const fn repair(&self) -> Repair {
        if self.handshake.sack { self.config.profile.repair } else { Repair::Duplicates }
    }

    /// Whether losses reduce the window as in Linux: bit by bit, and not if they were none.
    pub(super) fn is_proportional(&self) -> bool {
        self.config.profile.reduction == Reduction::Window
    }

    /// Bytes that are in the network as far as is known (RFC 6675 section 4, `SetPipe`).
    pub(super) fn pipe(&self) -> u64 {
        let outstanding = self.snd.nxt - self.snd.una;
        self.snd.flight.pipe(outstanding).saturating_sub(self.recovery.guessed)
    }

    /// Takes an acknowledgment that is not of the future.
    pub(super) fn on_acknowledgment(&mut self, now: Instant, news: &News) {
        let before = self.snd.una;
        let prior = (self.pipe(), self.snd.flight.lost_ever());
        let farthest = self.snd.flight.highest_sacked();
        let rack = self.recovery.rack;
        let recover = self.recovery.recover;
        let mut heard = Heard { now, echo: news.echo, recover, rack, ..Heard::default() };
        for block in &news.blocks {
            self.snd.flight.sack(block, &mut heard);
        }
        let advanced = news.ack > before;
        if advanced {
            self.snd.flight.acknowledge(news.ack, &mut heard);
            self.snd.una = news.ack;
            self.snd.buffer.forget(news.ack);
            self.snd.probes = 0;
            self.recovery.timeouts = 0;
            self.recovery.again_since = None;
        }
        let sampled = self.take_sample(&mut heard);
        if heard.late.zip(farthest).is_some_and(|(late, farthest)| late < farthest) {
            heard.rack.saw_disorder();
        }
        self.recovery.rack = heard.rack;
        let duplicate =
            !advanced && news.bare && news.twice.is_none() && !self.snd.flight.is_empty();
        self.recovery.dup_acks = match (advanced, duplicate) {
            (true, _) => 0,
            (false, more) => self.recovery.dup_acks + u32::from(more),
        };
        let late = self.recovery.undo.and_then(|undo| undo.since).zip(news.echo);
        let late = late.is_some_and(|(since, echo)| {
            self.handshake.timestamps && echo.wrapping_sub(clock(since)).cast_signed() < 0
        });
        let (sacked, original) = (heard.sacked, heard.original);
        let gist = Gist { advanced, duplicate, sacked, original, late };
        self.guess(&mut heard, gist);
        self.note_twice(news);
        self.settle_probe(news, !advanced && news.bare && !sacked);
        let found = self.on_phase(now, gist);
        self.arm_after_ack(now, &heard, sampled, found);
        self.consult_model(&heard, prior);
        let reduced = news.marked && self.on_echo();
        if !reduced {
            self.adjust_window(&heard, gist.advanced && !found.lost);
        }
    }

    /// Takes a sample of the round trip (RFC 6298 section 3); returns the one of what is behind a
    /// hole, if it is that.
    fn take_sample(&mut self, heard: &mut Heard) -> Option<Duration> {
        let acked = heard.oldest_acked.filter(|_| !heard.repeated);
        let sent = acked.or(heard.oldest_sacked);
        let echoed = || {
            // RFC 7323 section 4: the echo tells which sending is acknowledged.
            let echo = heard.echo.filter(|_| heard.acked > 0)?;
            let ms = clock(heard.now).wrapping_sub(echo);
            Some(Duration::from_millis(u64::from(ms)))
        };
        let sample = sent.map(|at| heard.now - at).or_else(echoed)?;
        self.rtt.sample(sample);
        heard.rack.sample(sample);
        heard.oldest_sacked.filter(|_| acked.is_none()).map(|at| heard.now - at)
    }

    /// Without SACK each duplicate stands for a segment that has arrived (RFC 5681 section 3.2,
    /// steps 2 and 4), and what is acknowledged in order takes them back.
    fn guess(&mut self, heard: &mut Heard, gist: Gist) {
        if self.handshake.sack {
            return;
        }
        let mss = self.snd.mss;
        let guessed = self.recovery.guessed;
        if gist.duplicate {
            let hole = self.snd.flight.lost_bytes().max(mss);
            let most = (self.snd.nxt - self.snd.una).saturating_sub(hole);
            self.recovery.guessed = (guessed + mss).min(most);
            heard.delivered = self.recovery.guessed.saturating_sub(guessed);
        } else if gist.advanced {
            heard.delivered = heard.delivered.saturating_sub(guessed).max(mss.min(heard.delivered));
            let open = self.recovery.phase == Phase::Open;
            let rest = guessed.saturating_sub(heard.acked.saturating_sub(mss));
            let most = self.snd.flight.pipe(self.snd.nxt - self.snd.una);
            self.recovery.guessed = if open { 0 } else { rest.min(most) };
        }
    }

    /// Something arrived twice: a repetition was in vain, or the network doubled a packet.
    fn note_twice(&mut self, news: &News) {
        let Some(twice) = &news.twice else { return };
        let of_probe =
            self.recovery.probe.is_some_and(|probe| probe.again && twice.end == probe.high);
        if let Some(undo) = &mut self.recovery.undo
            && undo.repeated > 0
            && twice.end > undo.una
        {
            undo.repeated -= 1;
        }
        if !of_probe {
            self.recovery.rack.saw_duplicate(self.snd.una, self.snd.nxt);
        }
    }

    /// Does what the phase of the repair asks for.
    fn on_phase(&mut self, now: Instant, gist: Gist) -> Found {
        self.end_repair();
        match self.recovery.phase {
            Phase::Open => {
                self.undo_if_in_vain();
                let found = self.look_for_losses(now, gist);
                if self.snd.flight.is_waiting() {
                    self.begin_repair(now);
                }
                found
            }
            Phase::Fast => {
                // RFC 3522: the hole was filled by what was late, not by a repetition.
                if gist.advanced && gist.late && self.snd.flight.again_bytes() == 0 {
                    self.undo();
                } else {
                    self.undo_if_in_vain();
                }
                let found = self.look_for_losses(now, gist);
                if self.recovery.phase == Phase::Open && self.snd.flight.is_waiting() {
                    self.begin_repair(now);
                } else if !self.is_proportional() && gist.advanced && found.lost {
                    // RFC 6582 section 3.2 step 3: the next hole.
                    self.resend(now);
                }
                found
            }
            Phase::Timeout => {
                self.after_timeout(gist);
                let found = self.look_for_losses(now, gist);
                if found.repetition && self.recovery.phase == Phase::Timeout {
                    self.begin_repair(now);
                }
                found
            }
        }
    }

    /// Leaves fast recovery once all that was sent before it has arrived.
    fn end_repair(&mut self) {
        let recovery = &mut self.recovery;
        if recovery.phase != Phase::Fast || self.snd.una < recovery.recover {
            return;
        }
        recovery.guessed = 0;
        recovery.phase = Phase::Open;
        recovery.rack.end_repair();
        if recovery.undo.is_some_and(|undo| undo.repeated == 0) {
            self.undo();
            return;
        }
        self.recovery.undo = None;
        let flight = self.snd.nxt - self.snd.una;
        self.congestion.exit_recovery(flight);
    }

    /// Marks what is lost.
    fn look_for_losses(&mut self, now: Instant, gist: Gist) -> Found {
        if self.snd.flight.is_empty() {
            return Found::default();
        }
        let mss = self.snd.mss;
        let open = self.recovery.phase == Phase::Open;
        let many = u64::from(DUP_THRESHOLD) * mss;
        match self.repair() {
            Repair::Rack if self.recovery.rack.take_advanced() => {
                let enough = self.snd.flight.sacked_bytes() >= many;
                self.lose_by_time(now, enough)
            }
            Repair::Rack => Found::default(),
            Repair::Sack => {
                let found = self.snd.flight.lose_by_count(mss);
                let third = open && self.recovery.dup_acks >= DUP_THRESHOLD;
                if found.lost || !third { found } else { self.snd.flight.lose_oldest() }
            }
            Repair::Duplicates => {
                // RFC 6582 section 3.2 step 2: not for what the last repair has sent again.
                let third =
                    open && self.recovery.guessed >= many && self.snd.una > self.recovery.recover;
                let partial = self.recovery.phase == Phase::Fast && gist.advanced;
                if third || partial { self.snd.flight.lose_oldest() } else { Found::default() }
            }
        }
    }

    fn lose_by_time(&mut self, now: Instant, enough: bool) -> Found {
        let repairing = self.recovery.phase != Phase::Open;
        let srtt = self.rtt.smoothed().map_or(0, |smoothed| smoothed.srtt_ns);
        let window = self.recovery.rack.window(repairing, enough, srtt);
        self.snd.flight.lose_by_time(now, &self.recovery.rack, window)
    }

    /// Begins fast recovery (RFC 5681 section 3.2, RFC 6675 section 5, RFC 6937 section 3).
    fn begin_repair(&mut self, now: Instant) {
        let since_timeout = self.recovery.phase == Phase::Timeout;
        self.recovery.undo = Some(self.remember());
        let outstanding = self.snd.nxt - self.snd.una;
        self.recovery.prr.begin(self.congestion.cwnd(), self.snd.mss);
        self.congestion.reduce(outstanding);
        self.recovery.phase = Phase::Fast;
        self.recovery.recover = self.snd.nxt;
        self.recovery.restarted = false;
        self.recovery.probe = None;
        if self.repair() == Repair::Duplicates {
            self.note("fast-retransmit", "three duplicate acknowledgments: send again at once");
        } else if !since_timeout {
            let text = "what was sent later has arrived: send again at once";
            self.note("fast-retransmit", text);
        }
        if !self.is_proportional() {
            self.congestion.enter_recovery();
            self.resend(now);
        }
    }

    /// What to go back to if it turns out that nothing was lost.
    pub(super) fn remember(&self) -> Undo {
        let again = self.snd.flight.again_bytes() / self.snd.mss;
        Undo {
            una: self.snd.una,
            window: self.congestion.snapshot(),
            repeated: i64::try_from(again).ok().filter(|again| *again > 0).unwrap_or(-1),
            since: None,
        }
    }

    /// Undoes the reduction if each repetition has arrived twice (RFC 3708 section 3).
    fn undo_if_in_vain(&mut self) {
        if self.recovery.undo.is_some_and(|undo| undo.repeated == 0) {
            self.undo();
        }
    }

    /// Nothing was lost: the window is as before, and nothing more is sent again.
    fn undo(&mut self) {
        let Some(undo) = self.recovery.undo.take() else { return };
        if !self.is_proportional() {
            return;
        }
        self.congestion.restore(undo.window);
        self.snd.flight.find_all();
        self.recovery.phase = Phase::Open;
        self.recovery.frto = false;
        self.recovery.rack.look_again();
        self.note("undone", "nothing was lost: the window is as before");
    }

    /// After a time-out: what the acknowledgment says about it (RFC 5682 section 3, with SACK).
    fn after_timeout(&mut self, gist: Gist) {
        let vain = self.recovery.undo.is_some_and(|undo| undo.repeated == 0);
        if gist.advanced && (gist.late || vain) {
            return self.undo();
        }
        let complete = self.snd.una >= self.recovery.recover;
        if self.recovery.frto {
            if gist.original {
                return self.undo();
            }
            if self.snd.nxt > self.recovery.recover {
                if gist.sacked || gist.duplicate {
                    self.recovery.frto = false;
                }
            } else if gist.advanced && !complete {
                self.recovery.new_first = self.snd.buffer.end() > self.snd.nxt;
                self.recovery.frto = self.recovery.new_first;
                return;
            }
        }
        if complete {
            self.recovery.phase = Phase::Open;
            self.recovery.guessed = 0;
            self.recovery.undo = None;
            self.recovery.rack.end_repair();
        }
    }

    /// Arms the timers after an acknowledgment (RFC 6298 section 5.3, RFC 8985 section 7.2).
    fn arm_after_ack(
        &mut self,
        now: Instant,
        heard: &Heard,
        sampled: Option<Duration>,
        found: Found,
    ) {
        if self.snd.flight.is_empty() {
            // RFC 6298 section 5.2.
            return self.stop_resending();
        }
        if let Some(wait) = found.wait {
            return self.arm(Timer::Reordering, now + self.in_ticks(wait + Timer::LEAST));
        }
        let oldest = self.snd.flight.oldest().map_or(now, |oldest| oldest.last_at);
        let sampled = sampled.is_some_and(|sample| self.is_proportional() && sample > now - oldest);
        let mut restart = heard.acked > 0 || sampled;
        if self.recovery.phase == Phase::Fast && self.config.profile.impatient {
            // RFC 6582 section 3.2 step 3, the variant "impatient".
            restart &= !core::mem::replace(&mut self.recovery.restarted, heard.acked > 0);
        }
        if restart && !self.arm_probe(now, true) {
            self.arm_resending(now);
        }
    }

    /// Moves the congestion window; `good` if the hole moves and nothing new is lost.
    fn adjust_window(&mut self, heard: &Heard, good: bool) {
        if self.congestion.has_model() {
            return;
        }
        if self.recovery.phase == Phase::Fast {
            if self.is_proportional() && heard.delivered > 0 {
                let pipe = self.pipe();
                let target = self.congestion.ssthresh();
                let prr = &mut self.recovery.prr;
                self.congestion.set(prr.window(heard.delivered, pipe, target, good));
            }
        } else if heard.acked > 0 {
            self.congestion.on_ack(&Acked {
                now: heard.now,
                bytes: heard.delivered,
                una: self.snd.una,
                next: self.snd.nxt,
                sample: self.rtt.take_latest(),
            });
        }
    }

    /// Disorder was allowed for long enough (RFC 8985 section 6.3).
    pub(super) fn on_reordering_timeout(&mut self, now: Instant) {
        let enough = self.snd.flight.sacked_bytes() >= u64::from(DUP_THRESHOLD) * self.snd.mss;
        let found = self.lose_by_time(now, enough);
        if found.lost {
            if self.recovery.phase != Phase::Fast {
                self.begin_repair(now);
                let heard = Heard { delivered: 1, ..Heard::default() };
                self.adjust_window(&heard, false);
            }
            self.transmit(now);
        }
        match found.wait {
            Some(wait) => self.arm(Timer::Reordering, now + self.in_ticks(wait + Timer::LEAST)),
            None if !self.timers.is_set(Timer::Retransmission) => self.arm_resending(now),
            None => {}
        }
    }
}
