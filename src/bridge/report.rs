//! A run as the pages show it: all that is read off its trace, without the trace.

use super::Order;
use crate::diagram::list::{self, Row};
use crate::scenario::{Ledger, Measure, Run, Step};
use crate::sim::link::Outcome;
use crate::sim::time::Instant;
use crate::sim::trace::{End, EntryId, PacketId, Trace, TraceEvent};

/// A finished run with all that is shown of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// What was asked for.
    pub order: Order,
    /// The moments found, in the order of time.
    pub steps: Vec<Step>,
    /// The packet that each of them sends, if it sends one.
    pub sends: Vec<Option<PacketId>>,
    /// The results.
    pub measures: Vec<Measure>,
    /// The cost.
    pub ledger: Ledger,
    /// The messages, in the order of sending; the place of each is its number.
    pub rows: Vec<Row>,
    /// When messages died, each moment once.
    pub losses: Vec<Instant>,
    /// When the last thing happens.
    pub end: Instant,
    /// What stands below the list if the run did not end by itself.
    pub ending: Option<String>,
    /// The limit on events at which it was stopped, if it was.
    pub limit: Option<u32>,
    /// Whether it has a graph.
    pub graph: bool,
    /// Whether only the first messages of a long run are drawn, and its numbers over all its time.
    pub long: bool,
}

impl Report {
    /// Reads everything off a run.
    pub(super) fn of(order: &Order, run: &Run) -> Self {
        let trace = &run.trace;
        let sends = |step: &Step| sends(trace, step.entry);
        let mut losses: Vec<Instant> = trace
            .packets()
            .filter_map(|packet| match packet.sent.fate.outcome {
                Outcome::Dropped { at, .. } => Some(at),
                Outcome::Delivered { .. } | Outcome::Corrupted { .. } => None,
            })
            .collect();
        losses.dedup();
        Self {
            order: order.clone(),
            steps: run.steps.clone(),
            sends: run.steps.iter().map(sends).collect(),
            measures: run.measures.clone(),
            ledger: run.ledger.clone(),
            rows: list::rows(trace),
            losses,
            end: trace.duration(),
            ending: list::ending(trace),
            limit: match trace.end {
                End::Steps { max } => Some(max),
                End::Quiet | End::Time => None,
            },
            graph: !trace.is_coarse() && super::still::series(trace).is_some(),
            long: trace.is_coarse(),
        }
    }

    /// The moment of this name, if it happened.
    pub fn step(&self, name: &str) -> Option<&Step> {
        self.steps.iter().find(|step| step.name == name)
    }

    /// The result of this name, if the scenario has it.
    pub fn measure(&self, name: &str) -> Option<&Measure> {
        self.measures.iter().find(|measure| measure.name == name)
    }

    /// A message by its number.
    pub fn row(&self, id: PacketId) -> Option<&Row> {
        self.rows.get(id.0 as usize)
    }

    /// How many messages there are.
    pub fn packets(&self) -> u32 {
        u32::try_from(self.rows.len()).unwrap_or(u32::MAX)
    }
}

/// The packet that an entry sends, if it sends one.
fn sends(trace: &Trace, entry: EntryId) -> Option<PacketId> {
    match &trace.entry(entry)?.event {
        TraceEvent::PacketSent(sent) => Some(sent.id),
        TraceEvent::PacketReceived { .. } | TraceEvent::Endpoint(_) => None,
    }
}
