//! `http1-get`: a request and its answer on a new connection, and more on the same one.
//!
//! RFC 9112 over TCP; time to first byte is two round trips and the server's own time.

use super::find::{
    CLIENT, SERVER, SYN, Segment, at, bytes_on_wire, count, enters, ms, round_trips, segment_at,
    sent_by, thousands, waited, when,
};
use super::measures::{BYTES_ON_WIRE, PACKETS, RETRANSMISSIONS, ROUND_TRIPS, bare, between};
use super::params::{ParamKind, ParamSpec, Params};
use super::presets::{
    ATLANTIC, LAN, LOSS, MOBILE, MS, PROFILE, RATE, RTT, SATELLITE, WIFI, config, failure, link,
    lose, pair, server,
};
use super::setup::Preset;
use super::stream::progress;
use super::{About, Fidelity, MeasureSpec, PAIR, Scenario, StepSpec, TCP_KINDS, Topic, Unit};
use crate::proto::http1::{Client, ClientConfig, PORT, Server, ServerConfig};
use crate::sim::time::nanos;
use crate::sim::trace::{EntryId, HostId, Trace};
use crate::sim::world::World;

/// The scenario.
#[derive(Debug)]
pub(super) struct Http1Get;

const PARAMS: &[ParamSpec] = &[
    RTT,
    LOSS,
    RATE,
    PROFILE,
    ParamSpec {
        key: "size",
        label: "Response",
        help: "The size of the response's body.",
        kind: ParamKind::Bytes { min: 0, max: 10_000_000, default: 1_180 },
    },
    ParamSpec {
        key: "think",
        label: "Server time",
        help: "How long the server works on a request before it answers.",
        kind: ParamKind::Duration { min: 0, max: 1_000 * MS, default: 30 * MS },
    },
    ParamSpec {
        key: "requests",
        label: "Requests",
        help: "How many requests use the connection, one after the other.",
        kind: ParamKind::Count { min: 1, max: 5, default: 1 },
    },
    ParamSpec {
        key: "lost",
        label: "Lost",
        help: "Which message loses its first packet.",
        kind: ParamKind::Choice {
            options: &[
                ("none", "Nothing"),
                ("request", "The request"),
                ("response", "The response"),
            ],
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
    failure("lost-request", "Lost request", &[("lost", "request")]),
    failure("lost-response", "Lost response", &[("lost", "response")]),
    failure("keep-alive", "Three requests", &[("requests", "3")]),
    failure("no-think", "Instant server", &[("think", "0ms")]),
];

/// The first sendings of the messages of a host, in order.
fn messages(trace: &Trace, host: HostId) -> impl Iterator<Item = Segment<'_>> {
    sent_by(trace, host).filter(|segment| {
        let sent = segment.packet.sent;
        sent.retransmits.is_none() && !sent.packet.about.units.is_empty()
    })
}

/// The first packet that sends a part of a message of a host again.
fn again(trace: &Trace, host: HostId) -> Option<EntryId> {
    let mut sent = sent_by(trace, host);
    sent.find(|s| s.len > 0 && s.packet.sent.retransmits.is_some()).map(|s| s.packet.entry)
}

/// The arrival at which a host's application first gets a byte with this number.
fn gets(trace: &Trace, host: HostId, number: u32) -> Option<EntryId> {
    progress(trace, host).into_iter().find(|(_, next)| *next > number).map(|(entry, _)| entry)
}

/// The length of the message that begins in a segment, and its first number.
fn extent(segment: &Segment<'_>) -> (u32, u64) {
    let unit = segment.packet.sent.packet.about.units.first();
    let (offset, len) = unit.map_or((0, 0), |unit| (unit.offset, unit.len));
    (segment.seq.wrapping_add(offset), len)
}

/// The arrival of the last byte of a message.
fn complete(trace: &Trace, host: HostId, message: &Segment<'_>) -> Option<EntryId> {
    let (first, len) = extent(message);
    gets(trace, host, first.wrapping_add(u32::try_from(len).ok()?).wrapping_sub(1))
}

fn response(trace: &Trace, nth: usize) -> Option<Segment<'_>> {
    messages(trace, SERVER).nth(nth)
}

fn first_packet(trace: &Trace) -> EntryId {
    sent_by(trace, CLIENT).next().map_or(EntryId(0), |segment| segment.packet.entry)
}

fn again_caption(trace: &Trace, entry: EntryId, what: &str) -> String {
    let Some(packet) = segment_at(trace, entry).map(|segment| segment.packet) else {
        return String::new();
    };
    let first = packet.sent.retransmits.and_then(|id| trace.packet(id)).map(|first| first.at);
    let waited = nanos(packet.at - first.unwrap_or(packet.at));
    format!("No ACK for {}: the {what} goes out again. HTTP notices only the delay.", ms(waited))
}

const STEPS: &[StepSpec] = &[
    StepSpec {
        name: "syn",
        title: "SYN",
        find: |trace| sent_by(trace, CLIENT).find(|s| s.has(SYN)).map(|s| s.packet.entry),
        caption: |_, _| {
            "Before the request there is a connection to open: one round trip in which HTTP says \
             nothing."
                .to_owned()
        },
    },
    StepSpec {
        name: "established",
        title: "Connection open",
        find: |trace| enters(trace, CLIENT, "ESTABLISHED"),
        caption: |trace, entry| {
            format!("The client may send at {}: its request goes out now.", when(trace, entry))
        },
    },
    StepSpec {
        name: "request",
        title: "Request",
        find: |trace| messages(trace, CLIENT).next().map(|s| s.packet.entry),
        caption: |trace, entry| {
            let Some(request) = segment_at(trace, entry) else { return String::new() };
            let size = request.packet.sent.packet.size();
            let len = request.len;
            format!(
                "The request is {len} bytes of text, in a packet of {size}: {} are headers of TCP \
                 and IP.",
                u64::from(size) - u64::from(len)
            )
        },
    },
    StepSpec {
        name: "request-again",
        title: "Request again",
        find: |trace| again(trace, CLIENT),
        caption: |trace, entry| again_caption(trace, entry, "request"),
    },
    StepSpec {
        name: "request-received",
        title: "Request received",
        find: |trace| complete(trace, SERVER, &messages(trace, CLIENT).next()?),
        caption: |trace, entry| {
            let works = response(trace, 0).map(|s| nanos(s.packet.at - at(trace, entry)));
            match works {
                Some(0) => format!("At {} the server answers at once.", when(trace, entry)),
                Some(time) => format!(
                    "At {} the server has the whole request. It works for {}; meanwhile TCP \
                     acknowledges.",
                    when(trace, entry),
                    ms(time)
                ),
                None => format!("At {} the server has the whole request.", when(trace, entry)),
            }
        },
    },
    StepSpec {
        name: "response",
        title: "Response",
        find: |trace| response(trace, 0).map(|s| s.packet.entry),
        caption: |trace, entry| {
            let len = segment_at(trace, entry).map_or(0, |segment| extent(&segment).1);
            let segments = sent_by(trace, SERVER)
                .filter(|s| s.packet.at == at(trace, entry) && s.len > 0)
                .count() as u64;
            format!(
                "The response, head and body, has {} bytes; {} leave at once.",
                thousands(len),
                count(segments, "segment")
            )
            .replace("1 segment leave ", "1 segment leaves ")
        },
    },
    StepSpec {
        name: "response-again",
        title: "Response again",
        find: |trace| again(trace, SERVER),
        caption: |trace, entry| again_caption(trace, entry, "response"),
    },
    StepSpec {
        name: "first-byte",
        title: "First byte",
        find: |trace| gets(trace, CLIENT, extent(&response(trace, 0)?).0),
        caption: |trace, entry| {
            let trips = round_trips(trace, first_packet(trace), entry);
            let rest = match waited(trace, first_packet(trace), entry) {
                0 => String::new(),
                time => format!(", and {} in which nothing travelled", ms(time)),
            };
            format!(
                "The first byte of the answer is here after {}: {}{rest}.",
                when(trace, entry),
                count(trips, "round trip")
            )
        },
    },
    StepSpec {
        name: "last-byte",
        title: "Last byte",
        find: |trace| complete(trace, CLIENT, &response(trace, 0)?),
        caption: |trace, entry| format!("The response is complete at {}.", when(trace, entry)),
    },
    StepSpec {
        name: "second-request",
        title: "Second request",
        find: |trace| messages(trace, CLIENT).nth(1).map(|s| s.packet.entry),
        caption: |_, _| {
            "The connection stays open, so the second request goes out without a handshake."
                .to_owned()
        },
    },
    StepSpec {
        name: "second-response",
        title: "Second response",
        find: |trace| gets(trace, CLIENT, extent(&response(trace, 1)?).0),
        caption: |trace, entry| {
            let request = messages(trace, CLIENT).nth(1).map(|s| s.packet.at);
            let taken = request.map_or(0, |from| nanos(at(trace, entry) - from));
            format!(
                "The second answer begins {} after its request: there was nothing to open this \
                 time.",
                ms(taken)
            )
        },
    },
];

const MEASURES: &[MeasureSpec] = &[
    MeasureSpec {
        name: "connect",
        title: "Connection open",
        unit: Unit::Milliseconds,
        compute: |context| between(context, "syn", "established"),
    },
    MeasureSpec {
        name: "ttfb",
        title: "First byte",
        unit: Unit::Milliseconds,
        compute: |context| between(context, "syn", "first-byte"),
    },
    MeasureSpec {
        name: "last-byte",
        title: "Last byte",
        unit: Unit::Milliseconds,
        compute: |context| between(context, "syn", "last-byte"),
    },
    MeasureSpec {
        name: "second-ttfb",
        title: "First byte of the second response",
        unit: Unit::Milliseconds,
        compute: |context| between(context, "second-request", "second-response"),
    },
    PACKETS,
    BYTES_ON_WIRE,
    MeasureSpec {
        name: "header-overhead",
        title: "Headers of TCP and IP",
        unit: Unit::Percent,
        compute: |context| {
            let all: u64 = bytes_on_wire(context.trace);
            let data: u64 = context.trace.packets().map(|p| p.sent.packet.body.len()).sum();
            let value = ((all - data) * 1_000_000).checked_div(all)?;
            Some(bare(value))
        },
    },
    ROUND_TRIPS,
    RETRANSMISSIONS,
];

const FIDELITY: Fidelity = Fidelity {
    modelled: "Real request and response text over TCP, keep-alive, the server's working time, \
               and repair of lost packets by TCP below.",
    left_out: "DNS, TLS, pipelining, chunked coding and caches. The server works on a request \
               without using its processor for others.",
    standards: &["RFC 9112 sections 3, 4 and 9.3", "RFC 9110 section 9.3.1"],
    checked: "First byte after two round trips and the server's time, from 1 to 600 ms; 202 ms \
              measured on Linux 6.18 at 100 ms without server time.",
};

const ABOUT: About = About {
    id: "http1-get",
    title: "An HTTP request",
    summary: "A new connection costs one round trip, the request another; the next request only one.",
    topic: Topic::Http,
    hosts: PAIR,
    kinds: TCP_KINDS,
    params: PARAMS,
    presets: PRESETS,
    steps: STEPS,
    measures: MEASURES,
    fidelity: FIDELITY,
};

impl Scenario for Http1Get {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn build(&self, params: &Params, seed: u64) -> World {
        let tcp = config(params);
        let requests = u32::try_from(params.number("requests")).unwrap_or(1);
        let to = server(PORT);
        let host = "shop.example";
        // The connection stays open for more requests, as browsers keep it.
        let client = Client::new(ClientConfig { to, tcp, host, requests, close: false });
        let think = params.duration("think");
        let body = params.number("size");
        let answer = Server::new(ServerConfig { tcp, think, body });
        let mut world = pair(seed, link(params), client, answer);
        match params.choice("lost") {
            "none" => {}
            kind => world.faults(&[lose(kind, 1)]),
        }
        world
    }
}

#[cfg(test)]
mod tests;
