//! `tcp-loss`: one flight, one loss, and what it costs depending on where it falls.
//!
//! RFC 5681 section 3.2 and RFC 6582 (fast retransmit and recovery), RFC 6298 (time-out).

use super::apps::{Act, Program, Role};
use super::find::{
    CLIENT, SERVER, SYN, Segment, acknowledged, arrivals, at, count, legs, ms, segment_at, sent_by,
    thousands, when,
};
use super::measures::{RETRANSMISSIONS, bare, last_data, metric};
use super::params::{ParamKind, ParamSpec, Params};
use super::presets::{
    ATLANTIC, LAN, LOSS, MOBILE, PROFILE, RATE, RTT, SATELLITE, WIFI, config, failure, link, lose,
    pair, server,
};
use super::setup::Preset;
use super::stream::progress;
use super::{
    About, Context, Fidelity, Figure, MeasureSpec, PAIR, Scenario, StepSpec, TCP_KINDS, Topic, Unit,
};
use crate::proto::tcp::Config;
use crate::sim::endpoint::Event;
use crate::sim::fault::Fault;
use crate::sim::time::{Instant, nanos};
use crate::sim::trace::{EntryId, Trace, TraceEvent};
use crate::sim::world::World;

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
        key: "times",
        label: "How often",
        help: "How often the segment is lost, its repetitions included.",
        kind: ParamKind::Count { min: 1, max: 4, default: 1 },
    },
    ParamSpec {
        key: "stack",
        label: "Recovery",
        help: "How the sender finds out what is missing.",
        kind: ParamKind::Choice { options: &[("reno", "Duplicate ACKs (NewReno)")], default: 0 },
    },
];

const PRESETS: &[Preset] = &[
    LAN,
    WIFI,
    MOBILE,
    ATLANTIC,
    SATELLITE,
    failure("middle", "In the middle", &[]),
    failure("last", "The last segment", &[("lost", "10")]),
    failure("only", "The only segment", &[("flight", "1"), ("lost", "1")]),
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
            let window = metric(trace, SERVER, "cwnd", entry).map_or(0, in_segments);
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
            let third = duplicates(trace).nth(2)?;
            again(trace)
                .find(|segment| segment.packet.at == at(trace, third))
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
        name: "timeout",
        title: "Time-out",
        find: |trace| {
            let since = lost(trace)?.packet.entry;
            trace
                .numbered()
                .skip(since.0 as usize)
                .find(|(_, entry)| {
                    entry.host == SERVER
                        && matches!(
                            entry.event,
                            TraceEvent::Endpoint(Event::TimerFired { timer: "retransmission", .. })
                        )
                })
                .map(|(entry, _)| entry)
        },
        caption: |trace, entry| {
            let heard = duplicates(trace).take_while(|ack| *ack < entry).count() as u64;
            format!(
                "{}: the retransmission timer runs out at {}.",
                match heard {
                    0 => "No duplicate ACK came, and three would be needed".to_owned(),
                    1 | 2 => format!(
                        "Only {} came, and three would be needed",
                        count(heard, "duplicate ACK")
                    ),
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

/// The server's reaction to the loss: the first sending of the lost bytes again.
fn reaction(trace: &Trace) -> Option<EntryId> {
    again(trace).next().map(|segment| segment.packet.entry)
}

/// What a number of bytes is in full segments, rounded up.
fn in_segments(bytes: u64) -> u64 {
    bytes.div_ceil(SEGMENT)
}

const MEASURES: &[MeasureSpec] = &[
    MeasureSpec {
        name: "extra",
        title: "Cost of the loss",
        unit: Unit::Milliseconds,
        compute: extra,
    },
    MeasureSpec {
        name: "last-byte",
        title: "Last byte after the request",
        unit: Unit::Milliseconds,
        compute: |context| super::measures::between(context, "request", "last-byte"),
    },
    MeasureSpec {
        name: "recovery",
        title: "Until it is sent again",
        unit: Unit::Milliseconds,
        compute: |context| super::measures::between(context, "lost", "retransmitted"),
    },
    RETRANSMISSIONS,
    MeasureSpec {
        name: "dup-acks",
        title: "Duplicate ACKs",
        unit: Unit::Count,
        compute: |context| Some(bare(duplicates(context.trace).count() as u64)),
    },
    MeasureSpec {
        name: "cwnd-before",
        title: "Window before the loss (segments)",
        unit: Unit::Count,
        compute: |context| {
            let trace = context.trace;
            // The reaction itself writes new values at the moment at which it sends again.
            let moment = reaction(trace).map_or(Instant::NEVER, |entry| at(trace, entry));
            let entry = trace.numbered().rev().find(|(_, entry)| entry.at < moment)?.0;
            metric(trace, SERVER, "cwnd", entry).map(|bytes| bare(in_segments(bytes)))
        },
    },
    MeasureSpec {
        name: "cwnd-after",
        title: "Window after the recovery (segments)",
        unit: Unit::Count,
        compute: |context| {
            let recovered = context.steps.iter().find(|step| step.name == "recovered")?;
            let trace = context.trace;
            // The last value of the moment at which the hole was acknowledged.
            let moment = trace.numbered().rev().find(|(_, entry)| entry.at <= recovered.at)?.0;
            metric(trace, SERVER, "cwnd", moment).map(|bytes| bare(in_segments(bytes)))
        },
    },
    MeasureSpec {
        name: "ssthresh",
        title: "Slow-start threshold (segments)",
        unit: Unit::Count,
        compute: |context| {
            lost(context.trace)?;
            metric(context.trace, SERVER, "ssthresh", EntryId(u32::MAX))
                .map(|bytes| bare(in_segments(bytes)))
        },
    },
    MeasureSpec {
        name: "rto",
        title: "Time-out in force",
        unit: Unit::Milliseconds,
        compute: |context| {
            let entry = lost(context.trace).map_or(EntryId(u32::MAX), |s| s.packet.entry);
            metric(context.trace, SERVER, "rto", entry).map(bare)
        },
    },
];

/// The time over the same run without the loss.
fn extra(context: &Context<'_>) -> Option<Figure> {
    let without = context.setup.params.clone().with("lost", super::Value::Count(0));
    let trace = TcpLoss.build(&without, context.setup.seed).run();
    let setup = super::Setup { params: without, faults: Vec::new(), seed: context.setup.seed };
    let other = Context { setup: &setup, trace: &trace, steps: &[] };
    let there = at(&trace, last_data(&other, CLIENT)?);
    let here = at(context.trace, last_data(context, CLIENT)?);
    let value = nanos(here - there);
    // If nothing else was waited for, the way from the loss to the repetition is the sum.
    let sum = match (lost(context.trace), repaired(context.trace)) {
        (Some(lost), Some(again)) => legs(context.trace, lost.packet.entry, again.packet.entry),
        _ => Vec::new(),
    };
    let adds_up = sum.iter().map(|term| term.value).sum::<u64>() == value;
    Some(Figure { value, sum: if adds_up { sum } else { Vec::new() } })
}

const FIDELITY: Fidelity = Fidelity {
    modelled: "Duplicate ACKs, fast retransmit and NewReno recovery, the time-out with its \
               back-off, and the window after each of them.",
    left_out: "Selective acknowledgment and tail loss probes: a stack with them repairs the tail \
               sooner. The first window is as large as the flight.",
    standards: &["RFC 5681 section 3.2", "RFC 6582 section 3.2", "RFC 6298 section 5"],
    checked: "A loss in the middle costs one round trip (101 ms measured on Linux 6.18 at 100 \
              ms); a loss at the end costs the time-out of this stack.",
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
    measures: MEASURES,
    fidelity: FIDELITY,
};

impl Scenario for TcpLoss {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn build(&self, params: &Params, seed: u64) -> World {
        let flight = params.number("flight");
        let tcp = config(params);
        let window = u32::try_from(flight.max(WINDOW_MIN)).ok();
        let sender = Config { initial_window: window, ..tcp };
        let client = Program::new(Role::Connect(server(PORT), tcp))
            .on_open(&[Act::Message("request", "Request", REQUEST)]);
        let answer = Program::new(Role::Listen(PORT, sender))
            .on_received(REQUEST, &[Act::Send(flight * SEGMENT)]);
        let mut world = pair(seed, link(params), client, answer);
        world.faults(&losses(params));
        world
    }
}

/// The scripted losses: a segment of the flight, then its repetitions, which come after the
/// whole flight because nothing else is sent.
fn losses(params: &Params) -> Vec<Fault> {
    let flight = params.number("flight");
    let lost = params.number("lost").min(flight);
    if lost == 0 {
        return Vec::new();
    }
    let repeated = (1..params.number("times")).map(|time| flight + time);
    core::iter::once(lost)
        .chain(repeated)
        .filter_map(|nth| u32::try_from(nth).ok())
        .map(|nth| lose("data", nth))
        .collect()
}

#[cfg(test)]
mod tests;
