//! All hosts behind the translator: the first stays in touch, the others open flows.

use core::time::Duration;
use std::collections::VecDeque;

use super::SERVER_IP;
use super::server::{PORT, SINK};
use crate::scenario::params::Params;
use crate::sim::endpoint::{Endpoint, Event, Input, Output, Transmit};
use crate::sim::time::Instant;
use crate::wire::{Datagram, Packet, Payload, Protocol, Unit};

/// The address of the first host.
pub(super) const FIRST: [u8; 4] = [192, 168, 0, 10];
/// Its port.
const OWN: u16 = 40_000;
/// How many flows the others open at a moment.
const BATCH: u64 = 5_000;
/// When it begins: after the others.
const BEGIN: Duration = Duration::from_secs(1);

/// The lane.
#[derive(Debug)]
pub(super) struct Inside {
    hosts: u64,
    flows: u64,
    ping: Duration,
    /// When it writes for the last time, at the latest.
    end: Instant,
    due: Option<Instant>,
    /// How many flows of the others are open.
    opened: u64,
    sent: u64,
    out: VecDeque<Output>,
}

/// Whether the first host sent a packet.
pub(super) fn is_first(packet: &Packet) -> bool {
    packet.head.get(12..16) == Some(&FIRST)
}

/// A message of a few bytes whose first says what it is.
pub(super) fn message(kind: &str) -> (Payload, Vec<Unit>) {
    let payload = Payload::from(kind.as_bytes());
    let unit = Unit {
        protocol: Protocol::Data,
        kind: kind.to_owned(),
        name: kind.to_owned(),
        detail: String::new(),
        offset: 0,
        len: payload.len(),
    };
    (payload, vec![unit])
}

impl Inside {
    pub(super) fn new(params: &Params) -> Self {
        Self {
            hosts: params.number("hosts"),
            flows: params.number("flows"),
            ping: params.duration("ping"),
            end: Instant::START + params.duration("time"),
            due: None,
            opened: 0,
            sent: 0,
            out: VecDeque::new(),
        }
    }

    fn send(&mut self, from: ([u8; 4], u16), to: u16, kind: &str) {
        self.sent += 1;
        let (body, units) = message(kind);
        let datagram = Datagram { ports: (from.1, to), body, units };
        let [.., high, low] = self.sent.to_be_bytes();
        let id = u16::from_be_bytes([high, low]);
        let packet = Packet::udp((from.0, SERVER_IP), id, true, datagram);
        let tag = self.sent;
        self.out.push_back(Output::Transmit(Transmit { packet, tag, retransmits: None }));
    }

    /// Opens the next flows of the others; there are too many for one moment.
    fn open_flows(&mut self, now: Instant) {
        let all = self.hosts * self.flows;
        let until = all.min(self.opened + BATCH);
        for nth in self.opened..until {
            let (host, flow) = (nth / self.flows, nth % self.flows);
            // 192.168.1.1 and on, 250 hosts in each network of 256.
            let [.., low] = (host % 250 + 1).to_be_bytes();
            let [.., net] = (1 + host / 250).to_be_bytes();
            let port = OWN + u16::try_from(flow).unwrap_or(0);
            self.send(([192, 168, net, low], port), SINK, "flow");
        }
        self.opened = until;
        let begin = Instant::START + BEGIN;
        self.due = Some(if until < all { now + Duration::from_millis(1) } else { begin });
    }

    fn write(&mut self, now: Instant) {
        let kind = if self.due == Some(Instant::START + BEGIN) { "hello" } else { "ping" };
        self.send((FIRST, OWN), PORT, kind);
        let next = now + self.ping;
        self.due = (next <= self.end).then_some(next);
    }

    fn hear(&mut self, packet: &Packet) {
        let word = packet.body.head_bytes(4);
        if word == b"news" {
            self.out.push_back(Output::Event(Event::Note {
                connection: 0,
                name: "news",
                text: "news of the server".to_owned(),
                amount: 0,
            }));
        }
    }
}

impl Endpoint for Inside {
    fn handle(&mut self, now: Instant, input: Input) {
        match input {
            Input::Start => {
                self.open_flows(now);
            }
            Input::Timeout if self.due.is_some_and(|due| due <= now) => {
                if self.opened < self.hosts * self.flows {
                    self.open_flows(now);
                } else {
                    self.write(now);
                }
            }
            Input::Timeout => {}
            Input::Packet(packet) => self.hear(&packet),
        }
    }

    fn poll(&mut self, _now: Instant) -> Option<Output> {
        self.out.pop_front()
    }

    fn poll_timeout(&self) -> Option<Instant> {
        self.due
    }
}
