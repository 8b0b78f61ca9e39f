//! What the trace is told of a connection's numbers, when they change.

use super::Connection;
use crate::sim::endpoint::{Event, MetricUnit, Output};
use crate::sim::time::nanos;

/// The metrics, with their units, in the order in which they are told.
const METRICS: [(&str, MetricUnit); 8] = [
    ("cwnd", MetricUnit::Bytes),
    ("ssthresh", MetricUnit::Bytes),
    ("bytes-in-flight", MetricUnit::Bytes),
    ("srtt", MetricUnit::Nanoseconds),
    ("rttvar", MetricUnit::Nanoseconds),
    ("rto", MetricUnit::Nanoseconds),
    ("rwnd", MetricUnit::Bytes),
    ("dup-acks", MetricUnit::Count),
];

/// What was told last; `None` is nothing.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Told([Option<u64>; METRICS.len()]);

impl Connection {
    /// Tells what changed. Metrics begin with the first state that knows the peer.
    pub(super) fn report(&mut self) {
        let connection = self.id.0;
        let out = &mut self.out;
        self.timers.news(connection, |event| out.push_back(Output::Event(event)));
        if !self.state.is_synchronized() {
            return;
        }
        let smoothed = self.rtt.smoothed();
        let threshold = self.congestion.ssthresh();
        let values = [
            Some(self.congestion.cwnd()),
            (threshold != u64::MAX).then_some(threshold),
            Some(self.snd.in_flight()),
            smoothed.map(|smoothed| smoothed.srtt_ns),
            smoothed.map(|smoothed| smoothed.rttvar_ns),
            Some(nanos(self.rtt.rto())),
            Some(self.snd.wnd),
            Some(u64::from(self.recovery.dup_acks())),
        ];
        // Nothing in flight and no duplicate is where everyone begins: not worth a line.
        let start = |name: &str| matches!(name, "bytes-in-flight" | "dup-acks");
        for (place, (value, (name, unit))) in values.into_iter().zip(METRICS).enumerate() {
            let told = &mut self.told.0[place];
            let Some(value) = value else { continue };
            if *told == Some(value) || (told.is_none() && value == 0 && start(name)) {
                continue;
            }
            *told = Some(value);
            let event = Event::MetricUpdated { connection, name, value, unit };
            self.out.push_back(Output::Event(event));
        }
    }
}
