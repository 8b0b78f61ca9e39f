//! `tcp-window`: how the receive window limits a flow on a long, fast path.
//!
//! RFC 9293 section 3.8.6, RFC 7323 section 2.

use super::long::{end, flow, megabits, points, rate};
use crate::proto::tcp::{Config, Profile};
use crate::scenario::find::{CLIENT, SERVER, count, enters, thousands, when};
use crate::scenario::measures::{PACKETS, bare};
use crate::scenario::params::{ParamKind, ParamSpec, Params};
use crate::scenario::presets::{ATLANTIC, MOBILE, MS, RATE, RTT, WIFI, failure};
use crate::scenario::setup::Preset;
use crate::scenario::{
    About, Context, Fidelity, MeasureSpec, PAIR, Scenario, StepSpec, TCP_KINDS, Topic, Unit,
};
use crate::sim::link::LinkConfig;
use crate::sim::time::Instant;
use crate::sim::trace::Trace;
use crate::sim::world::World;

/// The scenario.
#[derive(Debug)]
pub(in crate::scenario) struct TcpWindow;

const PARAMS: &[ParamSpec] = &[
    ParamSpec {
        kind: ParamKind::Duration { min: 20 * MS, max: 300 * MS, default: 100 * MS },
        ..RTT
    },
    ParamSpec { kind: ParamKind::Rate { max: 1_000_000_000, default: 1_000_000_000 }, ..RATE },
    ParamSpec {
        key: "window",
        label: "Receive window",
        help: "How much the client can buffer, and so how much may be on its way.",
        kind: ParamKind::Bytes { min: 4_096, max: 64_000_000, default: 65_535 },
    },
    ParamSpec {
        key: "scaling",
        label: "Window scaling",
        help: "Whether the client can offer more than 65,535 bytes (RFC 7323).",
        kind: ParamKind::Choice { options: &[("on", "On"), ("off", "Off")], default: 0 },
    },
];

const PRESETS: &[Preset] = &[
    WIFI,
    MOBILE,
    ATLANTIC,
    failure("no-scaling", "Without scaling", &[("window", "4MB"), ("scaling", "off")]),
    failure("tiny", "4 kB", &[("window", "4096B")]),
    failure("large", "4 MB", &[("window", "4MB")]),
];

/// The flow lasts so many round trips; slow start takes at most 13 of them.
const ROUNDS: u32 = 17;
/// As many at the end are measured.
const MEASURED: u32 = 4;

fn throughput(context: &Context<'_>) -> Option<u64> {
    let until = end(context.trace);
    let measured = context.setup.params.duration(RTT.key) * MEASURED;
    let from = Instant::START + (until - Instant::START).saturating_sub(measured);
    rate(context.trace, from, until)
}

/// Bytes that arrive in a round trip.
fn per_round(context: &Context<'_>) -> Option<u64> {
    let rtt = context.setup.params.duration(RTT.key).as_nanos();
    u64::try_from(u128::from(throughput(context)?) * rtt / 1_000_000_000).ok()
}

/// The largest window that the client offered.
fn offered(trace: &Trace) -> Option<u64> {
    points(trace, SERVER, "rwnd").map(|point| point.value).max()
}

const STEPS: &[StepSpec] = &[
    StepSpec {
        name: "open",
        title: "Open",
        find: |trace| enters(trace, SERVER, "ESTABLISHED"),
        caption: |trace, entry| {
            let offered = offered(trace).unwrap_or(0);
            format!(
                "At {} the server may send; the client will offer {} bytes at most.",
                when(trace, entry),
                thousands(offered)
            )
        },
    },
    StepSpec {
        name: "full",
        title: "Window full",
        find: |trace| {
            // The most that is in flight at once: the window is full, if anything ever fills it.
            let most = points(trace, SERVER, "bytes-in-flight").map(|p| p.value).max()?;
            points(trace, SERVER, "bytes-in-flight").find(|p| p.value == most).map(|p| p.entry)
        },
        caption: |trace, entry| {
            let most = points(trace, SERVER, "bytes-in-flight").map(|p| p.value).max();
            format!(
                "At {} as much is on its way as will ever be: {} bytes. Then the server waits.",
                when(trace, entry),
                thousands(most.unwrap_or(0))
            )
        },
    },
    StepSpec {
        name: "end",
        title: "End",
        find: |trace| points(trace, CLIENT, "received").last().map(|point| point.entry),
        caption: |trace, entry| {
            let until = end(trace);
            let from = Instant::START + (until - Instant::START) * 3 / 4;
            format!(
                "At {} the flow runs at {}, and {} were sent.",
                when(trace, entry),
                megabits(rate(trace, from, until).unwrap_or(0)),
                count(trace.totals.packets, "packet")
            )
        },
    },
];

const MEASURES: &[MeasureSpec] = &[
    MeasureSpec {
        name: "throughput",
        title: "Bytes received a second",
        unit: Unit::Bytes,
        compute: |context| throughput(context).map(bare),
    },
    MeasureSpec {
        name: "per-round",
        title: "Bytes received a round trip",
        unit: Unit::Bytes,
        compute: |context| per_round(context).map(bare),
    },
    MeasureSpec {
        name: "window",
        title: "Largest window offered",
        unit: Unit::Bytes,
        compute: |context| offered(context.trace).map(bare),
    },
    MeasureSpec {
        name: "needed",
        title: "Bytes on their way that would fill the path",
        unit: Unit::Bytes,
        compute: |context| needed(&context.setup.params).map(bare),
    },
    MeasureSpec {
        name: "used",
        title: "Share of the path that is used",
        unit: Unit::Percent,
        compute: |context| {
            let needed = needed(&context.setup.params)?;
            (per_round(context)? * 1_000_000).checked_div(needed).map(bare)
        },
    },
    PACKETS,
];

/// The product of bandwidth and delay; none if the path takes everything.
fn needed(params: &Params) -> Option<u64> {
    let bits = u128::from(params.number(RATE.key)) * params.duration(RTT.key).as_nanos();
    u64::try_from(bits / 8_000_000_000).ok().filter(|bytes| *bytes > 0)
}

const ABOUT: About = About {
    id: "tcp-window",
    title: "The receive window as a limit",
    summary: "A gigabit a second, a tenth of a second away: with 64 kB on their way the pipe is \
              mostly empty.",
    topic: Topic::Tcp,
    hosts: PAIR,
    kinds: TCP_KINDS,
    params: PARAMS,
    presets: PRESETS,
    steps: STEPS,
    measures: MEASURES,
    fidelity: Fidelity {
        modelled: "The window field and its scale, slow start, and every packet; numbers are \
                   sampled, and the first packets are kept.",
        left_out: "The client's buffer does not grow, as that of a program that has set its size. \
                   The path's queue has no end.",
        standards: &["RFC 9293 section 3.8.6", "RFC 7323 section 2"],
        checked: "The rate against window / round trip within 3 %, at 18.8 kB and 80.5 kB against \
                  Linux 6.18.",
    },
};

impl Scenario for TcpWindow {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn build(&self, params: &Params, seed: u64) -> World {
        let tcp = Config { autotune: false, ..Config::new(Profile::LINUX) };
        let receiver = Config {
            receive_window: params.number("window"),
            scaling: params.choice("scaling") == "on",
            ..tcp
        };
        let rtt = params.duration(RTT.key);
        let rate = params.number(RATE.key);
        let link = LinkConfig { rate_bps: (rate > 0).then_some(rate), ..LinkConfig::new(rtt / 2) };
        flow(seed, (link, link), (tcp, receiver), rtt * ROUNDS)
    }
}

#[cfg(test)]
mod tests;
