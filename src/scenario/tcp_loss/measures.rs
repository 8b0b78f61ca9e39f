//! What a run of `tcp-loss` measures.

use super::super::find::{CLIENT, SERVER, at, legs};
use super::super::measures::{RETRANSMISSIONS, bare, between, last_data, metric};
use super::super::{Context, Figure, MeasureSpec, Scenario, Setup, Unit, Value};
use super::{SEGMENT, TcpLoss, again, duplicates, lost, repaired};
use crate::sim::time::{Instant, nanos};
use crate::sim::trace::{EntryId, Trace};

/// The server's reaction to the loss: the first sending of the lost bytes again.
fn reaction(trace: &Trace) -> Option<EntryId> {
    again(trace).next().map(|segment| segment.packet.entry)
}

/// What a number of bytes is in full segments, rounded up.
pub(super) fn in_segments(bytes: u64) -> u64 {
    bytes.div_ceil(SEGMENT)
}

pub(super) const MEASURES: &[MeasureSpec] = &[
    MeasureSpec {
        name: "extra",
        title: "Cost of the loss",
        unit: Unit::Milliseconds,
        compute: extra,
    },
    MeasureSpec {
        name: "last-byte",
        title: "Last byte after the request",
        unit: Unit::Milliseconds,
        compute: |context| between(context, "request", "last-byte"),
    },
    MeasureSpec {
        name: "recovery",
        title: "Until it is sent again",
        unit: Unit::Milliseconds,
        compute: |context| between(context, "lost", "retransmitted"),
    },
    RETRANSMISSIONS,
    MeasureSpec {
        name: "dup-acks",
        title: "Duplicate ACKs",
        unit: Unit::Count,
        compute: |context| Some(bare(duplicates(context.trace).count() as u64)),
    },
    MeasureSpec {
        name: "cwnd-before",
        title: "Window before the loss (segments)",
        unit: Unit::Count,
        compute: |context| {
            let trace = context.trace;
            // The reaction itself writes new values at the moment at which it sends again.
            let moment = reaction(trace).map_or(Instant::NEVER, |entry| at(trace, entry));
            let entry = trace.numbered().rev().find(|(_, entry)| entry.at < moment)?.0;
            metric(trace, SERVER, "cwnd", entry).map(|bytes| bare(in_segments(bytes)))
        },
    },
    MeasureSpec {
        name: "cwnd-after",
        title: "Window after the recovery (segments)",
        unit: Unit::Count,
        compute: |context| {
            let recovered = context.steps.iter().find(|step| step.name == "recovered")?;
            let trace = context.trace;
            // The last value of the moment at which the hole was acknowledged.
            let moment = trace.numbered().rev().find(|(_, entry)| entry.at <= recovered.at)?.0;
            metric(trace, SERVER, "cwnd", moment).map(|bytes| bare(in_segments(bytes)))
        },
    },
    MeasureSpec {
        name: "ssthresh",
        title: "Slow-start threshold (segments)",
        unit: Unit::Count,
        compute: |context| {
            lost(context.trace)?;
            metric(context.trace, SERVER, "ssthresh", EntryId(u32::MAX))
                .map(|bytes| bare(in_segments(bytes)))
        },
    },
    MeasureSpec {
        name: "rto",
        title: "Time-out in force",
        unit: Unit::Milliseconds,
        compute: |context| {
            let entry = lost(context.trace).map_or(EntryId(u32::MAX), |s| s.packet.entry);
            metric(context.trace, SERVER, "rto", entry).map(bare)
        },
    },
];

/// The time over the same run without the loss.
fn extra(context: &Context<'_>) -> Option<Figure> {
    let without = context.setup.params.clone().with("lost", Value::Count(0));
    let trace = TcpLoss.build(&without, context.setup.seed).run();
    let setup = Setup { params: without, faults: Vec::new(), seed: context.setup.seed };
    let other = Context { setup: &setup, trace: &trace, steps: &[] };
    let there = at(&trace, last_data(&other, CLIENT)?);
    let here = at(context.trace, last_data(context, CLIENT)?);
    let value = nanos(here - there);
    // If nothing else was waited for, the way from the loss to the repetition is the sum.
    let sum = match (lost(context.trace), repaired(context.trace)) {
        (Some(lost), Some(again)) => legs(context.trace, lost.packet.entry, again.packet.entry),
        _ => Vec::new(),
    };
    let adds_up = sum.iter().map(|term| term.value).sum::<u64>() == value;
    Some(Figure { value, sum: if adds_up { sum } else { Vec::new() } })
}
