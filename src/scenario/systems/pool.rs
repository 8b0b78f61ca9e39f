//! `pool`: how many connections to a database are enough, and what waiting for one costs.
//!
//! Requests come by chance (Poisson) and take a random time (exponential): the queue that Erlang
//! calculated in 1917, here with real connections.

use core::time::Duration;

use super::callers::{Callers, CallersConfig};
use super::database::{Database, DatabaseConfig};
use super::{last, last_of, values};
use crate::proto::app::Address;
use crate::proto::host::Host;
use crate::proto::tcp::{Config, Profile};
use crate::scenario::find::{at, count, ms, note, when};
use crate::scenario::measures::{PACKETS, bare};
use crate::scenario::params::{ParamKind, ParamSpec, Params};
use crate::scenario::presets::{MS, failure, network};
use crate::scenario::setup::Preset;
use crate::scenario::{
    About, Context, Fidelity, Figure, MeasureSpec, Scenario, StepSpec, Term, Topic, Unit,
};
use crate::sim::link::LinkConfig;
use crate::sim::time::{Instant, nanos};
use crate::sim::trace::{self, HostId, Trace};
use crate::sim::world::World;

/// The scenario.
#[derive(Debug)]
pub(in crate::scenario) struct Pool;

const PARAMS: &[ParamSpec] = &[
    ParamSpec {
        key: "requests",
        label: "Requests a second",
        help: "How many requests the application gets on average, one by one and by chance.",
        kind: ParamKind::Count { min: 1, max: 2_000, default: 800 },
    },
    ParamSpec {
        key: "hold",
        label: "Hold",
        help: "How long a request keeps its connection on average.",
        kind: ParamKind::Duration { min: MS, max: 100 * MS, default: 10 * MS },
    },
    ParamSpec {
        key: "pool",
        label: "Connections",
        help: "How many connections the pool has.",
        kind: ParamKind::Count { min: 1, max: 200, default: 10 },
    },
    ParamSpec {
        key: "rtt",
        label: "Round trip",
        help: "Between the application and the database.",
        kind: ParamKind::Duration { min: MS / 50, max: 20 * MS, default: MS / 50 },
    },
    ParamSpec {
        key: "time",
        label: "For",
        help: "How long requests come.",
        kind: ParamKind::Duration { min: 100 * MS, max: 60_000 * MS, default: 2_000 * MS },
    },
];

const PRESETS: &[Preset] = &[
    network("rack", "In the same rack", &[("rtt", "20us")]),
    network("zone", "In another zone", &[("rtt", "2ms")]),
    failure("relaxed", "Half as many requests", &[("requests", "500")]),
    failure("tight", "95 % used", &[("requests", "950")]),
    failure("too-few", "Fewer connections than work", &[("pool", "7")]),
    failure("far", "A database 10 ms away", &[("rtt", "10ms")]),
    failure("doubled", "Twice the connections", &[("pool", "20")]),
];

/// The lanes.
const CLIENT: HostId = HostId(0);
const SERVER: HostId = HostId(1);
/// Requests begin when the pool is open.
const FROM: Duration = Duration::from_millis(100);

/// The mean wait of Erlang's formula in nanoseconds: `rate` requests a second that hold one of
/// `pool` connections for `hold`. None if more comes than can be done.
fn erlang(rate: u64, hold: Duration, pool: u64) -> Option<u64> {
    const ONE: u128 = 1_000_000_000;
    // Work that arrives in a second, in connections × 10⁹.
    let load = u128::from(rate) * hold.as_nanos();
    let all = u128::from(pool) * ONE;
    let room = all.checked_sub(load).filter(|room| *room > 0)?;
    // The share of time when all are busy if nobody waited (Erlang B), from 1 connection up.
    let blocked = (1..=u128::from(pool)).fold(ONE, |blocked, n| {
        let part = load * blocked / ONE;
        part * ONE / (n * ONE + part)
    });
    // Erlang C: those who have to wait.
    let waits = blocked * all / (all - load * (ONE - blocked) / ONE);
    u64::try_from(waits * hold.as_nanos() / room).ok()
}

fn params_of(params: &Params) -> (u64, Duration, u64) {
    let hold = params.duration("hold") + params.duration("rtt");
    (params.number("requests"), hold, params.number("pool"))
}

fn mean_wait(trace: &Trace) -> Option<u64> {
    last(trace, CLIENT, "waited")?.checked_div(last(trace, CLIENT, "dispatched")?)
}

const STEPS: &[StepSpec] = &[
    StepSpec {
        name: "open",
        title: "Pool opens",
        find: |trace| trace.packets().next().map(|view| view.entry),
        caption: |_, _| {
            "The application opens all connections of its pool at once, before any request."
                .to_owned()
        },
    },
    StepSpec {
        name: "waits",
        title: "First wait",
        find: |trace| note(trace, CLIENT, "waits"),
        caption: |trace, entry| {
            format!(
                "At {} a request comes and every connection is in use: it waits in line.",
                when(trace, entry)
            )
        },
    },
    StepSpec {
        name: "longest-line",
        title: "Longest line",
        find: |trace| {
            let waiting = values(trace, CLIENT, "waiting").filter(|(_, value)| *value > 0);
            waiting.max_by_key(|(entry, value)| (*value, core::cmp::Reverse(*entry))).map(|it| it.0)
        },
        caption: |trace, entry| {
            let line = values(trace, CLIENT, "waiting").find(|(id, _)| *id == entry);
            format!(
                "The longest line that was seen: {} at {}.",
                count(line.map_or(0, |(_, value)| value), "request"),
                when(trace, entry)
            )
        },
    },
    StepSpec {
        name: "done",
        title: "All answered",
        find: |trace| values(trace, CLIENT, "served").last().map(|(entry, _)| entry),
        caption: |trace, entry| {
            let served = last(trace, CLIENT, "served").unwrap_or(0);
            format!(
                "At {} all is done: {}, each after {} of waiting on average.",
                when(trace, entry),
                count(served, "answer"),
                ms(mean_wait(trace).unwrap_or(0))
            )
        },
    },
];

fn wait(context: &Context<'_>) -> Option<Figure> {
    mean_wait(context.trace).map(bare)
}

const MEASURES: &[MeasureSpec] = &[
    MeasureSpec {
        name: "wait",
        title: "Mean wait for a connection",
        unit: Unit::Milliseconds,
        compute: wait,
    },
    MeasureSpec {
        name: "expected-wait",
        title: "The same by Erlang's formula",
        unit: Unit::Milliseconds,
        compute: |context| {
            let (rate, hold, pool) = params_of(&context.setup.params);
            erlang(rate, hold, pool).map(bare)
        },
    },
    MeasureSpec {
        name: "response",
        title: "Mean time of a request",
        unit: Unit::Milliseconds,
        compute: |context| {
            let (_, hold, _) = params_of(&context.setup.params);
            let (wait, hold) = (wait(context)?.value, nanos(hold));
            let term = |label: &str, value| Term { label: label.to_owned(), value };
            let sum = vec![term("waiting for a connection", wait), term("holding it", hold)];
            Some(Figure { value: wait + hold, sum })
        },
    },
    MeasureSpec {
        name: "used",
        title: "Connections in use",
        unit: Unit::Percent,
        compute: |context| {
            let worked = u128::from(last(context.trace, SERVER, "db-worked")?);
            let (entry, _) = values(context.trace, SERVER, "db-worked").last()?;
            let time = (at(context.trace, entry) - (Instant::START + FROM)).as_nanos();
            let all = time * u128::from(context.setup.params.number("pool"));
            u64::try_from((worked * 1_000_000).checked_div(all)?).ok().map(bare)
        },
    },
    MeasureSpec {
        name: "longest-line",
        title: "Longest line seen",
        unit: Unit::Count,
        compute: |context| {
            values(context.trace, CLIENT, "waiting").map(|it| bare(it.1)).max_by_key(|it| it.value)
        },
    },
    MeasureSpec {
        name: "served",
        title: "Requests served",
        unit: Unit::Count,
        compute: |context| last_of(context.trace, CLIENT, "served"),
    },
    PACKETS,
];

const ABOUT: About = About {
    id: "pool",
    title: "How large a pool?",
    summary: "Requests share connections to a database; near full use, waiting grows without end.",
    topic: Topic::Systems,
    hosts: &["client", "server"],
    kinds: &["syn", "syn-ack", "ack", "request", "response", "data", "fin", "rst"],
    params: PARAMS,
    presets: PRESETS,
    steps: STEPS,
    measures: MEASURES,
    fidelity: Fidelity {
        modelled: "Connections of TCP, requests by chance (Poisson), work of random length \
                   (exponential), one line for all, first come, first served.",
        left_out: "Cores, disks and locks of the database: its work takes as long however much \
                   there is, so a larger pool never hurts here. Several applications.",
        standards: &["RFC 9293"],
        checked: "Erlang C at 10 connections and 10 ms: 500, 800 and 900 requests a second wait \
                  0.07, 2.05 and 6.7 ms; runs of a minute are within 15 %.",
    },
};

impl Scenario for Pool {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn build(&self, params: &Params, seed: u64) -> World {
        let mut world = World::new(seed);
        let (here, there) = ([192, 0, 2, 10], [203, 0, 113, 20]);
        let tcp = Config { nodelay: true, ..Config::new(Profile::LINUX) };
        let time = params.duration("time");
        let from = Instant::START + FROM;
        let tick = time / 40;
        let callers = CallersConfig {
            to: Address { ip: there, port: 5432 },
            tcp,
            every: Duration::from_secs(1)
                / u32::try_from(params.number("requests").max(1)).unwrap_or(1),
            from,
            until: from + time,
            pool: u32::try_from(params.number("pool")).ok(),
            wait: None,
            patience: None,
            tries: 1,
            tick,
        };
        let database = DatabaseConfig {
            port: 5432,
            tcp,
            hold: params.duration("hold"),
            random: true,
            slow: (Instant::NEVER, 1),
            tick,
            until: from + time,
        };
        let callers = Callers::new(callers, world.stream("requests"));
        let database = Database::new(database, world.stream("work"));
        let lane = |name, title, address| trace::Host { name, title, address };
        let client = Host::new(here, world.stream("client"), callers);
        let server = Host::new(there, world.stream("server"), database);
        let client = world.host(lane("client", "Application", here), client);
        let server = world.host(lane("server", "Database", there), server);
        world.connect(client, server, LinkConfig::new(params.duration("rtt") / 2));
        world.coarse(time + FROM);
        world.time_max(Instant::START + FROM + time * 2 + Duration::from_secs(1));
        world.steps_max(20_000_000);
        world
    }
}

#[cfg(test)]
mod tests {
    use super::{Pool, erlang};
    use crate::scenario::testing::{run_with, value};
    use core::time::Duration;

    #[test]
    fn the_formula_gives_the_known_waits() {
        for (rate, hundredths) in [(500, 7), (800, 205), (900, 669), (950, 1_651), (990, 9_642)] {
            let wait = erlang(rate, Duration::from_millis(10), 10).unwrap();
            let got = (wait + 5_000) / 10_000;
            assert!(got.abs_diff(hundredths) <= hundredths / 200, "{rate}: {got}");
        }
        assert_eq!(erlang(1_000, Duration::from_millis(10), 10), None);
    }

    #[test]
    fn runs_wait_as_erlang_says() {
        for (settings, percent) in [("requests=500 time=40s", 25), ("requests=800 time=60s", 15)] {
            let run = run_with(&Pool, settings, &[]);
            let (got, want) = (value(&run, "wait").unwrap(), value(&run, "expected-wait").unwrap());
            assert!(got.abs_diff(want) * 100 <= want * percent, "{settings}: {got} of {want}");
            assert!(value(&run, "served") > Some(19_000));
        }
    }

    #[test]
    fn more_work_than_connections_makes_a_line_without_end() {
        let short = run_with(&Pool, "pool=7 time=1s", &[]);
        let long = run_with(&Pool, "pool=7 time=4s", &[]);
        assert_eq!(value(&long, "expected-wait"), None);
        assert!(value(&long, "wait") > value(&short, "wait").map(|wait| wait * 2));
    }
}
