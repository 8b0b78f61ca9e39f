//! `quic-loss`: how QUIC notices that a packet is lost, in the handshake and after it.
//!
//! RFC 9002 section 6: three newer packets, 9/8 of a round trip, or a probe.

use super::apps::{Answerer, Ask, Asker};
use super::setup::ticketless;
use super::{KINDS, PORT, enters, fires, first, noted, quic_pair, since_start};
use crate::proto::quic::{Algorithm, Config};
use crate::scenario::find::{CLIENT, SERVER, at, ms, note, report, reports};
use crate::scenario::measures::{BYTES_ON_WIRE, PACKETS, RETRANSMISSIONS, bare, between, metric};
use crate::scenario::params::{ParamKind, ParamSpec, Params};
use crate::scenario::presets::{
    ATLANTIC, LAN, LOSS, MOBILE, RATE, RTT, SATELLITE, WIFI, failure, link, lose, server,
};
use crate::scenario::setup::Preset;
use crate::scenario::{
    About, Context, Fidelity, Figure, MeasureSpec, PAIR, Scenario, StepSpec, Topic, Unit,
};
use crate::sim::endpoint::Event;
use crate::sim::time::nanos;
use crate::sim::trace::{EntryId, HostId, PacketView, Trace};
use crate::sim::world::World;

/// The scenario.
#[derive(Debug)]
pub(in crate::scenario) struct QuicLoss;

const PARAMS: &[ParamSpec] = &[
    RTT,
    LOSS,
    RATE,
    ParamSpec {
        key: "lost",
        label: "Lost",
        help: "Which packet the path loses.",
        kind: ParamKind::Choice {
            options: &[
                ("middle", "One in the middle of the answer"),
                ("last", "The last of the answer"),
                ("initial", "The client's Initial"),
                ("server-first", "The server's first datagram"),
                ("server-flight", "The server's whole flight"),
                ("request", "The client's Finished and request"),
                ("none", "None"),
            ],
            default: 0,
        },
    },
    ParamSpec {
        key: "flight",
        label: "Answer",
        help: "The size of the answer, in full packets.",
        kind: ParamKind::Count { min: 1, max: 10, default: 8 },
    },
    ParamSpec {
        key: "congestion",
        label: "Congestion control",
        help: "By how much a loss lowers the window: to a half, or to seven tenths.",
        kind: ParamKind::Choice {
            options: &[("newreno", "NewReno, as RFC 9002"), ("cubic", "CUBIC")],
            default: 0,
        },
    },
];

const PRESETS: &[Preset] = &[
    LAN,
    WIFI,
    MOBILE,
    ATLANTIC,
    SATELLITE,
    failure("tail", "Lost tail", &[("lost", "last")]),
    failure("initial", "Lost Initial", &[("lost", "initial")]),
    failure("server-first", "Lost first answer", &[("lost", "server-first")]),
    failure("server-flight", "Lost server flight", &[("lost", "server-flight")]),
    failure("request", "Lost request", &[("lost", "request")]),
    failure("none", "No loss", &[("lost", "none")]),
];

/// The bytes of an answer for each packet that it is to take.
const PACKET: u64 = 1_150;

/// The first packet that does not arrive.
fn lost(trace: &Trace) -> Option<PacketView<'_>> {
    trace.packets().find(|packet| packet.sent.fate.arrival().is_none())
}

/// The first packet that carries contents of a lost one again.
fn again(trace: &Trace) -> Option<PacketView<'_>> {
    let repairs = |packet: &PacketView<'_>| {
        let first = packet.sent.retransmits.and_then(|id| trace.packet(id));
        first.is_some_and(|first| first.sent.fate.arrival().is_none())
    };
    trace.packets().find(repairs)
}

/// The first packet held for lost that really is so or not, by whoever says it first.
fn held(trace: &Trace) -> Option<EntryId> {
    [CLIENT, SERVER].into_iter().filter_map(|host| note(trace, host, "packet-lost")).min()
}

/// The entry at which a probe time-out of either side comes first.
fn probe(trace: &Trace) -> Option<(HostId, EntryId)> {
    let hosts = [CLIENT, SERVER].into_iter();
    let fired = hosts.filter_map(|host| Some((host, fires(trace, host, "pto")?)));
    fired.min_by_key(|(_, entry)| *entry)
}

const STEPS: &[StepSpec] = &[
    StepSpec {
        name: "initial",
        title: "First Initial",
        find: |trace| first(trace, CLIENT, "initial"),
        caption: |_, _| {
            "The client begins; it has no idea yet how long a round trip is.".to_owned()
        },
    },
    StepSpec {
        name: "connected",
        title: "Handshake complete",
        find: |trace| enters(trace, CLIENT, "COMPLETE"),
        caption: |trace, entry| {
            format!("The client is done with the handshake at {}.", since_start(trace, entry))
        },
    },
    StepSpec {
        name: "lost",
        title: "Lost packet",
        find: |trace| lost(trace).map(|packet| packet.entry),
        caption: |trace, _| {
            let name = lost(trace).map(|packet| packet.sent.packet.label().name);
            format!(
                "{} does not arrive; nobody tells its sender so.",
                name.unwrap_or_else(|| "It".to_owned())
            )
        },
    },
    StepSpec {
        name: "held-for-lost",
        title: "Held for lost",
        find: held,
        caption: |trace, entry| {
            let text = noted(trace, entry).map_or("", |(text, _)| text);
            let mut letters = text.chars();
            let first = letters.next().map(|letter| letter.to_ascii_uppercase());
            let text: String = first.into_iter().chain(letters).collect();
            format!("{text}.")
        },
    },
    StepSpec {
        name: "probe",
        title: "Probe",
        find: |trace| probe(trace).map(|(_, entry)| entry),
        caption: |trace, entry| {
            let host = trace.entry(entry).map_or("host", |entry| trace.host(entry.host).name);
            format!(
                "At {} the {host} has waited long enough and probes; its window stays as it is.",
                since_start(trace, entry)
            )
        },
    },
    StepSpec {
        name: "again",
        title: "Contents again",
        find: |trace| again(trace).map(|packet| packet.entry),
        caption: |trace, entry| {
            let took = again(trace)
                .and_then(|packet| trace.packet(packet.sent.retransmits?))
                .map_or(0, |first| nanos(at(trace, entry) - first.at));
            format!(
                "What was lost travels again, {} later, in a packet with a number of its own.",
                ms(took)
            )
        },
    },
    StepSpec {
        name: "last-byte",
        title: "Last byte",
        find: |trace| note(trace, CLIENT, "response-complete"),
        caption: |trace, entry| format!("The answer is complete at {}.", since_start(trace, entry)),
    },
];

/// A metric of the server before and after its first loss.
fn around(context: &Context<'_>, name: &'static str, after: bool) -> Option<Figure> {
    let loss = note(context.trace, SERVER, "packet-lost")?;
    let until = if after {
        // The change is told with the next report.
        reports(
            context.trace,
            SERVER,
            |event| matches!(event, Event::MetricUpdated { name: told, .. } if *told == name),
        )
        .find(|entry| *entry > loss)?
    } else {
        loss
    };
    metric(context.trace, SERVER, name, until).map(bare)
}

const MEASURES: &[MeasureSpec] = &[
    MeasureSpec {
        name: "handshake",
        title: "Handshake",
        unit: Unit::Milliseconds,
        compute: |context| between(context, "initial", "connected"),
    },
    MeasureSpec {
        name: "last-byte",
        title: "Last byte",
        unit: Unit::Milliseconds,
        compute: |context| between(context, "initial", "last-byte"),
    },
    MeasureSpec {
        name: "recovery",
        title: "From first sending to sending again",
        unit: Unit::Milliseconds,
        compute: |context| {
            let packet = again(context.trace)?;
            let first = context.trace.packet(packet.sent.retransmits?)?;
            Some(bare(nanos(packet.at - first.at)))
        },
    },
    MeasureSpec {
        name: "pto",
        title: "Time-out of the first probe",
        unit: Unit::Milliseconds,
        compute: |context| {
            let (host, fired) = probe(context.trace)?;
            let mut begun = context.trace.packets().filter(|packet| {
                packet.from == host && packet.entry < fired && packet.at < at(context.trace, fired)
            });
            let last = begun.next_back()?;
            Some(bare(nanos(at(context.trace, fired) - last.at)))
        },
    },
    MeasureSpec {
        name: "probes",
        title: "Probes",
        unit: Unit::Count,
        compute: |context| {
            let is = |event: &Event| matches!(event, Event::Note { name: "probe", .. });
            let count = |host| reports(context.trace, host, is).count() as u64;
            Some(bare(count(CLIENT) + count(SERVER)))
        },
    },
    MeasureSpec {
        name: "cwnd-before",
        title: "Window before the loss",
        unit: Unit::Bytes,
        compute: |context| around(context, "cwnd", false),
    },
    MeasureSpec {
        name: "cwnd-after",
        title: "Window after the loss",
        unit: Unit::Bytes,
        compute: |context| {
            report(context.trace, SERVER, |event| {
                matches!(event, Event::MetricUpdated { name: "ssthresh", .. })
            })?;
            around(context, "ssthresh", true)
        },
    },
    PACKETS,
    BYTES_ON_WIRE,
    RETRANSMISSIONS,
];

const ABOUT: About = About {
    id: "quic-loss",
    title: "Lost packets on QUIC",
    summary: "Three newer packets, 9/8 of a round trip, or a probe: how a loss is found and made good.",
    topic: Topic::Quic,
    hosts: PAIR,
    kinds: KINDS,
    params: PARAMS,
    presets: PRESETS,
    steps: STEPS,
    measures: MEASURES,
    fidelity: Fidelity {
        modelled: "Loss detection by count and by time in three packet number spaces, probe \
                   time-outs with doubling, probes that coalesce, the client's probes while the \
                   server may not send, persistent congestion, NewReno and CUBIC.",
        left_out: "Pacing and ECN: what the window allows leaves at once.",
        standards: &["RFC 9002 sections 5 to 7 and appendix A", "RFC 9438"],
        checked: "First probe after exactly 999 ms; a loss in the middle is repaired one round \
                  trip later; a lost tail after the smoothed round trip, four variations and 25 ms.",
    },
};

impl Scenario for QuicLoss {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn build(&self, params: &Params, seed: u64) -> World {
        let (mine, theirs) = ticketless();
        let algorithm = match params.choice("congestion") {
            "cubic" => Algorithm::Cubic,
            _ => Algorithm::NewReno,
        };
        let theirs = Config { algorithm, ..theirs };
        let flight = params.number("flight");
        let ask = Ask { to: server(PORT), config: mine, streams: 1, size: 100, moves: None };
        let none = core::time::Duration::ZERO;
        let answer = Answerer::new(PORT, theirs, none, flight * PACKET);
        let mut world = quic_pair(seed, link(params), Asker::new(ask), answer);
        let last = u32::try_from(flight).unwrap_or(1);
        let faults = match params.choice("lost") {
            "middle" => vec![lose("data", last.div_ceil(2))],
            "last" => vec![lose("data", last)],
            "initial" => vec![lose("initial", 1)],
            "server-first" => vec![lose("server", 1)],
            "server-flight" => vec![lose("server", 1), lose("server", 2)],
            "request" => vec![lose("client", 3)],
            _ => Vec::new(),
        };
        world.faults(&faults);
        world
    }
}

#[cfg(test)]
mod tests;
