//! TCP: RFC 9293 with the congestion control of RFC 5681 and RFC 6582, the time-outs of RFC 6298
//! and the options of RFC 7323.
//!
//! A [`Connection`] takes segments, commands and time-outs, and is polled for what it sends and
//! says. By mechanism: [`state`] the table, `input` what arriving segments do (RFC 9293 section
//! 3.10.7), `repair` what acknowledgments do to the flight and `recovery` what time-outs do, with
//! `rack`, `prr` and `probe`, `output` what is sent, `window`
//! what the receiver offers, `pressure` where the application reads and writes, `buffer` and `flight` the bytes, `congestion` with `delivery` and
//! `pacing`, [`rtt`], `timers`.

pub mod profile;
pub mod state;
pub mod rtt;
mod timers;
pub(in crate::proto) mod buffer;
mod flight;
pub(in crate::proto) mod congestion;
mod window;
mod report;
mod sack;
mod rack;
mod prr;
mod recovery;
mod repair;
mod pressure;
mod ecn;
mod delivery;
mod pacing;
mod probe;
mod silence;
mod cookie;
mod again;
mod mtu;
mod input;
mod output;

pub use cookie::SynOptions;
pub use profile::{Config, KeepAlive, Profile};
pub use state::State;

use core::time::Duration;
use std::collections::VecDeque;

use self::buffer::{ReceiveBuffer, SendBuffer};
use self::congestion::Congestion;
use self::delivery::Delivery;
use self::ecn::Ecn;
use self::flight::Flight;
use self::pacing::Pacer;
use self::recovery::Recovery;
use self::report::Told;
use self::rtt::Rtt;
use self::sack::SackReport;
use self::timers::{Timer, Timers};
use self::window::Window;
use super::app::{Address, AppInput, ConnError, ConnId};
use crate::sim::endpoint::{Event, Output};
use crate::sim::time::Instant;

/// The two ends of a connection, seen from one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ends {
    /// This end.
    pub local: Address,
    /// The other end.
    pub remote: Address,
}

/// One end of a TCP connection.
#[derive(Debug)]
pub struct Connection {
    id: ConnId,
    ends: Ends,
    config: Config,
    state: State,
    /// Whether it was opened by a SYN of the peer.
    passive: bool,
    snd: Send,
    rcv: Receive,
    handshake: Handshake,
    rtt: Rtt,
    congestion: Congestion,
    delivery: Delivery,
    pacer: Pacer,
    recovery: Recovery,
    ecn: Ecn,
    timers: Timers,
    out: VecDeque<Output>,
    /// What the application is told.
    upcalls: VecDeque<AppInput>,
    told: Told,
    /// How many keep-alives stayed without an answer.
    unheard: u32,
    packets: u64,
    ip_id: u16,
}

/// The sending half (RFC 9293 section 3.3.1, figure 3); all but `iss` are positions.
#[derive(Debug)]
struct Send {
    iss: u32,
    /// The oldest position that is not acknowledged.
    una: u64,
    /// The next position to send.
    nxt: u64,
    /// The window that the peer offers, in bytes from `una`.
    wnd: u64,
    /// The largest window that the peer has offered.
    wnd_max: u64,
    /// The peer's position and acknowledgment at the last update of the window.
    wl1: u64,
    wl2: u64,
    /// The shift of the peer's window field.
    shift: u8,
    /// The most payload of a segment.
    mss: u64,
    buffer: SendBuffer,
    flight: Flight,
    /// Whether the application has closed.
    closing: bool,
    /// The position of the FIN, once it was sent.
    fin: Option<u64>,
    /// When data was sent last.
    last_at: Option<Instant>,
    /// Up to which position a segment smaller than the largest was sent.
    small_until: u64,
    /// Whether a small segment waits and the trace knows.
    held: bool,
    /// Whether the application was told that the buffer is full, and not that it has room again.
    blocked: bool,
    /// How often the shut window was probed without answer.
    probes: u32,
    /// When the peer was heard last.
    heard_at: Instant,
}

/// The receiving half; all but `irs` are positions.
#[derive(Debug)]
struct Receive {
    irs: u32,
    /// The next position that is expected.
    nxt: u64,
    window: Window,
    buffer: ReceiveBuffer,
    /// The position of the peer's FIN, once it is known.
    fin: Option<u64>,
    /// Whether the application reads.
    paused: bool,
    /// An acknowledgment is due at once.
    ack_now: bool,
    /// Bytes received since the last acknowledgment.
    unacked: u64,
    /// How many more segments are acknowledged at once.
    quick: u32,
    /// Whether the application answers quickly, so that acknowledgments can travel with answers.
    interactive: bool,
    /// When data came last.
    last_at: Option<Instant>,
    /// The largest payload seen.
    segment: u64,
    /// The peer's clock to echo (RFC 7323 section 4.3), if timestamps are in use.
    ts_recent: Option<u32>,
    /// The position of the last acknowledgment sent.
    acked: u64,
    /// Whether the application was told that no more will come.
    told_closed: bool,
    /// When a peer that was wrong was told so last.
    corrected_at: Option<Instant>,
    /// Since when something waits behind a hole.
    hole_since: Option<Instant>,
    /// For how long something has waited behind holes.
    waited: Duration,
    /// What the peer is told of bytes behind a hole.
    report: SackReport,
}

/// The SYN or SYN-ACK and its repetitions.
#[derive(Clone, Copy, Debug, Default)]
struct Handshake {
    tag: u64,
    times: u32,
    sent_at: Instant,
    /// How often it timed out.
    timeouts: u32,
    /// Whether timestamps are in use.
    timestamps: bool,
    /// Whether windows are scaled.
    scaling: bool,
    /// A clock that says more than the time (see `cookie`).
    stamp: Option<u32>,
    /// Whether both ends speak of what lies behind a hole (RFC 2018).
    sack: bool,
}

impl Connection {
    /// A connection that does not exist yet; sequence numbers begin at `iss`.
    pub fn new(id: ConnId, ends: Ends, iss: u32, config: Config) -> Self {
        let profile = &config.profile;
        let mss = u64::from(config.mss);
        Self {
            id,
            ends,
            config,
            state: State::Closed,
            passive: false,
            snd: Send::new(iss, mss),
            rcv: Receive::new(&config),
            handshake: Handshake::default(),
            rtt: Rtt::new(profile),
            congestion: Congestion::new(profile, config.initial_window, mss),
            delivery: Delivery::default(),
            pacer: Pacer::default(),
            recovery: Recovery::default(),
            ecn: Ecn::default(),
            timers: Timers::default(),
            out: VecDeque::new(),
            upcalls: VecDeque::new(),
            told: Told::default(),
            unheard: 0,
            packets: 0,
            ip_id: 0,
        }
    }

    /// A connection of a listener: it waits for the SYN that it is for.
    pub fn passive(id: ConnId, ends: Ends, iss: u32, config: Config) -> Self {
        Self { state: State::Listen, passive: true, ..Self::new(id, ends, iss, config) }
    }

    /// Its number on the host.
    pub const fn id(&self) -> ConnId {
        self.id
    }

    /// Its two ends.
    pub const fn ends(&self) -> Ends {
        self.ends
    }

    /// Its state.
    pub const fn state(&self) -> State {
        self.state
    }

    /// Sends a SYN (RFC 9293 section 3.10.1).
    pub fn open(&mut self, now: Instant) {
        if self.state == State::Closed {
            self.snd.nxt = 1;
            self.send_syn(now);
            self.go(self.state.open());
            self.arm_handshake(now);
        }
        self.report();
    }

    /// Sends nothing more after what was taken (section 3.10.4).
    pub fn close(&mut self, now: Instant) {
        self.snd.closing = true;
        if matches!(self.state, State::SynSent) {
            self.end(self.state.abort(), None);
        } else {
            self.transmit(now);
        }
        self.report();
    }

    /// Gives the connection up (section 3.10.5).
    pub fn abort(&mut self, now: Instant) {
        if self.state.is_synchronized() && self.state != State::TimeWait
            || self.state == State::SynReceived
        {
            self.send_rst(now);
        }
        self.end(self.state.abort(), None);
        self.report();
    }

    /// Lets the timers fire whose moment has come.
    pub fn on_timeout(&mut self, now: Instant) {
        while let Some(timer) = self.timers.take_due(now) {
            // A coarse trace has no room for timers that fire all the time.
            if !self.told.on_request || timer.is_rare() {
                let event = Event::TimerFired { connection: self.id.0, timer: timer.name() };
                self.out.push_back(Output::Event(event));
            }
            match timer {
                Timer::Handshake => self.on_handshake_timeout(now),
                Timer::Retransmission => self.on_retransmission_timeout(now),
                Timer::TailProbe => self.on_tail_probe_timeout(now),
                Timer::Reordering => self.on_reordering_timeout(now),
                Timer::Persist => self.on_persist_timeout(now),
                Timer::DelayedAck => self.send_ack(now),
                Timer::KeepAlive => self.on_keep_alive_timeout(now),
                Timer::TimeWait => self.end(self.state.time_wait_over(), None),
            }
        }
        self.on_pacing(now);
        self.report();
    }

    /// What it sends and says next.
    pub fn poll(&mut self) -> Option<Output> {
        self.out.pop_front()
    }

    /// What the application is told next.
    pub fn poll_upcall(&mut self) -> Option<AppInput> {
        self.upcalls.pop_front()
    }

    /// When it wants [`Connection::on_timeout`].
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.timers.next().into_iter().chain(self.pacer.wake()).min()
    }

    /// Moves along an arrow of the table, if there is one.
    fn go(&mut self, next: Option<State>) {
        let Some(next) = next else { return };
        let event = Event::StateUpdated {
            machine: state::MACHINE.name,
            connection: self.id.0,
            from: self.state.name(),
            to: next.name(),
        };
        self.state = next;
        self.out.push_back(Output::Event(event));
    }

    /// Ends everything; the application hears of an error.
    fn end(&mut self, next: Option<State>, error: Option<ConnError>) {
        if next.is_none() {
            return;
        }
        self.pacer = Pacer::default();
        self.go(next);
        self.timers.stop_all();
        if let Some(error) = error {
            self.upcalls.push_back(AppInput::Failed { conn: self.id, error });
        }
    }
}

impl Send {
    fn new(iss: u32, mss: u64) -> Self {
        Self {
            iss,
            una: 0,
            nxt: 0,
            wnd: 0,
            wnd_max: 0,
            wl1: 0,
            wl2: 0,
            shift: 0,
            mss,
            buffer: SendBuffer::new(),
            flight: Flight::default(),
            closing: false,
            fin: None,
            last_at: None,
            small_until: 0,
            held: false,
            blocked: false,
            probes: 0,
            heard_at: Instant::START,
        }
    }

    /// The sequence number of a position.
    fn seq(&self, position: u64) -> u32 {
        self.iss.wrapping_add(low_bits(position))
    }

    /// The position of an acknowledgment number: the nearest to `una`.
    fn position(&self, ack: u32) -> i64 {
        nearest(self.una, ack.wrapping_sub(self.seq(self.una)))
    }
}

impl Receive {
    fn new(config: &Config) -> Self {
        Self {
            irs: 0,
            nxt: 0,
            window: Window::new(config),
            buffer: ReceiveBuffer::default(),
            fin: None,
            paused: false,
            ack_now: false,
            unacked: 0,
            quick: config.profile.quick_acks,
            interactive: false,
            last_at: None,
            segment: 536,
            ts_recent: None,
            acked: 0,
            told_closed: false,
            corrected_at: None,
            hole_since: None,
            waited: Duration::ZERO,
            report: SackReport::default(),
        }
    }

    /// The sequence number of a position.
    fn seq(&self, position: u64) -> u32 {
        self.irs.wrapping_add(low_bits(position))
    }

    /// The position of a sequence number: the nearest to `nxt`.
    fn position(&self, seq: u32) -> i64 {
        nearest(self.nxt, seq.wrapping_sub(self.seq(self.nxt)))
    }
}

/// The clock of the timestamps: milliseconds, from 1 (RFC 7323 section 5.4).
const fn clock(now: Instant) -> u32 {
    low_bits(now.as_nanos() / 1_000_000 + 1)
}

/// The number modulo 2^32, in which sequence numbers and clocks count (RFC 9293 section 3.4).
pub(crate) const fn low_bits(number: u64) -> u32 {
    let [.., a, b, c, d] = number.to_be_bytes();
    u32::from_be_bytes([a, b, c, d])
}

/// The position that lies `distance`, modulo 2^32, from `from`; it may be before the start.
fn nearest(from: u64, distance: u32) -> i64 {
    i64::try_from(from).unwrap_or(i64::MAX).saturating_add(i64::from(distance.cast_signed()))
}

#[cfg(test)]
mod tests;
