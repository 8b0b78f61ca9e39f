//! Who takes part in `tcp-syn-flood`: a client that tries and tries, a server, and an attacker.

use core::time::Duration;
use std::collections::VecDeque;

use crate::proto::app::{Address, App, AppInput, AppOutput, ConnId};
use crate::proto::tcp::Config;
use crate::sim::endpoint::{Endpoint, Input, Output, Transmit};
use crate::sim::rng::Rng;
use crate::sim::time::Instant;
use crate::wire::tcp::{Flags, Segment, TcpOption};
use crate::wire::{About, Packet, Payload, TcpContext};

/// How often the client tries.
const EVERY: Duration = Duration::from_secs(5);
/// How long it waits for an answer.
const PATIENCE: Duration = Duration::from_secs(3);

/// Tries to connect every five seconds, and gives each attempt three.
#[derive(Debug)]
pub(super) struct Caller {
    to: Address,
    config: Config,
    next: ConnId,
    /// The attempt that is not answered yet.
    open: Option<ConnId>,
    due: Instant,
    out: VecDeque<AppOutput>,
}

impl Caller {
    pub(super) const fn new(to: Address, config: Config) -> Self {
        Self { to, config, next: ConnId(0), open: None, due: Instant::START, out: VecDeque::new() }
    }

    fn note(&mut self, conn: ConnId, name: &'static str, text: &str) {
        self.out.push_back(AppOutput::Note { conn, name, text: text.to_owned(), amount: 0 });
    }

    fn turn(&mut self, now: Instant) {
        if let Some(conn) = self.open.take() {
            self.note(conn, "no-answer", "no answer for three seconds");
            self.out.push_back(AppOutput::Abort { conn });
            self.due = now + (EVERY - PATIENCE);
            return;
        }
        let (conn, to, config) = (self.next, self.to, self.config);
        self.next.0 += 1;
        self.open = Some(conn);
        self.due = now + PATIENCE;
        self.note(conn, "attempt", "tries to connect");
        self.out.push_back(AppOutput::Connect { conn, to, config });
    }
}

impl App for Caller {
    fn handle(&mut self, now: Instant, input: AppInput) {
        match input {
            AppInput::Start | AppInput::Timeout => self.turn(now),
            AppInput::Connected { conn } => {
                self.open = None;
                self.due = now + EVERY;
                self.note(conn, "connected", "is connected");
                self.out.push_back(AppOutput::Close { conn });
            }
            _ => {}
        }
    }

    fn poll(&mut self, _now: Instant) -> Option<AppOutput> {
        self.out.pop_front()
    }

    fn poll_timeout(&self) -> Option<Instant> {
        Some(self.due)
    }
}

/// Accepts, and closes after its client.
#[derive(Debug)]
pub(super) struct Greeter {
    port: u16,
    config: Config,
    out: VecDeque<AppOutput>,
}

impl Greeter {
    pub(super) const fn new(port: u16, config: Config) -> Self {
        Self { port, config, out: VecDeque::new() }
    }
}

impl App for Greeter {
    fn handle(&mut self, _now: Instant, input: AppInput) {
        match input {
            AppInput::Start => {
                let (port, config) = (self.port, self.config);
                self.out.push_back(AppOutput::Listen { port, config });
            }
            AppInput::PeerClosed { conn } => self.out.push_back(AppOutput::Close { conn }),
            _ => {}
        }
    }

    fn poll(&mut self, _now: Instant) -> Option<AppOutput> {
        self.out.pop_front()
    }

    fn poll_timeout(&self) -> Option<Instant> {
        None
    }
}

/// Sends SYNs from addresses that are not its own.
#[derive(Debug)]
pub(super) struct Flood {
    to: Address,
    pace: Duration,
    rng: Rng,
    sent: u64,
    due: Option<Instant>,
    out: VecDeque<Output>,
}

impl Flood {
    pub(super) const fn new(to: Address, pace: Duration, rng: Rng) -> Self {
        Self { to, pace, rng, sent: 0, due: None, out: VecDeque::new() }
    }

    /// A SYN as Linux sends it, from an address that nobody has (RFC 2544 appendix C.2.2 sets
    /// 198.18.0.0/15 aside for tests).
    fn syn(&self) -> Packet {
        let mut chance = self.rng.at(self.sent);
        let [.., a, b, c, d, e, f] = chance.next().to_be_bytes();
        let source = [198, 18 + (a & 1), b, c];
        let seq = u32::try_from(chance.below(1 << 32)).unwrap_or(0);
        let segment = Segment {
            source_port: u16::from_be_bytes([d | 0x80, e ^ f]),
            destination_port: self.to.port,
            seq,
            flags: Flags::SYN,
            window: 64_240,
            options: vec![TcpOption::Mss(1460)],
            ..Segment::default()
        };
        let tcp = Some(TcpContext { iss: seq, ..TcpContext::default() });
        let about = About { tcp, ..About::default() };
        Packet::tcp((source, self.to.ip), 0, segment, Payload::new(), about)
    }
}

impl Endpoint for Flood {
    fn handle(&mut self, now: Instant, input: Input) {
        if matches!(input, Input::Start | Input::Timeout) {
            self.sent += 1;
            let transmit = Transmit { packet: self.syn(), tag: self.sent, retransmits: None };
            self.out.push_back(Output::Transmit(transmit));
            self.due = Some(now + self.pace);
        }
    }

    fn poll(&mut self, _now: Instant) -> Option<Output> {
        self.out.pop_front()
    }

    fn poll_timeout(&self) -> Option<Instant> {
        self.due
    }
}
