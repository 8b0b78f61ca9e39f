//! The forger: it makes the resolver ask, and answers in the server's name.

use core::time::Duration;
use std::collections::VecDeque;

use super::{FORGER_IP, RESOLVER_IP, SHOP_IP, prize};
use crate::sim::endpoint::{Endpoint, Input, Output, Transmit};
use crate::sim::rng::Rng;
use crate::sim::time::Instant;
use crate::wire::dns::{Data, Flags, Kind, Message, Name, PORT, Rcode, Record};
use crate::wire::{Datagram, Packet};

/// What the forger does.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plan {
    pub(super) questions: u32,
    pub(super) every: Duration,
    pub(super) forged: u32,
    pub(super) bits: u8,
    /// The port of the resolver, if it is known.
    pub(super) port: Option<u16>,
}

/// How many letters the names have that the forger asks for: `shopexample` and one before.
pub(super) const LETTERS: u32 = 12;

/// The forger at work.
#[derive(Debug)]
pub(super) struct Forger {
    plan: Plan,
    rng: Rng,
    asked: u32,
    next: Instant,
    sent: u64,
    out: VecDeque<Output>,
}

impl Forger {
    pub(super) const fn new(plan: Plan, rng: Rng) -> Self {
        Self { plan, rng, asked: 0, next: Instant::START, sent: 0, out: VecDeque::new() }
    }

    fn send(&mut self, source: [u8; 4], ports: (u16, u16), message: &Message) {
        let (body, units) = message.datagram();
        let packet = Packet::udp((source, RESOLVER_IP), 0, true, Datagram { ports, body, units });
        self.sent += 1;
        let tag = self.sent;
        self.out.push_back(Output::Transmit(Transmit { packet, tag, retransmits: None }));
    }

    /// One race: a question as bait, and right behind it the forged answers.
    fn race(&mut self) {
        let name = Name::of("shop.example").child(&format!("a{}", self.asked));
        let bait = Message::query(0x6666, name.clone(), Kind::A);
        let bait = Message { flags: Flags::RD, ..bait };
        self.send(FORGER_IP, (50_000, PORT), &bait);
        let (target, address) = prize();
        let answers = vec![
            Record::new(name.clone(), 86_400, Data::Cname(target.clone())),
            Record::new(target, 86_400, Data::A(address)),
        ];
        // Every guess another one: from some place on, one after the other.
        let all = 1_u64 << self.plan.bits;
        let first = self.rng.below(all);
        for guess in 0..u64::from(self.plan.forged).min(all) {
            let id = u16::try_from((first + guess) % all).unwrap_or(0);
            let port = 1_024 + u16::try_from(self.rng.below(64_512)).unwrap_or(0);
            let question = Message::query(id, name.clone(), Kind::A);
            let response = question.response(Rcode::NOERROR);
            let flags = response.flags.with(Flags::AA);
            let answers = answers.clone();
            let answer = Message { answers, flags, ..response };
            self.send(SHOP_IP, (PORT, self.plan.port.unwrap_or(port)), &answer);
        }
    }
}

impl Endpoint for Forger {
    fn handle(&mut self, now: Instant, _input: Input) {
        while self.asked < self.plan.questions && self.next <= now {
            self.race();
            self.asked += 1;
            self.next += self.plan.every;
        }
    }

    fn poll(&mut self, _now: Instant) -> Option<Output> {
        self.out.pop_front()
    }

    fn poll_timeout(&self) -> Option<Instant> {
        (self.asked < self.plan.questions).then_some(self.next)
    }
}
