//! How fast the network delivers: a rate sample for each acknowledgment,
//! draft-cheng-iccrg-delivery-rate-estimation-00; Linux's `tcp_rate.c`.

use core::time::Duration;

use super::Connection;
use super::congestion::bbr::Told;
use super::flight::Heard;
use super::recovery::Phase;
use crate::sim::endpoint::{Event, Output};
use crate::sim::time::{Instant, nanos};

/// What a connection has delivered so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Delivery {
    /// Bytes that are known to have arrived (`C.delivered`).
    total: u64,
    /// When that was found out (`C.delivered_time`).
    at: Instant,
    /// When the segment was sent that was delivered last, or the first after silence
    /// (`C.first_sent_time`).
    first_at: Instant,
    /// The count up to which the application, and not the network, limits what is sent; 0 if it
    /// does not.
    limited_until: u64,
}

/// The same when a segment was sent, kept with it (section 3.3, `P`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Stamp {
    total: u64,
    at: Instant,
    first_at: Instant,
    limited: bool,
}

/// The newest sending of what an acknowledgment says has arrived.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Newest {
    stamp: Stamp,
    sent_at: Instant,
    known: bool,
}

/// How much was delivered in how long (section 3.3, `rs`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::proto) struct RateSample {
    /// Bytes delivered over the interval.
    pub(in crate::proto) delivered: u64,
    /// The interval: the longer one of sending and of acknowledging.
    pub(in crate::proto) interval: Duration,
    /// The count of delivered bytes when the newest of them was sent.
    pub(in crate::proto) before: u64,
    /// Whether the application limited what was sent.
    pub(in crate::proto) limited: bool,
}

impl RateSample {
    /// Bytes a second.
    pub(in crate::proto) fn rate(&self) -> u64 {
        let bytes = u128::from(self.delivered) * 1_000_000_000;
        bytes.checked_div(self.interval.as_nanos()).and_then(|n| u64::try_from(n).ok()).unwrap_or(0)
    }
}

impl Newest {
    /// Takes in that a segment sent at `sent_at` has arrived (section 3.3, `UpdateRateSample`).
    pub(super) fn arrived(&mut self, stamp: Stamp, sent_at: Instant) {
        if !self.known || (stamp.total, sent_at) > (self.stamp.total, self.sent_at) {
            *self = Self { stamp, sent_at, known: true };
        }
    }
}

impl Delivery {
    /// How many bytes are known to have arrived.
    pub(super) const fn total(&self) -> u64 {
        self.total
    }

    /// What a segment that leaves at `now` keeps; `quiet` if nothing is in flight.
    pub(super) const fn stamp(&mut self, now: Instant, quiet: bool) -> Stamp {
        if quiet {
            self.first_at = now;
            self.at = now;
        }
        let Self { total, at, first_at, limited_until } = *self;
        Stamp { total, at, first_at, limited: limited_until > 0 }
    }

    /// Whether the application had nothing more to send.
    pub(super) const fn is_idle(&self) -> bool {
        self.limited_until > 0
    }

    /// The application has nothing more to send, with `in_flight` bytes on their way
    /// (section 3.4).
    pub(super) fn is_limited(&mut self, in_flight: u64) {
        self.limited_until = (self.total + in_flight).max(1);
    }

    /// Takes in that `bytes` have arrived; returns the sample, unless it is shorter than a round
    /// trip can be (section 3.3, `GenerateRateSample`).
    pub(super) fn arrived(
        &mut self,
        now: Instant,
        bytes: u64,
        newest: &Newest,
        least: Option<Duration>,
    ) -> Option<RateSample> {
        self.total += bytes;
        if self.limited_until > 0 && self.total > self.limited_until {
            self.limited_until = 0;
        }
        if bytes > 0 {
            self.at = now;
        }
        let Newest { stamp, sent_at, known } = *newest;
        if !known {
            return None;
        }
        self.first_at = sent_at;
        let interval = (sent_at - stamp.first_at).max(now - stamp.at);
        if interval.is_zero() || least.is_some_and(|least| nanos(interval) < nanos(least)) {
            return None;
        }
        let delivered = self.total - stamp.total;
        Some(RateSample { delivered, interval, before: stamp.total, limited: stamp.limited })
    }
}

impl Connection {
    /// Notes that everything the application has is on its way, if so.
    pub(super) fn note_application_limit(&mut self, in_flight: u64) {
        let rest = self.snd.buffer.end().saturating_sub(self.snd.nxt);
        let free = in_flight < self.congestion.cwnd();
        if self.congestion.has_model()
            && rest < self.snd.mss
            && free
            && !self.snd.flight.is_waiting()
        {
            self.delivery.is_limited(in_flight);
        }
    }

    /// Lets the model of the path take an acknowledgment; before it so many bytes were in flight,
    /// and so many had ever been held for lost.
    pub(super) fn consult_model(&mut self, heard: &Heard, (in_flight, lost): (u64, u64)) {
        if !self.congestion.has_model() {
            return;
        }
        let least = self.recovery.rack.least();
        let rate = self.delivery.arrived(heard.now, heard.delivered, &heard.newest, least);
        let phase = self.recovery.phase;
        let told = Told {
            now: heard.now,
            rate,
            rtt: self.rtt.take_latest(),
            srtt_ns: self.rtt.smoothed().map(|smoothed| smoothed.srtt_ns),
            acked: heard.delivered,
            lost: self.snd.flight.lost_ever() - lost,
            delivered: self.delivery.total(),
            in_flight: (in_flight, self.pipe()),
            repairing: (phase == Phase::Fast, phase == Phase::Timeout),
        };
        let changed = self.congestion.model(&told);
        if self.congestion.is_probing_rtt() {
            // Few segments give low rates, which say nothing about the path.
            self.delivery.is_limited(told.in_flight.1);
        }
        if let Some(mode) = changed {
            let (connection, text) = (self.id.0, format!("BBR: {}", mode.name()));
            let amount = self.congestion.pacing_rate(true, None).unwrap_or(0);
            let event = Event::Note { connection, name: mode.note(), text, amount };
            self.out.push_back(Output::Event(event));
        }
    }
}
