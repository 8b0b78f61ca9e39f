//! What if: the catalogue of scenarios.
//!
//! A [`Scenario`] declares its parameters, presets, steps, measures and fidelity, and builds a
//! [`World`]. [`run`] makes the [`Run`] from which everything on the screen is derived.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

pub mod params;
pub mod text;
pub mod slider;
pub mod setup;
mod presets;
mod find;
mod stream;
mod apps;
mod ledger;
mod measures;
mod tcp_open;
pub mod ask;
pub mod json;
pub mod report;
pub mod reality;
#[cfg(test)]
mod testing;
mod tcp_close;
mod tcp_loss;
mod tcp_slow_start;
mod http1_get;
mod tcp;
mod network;
mod systems;
mod dns;
mod tls;
mod quic;
mod udp;

pub use network::far::{Far, Place, far};
pub use params::{ParamError, ParamKind, ParamSpec, Params, Value};
pub use presets::NETWORK;
pub use setup::{Preset, Setup};
pub use text::Shown;
pub use tls::first_request::ladder::{Rung, ladder, rung};

use crate::sim::time::Instant;
use crate::sim::trace::{EntryId, Trace};
use crate::sim::world::World;
use crate::sorted::sort_by_key;

/// Every scenario, in the order of the index page.
pub const CATALOGUE: &[&dyn Scenario] = &[
    &tcp_open::TcpOpen,
    &tcp_close::TcpClose,
    &tcp_loss::TcpLoss,
    &tcp_slow_start::TcpSlowStart,
    &http1_get::Http1Get,
    &quic::QuicHandshake,
    &quic::QuicLoss,
    &quic::QuicStreams,
    &quic::QuicAmplification,
    &quic::QuicMigration,
    &quic::QuicBlocked,
    &tcp::outage::TcpOutage,
    &tcp::nagle::TcpNagle,
    &tcp::ports::TcpPorts,
    &tcp::flood::TcpSynFlood,
    &tcp::half_open::TcpHalfOpen,
    &tcp::forgetting::TcpIdleTimeout,
    &tcp::sequence::TcpSequence,
    &tcp::mtu::TcpMtu,
    &tcp::sawtooth::TcpSawtooth,
    &tcp::loss_rate::TcpLossRate,
    &tcp::window::TcpWindow,
    &tcp::backpressure::TcpBackpressure,
    &tcp::idle::TcpIdle,
    &tcp::bufferbloat::TcpBufferbloat,
    &tcp::ecn::TcpEcn,
    &udp::retry::UdpRetry,
    &udp::voice::UdpVoice,
    &dns::walk::DnsWalk,
    &dns::ttl::DnsTtl,
    &dns::negative::DnsNegative,
    &dns::truncation::DnsTruncation,
    &dns::steering::DnsSteering,
    &dns::private::DnsPrivate,
    &dns::secure::DnsSecure,
    &dns::poisoning::DnsPoisoning,
    &dns::amplification::DnsAmplification,
    &tls::first_request::FirstRequest,
    &tls::handshake::TlsHandshake,
    &tls::hello::TlsHello,
    &tls::certificate::TlsCertificate,
    &tls::expiry::TlsExpiry,
    &tls::early_data::TlsEarlyData,
    &tls::mutual::TlsMutual,
    &tls::interception::TlsInterception,
    &network::distance::Distance,
    &network::bandwidth::Bandwidth,
    &network::encapsulation::Encapsulation,
    &network::nat_table::NatTable,
    &systems::pool::Pool,
    &systems::storm::Storm,
    &systems::gray::GrayFailure,
    &systems::many::C10k,
];

/// The hosts of a scenario with one client and one server.
const PAIR: &[&str] = &["client", "server"];

/// What the packets of TCP with a request and a response may be called.
const TCP_KINDS: &[&str] = &[
    "syn",
    "syn-ack",
    "ack",
    "data",
    "fin",
    "rst",
    "window-update",
    "probe",
    "request",
    "response",
];

/// What packets may be called where TLS secures a request and a response.
const TLS_KINDS: &[&str] = &[
    "syn",
    "syn-ack",
    "ack",
    "data",
    "fin",
    "rst",
    "window-update",
    "probe",
    "client-hello",
    "hello-retry-request",
    "server-hello",
    "encrypted-extensions",
    "certificate",
    "certificate-verify",
    "server-key-exchange",
    "server-hello-done",
    "client-key-exchange",
    "change-cipher-spec",
    "end-of-early-data",
    "finished",
    "new-session-ticket",
    "key-update",
    "alert",
    "request",
    "response",
];

/// The scenario of this name.
pub fn find(id: &str) -> Option<&'static dyn Scenario> {
    CATALOGUE.iter().copied().find(|scenario| scenario.about().id == id)
}

/// A set-up worth showing: hosts, links, applications and what may go wrong.
pub trait Scenario: Sync {
    /// What is known of it before it runs.
    fn about(&self) -> &'static About;
    /// The world of these parameters; the run adds faults and limits.
    fn build(&self, params: &Params, seed: u64) -> World;
}

/// What is known of a scenario before it runs.
#[derive(Debug)]
pub struct About {
    /// The permanent name: `tcp-open`.
    pub id: &'static str,
    /// What a person reads: `Opening a TCP connection`.
    pub title: &'static str,
    /// One sentence on what it shows.
    pub summary: &'static str,
    /// Where the index puts it.
    pub topic: Topic,
    /// The names of its hosts, in the order of their lanes; in faults and filters.
    pub hosts: &'static [&'static str],
    /// What its packets may be called, in faults and filters.
    pub kinds: &'static [&'static str],
    /// Its parameters, in the order of the controls.
    pub params: &'static [ParamSpec],
    /// Its presets: networks first, then failures worth teaching.
    pub presets: &'static [Preset],
    /// The moments that matter, in the order in which they usually come.
    pub steps: &'static [StepSpec],
    /// The results that it computes.
    pub measures: &'static [MeasureSpec],
    /// What is modelled and what is not.
    pub fidelity: Fidelity,
}

/// What a scenario is about: the groups of the index page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic {
    /// Distance, bandwidth, addresses and paths.
    Network,
    /// TCP.
    Tcp,
    /// UDP and real time.
    Udp,
    /// QUIC.
    Quic,
    /// DNS.
    Dns,
    /// TLS and certificates.
    Tls,
    /// HTTP in all versions.
    Http,
    /// Pools, balancers, failures and attacks.
    Systems,
}

impl Topic {
    /// Every topic, in the order of the index page.
    pub const ALL: &[Self] = &[
        Self::Network,
        Self::Tcp,
        Self::Udp,
        Self::Quic,
        Self::Dns,
        Self::Tls,
        Self::Http,
        Self::Systems,
    ];

    /// The name in files: `tcp`.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Network => "network",
            Self::Tcp => "tcp",
            Self::Udp => "udp",
            Self::Quic => "quic",
            Self::Dns => "dns",
            Self::Tls => "tls",
            Self::Http => "http",
            Self::Systems => "systems",
        }
    }

    /// What a person reads.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Network => "Distance and paths",
            Self::Tcp => "TCP",
            Self::Udp => "UDP and real time",
            Self::Quic => "QUIC",
            Self::Dns => "DNS",
            Self::Tls => "TLS",
            Self::Http => "HTTP",
            Self::Systems => "Systems",
        }
    }
}

impl core::fmt::Debug for dyn Scenario {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.about().id)
    }
}

/// A moment that matters; found in the trace, so it survives other parameters.
#[derive(Debug)]
pub struct StepSpec {
    /// The permanent name: `syn-ack`.
    pub name: &'static str,
    /// What a person reads: `SYN-ACK`.
    pub title: &'static str,
    /// The entry at which it happens, if it happens.
    pub find: fn(&Trace) -> Option<EntryId>,
    /// What is said about it: one or two sentences with the numbers of this run.
    pub caption: fn(&Trace, EntryId) -> String,
}

/// A result that a scenario computes.
#[derive(Debug)]
pub struct MeasureSpec {
    /// The permanent name: `connect`.
    pub name: &'static str,
    /// What a person reads: `Time to connect`.
    pub title: &'static str,
    /// What it counts.
    pub unit: Unit,
    /// Its value and how it comes about, if this run has it.
    pub compute: fn(&Context<'_>) -> Option<Figure>,
}

/// What a measure may look at.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The scenario's own set-up.
    pub setup: &'a Setup,
    /// What happened.
    pub trace: &'a Trace,
    /// The moments found.
    pub steps: &'a [Step],
}

/// What a number counts. Values are whole; a [`Unit::Milliseconds`] value is in nanoseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// A length of time, kept in nanoseconds, shown in milliseconds.
    Milliseconds,
    /// Bytes.
    Bytes,
    /// Whole things.
    Count,
    /// A share, kept in parts per million, shown in per cent.
    Percent,
}

impl Unit {
    /// The unit of a value in a file: `ns`, `bytes`, `count` or `ppm`.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Milliseconds => "ns",
            Self::Bytes => "bytes",
            Self::Count => "count",
            Self::Percent => "ppm",
        }
    }
}

/// A computed number with its sum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// The value, in the unit's own measure ([`Unit`]).
    pub value: u64,
    /// The parts that add up to it, in words and numbers; empty if there is nothing to add.
    pub sum: Vec<Term>,
}

/// A part of a sum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// What it is: `SYN and SYN-ACK, one round trip`.
    pub label: String,
    /// Its value in the unit of the figure.
    pub value: u64,
}

/// What is modelled, what is not, and how that was checked.
#[derive(Debug)]
pub struct Fidelity {
    /// What behaves as in the standard.
    pub modelled: &'static str,
    /// What is left out.
    pub left_out: &'static str,
    /// The clauses that it follows.
    pub standards: &'static [&'static str],
    /// Which test checks it against what.
    pub checked: &'static str,
}

/// A moment found in a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The permanent name.
    pub name: &'static str,
    /// What a person reads.
    pub title: &'static str,
    /// When.
    pub at: Instant,
    /// The entry at which it happens.
    pub entry: EntryId,
    /// What is said about it.
    pub caption: String,
}

/// A result of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measure {
    /// The permanent name.
    pub name: &'static str,
    /// What a person reads.
    pub title: &'static str,
    /// What it counts.
    pub unit: Unit,
    /// The number, or nothing if this run has none.
    pub figure: Option<Figure>,
}

/// What every run costs, whatever the scenario.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    /// From the first packet to the last byte of the last answer, in round trips × 1,000.
    pub round_trips_milli: u64,
    /// Nanoseconds from the first packet to the first byte that an application received from the
    /// other side.
    pub first_byte_ns: Option<u64>,
    /// Nanoseconds from the first packet to the last byte that an application received.
    pub last_byte_ns: Option<u64>,
    /// Packets handed to links.
    pub packets: u64,
    /// Bytes handed to links, IP headers included.
    pub bytes_on_wire: u64,
    /// Of these, bytes that are not application data, in parts per million.
    pub header_ppm: u64,
    /// Packets that sent old bytes again.
    pub retransmissions: u64,
    /// Packets that did not arrive.
    pub lost: u64,
    /// Nanoseconds for which received bytes waited behind a hole.
    pub head_of_line_ns: u64,
}

/// A finished run with all that is read off it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// The scenario's name.
    pub scenario: &'static str,
    /// What was run.
    pub setup: Setup,
    /// What happened.
    pub trace: Trace,
    /// The moments found, in the order of time.
    pub steps: Vec<Step>,
    /// The results.
    pub measures: Vec<Measure>,
    /// The cost.
    pub ledger: Ledger,
}

impl Run {
    /// The moment of this name, if it happened.
    pub fn step(&self, name: &str) -> Option<&Step> {
        self.steps.iter().find(|step| step.name == name)
    }

    /// The result of this name, if the scenario has it.
    pub fn measure(&self, name: &str) -> Option<&Measure> {
        self.measures.iter().find(|measure| measure.name == name)
    }
}

/// Runs a scenario. The same set-up gives the same run on every machine.
pub fn run(scenario: &dyn Scenario, setup: &Setup) -> Run {
    let mut world = scenario.build(&setup.params, setup.seed);
    world.faults(&setup.faults);
    let trace = world.run();
    let mut steps: Vec<Step> = scenario
        .about()
        .steps
        .iter()
        .filter_map(|spec| {
            let entry = (spec.find)(&trace)?;
            let at = trace.entry(entry)?.at;
            let caption = (spec.caption)(&trace, entry);
            Some(Step { name: spec.name, title: spec.title, at, entry, caption })
        })
        .collect();
    // What happens at one moment stays in the order in which the scenario names it.
    sort_by_key(&mut steps, |step| step.at);
    let context = Context { setup, trace: &trace, steps: &steps };
    let measures = scenario
        .about()
        .measures
        .iter()
        .map(|spec| Measure {
            name: spec.name,
            title: spec.title,
            unit: spec.unit,
            figure: (spec.compute)(&context),
        })
        .collect();
    let ledger = ledger::ledger(&trace, presets::rtt(&setup.params));
    Run { scenario: scenario.about().id, setup: setup.clone(), trace, steps, measures, ledger }
}
