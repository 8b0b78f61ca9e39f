//! The contract of everything that lives on a host: input comes in, output is polled.
//!
//! After every [`Endpoint::handle`] the world polls until `None`, and only then looks at
//! [`Endpoint::poll_timeout`]. Nobody reads a clock: `now` is always an argument.

use std::sync::Arc;

use super::route::Prefix;
use super::time::Instant;
use super::trace::HostId;
use crate::wire::{Keys, Packet};

/// A host's whole stack, as the world sees it.
pub trait Endpoint {
    /// Takes what happens to the host at `now`.
    fn handle(&mut self, now: Instant, input: Input);
    /// The next thing that the host does at `now`, until nothing is left.
    fn poll(&mut self, now: Instant) -> Option<Output>;
    /// When the host wants [`Input::Timeout`], if nothing happens before.
    fn poll_timeout(&self) -> Option<Instant>;
    /// From now on metrics are reported on request only ([`Endpoint::report_now`]), and timers never:
    /// the trace is coarse.
    fn report_on_request(&mut self) {}
    /// Reports the metrics that have changed since the last request.
    fn report_now(&mut self, _now: Instant) {}
}

/// What happens to a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// The run begins.
    Start,
    /// A packet arrives; its bytes may be damaged.
    Packet(Arc<Packet>),
    /// The moment of [`Endpoint::poll_timeout`] has come.
    Timeout,
}

/// What a host does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// A packet goes towards its destination address.
    Transmit(Transmit),
    /// Something worth knowing happened inside.
    Event(Event),
    /// From now on the host's packets to these addresses go to `via` next.
    Route {
        /// Which addresses.
        prefix: Prefix,
        /// The neighbour; `None` takes the entry out of the table.
        via: Option<HostId>,
    },
}

/// A packet that leaves a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transmit {
    /// The packet.
    pub packet: Packet,
    /// A number that its sender gives it, unique on the host.
    pub tag: u64,
    /// The tag of the packet whose bytes it sends again.
    pub retransmits: Option<u64>,
}

/// What an endpoint reports; the names are qlog's where qlog has one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A state machine moved along an arrow of its table.
    StateUpdated {
        /// The state machine: `tcp`.
        machine: &'static str,
        /// Which of the host's connections, from 0.
        connection: u32,
        /// The state before, in the words of the standard.
        from: &'static str,
        /// The state after.
        to: &'static str,
    },
    /// A number changed.
    MetricUpdated {
        /// Which of the host's connections, from 0.
        connection: u32,
        /// Its name: `cwnd`, `ssthresh`, `bytes-in-flight`, `srtt`, `rto`.
        name: &'static str,
        /// Its value in `unit`.
        value: u64,
        /// What the value counts.
        unit: MetricUnit,
    },
    /// A timer was armed, or armed anew with another moment.
    TimerSet {
        /// Which of the host's connections, from 0.
        connection: u32,
        /// Its name: `retransmission`, `delayed-ack`, `time-wait`.
        timer: &'static str,
        /// When it will fire.
        fires: Instant,
    },
    /// A timer was stopped before its moment.
    TimerCancelled {
        /// Which of the host's connections, from 0.
        connection: u32,
        /// Its name.
        timer: &'static str,
    },
    /// A timer came to its moment.
    TimerFired {
        /// Which of the host's connections, from 0.
        connection: u32,
        /// Its name.
        timer: &'static str,
    },
    /// The endpoint has these keys from now on.
    KeyUpdated {
        /// Which of the host's connections, from 0.
        connection: u32,
        /// The keys.
        keys: Arc<Keys>,
    },
    /// The host threw an arrived packet away.
    PacketDropped {
        /// Why, in words: `checksum`.
        reason: &'static str,
    },
    /// An application, or a connection towards it, says something.
    Note {
        /// Which of the host's connections, from 0.
        connection: u32,
        /// The stable name in kebab-case: `request-complete`.
        name: &'static str,
        /// What a person reads.
        text: String,
        /// A number of bytes or pieces that belongs to it, else 0.
        amount: u64,
    },
}

/// What a metric counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetricUnit {
    /// Bytes.
    Bytes,
    /// Nanoseconds.
    Nanoseconds,
    /// Whole things.
    Count,
}
