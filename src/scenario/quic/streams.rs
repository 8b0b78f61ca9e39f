//! `quic-streams`: many streams on one connection, and one packet is lost: who waits?
//!
//! RFC 9000 section 2: streams are ordered each for itself; RFC 9293 section 3.4: TCP has one
//! order for all.

mod delay;

use self::delay::{Who, delayed, holds, waited};
use super::apps::{Answerer, Ask, Asker};
use super::setup::ticketless;
use super::{PORT, quic_pair};
use crate::proto::tcp;
use crate::scenario::apps::{Act, Program, Role};
use crate::scenario::find::{CLIENT, SERVER, at, count, ms, when};
use crate::scenario::measures::{BYTES_ON_WIRE, PACKETS, RETRANSMISSIONS, bare};
use crate::scenario::params::{ParamKind, ParamSpec, Params};
use crate::scenario::presets::{
    ATLANTIC, LAN, MOBILE, RATE, RTT, SATELLITE, WIFI, config, failure, link, pair, server,
};
use crate::scenario::setup::Preset;
use crate::scenario::{About, Fidelity, MeasureSpec, PAIR, Scenario, StepSpec, Topic, Unit};
use crate::sim::time::nanos;
use crate::sim::world::World;

/// The scenario.
#[derive(Debug)]
pub(in crate::scenario) struct QuicStreams;

const PARAMS: &[ParamSpec] = &[
    RTT,
    ParamSpec {
        key: "loss",
        label: "Loss",
        help: "The chance that a packet is lost, each for itself, both ways.",
        kind: ParamKind::Share { max: 50_000, default: 10_000 },
    },
    RATE,
    ParamSpec {
        key: "stack",
        label: "Transport",
        help: "Whether all streams share TCP's one order, or each has its own.",
        kind: ParamKind::Choice {
            options: &[("quic", "QUIC"), ("tcp", "All on one TCP connection")],
            default: 0,
        },
    },
    ParamSpec {
        key: "streams",
        label: "Streams",
        help: "How many answers travel at once.",
        kind: ParamKind::Count { min: 1, max: 50, default: 6 },
    },
    ParamSpec {
        key: "packets",
        label: "Packets per stream",
        help: "The size of an answer, in full packets.",
        kind: ParamKind::Count { min: 1, max: 40, default: 20 },
    },
];

const PRESETS: &[Preset] = &[
    LAN,
    WIFI,
    MOBILE,
    ATLANTIC,
    SATELLITE,
    Preset {
        name: "one-loss",
        title: "One lost packet",
        failure: true,
        set: &[("loss", "0%")],
        faults: &["drop:data#8"],
    },
    Preset {
        name: "one-loss-tcp",
        title: "The same over TCP",
        failure: true,
        set: &[("loss", "0%"), ("stack", "tcp")],
        faults: &["drop:data#8"],
    },
    failure(
        "two-percent",
        "Ten streams, 2 % loss",
        &[("streams", "10"), ("packets", "10"), ("loss", "2%")],
    ),
];

/// The bytes of an answer over QUIC for each packet that it is to take; a packet has room for a
/// little more.
const QUIC_PACKET: u64 = 1_150;
/// The bytes of a full segment with timestamps.
const TCP_PACKET: u64 = 1_448;
/// The size of a request.
const REQUEST: u64 = 100;

const STEPS: &[StepSpec] = &[
    StepSpec {
        name: "answers",
        title: "Answers",
        find: |trace| holds(trace, Who::First),
        caption: |trace, entry| {
            format!(
                "At {} the server begins: the streams take turns, a packet of each.",
                when(trace, entry)
            )
        },
    },
    StepSpec {
        name: "lost",
        title: "Lost packet",
        find: |trace| holds(trace, Who::Lost),
        caption: |_, _| {
            "This packet does not arrive. What came before it is safe; what comes after may have \
             to wait."
                .to_owned()
        },
    },
    StepSpec {
        name: "held-up",
        title: "Bytes wait",
        find: |trace| holds(trace, Who::Waits),
        caption: |trace, entry| {
            let streams = count(delayed(trace).len() as u64, "stream");
            format!(
                "Bytes that are here since {} wait for those that are missing; in this run that \
                 holds up {streams}.",
                when(trace, entry)
            )
        },
    },
    StepSpec {
        name: "goes-on",
        title: "Another stream goes on",
        find: |trace| holds(trace, Who::Passes),
        caption: |_, _| {
            "This packet was sent after the lost one, and its bytes go to the application at once: \
             they are of another stream."
                .to_owned()
        },
    },
    StepSpec {
        name: "repaired",
        title: "Repaired",
        find: |trace| holds(trace, Who::Repaired),
        caption: |trace, entry| {
            let lost =
                holds(trace, Who::Lost).map_or(0, |lost| nanos(at(trace, entry) - at(trace, lost)));
            format!("The missing bytes arrive {} after they were first sent.", ms(lost))
        },
    },
    StepSpec {
        name: "last-byte",
        title: "Last byte",
        find: |trace| holds(trace, Who::Last),
        caption: |trace, entry| format!("All answers are complete at {}.", when(trace, entry)),
    },
];

/// The chance in parts per million that a stream is delayed if `packets` can delay it.
fn chance(loss_ppm: u64, packets: u64) -> u64 {
    let whole = 1_000_000_u64;
    // Parts per billion keep the product exact enough for a thousand factors.
    let mut arrives: u64 = 1_000_000_000;
    for _ in 0..packets {
        arrives = arrives * (whole - loss_ppm.min(whole)) / whole;
    }
    whole - arrives / 1_000
}

const MEASURES: &[MeasureSpec] = &[
    MeasureSpec {
        name: "delayed",
        title: "Streams that wait",
        unit: Unit::Count,
        compute: |context| Some(bare(delayed(context.trace).len() as u64)),
    },
    MeasureSpec {
        name: "delayed-share",
        title: "Share of streams that wait",
        unit: Unit::Percent,
        compute: |context| {
            let streams = context.setup.params.number("streams");
            let delayed = delayed(context.trace).len() as u64 * 1_000_000;
            Some(bare(delayed.checked_div(streams)?))
        },
    },
    MeasureSpec {
        name: "expected-share",
        title: "Expected share",
        unit: Unit::Percent,
        compute: |context| {
            let params = &context.setup.params;
            let own = params.number("packets");
            let shared = if params.choice("stack") == "tcp" { params.number("streams") } else { 1 };
            Some(bare(chance(params.number("loss"), own * shared)))
        },
    },
    MeasureSpec {
        name: "waiting",
        title: "Time bytes waited, all streams together",
        unit: Unit::Milliseconds,
        compute: |context| Some(bare(waited(context.trace))),
    },
    MeasureSpec {
        name: "last-byte",
        title: "Last byte",
        unit: Unit::Milliseconds,
        compute: |context| {
            let last = holds(context.trace, Who::Last)?;
            Some(bare(at(context.trace, last).as_nanos()))
        },
    },
    PACKETS,
    BYTES_ON_WIRE,
    RETRANSMISSIONS,
];

const ALL_KINDS: &[&str] = &[
    "initial",
    "handshake",
    "data",
    "ack",
    "handshake-done",
    "control",
    "probe",
    "close",
    "syn",
    "syn-ack",
    "fin",
    "rst",
    "window-update",
    "request",
];

const ABOUT: About = About {
    id: "quic-streams",
    title: "Head-of-line blocking",
    summary: "A lost packet holds up every stream on TCP, and on QUIC only the one whose bytes it had.",
    topic: Topic::Quic,
    hosts: PAIR,
    kinds: ALL_KINDS,
    params: PARAMS,
    presets: PRESETS,
    steps: STEPS,
    measures: MEASURES,
    fidelity: Fidelity {
        modelled: "Streams that take turns, each packet with the bytes of one; TCP with the same \
                   streams cut into full segments; recovery and congestion control of both.",
        left_out: "TLS over TCP. Waiting means behind a hole; that a loss also makes the sender \
                   slower is not counted as waiting.",
        standards: &["RFC 9000 sections 2 and 2.2", "RFC 9293 section 3.4"],
        checked: "Over many seeds: 6 streams of 20 packets at 1 % loss, 70.1 % of streams wait on \
                  TCP and 18.2 % on QUIC; 10 of 10 at 2 %, 86.7 % and 18.3 %.",
    },
};

impl Scenario for QuicStreams {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn build(&self, params: &Params, seed: u64) -> World {
        let (streams, packets) = (params.number("streams"), params.number("packets"));
        if params.choice("stack") == "tcp" {
            let tcp = tcp::Config { receive_window: tcp::Config::UNLIMITED, ..config(params) };
            let ask = [Act::Message("request", "requests", REQUEST * streams)];
            let answers = [Act::Send(streams * packets * TCP_PACKET)];
            let client = Program::new(Role::Connect(server(PORT), tcp)).on_open(&ask);
            let server =
                Program::new(Role::Listen(PORT, tcp)).on_received(REQUEST * streams, &answers);
            return pair(seed, link(params), client, server);
        }
        let (mine, theirs) = ticketless();
        let ask = Ask { to: server(PORT), config: mine, streams, size: REQUEST, moves: None };
        let answer = Answerer::new(PORT, theirs, core::time::Duration::ZERO, packets * QUIC_PACKET);
        quic_pair(seed, link(params), Asker::new(ask), answer)
    }
}

#[cfg(test)]
mod tests;
