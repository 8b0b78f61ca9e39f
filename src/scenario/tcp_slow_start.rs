//! `tcp-slow-start`: how a transfer grows from ten segments, round trip by round trip.
//!
//! RFC 5681 section 3.1 and RFC 6928.

use super::apps::{Act, Program, Role};
use super::find::{
    ACK, CLIENT, SERVER, at, count, ms, segment, segment_at, sent_by, thousands, when,
};
use super::measures::{PACKETS, RETRANSMISSIONS, bare, between};
use super::params::{ParamKind, ParamSpec, Params};
use super::presets::{
    ATLANTIC, LAN, LOSS, MOBILE, PROFILE, RATE, RTT, SATELLITE, WIFI, config, failure, link, pair,
    server,
};
use super::setup::Preset;
use super::stream::progress;
use super::{
    About, Context, Fidelity, Figure, MeasureSpec, PAIR, Scenario, StepSpec, TCP_KINDS, Term,
    Topic, Unit,
};
use crate::proto::tcp::Config;
use crate::sim::endpoint::Event;
use crate::sim::link::{LinkConfig, Outcome};
use crate::sim::time::{Instant, nanos};
use crate::sim::trace::{EntryId, Trace, TraceEvent};
use crate::sim::world::World;

/// The scenario.
#[derive(Debug)]
pub(super) struct TcpSlowStart;

/// The server's port.
const PORT: u16 = 8080;
/// The length of the request.
const REQUEST: u64 = 100;
/// What the timestamps take of each segment (RFC 7323 section 3.2, with padding).
const TIMESTAMPS: u64 = 12;
/// The headers that the MSS leaves out (RFC 9293 section 3.7.1).
const HEADERS: u64 = 40;
/// Ethernet's largest packet.
const MTU: u64 = 1500;

const PARAMS: &[ParamSpec] = &[
    RTT,
    LOSS,
    RATE,
    PROFILE,
    ParamSpec {
        key: "size",
        label: "Size",
        help: "How much the server sends.",
        kind: ParamKind::Bytes { min: 1_000, max: 10_000_000, default: 200_000 },
    },
    ParamSpec {
        key: "iw",
        label: "First window",
        help: "How many segments the server sends before the first ACK comes back.",
        kind: ParamKind::Count { min: 1, max: 40, default: 10 },
    },
    ParamSpec {
        key: "mss",
        label: "MSS",
        help: "The largest segment: the packet size without 40 bytes of headers; timestamps take \
               12 of it.",
        kind: ParamKind::Bytes { min: 536, max: 8_960, default: 1_460 },
    },
    ParamSpec {
        key: "window",
        label: "Receive window",
        help: "How much the client can buffer; 1 GB is as good as without limit.",
        kind: ParamKind::Bytes { min: 64_000, max: 1_000_000_000, default: 1_000_000_000 },
    },
];

const PRESETS: &[Preset] = &[
    LAN,
    WIFI,
    MOBILE,
    ATLANTIC,
    SATELLITE,
    failure("iw-1", "First window of one", &[("iw", "1")]),
    failure("small-window", "Small receive window", &[("window", "64kB")]),
    failure("lossy", "1 % loss", &[("loss", "1%")]),
    failure("bottleneck", "10 Mbit/s bottleneck", &[("rate", "10Mbit/s")]),
];

/// What is sent before the acknowledgment of its first segment comes back.
#[derive(Clone, Copy, Debug)]
struct Round {
    /// The sending of its first segment.
    entry: EntryId,
    /// What acknowledges that segment.
    mark: u32,
    /// How many segments it has.
    segments: u64,
    /// How many bytes they carry.
    bytes: u64,
    /// The latest arrival of one of them.
    arrival: Instant,
}

/// The rounds of the server's data.
fn rounds(trace: &Trace) -> Vec<Round> {
    let mut rounds: Vec<Round> = Vec::new();
    let mut over = true;
    for (entry, what) in trace.numbered().filter(|(_, entry)| entry.host == SERVER) {
        match &what.event {
            TraceEvent::PacketSent(sent) => {
                let Some(data) = trace.packet(sent.id).and_then(segment).filter(|s| s.len > 0)
                else {
                    continue;
                };
                let arrival = data.packet.sent.fate.end();
                if over {
                    over = false;
                    let mark = data.data_end();
                    rounds.push(Round { entry, mark, segments: 0, bytes: 0, arrival });
                }
                if let Some(round) = rounds.last_mut() {
                    round.segments += 1;
                    round.bytes += u64::from(data.len);
                    round.arrival = round.arrival.max(arrival);
                }
            }
            TraceEvent::PacketReceived { id, .. } => {
                let Some(ack) = trace.packet(*id).and_then(segment) else { continue };
                let whole = matches!(ack.packet.sent.fate.outcome, Outcome::Delivered { .. });
                over |= whole && ack.has(ACK) && rounds.last().is_some_and(|r| ack.ack >= r.mark);
            }
            TraceEvent::Endpoint(_) => {}
        }
    }
    rounds
}

/// How many bytes the client has when each round has arrived.
fn bytes_by_round(trace: &Trace) -> Vec<u64> {
    let progress = progress(trace, CLIENT);
    let mut until = Instant::START;
    let by_round = rounds(trace).into_iter().map(|round| {
        until = until.max(round.arrival);
        let in_time = |entry| at(trace, entry) <= until;
        let next = progress.iter().rev().find(|(entry, _)| in_time(*entry)).map_or(1, |(_, n)| *n);
        u64::from(next) - 1
    });
    by_round.collect()
}

/// The data of a full segment.
fn payload(params: &Params) -> u64 {
    params.number("mss") - TIMESTAMPS
}

fn flight<const N: usize>(trace: &Trace) -> Option<EntryId> {
    rounds(trace).get(N - 1).map(|round| round.entry)
}

fn flight_caption<const N: usize>(trace: &Trace, entry: EntryId) -> String {
    let rounds = rounds(trace);
    let Some(round) = rounds.get(N - 1) else { return String::new() };
    let segments = count(round.segments, "segment");
    let bytes = thousands(round.bytes);
    let again = segment_at(trace, entry).is_some_and(|s| s.packet.sent.retransmits.is_some());
    match rounds.get(N.wrapping_sub(2)) {
        _ if again => format!(
            "Round {N} at {}: a segment was lost, and goes out again; {segments} in this round.",
            when(trace, entry)
        ),
        None => format!(
            "Round 1: the server does not know the path and starts with {segments}, {bytes} bytes. \
             Then it must wait."
        ),
        Some(before) => format!(
            "Round {N} at {}: the ACKs of {} let {segments} out, {bytes} bytes.",
            when(trace, entry),
            count(before.segments, "segment")
        ),
    }
}

fn bytes_after<const N: usize>(context: &Context<'_>) -> Option<Figure> {
    let bytes = bytes_by_round(context.trace);
    let value = *bytes.get(N.checked_sub(1)?)?;
    let before = core::iter::once(0).chain(bytes.iter().copied());
    let sum = bytes.iter().zip(before).zip(1..=N).map(|((bytes, before), nth)| Term {
        label: format!("round {nth}"),
        value: bytes - before,
    });
    Some(Figure { value, sum: sum.collect() })
}

/// The time from the request to an entry.
fn since_request(trace: &Trace, entry: EntryId) -> u64 {
    let request = sent_by(trace, CLIENT).find(|segment| segment.len > 0);
    nanos(at(trace, entry) - request.map_or(Instant::START, |segment| segment.packet.at))
}

const fn flight_step<const N: usize>(name: &'static str, title: &'static str) -> StepSpec {
    StepSpec { name, title, find: flight::<N>, caption: flight_caption::<N> }
}

const fn bytes_measure<const N: usize>(name: &'static str, title: &'static str) -> MeasureSpec {
    MeasureSpec { name, title, unit: Unit::Bytes, compute: bytes_after::<N> }
}

const STEPS: &[StepSpec] = &[
    StepSpec {
        name: "request",
        title: "Request",
        find: |trace| sent_by(trace, CLIENT).find(|s| s.len > 0).map(|s| s.packet.entry),
        caption: |trace, entry| {
            format!(
                "The connection is open. At {} the client asks; from here the time counts.",
                when(trace, entry)
            )
        },
    },
    flight_step::<1>("flight-1", "Round 1"),
    flight_step::<2>("flight-2", "Round 2"),
    flight_step::<3>("flight-3", "Round 3"),
    flight_step::<4>("flight-4", "Round 4"),
    flight_step::<5>("flight-5", "Round 5"),
    flight_step::<6>("flight-6", "Round 6"),
    flight_step::<7>("flight-7", "Round 7"),
    flight_step::<8>("flight-8", "Round 8"),
    StepSpec {
        name: "first-byte",
        title: "First byte",
        find: |trace| progress(trace, CLIENT).first().map(|(entry, _)| *entry),
        caption: |trace, entry| {
            let len = segment_at(trace, entry).map_or(0, |segment| segment.len);
            format!(
                "The first {} bytes are here, {} after the request.",
                thousands(u64::from(len)),
                ms(since_request(trace, entry))
            )
        },
    },
    StepSpec {
        name: "last-byte",
        title: "Last byte",
        find: |trace| progress(trace, CLIENT).last().map(|(entry, _)| *entry),
        caption: |trace, entry| {
            let bytes = progress(trace, CLIENT).last().map_or(0, |(_, next)| u64::from(*next) - 1);
            format!(
                "All {} bytes are here, {} after the request, in {}.",
                thousands(bytes),
                ms(since_request(trace, entry)),
                count(rounds(trace).len() as u64, "round")
            )
        },
    },
];

const MEASURES: &[MeasureSpec] = &[
    MeasureSpec {
        name: "rounds",
        title: "Rounds",
        unit: Unit::Count,
        compute: |context| Some(bare(rounds(context.trace).len() as u64)).filter(|f| f.value > 0),
    },
    MeasureSpec {
        name: "first-byte",
        title: "First byte after the request",
        unit: Unit::Milliseconds,
        compute: |context| between(context, "request", "first-byte"),
    },
    MeasureSpec {
        name: "last-byte",
        title: "Last byte after the request",
        unit: Unit::Milliseconds,
        compute: |context| between(context, "request", "last-byte"),
    },
    bytes_measure::<1>("bytes-1", "Bytes after round 1"),
    bytes_measure::<2>("bytes-2", "Bytes after round 2"),
    bytes_measure::<3>("bytes-3", "Bytes after round 3"),
    bytes_measure::<4>("bytes-4", "Bytes after round 4"),
    bytes_measure::<5>("bytes-5", "Bytes after round 5"),
    bytes_measure::<6>("bytes-6", "Bytes after round 6"),
    bytes_measure::<7>("bytes-7", "Bytes after round 7"),
    bytes_measure::<8>("bytes-8", "Bytes after round 8"),
    PACKETS,
    MeasureSpec {
        name: "cwnd-max",
        title: "Largest congestion window (segments)",
        unit: Unit::Count,
        compute: |context| {
            let values = context.trace.entries.iter().filter(|entry| entry.host == SERVER);
            let largest = values.filter_map(|entry| match &entry.event {
                TraceEvent::Endpoint(Event::MetricUpdated { name: "cwnd", value, .. }) => {
                    Some(*value)
                }
                _ => None,
            });
            let bytes = largest.max()?;
            Some(bare(bytes.div_ceil(payload(&context.setup.params))))
        },
    },
    RETRANSMISSIONS,
];

const FIDELITY: Fidelity = Fidelity {
    modelled: "The first window, growth by acknowledged bytes, the limit of the receive window, \
               congestion avoidance after a loss, and the queue of a bottleneck.",
    left_out: "Pacing, HyStart, CUBIC and automatic growth of the receive buffer. Queues have no \
               end, so a bottleneck delays and does not drop.",
    standards: &["RFC 5681 section 3.1", "RFC 6928 section 2", "RFC 9293 section 3.8.6"],
    checked: "Bytes per round against Linux 6.18 (14,480, 43,440, 101,360) and the number of \
              rounds against the closed form for sizes from 1 kB to 10 MB.",
};

const ABOUT: About = About {
    id: "tcp-slow-start",
    title: "Slow start",
    summary: "A sender that does not know the path starts small and doubles each round trip.",
    topic: Topic::Tcp,
    hosts: PAIR,
    kinds: TCP_KINDS,
    params: PARAMS,
    presets: PRESETS,
    steps: STEPS,
    measures: MEASURES,
    fidelity: FIDELITY,
};

impl Scenario for TcpSlowStart {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn build(&self, params: &Params, seed: u64) -> World {
        let tcp = Config {
            mss: u16::try_from(params.number("mss")).unwrap_or(u16::MAX),
            ..config(params)
        };
        let receiver = Config { receive_window: params.number("window"), autotune: false, ..tcp };
        let window = u32::try_from(params.number("iw")).ok();
        let sender = Config { initial_window: window, ..tcp };
        let client = Program::new(Role::Connect(server(PORT), receiver))
            .on_open(&[Act::Message("request", "Request", REQUEST)]);
        let answer = Program::new(Role::Listen(PORT, sender))
            .on_received(REQUEST, &[Act::Send(params.number("size"))]);
        let mtu = (params.number("mss") + HEADERS).max(MTU);
        let link = LinkConfig { mtu: u32::try_from(mtu).unwrap_or(u32::MAX), ..link(params) };
        pair(seed, link, client, answer)
    }
}

#[cfg(test)]
mod tests;
