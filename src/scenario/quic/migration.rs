//! `quic-migration`: the client gets another address in the middle of a download.
//!
//! RFC 9000 section 9: the connection has a name and goes on. TCP is its addresses: a new
//! connection, TLS and the request anew.

mod fetch;

use self::fetch::{Fetcher, Giver};
use super::apps::{Answerer, Ask, Asker};
use super::setup::{Variant, configs, secured};
use super::{PORT, first, quic_pair, since_start, stretches};
use crate::proto::tcp::{Config, Profile};
use crate::scenario::find::{
    CLIENT, SERVER, arrival_of, arrivals, at, ms, note, sent_by, thousands,
};
use crate::scenario::measures::{BYTES_ON_WIRE, PACKETS, bare, between, metric};
use crate::scenario::params::{ParamKind, ParamSpec, Params};
use crate::scenario::presets::{MS, RATE, failure, network, pair, server};
use crate::scenario::setup::Preset;
use crate::scenario::{About, Fidelity, MeasureSpec, PAIR, Scenario, StepSpec, Topic, Unit};
use crate::sim::fault::Fault;
use crate::sim::link::LinkConfig;
use crate::sim::route::Prefix;
use crate::sim::time::{Instant, nanos};
use crate::sim::trace::{EntryId, Trace};
use crate::sim::world::World;
use core::time::Duration;

/// The scenario.
#[derive(Debug)]
pub(in crate::scenario) struct QuicMigration;

const PARAMS: &[ParamSpec] = &[
    ParamSpec {
        key: "old",
        label: "Round trip before",
        help: "On the network that the client leaves.",
        kind: ParamKind::Duration { min: MS, max: 1_000 * MS, default: 30 * MS },
    },
    ParamSpec {
        key: "rtt",
        label: "Round trip after",
        help: "On the network that the client comes to.",
        kind: ParamKind::Duration { min: MS, max: 1_000 * MS, default: 60 * MS },
    },
    RATE,
    ParamSpec {
        key: "stack",
        label: "Transport",
        help: "Whether the connection has a name of its own, or is its addresses.",
        kind: ParamKind::Choice {
            options: &[("quic", "QUIC"), ("tcp", "TCP with TLS 1.3")],
            default: 0,
        },
    },
    ParamSpec {
        key: "gap",
        label: "Gap",
        help: "How long the client has no network at all.",
        kind: ParamKind::Duration { min: 0, max: 10_000 * MS, default: 500 * MS },
    },
    ParamSpec {
        key: "size",
        label: "Download",
        help: "How much the client wants.",
        kind: ParamKind::Bytes { min: 50_000, max: 10_000_000, default: 200_000 },
    },
    ParamSpec {
        key: "patience",
        label: "Patience",
        help: "Over TCP: how long the program waits without a byte before it connects anew.",
        kind: ParamKind::Duration { min: 100 * MS, max: 30_000 * MS, default: 2_000 * MS },
    },
];

const PRESETS: &[Preset] = &[
    network("wifi-to-mobile", "Wi-Fi to 4G", &[("old", "20ms"), ("rtt", "60ms")]),
    network("mobile-to-wifi", "4G to Wi-Fi", &[("old", "60ms"), ("rtt", "20ms")]),
    network("to-satellite", "To a satellite", &[("old", "60ms"), ("rtt", "600ms")]),
    failure("tcp", "Over TCP", &[("stack", "tcp")]),
    failure("no-gap", "Without a gap", &[("gap", "0ms")]),
];

/// After how many round trips the old network goes: the download has begun.
const LEAVES: u32 = 4;
/// The client's address on the new network (RFC 5737).
const NEW_IP: [u8; 4] = [198, 51, 100, 30];

/// The first arrival of bytes of the answer at the client at or after a moment.
fn bytes_again(trace: &Trace, from: EntryId) -> Option<EntryId> {
    let moment = at(trace, from);
    if note(trace, CLIENT, "migrated").is_none() {
        let asked = note(trace, CLIENT, "asked-again").filter(|asked| *asked > from)?;
        return arrivals(trace, CLIENT)
            .find(|(entry, segment)| *entry > asked && segment.len > 0)
            .map(|(entry, _)| entry);
    }
    let quic = trace.packets().filter(|packet| packet.from == SERVER && packet.at >= moment);
    let mut quic = quic.filter(|packet| !stretches(&packet.sent.packet).is_empty());
    quic.find_map(|packet| arrival_of(trace, packet.sent.id))
}

fn returns(trace: &Trace) -> Option<EntryId> {
    note(trace, CLIENT, "new-address")
}

const STEPS: &[StepSpec] = &[
    StepSpec {
        name: "request",
        title: "Request",
        find: |trace| first(trace, CLIENT, "request").or_else(|| note(trace, CLIENT, "asked")),
        caption: |trace, entry| {
            format!("The download is asked for at {}.", since_start(trace, entry))
        },
    },
    StepSpec {
        name: "gone",
        title: "Network gone",
        find: |trace| {
            let mut lost = trace.packets().filter(|packet| packet.sent.fate.arrival().is_none());
            lost.next().map(|packet| packet.entry)
        },
        caption: |trace, entry| {
            format!(
                "At {} the old network is gone: nothing arrives any more, and nobody says so.",
                since_start(trace, entry)
            )
        },
    },
    StepSpec {
        name: "new-address",
        title: "Another address",
        find: returns,
        caption: |trace, entry| {
            format!(
                "The client has a network again at {}, and another address there.",
                since_start(trace, entry)
            )
        },
    },
    StepSpec {
        name: "challenge",
        title: "Path challenge",
        find: |trace| {
            first(trace, SERVER, "path-challenge").or_else(|| first(trace, SERVER, "path-response"))
        },
        caption: |_, _| {
            "The server follows to the new address and asks there; until the answer it sends three \
             times what it gets."
                .to_owned()
        },
    },
    StepSpec {
        name: "validated",
        title: "Path validated",
        find: |trace| note(trace, SERVER, "path-validated"),
        caption: |trace, entry| {
            let window = metric(trace, SERVER, "cwnd", entry).unwrap_or(0);
            format!(
                "The answer is here at {}. The new path begins with a small window: {} bytes now.",
                since_start(trace, entry),
                thousands(window)
            )
        },
    },
    StepSpec {
        name: "gave-up",
        title: "Gives up",
        find: |trace| note(trace, CLIENT, "gave-up"),
        caption: |trace, entry| {
            format!(
                "At {} the program has waited long enough: TCP cannot move, so it connects anew.",
                since_start(trace, entry)
            )
        },
    },
    StepSpec {
        name: "second-syn",
        title: "Second SYN",
        find: |trace| {
            let gave_up = note(trace, CLIENT, "gave-up")?;
            sent_by(trace, CLIENT)
                .map(|segment| segment.packet.entry)
                .find(|entry| *entry >= gave_up)
        },
        caption: |_, _| {
            "SYN, TLS and the request again: three round trips before the first byte.".to_owned()
        },
    },
    StepSpec {
        name: "bytes-again",
        title: "Bytes again",
        find: |trace| bytes_again(trace, returns(trace)?),
        caption: |trace, entry| {
            let since = returns(trace).map_or(0, |from| nanos(at(trace, entry) - at(trace, from)));
            format!("Bytes of the download arrive again {} after the new address.", ms(since))
        },
    },
    StepSpec {
        name: "last-byte",
        title: "Last byte",
        find: |trace| note(trace, CLIENT, "response-complete"),
        caption: |trace, entry| {
            format!("The download is complete at {}.", since_start(trace, entry))
        },
    },
];

const MEASURES: &[MeasureSpec] = &[
    MeasureSpec {
        name: "stall",
        title: "From the new address to bytes again",
        unit: Unit::Milliseconds,
        compute: |context| between(context, "new-address", "bytes-again"),
    },
    MeasureSpec {
        name: "detection",
        title: "Until the program gives up",
        unit: Unit::Milliseconds,
        compute: |context| between(context, "new-address", "gave-up"),
    },
    MeasureSpec {
        name: "validation",
        title: "Until the path is validated",
        unit: Unit::Milliseconds,
        compute: |context| between(context, "new-address", "validated"),
    },
    MeasureSpec {
        name: "cwnd-after",
        title: "Window on the new path",
        unit: Unit::Bytes,
        compute: |context| {
            let moved = note(context.trace, SERVER, "path-changed")?;
            let told = crate::scenario::find::reports(context.trace, SERVER, |event| {
                matches!(event, crate::sim::endpoint::Event::MetricUpdated { name: "cwnd", .. })
            })
            .find(|entry| *entry > moved)?;
            metric(context.trace, SERVER, "cwnd", told).map(bare)
        },
    },
    MeasureSpec {
        name: "last-byte",
        title: "Last byte",
        unit: Unit::Milliseconds,
        compute: |context| between(context, "request", "last-byte"),
    },
    PACKETS,
    BYTES_ON_WIRE,
];

const ALL_KINDS: &[&str] = &[
    "initial",
    "handshake",
    "data",
    "ack",
    "handshake-done",
    "path-challenge",
    "path-response",
    "control",
    "probe",
    "close",
    "syn",
    "syn-ack",
    "fin",
    "rst",
    "window-update",
    "request",
];

const ABOUT: About = About {
    id: "quic-migration",
    title: "Another network in the middle",
    summary: "A QUIC connection has a name and survives another address; a TCP connection is its addresses.",
    topic: Topic::Quic,
    hosts: PAIR,
    kinds: ALL_KINDS,
    params: PARAMS,
    presets: PRESETS,
    steps: STEPS,
    measures: MEASURES,
    fidelity: Fidelity {
        modelled: "The client's new address, another connection ID, path validation and the limit \
                   before it, window and round trip begun anew; over TCP the program's patience, \
                   a new connection with TLS 1.3 and a request for the rest.",
        left_out: "Probing a second network before the first is gone, preferred addresses, and \
                   operating systems that tell programs of the change.",
        standards: &["RFC 9000 sections 8.2, 9.3, 9.4 and 9.5"],
        checked: "Both begin again with the initial window; QUIC after one round trip, TCP after \
                  the program's patience and three.",
    },
};

impl Scenario for QuicMigration {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn build(&self, params: &Params, seed: u64) -> World {
        let rate = params.number(RATE.key);
        let rate_bps = (rate > 0).then_some(rate);
        let link = LinkConfig { rate_bps, ..LinkConfig::new(params.duration("old") / 2) };
        let (gap, size) = (params.duration("gap"), params.number("size"));
        let leaves = params.duration("old") * LEAVES;
        let moves = leaves + gap;
        let mut world = if params.choice("stack") == "tcp" {
            let tcp = Config { receive_window: Config::UNLIMITED, ..Config::new(Profile::LINUX) };
            let to = server(PORT);
            let fetcher =
                Fetcher::new((to, tcp), size, (moves, params.duration("patience")), NEW_IP);
            let (client, server) = secured(seed, fetcher, Giver::new(PORT, tcp));
            pair(seed, link, client, server)
        } else {
            let (mine, theirs) = configs(Variant::New, "ecdsa");
            let moves = Some((moves, NEW_IP));
            let ask = Ask { to: server(PORT), config: mine, streams: 1, size: 100, moves };
            let answer = Answerer::new(PORT, theirs, Duration::ZERO, size);
            quic_pair(seed, link, Asker::new(ask), answer)
        };
        world.route(SERVER, Prefix::new(NEW_IP, 32), CLIENT);
        let start = Instant::START + leaves;
        world.faults(&[Fault::Path { at: start, rtt: params.duration("rtt") }]);
        if !gap.is_zero() {
            world.faults(&[Fault::Outage { from: None, start, end: start + gap }]);
        }
        world
    }
}

#[cfg(test)]
mod tests;
