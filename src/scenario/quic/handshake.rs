//! `quic-handshake`: QUIC opens a connection and TLS in one round trip, or in none.
//!
//! RFC 9000 sections 7, 8 and 14, RFC 9001 section 4.

use super::apps::{Answerer, Ask, Asker};
use super::{KINDS, PORT, enters, first, nth, quic_pair, sent, since_start, size};
use crate::scenario::find::{CLIENT, SERVER, at, count, note, round_trips, thousands};
use crate::scenario::measures::{BYTES_ON_WIRE, PACKETS, RETRANSMISSIONS, bare, between};
use crate::scenario::params::{ParamKind, ParamSpec, Params};
use crate::scenario::presets::{
    ATLANTIC, LAN, LOSS, MOBILE, MS, RATE, RTT, SATELLITE, WIFI, failure, link, server,
};
use crate::scenario::setup::Preset;
use crate::scenario::{About, Fidelity, MeasureSpec, PAIR, Scenario, StepSpec, Topic, Unit};
use crate::sim::trace::{EntryId, PacketView, Trace};
use crate::sim::world::World;

/// The scenario.
#[derive(Debug)]
pub(in crate::scenario) struct QuicHandshake;

const PARAMS: &[ParamSpec] = &[
    RTT,
    LOSS,
    RATE,
    ParamSpec {
        key: "variant",
        label: "Handshake",
        help: "Whether the client has been here before, and whether the server asks for a token.",
        kind: ParamKind::Choice {
            options: &[
                ("1-rtt", "New connection"),
                ("0-rtt", "Early data, as the client has been here before"),
                ("refused", "Early data that the server refuses"),
                ("retry", "New connection, with Retry"),
            ],
            default: 0,
        },
    },
    ParamSpec {
        key: "chain",
        label: "Certificates",
        help: "The keys in the server's certificates: RSA makes them and the proof longer.",
        kind: ParamKind::Choice {
            options: &[("ecdsa", "ECDSA P-256"), ("rsa", "RSA 2048")],
            default: 0,
        },
    },
    ParamSpec {
        key: "size",
        label: "Response",
        help: "The size of the answer.",
        kind: ParamKind::Bytes { min: 0, max: 1_000_000, default: 1_000 },
    },
    ParamSpec {
        key: "think",
        label: "Server time",
        help: "How long the server works on the request before it answers.",
        kind: ParamKind::Duration { min: 0, max: 1_000 * MS, default: 0 },
    },
];

const PRESETS: &[Preset] = &[
    LAN,
    WIFI,
    MOBILE,
    ATLANTIC,
    SATELLITE,
    failure("early", "Early data", &[("variant", "0-rtt")]),
    failure("refused", "Early data refused", &[("variant", "refused")]),
    failure("retry", "Retry", &[("variant", "retry")]),
    Preset {
        name: "lost-initial",
        title: "Lost Initial",
        failure: true,
        set: &[],
        faults: &["drop:initial#1"],
    },
];

/// The datagrams that the server sends before it hears from the client again.
fn flight(trace: &Trace) -> Vec<PacketView<'_>> {
    let begin = first(trace, SERVER, "initial").map(|entry| at(trace, entry));
    sent(trace, SERVER).filter(|packet| Some(packet.at) == begin).collect()
}

fn bytes(packets: &[PacketView<'_>]) -> u64 {
    packets.iter().map(|packet| packet.sent.packet.body.len()).sum()
}

fn start(trace: &Trace) -> EntryId {
    trace.packets().next().map_or(EntryId(0), |packet| packet.entry)
}

const STEPS: &[StepSpec] = &[
    StepSpec {
        name: "initial",
        title: "First Initial",
        find: |trace| first(trace, CLIENT, "initial"),
        caption: |trace, entry| {
            format!(
                "ClientHello and parameters travel in the first datagram, filled to {} bytes so \
                 that the answer is no amplification.",
                thousands(size(trace, entry))
            )
        },
    },
    StepSpec {
        name: "early-data",
        title: "Early data",
        find: |trace| first(trace, CLIENT, "zero-rtt"),
        caption: |_, _| {
            "The request goes along at once, under the keys of the last visit: an attacker could \
             play it again."
                .to_owned()
        },
    },
    StepSpec {
        name: "initial-again",
        title: "Initial again",
        find: |trace| {
            let mut again = sent(trace, CLIENT).filter(|packet| {
                let initial = |unit: &crate::wire::Unit| unit.kind == "initial";
                packet.sent.retransmits.is_some()
                    && packet.sent.packet.about.units.iter().any(initial)
            });
            again.next().map(|packet| packet.entry)
        },
        caption: |trace, entry| {
            format!(
                "After {} without an answer the client probes: it knows no round trip, so it \
                 takes 333 ms for one, three times.",
                since_start(trace, entry)
            )
        },
    },
    StepSpec {
        name: "retry",
        title: "Retry",
        find: |trace| first(trace, SERVER, "retry"),
        caption: |trace, entry| {
            format!(
                "In {} bytes the server asks the client to show that it receives at its address, \
                 and remembers nothing.",
                size(trace, entry)
            )
        },
    },
    StepSpec {
        name: "token",
        title: "Initial with token",
        find: |trace| {
            first(trace, SERVER, "retry")?;
            nth(trace, CLIENT, "initial", 1)
        },
        caption: |trace, entry| {
            format!(
                "The client brings the token back at {}: a round trip later than without Retry.",
                since_start(trace, entry)
            )
        },
    },
    StepSpec {
        name: "server-flight",
        title: "Server's flight",
        find: |trace| first(trace, SERVER, "initial"),
        caption: |trace, _| {
            let flight = flight(trace);
            format!(
                "ServerHello, certificate and Finished leave in {}, {} bytes in all.",
                count(flight.len() as u64, "datagram"),
                thousands(bytes(&flight))
            )
        },
    },
    StepSpec {
        name: "connected",
        title: "Handshake complete",
        find: |trace| enters(trace, CLIENT, "COMPLETE"),
        caption: |trace, entry| {
            let trips = round_trips(trace, start(trace), entry);
            format!(
                "At {} the client has the server's Finished, after {}: transport and TLS are open.",
                since_start(trace, entry),
                count(trips, "round trip")
            )
        },
    },
    StepSpec {
        name: "refused",
        title: "Early data refused",
        find: |trace| note(trace, CLIENT, "early-data-refused"),
        caption: |_, _| {
            "The server did not take the early data: the request goes again, now with the new keys."
                .to_owned()
        },
    },
    StepSpec {
        name: "request",
        title: "Request",
        find: |trace| first(trace, CLIENT, "request"),
        caption: |trace, entry| format!("The request leaves at {}.", since_start(trace, entry)),
    },
    StepSpec {
        name: "confirmed",
        title: "Handshake confirmed",
        find: |trace| enters(trace, SERVER, "CONFIRMED"),
        caption: |trace, entry| {
            format!(
                "The client's Finished is here at {}; HANDSHAKE_DONE tells the client so.",
                since_start(trace, entry)
            )
        },
    },
    StepSpec {
        name: "first-byte",
        title: "First byte",
        find: |trace| note(trace, CLIENT, "response-head"),
        caption: |trace, entry| {
            let trips = round_trips(trace, start(trace), entry);
            format!(
                "The first byte of the answer is here after {}: {}.",
                since_start(trace, entry),
                count(trips, "round trip")
            )
        },
    },
    StepSpec {
        name: "last-byte",
        title: "Last byte",
        find: |trace| note(trace, CLIENT, "response-complete"),
        caption: |trace, entry| format!("The answer is complete at {}.", since_start(trace, entry)),
    },
];

const MEASURES: &[MeasureSpec] = &[
    MeasureSpec {
        name: "handshake",
        title: "Handshake",
        unit: Unit::Milliseconds,
        compute: |context| between(context, "initial", "connected"),
    },
    MeasureSpec {
        name: "ttfb",
        title: "First byte",
        unit: Unit::Milliseconds,
        compute: |context| between(context, "initial", "first-byte"),
    },
    MeasureSpec {
        name: "last-byte",
        title: "Last byte",
        unit: Unit::Milliseconds,
        compute: |context| between(context, "initial", "last-byte"),
    },
    MeasureSpec {
        name: "first-datagram",
        title: "First datagram",
        unit: Unit::Bytes,
        compute: |context| {
            Some(bare(size(context.trace, first(context.trace, CLIENT, "initial")?)))
        },
    },
    MeasureSpec {
        name: "server-flight",
        title: "Server's flight",
        unit: Unit::Bytes,
        compute: |context| Some(bare(bytes(&flight(context.trace)))),
    },
    MeasureSpec {
        name: "server-datagrams",
        title: "Datagrams of the server's flight",
        unit: Unit::Count,
        compute: |context| Some(bare(flight(context.trace).len() as u64)),
    },
    MeasureSpec {
        name: "round-trips",
        title: "Round trips to the first byte",
        unit: Unit::Count,
        compute: |context| {
            let head = note(context.trace, CLIENT, "response-head")?;
            Some(bare(round_trips(context.trace, start(context.trace), head)))
        },
    },
    PACKETS,
    BYTES_ON_WIRE,
    RETRANSMISSIONS,
];

const ABOUT: About = About {
    id: "quic-handshake",
    title: "Opening a QUIC connection",
    summary: "Transport and TLS open together: one round trip before the request, or none.",
    topic: Topic::Quic,
    hosts: PAIR,
    kinds: KINDS,
    params: PARAMS,
    presets: PRESETS,
    steps: STEPS,
    measures: MEASURES,
    fidelity: Fidelity {
        modelled: "Real packets, frames and transport parameters, TLS 1.3 messages in CRYPTO \
                   frames, three packet number spaces, padding, Retry with its token, early data \
                   taken or refused, loss detection.",
        left_out: "Ciphers: protected bytes have their true length and remember what they hide. \
                   Version negotiation; the application's bytes have no format of their own.",
        standards: &[
            "RFC 9000 sections 7, 8.1, 14.1 and 17.2",
            "RFC 9001 sections 4.1 to 4.6",
            "RFC 9002 section 6.2.2",
        ],
        checked: "First byte after exactly 2 round trips, 1 with early data, 3 with Retry; first \
                  datagram of exactly 1,200 bytes; flights beside those of aioquic.",
    },
};

impl Scenario for QuicHandshake {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn build(&self, params: &Params, seed: u64) -> World {
        let variant = super::setup::Variant::named(params.choice("variant"));
        let (config, answers) = super::setup::configs(variant, params.choice("chain"));
        let ask = Ask { to: server(PORT), config, streams: 1, size: 100, moves: None };
        let think = params.duration("think");
        let answer = Answerer::new(PORT, answers, think, params.number("size").max(1));
        quic_pair(seed, link(params), Asker::new(ask), answer)
    }
}

#[cfg(test)]
mod tests;
