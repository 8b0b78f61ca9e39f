//! `udp-retry`: requests without a transport that repairs; the program waits and asks again.
//!
//! RFC 768; the numbers are those of resolv.conf(5): five seconds, two attempts.

mod apps;

use core::time::Duration;

use self::apps::{Asker, Echo};
use crate::proto::app::ConnId;
use crate::scenario::find::{CLIENT, count, ms, note, report, reports, when};
use crate::scenario::measures::{BYTES_ON_WIRE, PACKETS, bare};
use crate::scenario::params::{ParamKind, ParamSpec, Params};
use crate::scenario::presets::{
    ATLANTIC, LAN, MOBILE, MS, RTT, SATELLITE, failure, link, pair, server,
};
use crate::scenario::setup::Preset;
use crate::scenario::{
    About, Context, Fidelity, Figure, MeasureSpec, PAIR, Scenario, StepSpec, Topic, Unit,
};
use crate::sim::endpoint::Event;
use crate::sim::time::nanos;
use crate::sim::trace::{EntryId, Trace, TraceEvent};
use crate::sim::world::World;

/// The scenario.
#[derive(Debug)]
pub(in crate::scenario) struct UdpRetry;

/// The server's port.
const PORT: u16 = 7_000;
/// One in parts per million.
const ONE: u64 = 1_000_000;
/// Where notes of the client belong.
const CONN: ConnId = ConnId(0);

const PARAMS: &[ParamSpec] = &[
    RTT,
    ParamSpec {
        key: "loss",
        label: "Loss",
        help: "The chance that a packet is lost, each for itself, both ways.",
        kind: ParamKind::Share { max: 500_000, default: 50_000 },
    },
    ParamSpec {
        key: "timeout",
        label: "Time-out",
        help: "How long the program waits for a response before it asks again.",
        kind: ParamKind::Duration { min: 10 * MS, max: 30_000 * MS, default: 5_000 * MS },
    },
    ParamSpec {
        key: "attempts",
        label: "Attempts",
        help: "How often the program asks before it gives up.",
        kind: ParamKind::Count { min: 1, max: 6, default: 2 },
    },
    ParamSpec {
        key: "requests",
        label: "Requests",
        help: "How many requests are made, one every 200 ms.",
        kind: ParamKind::Count { min: 1, max: 2_000, default: 12 },
    },
];

const PRESETS: &[Preset] = &[
    LAN,
    MOBILE,
    ATLANTIC,
    SATELLITE,
    Preset {
        name: "lost-request",
        title: "Lost request",
        failure: true,
        set: &[("requests", "1"), ("loss", "0%")],
        faults: &["drop:request#1"],
    },
    Preset {
        name: "lost-response",
        title: "Lost response",
        failure: true,
        set: &[("requests", "1"), ("loss", "0%")],
        faults: &["drop:response#1"],
    },
    Preset {
        name: "gave-up",
        title: "Both attempts lost",
        failure: true,
        set: &[("requests", "1"), ("loss", "0%")],
        faults: &["drop:request#1", "drop:response#1"],
    },
    failure("hasty", "A time-out shorter than the way", &[("requests", "1"), ("timeout", "60ms")]),
    failure("many", "Forty requests", &[("requests", "40")]),
];

/// The times of the requests that were answered, in nanoseconds, the shortest first.
fn times(trace: &Trace) -> Vec<u64> {
    let mut times: Vec<u64> = amounts(trace, "answered").collect();
    times.sort_unstable();
    times
}

/// What notes of this name count.
fn amounts<'a>(trace: &'a Trace, wanted: &'static str) -> impl Iterator<Item = u64> + 'a {
    trace.entries.iter().filter_map(move |entry| match &entry.event {
        TraceEvent::Endpoint(Event::Note { name, amount, .. }) if *name == wanted => Some(*amount),
        _ => None,
    })
}

/// The chance that request or response is lost, in parts per million.
fn either_lost(params: &Params) -> u64 {
    let arrives = ONE - params.number("loss");
    ONE - arrives * arrives / ONE
}

/// `q` to the power of `times`, in parts per million.
fn power(q: u64, times: u64) -> u64 {
    (0..times).fold(ONE, |product, _| product * q / ONE)
}

/// The packet of a kind that the client sends as the nth.
fn packet(trace: &Trace, kind: &str) -> Option<EntryId> {
    let mut packets = trace.packets();
    packets.find(|packet| packet.sent.packet.label().kind == kind).map(|packet| packet.entry)
}

const STEPS: &[StepSpec] = &[
    StepSpec {
        name: "request",
        title: "Request",
        find: |trace| packet(trace, "request"),
        caption: |_, _| {
            "The request goes out at once: there is nothing to open, and nobody who would repair \
             a loss."
                .to_owned()
        },
    },
    StepSpec {
        name: "response",
        title: "Response",
        find: |trace| packet(trace, "response"),
        caption: |_, _| {
            "The response goes back. It is the only sign that the request has arrived.".to_owned()
        },
    },
    StepSpec {
        name: "answered",
        title: "Answered",
        find: |trace| note(trace, CLIENT, "answered"),
        caption: |trace, entry| {
            format!(
                "The first response is here at {}, {} after its request.",
                when(trace, entry),
                ms(amounts(trace, "answered").next().unwrap_or(0))
            )
        },
    },
    StepSpec {
        name: "timeout",
        title: "Time-out",
        find: |trace| {
            report(trace, CLIENT, |event| {
                matches!(event, Event::TimerFired { timer: "request", .. })
            })
        },
        caption: |trace, entry| {
            format!(
                "At {} the program stops waiting. It cannot know which way the loss was.",
                when(trace, entry)
            )
        },
    },
    StepSpec {
        name: "again",
        title: "Again",
        find: |trace| packet(trace, "request-again"),
        caption: |trace, entry| {
            format!(
                "At {} the same request goes out again; the server may see it twice.",
                when(trace, entry)
            )
        },
    },
    StepSpec {
        name: "twice",
        title: "Answered twice",
        find: |trace| note(trace, CLIENT, "twice"),
        caption: |_, _| {
            "A second response to the same request: the first one was not lost, only waited for \
             too shortly."
                .to_owned()
        },
    },
    StepSpec {
        name: "gave-up",
        title: "Given up",
        find: |trace| note(trace, CLIENT, "gave-up"),
        caption: |trace, entry| {
            format!("No response to any attempt: at {} the program gives up.", when(trace, entry))
        },
    },
    StepSpec {
        name: "end",
        title: "End",
        find: |trace| {
            let ends =
                |event: &Event| matches!(event, Event::Note { name: "answered" | "gave-up", .. });
            reports(trace, CLIENT, ends).last()
        },
        caption: |trace, entry| {
            let failed = amounts(trace, "gave-up").count() as u64;
            let all = times(trace).len() as u64 + failed;
            format!(
                "At {} the last one is over: {}, {failed} without an answer.",
                when(trace, entry),
                count(all, "request")
            )
        },
    },
];

fn mean_penalty(context: &Context<'_>) -> Option<Figure> {
    let times = times(context.trace);
    let rtt = nanos(context.setup.params.duration("rtt"));
    let sum: u64 = times.iter().map(|time| time.saturating_sub(rtt)).sum();
    Some(bare(sum.checked_div(times.len() as u64)?))
}

const MEASURES: &[MeasureSpec] = &[
    MeasureSpec {
        name: "median",
        title: "Median time",
        unit: Unit::Milliseconds,
        compute: |context| {
            let times = times(context.trace);
            times.get(times.len() / 2).copied().map(bare)
        },
    },
    MeasureSpec {
        name: "slowest",
        title: "Slowest answer",
        unit: Unit::Milliseconds,
        compute: |context| times(context.trace).last().copied().map(bare),
    },
    MeasureSpec {
        name: "penalty",
        title: "Mean extra time of those answered",
        unit: Unit::Milliseconds,
        compute: mean_penalty,
    },
    MeasureSpec {
        name: "penalty-expected",
        title: "The same by probability",
        unit: Unit::Milliseconds,
        compute: |context| {
            let params = &context.setup.params;
            let q = either_lost(params);
            let attempts = params.number("attempts");
            // An answer to attempt k + 1 has waited k time-outs.
            let waited: u64 = (0..attempts).map(|k| k * power(q, k) * (ONE - q) / ONE).sum();
            let answered = ONE - power(q, attempts);
            let timeout = u128::from(nanos(params.duration("timeout")));
            let mean = (timeout * u128::from(waited)).checked_div(u128::from(answered))?;
            Some(bare(u64::try_from(mean).ok()?))
        },
    },
    MeasureSpec {
        name: "failed",
        title: "Without an answer",
        unit: Unit::Percent,
        compute: |context| {
            let failed = amounts(context.trace, "gave-up").count() as u64;
            let all = failed + times(context.trace).len() as u64;
            Some(bare((failed * ONE).checked_div(all)?))
        },
    },
    MeasureSpec {
        name: "failed-expected",
        title: "The same by probability",
        unit: Unit::Percent,
        compute: |context| {
            let params = &context.setup.params;
            Some(bare(power(either_lost(params), params.number("attempts"))))
        },
    },
    MeasureSpec {
        name: "again",
        title: "Requests sent again",
        unit: Unit::Count,
        compute: |context| {
            let again = |packet: &crate::sim::trace::PacketView<'_>| {
                packet.sent.packet.label().kind == "request-again"
            };
            Some(bare(context.trace.packets().filter(again).count() as u64))
        },
    },
    PACKETS,
    BYTES_ON_WIRE,
];

const FIDELITY: Fidelity = Fidelity {
    modelled: "Datagrams with checksums, a program that waits, repeats and gives up, and a loss \
               for each packet by itself.",
    left_out: "Time-outs that grow or adapt, congestion, and bursts of losses. The server answers \
               at once, and answers a repeated request again.",
    standards: &["RFC 768", "RFC 8085 section 3.1.1"],
    checked: "Over 20,000 requests with 5 % loss: 0.95 % fail and 444 ms are added on the mean, \
              as probability says; the median is the round trip.",
};

const ABOUT: About = About {
    id: "udp-retry",
    title: "Ask again over UDP",
    summary: "Most requests take one round trip, a few a whole time-out: the median hides them.",
    topic: Topic::Udp,
    hosts: PAIR,
    kinds: &["request", "request-again", "response"],
    params: PARAMS,
    presets: PRESETS,
    steps: STEPS,
    measures: MEASURES,
    fidelity: FIDELITY,
};

impl Scenario for UdpRetry {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn build(&self, params: &Params, seed: u64) -> World {
        let requests = u32::try_from(params.number("requests")).unwrap_or(1);
        let attempts = u32::try_from(params.number("attempts")).unwrap_or(1);
        let client = Asker::new(server(PORT), requests, params.duration("timeout"), attempts);
        let mut world = pair(seed, link(params), client, Echo::new(PORT));
        let end = Duration::from_secs(3_600);
        world.time_max(crate::sim::time::Instant::START + end);
        world
    }
}

#[cfg(test)]
mod tests {
    //! T23: fail 0.95 %, mean penalty 444 ms, median R.

    use super::UdpRetry;
    use crate::scenario::testing::{millis, run_preset, run_with, value};
    use crate::scenario::{Params, Scenario, Setup, run};

    #[test]
    fn probability_says_0_95_percent_and_444_ms() {
        let run = run_with(&UdpRetry, "requests=1", &[]);
        assert_eq!(value(&run, "failed-expected"), Some(9_506));
        let penalty = value(&run, "penalty-expected").unwrap();
        assert!((444_000_000..444_500_000).contains(&penalty), "{penalty}");
    }

    #[test]
    fn twenty_thousand_requests_come_near_to_it() {
        let (mut failed, mut penalty) = (0, 0);
        let (params, _) = Params::parse(UdpRetry.about().params, "requests=2000");
        for seed in 1..=10 {
            let run = run(
                &UdpRetry,
                &Setup { seed, params: params.clone(), ..Setup::new(UdpRetry.about()) },
            );
            failed += value(&run, "failed").unwrap();
            penalty += value(&run, "penalty").unwrap();
            assert_eq!(value(&run, "median"), Some(100_000_000));
        }
        // Three standard deviations: 0.2 % of the share, 30 ms of the mean.
        assert!((7_500..11_500).contains(&(failed / 10)), "{failed}");
        assert!((414_000_000..474_000_000).contains(&(penalty / 10)), "{penalty}");
    }

    #[test]
    fn a_loss_costs_a_time_out_whichever_way_it_is() {
        for preset in ["lost-request", "lost-response"] {
            let run = run_preset(&UdpRetry, preset);
            assert_eq!(millis(&run, "slowest"), Some(5_100), "{preset}");
        }
        let run = run_preset(&UdpRetry, "gave-up");
        assert_eq!((value(&run, "failed"), value(&run, "median")), (Some(1_000_000), None));
        assert_eq!(run.step("gave-up").unwrap().at.as_nanos(), 10_000_000_000);
        assert!(run_preset(&UdpRetry, "hasty").step("twice").is_some());
    }
}
