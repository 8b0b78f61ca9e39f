//! `tcp-sawtooth`: one loss, and how the window comes back: Reno step by step, CUBIC along a
//! curve of time.
//!
//! RFC 5681 section 3.1, RFC 9438 section 4.2.

use core::time::Duration;

use super::long::{
    CONGESTION, LOST, Point, SEGMENT, THROUGHPUT, at_moment, config, flow, moment, points, segments,
};
use crate::proto::tcp::Config;
use crate::scenario::find::{CLIENT, SERVER, at, count, enters, ms, sent_by, when};
use crate::scenario::measures::{PACKETS, RETRANSMISSIONS, bare};
use crate::scenario::params::{ParamKind, ParamSpec, Params};
use crate::scenario::presets::{ATLANTIC, MOBILE, MS, RTT, WIFI, failure, lose};
use crate::scenario::setup::Preset;
use crate::scenario::{
    About, Context, Fidelity, Figure, MeasureSpec, PAIR, Scenario, StepSpec, TCP_KINDS, Topic, Unit,
};
use crate::sim::link::LinkConfig;
use crate::sim::time::{Instant, nanos};
use crate::sim::trace::{EntryId, Trace, TraceEvent};
use crate::sim::world::World;

/// The scenario.
#[derive(Debug)]
pub(in crate::scenario) struct TcpSawtooth;

const PARAMS: &[ParamSpec] = &[
    ParamSpec {
        kind: ParamKind::Duration { min: 20 * MS, max: 300 * MS, default: 100 * MS },
        ..RTT
    },
    CONGESTION,
    ParamSpec {
        key: "window",
        label: "Window",
        help: "How many segments are in flight when one of them is lost.",
        kind: ParamKind::Count { min: 10, max: 1000, default: 100 },
    },
];

const PRESETS: &[Preset] = &[
    WIFI,
    MOBILE,
    ATLANTIC,
    failure("reno", "Reno", &[("congestion", "reno")]),
    failure("long-fat", "A long, fat path", &[("window", "300"), ("rtt", "300ms")]),
];

/// The window before the loss.
fn before(trace: &Trace) -> Option<u64> {
    points(trace, SERVER, "cwnd").next().map(|point| point.value)
}

/// The first time that the threshold was lowered.
fn reduced(trace: &Trace) -> Option<Point> {
    points(trace, SERVER, "ssthresh").next()
}

/// The arrival of the lost segment's repetition.
fn repaired(trace: &Trace) -> Option<EntryId> {
    let arrivals = trace.numbered().filter(|(_, entry)| entry.host == CLIENT);
    arrivals
        .filter_map(|(id, entry)| match entry.event {
            TraceEvent::PacketReceived { id: packet, .. } => Some((id, trace.packet(packet)?)),
            _ => None,
        })
        .find(|(_, packet)| packet.sent.retransmits.is_some())
        .map(|(id, _)| id)
}

/// When the window begins to grow again: the acknowledgment of the repetition has come.
fn growth(context: &Context<'_>) -> Option<Instant> {
    let half = context.setup.params.duration(RTT.key) / 2;
    repaired(context.trace).map(|entry| at(context.trace, entry) + half)
}

/// The first time after the repair that the window is as large as before the loss.
fn back(trace: &Trace) -> Option<Point> {
    let (before, since) = (before(trace)?, at(trace, repaired(trace)?));
    points(trace, SERVER, "cwnd").find(|point| point.at > since && point.value >= before)
}

/// The window so many milliseconds after it begins to grow.
fn after<const MILLIS: u64>(context: &Context<'_>) -> Option<Figure> {
    let then = growth(context)? + Duration::from_millis(MILLIS);
    if then > super::long::end(context.trace) {
        return None;
    }
    let bytes = at_moment(context.trace, SERVER, "cwnd", then)?;
    Some(bare(bytes / SEGMENT))
}

const fn window_after<const MILLIS: u64>(name: &'static str, title: &'static str) -> MeasureSpec {
    MeasureSpec { name, title, unit: Unit::Count, compute: after::<MILLIS> }
}

const STEPS: &[StepSpec] = &[
    StepSpec {
        name: "open",
        title: "Open",
        find: |trace| enters(trace, SERVER, "ESTABLISHED"),
        caption: |trace, entry| {
            format!(
                "At {} the server may send: its window is {}, and it fills it at once.",
                when(trace, entry),
                segments(before(trace).unwrap_or(0))
            )
        },
    },
    StepSpec {
        name: "lost",
        title: "Lost",
        find: |trace| {
            sent_by(trace, SERVER).find(|s| s.len > 0 && s.is_lost()).map(|s| s.packet.entry)
        },
        caption: |trace, _| {
            let flight = count(before(trace).unwrap_or(0) / SEGMENT, "segment");
            format!("Of {flight} one is lost. Everything else arrives.")
        },
    },
    StepSpec {
        name: "reduced",
        title: "Less",
        find: |trace| reduced(trace).map(|point| point.entry),
        caption: |trace, _| {
            let after = reduced(trace).map_or(0, |point| point.value);
            let before = before(trace).unwrap_or(1);
            format!(
                "The loss is taken for congestion: from {} down to {}, {} %.",
                count(before / SEGMENT, "segment"),
                after / SEGMENT,
                after * 100 / before.max(1)
            )
        },
    },
    StepSpec {
        name: "repaired",
        title: "Repaired",
        find: repaired,
        caption: |trace, entry| {
            format!("At {} the missing segment is there. The window may grow.", when(trace, entry))
        },
    },
    StepSpec {
        name: "back",
        title: "Back",
        find: |trace| back(trace).map(|point| point.entry),
        caption: |trace, entry| {
            let since = repaired(trace).map_or(Instant::START, |entry| at(trace, entry));
            format!(
                "{} after the repair, at {}, the window is where it was: {}.",
                ms(nanos(at(trace, entry) - since)),
                moment(at(trace, entry)),
                segments(before(trace).unwrap_or(0))
            )
        },
    },
];

const MEASURES: &[MeasureSpec] = &[
    MeasureSpec {
        name: "before",
        title: "Window before the loss (segments)",
        unit: Unit::Count,
        compute: |context| Some(bare(before(context.trace)? / SEGMENT)),
    },
    MeasureSpec {
        name: "after",
        title: "Window after the loss (segments)",
        unit: Unit::Count,
        compute: |context| Some(bare(reduced(context.trace)?.value / SEGMENT)),
    },
    MeasureSpec {
        name: "back",
        title: "Until the window is back",
        unit: Unit::Milliseconds,
        compute: |context| Some(bare(nanos(back(context.trace)?.at - growth(context)?))),
    },
    window_after::<0>("window-0s", "Window as it begins to grow (segments)"),
    window_after::<1000>("window-1s", "Window 1 s later (segments)"),
    window_after::<2000>("window-2s", "Window 2 s later (segments)"),
    window_after::<4000>("window-4s", "Window 4 s later (segments)"),
    window_after::<6000>("window-6s", "Window 6 s later (segments)"),
    window_after::<8000>("window-8s", "Window 8 s later (segments)"),
    THROUGHPUT,
    PACKETS,
    RETRANSMISSIONS,
    LOST,
];

const ABOUT: About = About {
    id: "tcp-sawtooth",
    title: "After a loss: Reno and CUBIC",
    summary: "One packet is lost. Reno takes half and climbs a step a round trip; CUBIC takes 30 % \
              and follows a curve of time.",
    topic: Topic::Tcp,
    hosts: PAIR,
    kinds: TCP_KINDS,
    params: PARAMS,
    presets: PRESETS,
    steps: STEPS,
    measures: MEASURES,
    fidelity: Fidelity {
        modelled: "Every packet of the flow, recovery, and the growth of the window by the \
                   algorithm; numbers are sampled, only the first packets and the lost one are \
                   kept.",
        left_out: "A bottleneck: the path takes everything, so that the window alone decides. The \
                   first window is as large as asked for.",
        standards: &["RFC 5681 section 3.1", "RFC 9438 section 4"],
        checked: "The window 0, 1, 2, 4, 6 and 8 s after the loss against the formula of RFC 9438 \
                  within 5 %, Reno's return against one segment a round trip.",
    },
};

/// How long it takes until the window is back and goes beyond.
fn time(params: &Params) -> Duration {
    let window = u32::try_from(params.number("window")).unwrap_or(u32::MAX);
    let rtt = params.duration(RTT.key);
    let growth = if params.choice(CONGESTION.key) == "reno" {
        rtt * (window / 2) * 5 / 4
    } else {
        // Twice K (RFC 9438 section 4.2).
        Duration::from_secs_f64(2.2 * libm::cbrt(0.75 * f64::from(window)))
    };
    growth + 4 * rtt + Duration::from_secs(1)
}

impl Scenario for TcpSawtooth {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn build(&self, params: &Params, seed: u64) -> World {
        let tcp = config(params);
        let sender = Config { initial_window: u32::try_from(params.number("window")).ok(), ..tcp };
        let link = LinkConfig::new(params.duration(RTT.key) / 2);
        let mut world = flow(seed, (link, link), (sender, tcp), time(params));
        world.faults(&[lose("data", 1)]);
        world
    }
}

#[cfg(test)]
mod tests;
