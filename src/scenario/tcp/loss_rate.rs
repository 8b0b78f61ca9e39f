//! `tcp-loss-rate`: how random loss caps the throughput of a flow, whatever the path could carry.
//!
//! Mathis and others 1997; RFC 9438 section 5.1.

use core::time::Duration;

use super::long::{
    CONGESTION, CONGESTION_OR_MODEL, LOST, SEGMENT, at_moment, config, end, flow, megabits, points,
    rate, segments,
};
use crate::proto::tcp::Config;
use crate::scenario::find::{CLIENT, SERVER, at, enters, thousands, when};
use crate::scenario::measures::{PACKETS, RETRANSMISSIONS, bare};
use crate::scenario::params::{ParamKind, ParamSpec, Params};
use crate::scenario::presets::{ATLANTIC, LOSS, MOBILE, MS, RTT, WIFI, failure};
use crate::scenario::setup::Preset;
use crate::scenario::{
    About, Context, Fidelity, MeasureSpec, PAIR, Scenario, StepSpec, TCP_KINDS, Topic, Unit,
};
use crate::sim::link::{LinkConfig, Loss};
use crate::sim::time::Instant;
use crate::sim::trace::{EntryId, Trace};
use crate::sim::world::World;

/// The scenario.
#[derive(Debug)]
pub(in crate::scenario) struct TcpLossRate;

/// What the client can take: without loss this is the limit.
const WINDOW: u64 = 600_000;

const PARAMS: &[ParamSpec] = &[
    ParamSpec {
        kind: ParamKind::Duration { min: 20 * MS, max: 300 * MS, default: 100 * MS },
        ..RTT
    },
    ParamSpec {
        help: "The chance that a packet with data is lost, each for itself.",
        kind: ParamKind::Share { max: 50_000, default: 1_000 },
        ..LOSS
    },
    CONGESTION_OR_MODEL,
    ParamSpec {
        key: "rounds",
        label: "Round trips",
        help: "For how many round trips the flow lasts; more make the average surer.",
        kind: ParamKind::Count { min: 100, max: 6_000, default: 600 },
    },
];

const PRESETS: &[Preset] = &[
    WIFI,
    MOBILE,
    ATLANTIC,
    failure("reno", "Reno", &[("congestion", "reno")]),
    failure("lossy", "1 % loss", &[("loss", "1%")]),
    failure("bbr", "1 % loss, BBR v1", &[("loss", "1%"), ("congestion", "bbr")]),
    failure("clean", "No loss", &[("loss", "0%"), ("rounds", "100")]),
];

/// After the first fifth slow start is forgotten.
fn settled(trace: &Trace) -> Instant {
    Instant::START + (end(trace) - Instant::START) / 5
}

/// Bytes that the client received a second, slow start left away.
fn throughput(trace: &Trace) -> Option<u64> {
    rate(trace, settled(trace), end(trace))
}

/// The window in segments that the formulas give: 1.22 / √p for Reno (Mathis), and for CUBIC
/// 1.054 (R / p)^0.75 where that is larger (RFC 9438 section 5.1). None without loss.
fn formula(params: &Params) -> Option<f64> {
    let ppm = u32::try_from(params.number(LOSS.key)).ok().filter(|ppm| *ppm > 0)?;
    let loss = f64::from(ppm) / 1e6;
    let reno = 1.22 / libm::sqrt(loss);
    let cubic = 1.054 * libm::pow(params.duration(RTT.key).as_secs_f64() / loss, 0.75);
    match params.choice(CONGESTION.key) {
        "reno" => Some(reno),
        "cubic" => Some(reno.max(cubic)),
        // A model of the path: losses say nothing about the rate.
        _ => None,
    }
}

/// The formula's bytes a second.
fn expected(params: &Params) -> Option<u64> {
    // A length of time is a number with a checked way to whole nanoseconds.
    let segments = Duration::try_from_secs_f64(formula(params)?).ok()?;
    let bytes = segments.as_nanos() * u128::from(SEGMENT);
    bytes.checked_div(params.duration(RTT.key).as_nanos())?.try_into().ok()
}

/// How often the threshold changed, as far as the samples tell.
fn reductions(trace: &Trace) -> u64 {
    points(trace, SERVER, "ssthresh").count() as u64
}

fn mean_window(context: &Context<'_>) -> Option<u64> {
    let rtt = context.setup.params.duration(RTT.key).as_nanos();
    let bytes = u128::from(throughput(context.trace)?) * rtt / 1_000_000_000;
    u64::try_from(bytes).ok()
}

fn last(trace: &Trace) -> Option<EntryId> {
    points(trace, CLIENT, "received").last().map(|point| point.entry)
}

const STEPS: &[StepSpec] = &[
    StepSpec {
        name: "open",
        title: "Open",
        find: |trace| enters(trace, SERVER, "ESTABLISHED"),
        caption: |trace, entry| {
            format!("At {} the server begins to send and does not stop.", when(trace, entry))
        },
    },
    StepSpec {
        name: "first-loss",
        title: "First loss",
        find: |trace| points(trace, SERVER, "ssthresh").next().map(|point| point.entry),
        caption: |trace, entry| {
            let window = at_moment(trace, SERVER, "cwnd", at(trace, entry)).unwrap_or(0);
            format!(
                "By {} a first packet was lost, by chance, and the window is down to {}.",
                when(trace, entry),
                segments(window)
            )
        },
    },
    StepSpec {
        name: "settled",
        title: "Settled",
        find: |trace| {
            let from = settled(trace);
            points(trace, CLIENT, "received").find(|p| p.at >= from).map(|p| p.entry)
        },
        caption: |trace, entry| {
            format!(
                "From {} on the average counts: slow start is over, growth and losses balance.",
                when(trace, entry)
            )
        },
    },
    StepSpec {
        name: "end",
        title: "End",
        find: last,
        caption: |trace, _| {
            format!(
                "Of {} packets {} were lost. The flow got {}.",
                thousands(trace.totals.packets),
                thousands(trace.totals.lost),
                megabits(throughput(trace).unwrap_or(0))
            )
        },
    },
];

const MEASURES: &[MeasureSpec] = &[
    MeasureSpec {
        name: "throughput",
        title: "Bytes received a second",
        unit: Unit::Bytes,
        compute: |context| throughput(context.trace).map(bare),
    },
    MeasureSpec {
        name: "expected",
        title: "By the formula (bytes a second)",
        unit: Unit::Bytes,
        compute: |context| expected(&context.setup.params).map(bare),
    },
    MeasureSpec {
        name: "mean-window",
        title: "Mean window (segments)",
        unit: Unit::Count,
        compute: |context| mean_window(context).map(|bytes| bare(bytes / SEGMENT)),
    },
    MeasureSpec {
        name: "reductions",
        title: "How often the threshold changed",
        unit: Unit::Count,
        compute: |context| Some(bare(reductions(context.trace))),
    },
    MeasureSpec {
        name: "loss-rate",
        title: "Packets lost, of those with data",
        unit: Unit::Percent,
        compute: |context| {
            let totals = context.trace.totals;
            let data = totals.payload.div_ceil(SEGMENT);
            (totals.lost * 1_000_000).checked_div(data).map(bare)
        },
    },
    PACKETS,
    RETRANSMISSIONS,
    LOST,
];

const ABOUT: About = About {
    id: "tcp-loss-rate",
    title: "Loss caps throughput",
    summary: "A path without a bottleneck, and one packet in a thousand lost by chance: the loss \
              alone decides how fast the flow is.",
    topic: Topic::Tcp,
    hosts: PAIR,
    kinds: TCP_KINDS,
    params: PARAMS,
    presets: PRESETS,
    steps: STEPS,
    measures: MEASURES,
    fidelity: Fidelity {
        modelled: "Every packet, chance, recovery and growth; numbers are sampled, and the first \
                   packets are kept.",
        left_out: "Bursts of loss, and a bottleneck. Acknowledgments are never lost. The client \
                   takes 600 kB at once, which limits a flow without loss.",
        standards: &["RFC 5681 section 3.1", "RFC 9438 section 5.1"],
        checked: "The throughput against 1.22 / √p (Mathis) and 1.054 (R / p)^0.75 within 25 %.",
    },
};

impl Scenario for TcpLossRate {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn build(&self, params: &Params, seed: u64) -> World {
        let tcp = config(params);
        let receiver = Config { receive_window: WINDOW, ..tcp };
        let rtt = params.duration(RTT.key);
        let up = LinkConfig::new(rtt / 2);
        let ppm = u32::try_from(params.number(LOSS.key)).unwrap_or(0);
        let down = LinkConfig { loss: Loss::Each { ppm }, ..up };
        let rounds = u32::try_from(params.number("rounds")).unwrap_or(1);
        flow(seed, (down, up), (tcp, receiver), rtt * rounds)
    }
}

#[cfg(test)]
mod tests;
