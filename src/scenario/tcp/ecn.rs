//! `tcp-ecn`: a queue that grows long marks a packet instead of dropping it; the sender slows down
//! as for a loss, and has nothing to send again.
//!
//! RFC 3168 sections 5 and 6.1.

use super::long::{CONGESTION, PORT, SEGMENT};
use crate::proto::tcp::profile::Algorithm;
use crate::proto::tcp::{Config, Profile};
use crate::scenario::apps::{Act, Program, Role};
use crate::scenario::find::{
    ACK, CLIENT, SERVER, SYN, Segment, arrival_of, arrivals, at, count, note, sent_by, thousands,
    when,
};
use crate::scenario::measures::{PACKETS, RETRANSMISSIONS, bare, between, metric};
use crate::scenario::params::{ParamKind, ParamSpec, Params};
use crate::scenario::presets::{ATLANTIC, MOBILE, MS, RTT, WIFI, failure, pair, server};
use crate::scenario::setup::Preset;
use crate::scenario::stream::progress;
use crate::scenario::{
    About, Fidelity, MeasureSpec, PAIR, Scenario, StepSpec, TCP_KINDS, Topic, Unit,
};
use crate::sim::link::LinkConfig;
use crate::sim::trace::{EntryId, Trace};
use crate::sim::world::World;

/// The scenario.
#[derive(Debug)]
pub(in crate::scenario) struct TcpEcn;

const PARAMS: &[ParamSpec] = &[
    ParamSpec {
        kind: ParamKind::Duration { min: 10 * MS, max: 300 * MS, default: 100 * MS },
        ..RTT
    },
    ParamSpec {
        key: "ecn",
        label: "ECN",
        help: "Whether the client asks for marks in place of losses when it opens (RFC 3168).",
        kind: ParamKind::Choice { options: &[("on", "On"), ("off", "Off")], default: 0 },
    },
    CONGESTION,
    ParamSpec {
        key: "bottleneck",
        label: "Bottleneck (Mbit/s)",
        help: "How many million bits a second the path carries from the server to the client.",
        kind: ParamKind::Count { min: 1, max: 50, default: 2 },
    },
    ParamSpec {
        key: "mark-at",
        label: "Long queue",
        help: "With so much waiting, the bottleneck marks packets; those it cannot, it drops.",
        kind: ParamKind::Bytes { min: 3_000, max: 200_000, default: 15_000 },
    },
    ParamSpec {
        key: "size",
        label: "Size",
        help: "How much the server sends.",
        kind: ParamKind::Bytes { min: 10_000, max: 1_000_000, default: 150_000 },
    },
];

const PRESETS: &[Preset] = &[
    WIFI,
    MOBILE,
    ATLANTIC,
    failure("off", "Without ECN", &[("ecn", "off")]),
    failure("off-reno", "Reno without ECN", &[("ecn", "off"), ("congestion", "reno")]),
    failure("reno", "Reno with ECN", &[("congestion", "reno")]),
    failure("wide", "The queue never grows long", &[("bottleneck", "50")]),
];

/// The length of the request.
const REQUEST: u64 = 100;
/// A mark has come (RFC 3168 section 6.1).
const ECE: u8 = 64;
/// The window was reduced.
const CWR: u8 = 128;

fn data(trace: &Trace) -> impl Iterator<Item = Segment<'_>> {
    sent_by(trace, SERVER).filter(|segment| segment.len > 0)
}

/// The first packet that the queue marks.
fn marked(trace: &Trace) -> Option<Segment<'_>> {
    data(trace).find(|segment| segment.packet.sent.fate.marked)
}

/// The first packet that the queue drops.
fn dropped(trace: &Trace) -> Option<Segment<'_>> {
    data(trace).find(Segment::is_lost)
}

/// The window in segments before and after it was reduced for the first time.
fn windows(trace: &Trace) -> Option<(u64, u64)> {
    let reduced = note(trace, SERVER, "reduced-by-mark")
        .or_else(|| note(trace, SERVER, "fast-retransmit"))?;
    let before = metric(trace, SERVER, "cwnd", reduced)?;
    let after = crate::scenario::tcp::long::points(trace, SERVER, "ssthresh")
        .filter(|point| point.entry > reduced)
        .map(|point| point.value)
        .next()?;
    Some((before / SEGMENT, after / SEGMENT))
}

fn last_byte(trace: &Trace) -> Option<EntryId> {
    progress(trace, CLIENT).last().map(|(entry, _)| *entry)
}

/// How much of the window is left, in words.
fn reduction(trace: &Trace) -> String {
    windows(trace).map_or_else(String::new, |(before, after)| {
        format!(" from {} to {}", before, count(after, "segment"))
    })
}

const STEPS: &[StepSpec] = &[
    StepSpec {
        name: "asked",
        title: "Asked",
        find: |trace| {
            sent_by(trace, CLIENT).find(|s| s.has(SYN | ECE | CWR)).map(|s| s.packet.entry)
        },
        caption: |_, _| {
            "The SYN carries ECE and CWR: the client understands marks, and asks for them."
                .to_owned()
        },
    },
    StepSpec {
        name: "agreed",
        title: "Agreed",
        find: |trace| {
            let agrees = |s: &Segment<'_>| s.has(SYN | ACK | ECE) && !s.has(CWR);
            sent_by(trace, SERVER).find(agrees).map(|s| s.packet.entry)
        },
        caption: |_, _| {
            "The SYN-ACK carries ECE alone: agreed. New data will say that it may be marked."
                .to_owned()
        },
    },
    StepSpec {
        name: "marked",
        title: "Marked",
        find: |trace| marked(trace).map(|segment| segment.packet.entry),
        caption: |trace, entry| {
            let arrival = marked(trace).and_then(|s| arrival_of(trace, s.packet.sent.id));
            format!(
                "The packet sent at {} finds a long queue and is marked. It arrives like any other, \
                 at {}.",
                when(trace, entry),
                arrival.map_or_else(String::new, |arrival| when(trace, arrival))
            )
        },
    },
    StepSpec {
        name: "dropped",
        title: "Dropped",
        find: |trace| dropped(trace).map(|segment| segment.packet.entry),
        caption: |trace, entry| {
            format!(
                "The packet sent at {} finds a long queue and cannot be marked, so it is dropped.",
                when(trace, entry)
            )
        },
    },
    StepSpec {
        name: "echoed",
        title: "Told",
        find: |trace| {
            sent_by(trace, CLIENT)
                .find(|s| s.has(ECE) && !s.has(SYN))
                .map(|segment| segment.packet.entry)
        },
        caption: |trace, entry| {
            format!(
                "At {} the client says so, with ECE, and repeats it in every acknowledgment until \
                 the server has answered.",
                when(trace, entry)
            )
        },
    },
    StepSpec {
        name: "reduced",
        title: "Slower",
        find: |trace| {
            note(trace, SERVER, "reduced-by-mark")
                .or_else(|| note(trace, SERVER, "fast-retransmit"))
        },
        caption: |trace, entry| {
            format!("At {} the server's window goes down{}.", when(trace, entry), reduction(trace))
        },
    },
    StepSpec {
        name: "answered",
        title: "Answered",
        find: |trace| data(trace).find(|s| s.has(CWR)).map(|segment| segment.packet.entry),
        caption: |trace, entry| {
            format!(
                "The segment of {} carries CWR: the window is reduced, the client need not go on.",
                when(trace, entry)
            )
        },
    },
    StepSpec {
        name: "again",
        title: "Sent again",
        find: |trace| {
            data(trace)
                .find(|s| s.packet.sent.retransmits.is_some())
                .map(|segment| segment.packet.entry)
        },
        caption: |trace, entry| {
            format!("At {} the server sends what was dropped once more.", when(trace, entry))
        },
    },
    StepSpec {
        name: "last-byte",
        title: "Last byte",
        find: last_byte,
        caption: |trace, entry| {
            let marks = data(trace).filter(|s| s.packet.sent.fate.marked).count() as u64;
            format!(
                "At {} the client has everything: {} marked, {} lost, {} sent again.",
                when(trace, entry),
                thousands(marks),
                thousands(trace.totals.lost),
                thousands(trace.totals.retransmissions)
            )
        },
    },
];

const MEASURES: &[MeasureSpec] = &[
    MeasureSpec {
        name: "marks",
        title: "Packets marked",
        unit: Unit::Count,
        compute: |context| {
            let marks = data(context.trace).filter(|s| s.packet.sent.fate.marked);
            Some(bare(marks.count() as u64))
        },
    },
    MeasureSpec {
        name: "lost",
        title: "Packets lost",
        unit: Unit::Count,
        compute: |context| Some(bare(context.trace.totals.lost)),
    },
    RETRANSMISSIONS,
    MeasureSpec {
        name: "cwnd-before",
        title: "Window before it was reduced first (segments)",
        unit: Unit::Count,
        compute: |context| windows(context.trace).map(|(before, _)| bare(before)),
    },
    MeasureSpec {
        name: "cwnd-after",
        title: "What it was reduced to (segments)",
        unit: Unit::Count,
        compute: |context| windows(context.trace).map(|(_, after)| bare(after)),
    },
    MeasureSpec {
        name: "notice",
        title: "From the packet to the smaller window",
        unit: Unit::Milliseconds,
        compute: |context| {
            between(context, "marked", "reduced").or_else(|| between(context, "dropped", "reduced"))
        },
    },
    MeasureSpec {
        name: "waited",
        title: "For how long bytes waited behind a hole",
        unit: Unit::Milliseconds,
        compute: |context| Some(bare(waited(context.trace))),
    },
    MeasureSpec {
        name: "last-byte",
        title: "From the request to the last byte",
        unit: Unit::Milliseconds,
        compute: |context| {
            let request = sent_by(context.trace, CLIENT).find(|s| s.len > 0)?.packet.entry;
            Some(crate::scenario::find::span(context.trace, request, last_byte(context.trace)?))
        },
    },
    PACKETS,
];

/// For how long what the client had received waited for what was dropped.
fn waited(trace: &Trace) -> u64 {
    let mut stream = crate::scenario::stream::Stream::default();
    for (entry, segment) in arrivals(trace, CLIENT) {
        stream.receive(at(trace, entry), &segment);
    }
    crate::sim::time::nanos(stream.waited)
}

const ABOUT: About = About {
    id: "tcp-ecn",
    title: "A mark instead of a loss",
    summary: "The queue at the bottleneck grows long. With ECN it marks a packet, and the sender \
              slows down with nothing lost.",
    topic: Topic::Tcp,
    hosts: PAIR,
    kinds: TCP_KINDS,
    params: PARAMS,
    presets: PRESETS,
    steps: STEPS,
    measures: MEASURES,
    fidelity: Fidelity {
        modelled: "The agreement in the SYNs, the two bits of IP, marks by the length of the queue, \
                   ECE until CWR, and a window that goes down once in a round trip.",
        left_out: "Averages of the queue's length (RFC 7567), and finer answers than halving (RFC \
                   8257, RFC 9331). Linux lowers the window bit by bit, here it goes down at once.",
        standards: &["RFC 3168 section 5", "RFC 3168 section 6.1"],
        checked: "No loss and no repetition with ECN; the window as after a loss, 0.7 of it with \
                  CUBIC and 0.5 with Reno; the same transfer without ECN loses and repeats.",
    },
};

impl Scenario for TcpEcn {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn build(&self, params: &Params, seed: u64) -> World {
        let mut profile = Profile::LINUX;
        if let Some(algorithm) = Algorithm::named(params.choice(CONGESTION.key)) {
            profile.algorithm = algorithm;
        }
        // Slow start is to meet the queue.
        profile.hystart = false;
        let tcp = Config { ecn: params.choice("ecn") == "on", ..Config::new(profile) };
        let client = Program::new(Role::Connect(server(PORT), tcp))
            .on_open(&[Act::Message("request", "Request", REQUEST)])
            .on_peer_closed(&[Act::Close]);
        let answer = [Act::Send(params.number("size")), Act::Close];
        let answer = Program::new(Role::Listen(PORT, tcp)).on_received(REQUEST, &answer);
        let up = LinkConfig::new(params.duration(RTT.key) / 2);
        let down = LinkConfig {
            rate_bps: Some(params.number("bottleneck") * 1_000_000),
            mark_at: Some(params.number("mark-at")),
            ..up
        };
        let mut world = pair(seed, up, client, answer);
        world.link(SERVER, CLIENT, down);
        world
    }
}

#[cfg(test)]
mod tests {
    use super::{SEGMENT, TcpEcn};
    use crate::scenario::testing::{run_preset, run_with, value};

    #[test]
    fn marks_halve_the_window_and_nothing_is_sent_again() {
        for (settings, parts) in [("", 717), ("congestion=reno", 512)] {
            let run = run_with(&TcpEcn, settings, &[]);
            assert!(value(&run, "marks").unwrap() > 0, "{settings}");
            assert_eq!(value(&run, "lost"), Some(0), "{settings}");
            assert_eq!(value(&run, "retransmissions"), Some(0), "{settings}");
            assert_eq!(value(&run, "waited"), Some(0), "{settings}");
            let before = value(&run, "cwnd-before").unwrap();
            assert_eq!(value(&run, "cwnd-after"), Some(before * parts / 1_024), "{settings}");
        }
    }

    #[test]
    fn without_ecn_the_same_queue_drops_and_the_server_repeats() {
        for preset in ["off", "off-reno"] {
            let run = run_preset(&TcpEcn, preset);
            let lost = value(&run, "lost").unwrap();
            assert_eq!(value(&run, "marks"), Some(0), "{preset}");
            assert!(lost > 0, "{preset}");
            assert_eq!(value(&run, "retransmissions"), Some(lost), "{preset}");
            assert!(value(&run, "waited").unwrap() > 0, "{preset}");
            assert!(run.step("answered").is_none(), "{preset}");
        }
        // Nobody asks, so nobody answers.
        assert!(run_preset(&TcpEcn, "off").step("asked").is_none());
    }

    #[test]
    fn the_window_goes_down_once_in_a_round_trip() {
        let run = run_with(&TcpEcn, "", &[]);
        let reductions = super::at(&run.trace, run.step("reduced").unwrap().entry);
        let cwnd = |at| {
            let mut points = super::super::long::points(&run.trace, super::SERVER, "ssthresh");
            points.rfind(|point| point.at <= at).map(|point| point.value / SEGMENT)
        };
        // Marks that come back before the first reduction is acknowledged change nothing.
        let rtt = core::time::Duration::from_millis(100);
        assert_eq!(cwnd(reductions), cwnd(reductions + rtt));
    }

    #[test]
    fn what_is_sent_again_cannot_be_marked() {
        let run = run_with(&TcpEcn, "", &["drop:data#3"]);
        let again = run.trace.packets().filter(|packet| packet.sent.retransmits.is_some());
        for packet in again {
            assert_eq!(packet.sent.packet.ecn(), crate::wire::ipv4::Ecn::NONE);
        }
        assert!(value(&run, "retransmissions").unwrap() > 0);
    }
}
