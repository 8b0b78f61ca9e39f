//! `tcp-open`: the three-way handshake, and what happens when a part of it is lost.
//!
//! RFC 9293 section 3.5; the time-outs of the SYN are those of RFC 6298 or of Linux.

use super::apps::{Act, Program, Role};
use super::find::{
    ACK, CLIENT, SERVER, SYN, acknowledged, arrivals, at, count, enters, ms, note, round_trips,
    segment_at, segments, sent_by, waited, when,
};
use super::measures::{BYTES_ON_WIRE, PACKETS, RETRANSMISSIONS, ROUND_TRIPS, bare, between};
use super::params::{ParamKind, ParamSpec, Params};
use super::presets::{
    ATLANTIC, LAN, LOSS, MOBILE, PROFILE, RATE, RTT, SATELLITE, WIFI, config, failure, link,
    lose_first, pair, server,
};
use super::setup::Preset;
use super::{About, Fidelity, MeasureSpec, PAIR, Scenario, StepSpec, TCP_KINDS, Topic, Unit};
use crate::sim::time::nanos;
use crate::sim::trace::{EntryId, Trace};
use crate::sim::world::World;

/// The scenario.
#[derive(Debug)]
pub(super) struct TcpOpen;

/// The server's port.
const PORT: u16 = 8080;

const PARAMS: &[ParamSpec] = &[
    RTT,
    LOSS,
    RATE,
    PROFILE,
    ParamSpec {
        key: "lost-syns",
        label: "Lost SYNs",
        help: "How many SYNs are lost, from the first on.",
        kind: ParamKind::Count { min: 0, max: 11, default: 0 },
    },
    ParamSpec {
        key: "lost-syn-acks",
        label: "Lost SYN-ACKs",
        help: "How many SYN-ACKs are lost, from the first on.",
        kind: ParamKind::Count { min: 0, max: 5, default: 0 },
    },
    ParamSpec {
        key: "data",
        label: "Data",
        help: "How much the client sends right after opening; the server answers with as much.",
        kind: ParamKind::Bytes { min: 0, max: 1448, default: 100 },
    },
    ParamSpec {
        key: "port",
        label: "Port",
        help: "Whether a program listens on the server's port.",
        kind: ParamKind::Choice {
            options: &[("open", "Somebody listens"), ("closed", "Nobody listens")],
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
    failure("lost-syn", "Lost SYN", &[("lost-syns", "1")]),
    failure("lost-syn-ack", "Lost SYN-ACK", &[("lost-syn-acks", "1")]),
    Preset {
        name: "lost-ack",
        title: "Lost ACK",
        failure: true,
        set: &[],
        faults: &["drop:ack#1"],
    },
    failure("unreachable", "Unreachable server", &[("lost-syns", "11")]),
    failure("refused", "Nobody listens", &[("port", "closed")]),
];

const STEPS: &[StepSpec] = &[
    StepSpec {
        name: "syn",
        title: "SYN",
        find: |trace| sent_by(trace, CLIENT).find(|s| s.has(SYN)).map(|s| s.packet.entry),
        caption: |trace, entry| {
            let size = segment_at(trace, entry).map_or(0, |s| s.packet.sent.packet.size());
            format!(
                "The client asks to open: a SYN of {size} bytes without data. It takes number 0, \
                 so the first byte will be number 1."
            )
        },
    },
    StepSpec {
        name: "syn-lost",
        title: "SYN lost",
        find: |trace| {
            sent_by(trace, CLIENT).find(|s| s.has(SYN) && s.is_lost()).map(|s| s.packet.entry)
        },
        caption: |trace, _| {
            let lost = sent_by(trace, CLIENT).filter(|s| s.has(SYN) && s.is_lost()).count();
            let what = match lost {
                1 => "The SYN never arrives".to_owned(),
                _ => format!("None of {lost} SYNs arrives"),
            };
            format!("{what}. Nobody tells the client: only its timer will.")
        },
    },
    StepSpec {
        name: "syn-again",
        title: "SYN again",
        find: |trace| sent_by(trace, CLIENT).filter(|s| s.has(SYN)).nth(1).map(|s| s.packet.entry),
        caption: |trace, entry| {
            let first = sent_by(trace, CLIENT).next().map_or(entry, |s| s.packet.entry);
            let waited = nanos(at(trace, entry) - at(trace, first));
            format!(
                "No answer for {}: the client sends the same SYN again. It has no measured round \
                 trip yet, so it waits a fixed second.",
                ms(waited)
            )
        },
    },
    StepSpec {
        name: "syn-received",
        title: "SYN received",
        find: |trace| arrivals(trace, SERVER).find(|(_, s)| s.has(SYN)).map(|(entry, _)| entry),
        caption: |trace, entry| {
            let way = segment_at(trace, entry)
                .map_or(0, |segment| nanos(at(trace, entry) - segment.packet.at));
            format!("A SYN arrives after {} on the way. The server has to answer it.", ms(way))
        },
    },
    StepSpec {
        name: "syn-ack",
        title: "SYN-ACK",
        find: |trace| sent_by(trace, SERVER).find(|s| s.has(SYN | ACK)).map(|s| s.packet.entry),
        caption: |_, _| {
            "The server agrees and asks back in one segment: ack 1 means \u{201c}I have your \
             SYN\u{201d}, its own SYN takes number 0."
                .to_owned()
        },
    },
    StepSpec {
        name: "syn-ack-again",
        title: "SYN-ACK again",
        find: |trace| {
            sent_by(trace, SERVER).filter(|s| s.has(SYN | ACK)).nth(1).map(|s| s.packet.entry)
        },
        caption: |trace, entry| {
            format!(
                "At {} the server sends its SYN-ACK again: as far as it knows, the client has not \
                 got it.",
                when(trace, entry)
            )
        },
    },
    StepSpec {
        name: "refused",
        title: "Refused",
        find: |trace| note(trace, CLIENT, "refused"),
        caption: |trace, entry| {
            format!(
                "Nobody listens on port {PORT}, and the server says so: RST. The client knows \
                 after {}, without waiting.",
                when(trace, entry)
            )
        },
    },
    StepSpec {
        name: "gave-up",
        title: "Gave up",
        find: |trace| note(trace, CLIENT, "timed-out"),
        caption: |trace, entry| {
            let tries = sent_by(trace, CLIENT).filter(|s| s.has(SYN)).count();
            format!(
                "After {tries} SYNs and {} the client gives up: connection timed out.",
                when(trace, entry)
            )
        },
    },
    StepSpec {
        name: "established",
        title: "Client ready",
        find: |trace| enters(trace, CLIENT, "ESTABLISHED"),
        caption: |trace, entry| {
            format!(
                "The connection is open for the client after {}: {}. It may send at once.",
                when(trace, entry),
                way_there(trace, entry)
            )
        },
    },
    StepSpec {
        name: "ack",
        title: "ACK",
        find: |trace| {
            sent_by(trace, CLIENT).find(|s| !s.has(SYN) && s.has(ACK)).map(|s| s.packet.entry)
        },
        caption: |trace, entry| {
            let lost = segment_at(trace, entry).is_some_and(|s| s.is_lost());
            if lost {
                "The third segment is lost. That may not matter: every later segment carries the \
                 same acknowledgment."
                    .to_owned()
            } else {
                "The third segment: ack 1 tells the server that its SYN arrived. Nobody waits for \
                 it."
                .to_owned()
            }
        },
    },
    StepSpec {
        name: "first-data",
        title: "First data",
        find: |trace| sent_by(trace, CLIENT).find(|s| s.len > 0).map(|s| s.packet.entry),
        caption: |trace, entry| {
            let len = segment_at(trace, entry).map_or(0, |s| s.len);
            format!(
                "The client does not wait for the server to see the ACK: {} leave at {}.",
                count(u64::from(len), "byte"),
                when(trace, entry)
            )
        },
    },
    StepSpec {
        name: "server-established",
        title: "Server ready",
        find: |trace| enters(trace, SERVER, "ESTABLISHED"),
        caption: |trace, entry| {
            format!(
                "Now the server is sure as well, at {}: the client has its numbers and is really \
                 there.",
                when(trace, entry)
            )
        },
    },
    StepSpec {
        name: "data-acked",
        title: "Data acknowledged",
        find: |trace| {
            let data = sent_by(trace, CLIENT).find(|s| s.len > 0)?;
            acknowledged(trace, CLIENT, data.data_end())
        },
        caption: |trace, entry| {
            let ack = segment_at(trace, entry).map_or(0, |s| s.ack);
            format!(
                "ack {ack}: the server's TCP has every byte below number {ack}. It does not say \
                 that the program has read them."
            )
        },
    },
    StepSpec {
        name: "first-reply",
        title: "First reply",
        find: |trace| arrivals(trace, CLIENT).find(|(_, s)| s.len > 0).map(|(entry, _)| entry),
        caption: |trace, entry| {
            format!(
                "The first byte of the answer is here after {}: {}.",
                when(trace, entry),
                way_there(trace, entry)
            )
        },
    },
];

/// The entry at which the first packet leaves.
fn first(trace: &Trace) -> EntryId {
    segments(trace).next().map_or(EntryId(0), |segment| segment.packet.entry)
}

/// What led to an entry: `2 round trips`, `1 round trip and 1000 ms of waiting`.
fn way_there(trace: &Trace, entry: EntryId) -> String {
    let trips = count(round_trips(trace, first(trace), entry), "round trip");
    match waited(trace, first(trace), entry) {
        0 => trips,
        time => format!("{trips} and {} of waiting", ms(time)),
    }
}

const MEASURES: &[MeasureSpec] = &[
    MeasureSpec {
        name: "connect",
        title: "Client may send",
        unit: Unit::Milliseconds,
        compute: |context| between(context, "syn", "established"),
    },
    MeasureSpec {
        name: "server-open",
        title: "Server is sure",
        unit: Unit::Milliseconds,
        compute: |context| between(context, "syn", "server-established"),
    },
    MeasureSpec {
        name: "first-reply",
        title: "First byte of the reply",
        unit: Unit::Milliseconds,
        compute: |context| between(context, "syn", "first-reply"),
    },
    MeasureSpec {
        name: "gave-up",
        title: "Gave up",
        unit: Unit::Milliseconds,
        compute: |context| {
            between(context, "syn", "gave-up").or_else(|| between(context, "syn", "refused"))
        },
    },
    MeasureSpec {
        name: "syns-sent",
        title: "SYNs sent",
        unit: Unit::Count,
        compute: |context| {
            let syns = sent_by(context.trace, CLIENT).filter(|segment| segment.has(SYN));
            Some(bare(syns.count() as u64))
        },
    },
    RETRANSMISSIONS,
    PACKETS,
    BYTES_ON_WIRE,
    ROUND_TRIPS,
];

const FIDELITY: Fidelity = Fidelity {
    modelled: "The handshake with the options that Linux sends, both time-out schedules of the \
               SYN, retries of the SYN-ACK, refusal by RST, and the first data each way.",
    left_out: "SYN backlog and cookies, Fast Open, simultaneous open, and ICMP errors. Hosts work \
               in no time.",
    standards: &["RFC 9293 section 3.5", "RFC 6298 section 5", "RFC 7323 sections 2 and 3"],
    checked: "Connect time for every number of lost SYNs against the closed form, and the time of \
              giving up against Linux 6.18 (131 s nominal) and older kernels (127 s).",
};

const ABOUT: About = About {
    id: "tcp-open",
    title: "Opening a TCP connection",
    summary: "Three segments open a connection, and the client may send after one round trip.",
    topic: Topic::Tcp,
    hosts: PAIR,
    kinds: TCP_KINDS,
    params: PARAMS,
    presets: PRESETS,
    steps: STEPS,
    measures: MEASURES,
    fidelity: FIDELITY,
};

impl Scenario for TcpOpen {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn build(&self, params: &Params, seed: u64) -> World {
        let data = params.number("data");
        let config = config(params);
        let client = Program::new(Role::Connect(server(PORT), config)).on_open(&[Act::Send(data)]);
        let role = match params.choice("port") {
            "closed" => Role::Idle,
            _ => Role::Listen(PORT, config),
        };
        let echo = Program::new(role).on_received(data, &[Act::Send(data)]);
        let mut world = pair(seed, link(params), client, echo);
        world.faults(&lose_first("syn", params.number("lost-syns")));
        world.faults(&lose_first("syn-ack", params.number("lost-syn-acks")));
        world
    }
}

#[cfg(test)]
mod tests;
