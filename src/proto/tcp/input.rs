//! What arriving segments do: RFC 9293 section 3.10.7, in its order.

use core::time::Duration;

use super::profile::Repair;
use super::state::State;
use super::timers::Timer;
use super::{AppInput, ConnError, Connection, clock};
use crate::sim::time::Instant;
use crate::wire::Payload;
use crate::wire::tcp::{Flags, Segment};

/// An arrived segment, with positions instead of sequence numbers.
#[derive(Clone, Copy, Debug)]
struct Arrival<'a> {
    segment: &'a Segment,
    body: &'a Payload,
    /// Where it begins; may lie before the start.
    seq: i64,
    /// The sequence space it takes.
    len: i64,
    /// What it acknowledges.
    ack: i64,
}

/// The least time between two corrections of a peer that sends nothing but acknowledgments.
const CORRECTION_PAUSE: Duration = Duration::from_millis(500);

/// A position as a signed number, to compare with what may lie before the start.
fn signed(position: u64) -> i64 {
    i64::try_from(position).unwrap_or(i64::MAX)
}

impl Connection {
    /// Takes a segment whose checksum is right.
    pub fn receive(&mut self, now: Instant, segment: &Segment, body: &Payload) {
        match self.state {
            State::Closed => {}
            State::Listen => self.on_listen(now, segment),
            State::SynSent => self.on_syn_sent(now, segment),
            _ => {
                let arrival = Arrival {
                    segment,
                    body,
                    seq: self.rcv.position(segment.seq),
                    len: signed(segment.seq_len(body.len())),
                    ack: self.snd.position(segment.ack),
                };
                self.on_synchronized(now, &arrival);
                self.tell_writable();
            }
        }
        self.report();
    }

    /// Section 3.10.7.2: a SYN makes the connection.
    fn on_listen(&mut self, now: Instant, segment: &Segment) {
        if !segment.flags.has(Flags::SYN) {
            return;
        }
        self.learn_peer(now, segment);
        self.snd.nxt = 1;
        self.send_syn(now);
        self.go(self.state.recv_syn());
        self.arm_handshake(now);
    }

    /// Section 3.10.7.3.
    fn on_syn_sent(&mut self, now: Instant, segment: &Segment) {
        let flags = segment.flags;
        let ack = self.snd.position(segment.ack);
        if flags.has(Flags::ACK) && ack != 1 {
            if !flags.has(Flags::RST) {
                self.send_rst_for(segment.ack);
            }
            return;
        }
        if flags.has(Flags::RST) {
            if flags.has(Flags::ACK) {
                self.end(self.state.recv_rst(), Some(ConnError::Refused));
            }
            return;
        }
        if !flags.has(Flags::SYN) {
            return;
        }
        self.learn_peer(now, segment);
        if flags.has(Flags::ACK) {
            self.snd.una = 1;
            self.sample_handshake(now, segment);
            self.go(self.state.recv_syn_ack());
            self.established(now);
            self.send_ack(now);
            self.transmit(now);
        } else {
            // Both have opened at the same time (section 3.5, figure 7).
            self.handshake.timeouts = 0;
            self.handshake.times = 0;
            self.go(self.state.recv_syn());
            self.send_syn(now);
            self.arm_handshake(now);
        }
    }

    /// Takes what a SYN says: numbers, window and options.
    pub(super) fn learn_peer(&mut self, now: Instant, segment: &Segment) {
        self.rcv.irs = segment.seq;
        self.rcv.nxt = 1;
        self.rcv.acked = 1;
        self.snd.heard_at = now;
        self.handshake.timestamps = self.config.timestamps && segment.timestamps().is_some();
        if self.handshake.timestamps {
            self.rcv.ts_recent = segment.timestamps().map(|(value, _)| value);
        }
        self.learn_ecn(segment);
        self.handshake.sack =
            self.config.profile.repair != Repair::Duplicates && segment.permits_sack();
        match segment.window_scale() {
            Some(shift) if self.config.scaling => {
                self.handshake.scaling = true;
                // RFC 7323 section 2.3: a shift above 14 is taken as 14.
                self.snd.shift = shift.min(14);
            }
            _ => self.rcv.window.do_not_scale(),
        }
        // RFC 9293 section 3.7.1: 536 without the option. Timestamps take 12 bytes of each.
        let mss = segment.mss().unwrap_or(536).min(self.config.mss);
        let options = if self.handshake.timestamps { 12 } else { 0 };
        self.snd.mss = u64::from(mss.saturating_sub(options).max(64));
        self.snd.wnd = segment.window.into();
        self.snd.wnd_max = self.snd.wnd;
        self.congestion =
            super::Congestion::new(&self.config.profile, self.config.initial_window, self.snd.mss);
    }

    /// The handshake measures the round trip, unless it was repeated without timestamps (Karn).
    fn sample_handshake(&mut self, now: Instant, segment: &Segment) {
        if self.handshake.times == 0 {
            // Behind a cookie nobody knows when the SYN-ACK left.
            return;
        }
        if self.handshake.times == 1 {
            self.rtt.sample(now - self.handshake.sent_at);
            self.recovery.rack.sample(now - self.handshake.sent_at);
        } else if let (true, Some((_, echo))) = (self.handshake.timestamps, segment.timestamps()) {
            let ms = clock(now).wrapping_sub(echo);
            self.rtt.sample(Duration::from_millis(u64::from(ms)));
        }
    }

    fn established(&mut self, now: Instant) {
        self.timers.stop(Timer::Handshake);
        self.begin_data();
        self.rcv.window.begin(now);
        self.watch_silence(now);
        self.upcalls.push_back(if self.passive {
            AppInput::Accepted { conn: self.id }
        } else {
            AppInput::Connected { conn: self.id }
        });
    }

    /// Section 3.10.7.4.
    fn on_synchronized(&mut self, now: Instant, arrival: &Arrival<'_>) {
        let flags = arrival.segment.flags;
        if self.state == State::SynReceived && self.is_repeated_syn(arrival) {
            // The SYN-ACK was lost: once more, without waiting for the timer.
            self.keep_clock(arrival);
            self.send_syn(now);
            self.arm_handshake(now);
            return;
        }
        // First: sequence number, and with it old duplicates by their clock (RFC 7323 section 5).
        if !self.is_acceptable(arrival) || self.is_old_by_clock(arrival.segment) {
            if !flags.has(Flags::RST) {
                self.on_unacceptable(now, arrival);
            }
            return;
        }
        // Second: RST.
        if flags.has(Flags::RST) {
            // RFC 5961 section 3: only exactly the next number resets.
            if arrival.seq == signed(self.rcv.nxt) {
                // Section 3.10.7.4: in TIME-WAIT the application has its end already.
                let error = (self.state != State::TimeWait).then_some(ConnError::Reset);
                self.end(self.state.recv_rst(), error);
            } else {
                self.send_ack(now);
            }
            return;
        }
        // Fourth: SYN. RFC 5961 section 4: asks the peer whether it means it.
        if flags.has(Flags::SYN) {
            self.send_ack(now);
            return;
        }
        self.snd.heard_at = now;
        self.heard();
        self.keep_clock(arrival);
        // Fifth: ACK. Seventh: the payload. Eighth: FIN.
        if !flags.has(Flags::ACK) || !self.on_ack(now, arrival) {
            return;
        }
        self.on_payload(now, arrival);
        self.on_fin(now, arrival);
        self.transmit(now);
        if self.rcv.ack_now {
            self.send_ack(now);
        }
        self.deliver(now);
        self.tell_peer_closed();
        self.watch_silence(now);
    }

    fn is_repeated_syn(&self, arrival: &Arrival<'_>) -> bool {
        let flags = arrival.segment.flags;
        arrival.seq == 0 && flags.has(Flags::SYN) && !flags.has(Flags::ACK)
    }

    /// The four cases of section 3.10.7.4, table 6.
    fn is_acceptable(&self, arrival: &Arrival<'_>) -> bool {
        let next = signed(self.rcv.nxt);
        let window = signed(self.rcv.window.accepted(self.rcv.nxt));
        let (first, last) = (arrival.seq, arrival.seq + arrival.len - 1);
        let inside = |at: i64| next <= at && at < next + window;
        match (arrival.len, window) {
            (0, 0) => first == next,
            // A segment without length right behind the window is an acknowledgment.
            (0, _) => inside(first) || first == next + window,
            // "Special allowance" for acknowledgments when the window is shut.
            (_, 0) => first == next,
            _ => inside(first) || inside(last) || first < next && last >= next + window,
        }
    }

    /// PAWS (RFC 7323 section 5.3).
    fn is_old_by_clock(&self, segment: &Segment) -> bool {
        match (self.rcv.ts_recent, segment.timestamps()) {
            (Some(recent), Some((value, _))) => value.wrapping_sub(recent).cast_signed() < 0,
            _ => false,
        }
    }

    /// Keeps the clock to echo (RFC 7323 section 4.3).
    fn keep_clock(&mut self, arrival: &Arrival<'_>) {
        if let (Some(recent), Some((value, _))) = (self.rcv.ts_recent, arrival.segment.timestamps())
            && value.wrapping_sub(recent).cast_signed() >= 0
            && arrival.seq <= signed(self.rcv.acked)
        {
            self.rcv.ts_recent = Some(value);
        }
    }

    /// Answers with what was expected.
    fn on_unacceptable(&mut self, now: Instant, arrival: &Arrival<'_>) {
        if !arrival.body.is_empty() {
            let at = |position: i64| u64::try_from(position).unwrap_or(0);
            let end = at(arrival.seq + arrival.len).min(self.rcv.nxt);
            self.rcv.report.add_twice(at(arrival.seq)..end);
        }
        if self.state == State::TimeWait && arrival.segment.flags.has(Flags::FIN) {
            // The acknowledgment of the peer's FIN was lost.
            self.timers.set(Timer::TimeWait, now + self.config.profile.time_wait);
        }
        self.correct(now, arrival);
    }

    /// Says what is expected to a peer that seems to be wrong. Two ends that are both wrong would
    /// answer each other for ever, so what carries nothing is answered twice a second at most
    /// (RFC 5961 section 7; Linux's `tcp_invalid_ratelimit`).
    fn correct(&mut self, now: Instant, arrival: &Arrival<'_>) {
        let carries = arrival.len > 0 && !arrival.segment.flags.has(Flags::SYN);
        let soon = |at: Instant| now - at < CORRECTION_PAUSE;
        if !carries {
            if self.rcv.corrected_at.is_some_and(soon) {
                return;
            }
            self.rcv.corrected_at = Some(now);
        }
        self.send_ack(now);
    }

    /// Fifth step; returns whether the rest of the segment counts.
    fn on_ack(&mut self, now: Instant, arrival: &Arrival<'_>) -> bool {
        let (una, nxt) = (signed(self.snd.una), signed(self.snd.nxt));
        if self.state == State::SynReceived {
            if arrival.ack != 1 {
                self.send_rst_for(arrival.segment.ack);
                return false;
            }
            self.snd.una = 1;
            self.sample_handshake(now, arrival.segment);
            self.go(self.state.recv_ack_of_syn());
            self.established(now);
            self.update_window(arrival);
            return true;
        }
        // RFC 5961 section 5: neither of the future nor older than the largest window.
        if arrival.ack > nxt || arrival.ack < una - signed(self.snd.wnd_max) {
            self.correct(now, arrival);
            return false;
        }
        let wnd = self.snd.wnd;
        self.update_window(arrival);
        if arrival.ack >= una {
            let bare = arrival.len == 0 && wnd == self.snd.wnd;
            let ack = u64::try_from(arrival.ack).unwrap_or(0);
            let news = self.news(arrival.segment, ack, bare);
            self.on_acknowledgment(now, &news);
            if arrival.ack > una {
                self.on_fin_acked(now);
            }
        }
        true
    }

    /// Takes the window of the newest segment (section 3.10.7.4, SND.WL1 and SND.WL2).
    fn update_window(&mut self, arrival: &Arrival<'_>) {
        let (Ok(seq), Ok(ack)) = (u64::try_from(arrival.seq), u64::try_from(arrival.ack)) else {
            return;
        };
        if ack < self.snd.una {
            return;
        }
        if self.snd.wl1 < seq || self.snd.wl1 == seq && self.snd.wl2 <= ack {
            self.snd.wnd = u64::from(arrival.segment.window) << self.snd.shift;
            // The window counts from the acknowledgment, which may be newer than `una`.
            self.snd.wnd_max = self.snd.wnd_max.max(self.snd.wnd);
            self.snd.wl1 = seq;
            self.snd.wl2 = ack;
            if self.snd.wnd > 0 {
                self.snd.probes = 0;
            }
        }
    }

    fn on_fin_acked(&mut self, now: Instant) {
        if self.snd.fin.is_none_or(|fin| self.snd.una <= fin) {
            return;
        }
        let before = self.state;
        self.go(self.state.recv_ack_of_fin());
        match self.state {
            State::TimeWait if before != State::TimeWait => self.enter_time_wait(now),
            State::Closed => {
                self.timers.stop_all();
                self.upcalls.push_back(AppInput::Closed { conn: self.id });
            }
            _ => {}
        }
    }

    fn enter_time_wait(&mut self, now: Instant) {
        self.timers.stop_all();
        self.timers.set(Timer::TimeWait, now + self.config.profile.time_wait);
        self.upcalls.push_back(AppInput::Closed { conn: self.id });
    }

    /// Seventh step.
    fn on_payload(&mut self, now: Instant, arrival: &Arrival<'_>) {
        let len = arrival.body.len();
        if len == 0 || !self.state.can_receive() {
            return;
        }
        if self.rcv.window.accepted(self.rcv.nxt) == 0 {
            // The window is shut: what is expected, and that it is shut.
            self.rcv.ack_now = true;
            return;
        }
        self.rcv.segment = self.rcv.segment.max(len);
        let before = self.rcv.nxt;
        let had_hole = self.rcv.buffer.has_hole();
        // What lies before the next position is known already.
        let known = u64::try_from(signed(before) - arrival.seq).unwrap_or(0);
        let start = u64::try_from(arrival.seq).unwrap_or_else(|_| before.saturating_sub(known));
        self.rcv.nxt = self.rcv.buffer.insert(before, start, arrival.body);
        if start > before {
            self.rcv.report.add(start..start + u64::try_from(arrival.len).unwrap_or(len));
        } else {
            self.rcv.report.add_twice(start..before.min(start + len));
            self.rcv.report.forget(self.rcv.nxt);
        }
        self.rcv.unacked += self.rcv.nxt - before;
        let grown = self.rcv.nxt > before && self.rcv.window.on_segment(len);
        if grown && self.config.profile.quick_acks > 0 {
            // Linux's `tcp_grow_window` asks for a quick acknowledgment.
            self.rcv.quick |= 1;
        }
        let has_hole = self.rcv.buffer.has_hole();
        self.note_hole(now, before, has_hole);
        self.decide_ack(now, had_hole || has_hole || known > 0);
        self.rcv.last_at = Some(now);
    }

    /// Counts for how long something waits behind a hole; the next position was `before`.
    fn note_hole(&mut self, now: Instant, before: u64, has_hole: bool) {
        if self.rcv.nxt > before
            && let Some(since) = self.rcv.hole_since.take()
        {
            self.rcv.waited += now - since;
        }
        if has_hole {
            self.rcv.hole_since.get_or_insert(now);
        }
    }

    /// When the acknowledgment goes out (RFC 9293 section 3.8.6.3, RFC 5681 section 4.2).
    fn decide_ack(&mut self, now: Instant, disorder: bool) {
        let quick = self.rcv.quick > 0 && !self.rcv.interactive;
        self.rcv.quick = self.rcv.quick.saturating_sub(1);
        let delay = self.config.delayed_ack();
        if disorder || quick || delay.is_zero() || self.rcv.unacked > self.rcv.segment {
            self.rcv.ack_now = true;
        } else if !self.timers.is_set(Timer::DelayedAck) {
            self.timers.set(Timer::DelayedAck, now + delay);
        }
    }

    /// Eighth step.
    fn on_fin(&mut self, now: Instant, arrival: &Arrival<'_>) {
        if arrival.segment.flags.has(Flags::FIN) {
            let behind = arrival.seq + arrival.len - 1;
            self.rcv.fin = self.rcv.fin.or_else(|| u64::try_from(behind).ok());
        }
        if self.rcv.fin != Some(self.rcv.nxt) {
            if arrival.len == 1 && arrival.seq > signed(self.rcv.nxt) {
                // A FIN alone behind a hole.
                let seq = u64::try_from(arrival.seq).unwrap_or(0);
                self.rcv.report.add(seq..seq + 1);
                self.rcv.ack_now = true;
            }
            return;
        }
        self.rcv.nxt += 1;
        self.rcv.report.forget(self.rcv.nxt);
        self.rcv.ack_now = true;
        self.go(self.state.recv_fin());
        if self.state == State::TimeWait {
            self.enter_time_wait(now);
        }
    }

    /// Tells the application, after all bytes, that no more will come.
    pub(super) fn tell_peer_closed(&mut self) {
        let all = self.rcv.fin.is_some_and(|fin| self.rcv.nxt > fin);
        if all && self.rcv.buffer.ready_len() == 0 && !self.rcv.told_closed {
            self.rcv.told_closed = true;
            let closed = AppInput::PeerClosed { conn: self.id };
            // Before the end of all, if both come at once.
            let place = self
                .upcalls
                .iter()
                .position(|upcall| matches!(upcall, AppInput::Closed { .. }))
                .unwrap_or(self.upcalls.len());
            self.upcalls.insert(place, closed);
        }
    }
}
