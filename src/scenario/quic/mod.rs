//! QUIC: what its scenarios share.

mod apps;
mod bytes;
mod setup;
mod handshake;
mod loss;
mod streams;
mod amplification;
mod migration;
mod blocked;

pub(super) use self::amplification::QuicAmplification;
pub(super) use self::blocked::QuicBlocked;
pub(super) use self::bytes::{received, stretches};
pub(super) use self::handshake::QuicHandshake;
pub(super) use self::loss::QuicLoss;
pub(super) use self::migration::QuicMigration;
pub(super) use self::streams::QuicStreams;

use super::find::{at, ms};
use super::presets::{pair, server};
use crate::proto::app::App;
use crate::proto::quic::{Endpoint, StreamApp};
use crate::sim::endpoint::Event;
use crate::sim::link::LinkConfig;
use crate::sim::rng::Rng;
use crate::sim::time::nanos;
use crate::sim::trace::{EntryId, HostId, PacketView, Trace, TraceEvent};
use crate::sim::world::World;
use crate::wire::Protocol;

/// The port of HTTP over QUIC (RFC 9114 section 3.1).
const PORT: u16 = 443;

/// What packets of QUIC may be called.
const KINDS: &[&str] = &[
    "initial",
    "handshake",
    "zero-rtt",
    "retry",
    "data",
    "ack",
    "handshake-done",
    "path-challenge",
    "path-response",
    "control",
    "probe",
    "close",
];

/// A client and a server that speak QUIC, with a link each way.
fn quic_pair(
    seed: u64,
    link: LinkConfig,
    client: impl StreamApp + 'static,
    server: impl StreamApp + 'static,
) -> World {
    let rng = |name| Rng::new(seed).stream(name);
    let client = Endpoint::new(rng("quic client"), client);
    let server = Endpoint::new(rng("quic server"), server);
    pair(seed, link, client, server)
}

/// A client that asks once and a server that works for `think` on its answer of `size` bytes;
/// early data and Retry as `variant` names them.
pub(super) fn ends(
    seed: u64,
    variant: &str,
    think: core::time::Duration,
    size: u64,
) -> (Box<dyn App>, Box<dyn App>) {
    let (mine, theirs) = setup::configs(setup::Variant::named(variant), "ecdsa");
    let ask = apps::Ask { to: server(PORT), config: mine, streams: 1, size: 100, moves: None };
    let rng = |name| Rng::new(seed).stream(name);
    (
        Box::new(Endpoint::new(rng("quic client"), apps::Asker::new(ask))),
        Box::new(Endpoint::new(rng("quic server"), apps::Answerer::new(PORT, theirs, think, size))),
    )
}

/// The datagrams of QUIC that a host sent.
fn sent(trace: &Trace, host: HostId) -> impl Iterator<Item = PacketView<'_>> {
    trace.packets().filter(move |packet| {
        let units = &packet.sent.packet.about.units;
        packet.from == host && units.iter().any(|unit| unit.protocol == Protocol::Quic)
    })
}

/// The first datagram of a host in which something of this kind begins.
pub(super) fn first(trace: &Trace, host: HostId, kind: &str) -> Option<EntryId> {
    nth(trace, host, kind, 0)
}

/// The datagram of a host in which something of this kind begins, counted from 0.
fn nth(trace: &Trace, host: HostId, kind: &str, nth: usize) -> Option<EntryId> {
    sent(trace, host)
        .filter(|packet| packet.sent.packet.about.units.iter().any(|unit| unit.kind == kind))
        .nth(nth)
        .map(|packet| packet.entry)
}

/// The bytes of UDP payload of a packet that was sent at an entry.
fn size(trace: &Trace, entry: EntryId) -> u64 {
    match trace.entry(entry).map(|entry| &entry.event) {
        Some(TraceEvent::PacketSent(sent)) => sent.packet.body.len(),
        _ => 0,
    }
}

/// What a host notes at an entry: text and amount.
fn noted(trace: &Trace, entry: EntryId) -> Option<(&str, u64)> {
    match &trace.entry(entry)?.event {
        TraceEvent::Endpoint(Event::Note { text, amount, .. }) => Some((text, *amount)),
        _ => None,
    }
}

/// The first time that a host's QUIC enters a state.
pub(super) fn enters(trace: &Trace, host: HostId, state: &str) -> Option<EntryId> {
    super::find::report(
        trace,
        host,
        |event| matches!(event, Event::StateUpdated { machine: "quic", to, .. } if *to == state),
    )
}

/// The first time that a timer of a host fires.
fn fires(trace: &Trace, host: HostId, wanted: &str) -> Option<EntryId> {
    super::find::report(
        trace,
        host,
        |event| matches!(event, Event::TimerFired { timer, .. } if *timer == wanted),
    )
}

/// How long after the first packet an entry is, as captions say it.
fn since_start(trace: &Trace, entry: EntryId) -> String {
    let start = trace.packets().next().map_or(EntryId(0), |packet| packet.entry);
    ms(nanos(at(trace, entry) - at(trace, start)))
}
