//! What a host does with packets that are not what they should be.

mod limits;

use std::collections::VecDeque;

use expect_test::expect;
use proptest::prelude::{any, prop_assert, proptest};

use super::Host;
use crate::proto::app::{App, AppInput, AppOutput};
use crate::proto::tcp::{Config, Profile};
use crate::sim::endpoint::{Endpoint, Event, Input, Output};
use crate::sim::rng::Rng;
use crate::sim::time::Instant;
use crate::wire::tcp::{Flags, Segment};
use crate::wire::{About, Datagram, Packet, Payload};

const US: [u8; 4] = [192, 0, 2, 1];
const THEM: [u8; 4] = [192, 0, 2, 2];

/// Listens on port 80.
struct Listener(VecDeque<AppOutput>);

impl App for Listener {
    fn handle(&mut self, _now: Instant, input: AppInput) {
        if input == AppInput::Start {
            let config = Config::new(Profile::LINUX);
            self.0.push_back(AppOutput::Listen { port: 80, config });
        }
    }

    fn poll(&mut self, _now: Instant) -> Option<AppOutput> {
        self.0.pop_front()
    }

    fn poll_timeout(&self) -> Option<Instant> {
        None
    }
}

fn host() -> Host {
    let mut host = Host::new(US, Rng::new(1), Listener(VecDeque::new()));
    host.handle(Instant::START, Input::Start);
    while host.poll(Instant::START).is_some() {}
    host
}

fn segment(port: u16, flags: Flags) -> Packet {
    let segment = Segment {
        source_port: 40_000,
        destination_port: port,
        seq: 1000,
        ack: 77,
        flags,
        window: 1000,
        ..Segment::default()
    };
    Packet::tcp((THEM, US), 1, segment, Payload::new(), About::default())
}

/// What the host sends and drops in answer.
fn answers(host: &mut Host, packet: Packet) -> Vec<String> {
    host.handle(Instant::START, Input::Packet(packet.into()));
    let mut answers = Vec::new();
    while let Some(output) = host.poll(Instant::START) {
        match output {
            Output::Transmit(transmit) => {
                let segment = transmit.packet.segment().unwrap();
                let flags: Vec<&str> = segment.flags.names().collect();
                answers.push(format!(
                    "{} seq {} ack {}",
                    flags.join("-"),
                    segment.seq,
                    segment.ack
                ));
            }
            Output::Event(Event::PacketDropped { reason }) => answers.push(reason.to_owned()),
            Output::Event(_) | Output::Route { .. } => {}
        }
    }
    answers
}

#[test]
fn strays_are_answered_with_reset_as_the_standard_numbers_it() {
    // RFC 9293 section 3.10.7.1: without ACK it acknowledges the SYN, else it takes its number.
    expect!["RST-ACK seq 0 ack 1001"]
        .assert_eq(&answers(&mut host(), segment(81, Flags::SYN)).join(", "));
    expect!["RST seq 77 ack 0"]
        .assert_eq(&answers(&mut host(), segment(80, Flags::ACK)).join(", "));
    expect!["RST seq 77 ack 0"]
        .assert_eq(&answers(&mut host(), segment(80, Flags::SYN | Flags::ACK)).join(", "));
    // Never a reset for a reset.
    assert!(answers(&mut host(), segment(80, Flags::RST)).is_empty());
}

#[test]
fn any_flipped_bit_is_noticed() {
    let whole = segment(80, Flags::SYN);
    for bit in 0..whole.head.len() * 8 {
        let mut head = whole.head.to_vec();
        head[bit / 8] ^= 1 << (bit % 8);
        let damaged = Packet { head: head.into(), ..whole.clone() };
        let answers = answers(&mut host(), damaged);
        assert_eq!(answers.len(), 1, "bit {bit}: {answers:?}");
        assert!(!answers[0].contains("seq"), "bit {bit}: {answers:?}");
    }
    assert_eq!(answers(&mut host(), whole).len(), 1);
}

#[test]
fn a_packet_for_another_host_is_dropped() {
    let syn = Segment { flags: Flags::SYN, ..Segment::default() };
    let packet = Packet::tcp((THEM, [192, 0, 2, 9]), 1, syn, Payload::new(), About::default());
    assert_eq!(answers(&mut host(), packet), ["not for this host"]);
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(head in proptest::collection::vec(any::<u8>(), 0..80)) {
        let packet =
            Packet { head: head.into(), body: Payload::new(), about: About::default() };
        prop_assert!(answers(&mut host(), packet).len() <= 1);
    }
}

/// Has port 7 and sends back what arrives there; sends what it is given at the start to THEM.
struct Echo(VecDeque<AppOutput>);

impl App for Echo {
    fn handle(&mut self, _now: Instant, input: AppInput) {
        if let AppInput::Datagram { to, from, payload } = input {
            self.0.push_back(AppOutput::Datagram {
                from: to,
                to: from,
                payload,
                units: Vec::new(),
            });
        }
    }

    fn poll(&mut self, _now: Instant) -> Option<AppOutput> {
        self.0.pop_front()
    }

    fn poll_timeout(&self) -> Option<Instant> {
        None
    }
}

fn echo() -> Host {
    let mut host = Host::new(US, Rng::new(1), Echo(VecDeque::from([AppOutput::Bind { port: 7 }])));
    host.handle(Instant::START, Input::Start);
    host
}

/// What the host sends and drops when these packets arrive.
fn echoes(host: &mut Host, packets: Vec<Packet>) -> Vec<String> {
    for packet in packets {
        host.handle(Instant::START, Input::Packet(packet.into()));
    }
    core::iter::from_fn(|| host.poll(Instant::START))
        .map(|output| match output {
            Output::Transmit(transmit) => {
                let label = transmit.packet.label();
                format!("{} {}", label.kind, label.detail)
            }
            Output::Event(event) => event.to_string(),
            Output::Route { prefix, .. } => format!("route {prefix}"),
        })
        .collect()
}

fn datagram(port: u16, len: u64, mtu: u32) -> Vec<Packet> {
    let datagram =
        Datagram { ports: (40_000, port), body: Payload::pattern(0, len), units: Vec::new() };
    Packet::udp((THEM, US), 9, false, datagram).pieces(mtu)
}

#[test]
fn a_datagram_reaches_the_program_that_has_its_port() {
    assert_eq!(echoes(&mut echo(), datagram(7, 33, 1_500)), ["datagram 33 B"]);
    assert_eq!(
        echoes(&mut echo(), datagram(8, 33, 1_500)),
        ["port-unreachable 89 B", "threw it away: no program has this port"]
    );
    let mut damaged = datagram(7, 33, 1_500).remove(0);
    damaged.body = Payload::pattern(1, 33);
    assert_eq!(echoes(&mut echo(), vec![damaged]), ["threw it away: checksum"]);
}

#[test]
fn pieces_are_put_together_in_any_order_and_large_answers_leave_in_pieces() {
    let whole = ["datagram 3000 B", "fragment bytes 1480 to 2959", "fragment bytes 2960 to 3007"];
    let mut pieces = datagram(7, 3_000, 576);
    assert_eq!(echoes(&mut echo(), pieces.clone()), whole);
    pieces.reverse();
    pieces.push(pieces[0].clone());
    assert_eq!(echoes(&mut echo(), pieces.clone()), whole);
    pieces.remove(2);
    assert!(echoes(&mut echo(), pieces).is_empty());
    let mut narrow = echo().with_mtu(1_280);
    assert_eq!(echoes(&mut narrow, datagram(7, 1_252, 1_500)), ["datagram 1252 B"]);
    let cut = ["datagram 1253 B", "fragment bytes 1256 to 1260"];
    assert_eq!(echoes(&mut narrow, datagram(7, 1_253, 1_500)), cut);
}
