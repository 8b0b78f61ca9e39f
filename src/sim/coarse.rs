//! A coarse trace for long runs: numbers at regular moments, no entry for each packet.
//!
//! Packets are counted. The first ones are kept as in any other run, with their repetitions;
//! memory grows with the number of samples and nothing else.

use core::time::Duration;

use super::endpoint::{Event, MetricUnit};
use super::time::Instant;
use super::trace::{Entry, HostId, Trace, TraceEvent};

/// How a run is sampled, and what was kept of it.
#[derive(Debug)]
pub(super) struct Coarse {
    every: Duration,
    next: Instant,
    /// How many more packets are kept because the run begins with them.
    first: u32,
    /// What waited on each link at the last sample.
    queues: Vec<((HostId, HostId), u64)>,
}

/// The handshake, the first request and the first flight are kept.
const FIRST: u32 = 32;
/// States, timers and numbers of as many connections of a host are kept.
const CONNECTIONS: u32 = 32;

impl Coarse {
    /// Samples `every` so long, at least a microsecond.
    pub(super) fn new(every: Duration) -> Self {
        let every = every.max(Duration::from_micros(1));
        let next = Instant::START + every;
        Self { every, next, first: FIRST, queues: Vec::new() }
    }

    /// The next sample, if it is due before `now`.
    pub(super) fn due(&mut self, now: Instant) -> Option<Instant> {
        let at = self.next;
        (at <= now).then(|| {
            self.next = at + self.every;
            at
        })
    }

    /// Whether a packet has an entry: one of the first, or one that repeats such a one.
    pub(super) const fn keeps(&mut self, repeats: bool) -> bool {
        let first = self.first > 0;
        self.first = self.first.saturating_sub(1);
        first || repeats
    }

    /// Whether an event is worth an entry: what thousands of connections go through is not.
    pub(super) const fn keeps_event(event: &Event) -> bool {
        match event {
            Event::StateUpdated { connection, .. }
            | Event::MetricUpdated { connection, .. }
            | Event::TimerSet { connection, .. }
            | Event::TimerCancelled { connection, .. }
            | Event::TimerFired { connection, .. } => *connection < CONNECTIONS,
            _ => true,
        }
    }

    /// Takes down how much waits on a link, if that has changed.
    pub(super) fn sample_queue(
        &mut self,
        trace: &mut Trace,
        at: Instant,
        ends: (HostId, HostId),
        waiting: u64,
    ) {
        match self.queues.iter_mut().find(|(of, _)| *of == ends) {
            Some((_, told)) if *told == waiting => return,
            Some((_, told)) => *told = waiting,
            None if waiting == 0 => return,
            None => self.queues.push((ends, waiting)),
        }
        let event = Event::MetricUpdated {
            connection: 0,
            name: "queue",
            value: waiting,
            unit: MetricUnit::Bytes,
        };
        trace.push(Entry { at, host: ends.0, cause: None, event: TraceEvent::Endpoint(event) });
    }
}
