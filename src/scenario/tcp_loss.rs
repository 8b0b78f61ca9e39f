//! `tcp-loss`: one flight, one loss, and what it costs depending on where it falls.
//!
//! RFC 8985 (RACK-TLP), RFC 6675 (SACK), RFC 5681 section 3.2 and RFC 6582 (fast retransmit and
//! recovery), RFC 6298 (time-out).

use super::apps::{Act, Program, Role};
use super::find::{
    CLIENT, SERVER, SYN, Segment, acknowledged, arrivals, at, count, ms, note, segment_at, sent_by,
    thousands, when,
};
use super::measures::metric;
use super::params::{ParamKind, ParamSpec, Params};
use super::presets::{
    ATLANTIC, LAN, LOSS, MOBILE, PROFILE, RATE, RTT, SATELLITE, WIFI, config, failure, link, lose,
    pair, server,
};
use super::setup::Preset;
use super::stream::progress;
use super::{About, Fidelity, PAIR, Scenario, StepSpec, TCP_KINDS, Topic};
use crate::proto::tcp::Config;
use crate::proto::tcp::profile::{Algorithm, Repair};
use crate::sim::endpoint::Event;
use crate::sim::fault::Fault;
use crate::sim::time::nanos;
use crate::sim::trace::{EntryId, Trace, TraceEvent};
use crate::sim::world::World;

mod measures;

/// The scenario.
#[derive(Debug)]
pub(super) struct TcpLoss;

/// The server's port.
const PORT: u16 = 8080;
/// The length of the request.
const REQUEST: u64 = 100;
/// The data of a full segment: the MSS of Ethernet without 12 bytes for the timestamps.
const SEGMENT: u64 = 1448;
/// The least first window, so that the default flight leaves at once.
const WINDOW_MIN: u64 = 10;

const PARAMS: &[ParamSpec] = &[
    RTT,
    LOSS,
    RATE,
    PROFILE,
    ParamSpec {
        key: "flight",
        label: "Flight",
        help: "How many segments the server sends at once; its first window is as large.",
        kind: ParamKind::Count { min: 1, max: 50, default: 10 },
    },
    ParamSpec {
        key: "lost",
        label: "Lost segment",
        help: "Which segment of the flight is lost; 0 loses none, and past the end means the last.",
        kind: ParamKind::Count { min: 0, max: 50, default: 5 },
    },
    ParamSpec {
        key: "burst",
        label: "In a row",
        help: "How many segments are lost in a row, from that one on.",
        kind: ParamKind::Count { min: 1, max: 50, default: 1 },
    },
    ParamSpec {
        key: "times",
        label: "How often",
        help: "How often the segment is lost, its repetitions included.",
        kind: ParamKind::Count { min: 1, max: 4, default: 1 },
    },
    ParamSpec {
        key: "stack",
        label: "Recovery",
        help: "How the sender finds out what is missing.",
        kind: ParamKind::Choice {
            options: &[
                ("rack", "RACK-TLP, over SACK"),
                ("sack", "Three segments behind, over SACK"),
                ("reno", "Duplicate ACKs (NewReno)"),
            ],
            default: 0,
        },
    },
    ParamSpec {
        key: "then",
        label: "Then",
        help: "What the server does after the flight: a FIN behind it tells of a lost tail.",
        kind: ParamKind::Choice {
            options: &[("wait", "It waits"), ("close", "It closes")],
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
    failure("middle", "In the middle", &[]),
    failure("last", "The last segment, then FIN", &[("lost", "10"), ("then", "close")]),
    failure("tail", "The last segment, then nothing", &[("lost", "10")]),
    failure("tail-two", "The last two segments", &[("lost", "9"), ("burst", "2")]),
    failure("only", "The only segment", &[("flight", "1"), ("lost", "1")]),
    failure("textbook", "The textbook's stack", &[("stack", "reno")]),
    failure("twice", "Twice", &[("times", "2")]),
    failure("none", "Nothing lost", &[("lost", "0")]),
];

/// The first segment of data that never arrived.
fn lost(trace: &Trace) -> Option<Segment<'_>> {
    sent_by(trace, SERVER).find(|segment| segment.len > 0 && segment.is_lost())
}

/// The segments that sent the lost bytes again, in order.
fn again(trace: &Trace) -> impl Iterator<Item = Segment<'_>> {
    let first = lost(trace);
    sent_by(trace, SERVER).filter(move |segment| {
        first.is_some_and(|first| {
            segment.seq == first.seq && segment.len > 0 && segment.packet.entry > first.packet.entry
        })
    })
}

/// The repetition that arrived.
fn repaired(trace: &Trace) -> Option<Segment<'_>> {
    again(trace).find(|segment| !segment.is_lost())
}

/// The place of the lost segment in its flight, from 1.
fn place(lost: &Segment<'_>) -> u64 {
    u64::from(lost.seq.saturating_sub(1)) / SEGMENT + 1
}

/// The arrivals at the server of ACKs that ask for the lost segment once more.
fn duplicates(trace: &Trace) -> impl Iterator<Item = EntryId> {
    let hole = lost(trace).map(|segment| (segment.seq, segment.packet.entry));
    // The first such ACK acknowledges what came before; only its repetitions are duplicates. If
    // the first segment of the flight is lost, the ACK of the request's answer has this number.
    let mut seen = false;
    arrivals(trace, SERVER).filter_map(move |(entry, segment)| {
        let (seq, since) = hole?;
        if !segment.is_pure_ack() || segment.has(SYN) || segment.ack != seq {
            return None;
        }
        let repeated = seen || entry > since && seq == 1;
        seen = true;
        (repeated && entry > since).then_some(entry)
    })
}

/// The first time after the loss that a timer of the server fired.
fn fired(trace: &Trace, wanted: &str) -> Option<EntryId> {
    let since = lost(trace)?.packet.entry;
    let later = trace.numbered().skip(since.0 as usize);
    let fired = |event: &TraceEvent| matches!(event, TraceEvent::Endpoint(Event::TimerFired { timer, .. }) if *timer == wanted);
    later
        .filter(|(_, entry)| entry.host == SERVER)
        .find(|(_, entry)| fired(&entry.event))
        .map(|(id, _)| id)
}

const STEPS: &[StepSpec] = &[
    StepSpec {
        name: "request",
        title: "Request",
        find: |trace| sent_by(trace, CLIENT).find(|s| s.len > 0).map(|s| s.packet.entry),
        caption: |trace, entry| {
            format!("The connection is open. At {} the client asks.", when(trace, entry))
        },
    },
    StepSpec {
        name: "flight",
        title: "The flight",
        find: |trace| sent_by(trace, SERVER).find(|s| s.len > 0).map(|s| s.packet.entry),
        caption: |trace, entry| {
            let moment = at(trace, entry);
            let now = sent_by(trace, SERVER).filter(|s| s.len > 0 && s.packet.at == moment);
            let window = metric(trace, SERVER, "cwnd", entry).map_or(0, measures::in_segments);
            format!(
                "The server sends {} at once; its congestion window allows {window}.",
                count(now.count() as u64, "segment")
            )
        },
    },
    StepSpec {
        name: "lost",
        title: "The loss",
        find: |trace| lost(trace).map(|segment| segment.packet.entry),
        caption: |trace, entry| {
            let Some(lost) = segment_at(trace, entry) else { return String::new() };
            format!(
                "Segment {} is lost: bytes {} to {}. The server cannot see that.",
                place(&lost),
                thousands(u64::from(lost.seq)),
                thousands(u64::from(lost.data_end() - 1))
            )
        },
    },
    StepSpec {
        name: "dup-ack-1",
        title: "First duplicate ACK",
        find: |trace| duplicates(trace).next(),
        caption: |trace, entry| {
            let ack = segment_at(trace, entry).map_or(0, |segment| segment.ack);
            format!(
                "ack {} once more: something arrived behind a hole. It could be mere disorder, so \
                 the server waits.",
                thousands(u64::from(ack))
            )
        },
    },
    StepSpec {
        name: "dup-ack-3",
        title: "Third duplicate ACK",
        find: |trace| duplicates(trace).nth(2),
        caption: |trace, entry| {
            let ack = segment_at(trace, entry).map_or(0, |segment| segment.ack);
            format!(
                "The third duplicate of ack {}: three segments have overtaken one. The server \
                 takes it for lost.",
                thousands(u64::from(ack))
            )
        },
    },
    StepSpec {
        name: "fast-retransmit",
        title: "Fast retransmit",
        find: |trace| {
            let noticed = at(trace, note(trace, SERVER, "fast-retransmit")?);
            again(trace)
                .find(|segment| segment.packet.at == noticed)
                .map(|segment| segment.packet.entry)
        },
        caption: |trace, entry| {
            let lost = lost(trace).map_or(entry, |segment| segment.packet.entry);
            format!(
                "The missing segment goes out again {} after its first sending, without waiting \
                 for the timer.",
                ms(nanos(at(trace, entry) - at(trace, lost)))
            )
        },
    },
    StepSpec {
        name: "probe",
        title: "Tail loss probe",
        find: |trace| fired(trace, "tail-probe"),
        caption: |trace, entry| {
            let lost = lost(trace).map_or(entry, |segment| segment.packet.entry);
            format!(
                "No ACK has come for long: {} after the loss the server asks with a probe, the \
                 newest segment once more.",
                ms(nanos(at(trace, entry) - at(trace, lost)))
            )
        },
    },
    StepSpec {
        name: "timeout",
        title: "Time-out",
        find: |trace| fired(trace, "retransmission"),
        caption: |trace, entry| {
            let heard = duplicates(trace).take_while(|ack| *ack < entry).count() as u64;
            format!(
                "{}: the retransmission timer runs out at {}.",
                match heard {
                    0 => "No ACK told of the hole".to_owned(),
                    1 | 2 => format!("Only {} came: too few", count(heard, "duplicate ACK")),
                    _ => "What was sent again is lost too, and no ACK tells of that".to_owned(),
                },
                when(trace, entry)
            )
        },
    },
    StepSpec {
        name: "retransmitted",
        title: "Sent again",
        find: |trace| again(trace).next().map(|segment| segment.packet.entry),
        caption: |trace, entry| {
            let Some(segment) = segment_at(trace, entry) else { return String::new() };
            format!(
                "Segment {} goes out again, {}.",
                place(&segment),
                if segment.is_lost() { "and is lost again" } else { "and only this one" }
            )
        },
    },
    StepSpec {
        name: "recovered",
        title: "Recovered",
        find: |trace| acknowledged(trace, SERVER, repaired(trace)?.data_end()),
        caption: |trace, entry| {
            let ack = segment_at(trace, entry).map_or(0, |segment| segment.ack);
            let behind = repaired(trace).is_some_and(|segment| ack > segment.data_end());
            let rest =
                if behind { ", and what waited behind it is acknowledged with it" } else { "" };
            format!("ack {}: the hole is filled{rest}.", thousands(u64::from(ack)))
        },
    },
    StepSpec {
        name: "last-byte",
        title: "Last byte",
        find: |trace| progress(trace, CLIENT).last().map(|(entry, _)| *entry),
        caption: |trace, entry| {
            format!("The client's program has everything at {}.", when(trace, entry))
        },
    },
];

const FIDELITY: Fidelity = Fidelity {
    modelled: "SACK, RACK with its time for disorder, tail loss probes, proportional rate \
               reduction; or three segments behind the hole; or duplicate ACKs with NewReno; \
               the time-out with its back-off, and the window after each of them.",
    left_out: "Long timers fire on time: Linux's are up to 32 ms late in the first two seconds. The \
               first window is as large as the flight, and the window follows Reno.",
    standards: &[
        "RFC 8985",
        "RFC 2018",
        "RFC 6675 section 5",
        "RFC 6937",
        "RFC 5681 section 3.2",
        "RFC 6582 section 3.2",
        "RFC 6298 section 5",
    ],
    checked: "On Linux 6.18 at 100 ms a loss in the middle costs 101 ms, one at the end 200 ms if \
              FIN follows and 412 ms if nothing does, and the only segment 328 ms.",
};

const ABOUT: About = About {
    id: "tcp-loss",
    title: "Losing a TCP segment",
    summary: "What one lost segment costs depends on how many others follow it.",
    topic: Topic::Tcp,
    hosts: PAIR,
    kinds: TCP_KINDS,
    params: PARAMS,
    presets: PRESETS,
    steps: STEPS,
    measures: measures::MEASURES,
    fidelity: FIDELITY,
};

impl Scenario for TcpLoss {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn build(&self, params: &Params, seed: u64) -> World {
        let flight = params.number("flight");
        let mut tcp = config(params);
        // What the three duplicates belong to: RFC 5681, which halves.
        tcp.profile.algorithm = Algorithm::Reno;
        tcp.profile.repair = match params.choice("stack") {
            "reno" => Repair::Duplicates,
            "sack" => Repair::Sack,
            _ => Repair::Rack,
        };
        let window = u32::try_from(flight.max(WINDOW_MIN)).ok();
        let sender = Config { initial_window: window, ..tcp };
        let client = Program::new(Role::Connect(server(PORT), tcp))
            .on_open(&[Act::Message("request", "Request", REQUEST)]);
        let mut acts = vec![Act::Send(flight * SEGMENT)];
        if params.choice("then") == "close" {
            acts.push(Act::Close);
        }
        let answer = Program::new(Role::Listen(PORT, sender)).on_received(REQUEST, &acts);
        let mut world = pair(seed, link(params), client, answer);
        world.faults(&losses(params));
        world
    }
}

/// The scripted losses: segments of the flight, and the first of what is sent again.
fn losses(params: &Params) -> Vec<Fault> {
    let flight = params.number("flight");
    let lost = params.number("lost").min(flight);
    if lost == 0 {
        return Vec::new();
    }
    let burst = lost..(lost + params.number("burst")).min(flight + 1);
    // What is sent again comes behind the whole flight, because nothing else is sent.
    let repeated = (1..params.number("times")).map(|time| flight + time);
    burst
        .chain(repeated)
        .filter_map(|nth| u32::try_from(nth).ok())
        .map(|nth| lose("data", nth))
        .collect()
}

#[cfg(test)]
mod tests;
