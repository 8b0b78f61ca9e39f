//! `tcp-close`: FIN and ACK each way, TIME-WAIT on the side that closes first, and RST.
//!
//! RFC 9293 section 3.6; the length of TIME-WAIT is the profile's.

use super::apps::{Act, Program, Role};
use super::find::{
    ACK, CLIENT, FIN, RST, SERVER, Segment, acknowledged, arrival_of, at, enters, ms, segment_at,
    segments, sent_by, span, thousands, when,
};
use super::measures::{BYTES_ON_WIRE, PACKETS, RETRANSMISSIONS, between};
use super::params::{ParamKind, ParamSpec, Params};
use super::presets::{
    ATLANTIC, LAN, LOSS, MOBILE, PROFILE, RATE, RTT, SATELLITE, WIFI, config, failure, link,
    lose_first, pair, rtt, server,
};
use super::setup::Preset;
use super::{About, Fidelity, MeasureSpec, PAIR, Scenario, StepSpec, TCP_KINDS, Topic, Unit};
use crate::sim::time::nanos;
use crate::sim::trace::{EntryId, HostId, Trace};
use crate::sim::world::World;

/// The scenario.
#[derive(Debug)]
pub(super) struct TcpClose;

/// The server's port.
const PORT: u16 = 8080;

const PARAMS: &[ParamSpec] = &[
    RTT,
    LOSS,
    RATE,
    PROFILE,
    ParamSpec {
        key: "closer",
        label: "Who closes first",
        help: "The side that closes first keeps the connection in TIME-WAIT.",
        kind: ParamKind::Choice {
            options: &[("client", "Client"), ("server", "Server"), ("both", "Both at once")],
            default: 0,
        },
    },
    ParamSpec {
        key: "how",
        label: "How",
        help: "In order, so that everything arrives, or by reset, which throws it away.",
        kind: ParamKind::Choice { options: &[("orderly", "FIN"), ("reset", "RST")], default: 0 },
    },
    ParamSpec {
        key: "lost-fins",
        label: "Lost FINs",
        help: "How many FINs are lost, from the first on.",
        kind: ParamKind::Count { min: 0, max: 3, default: 0 },
    },
    ParamSpec {
        key: "reply",
        label: "Still to send",
        help: "What the server still sends after the client's FIN, before its own.",
        kind: ParamKind::Bytes { min: 0, max: 14_480, default: 0 },
    },
];

const PRESETS: &[Preset] = &[
    LAN,
    WIFI,
    MOBILE,
    ATLANTIC,
    SATELLITE,
    failure("lost-fin", "Lost FIN", &[("lost-fins", "1")]),
    Preset {
        name: "lost-last-ack",
        title: "Lost last ACK",
        failure: true,
        set: &[],
        faults: &["drop:client#4"],
    },
    failure("reset", "Reset", &[("how", "reset")]),
    failure("half-close", "Half-close", &[("reply", "4344B")]),
    failure("simultaneous", "Both close at once", &[("closer", "both")]),
];

/// The host that ends the connection first, by FIN or RST.
fn closer(trace: &Trace) -> Option<HostId> {
    segments(trace).find(|s| s.has(FIN) || s.has(RST)).map(|s| s.packet.from)
}

const fn other(host: HostId) -> HostId {
    if host.0 == CLIENT.0 { SERVER } else { CLIENT }
}

/// The first FIN of the host that closes first.
fn first_fin(trace: &Trace) -> Option<Segment<'_>> {
    sent_by(trace, closer(trace)?).find(|segment| segment.has(FIN))
}

/// The first FIN of the other host.
fn peer_fin(trace: &Trace) -> Option<Segment<'_>> {
    sent_by(trace, other(closer(trace)?)).find(|segment| segment.has(FIN))
}

/// The number after a segment's FIN: what acknowledges it.
const fn after_fin(segment: &Segment<'_>) -> u32 {
    segment.data_end().wrapping_add(1)
}

fn name(trace: &Trace, host: HostId) -> &'static str {
    trace.host(host).name
}

/// Who closes first and who second, in words.
fn names(trace: &Trace) -> (&'static str, &'static str) {
    let first = closer(trace).unwrap_or(CLIENT);
    (name(trace, first), name(trace, other(first)))
}

fn both_close(trace: &Trace) -> bool {
    enters(trace, CLIENT, "CLOSING").is_some()
}

const STEPS: &[StepSpec] = &[
    StepSpec {
        name: "established",
        title: "Open",
        find: |trace| enters(trace, SERVER, "ESTABLISHED"),
        caption: |trace, entry| {
            format!("The connection is open on both sides at {}.", when(trace, entry))
        },
    },
    StepSpec {
        name: "fin",
        title: "FIN",
        find: |trace| first_fin(trace).map(|segment| segment.packet.entry),
        caption: |trace, entry| {
            let seq = segment_at(trace, entry).map_or(0, |segment| segment.data_end());
            format!(
                "The {} has no more to say: FIN. It takes number {seq}, so it can be acknowledged \
                 and sent again.",
                names(trace).0
            )
        },
    },
    StepSpec {
        name: "reset",
        title: "RST",
        find: |trace| segments(trace).find(|s| s.has(RST)).map(|s| s.packet.entry),
        caption: |trace, _| {
            let (first, second) = names(trace);
            format!(
                "The {first} gives up: RST. Nothing acknowledges it, nothing waits, and what the \
                 {second} had not read is gone."
            )
        },
    },
    StepSpec {
        name: "fin-again",
        title: "FIN again",
        find: |trace| {
            segments(trace)
                .find(|s| s.has(FIN) && s.packet.sent.retransmits.is_some())
                .map(|s| s.packet.entry)
        },
        caption: |trace, entry| {
            let Some(again) = segment_at(trace, entry) else { return String::new() };
            let who = again.packet.from;
            let first = sent_by(trace, who).find(|s| s.has(FIN)).map_or(entry, |s| s.packet.entry);
            format!(
                "No ACK for {}: the {} sends its FIN again, as it would any lost byte.",
                ms(nanos(at(trace, entry) - at(trace, first))),
                name(trace, who)
            )
        },
    },
    StepSpec {
        name: "fin-received",
        title: "FIN received",
        find: |trace| {
            let from = closer(trace)?;
            let fin = sent_by(trace, from).find(|s| s.has(FIN) && !s.is_lost())?;
            arrival_of(trace, fin.packet.sent.id)
        },
        caption: |trace, entry| {
            let (_, second) = names(trace);
            let state = if both_close(trace) { "CLOSING" } else { "CLOSE-WAIT" };
            format!(
                "At {} the FIN is at the {second}. Its program reads end of file; its TCP is in \
                 {state}.",
                when(trace, entry)
            )
        },
    },
    StepSpec {
        name: "fin-acked",
        title: "FIN acknowledged",
        find: |trace| acknowledged(trace, closer(trace)?, after_fin(&first_fin(trace)?)),
        caption: |trace, entry| {
            let ack = segment_at(trace, entry).map_or(0, |segment| segment.ack);
            let (first, second) = names(trace);
            if both_close(trace) {
                return format!("ack {ack}: the {first}'s direction is closed, and the other too.");
            }
            format!(
                "ack {ack}: one direction is closed. The {second} may still send; the {first} \
                 waits in FIN-WAIT-2."
            )
        },
    },
    StepSpec {
        name: "peer-fin",
        title: "The other FIN",
        find: |trace| peer_fin(trace).map(|segment| segment.packet.entry),
        caption: |trace, entry| {
            let (_, second) = names(trace);
            let sent: u64 = sent_by(trace, other(closer(trace).unwrap_or(CLIENT)))
                .filter(|s| s.packet.sent.retransmits.is_none() && s.packet.entry <= entry)
                .map(|segment| u64::from(segment.len))
                .sum();
            if both_close(trace) {
                return "The server closes at the same moment: its FIN crosses the client's. \
                        Neither side is first."
                    .to_owned();
            }
            match sent {
                0 => format!("The {second}'s program closes as well, and its own FIN goes out."),
                _ => format!(
                    "After {} bytes more the {second} has finished too, and its own FIN goes out.",
                    thousands(sent)
                ),
            }
        },
    },
    StepSpec {
        name: "last-ack",
        title: "Last ACK",
        find: |trace| {
            let end = after_fin(&peer_fin(trace)?);
            let mut sent = sent_by(trace, closer(trace)?);
            sent.find(|s| s.has(ACK) && s.ack >= end).map(|s| s.packet.entry)
        },
        caption: |trace, entry| {
            let (first, second) = names(trace);
            let lost = segment_at(trace, entry).is_some_and(|segment| segment.is_lost());
            if lost {
                format!(
                    "The {first} acknowledges the FIN, but this ACK is lost, and no one \
                         acknowledges an ACK."
                )
            } else {
                format!(
                    "The {first} acknowledges the {second}'s FIN. Nobody will ever confirm \
                         that this ACK arrived."
                )
            }
        },
    },
    StepSpec {
        name: "time-wait",
        title: "TIME-WAIT begins",
        find: |trace| enters(trace, closer(trace)?, "TIME-WAIT"),
        caption: |trace, entry| {
            let (first, second) = names(trace);
            if both_close(trace) {
                return format!(
                    "At {} both sides wait in TIME-WAIT: both closed first.",
                    when(trace, entry)
                );
            }
            format!(
                "All is said after {}. The {first} closed first, so it waits: the {second} may \
                 need its last ACK again.",
                ms(first_fin(trace).map_or(0, |fin| nanos(at(trace, entry) - fin.packet.at)))
            )
        },
    },
    StepSpec {
        name: "peer-closed",
        title: "The other side is done",
        find: |trace| enters(trace, other(closer(trace)?), "CLOSED"),
        caption: |trace, entry| {
            let (_, second) = names(trace);
            format!("At {} the {second} is done and remembers nothing.", when(trace, entry))
        },
    },
    StepSpec {
        name: "closed",
        title: "Forgotten",
        find: |trace| enters(trace, closer(trace)?, "CLOSED"),
        caption: |trace, entry| {
            let (first, _) = names(trace);
            match enters(trace, closer(trace).unwrap_or(CLIENT), "TIME-WAIT") {
                Some(wait) => format!(
                    "After {} in TIME-WAIT the {first} forgets the connection; its addresses and \
                     ports are free again.",
                    ms(nanos(at(trace, entry) - at(trace, wait)))
                ),
                None => format!("The {first} is done at once, without TIME-WAIT."),
            }
        },
    },
];

const MEASURES: &[MeasureSpec] = &[
    MeasureSpec {
        name: "close",
        title: "From FIN to TIME-WAIT",
        unit: Unit::Milliseconds,
        compute: |context| between(context, "fin", "time-wait"),
    },
    MeasureSpec {
        name: "time-wait",
        title: "In TIME-WAIT",
        unit: Unit::Milliseconds,
        compute: |context| between(context, "time-wait", "closed"),
    },
    MeasureSpec {
        name: "total",
        title: "Until both have forgotten",
        unit: Unit::Milliseconds,
        compute: |context| {
            let trace = context.trace;
            let from = segments(trace).find(|s| s.has(FIN) || s.has(RST))?.packet.entry;
            let ends = [CLIENT, SERVER].map(|host| enters(trace, host, "CLOSED"));
            let to = ends.into_iter().collect::<Option<Vec<EntryId>>>()?.into_iter().max()?;
            Some(span(trace, from, to))
        },
    },
    RETRANSMISSIONS,
    PACKETS,
    BYTES_ON_WIRE,
];

const FIDELITY: Fidelity = Fidelity {
    modelled: "The closing states of both sides, half-close, simultaneous close, the repeated \
               FIN, TIME-WAIT with its timer, and reset.",
    left_out: "The time-out of orphaned FIN-WAIT-2, reuse of addresses in TIME-WAIT, and linger \
               options. Programs close at once when they read end of file.",
    standards: &["RFC 9293 section 3.6", "RFC 9293 section 3.3.2", "RFC 6298 section 5"],
    checked: "TIME-WAIT on the closing side only, 60 s as measured on Linux 6.18 and 240 s as in \
              the standard; the path of states of each way to close.",
};

const ABOUT: About = About {
    id: "tcp-close",
    title: "Closing a TCP connection",
    summary: "Each direction is closed by a FIN of its own, and the side that closes first waits.",
    topic: Topic::Tcp,
    hosts: PAIR,
    kinds: TCP_KINDS,
    params: PARAMS,
    presets: PRESETS,
    steps: STEPS,
    measures: MEASURES,
    fidelity: FIDELITY,
};

impl Scenario for TcpClose {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn build(&self, params: &Params, seed: u64) -> World {
        let config = config(params);
        let end = match params.choice("how") {
            "reset" => Act::Abort,
            _ => Act::Close,
        };
        // Two round trips after the start both sides are surely open, unless something is lost.
        let moment = rtt(params) * 2;
        let mut client = Program::new(Role::Connect(server(PORT), config));
        let mut other = Program::new(Role::Listen(PORT, config));
        let closer = params.choice("closer");
        if closer == "server" {
            client = client.on_peer_closed(&[Act::Close]);
        } else {
            client = client.after(moment, &[end]);
        }
        if closer == "client" {
            other = other.on_peer_closed(&[Act::Send(params.number("reply")), Act::Close]);
        } else {
            other = other.after(moment, &[end]);
        }
        let mut world = pair(seed, link(params), client, other);
        world.faults(&lose_first("fin", params.number("lost-fins")));
        world
    }
}

#[cfg(test)]
mod tests;
