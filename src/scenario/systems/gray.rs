//! `gray-failure`: one of many servers is slow and looks healthy.
//!
//! A balancer gives requests in turn. Time-outs, tries on another server and taking the slow one
//! out each change who notices, and what it costs the others.

mod users;

use core::time::Duration;

use self::users::Users;
use crate::proto::app::Address;
use crate::proto::host::Host;
use crate::proto::http1::{Balancer, BalancerConfig, PORT, Server, ServerConfig};
use crate::proto::tcp::{Config, Profile};
use crate::scenario::find::{at, count, enters, ms, note, report, sent_by, when};
use crate::scenario::measures::{PACKETS, bare};
use crate::scenario::params::{ParamKind, ParamSpec, Params};
use crate::scenario::presets::{MS, RTT, failure, network};
use crate::scenario::setup::Preset;
use crate::scenario::{
    About, Context, Fidelity, Figure, MeasureSpec, Scenario, StepSpec, Term, Topic, Unit,
};
use crate::sim::endpoint::Event;
use crate::sim::link::LinkConfig;
use crate::sim::trace::{self, EntryId, HostId, Trace, TraceEvent};
use crate::sim::world::World;

/// The scenario.
#[derive(Debug)]
pub(in crate::scenario) struct GrayFailure;

const PARAMS: &[ParamSpec] = &[
    ParamSpec { kind: ParamKind::Duration { min: MS, max: 1_000 * MS, default: 20 * MS }, ..RTT },
    ParamSpec {
        key: "servers",
        label: "Servers",
        help: "How many servers the balancer has; the last of them is the slow one.",
        kind: ParamKind::Count { min: 2, max: 200, default: 10 },
    },
    ParamSpec {
        key: "work",
        label: "Work",
        help: "How long a healthy server works on a request.",
        kind: ParamKind::Duration { min: MS, max: 1_000 * MS, default: 10 * MS },
    },
    ParamSpec {
        key: "slower",
        label: "Times slower",
        help: "How many times as long the slow server needs.",
        kind: ParamKind::Count { min: 1, max: 100, default: 20 },
    },
    ParamSpec {
        key: "timeout",
        label: "Time-out",
        help: "How long the balancer waits for a server's answer.",
        kind: ParamKind::Duration { min: 100 * MS, max: 30_000 * MS, default: 30_000 * MS },
    },
    ParamSpec {
        key: "retries",
        label: "More tries",
        help: "How often the balancer asks another server after a time-out.",
        kind: ParamKind::Count { min: 0, max: 3, default: 1 },
    },
    ParamSpec {
        key: "eject",
        label: "Take out after",
        help: "After how many time-outs in a row a server gets no requests for 30 s; 0 is never.",
        kind: ParamKind::Count { min: 0, max: 10, default: 0 },
    },
    ParamSpec {
        key: "every",
        label: "A request every",
        help: "How long after one request the next one comes, whether it was answered or not.",
        kind: ParamKind::Duration { min: 5 * MS, max: 1_000 * MS, default: 50 * MS },
    },
    ParamSpec {
        key: "requests",
        label: "Requests",
        help: "How many requests there are.",
        kind: ParamKind::Count { min: 10, max: 1_000, default: 20 },
    },
];

const PRESETS: &[Preset] = &[
    network("healthy", "None is slow", &[("slower", "1")]),
    network("fifty", "One of 50", &[("servers", "50"), ("requests", "200")]),
    network("two-hundred", "One of 200", &[("servers", "200"), ("requests", "400")]),
    failure("again", "A time-out, and another server", &[("timeout", "100ms")]),
    failure("no-retry", "A time-out and no other try", &[("timeout", "100ms"), ("retries", "0")]),
    failure("ejected", "Taken out", &[("timeout", "100ms"), ("eject", "1")]),
    failure(
        "storm",
        "A time-out below everyone's work",
        &[("timeout", "100ms"), ("work", "150ms"), ("retries", "3"), ("requests", "10")],
    ),
];

/// The lanes.
const CLIENT: HostId = HostId(0);
const BALANCER: HostId = HostId(1);
const SLOW: HostId = HostId(3);
/// Their addresses: the user, the balancer, and those behind it.
const USER_IP: [u8; 4] = [192, 0, 2, 10];
const BALANCER_IP: [u8; 4] = [203, 0, 113, 20];
const FAST_IP: [u8; 4] = [10, 0, 0, 2];
const SLOW_IP: [u8; 4] = [10, 0, 0, 3];
/// The round trip behind the balancer.
const INSIDE: Duration = Duration::from_millis(1);

/// The amounts of a host's notes of this name.
fn amounts<'a>(
    trace: &'a Trace,
    host: HostId,
    wanted: &'static str,
) -> impl Iterator<Item = u64> + 'a {
    let entries = trace.entries.iter().filter(move |entry| entry.host == host);
    entries.filter_map(move |entry| match &entry.event {
        TraceEvent::Endpoint(Event::Note { name, amount, .. }) if *name == wanted => Some(*amount),
        _ => None,
    })
}

/// How often a host notes this.
fn times(trace: &Trace, host: HostId, wanted: &'static str) -> u64 {
    amounts(trace, host, wanted).count() as u64
}

/// How long requests took, answered or not, the shortest first.
fn sorted(trace: &Trace) -> Vec<u64> {
    let mut all: Vec<u64> = amounts(trace, CLIENT, "answered").collect();
    all.extend(amounts(trace, CLIENT, "failed"));
    all.sort_unstable();
    all
}

/// The time above which so many of a hundred requests lie.
fn percentile(context: &Context<'_>, percent: usize) -> Option<Figure> {
    let all = sorted(context.trace);
    all.get(all.len() * percent / 100).copied().map(bare)
}

/// What a note of a host counts, at an entry.
fn amount_at(trace: &Trace, entry: EntryId) -> u64 {
    match trace.entry(entry).map(|entry| &entry.event) {
        Some(TraceEvent::Endpoint(Event::Note { amount, .. })) => *amount,
        _ => 0,
    }
}

/// The first answer that took longer than twice the fastest.
fn slow_answer(trace: &Trace) -> Option<EntryId> {
    let fastest = *sorted(trace).first()?;
    report(
        trace,
        CLIENT,
        |event| matches!(event, Event::Note { name: "answered", amount, .. } if *amount > 2 * fastest),
    )
}

const STEPS: &[StepSpec] = &[
    StepSpec {
        name: "request",
        title: "First request",
        find: |trace| sent_by(trace, CLIENT).find(|s| s.len > 0).map(|s| s.packet.entry),
        caption: |_, _| {
            "A request arrives at the balancer, which passes it to the server whose turn it is."
                .to_owned()
        },
    },
    StepSpec {
        name: "answered",
        title: "First answer",
        find: |trace| note(trace, CLIENT, "answered"),
        caption: |trace, entry| {
            format!("The first answer is here after {}: all is well.", ms(amount_at(trace, entry)))
        },
    },
    StepSpec {
        name: "looks-healthy",
        title: "Looks healthy",
        find: |trace| enters(trace, SLOW, "ESTABLISHED"),
        caption: |trace, entry| {
            format!(
                "At {} the last server accepts a connection at once: a health check sees nothing.",
                when(trace, entry)
            )
        },
    },
    StepSpec {
        name: "slow-work",
        title: "It works",
        find: |trace| note(trace, SLOW, "think-start"),
        caption: |trace, entry| {
            let end = note(trace, SLOW, "think-end");
            let took = end.map(|end| crate::sim::time::nanos(at(trace, end) - at(trace, entry)));
            match took {
                Some(took) => format!("It has the request, and will need {} for it.", ms(took)),
                None => "It has the request, and will not be done in time.".to_owned(),
            }
        },
    },
    StepSpec {
        name: "timeout",
        title: "Time-out",
        find: |trace| note(trace, BALANCER, "timeout"),
        caption: |trace, entry| {
            format!(
                "At {} the balancer has waited long enough, and resets the connection.",
                when(trace, entry)
            )
        },
    },
    StepSpec {
        name: "again",
        title: "Another server",
        find: |trace| note(trace, BALANCER, "forwarded-again"),
        caption: |trace, entry| {
            format!(
                "The same request goes to server {}: the work of the first try was for nothing.",
                amount_at(trace, entry)
            )
        },
    },
    StepSpec {
        name: "ejected",
        title: "Taken out",
        find: |trace| note(trace, BALANCER, "ejected"),
        caption: |trace, entry| {
            format!(
                "The balancer takes the server out for {}: real requests told what no check saw.",
                ms(amount_at(trace, entry))
            )
        },
    },
    StepSpec {
        name: "slow-answer",
        title: "A slow answer",
        find: slow_answer,
        caption: |trace, entry| {
            format!(
                "This answer took {}. Whose turn it was to wait is a matter of chance.",
                ms(amount_at(trace, entry))
            )
        },
    },
    StepSpec {
        name: "failed",
        title: "Failed",
        find: |trace| note(trace, CLIENT, "failed"),
        caption: |trace, entry| {
            format!(
                "After {} the client gets 504 Gateway Timeout: no try was answered in time.",
                ms(amount_at(trace, entry))
            )
        },
    },
    StepSpec {
        name: "over",
        title: "The last one",
        find: |trace| {
            let is =
                |event: &Event| matches!(event, Event::Note { name: "answered" | "failed", .. });
            crate::scenario::find::reports(trace, CLIENT, is).last()
        },
        caption: |trace, _| {
            let tries = times(trace, BALANCER, "forwarded");
            let again = times(trace, BALANCER, "forwarded-again");
            format!(
                "{} made {} for the servers.",
                count(tries, "request"),
                count(tries + again, "try").replace("trys", "tries")
            )
        },
    },
];

const MEASURES: &[MeasureSpec] = &[
    MeasureSpec {
        name: "p50",
        title: "Half of the requests are faster than",
        unit: Unit::Milliseconds,
        compute: |context| percentile(context, 50),
    },
    MeasureSpec {
        name: "p90",
        title: "90 of 100 requests are faster than",
        unit: Unit::Milliseconds,
        compute: |context| percentile(context, 90),
    },
    MeasureSpec {
        name: "p99",
        title: "99 of 100 requests are faster than",
        unit: Unit::Milliseconds,
        compute: |context| percentile(context, 99),
    },
    MeasureSpec {
        name: "slowest",
        title: "The slowest",
        unit: Unit::Milliseconds,
        compute: |context| sorted(context.trace).last().copied().map(bare),
    },
    MeasureSpec {
        name: "to-slow",
        title: "Share of the slow server, in turn",
        unit: Unit::Percent,
        compute: |context| {
            1_000_000_u64.checked_div(context.setup.params.number("servers")).map(bare)
        },
    },
    MeasureSpec {
        name: "tries",
        title: "Tries",
        unit: Unit::Count,
        compute: |context| {
            let first = times(context.trace, BALANCER, "forwarded");
            let again = times(context.trace, BALANCER, "forwarded-again");
            let term = |label: &str, value| Term { label: label.to_owned(), value };
            let sum = vec![term("requests", first), term("tried again", again)];
            Some(Figure { value: first + again, sum })
        },
    },
    MeasureSpec {
        name: "work",
        title: "Tries for each request",
        unit: Unit::Percent,
        compute: |context| {
            let first = times(context.trace, BALANCER, "forwarded");
            let again = times(context.trace, BALANCER, "forwarded-again");
            ((first + again) * 1_000_000).checked_div(first).map(bare)
        },
    },
    MeasureSpec {
        name: "failed",
        title: "Requests without an answer",
        unit: Unit::Percent,
        compute: |context| {
            let failed = times(context.trace, CLIENT, "failed");
            (failed * 1_000_000).checked_div(sorted(context.trace).len() as u64).map(bare)
        },
    },
    MeasureSpec {
        name: "ejections",
        title: "Times that a server was taken out",
        unit: Unit::Count,
        compute: |context| Some(bare(times(context.trace, BALANCER, "ejected"))),
    },
    PACKETS,
];

const KINDS: &[&str] = &[
    "syn",
    "syn-ack",
    "ack",
    "rst",
    "fin",
    "data",
    "request",
    "forwarded",
    "forwarded-again",
    "response",
    "gave-up",
];

const ABOUT: About = About {
    id: "gray-failure",
    title: "One slow server of many",
    summary: "It passes every health check and ruins every n-th request: who notices, and when?",
    topic: Topic::Systems,
    hosts: &["client", "balancer", "servers", "slow"],
    kinds: KINDS,
    params: PARAMS,
    presets: PRESETS,
    steps: STEPS,
    measures: MEASURES,
    fidelity: Fidelity {
        modelled: "HTTP/1.1 over kept connections through a balancer that gives requests in turn, \
                   waits, tries another server, and takes one out after time-outs in a row.",
        left_out: "Queues at the servers: each works on all it has at once. The healthy ones share \
                   a lane. A health check is a connection that opens; budgets for tries.",
        standards: &["RFC 9110 sections 3.7, 9.2.2 and 15.6.5"],
        checked: "With 10 servers a tenth of the requests is slow and p90 shows it; p99 shows one \
                  of 50, not one of 200; one more try makes 1.1 tries of each request.",
    },
};

impl Scenario for GrayFailure {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn build(&self, params: &Params, seed: u64) -> World {
        let number = |key| u32::try_from(params.number(key)).unwrap_or(u32::MAX);
        let tcp = Config::new(Profile::LINUX);
        let address = |ip| Address { ip, port: PORT };
        let healthy = usize::try_from(params.number("servers") - 1).unwrap_or(1);
        let mut servers = vec![address(FAST_IP); healthy];
        servers.push(address(SLOW_IP));
        let config = BalancerConfig {
            servers,
            tcp,
            timeout: params.duration("timeout"),
            retries: number("retries"),
            eject_after: number("eject"),
        };
        let users =
            Users::new(address(BALANCER_IP), tcp, params.duration("every"), number("requests"));
        let work = params.duration("work");
        let server = |think| Server::new(ServerConfig { tcp, think, body: 1_000 });
        let mut world = World::new(seed);
        let lane = |name, title, address| trace::Host { name, title, address };
        let users = Host::new(USER_IP, world.stream("client"), users);
        let balancer = Host::new(BALANCER_IP, world.stream("balancer"), Balancer::new(config));
        let fast = Host::new(FAST_IP, world.stream("servers"), server(work));
        let slow = Host::new(SLOW_IP, world.stream("slow"), server(work * number("slower")));
        let client = world.host(lane("client", "Client", USER_IP), users);
        let middle = world.host(lane("balancer", "Balancer", BALANCER_IP), balancer);
        let fast = world.host(lane("servers", "Servers", FAST_IP), fast);
        let slow = world.host(lane("slow", "Slow one", SLOW_IP), slow);
        world.connect(client, middle, LinkConfig::new(params.duration(RTT.key) / 2));
        world.connect(middle, fast, LinkConfig::new(INSIDE / 2));
        world.connect(middle, slow, LinkConfig::new(INSIDE / 2));
        world
    }
}

#[cfg(test)]
mod tests;
