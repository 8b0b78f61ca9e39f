//! What the trace is told of a connection's numbers, when they change.

use super::Connection;
use super::recovery::Phase;
use crate::sim::endpoint::{Event, MetricUnit, Output};
use crate::sim::time::{Instant, nanos};

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

/// Numbers that a coarse trace has in place of the packets.
const TOTALS: [(&str, MetricUnit); 5] = [
    ("received", MetricUnit::Bytes),
    ("head-of-line", MetricUnit::Nanoseconds),
    ("send-buffer", MetricUnit::Bytes),
    ("receive-buffer", MetricUnit::Bytes),
    ("marks", MetricUnit::Count),
];

/// What was told last; `None` is nothing.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Told {
    metrics: [Option<u64>; METRICS.len()],
    totals: [u64; TOTALS.len()],
    /// Whether things are told on request only.
    pub(super) on_request: bool,
}

impl Connection {
    /// Tells what changed. Metrics begin with the first state that knows the peer.
    pub(super) fn report(&mut self) {
        if self.told.on_request {
            return;
        }
        let connection = self.id.0;
        let out = &mut self.out;
        self.timers.news(connection, |event| out.push_back(Output::Event(event)));
        self.report_metrics();
    }

    /// From now on tells metrics on request only, and timers never.
    pub const fn report_on_request(&mut self) {
        self.told.on_request = true;
    }

    /// Tells the metrics that have changed since the last request.
    pub fn report_now(&mut self, now: Instant) {
        self.report_metrics();
        let waits = self.rcv.hole_since.map_or(0, |since| nanos(now - since));
        // Where nothing limits what is written, or all is read at once, there is nothing to see.
        let values = [
            self.rcv.nxt.saturating_sub(1),
            nanos(self.rcv.waited) + waits,
            self.config.send_buffer.map_or(0, |_| self.unsettled()),
            if self.rcv.paused { self.rcv.buffer.ready_len() } else { 0 },
            self.ecn.marks,
        ];
        for (place, (value, (name, unit))) in values.into_iter().zip(TOTALS).enumerate() {
            if core::mem::replace(&mut self.told.totals[place], value) != value {
                let event = Event::MetricUpdated { connection: self.id.0, name, value, unit };
                self.out.push_back(Output::Event(event));
            }
        }
    }

    fn report_metrics(&mut self) {
        let connection = self.id.0;
        if !self.state.is_synchronized() {
            return;
        }
        let smoothed = self.rtt.smoothed();
        let threshold = self.congestion.ssthresh();
        // RFC 5681 section 3.2 speaks of the window as inflated by what has left the network.
        let inflated = self.recovery.phase == Phase::Fast && !self.is_proportional();
        let inflation = if inflated { self.recovery.guessed } else { 0 };
        let values = [
            Some(self.congestion.cwnd() + inflation),
            (threshold != u64::MAX).then_some(threshold),
            Some(self.pipe() + inflation),
            smoothed.map(|smoothed| smoothed.srtt_ns),
            smoothed.map(|smoothed| smoothed.rttvar_ns),
            Some(nanos(self.rtt.rto())),
            Some(self.snd.wnd),
            Some(u64::from(self.recovery.dup_acks())),
        ];
        // Nothing in flight and no duplicate is where everyone begins: not worth a line.
        let start = |name: &str| matches!(name, "bytes-in-flight" | "dup-acks");
        for (place, (value, (name, unit))) in values.into_iter().zip(METRICS).enumerate() {
            let told = &mut self.told.metrics[place];
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
