//! What the long runs share: one flow from the server to the client with a coarse trace, and how
//! its numbers are read.

use core::time::Duration;

use crate::proto::tcp::profile::Algorithm;
use crate::proto::tcp::{Config, Profile};
use crate::scenario::apps::{Act, Program, Role};
use crate::scenario::find::{CLIENT, SERVER, ms, thousands};
use crate::scenario::measures::bare;
use crate::scenario::params::{ParamKind, ParamSpec, Params};
use crate::scenario::presets::{pair, server};
use crate::scenario::{MeasureSpec, Unit};
use crate::sim::endpoint::Event;
use crate::sim::link::LinkConfig;
use crate::sim::time::{Instant, nanos};
use crate::sim::trace::{EntryId, HostId, Trace, TraceEvent};
use crate::sim::world::World;

/// The server's port.
pub(super) const PORT: u16 = 8080;
/// The data of a full segment: the MSS of Ethernet without 12 bytes for the timestamps.
pub(super) const SEGMENT: u64 = 1448;
/// More than any run can send.
const ENDLESS: u64 = 1 << 40;
/// The most samples of a number; a chart cannot show more.
const SAMPLES: u128 = 500;
/// The most steps; the parameters of each scenario keep runs well below.
const STEPS: u32 = 20_000_000;

/// The algorithm of congestion control.
pub(super) const CONGESTION: ParamSpec = ParamSpec {
    key: "congestion",
    label: "Algorithm",
    help: "Which algorithm decides how much the server may have in flight.",
    kind: ParamKind::Choice { options: &[("cubic", "CUBIC"), ("reno", "Reno")], default: 0 },
};

/// The same with BBR, for paths that limit a flow which does not care for losses.
pub(super) const CONGESTION_OR_MODEL: ParamSpec = ParamSpec {
    kind: ParamKind::Choice {
        options: &[("cubic", "CUBIC"), ("reno", "Reno"), ("bbr", "BBR v1")],
        default: 0,
    },
    ..CONGESTION
};

/// TCP of Linux with the algorithm that is asked for, and a receiver that takes everything.
pub(super) fn config(params: &Params) -> Config {
    let mut profile = Profile::LINUX;
    if let Some(algorithm) = Algorithm::named(params.choice(CONGESTION.key)) {
        profile.algorithm = algorithm;
    }
    Config { receive_window: Config::UNLIMITED, autotune: false, ..Config::new(profile) }
}

/// A flow without end from the server to the client: both ways, both ends, and how long.
pub(super) fn flow(
    seed: u64,
    (down, up): (LinkConfig, LinkConfig),
    (sender, receiver): (Config, Config),
    time: Duration,
) -> World {
    let client = Program::new(Role::Connect(server(PORT), receiver));
    let answer = Program::new(Role::Listen(PORT, sender)).on_open(&[Act::Send(ENDLESS)]);
    let mut world = pair(seed, up, client, answer);
    world.link(SERVER, CLIENT, down);
    let millis = time.as_millis().div_ceil(SAMPLES).next_multiple_of(10).max(10);
    world.coarse(Duration::from_millis(u64::try_from(millis).unwrap_or(u64::MAX)));
    world.time_max(Instant::START + time);
    world.steps_max(STEPS);
    world
}

/// A value of a metric and when it was taken.
#[derive(Clone, Copy, Debug)]
pub(super) struct Point {
    /// The entry that says so.
    pub(super) entry: EntryId,
    /// When.
    pub(super) at: Instant,
    /// How much.
    pub(super) value: u64,
}

/// All values of a host's metric, in the order of time.
pub(super) fn points<'a>(
    trace: &'a Trace,
    host: HostId,
    wanted: &'a str,
) -> impl DoubleEndedIterator<Item = Point> + 'a {
    trace.numbered().filter(move |(_, entry)| entry.host == host).filter_map(
        move |(entry, what)| match &what.event {
            TraceEvent::Endpoint(Event::MetricUpdated { name, value, .. }) if *name == wanted => {
                Some(Point { entry, at: what.at, value: *value })
            }
            _ => None,
        },
    )
}

/// The value of a metric at a moment: the last one up to there.
pub(super) fn at_moment(trace: &Trace, host: HostId, wanted: &str, at: Instant) -> Option<u64> {
    points(trace, host, wanted).take_while(|point| point.at <= at).last().map(|point| point.value)
}

/// When the run was over.
pub(super) fn end(trace: &Trace) -> Instant {
    trace.entries.last().map_or(Instant::START, |entry| entry.at)
}

/// Bytes that the client received in order from one moment to another, for each second.
pub(super) fn rate(trace: &Trace, from: Instant, until: Instant) -> Option<u64> {
    let received = |at| at_moment(trace, CLIENT, "received", at).unwrap_or(0);
    let bytes = u128::from(received(until) - received(from)) * 1_000_000_000;
    bytes.checked_div((until - from).as_nanos()).and_then(|rate| u64::try_from(rate).ok())
}

/// A rate as captions say it: `14.3 Mbit/s`.
pub(super) fn megabits(bytes: u64) -> String {
    let tenths = bytes * 8 / 100_000;
    format!("{}.{} Mbit/s", thousands(tenths / 10), tenths % 10)
}

/// A size as captions say it, in whole segments.
pub(super) fn segments(bytes: u64) -> String {
    crate::scenario::find::count(bytes / SEGMENT, "segment")
}

/// A moment as captions say it.
pub(super) fn moment(at: Instant) -> String {
    ms(nanos(at - Instant::START))
}

/// Bytes a second over the whole run.
pub(super) const THROUGHPUT: MeasureSpec = MeasureSpec {
    name: "throughput",
    title: "Bytes received a second",
    unit: Unit::Bytes,
    compute: |context| rate(context.trace, Instant::START, end(context.trace)).map(bare),
};

/// Packets that did not arrive.
pub(super) const LOST: MeasureSpec = MeasureSpec {
    name: "lost",
    title: "Lost packets",
    unit: Unit::Count,
    compute: |context| Some(bare(context.trace.totals.lost)),
};
