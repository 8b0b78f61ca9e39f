//! What takes part in `tcp-idle-timeout`: a client that keeps its connection, and a table that
//! does not.

use core::time::Duration;
use std::collections::VecDeque;

use crate::proto::app::{Address, App, AppInput, AppOutput, ConnId};
use crate::proto::router::Middlebox;
use crate::proto::tcp::Config;
use crate::scenario::tcp::nagle::{ANSWER, message};
use crate::sim::endpoint::Event;
use crate::sim::time::Instant;
use crate::sorted::SortedMap;
use crate::wire::ipv4::Ipv4;
use crate::wire::tcp::{Flags, Segment};
use crate::wire::{About, Packet, Payload, TcpContext};

/// There is one connection.
const CONN: ConnId = ConnId(0);
/// How long the program waits for an answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// A client that asks, keeps the connection, and asks again.
#[derive(Debug)]
pub(super) struct Pooled {
    to: Address,
    config: Config,
    gap: Duration,
    ping: Duration,
    request: u64,
    /// When it asks again.
    again: Option<Instant>,
    next_ping: Option<Instant>,
    /// Until when it waits for an answer.
    patience: Option<Instant>,
    /// For each request that waits for its answer whether it is a ping.
    asked: VecDeque<bool>,
    received: u64,
    out: VecDeque<AppOutput>,
}

impl Pooled {
    pub(super) const fn new(
        to: Address,
        config: Config,
        (gap, ping): (Duration, Duration),
        request: u64,
    ) -> Self {
        Self {
            to,
            config,
            gap,
            ping,
            request,
            again: None,
            next_ping: None,
            patience: None,
            asked: VecDeque::new(),
            received: 0,
            out: VecDeque::new(),
        }
    }

    fn ask(&mut self, now: Instant, ping: bool) {
        self.asked.push_back(ping);
        self.out.push_back(message(if ping { "ping" } else { "request" }, self.request));
        if !ping {
            self.patience = Some(now + PATIENCE);
        }
    }

    fn note(&mut self, name: &'static str, text: &str) {
        let text = text.to_owned();
        self.out.push_back(AppOutput::Note { conn: CONN, name, text, amount: 0 });
    }

    fn fail(&mut self, text: &str) {
        self.again = None;
        self.next_ping = None;
        self.patience = None;
        self.note("failed", text);
    }

    fn on_time(&mut self, now: Instant) {
        if self.patience.is_some_and(|at| at <= now) {
            self.fail("no answer for ten seconds");
            self.out.push_back(AppOutput::Abort { conn: CONN });
            return;
        }
        if self.again.take_if(|at| *at <= now).is_some() {
            self.next_ping = None;
            self.note("asks-again", "asks again on the same connection");
            self.ask(now, false);
        }
        if self.next_ping.is_some_and(|at| at <= now) {
            self.next_ping = Some(now + self.ping);
            self.ask(now, true);
        }
    }
}

impl App for Pooled {
    fn handle(&mut self, now: Instant, input: AppInput) {
        match input {
            AppInput::Start => {
                let (to, config) = (self.to, self.config);
                self.out.push_back(AppOutput::Connect { conn: CONN, to, config });
            }
            AppInput::Connected { .. } => self.ask(now, false),
            AppInput::Data { payload, .. } => {
                self.received += payload.len();
                while self.received >= ANSWER {
                    self.received -= ANSWER;
                    if self.asked.pop_front() == Some(false) {
                        self.note("answered", "has the answer");
                        self.patience = None;
                        if self.again.is_none()
                            && self.next_ping.is_none()
                            && self.gap > Duration::ZERO
                        {
                            self.again = Some(now + self.gap);
                            self.next_ping = (self.ping < self.gap).then_some(now + self.ping);
                            self.gap = Duration::ZERO;
                        }
                    }
                }
            }
            AppInput::Timeout => self.on_time(now),
            AppInput::Failed { error, .. } => self.fail(&error.to_string()),
            _ => {}
        }
    }

    fn poll(&mut self, _now: Instant) -> Option<AppOutput> {
        self.out.pop_front()
    }

    fn poll_timeout(&self) -> Option<Instant> {
        self.again.into_iter().chain(self.next_ping).chain(self.patience).min()
    }
}

/// Two ends of a connection, the smaller first.
type Flow = (([u8; 4], u16), ([u8; 4], u16));

/// A table of connections that forgets those that are silent.
#[derive(Debug)]
pub(super) struct Forgetful {
    timeout: Duration,
    /// Whether it answers what it does not know with RST.
    resets: bool,
    /// When each connection was heard last.
    flows: SortedMap<Flow, Instant>,
    out: VecDeque<Event>,
}

impl Forgetful {
    pub(super) const fn new(timeout: Duration, resets: bool) -> Self {
        Self { timeout, resets, flows: SortedMap::new(), out: VecDeque::new() }
    }
}

impl Middlebox for Forgetful {
    fn pass(&mut self, now: Instant, packet: Packet) -> Result<Packet, &'static str> {
        let ip = Ipv4::decode(&packet.head).map_err(|error| error.rule)?;
        let Some(segment) = packet.segment() else { return Ok(packet) };
        let from = (ip.source, segment.source_port);
        let to = (ip.destination, segment.destination_port);
        let flow = (from.min(to), from.max(to));
        let opens = segment.flags.has(Flags::SYN) && !segment.flags.has(Flags::ACK);
        if !opens && !self.flows.contains_key(&flow) {
            if !self.resets || segment.flags.has(Flags::RST) {
                return Err("no such connection");
            }
            return Ok(refusal(&ip, &segment, &packet));
        }
        self.flows.insert(flow, now);
        let fires = now + self.timeout;
        self.out.push_back(Event::TimerSet { connection: 0, timer: "idle", fires });
        Ok(packet)
    }

    fn poll(&mut self) -> Option<Event> {
        self.out.pop_front()
    }

    fn poll_timeout(&self) -> Option<Instant> {
        self.flows.values().min().map(|heard| *heard + self.timeout)
    }

    fn on_timeout(&mut self, now: Instant) {
        let before = self.flows.len();
        let timeout = self.timeout;
        self.flows.retain(|_, heard| *heard + timeout > now);
        if self.flows.len() < before {
            self.out.push_back(Event::TimerFired { connection: 0, timer: "idle" });
            let text = "the silent connection is forgotten".to_owned();
            self.out.push_back(Event::Note { connection: 0, name: "forgotten", text, amount: 0 });
        }
    }
}

/// A reset in the name of the other end (RFC 9293 section 3.10.7.1).
fn refusal(ip: &Ipv4, segment: &Segment, packet: &Packet) -> Packet {
    let answer = Segment {
        source_port: segment.destination_port,
        destination_port: segment.source_port,
        seq: segment.ack,
        flags: Flags::RST,
        ..Segment::default()
    };
    let theirs = packet.about.tcp.unwrap_or_default();
    let tcp = Some(TcpContext { iss: theirs.irs, irs: theirs.iss, ..TcpContext::default() });
    let about = About { tcp, ..About::default() };
    Packet::tcp((ip.destination, ip.source), 0, answer, Payload::new(), about)
}
