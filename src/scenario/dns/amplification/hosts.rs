//! Who takes part: a forger, the edge of its network, a server, and a victim.

use core::time::Duration;
use std::collections::VecDeque;

use crate::proto::app::{App, AppInput, AppOutput, ConnId};
use crate::proto::router::Middlebox;
use crate::scenario::dns::truncation::filling;
use crate::sim::endpoint::{Endpoint, Event, Input, Output, Transmit};
use crate::sim::route::Prefix;
use crate::sim::time::Instant;
use crate::wire::dns::{Edns, Flags, Kind, Message, Name, Rcode};
use crate::wire::ipv4::Ipv4;
use crate::wire::{Datagram, Packet, Payload, Protocol, Unit};

/// How much a protocol answers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Amplifier {
    name: &'static str,
    port: u16,
    /// The bytes of a question and of its answer, without headers.
    pub(super) question: u32,
    answer: u32,
    /// The most bytes of a datagram of the answer.
    datagram: u32,
}

const fn amplifier(
    name: &'static str,
    port: u16,
    (question, answer): (u32, u32),
    datagram: u32,
) -> Amplifier {
    Amplifier { name, port, question, answer, datagram }
}

/// The protocols: the usual sizes of their questions, times the published factors.
const TABLE: [Amplifier; 7] = [
    amplifier("dns", 53, (41, 41 * 54), 4_096),
    amplifier("ntp", 123, (8, 8 * 557), 440),
    amplifier("memcached", 11_211, (15, 150_000), 1_400),
    amplifier("chargen", 19, (1, 359), 1_400),
    amplifier("ssdp", 1_900, (110, 110 * 31), 310),
    amplifier("cldap", 389, (52, 52 * 56), 1_456),
    amplifier("quic", 443, (1_200, 3_600), 1_200),
];

/// The protocol of this name.
pub(super) fn table(name: &str) -> Amplifier {
    let found = TABLE.iter().find(|amplifier| amplifier.name == name);
    found.copied().unwrap_or(TABLE[0])
}

fn zone() -> Name {
    Name::of("shop.example")
}

fn query() -> Message {
    let edns = Some(Edns { size: 4_096, ..Edns::default() });
    Message { edns, flags: Flags::RD, ..Message::query(0x1c46, zone(), Kind::ANY) }
}

/// A stretch of bytes with a name.
fn named(len: u32, kind: &str, name: String) -> (Payload, Vec<Unit>) {
    let detail = format!("{len} B");
    let (kind, protocol) = (kind.to_owned(), Protocol::Udp);
    let unit = Unit { protocol, kind, name, detail, offset: 0, len: len.into() };
    (Payload::pattern(0, len.into()), vec![unit])
}

/// NTP's question for the last clients, and a part of its answer in records of 72 bytes
/// (RFC 1305 appendix B, private mode 7; implementation 3, request 42).
fn monlist(len: u32, answer: bool) -> Payload {
    let [.., records] = ((len.saturating_sub(8)) / 72).to_be_bytes();
    let mut bytes = match answer {
        false => vec![0x17, 0, 3, 42, 0, 0, 0, 0],
        true => vec![0xd7, 0, 3, 42, 0, records, 0, 72],
    };
    bytes.resize(len as usize, 0);
    bytes.into()
}

impl Amplifier {
    /// The bytes of a protocol whose readers look into them.
    fn real(&self, (payload, units): (Payload, Vec<Unit>), answer: bool) -> (Payload, Vec<Unit>) {
        if self.name != "ntp" {
            return (payload, units);
        }
        let len = u32::try_from(payload.len()).unwrap_or(0);
        (monlist(len, answer), units)
    }

    fn is_dns(&self) -> bool {
        self.name == "dns"
    }

    fn ask(&self) -> (Payload, Vec<Unit>) {
        if self.is_dns() {
            query().datagram()
        } else {
            self.real(named(self.question, "query", format!("{} question", self.name)), false)
        }
    }

    fn answers(&self) -> Vec<(Payload, Vec<Unit>)> {
        if self.is_dns() {
            let response = query().response(Rcode::NOERROR);
            let answers = filling(self.answer.into(), true);
            let edns = Some(Edns { size: 4_096, ..Edns::default() });
            return vec![Message { answers, edns, ..response }.datagram()];
        }
        let mut left = self.answer;
        let mut datagrams = Vec::new();
        while left > 0 {
            let len = left.min(self.datagram);
            let part = named(len, "answer", format!("{} answer", self.name));
            datagrams.push(self.real(part, true));
            left -= len;
        }
        datagrams
    }
}

/// Sends questions under another's address.
#[derive(Debug)]
pub(super) struct Forger {
    kind: Amplifier,
    /// Whose address is used, and whom is asked.
    ips: ([u8; 4], [u8; 4]),
    left: u32,
    every: Duration,
    next: Instant,
    sent: u64,
    out: VecDeque<Output>,
}

impl Forger {
    pub(super) const fn new(
        kind: Amplifier,
        ips: ([u8; 4], [u8; 4]),
        left: u32,
        every: Duration,
    ) -> Self {
        Self { kind, ips, left, every, next: Instant::START, sent: 0, out: VecDeque::new() }
    }
}

impl Endpoint for Forger {
    fn handle(&mut self, now: Instant, _input: Input) {
        while self.left > 0 && self.next <= now {
            self.left -= 1;
            self.next += self.every;
            self.sent += 1;
            let (body, units) = self.kind.ask();
            let datagram = Datagram { ports: (40_000, self.kind.port), body, units };
            let packet = Packet::udp(self.ips, 0, true, datagram);
            self.out.push_back(Output::Transmit(Transmit {
                packet,
                tag: self.sent,
                retransmits: None,
            }));
        }
    }

    fn poll(&mut self, _now: Instant) -> Option<Output> {
        self.out.pop_front()
    }

    fn poll_timeout(&self) -> Option<Instant> {
        (self.left > 0).then_some(self.next)
    }
}

/// Lets only packets from its own network out (RFC 2827).
#[derive(Debug)]
pub(super) struct Edge(pub(super) Prefix);

impl Middlebox for Edge {
    fn pass(&mut self, _now: Instant, packet: Packet) -> Result<Packet, &'static str> {
        match Ipv4::decode(&packet.head) {
            Ok(ip) if !self.0.contains(ip.source) => Err("a sender that is not of this network"),
            _ => Ok(packet),
        }
    }

    fn poll(&mut self) -> Option<Event> {
        None
    }

    fn poll_timeout(&self) -> Option<Instant> {
        None
    }

    fn on_timeout(&mut self, _now: Instant) {}
}

/// Answers whoever seems to ask.
#[derive(Debug)]
pub(super) struct Reflector {
    kind: Amplifier,
    out: VecDeque<AppOutput>,
}

impl Reflector {
    pub(super) const fn new(kind: Amplifier) -> Self {
        Self { kind, out: VecDeque::new() }
    }
}

impl App for Reflector {
    fn handle(&mut self, _now: Instant, input: AppInput) {
        match input {
            AppInput::Start => self.out.push_back(AppOutput::Bind { port: self.kind.port }),
            AppInput::Datagram { to, from, .. } => {
                for (payload, units) in self.kind.answers() {
                    self.out.push_back(AppOutput::Datagram { from: to, to: from, payload, units });
                }
            }
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

/// Gets what it never asked for.
#[derive(Debug, Default)]
pub(super) struct Victim {
    told: bool,
    out: VecDeque<AppOutput>,
}

impl App for Victim {
    fn handle(&mut self, _now: Instant, input: AppInput) {
        match input {
            AppInput::Start => self.out.push_back(AppOutput::Bind { port: 40_000 }),
            AppInput::Datagram { .. } if !self.told => {
                self.told = true;
                let text = "an answer to no question".to_owned();
                let (conn, name) = (ConnId(0), "unasked");
                self.out.push_back(AppOutput::Note { conn, name, text, amount: 0 });
            }
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
