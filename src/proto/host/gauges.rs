//! Numbers about all connections of a host, for runs with too many of them to speak of each.

use super::Host;
use crate::proto::app::ConnId;
use crate::sim::endpoint::{Event, MetricUnit, Output};

/// What is counted, and what was told of it.
#[derive(Debug, Default)]
pub(super) struct Gauges {
    on: bool,
    told: [u64; 4],
    /// SYNs to ports on which a program waits.
    pub(super) syns: u64,
    /// SYNs for which the backlog had no room.
    syns_refused: u64,
    /// SYNs that were answered with a cookie.
    cookies: u64,
}

/// The gauges: connections in TIME-WAIT and half open ones, SYNs, and those that found no room.
const NAMES: [&str; 4] = ["time-wait", "half-open", "syns-arrived", "syns-refused"];
/// Of so many connections of a host with gauges everything is told, if the trace is coarse.
const TOLD_MAX: u32 = 8;

impl Host {
    /// The same, saying how many connections are in TIME-WAIT, how many are half open, and how
    /// many SYNs found no room. A coarse trace then has little more than these numbers.
    #[must_use]
    pub const fn with_gauges(mut self) -> Self {
        self.gauges.on = true;
        self
    }

    /// Whether a coarse trace has only the gauges of this host.
    pub(super) const fn is_gauged(&self) -> bool {
        self.gauges.on && self.on_request
    }

    /// Whether the trace hears of what happens to this connection.
    pub(super) const fn speaks_of(&self, conn: ConnId) -> bool {
        !self.is_gauged() || conn.0 < TOLD_MAX
    }

    /// Notes that a SYN found no room.
    pub(super) fn refuse_syn(&mut self) {
        self.gauges.syns_refused += 1;
        let told = u64::from(TOLD_MAX);
        if !self.is_gauged() || self.gauges.syns_refused <= told {
            let event = Event::PacketDropped { reason: "the backlog is full" };
            self.out.push_back(Output::Event(event));
        }
    }

    /// Notes that a SYN was answered with a cookie.
    pub(super) fn count_cookie(&mut self) {
        self.gauges.cookies += 1;
        if self.gauges.cookies == 1 {
            let text = "the backlog is full: cookies answer, and nothing is remembered".to_owned();
            let event = Event::Note { connection: 0, name: "cookie-sent", text, amount: 0 };
            self.out.push_back(Output::Event(event));
        }
    }

    /// Says what changed of the numbers that the gauges show.
    pub(super) fn report_gauges(&mut self) {
        if !self.gauges.on {
            return;
        }
        let half_open = self.half_open.len() as u64;
        let Gauges { syns, syns_refused, .. } = self.gauges;
        let values = [self.table.waiting(), half_open, syns, syns_refused];
        let told = core::mem::replace(&mut self.gauges.told, values);
        for ((name, value), told) in NAMES.into_iter().zip(values).zip(told) {
            if value != told {
                let unit = MetricUnit::Count;
                let event = Event::MetricUpdated { connection: 0, name, value, unit };
                self.out.push_back(Output::Event(event));
            }
        }
    }
}
