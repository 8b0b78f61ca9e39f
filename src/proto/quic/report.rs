//! What the trace is told of a connection's numbers and timers, when they change.

use super::Connection;
use super::space::SpaceId;
use crate::sim::endpoint::{Event, MetricUnit};
use crate::sim::time::Instant;

/// The metrics, with their units, in the order in which they are told.
const METRICS: [(&str, MetricUnit); 5] = [
    ("cwnd", MetricUnit::Bytes),
    ("ssthresh", MetricUnit::Bytes),
    ("bytes-in-flight", MetricUnit::Bytes),
    ("srtt", MetricUnit::Nanoseconds),
    ("rttvar", MetricUnit::Nanoseconds),
];

/// The timers that are told; idle time is measured anew by every packet and not worth a line.
const TIMERS: [&str; 3] = ["loss-time", "pto", "delayed-ack"];

/// What was told last; `None` is nothing.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Told {
    metrics: [Option<u64>; METRICS.len()],
    timers: [Option<Instant>; TIMERS.len()],
}

impl Told {
    /// Whether the trace knows of a waiting acknowledgment.
    pub(super) const fn ack_was_set(&self) -> bool {
        self.timers[2].is_some()
    }
}

impl Connection {
    /// Tells what changed.
    pub(super) fn report(&mut self) {
        let connection = self.id.0;
        let open = self.state.is_open();
        let loss = self.loss_time().map(|(at, _)| at).filter(|_| open);
        let pto = if loss.is_some() { None } else { self.pto().map(|(at, _)| at) };
        let ack = self.spaces[SpaceId::Data as usize].ack_at.filter(|_| open);
        for (place, (fires, timer)) in [loss, pto, ack].into_iter().zip(TIMERS).enumerate() {
            let told = &mut self.told.timers[place];
            if *told == fires {
                continue;
            }
            *told = fires;
            self.events.push_back(match fires {
                Some(fires) => Event::TimerSet { connection, timer, fires },
                None => Event::TimerCancelled { connection, timer },
            });
        }
        let threshold = self.congestion.threshold;
        let sampled = |value| Some(value).filter(|_| self.rtt.sampled);
        let values = [
            Some(self.congestion.window),
            (threshold != u64::MAX).then_some(threshold),
            Some(self.congestion.in_flight),
            sampled(self.rtt.smoothed),
            sampled(self.rtt.variation),
        ];
        for (place, (value, (name, unit))) in values.into_iter().zip(METRICS).enumerate() {
            let told = &mut self.told.metrics[place];
            let Some(value) = value.filter(|value| *told != Some(*value)) else { continue };
            *told = Some(value);
            self.events.push_back(Event::MetricUpdated { connection, name, value, unit });
        }
    }

    /// A timer came to its moment.
    pub(super) fn fired(&mut self, timer: &'static str) {
        if let Some(place) = TIMERS.iter().position(|name| *name == timer) {
            self.told.timers[place] = None;
        }
        self.events.push_back(Event::TimerFired { connection: self.id.0, timer });
    }
}
