//! What acknowledgments and time-outs do: RFC 9002 sections 5 to 7, in the order of appendix A.

use core::time::Duration;

use super::output::PROBES;
use super::space::{Carried, Sent, SpaceId};
use super::{CloseReason, Connection, State, StreamInput};
use crate::sim::time::{Instant, nanos};
use crate::wire::Side;
use crate::wire::quic::Frame;
use crate::wire::quic::frame::Ack;

/// How many newer packets must be acknowledged (section 6.1.1).
const PACKET_THRESHOLD: u64 = 3;
/// How many time-outs make congestion persistent (section 7.6.1).
const PERSISTENT: u32 = 3;

impl Connection {
    /// Appendix A.7.
    pub(super) fn on_ack(&mut self, now: Instant, id: SpaceId, ack: &Ack) -> Result<(), u64> {
        const PROTOCOL_VIOLATION: u64 = 0x0a;
        let largest = ack.largest();
        let space = self.space(id);
        if largest >= space.next {
            return Err(PROTOCOL_VIOLATION);
        }
        space.largest_acked = space.largest_acked.max(Some(largest));
        let newly = space.newly_acked(ack);
        let mut acked: Vec<Sent> =
            newly.into_iter().filter_map(|number| self.space(id).remove(number)).collect();
        if acked.is_empty() {
            return Ok(());
        }
        if id == SpaceId::Handshake {
            // The server answers the client's handshake: it has validated the address.
            self.peer.validated = true;
        }
        let eliciting = acked.iter().any(|sent| sent.ack_eliciting);
        let newest = acked.last().filter(|sent| sent.number == largest && eliciting);
        if let Some(sent) = newest.filter(|sent| sent.era == self.path.era) {
            let at = sent.at;
            self.sample(now, id, at, ack.delay);
        }
        for sent in &mut acked {
            let sample = (sent.at, sent.size);
            if sent.era == self.path.era {
                let limited = self.loss.limited;
                self.congestion.on_acked(now, sample, limited);
            }
            let carried = core::mem::take(&mut sent.carried);
            self.on_arrived(id, carried);
        }
        self.detect_lost(now, id);
        if self.peer.validated {
            self.loss.probes = 0;
        }
        self.loss.waits_since = now;
        Ok(())
    }

    fn sample(&mut self, now: Instant, id: SpaceId, sent_at: Instant, delay: u64) {
        // Section 5.3: Initial packets are acknowledged at once; after the handshake the peer
        // keeps to what it promised.
        let params = &self.peer.params;
        let mut waited = match id {
            SpaceId::Initial => 0,
            _ => delay.saturating_mul(1000 << params.ack_delay_exponent.min(20)),
        };
        if self.state == State::Confirmed {
            waited = waited.min(params.max_ack_delay_ms.saturating_mul(1_000_000));
        }
        self.rtt.sample(nanos(now - sent_at), waited);
        self.loss.sampled_at.get_or_insert(now);
    }

    /// The peer has what a packet carried.
    fn on_arrived(&mut self, id: SpaceId, carried: Vec<Carried>) {
        for what in carried {
            match what {
                Carried::Ack(largest) => self.space(id).on_ack_acked(largest),
                Carried::Crypto(start, end) => {
                    self.space(id).crypto_out.on_acked(start, end, false);
                }
                Carried::Stream { id, start, end, fin } => {
                    self.streams.on_acked(id, (start, end), fin);
                }
                Carried::Frame(_) => {}
            }
        }
    }

    /// What a packet carried must go again.
    fn on_missing(&mut self, id: SpaceId, carried: &[Carried], tag: u64) {
        for what in carried {
            match what {
                Carried::Ack(_) => {}
                Carried::Crypto(start, end) => {
                    self.space(id).crypto_out.on_lost(*start, *end, false, tag);
                }
                Carried::Stream { id, start, end, fin } => {
                    self.streams.on_lost(*id, (*start, *end), *fin, tag);
                }
                Carried::Frame(frame) => self.send_again(frame, tag),
            }
        }
    }

    /// RFC 9000 section 13.3: what matters of a lost frame goes again in a new one.
    fn send_again(&mut self, frame: &Frame, tag: u64) {
        let again = match frame {
            Frame::Ping | Frame::PathResponse(_) => None,
            Frame::PathChallenge(data) => {
                (self.path.challenge == Some(*data)).then(|| frame.clone())
            }
            Frame::MaxData(_) | Frame::MaxStreamData { .. } | Frame::MaxStreams { .. } => {
                self.streams.renewed(frame)
            }
            frame => Some(frame.clone()),
        };
        let waits = |again: &Frame| self.control.iter().any(|(frame, _)| frame == again);
        if let Some(again) = again.filter(|again| !waits(again)) {
            self.control.push_back((again, Some(tag)));
        }
    }

    /// Appendix A.10.
    pub(super) fn detect_lost(&mut self, now: Instant, id: SpaceId) {
        let delay = self.rtt.loss_delay();
        let space = self.space(id);
        space.loss_time = None;
        let Some(largest) = space.largest_acked else { return };
        let mut loss_time = None;
        let mut lost = Vec::new();
        for sent in space.unknown().take_while(|sent| sent.number <= largest) {
            let by_count = largest >= sent.number + PACKET_THRESHOLD;
            if by_count || now >= sent.at + delay {
                lost.push((sent.number, by_count));
            } else {
                loss_time = loss_time.or(Some(sent.at + delay));
            }
        }
        space.loss_time = loss_time;
        if lost.is_empty() {
            return;
        }
        let lost: Vec<Sent> = lost
            .into_iter()
            .filter_map(|(number, by_count)| {
                let sent = self.space(id).remove(number)?;
                self.note_lost(&sent, by_count);
                Some(sent)
            })
            .collect();
        self.on_lost(now, id, &lost);
    }

    fn note_lost(&mut self, sent: &Sent, by_count: bool) {
        let why = if by_count {
            "three newer ones arrived".to_owned()
        } else {
            "a newer one arrived, and it is more than 9/8 of a round trip old".to_owned()
        };
        self.note(
            "packet-lost",
            format!("packet {} is held for lost: {why}", sent.number),
            sent.number,
        );
    }

    fn on_lost(&mut self, now: Instant, id: SpaceId, lost: &[Sent]) {
        for sent in lost {
            self.on_missing(id, &sent.carried, sent.tag);
        }
        let here = lost.iter().filter(|sent| sent.era == self.path.era && sent.size > 0);
        let bytes = here.clone().map(|sent| sent.size).sum();
        if let Some(latest) = here.clone().map(|sent| sent.at).max() {
            self.congestion.on_lost(now, latest, bytes);
        }
        if self.is_persistent(lost) {
            self.congestion.on_persistent();
            self.note("persistent-congestion", "persistent congestion".to_owned(), bytes);
        }
    }

    /// Section 7.6.2: two lost ack-eliciting packets, so far apart, with nothing acknowledged
    /// between them.
    fn is_persistent(&self, lost: &[Sent]) -> bool {
        let Some(sampled_at) = self.loss.sampled_at else { return false };
        let promised = Duration::from_millis(self.peer.params.max_ack_delay_ms);
        let long = (self.rtt.pto() + promised) * PERSISTENT;
        let mut start: Option<&Sent> = None;
        let mut last: Option<&Sent> = None;
        for sent in lost.iter().filter(|sent| sent.at > sampled_at) {
            // A number that is missing in between was acknowledged.
            let follows = last.is_some_and(|last| last.number + 1 == sent.number);
            last = Some(sent);
            if !follows {
                start = None;
            }
            if !sent.ack_eliciting {
                continue;
            }
            let first = start.get_or_insert(sent);
            if sent.at - first.at > long {
                return true;
            }
        }
        false
    }

    /// The time-out after which a probe is sent, without doubling.
    pub(super) fn full_pto(&self) -> Duration {
        self.rtt.pto() + Duration::from_millis(self.peer.params.max_ack_delay_ms)
    }

    fn doubled(&self, duration: Duration) -> Duration {
        duration.saturating_mul(1_u32 << self.loss.probes.min(20))
    }

    /// When the oldest packet is held for lost by its age, and in which space.
    pub(super) fn loss_time(&self) -> Option<(Instant, SpaceId)> {
        let times = SpaceId::ALL
            .into_iter()
            .filter_map(|id| self.spaces[id as usize].loss_time.map(|at| (at, id)));
        times.min()
    }

    /// When a probe goes out, and in which space (appendix A.8).
    pub(super) fn pto(&self) -> Option<(Instant, SpaceId)> {
        if !self.state.is_open() || !self.path.is_usable() {
            return None;
        }
        let pto = self.doubled(self.rtt.pto());
        if self.spaces.iter().all(|space| space.eliciting == 0) {
            if self.peer.validated {
                return None;
            }
            // A client asks again, so that a server that may not send can go on (section
            // 6.2.2.1).
            let handshake = self.keys(crate::wire::quic::Kind::Handshake, Side::Client).is_some();
            let id = if handshake { SpaceId::Handshake } else { SpaceId::Initial };
            return Some((self.loss.waits_since + pto, id));
        }
        let mut earliest: Option<(Instant, SpaceId)> = None;
        for id in SpaceId::ALL {
            let space = &self.spaces[id as usize];
            let (true, Some(last)) = (space.eliciting > 0, space.last_eliciting) else { continue };
            let mut wait = pto;
            if id == SpaceId::Data {
                // Not before the handshake is confirmed (section 6.2.1).
                if self.state != State::Confirmed {
                    continue;
                }
                wait = self.doubled(self.full_pto());
            }
            if earliest.is_none_or(|(at, _)| last + wait < at) {
                earliest = Some((last + wait, id));
            }
        }
        earliest
    }

    /// Appendix A.9: a probe (section 6.2.4).
    pub(super) fn on_pto(&mut self, now: Instant, id: SpaceId) {
        for other in [SpaceId::Initial, SpaceId::Handshake, SpaceId::Data] {
            let whole = other != SpaceId::Data;
            let space = &self.spaces[other as usize];
            let missing: Vec<(Vec<Carried>, u64)> = space
                .unknown()
                .filter(|sent| sent.ack_eliciting)
                .take(if whole { usize::MAX } else { 2 })
                .map(|sent| (sent.carried.clone(), sent.tag))
                .collect();
            // New data makes the better probe.
            if whole || !self.streams.are_due() {
                for (carried, tag) in missing {
                    self.on_missing(other, &carried, tag);
                }
            }
        }
        self.space(id).probes = PROBES;
        self.loss.probes += 1;
        self.loss.waits_since = now;
        let text = format!("no answer: probe {}", self.loss.probes);
        self.note("probe", text, u64::from(self.loss.probes));
    }

    /// The keys of a space are gone: nothing in it is expected any more (section 6.4).
    pub(super) fn discard(&mut self, id: SpaceId, now: Instant) {
        let space = self.space(id);
        if space.discarded {
            return;
        }
        let size = space.unknown().map(|sent| sent.size).sum();
        space.discard();
        self.congestion.forget(size);
        self.loss.probes = 0;
        self.loss.waits_since = now;
    }

    /// Early data was refused: all of it goes again after the handshake (RFC 9001 section 4.6.2).
    pub(super) fn resend_early(&mut self) {
        let space = self.space(SpaceId::Data);
        let early: Vec<u64> =
            space.unknown().filter(|sent| sent.early).map(|sent| sent.number).collect();
        let mut size = 0;
        for number in early {
            size += self.space(SpaceId::Data).remove(number).map_or(0, |sent| sent.size);
        }
        self.congestion.forget(size);
        self.streams.restart();
        self.note("early-data-refused", "early data was refused: it goes again".to_owned(), size);
    }

    /// Lets the timers act whose moment has come.
    pub(super) fn on_timeout(&mut self, now: Instant) {
        let due = |at: Option<Instant>| at.is_some_and(|at| at <= now);
        if due(self.end.at) {
            self.go(self.state.forget());
            self.end.at = None;
            return;
        }
        if self.state.is_open() && due(self.idle_at) {
            self.fired("idle");
            self.go(self.state.idle());
            self.idle_at = None;
            let why = CloseReason::Idle;
            self.upcalls.push_back(StreamInput::Closed { conn: self.id, why });
            return;
        }
        if let Some((at, id)) = self.loss_time() {
            if at <= now {
                self.fired("loss-time");
                self.detect_lost(now, id);
            }
        } else if let Some((at, id)) = self.pto()
            && at <= now
        {
            self.fired("pto");
            self.on_pto(now, id);
        }
        let acks: Vec<SpaceId> =
            SpaceId::ALL.into_iter().filter(|id| due(self.spaces[*id as usize].ack_at)).collect();
        if acks.contains(&SpaceId::Data) && self.told.ack_was_set() {
            self.fired("delayed-ack");
        }
        self.report();
    }

    /// When it wants [`Connection::on_timeout`].
    pub(super) fn poll_timeout(&self) -> Option<Instant> {
        if self.end.at.is_some() {
            return self.end.at;
        }
        if !self.state.is_open() {
            return None;
        }
        let loss = self.loss_time().or_else(|| self.pto()).map(|(at, _)| at);
        // What may not be sent needs no clock.
        let acks = self.spaces.iter().filter_map(|space| space.ack_at).min();
        let acks = acks.filter(|_| self.path.is_usable());
        [loss, acks, self.idle_at].into_iter().flatten().min()
    }

    /// Silence is measured anew (RFC 9000 section 10.1).
    pub(super) fn restart_idle(&mut self, now: Instant) {
        let mine = self.config.idle;
        let theirs = Duration::from_millis(self.peer.params.max_idle_timeout_ms);
        let idle = match (mine.is_zero(), theirs.is_zero()) {
            (true, true) => return,
            (true, false) => theirs,
            (false, true) => mine,
            (false, false) => mine.min(theirs),
        };
        self.idle_at = Some(now + idle.max(self.full_pto() * 3));
    }
}
