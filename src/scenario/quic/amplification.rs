//! `quic-amplification`: before a server knows that its client is where it says, it sends at most
//! three times what it got.
//!
//! RFC 9000 section 8.1.

use super::apps::{Answerer, Ask, Asker};
use super::setup::{Hello, sized};
use super::{KINDS, PORT, enters, first, quic_pair, sent, since_start, size};
use crate::scenario::find::{CLIENT, SERVER, at, count, note, thousands};
use crate::scenario::measures::{BYTES_ON_WIRE, PACKETS, bare, between};
use crate::scenario::params::{ParamKind, ParamSpec, Params};
use crate::scenario::presets::{
    ATLANTIC, LAN, LOSS, MOBILE, RATE, RTT, SATELLITE, WIFI, failure, link, rtt, server,
};
use crate::scenario::setup::Preset;
use crate::scenario::{About, Fidelity, MeasureSpec, PAIR, Scenario, StepSpec, Topic, Unit};
use crate::sim::fault::Fault;
use crate::sim::time::{Instant, nanos};
use crate::sim::trace::{HostId, Trace};
use crate::sim::world::World;

/// The scenario.
#[derive(Debug)]
pub(in crate::scenario) struct QuicAmplification;

const PARAMS: &[ParamSpec] = &[
    RTT,
    LOSS,
    RATE,
    ParamSpec {
        key: "chain",
        label: "Certificates",
        help: "The bytes of the certificates that the server sends.",
        kind: ParamKind::Bytes { min: 800, max: 12_000, default: 3_600 },
    },
    ParamSpec {
        key: "hello",
        label: "ClientHello",
        help: "Whether the client's key share fits one datagram.",
        kind: ParamKind::Choice {
            options: &[
                ("one", "X25519: one datagram"),
                ("two", "X25519MLKEM768, post-quantum: two datagrams"),
            ],
            default: 0,
        },
    },
    ParamSpec {
        key: "client",
        label: "Client",
        help: "Whether the client is where it says, or an attacker names a victim's address.",
        kind: ParamKind::Choice {
            options: &[("honest", "Honest"), ("spoofed", "With a victim's address")],
            default: 0,
        },
    },
];

const PRESETS: &[Preset] = &[
    LAN,
    WIFI,
    MOBILE,
    ATLANTIC,
    SATELLITE,
    failure("fits", "Flight that fits", &[("chain", "1500B")]),
    failure("post-quantum", "Two datagrams of hello", &[("hello", "two")]),
    failure("spoofed", "Victim's address", &[("client", "spoofed")]),
];

/// The UDP payload that a host sent before an entry, or in all.
fn volume(trace: &Trace, host: HostId, until: Option<Instant>) -> u64 {
    sent(trace, host)
        .filter(|packet| until.is_none_or(|until| packet.at < until))
        .map(|packet| packet.sent.packet.body.len())
        .sum()
}

/// When the server knows the client's address, if it ever does.
fn validated(trace: &Trace) -> Option<Instant> {
    note(trace, SERVER, "address-validated").map(|entry| at(trace, entry))
}

/// What the server sends and the client has sent before that.
fn unvalidated(trace: &Trace) -> (u64, u64) {
    let until = validated(trace);
    (volume(trace, SERVER, until), received(trace, until))
}

/// What the server has received before that.
fn received(trace: &Trace, until: Option<Instant>) -> u64 {
    sent(trace, CLIENT)
        .filter(|packet| {
            let arrival = packet.sent.fate.arrival();
            arrival.is_some_and(|arrival| until.is_none_or(|until| arrival < until))
        })
        .map(|packet| packet.sent.packet.body.len())
        .sum()
}

const STEPS: &[StepSpec] = &[
    StepSpec {
        name: "initial",
        title: "First Initial",
        find: |trace| first(trace, CLIENT, "initial"),
        caption: |trace, entry| {
            format!(
                "The client sends {} bytes, most of it padding: they are the server's budget, \
                 three times over.",
                thousands(size(trace, entry))
            )
        },
    },
    StepSpec {
        name: "server-flight",
        title: "Server's flight",
        find: |trace| first(trace, SERVER, "initial"),
        caption: |trace, entry| {
            let at_once = sent(trace, SERVER).filter(|packet| packet.at == at(trace, entry));
            let sizes: Vec<u64> = at_once.map(|packet| packet.sent.packet.body.len()).collect();
            format!(
                "The server sends {}, {} bytes, before it hears whether anyone receives them.",
                count(sizes.len() as u64, "datagram"),
                thousands(sizes.iter().sum())
            )
        },
    },
    StepSpec {
        name: "stopped",
        title: "Budget used up",
        find: |trace| note(trace, SERVER, "amplification-limit"),
        caption: |trace, _| {
            let (sent, received) = unvalidated(trace);
            format!(
                "{} bytes for {} received: the rest of the flight has to wait for a sign of life.",
                thousands(sent.min(3 * received)),
                thousands(received)
            )
        },
    },
    StepSpec {
        name: "validated",
        title: "Address validated",
        find: |trace| note(trace, SERVER, "address-validated"),
        caption: |trace, entry| {
            format!(
                "A Handshake packet proves at {} that the client receives at its address.",
                since_start(trace, entry)
            )
        },
    },
    StepSpec {
        name: "goes-on",
        title: "The rest of the flight",
        find: |trace| {
            note(trace, SERVER, "amplification-limit")?;
            let validated = validated(trace)?;
            sent(trace, SERVER).find(|packet| packet.at >= validated).map(|packet| packet.entry)
        },
        caption: |trace, entry| {
            format!(
                "What was held back leaves at {}: a round trip late.",
                since_start(trace, entry)
            )
        },
    },
    StepSpec {
        name: "connected",
        title: "Handshake complete",
        find: |trace| enters(trace, CLIENT, "COMPLETE"),
        caption: |trace, entry| {
            format!("The client has the whole flight at {}.", since_start(trace, entry))
        },
    },
];

const MEASURES: &[MeasureSpec] = &[
    MeasureSpec {
        name: "flight",
        title: "Server's flight",
        unit: Unit::Bytes,
        compute: |context| {
            let done = enters(context.trace, SERVER, "COMPLETE")?;
            let until = at(context.trace, done);
            let flight = sent(context.trace, SERVER)
                .filter(|packet| packet.at < until && packet.sent.retransmits.is_none());
            Some(bare(flight.map(|packet| packet.sent.packet.body.len()).sum()))
        },
    },
    MeasureSpec {
        name: "budget",
        title: "Budget of the first flight",
        unit: Unit::Bytes,
        compute: |context| {
            let start = at(context.trace, first(context.trace, CLIENT, "initial")?);
            let hello = sent(context.trace, CLIENT).filter(|packet| packet.at == start);
            let hello: u64 = hello.map(|packet| packet.sent.packet.body.len()).sum();
            Some(bare(3 * hello))
        },
    },
    MeasureSpec {
        name: "before-validation",
        title: "Sent before validation",
        unit: Unit::Bytes,
        compute: |context| Some(bare(unvalidated(context.trace).0)),
    },
    MeasureSpec {
        name: "gain",
        title: "Sent for what was received",
        unit: Unit::Percent,
        compute: |context| {
            let (sent, received) = unvalidated(context.trace);
            Some(bare((sent * 1_000_000).checked_div(received)?))
        },
    },
    MeasureSpec {
        name: "handshake",
        title: "Handshake",
        unit: Unit::Milliseconds,
        compute: |context| between(context, "initial", "connected"),
    },
    MeasureSpec {
        name: "extra",
        title: "More than one round trip",
        unit: Unit::Milliseconds,
        compute: |context| {
            let whole = between(context, "initial", "connected")?.value;
            Some(bare(whole.saturating_sub(nanos(rtt(&context.setup.params)))))
        },
    },
    PACKETS,
    BYTES_ON_WIRE,
];

const ABOUT: About = About {
    id: "quic-amplification",
    title: "The amplification limit",
    summary: "Three times what came in, no more, until the client has shown where it is.",
    topic: Topic::Quic,
    hosts: PAIR,
    kinds: KINDS,
    params: PARAMS,
    presets: PRESETS,
    steps: STEPS,
    measures: MEASURES,
    fidelity: Fidelity {
        modelled: "The server's budget in bytes of UDP payload, what validates an address, \
                   certificates of any size, a hello of one or two datagrams, the client's probes.",
        left_out: "Compression of certificates. The victim is a client that receives nothing.",
        standards: &["RFC 9000 sections 8.1 and 14.1", "RFC 9002 section 6.2.2.1"],
        checked: "Stops after exactly 3,600 bytes for 1,200 and goes on a round trip later; no \
                  extra round trip up to 3,600 bytes; the gain is never above 300 %.",
    },
};

impl Scenario for QuicAmplification {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn build(&self, params: &Params, seed: u64) -> World {
        let hello = if params.choice("hello") == "two" { Hello::PostQuantum } else { Hello::Usual };
        let (mine, theirs) = sized(params.number("chain"), hello);
        let ask = Ask { to: server(PORT), config: mine, streams: 1, size: 100, moves: None };
        let answer = Answerer::new(PORT, theirs, core::time::Duration::ZERO, 1_000);
        let mut world = quic_pair(seed, link(params), Asker::new(ask), answer);
        if params.choice("client") == "spoofed" {
            let from = Some("server".to_owned());
            world.faults(&[Fault::Outage { from, start: Instant::START, end: Instant::NEVER }]);
        }
        world
    }
}

#[cfg(test)]
mod tests;
