//! `connection-storm`: a database becomes slow, and who asks it makes that worse, or not.

use core::time::Duration;

use super::callers::{Callers, CallersConfig};
use super::database::{Database, DatabaseConfig};
use super::{last_of, per_second, values};
use crate::proto::app::Address;
use crate::proto::host::Host;
use crate::proto::tcp::{Config, Profile};
use crate::scenario::find::{count, note, thousands, when};
use crate::scenario::measures::{PACKETS, bare};
use crate::scenario::params::{ParamKind, ParamSpec, Params};
use crate::scenario::presets::{MS, failure, network};
use crate::scenario::setup::Preset;
use crate::scenario::{
    About, Context, Fidelity, Figure, MeasureSpec, Scenario, StepSpec, Topic, Unit,
};
use crate::sim::link::LinkConfig;
use crate::sim::time::Instant;
use crate::sim::trace::{self, HostId, Trace};
use crate::sim::world::World;

/// The scenario.
#[derive(Debug)]
pub(in crate::scenario) struct Storm;

const PARAMS: &[ParamSpec] = &[
    ParamSpec {
        key: "requests",
        label: "Requests a second",
        help: "How many requests the application gets on average, by chance.",
        kind: ParamKind::Count { min: 10, max: 1_000, default: 800 },
    },
    ParamSpec {
        key: "hold",
        label: "Work",
        help: "How long the database needs for a request while all is well.",
        kind: ParamKind::Duration { min: MS, max: 50 * MS, default: 10 * MS },
    },
    ParamSpec {
        key: "slower",
        label: "Times slower",
        help: "How many times as long it needs from the first second on.",
        kind: ParamKind::Count { min: 1, max: 20, default: 10 },
    },
    ParamSpec {
        key: "connections",
        label: "Connections",
        help: "Whether a request takes a connection from a pool or opens one.",
        kind: ParamKind::Choice {
            options: &[("unbounded", "A new one for each request"), ("pool", "A pool")],
            default: 0,
        },
    },
    ParamSpec {
        key: "pool",
        label: "Pool",
        help: "How many connections the pool has, if there is one.",
        kind: ParamKind::Count { min: 1, max: 100, default: 10 },
    },
    ParamSpec {
        key: "wait",
        label: "Longest wait",
        help: "How long a request waits for the pool before it is turned away.",
        kind: ParamKind::Duration { min: 10 * MS, max: 1_000 * MS, default: 250 * MS },
    },
    ParamSpec {
        key: "tries",
        label: "Tries",
        help: "How often a request without an answer is sent in all.",
        kind: ParamKind::Count { min: 1, max: 5, default: 1 },
    },
    ParamSpec {
        key: "patience",
        label: "Patience",
        help: "How long each try waits for its answer on a connection of its own.",
        kind: ParamKind::Duration { min: 10 * MS, max: 5_000 * MS, default: 5_000 * MS },
    },
];

const PRESETS: &[Preset] = &[
    network("calm", "Nothing gets slow", &[("slower", "1")]),
    network("quiet", "A quarter of the requests", &[("requests", "200")]),
    failure("retries", "Three tries of 50 ms", &[("tries", "3"), ("patience", "50ms")]),
    failure("pool", "A pool that turns away", &[("connections", "pool")]),
    failure("large-pool", "A pool of 100", &[("connections", "pool"), ("pool", "100")]),
];

/// The lanes.
const CLIENT: HostId = HostId(0);
const SERVER: HostId = HostId(1);

const fn second(tenths: u64) -> Instant {
    Instant::from_millis(tenths * 100)
}

/// Requests begin; the database gets slow; requests end.
const FROM: Instant = second(1);
const SLOW: Instant = second(10);
const UNTIL: Instant = second(30);
/// When all has settled, before and after.
const BEFORE: (Instant, Instant) = (second(5), second(10));
const AFTER: (Instant, Instant) = (second(20), second(30));

/// How many requests were in work at the database on average, rounded.
fn busy(trace: &Trace, time: (Instant, Instant)) -> Option<u64> {
    let worked = per_second(trace, (SERVER, "db-worked"), time)?;
    Some((worked + 500_000_000) / 1_000_000_000)
}

fn most(trace: &Trace, host: HostId, name: &'static str) -> Option<u64> {
    values(trace, host, name).map(|(_, value)| value).max()
}

const STEPS: &[StepSpec] = &[
    StepSpec {
        name: "calm",
        title: "All is well",
        find: |trace| {
            values(trace, SERVER, "db-worked")
                .find(|(entry, _)| crate::scenario::find::at(trace, *entry) >= BEFORE.0)
                .map(|(entry, _)| entry)
        },
        caption: |trace, _| {
            format!(
                "The database has {} in work on average, and answers as many as come.",
                count(busy(trace, BEFORE).unwrap_or(0), "request")
            )
        },
    },
    StepSpec {
        name: "waits",
        title: "First wait",
        find: |trace| note(trace, CLIENT, "waits"),
        caption: |trace, entry| {
            format!(
                "At {} every connection of the pool is in use: requests wait.",
                when(trace, entry)
            )
        },
    },
    StepSpec {
        name: "slow",
        title: "The database is slow",
        find: |trace| {
            values(trace, SERVER, "db-busy")
                .find(|(entry, _)| crate::scenario::find::at(trace, *entry) > SLOW)
                .map(|(entry, _)| entry)
        },
        caption: |_, _| {
            "From the first second on every request takes longer, while as many come as before."
                .to_owned()
        },
    },
    StepSpec {
        name: "again",
        title: "Sent again",
        find: |trace| note(trace, CLIENT, "again"),
        caption: |trace, entry| {
            format!(
                "At {} a request is sent again; the database still works on the first one, for \
                 nobody.",
                when(trace, entry)
            )
        },
    },
    StepSpec {
        name: "rejected",
        title: "Turned away",
        find: |trace| note(trace, CLIENT, "rejected"),
        caption: |trace, entry| {
            format!(
                "At {} the first request is turned away after its wait: the rest stays served.",
                when(trace, entry)
            )
        },
    },
    StepSpec {
        name: "peak",
        title: "Most at once",
        find: |trace| {
            values(trace, SERVER, "db-busy")
                .max_by_key(|(entry, value)| (*value, core::cmp::Reverse(*entry)))
                .map(|(entry, _)| entry)
        },
        caption: |trace, _| {
            let most = most(trace, SERVER, "db-busy").unwrap_or(0);
            format!("The database works on {} requests at once.", thousands(most))
        },
    },
];

/// How many of these there were in a second when all had settled.
fn rate(context: &Context<'_>, name: &'static str) -> Option<Figure> {
    per_second(context.trace, (CLIENT, name), AFTER).map(bare)
}

const MEASURES: &[MeasureSpec] = &[
    MeasureSpec {
        name: "busy-before",
        title: "In work while all is well",
        unit: Unit::Count,
        compute: |context| busy(context.trace, BEFORE).map(bare),
    },
    MeasureSpec {
        name: "busy",
        title: "In work when it is slow",
        unit: Unit::Count,
        compute: |context| busy(context.trace, AFTER).map(bare),
    },
    MeasureSpec {
        name: "connections-max",
        title: "Most connections in use",
        unit: Unit::Count,
        compute: |context| most(context.trace, CLIENT, "in-use").map(bare),
    },
    MeasureSpec {
        name: "served",
        title: "Served a second, when slow",
        unit: Unit::Count,
        compute: |context| rate(context, "served"),
    },
    MeasureSpec {
        name: "rejected",
        title: "Turned away a second",
        unit: Unit::Count,
        compute: |context| rate(context, "rejected"),
    },
    MeasureSpec {
        name: "gave-up",
        title: "Given up a second",
        unit: Unit::Count,
        compute: |context| rate(context, "gave-up"),
    },
    MeasureSpec {
        name: "opened",
        title: "Connections opened",
        unit: Unit::Count,
        compute: |context| last_of(context.trace, CLIENT, "opened"),
    },
    PACKETS,
];

const ABOUT: About = About {
    id: "connection-storm",
    title: "A storm of connections",
    summary: "A slow database, and clients that open more and more connections to it.",
    topic: Topic::Systems,
    hosts: &["client", "server"],
    kinds: &["syn", "syn-ack", "ack", "request", "response", "data", "fin", "rst"],
    params: PARAMS,
    presets: PRESETS,
    steps: STEPS,
    measures: MEASURES,
    fidelity: Fidelity {
        modelled: "A TCP connection for each request or a pool with a longest wait, tries that \
                   time out, a database that goes on working for those who have given up.",
        left_out: "A limit on the database's connections, and that it gets slower the more it \
                   has to do: in reality the storm feeds itself.",
        standards: &["RFC 9293"],
        checked: "800 a second: 8 in work, 80 when ten times slower, 240 with three tries; a \
                  pool of 10 serves 100 a second and turns 700 away; within 10 %.",
    },
};

impl Scenario for Storm {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn build(&self, params: &Params, seed: u64) -> World {
        let mut world = World::new(seed);
        let (here, there) = ([192, 0, 2, 10], [203, 0, 113, 20]);
        let tcp = Config { nodelay: true, ..Config::new(Profile::LINUX) };
        let tick = Duration::from_millis(100);
        let pooled = params.choice("connections") == "pool";
        let small = |key| u32::try_from(params.number(key)).unwrap_or(1);
        let callers = CallersConfig {
            to: Address { ip: there, port: 5432 },
            tcp,
            every: Duration::from_secs(1) / small("requests").max(1),
            from: FROM,
            until: UNTIL,
            pool: pooled.then(|| small("pool")),
            wait: pooled.then(|| params.duration("wait")),
            patience: (!pooled).then(|| params.duration("patience")),
            tries: params.number("tries"),
            tick,
        };
        let database = DatabaseConfig {
            port: 5432,
            tcp,
            hold: params.duration("hold"),
            random: false,
            slow: (SLOW, small("slower")),
            tick,
            until: UNTIL,
        };
        let callers = Callers::new(callers, world.stream("requests"));
        let database = Database::new(database, world.stream("work"));
        let lane = |name, title, address| trace::Host { name, title, address };
        let client = Host::new(here, world.stream("client"), callers);
        let server = Host::new(there, world.stream("server"), database);
        let client = world.host(lane("client", "Application", here), client);
        let server = world.host(lane("server", "Database", there), server);
        world.connect(client, server, LinkConfig::new(Duration::from_micros(10)));
        world.coarse(Duration::from_secs(60));
        world.time_max(second(100));
        world.steps_max(20_000_000);
        world
    }
}

#[cfg(test)]
mod tests {
    use super::Storm;
    use crate::scenario::testing::{run_preset, run_with, value};

    #[track_caller]
    fn near(got: Option<u64>, want: u64) {
        let got = got.unwrap();
        assert!(got.abs_diff(want) * 10 <= want, "{got} instead of {want}");
    }

    #[test]
    fn ten_times_slower_is_ten_times_as_many_connections() {
        let run = run_with(&Storm, "", &[]);
        near(value(&run, "busy"), 80);
        assert!((7..=9).contains(&value(&run, "busy-before").unwrap()));
        assert_eq!(value(&run, "rejected"), Some(0));
    }

    #[test]
    fn three_tries_are_three_times_the_work_and_no_answer() {
        let run = run_preset(&Storm, "retries");
        near(value(&run, "busy"), 240);
        assert_eq!(value(&run, "served"), Some(0));
        near(value(&run, "gave-up"), 800);
    }

    #[test]
    fn a_pool_of_ten_serves_a_hundred_a_second_and_turns_the_rest_away() {
        let run = run_preset(&Storm, "pool");
        near(value(&run, "busy"), 10);
        near(value(&run, "served"), 100);
        near(value(&run, "rejected"), 700);
        assert_eq!(value(&run, "connections-max"), Some(10));
    }
}
