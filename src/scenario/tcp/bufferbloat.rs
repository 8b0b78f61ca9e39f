//! `tcp-bufferbloat`: a sender that slows down only when something is lost fills every queue on
//! its way, and everyone waits.
//!
//! RFC 5681 section 3.1, RFC 9438; RFC 7567 section 1.2 on queues that are always full.

use core::time::Duration;

use super::long::{
    CONGESTION_OR_MODEL, LOST, THROUGHPUT, at_moment, config, end, flow, megabits, moment, points,
    rate,
};
use crate::scenario::find::{CLIENT, SERVER, at, enters, ms, note, thousands, when};
use crate::scenario::measures::{PACKETS, RETRANSMISSIONS, bare};
use crate::scenario::params::{ParamKind, ParamSpec, Params};
use crate::scenario::presets::{ATLANTIC, MOBILE, MS, RTT, WIFI, failure};
use crate::scenario::setup::Preset;
use crate::scenario::{
    About, Fidelity, Figure, MeasureSpec, PAIR, Scenario, StepSpec, TCP_KINDS, Term, Topic, Unit,
};
use crate::sim::link::{LinkConfig, Queue};
use crate::sim::time::{Instant, nanos};
use crate::sim::trace::{EntryId, Trace};
use crate::sim::world::World;

/// The scenario.
#[derive(Debug)]
pub(in crate::scenario) struct TcpBufferbloat;

const PARAMS: &[ParamSpec] = &[
    ParamSpec {
        kind: ParamKind::Duration { min: 10 * MS, max: 300 * MS, default: 40 * MS },
        ..RTT
    },
    CONGESTION_OR_MODEL,
    ParamSpec {
        key: "bottleneck",
        label: "Bottleneck (Mbit/s)",
        help: "How many million bits a second the narrowest link carries.",
        kind: ParamKind::Count { min: 1, max: 50, default: 10 },
    },
    ParamSpec {
        key: "queue",
        label: "Queue",
        help: "How much may wait in front of the bottleneck; what comes later is dropped.",
        kind: ParamKind::Bytes { min: 10_000, max: 4_000_000, default: 1_000_000 },
    },
];

const PRESETS: &[Preset] = &[
    WIFI,
    MOBILE,
    ATLANTIC,
    failure("reno", "Reno", &[("congestion", "reno")]),
    failure("bbr", "BBR v1", &[("congestion", "bbr")]),
    failure("right-size", "A queue of one path", &[("queue", "50kB")]),
    failure("tiny-queue", "A tiny queue", &[("queue", "10kB")]),
];

/// How long the flow lasts.
const TIME: Duration = Duration::from_secs(30);

fn bits_per_second(params: &Params) -> u64 {
    params.number("bottleneck") * 1_000_000
}

/// The most that waited, and the first moment at which it did.
fn fullest(trace: &Trace) -> Option<(EntryId, u64)> {
    let most = points(trace, SERVER, "queue").map(|point| point.value).max()?;
    points(trace, SERVER, "queue").find(|point| point.value == most).map(|p| (p.entry, most))
}

/// The largest smoothed round trip.
fn slowest(trace: &Trace) -> Option<u64> {
    points(trace, SERVER, "srtt").map(|point| point.value).max()
}

/// How long what waits at the fullest moment takes to leave.
fn added(trace: &Trace, params: &Params) -> Option<u64> {
    let (_, bytes) = fullest(trace)?;
    (bytes * 8_000).checked_mul(MS).and_then(|n| n.checked_div(bits_per_second(params)))
}

/// When the start is forgotten.
const SETTLED: Instant = Instant::from_millis(5_000);

/// The values of a number of the server once the start is forgotten.
fn settled<'a>(trace: &'a Trace, name: &'a str) -> impl Iterator<Item = u64> + 'a {
    points(trace, SERVER, name).filter(|point| point.at >= SETTLED).map(|point| point.value)
}

/// The smoothed round trip at an entry.
fn round_trip(trace: &Trace, entry: EntryId) -> String {
    ms(at_moment(trace, SERVER, "srtt", at(trace, entry)).unwrap_or(0))
}

const STEPS: &[StepSpec] = &[
    StepSpec {
        name: "open",
        title: "Open",
        find: |trace| enters(trace, SERVER, "ESTABLISHED"),
        caption: |trace, entry| {
            format!(
                "At {} the server begins to send. A round trip takes {}, all of it distance.",
                when(trace, entry),
                ms(points(trace, SERVER, "srtt").next().map_or(0, |point| point.value))
            )
        },
    },
    StepSpec {
        name: "waiting",
        title: "Something waits",
        find: |trace| points(trace, SERVER, "queue").next().map(|point| point.entry),
        caption: |trace, entry| {
            let bytes = at_moment(trace, SERVER, "queue", at(trace, entry)).unwrap_or(0);
            format!(
                "At {} {} bytes wait in front of the bottleneck. From here on more is no faster.",
                when(trace, entry),
                thousands(bytes)
            )
        },
    },
    StepSpec {
        name: "doubled",
        title: "Twice as slow",
        find: |trace| {
            let first = points(trace, SERVER, "srtt").next()?.value;
            points(trace, SERVER, "srtt").find(|p| p.value >= 2 * first).map(|p| p.entry)
        },
        caption: |trace, entry| {
            format!(
                "At {} a round trip takes {}: half of it is spent in the queue.",
                moment(at(trace, entry)),
                round_trip(trace, entry)
            )
        },
    },
    StepSpec {
        name: "full",
        title: "The queue is full",
        find: |trace| fullest(trace).map(|(entry, _)| entry),
        caption: |trace, entry| {
            let bytes = fullest(trace).map_or(0, |(_, bytes)| bytes);
            format!(
                "At {} {} bytes wait, as many as ever. A round trip takes {}.",
                when(trace, entry),
                thousands(bytes),
                round_trip(trace, entry)
            )
        },
    },
    StepSpec {
        name: "drain",
        title: "The model knows the path",
        find: |trace| note(trace, SERVER, "bbr-drain"),
        caption: |trace, entry| {
            format!(
                "At {} three round trips have brought no more: BBR knows the bandwidth, and lets \
                 the queue run empty.",
                when(trace, entry)
            )
        },
    },
    StepSpec {
        name: "probe-rtt",
        title: "Four packets",
        find: |trace| note(trace, SERVER, "bbr-probe-rtt"),
        caption: |trace, entry| {
            format!(
                "At {} BBR has seen no shorter round trip for 10 s: for 200 ms it keeps four \
                 packets in flight, to measure one without a queue.",
                when(trace, entry)
            )
        },
    },
    StepSpec {
        name: "end",
        title: "End",
        find: |trace| points(trace, CLIENT, "received").last().map(|point| point.entry),
        caption: |trace, entry| {
            format!(
                "At {} the flow has had {} on average, and {} packets were dropped.",
                when(trace, entry),
                megabits(rate(trace, Instant::START, end(trace)).unwrap_or(0)),
                thousands(trace.totals.lost)
            )
        },
    },
];

const MEASURES: &[MeasureSpec] = &[
    MeasureSpec {
        name: "rtt-max",
        title: "Longest round trip (smoothed)",
        unit: Unit::Milliseconds,
        compute: |context| slowest(context.trace).map(bare),
    },
    MeasureSpec {
        name: "loaded-rtt",
        title: "Round trip when the queue is fullest",
        unit: Unit::Milliseconds,
        compute: |context| {
            let distance = nanos(context.setup.params.duration(RTT.key));
            let waiting = added(context.trace, &context.setup.params)?;
            let term = |label: &str, value| Term { label: label.to_owned(), value };
            let sum = vec![term("distance", distance), term("in the queue", waiting)];
            Some(Figure { value: distance + waiting, sum })
        },
    },
    MeasureSpec {
        name: "queue-max",
        title: "Most bytes in the queue",
        unit: Unit::Bytes,
        compute: |context| fullest(context.trace).map(|(_, bytes)| bare(bytes)),
    },
    MeasureSpec {
        name: "path",
        title: "Bytes on their way that would fill the path",
        unit: Unit::Bytes,
        compute: |context| {
            let params = &context.setup.params;
            let rtt = nanos(params.duration(RTT.key)) / 1_000_000;
            Some(bare(bits_per_second(params) / 8 * rtt / 1_000))
        },
    },
    MeasureSpec {
        name: "settled-rtt",
        title: "Longest round trip after 5 s (smoothed)",
        unit: Unit::Milliseconds,
        compute: |context| settled(context.trace, "srtt").max().map(bare),
    },
    MeasureSpec {
        name: "settled-flight",
        title: "Most bytes on their way after 5 s",
        unit: Unit::Bytes,
        compute: |context| settled(context.trace, "bytes-in-flight").max().map(bare),
    },
    MeasureSpec {
        name: "least-flight",
        title: "Fewest bytes on their way after 5 s",
        unit: Unit::Bytes,
        compute: |context| settled(context.trace, "bytes-in-flight").min().map(bare),
    },
    THROUGHPUT,
    PACKETS,
    RETRANSMISSIONS,
    LOST,
];

const ABOUT: About = About {
    id: "tcp-bufferbloat",
    title: "Bufferbloat",
    summary: "A megabyte of queue in front of ten megabits a second: a sender that waits for a \
              loss fills it, and every round trip takes 800 ms longer.",
    topic: Topic::Tcp,
    hosts: PAIR,
    kinds: TCP_KINDS,
    params: PARAMS,
    presets: PRESETS,
    steps: STEPS,
    measures: MEASURES,
    fidelity: Fidelity {
        modelled: "One flow, every packet, one queue that drops what does not fit; numbers are \
                   sampled, and the first packets are kept.",
        left_out: "Other flows, and queues that drop early or mark (RFC 7567). Of BBR as Linux has \
                   it: the detection of policers, and the allowance for gathered acknowledgments.",
        standards: &[
            "RFC 5681 section 3.1",
            "RFC 9438 section 4",
            "RFC 7567 section 1.2",
            "draft-cardwell-iccrg-bbr-congestion-control-00",
        ],
        checked: "The added delay against queue / rate within 5 %; the same flow with a queue of \
                  83 packets against Linux 6.18. BBR: at most twice what fills the path in flight, \
                  four packets in PROBE_RTT, 95 % of the rate.",
    },
};

impl Scenario for TcpBufferbloat {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn build(&self, params: &Params, seed: u64) -> World {
        let tcp = config(params);
        let up = LinkConfig::new(params.duration(RTT.key) / 2);
        let down = LinkConfig {
            rate_bps: Some(bits_per_second(params)),
            queue: Queue::Bytes(params.number("queue")),
            ..up
        };
        flow(seed, (down, up), (tcp, tcp), TIME)
    }
}

#[cfg(test)]
mod tests;
