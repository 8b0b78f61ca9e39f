//! Scenarios about systems under load: pools, storms and slow servers.

mod callers;
mod database;
pub(super) mod gray;
pub(super) mod many;
pub(super) mod pool;
pub(super) mod storm;

use core::time::Duration;

use crate::proto::app::AppOutput;
use crate::scenario::Figure;
use crate::scenario::find::at;
use crate::scenario::measures::bare;
use crate::sim::endpoint::{Event, MetricUnit};
use crate::sim::rng::Rng;
use crate::sim::time::Instant;
use crate::sim::trace::{EntryId, HostId, Trace, TraceEvent};
use crate::wire::{Payload, Protocol, Unit};

/// The size of a request and of a response: small against any link.
const REQUEST: u64 = 100;
const RESPONSE: u64 = 200;

/// A random length of time with this mean, as Poisson arrivals and exponential work have it.
fn exponential(rng: &mut Rng, mean: Duration) -> Duration {
    // 53 random bits make a number in (0, 1], exactly.
    let bits = (rng.next() >> 11) + 1;
    #[allow(clippy::cast_precision_loss, reason = "53 bits fit the fraction of a float")]
    let unit = bits as f64 / (1_u64 << 53) as f64;
    mean.mul_f64(-libm::log(unit))
}

/// A message that fills its payload.
fn message(kind: &str, len: u64) -> (Payload, Vec<Unit>) {
    let unit = Unit {
        protocol: Protocol::Data,
        kind: kind.to_owned(),
        name: kind.to_owned(),
        detail: format!("{len} B"),
        offset: 0,
        len,
    };
    (Payload::pattern(0, len), vec![unit])
}

/// A number for the trace.
const fn number(name: &'static str, value: u64, unit: MetricUnit) -> AppOutput {
    AppOutput::Report(Event::MetricUpdated { connection: 0, name, value, unit })
}

/// The values of a host's metric with the entries that say so.
fn values<'a>(
    trace: &'a Trace,
    host: HostId,
    wanted: &'static str,
) -> impl Iterator<Item = (EntryId, u64)> + 'a {
    trace.numbered().filter(move |(_, entry)| entry.host == host).filter_map(move |(id, entry)| {
        match &entry.event {
            TraceEvent::Endpoint(Event::MetricUpdated { name, value, .. }) if *name == wanted => {
                Some((id, *value))
            }
            _ => None,
        }
    })
}

/// The last value of a metric.
fn last(trace: &Trace, host: HostId, name: &'static str) -> Option<u64> {
    values(trace, host, name).last().map(|(_, value)| value)
}

/// The last value of a metric as a figure.
fn last_of(trace: &Trace, host: HostId, name: &'static str) -> Option<Figure> {
    last(trace, host, name).map(bare)
}

/// How much a metric that only grows grew in a second, between two moments.
fn per_second(
    trace: &Trace,
    (host, name): (HostId, &'static str),
    (from, to): (Instant, Instant),
) -> Option<u64> {
    let mut inside = values(trace, host, name)
        .map(|(entry, value)| (at(trace, entry), value))
        .filter(|(at, _)| (from..=to).contains(at));
    let first = inside.next()?;
    let last = inside.last()?;
    let grown = u128::from(last.1.saturating_sub(first.1)) * 1_000_000_000;
    let rate = grown.checked_div((last.0 - first.0).as_nanos())?;
    u64::try_from(rate).ok()
}
