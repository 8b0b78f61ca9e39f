//! A program that sends sound, and one that keeps it for a moment and plays it.
//!
//! The sound travels as RTP (RFC 3550 section 5.1), over TCP with its length in front (RFC 4571
//! section 2).

use core::time::Duration;
use std::collections::VecDeque;

use super::{EVERY, SOUND};
use crate::proto::app::{Address, App, AppInput, AppOutput, ConnId};
use crate::proto::tcp::Config;
use crate::sim::endpoint::{Event, MetricUnit};
use crate::sim::time::{Instant, nanos};
use crate::sorted::SortedSet;
use crate::wire::{Payload, Protocol, Unit};

/// The connection, if there is one, and where notes belong.
const CONN: ConnId = ConnId(0);
/// The header of RTP in bytes.
const HEADER: u64 = 12;
/// Without a packet for so long a player that waits takes the call for over.
const OVER: Duration = Duration::from_secs(3);

/// The time from the first of some packets to another.
fn after(packets: u32) -> Duration {
    EVERY * packets
}

/// A packet of sound: version 2, the codec 0 (G.711, RFC 3551), a mark on the first one.
fn frame(number: u32, stream: bool) -> (Payload, Vec<Unit>) {
    let mut head = Vec::new();
    let len = HEADER + u64::from(SOUND);
    if stream {
        head.extend(u16::try_from(len).unwrap_or(u16::MAX).to_be_bytes());
    }
    let [.., high, low] = number.to_be_bytes();
    head.extend([0x80, if number == 0 { 0x80 } else { 0 }, high, low]);
    // One sample is one byte; the source calls itself by a fixed number.
    head.extend(number.wrapping_mul(SOUND).to_be_bytes());
    head.extend(0x5254_5031_u32.to_be_bytes());
    let mut payload = Payload::from(head);
    payload.append(&Payload::pattern(u64::from(number * SOUND), SOUND.into()));
    let unit = Unit {
        protocol: if stream { Protocol::Data } else { Protocol::Udp },
        kind: "voice".to_owned(),
        name: format!("voice {}", number + 1),
        detail: format!("20 ms, {SOUND} B"),
        offset: 0,
        len: payload.len(),
    };
    (payload, vec![unit])
}

/// The number in the header of a packet of sound.
fn number(rtp: &Payload) -> Option<u32> {
    let head = rtp.head_bytes(4);
    let (_, number) = head.split_last_chunk::<2>()?;
    Some(u32::from(u16::from_be_bytes(*number)))
}

/// Speaks, and sends what was said every 20 ms.
#[derive(Debug)]
pub(super) struct Speaker {
    to: Address,
    tcp: Option<Config>,
    packets: u32,
    next: u32,
    due: Option<Instant>,
    out: VecDeque<AppOutput>,
}

impl Speaker {
    pub(super) const fn new(to: Address, tcp: Option<Config>, packets: u32) -> Self {
        Self { to, tcp, packets, next: 0, due: None, out: VecDeque::new() }
    }

    fn send(&mut self, now: Instant) {
        let (payload, units) = frame(self.next, self.tcp.is_some());
        self.next += 1;
        self.due = (self.next < self.packets).then(|| now + EVERY);
        let (from, to) = (super::PORT, self.to);
        self.out.push_back(match self.tcp {
            Some(_) => AppOutput::Send { conn: CONN, payload, units },
            None => AppOutput::Datagram { from, to, payload, units },
        });
        if self.due.is_none() && self.tcp.is_some() {
            self.out.push_back(AppOutput::Close { conn: CONN });
        }
    }
}

impl App for Speaker {
    fn handle(&mut self, now: Instant, input: AppInput) {
        match (input, self.tcp) {
            (AppInput::Start, Some(config)) => {
                self.out.push_back(AppOutput::Connect { conn: CONN, to: self.to, config });
            }
            (AppInput::Start, None) => {
                self.out.push_back(AppOutput::Bind { port: super::PORT });
                self.due = Some(now + EVERY);
            }
            // A packet cannot leave before its sound was spoken.
            (AppInput::Connected { .. }, _) => self.due = Some(now + EVERY),
            (AppInput::Failed { .. }, _) => self.due = None,
            (AppInput::Timeout, _) if self.due.is_some_and(|at| at <= now) => self.send(now),
            _ => {}
        }
    }

    fn poll(&mut self, _now: Instant) -> Option<AppOutput> {
        self.out.pop_front()
    }

    fn poll_timeout(&self) -> Option<Instant> {
        self.due
    }
}

/// How the player treats what is not here in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Late {
    /// Silence, and on with the next packet.
    Skip,
    /// The sound stops until there is something to play.
    Wait,
}

/// Keeps packets for a moment, then plays one every 20 ms.
#[derive(Debug)]
pub(super) struct Listener {
    tcp: Option<Config>,
    late: Late,
    buffer: Duration,
    packets: u32,
    /// Bytes of a stream that are no whole packet yet.
    stream: Payload,
    /// What arrived at any time, and of it what waits.
    seen: SortedSet<u32>,
    waiting: SortedSet<u32>,
    /// Which packet is next, and its moment; nothing before the first one.
    next: Option<(u32, Instant)>,
    /// The packet that came first and when.
    first: Option<(u32, Instant)>,
    /// Since when the sound has stopped.
    stalled: Option<Instant>,
    played: u64,
    /// By how much a packet was later than its distance to the first one.
    worst: Duration,
    /// Whether the next packet may still come at the very moment at which it is due.
    grace: bool,
    over: bool,
    out: VecDeque<AppOutput>,
}

impl Listener {
    pub(super) fn new(tcp: Option<Config>, late: Late, buffer: Duration, packets: u32) -> Self {
        Self {
            tcp,
            late,
            buffer,
            packets,
            stream: Payload::new(),
            seen: SortedSet::default(),
            waiting: SortedSet::default(),
            next: None,
            first: None,
            stalled: None,
            played: 0,
            worst: Duration::ZERO,
            grace: false,
            over: false,
            out: VecDeque::new(),
        }
    }

    fn note(&mut self, name: &'static str, text: String, amount: u64) {
        self.out.push_back(AppOutput::Note { conn: CONN, name, text, amount });
    }

    fn tell(&mut self) {
        let (value, unit) = (self.waiting.len() as u64, MetricUnit::Count);
        let event = Event::MetricUpdated { connection: 0, name: "buffered", value, unit };
        self.out.push_back(AppOutput::Report(event));
    }

    /// Cuts the stream into its packets.
    fn on_stream(&mut self, now: Instant, payload: &Payload) {
        self.stream.append(payload);
        while let Some(len) = self.stream.head_bytes(2).first_chunk::<2>() {
            let end = 2 + u64::from(u16::from_be_bytes(*len));
            if self.stream.len() < end {
                return;
            }
            let whole = self.stream.split_to(end);
            self.on_packet(now, &whole.slice(2..end));
        }
    }

    fn on_packet(&mut self, now: Instant, rtp: &Payload) {
        let Some(number) = number(rtp).filter(|_| !self.over) else { return };
        if !self.seen.insert(number) {
            return;
        }
        let (first, since) = *self.first.get_or_insert((number, now));
        if let Some(later) = number.checked_sub(first) {
            let due = since + after(later);
            self.worst = self.worst.max(if now > due { now - due } else { Duration::ZERO });
        }
        let (next, at) = *self.next.get_or_insert((number, now + self.buffer));
        if let Some(before) = next.checked_sub(number).filter(|before| *before > 0) {
            // Too late, unless nothing was played and its moment is still to come.
            let left = if at > now { at - now } else { Duration::ZERO };
            if self.played > 0 || self.stalled.is_some() || left < after(before) {
                let late = after(before).saturating_sub(left);
                self.note("late", format!("packet {} is too late", number + 1), nanos(late));
                return;
            }
            self.next = Some((number, now + (left - after(before))));
        }
        self.waiting.insert(number);
        self.tell();
        if let Some(since) = self.stalled.take() {
            self.resume(now, since, number);
        }
        self.play(now);
    }

    /// Goes on after a stop with this packet.
    fn resume(&mut self, now: Instant, since: Instant, number: u32) {
        let Some((next, _)) = self.next else { return };
        for lost in next..number {
            self.miss(lost);
        }
        // What was left out takes its time too.
        let at = now.max(since + after(number - next));
        let shift = (at - since).saturating_sub(after(number - next));
        self.next = Some((number, at));
        self.note("resumes", "the sound goes on".to_owned(), nanos(shift));
    }

    fn miss(&mut self, number: u32) {
        let text = format!("packet {} is not here in time", number + 1);
        self.note("missing", text, u64::from(number) + 1);
    }

    /// Plays what is due.
    fn play(&mut self, now: Instant) {
        let Some((number, at)) = self.next.filter(|(_, at)| *at <= now && !self.over) else {
            return;
        };
        if self.stalled.is_some_and(|since| since + OVER <= now) || number >= self.packets {
            return self.end();
        }
        if self.stalled.is_some() {
            return;
        }
        if !self.waiting.contains(&number) && !core::mem::replace(&mut self.grace, true) {
            return;
        }
        self.grace = false;
        if self.waiting.remove(&number) {
            self.played += 1;
            if self.played == 1 {
                self.note("first-sound", "the first sound is heard".to_owned(), 0);
            }
            self.tell();
        } else if self.late == Late::Wait && self.waiting.is_empty() {
            self.stalled = Some(at);
            self.note("stall", "nothing to play: the sound stops".to_owned(), 0);
            return;
        } else {
            self.miss(number);
        }
        self.next = Some((number + 1, at + EVERY));
    }

    fn end(&mut self) {
        self.over = true;
        let needed = "the wait that would have been enough".to_owned();
        self.note("needed", needed, nanos(self.worst));
        self.note("over", "the call is over".to_owned(), self.played);
    }
}

impl App for Listener {
    fn handle(&mut self, now: Instant, input: AppInput) {
        match (input, self.tcp) {
            (AppInput::Start, Some(config)) => {
                self.out.push_back(AppOutput::Listen { port: super::PORT, config });
            }
            (AppInput::Start, None) => self.out.push_back(AppOutput::Bind { port: super::PORT }),
            (AppInput::Datagram { payload, .. }, _) => self.on_packet(now, &payload),
            (AppInput::Data { payload, .. }, _) => self.on_stream(now, &payload),
            (AppInput::PeerClosed { conn }, _) => self.out.push_back(AppOutput::Close { conn }),
            (AppInput::Timeout, _) => self.play(now),
            _ => {}
        }
    }

    fn poll(&mut self, _now: Instant) -> Option<AppOutput> {
        self.out.pop_front()
    }

    fn poll_timeout(&self) -> Option<Instant> {
        if self.over {
            return None;
        }
        let grace = Duration::from_nanos(self.grace.into());
        self.stalled.map(|since| since + OVER).or_else(|| self.next.map(|(_, at)| at + grace))
    }
}
