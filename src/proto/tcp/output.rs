//! What is sent: new bytes as far as both windows allow, old ones again, and control segments.

use super::flight::SentSegment;
use super::profile::{Nagle, Repair};
use super::state::State;
use super::timers::Timer;
use super::{Connection, clock};
use crate::sim::endpoint::{Event, Output, Transmit};
use crate::sim::time::Instant;
use crate::wire::ipv4::Ecn;
use crate::wire::tcp::{Flags, Segment, TcpOption};
use crate::wire::{About, Packet, Payload, TcpContext, Unit};

/// What goes into a packet besides the usual.
#[derive(Debug, Default)]
struct Draft {
    /// Where it begins; its sequence number may be set otherwise.
    seq: u32,
    flags: Flags,
    body: Payload,
    units: Vec<Unit>,
    /// The tag of the packet that it repeats.
    retransmits: Option<u64>,
    probe: bool,
    keep_alive: bool,
    window_update: bool,
}

impl Connection {
    /// Sends the SYN or, once the peer's is known, the SYN-ACK.
    pub(super) fn send_syn(&mut self, now: Instant) {
        let answered = self.rcv.nxt > 0;
        let timestamps = if answered { self.handshake.timestamps } else { self.config.timestamps };
        let scaling = if answered { self.handshake.scaling } else { self.config.scaling };
        let mut options = vec![TcpOption::Mss(self.config.mss)];
        // The order of Linux: SACK-permitted takes the place of the padding.
        let sack = self.config.profile.repair != Repair::Duplicates;
        match if answered { self.handshake.sack } else { sack } {
            true if timestamps => options.push(TcpOption::SackPermitted),
            true => options.extend([TcpOption::Nop, TcpOption::Nop, TcpOption::SackPermitted]),
            false if timestamps => options.extend([TcpOption::Nop, TcpOption::Nop]),
            false => {}
        }
        if timestamps {
            let value = self.handshake.stamp.unwrap_or_else(|| clock(now));
            let echo = self.rcv.ts_recent.unwrap_or(0);
            options.push(TcpOption::Timestamps { value, echo });
        }
        if scaling {
            options.extend([TcpOption::Nop, TcpOption::WindowScale(self.rcv.window.shift())]);
        }
        let mss = u64::from(self.config.mss) - if answered && timestamps { 12 } else { 0 };
        let window = self.rcv.window.first(self.rcv.nxt, mss);
        let segment = Segment {
            seq: self.snd.seq(0),
            ack: if answered { self.rcv.seq(1) } else { 0 },
            flags: if answered { Flags::SYN | Flags::ACK } else { Flags::SYN }
                | self.ecn_of_syn(answered),
            window,
            options,
            ..Segment::default()
        };
        let retransmits = (self.handshake.times > 0).then_some(self.handshake.tag);
        let about = About { tcp: Some(self.context(0, retransmits.is_some())), units: Vec::new() };
        let tag = self.emit(segment, Payload::new(), about, retransmits);
        if retransmits.is_none() {
            self.handshake.tag = tag;
        }
        self.handshake.times += 1;
        self.handshake.sent_at = now;
    }

    /// Sends everything that may go out now: lost segments first, then new ones, then the FIN.
    pub(super) fn transmit(&mut self, now: Instant) {
        if !self.state.can_send() {
            return;
        }
        self.restart_after_idle(now);
        let before = self.snd.nxt;
        let mut limited = false;
        if core::mem::take(&mut self.recovery.new_first) {
            // RFC 5682 section 2.1 step 2b: something new finds out what the time-out was.
            limited = self.send_fresh(now);
            self.recovery.frto = self.snd.nxt > before;
        }
        if self.snd.nxt == before {
            limited |= self.send_waiting(now) || self.send_fresh(now);
        }
        if self.snd.nxt > before {
            self.arm_probe(now, false);
        }
        let in_flight = self.pipe();
        self.note_application_limit(in_flight);
        self.congestion.note_usage(limited, in_flight, self.snd.una, self.snd.nxt);
        self.watch_window(now);
    }

    /// Sends again what is lost; returns whether the congestion window held something back.
    fn send_waiting(&mut self, now: Instant) -> bool {
        while let Some(len) = self.snd.flight.next_waiting_len() {
            if self.pipe() + len > self.congestion.cwnd() {
                return true;
            }
            if self.is_paced(now) {
                return false;
            }
            self.resend(now);
        }
        false
    }

    /// Sends what was never sent; returns whether the congestion window held something back.
    fn send_fresh(&mut self, now: Instant) -> bool {
        loop {
            match self.next_segment() {
                Next::Send { .. } if self.is_paced(now) => return false,
                Next::Send { len, fin } => self.send_new(now, len, fin),
                Next::Wait { for_cwnd } => return for_cwnd,
                Next::Hold { len } => {
                    self.note_held(len);
                    return false;
                }
            }
        }
    }

    /// Sends a segment of what was never sent, whatever the congestion window says; returns
    /// whether there was one.
    pub(super) fn send_one_more(&mut self, now: Instant) -> bool {
        let snd = &self.snd;
        let usable = (snd.una + snd.wnd).saturating_sub(snd.nxt);
        let available = snd.buffer.end().saturating_sub(snd.nxt);
        let len = available.min(snd.mss);
        if len == 0 || len > usable || !self.state.can_send() {
            return false;
        }
        self.send_new(now, len, snd.closing && snd.fin.is_none() && len == available);
        true
    }

    /// What may be sent next that was never sent.
    fn next_segment(&self) -> Next {
        let snd = &self.snd;
        let available = snd.buffer.end().saturating_sub(snd.nxt);
        let fin = snd.closing && snd.fin.is_none();
        if available == 0 && !fin {
            return Next::Wait { for_cwnd: false };
        }
        let full = available.min(snd.mss);
        // What has arrived behind a hole makes room for something new (RFC 3042, RFC 6675).
        if self.pipe() + full.max(1) > self.congestion.cwnd() {
            return Next::Wait { for_cwnd: true };
        }
        if available == 0 {
            return Next::Send { len: 0, fin };
        }
        let usable = (snd.una + snd.wnd).saturating_sub(snd.nxt);
        let len = full.min(usable);
        // RFC 9293 section 3.8.6.2.1: a full segment, or all there is, or half of the largest
        // window; else the persist timer decides.
        if len < full && (len == 0 || 2 * len < snd.wnd_max) {
            return Next::Wait { for_cwnd: false };
        }
        if len < snd.mss && !fin && self.nagle_holds() {
            return Next::Hold { len };
        }
        Next::Send { len, fin: fin && len == available }
    }

    /// Whether a small segment waits (RFC 9293 section 3.7.4).
    fn nagle_holds(&self) -> bool {
        let snd = &self.snd;
        !self.config.nodelay
            && match self.config.profile.nagle {
                Nagle::Any => snd.nxt > snd.una,
                Nagle::Small => snd.small_until > snd.una,
            }
    }

    /// Says that a small segment waits, once for each that does.
    fn note_held(&mut self, len: u64) {
        if !core::mem::replace(&mut self.snd.held, true) {
            let connection = self.id.0;
            let text = format!("{len} bytes wait: a small segment is not acknowledged (Nagle)");
            let event = Event::Note { connection, name: "held", text, amount: len };
            self.out.push_back(Output::Event(event));
        }
    }

    fn send_new(&mut self, now: Instant, len: u64, fin: bool) {
        self.snd.held = false;
        let start = self.snd.nxt;
        let range = start..start + len + u64::from(fin);
        self.snd.nxt = range.end;
        if len < self.snd.mss {
            self.snd.small_until = range.end;
        }
        self.note_interactive(now, len);
        if fin {
            self.snd.fin = Some(range.end - 1);
        }
        self.recovery.prr.sent(len);
        let (first_at, last_at) = (now, now);
        let stamp = self.delivery.stamp(now, self.snd.flight.is_empty());
        let times = 1;
        let segment =
            SentSegment { range, fin, first_at, last_at, times, stamp, ..SentSegment::default() };
        let tag = self.send_range(now, &segment, None);
        self.snd.flight.push(SentSegment { tag, ..segment });
        if fin {
            self.go(self.state.send_fin());
        }
        self.pace(now, len);
        self.arm_after_sending(now);
        self.timers.stop(Timer::Persist);
    }

    /// Sends the oldest lost segment again.
    pub(super) fn resend(&mut self, now: Instant) {
        let stamp = self.delivery.stamp(now, false);
        let Some(segment) = self.snd.flight.resend(now, stamp) else { return };
        let len = segment.range.end - segment.range.start;
        self.note_resent(now, len);
        self.pace(now, len);
        self.send_again(now, &segment);
        let oldest = segment.range.start == self.snd.una;
        if oldest && self.is_proportional() && !self.timers.is_set(Timer::Reordering) {
            // Linux's `tcp_xmit_retransmit_queue`.
            self.arm(Timer::Retransmission, now + self.rtt.rto());
        }
    }

    /// Sends the newest segment again, to ask; returns whether there was one.
    pub(super) fn resend_newest(&mut self, now: Instant) -> bool {
        let stamp = self.delivery.stamp(now, false);
        let Some(segment) = self.snd.flight.resend_newest(now, stamp) else { return false };
        self.recovery.again_since = self.recovery.again_since.or(Some(now));
        self.send_again(now, &segment);
        true
    }

    fn send_again(&mut self, now: Instant, segment: &SentSegment) {
        self.snd.last_at = Some(now);
        self.send_range(now, segment, Some(segment.tag));
    }

    fn send_range(&mut self, now: Instant, sent: &SentSegment, retransmits: Option<u64>) -> u64 {
        let data = sent.range.start..sent.range.end - u64::from(sent.fin);
        let body = self.snd.buffer.read(&data);
        let units = self.snd.buffer.units(&data);
        let last = !body.is_empty() && data.end == self.snd.buffer.end();
        let mut flags = Flags::ACK;
        if last {
            // RFC 9293 section 3.9.1.2: nothing more waits behind it.
            flags = flags | Flags::PSH;
        }
        if sent.fin {
            flags = flags | Flags::FIN;
        }
        let seq = self.snd.seq(sent.range.start);
        self.send_draft(now, Draft { seq, flags, body, units, retransmits, ..Draft::default() })
    }

    /// Sends an acknowledgment alone.
    pub(super) fn send_ack(&mut self, now: Instant) {
        let seq = self.snd.seq(self.snd.nxt);
        self.send_draft(now, Draft { seq, flags: Flags::ACK, ..Draft::default() });
    }

    /// Tells the peer that the window has opened.
    pub(super) fn send_window_update(&mut self, now: Instant) {
        let seq = self.snd.seq(self.snd.nxt);
        let draft = Draft { seq, flags: Flags::ACK, window_update: true, ..Draft::default() };
        self.send_draft(now, draft);
    }

    /// Asks for the window: what fits in it, or else a segment that the peer must answer because
    /// it lies before what it expects.
    pub(super) fn send_probe(&mut self, now: Instant) {
        let usable = (self.snd.una + self.snd.wnd).saturating_sub(self.snd.nxt);
        let available = self.snd.buffer.end().saturating_sub(self.snd.nxt);
        let len = usable.min(available).min(self.snd.mss);
        if len > 0 {
            // RFC 9293 section 3.8.6.2.1: the override.
            self.send_new(now, len, false);
            return;
        }
        let seq = self.snd.seq(self.snd.una).wrapping_sub(1);
        self.send_draft(now, Draft { seq, flags: Flags::ACK, probe: true, ..Draft::default() });
    }

    /// Asks the peer whether it is still there: a number that it has already acknowledged, which
    /// it must correct (RFC 9293 section 3.8.4).
    pub(super) fn send_keep_alive(&mut self, now: Instant) {
        let seq = self.snd.seq(self.snd.una).wrapping_sub(1);
        self.send_draft(
            now,
            Draft { seq, flags: Flags::ACK, keep_alive: true, ..Draft::default() },
        );
    }

    /// Resets the connection that the peer believes in.
    pub(super) fn send_rst(&mut self, now: Instant) {
        let seq = self.snd.seq(self.snd.nxt);
        self.send_draft(now, Draft { seq, flags: Flags::RST | Flags::ACK, ..Draft::default() });
    }

    /// Refuses an acknowledgment of what was never sent (RFC 9293 section 3.10.7.3).
    pub(super) fn send_rst_for(&mut self, ack: u32) {
        let segment = Segment { seq: ack, flags: Flags::RST, ..Segment::default() };
        let about = About { tcp: Some(self.context(0, false)), units: Vec::new() };
        self.emit(segment, Payload::new(), about, None);
    }

    /// Completes a segment: acknowledgment, window, timestamps. Everything that leaves
    /// acknowledges all that has come.
    fn send_draft(&mut self, now: Instant, draft: Draft) -> u64 {
        let Draft { seq, flags, body, units, retransmits, probe, keep_alive, window_update } =
            draft;
        // An application that reads takes what has come at this very moment: only one that has
        // stopped reading makes the window smaller, and a duplicate ACK repeats the last window
        // (RFC 5681 section 2).
        let unread = if self.rcv.paused { self.rcv.buffer.ready_len() } else { 0 };
        let window = self.rcv.window.field(self.rcv.nxt, unread);
        let mut options = Vec::new();
        if self.handshake.timestamps {
            let echo = self.rcv.ts_recent.unwrap_or(0);
            let value = clock(now);
            options = vec![TcpOption::Nop, TcpOption::Nop, TcpOption::Timestamps { value, echo }];
        }
        self.add_sack(&mut options, body.len());
        let flags = flags | self.ecn_of_segment(retransmits.is_some(), body.len());
        let ack = self.rcv.seq(self.rcv.nxt);
        let segment = Segment { seq, ack, flags, window, options, ..Segment::default() };
        self.rcv.acked = self.rcv.nxt;
        self.rcv.unacked = 0;
        self.rcv.ack_now = false;
        self.timers.stop(Timer::DelayedAck);
        let shift = if self.handshake.scaling { self.rcv.window.shift() } else { 0 };
        let context = TcpContext {
            probe,
            keep_alive,
            window_update,
            ..self.context(shift, retransmits.is_some())
        };
        self.emit(segment, body, About { tcp: Some(context), units }, retransmits)
    }

    fn context(&self, window_shift: u8, again: bool) -> TcpContext {
        TcpContext {
            iss: self.snd.iss,
            irs: self.rcv.irs,
            window_shift,
            again,
            ..TcpContext::default()
        }
    }

    /// Puts a segment into a packet; returns its tag.
    fn emit(
        &mut self,
        segment: Segment,
        body: Payload,
        about: About,
        retransmits: Option<u64>,
    ) -> u64 {
        let segment = Segment {
            source_port: self.ends.local.port,
            destination_port: self.ends.remote.port,
            ..segment
        };
        self.packets += 1;
        let tag = u64::from(self.id.0) << 32 | self.packets;
        self.ip_id = self.ip_id.wrapping_add(1);
        let ips = (self.ends.local.ip, self.ends.remote.ip);
        let markable = self.is_markable(retransmits.is_some(), body.len());
        let packet = Packet::tcp(ips, self.ip_id, segment, body, about);
        let packet = if markable { packet.with_ecn(Ecn::CAPABLE) } else { packet };
        self.out.push_back(Output::Transmit(Transmit { packet, tag, retransmits }));
        tag
    }

    /// Says something in the trace.
    pub(super) fn note(&mut self, name: &'static str, text: &str) {
        if self.told.on_request {
            return;
        }
        let connection = self.id.0;
        let event = Event::Note { connection, name, text: text.to_owned(), amount: 0 };
        self.out.push_back(Output::Event(event));
    }

    /// An answer soon after data makes the peer's next acknowledgment travel with an answer
    /// (Linux's "pingpong" mode).
    fn note_interactive(&mut self, now: Instant, len: u64) {
        let soon = |at: Instant| now - at < self.config.delayed_ack();
        if len > 0 && self.rcv.last_at.is_some_and(soon) {
            self.rcv.interactive = true;
        }
        if len > 0 {
            self.snd.last_at = Some(now);
        }
    }

    /// Something is sent after nothing was in flight for a while (RFC 5681 section 4.1).
    fn restart_after_idle(&mut self, now: Instant) {
        let waiting = self.snd.buffer.end() > self.snd.nxt;
        let Some(last) = self.snd.last_at else { return };
        if waiting && self.snd.flight.is_empty() && now > last {
            self.congestion.on_pause(now - last, self.rtt.rto(), self.delivery.is_idle());
            // Not again for the same silence.
            self.snd.last_at = Some(now);
        }
    }

    /// Arms the persist timer while only the peer's window holds data back.
    fn watch_window(&mut self, now: Instant) {
        let waiting = self.snd.buffer.end() > self.snd.nxt;
        let blocked = waiting && self.snd.flight.is_empty();
        if !blocked || self.state == State::TimeWait {
            self.timers.stop(Timer::Persist);
        } else if !self.timers.is_set(Timer::Persist) {
            let factor = 1_u32 << self.snd.probes.min(16);
            let wait = self.rtt.rto().saturating_mul(factor).min(self.config.profile.rto_max);
            self.timers.set(Timer::Persist, now + wait);
        }
    }
}

/// What may be sent next.
enum Next {
    /// A segment of this many bytes, perhaps with FIN.
    Send { len: u64, fin: bool },
    /// Nothing.
    Wait { for_cwnd: bool },
    /// Nothing, because Nagle's rule holds these bytes back.
    Hold { len: u64 },
}
