//! What is read off a run of `tcp-backpressure`.

use super::Plan;
use crate::scenario::find::{CLIENT, SERVER, at, note, reports};
use crate::scenario::measures::{PACKETS, bare};
use crate::scenario::tcp::long::{SEGMENT, at_moment, end, points};
use crate::scenario::{Context, Figure, MeasureSpec, Term, Unit};
use crate::sim::endpoint::Event;
use crate::sim::time::{Instant, nanos};
use crate::sim::trace::{EntryId, HostId, Trace};

/// When the producer writes first.
pub(super) fn producing(trace: &Trace) -> Option<EntryId> {
    note(trace, SERVER, "producing")
}

/// The first time that the window which the server knows has no room for a segment.
pub(super) fn shut(trace: &Trace) -> Option<EntryId> {
    points(trace, SERVER, "rwnd").find(|point| point.value < SEGMENT).map(|point| point.entry)
}

/// The first time that it is 0.
fn nothing(trace: &Trace) -> Option<EntryId> {
    points(trace, SERVER, "rwnd").find(|point| point.value == 0).map(|point| point.entry)
}

/// The times at which the server asks whether the window is still 0.
pub(super) fn asks(trace: &Trace) -> impl Iterator<Item = EntryId> {
    let is = |event: &Event| matches!(event, Event::TimerFired { timer: "persist", .. });
    reports(trace, SERVER, is)
        .filter(|entry| at_moment(trace, SERVER, "rwnd", at(trace, *entry)) == Some(0))
}

/// The time from one entry to a later one.
pub(super) fn wait(trace: &Trace, from: Option<EntryId>, to: Option<EntryId>) -> Option<u64> {
    Some(nanos(at(trace, to?) - at(trace, from?)))
}

/// Until a write had to wait, with the two buffers on the way there.
fn blocks(context: &Context<'_>) -> Option<Figure> {
    let trace = context.trace;
    let (from, to) = (producing(trace), note(trace, SERVER, "blocked"));
    let value = wait(trace, from, to)?;
    let shut = shut(trace).filter(|shut| Some(*shut) < to);
    let sum = shut.map_or_else(Vec::new, |shut| {
        let term = |label: &str, value| Term { label: label.to_owned(), value };
        let first = wait(trace, from, Some(shut)).unwrap_or(0);
        let words = ["until the receive buffer is full", "until the send buffer is full too"];
        vec![term(words[0], first), term(words[1], value - first)]
    });
    Some(Figure { value, sum })
}

/// How fast a number of a host grew from one moment to the end.
fn growth(trace: &Trace, host: HostId, name: &str, from: Instant) -> Option<u64> {
    let until = end(trace);
    let value = |moment| at_moment(trace, host, name, moment).unwrap_or(0);
    let bytes = u128::from(value(until).saturating_sub(value(from))) * 1_000_000_000;
    bytes.checked_div((until - from).as_nanos()).and_then(|rate| u64::try_from(rate).ok())
}

/// How fast the producer wrote from one moment with a full send buffer to the last: from the first
/// wait to the end of the last write.
pub(super) fn slowed(trace: &Trace) -> Option<u64> {
    let from = at(trace, note(trace, SERVER, "blocked")?);
    let last = points(trace, SERVER, "written").last()?.value;
    let until = points(trace, SERVER, "written").find(|point| point.value == last)?.at;
    let before = at_moment(trace, SERVER, "written", from).unwrap_or(0);
    let bytes = u128::from(last - before) * 1_000_000_000;
    let time = until.as_nanos().checked_sub(from.as_nanos())?;
    bytes.checked_div(u128::from(time)).and_then(|rate| u64::try_from(rate).ok())
}

/// The most that a program has kept, and when.
pub(super) fn most_kept(trace: &Trace) -> Option<(EntryId, HostId, u64)> {
    let of = |host| points(trace, host, "kept").map(move |point| (point.entry, host, point.value));
    of(CLIENT).chain(of(SERVER)).max_by_key(|(_, _, bytes)| *bytes).filter(|most| most.2 > 0)
}

pub(super) const MEASURES: &[MeasureSpec] = &[
    MeasureSpec {
        name: "blocks",
        title: "Until a write has to wait",
        unit: Unit::Milliseconds,
        compute: blocks,
    },
    MeasureSpec {
        name: "filling",
        title: "Both buffers by the difference of the speeds",
        unit: Unit::Milliseconds,
        compute: |context| Plan::new(&context.setup.params).filling().map(|time| bare(nanos(time))),
    },
    MeasureSpec {
        name: "consumed",
        title: "Bytes read a second",
        unit: Unit::Bytes,
        compute: |context| {
            let from = at(context.trace, note(context.trace, SERVER, "producing")?);
            growth(context.trace, CLIENT, "consumed", from).map(bare)
        },
    },
    MeasureSpec {
        name: "written",
        title: "Bytes written a second, once a write had to wait",
        unit: Unit::Bytes,
        compute: |context| slowed(context.trace).map(bare),
    },
    MeasureSpec {
        name: "kept",
        title: "Most bytes in a program's list",
        unit: Unit::Bytes,
        compute: |context| most_kept(context.trace).map(|(_, _, bytes)| bare(bytes)),
    },
    MeasureSpec {
        name: "kept-growth",
        title: "By how many bytes a second the list grows",
        unit: Unit::Bytes,
        compute: |context| {
            let (entry, host, _) = most_kept(context.trace)?;
            let first = points(context.trace, host, "kept").find(|point| point.value > 0)?;
            let last = points(context.trace, host, "kept").find(|point| point.entry == entry)?;
            let bytes = u128::from(last.value - first.value) * 1_000_000_000;
            let rate = bytes.checked_div((last.at - first.at).as_nanos())?;
            u64::try_from(rate).ok().map(bare)
        },
    },
    MeasureSpec {
        name: "shut",
        title: "From the first write to a window without room for a segment",
        unit: Unit::Milliseconds,
        compute: |context| {
            wait(context.trace, producing(context.trace), shut(context.trace)).map(bare)
        },
    },
    MeasureSpec {
        name: "first-probe",
        title: "From a window of 0 to the first probe",
        unit: Unit::Milliseconds,
        compute: |context| {
            wait(context.trace, nothing(context.trace), asks(context.trace).next()).map(bare)
        },
    },
    MeasureSpec {
        name: "second-probe",
        title: "From the first probe to the second",
        unit: Unit::Milliseconds,
        compute: |context| {
            let mut asks = asks(context.trace);
            wait(context.trace, asks.next(), asks.next()).map(bare)
        },
    },
    MeasureSpec {
        name: "probes",
        title: "Probes",
        unit: Unit::Count,
        compute: |context| Some(bare(asks(context.trace).count() as u64)),
    },
    PACKETS,
];
