//! `udp-voice`: a call, a packet every 20 ms: what is late is as lost as what is lost.
//!
//! RTP (RFC 3550) over UDP, or with its length in front (RFC 4571) over TCP.

mod apps;
mod moments;

use core::time::Duration;

use self::apps::{Late, Listener, Speaker};
use self::moments::{STEPS, amounts, heard, stalled};
use crate::proto::host::Host;
use crate::proto::tcp::{Config, Profile};
use crate::scenario::find::{arrivals, at, note};
use crate::scenario::measures::{BYTES_ON_WIRE, PACKETS, RETRANSMISSIONS, bare};
use crate::scenario::params::{ParamKind, ParamSpec, Params};
use crate::scenario::presets::{LOSS, MS, RTT, failure, link, network, server};
use crate::scenario::setup::Preset;
use crate::scenario::stream::Stream;
use crate::scenario::{About, Context, Fidelity, Figure, MeasureSpec, Scenario, Term, Topic, Unit};
use crate::sim::link::LinkConfig;
use crate::sim::time::nanos;
use crate::sim::trace::{self, HostId, PacketView, Trace};
use crate::sim::world::World;

/// The scenario.
#[derive(Debug)]
pub(in crate::scenario) struct UdpVoice;

/// The port of both programs, the one that RFC 3551 section 8 names.
const PORT: u16 = 5_004;
/// The sound in a packet: 20 ms.
const EVERY: Duration = Duration::from_millis(20);
/// Its size in bytes: G.711 has 8,000 samples a second of one byte each.
const SOUND: u32 = 160;
/// Who speaks and who listens.
const SPEAKER: HostId = HostId(0);
const LISTENER: HostId = HostId(1);
const SPEAKER_IP: [u8; 4] = [192, 0, 2, 10];

const PARAMS: &[ParamSpec] = &[
    RTT,
    ParamSpec { kind: ParamKind::Share { max: 200_000, default: 50_000 }, ..LOSS },
    ParamSpec {
        key: "jitter",
        label: "Jitter",
        help: "How much longer than the shortest time a packet may take, at random; order stays.",
        kind: ParamKind::Duration { min: 0, max: 200 * MS, default: 30 * MS },
    },
    ParamSpec {
        key: "stack",
        label: "Transport",
        help: "Whether the sound travels in datagrams, or in a stream that repairs every loss.",
        kind: ParamKind::Choice { options: &[("udp", "UDP"), ("tcp", "TCP")], default: 0 },
    },
    ParamSpec {
        key: "buffer",
        label: "Jitter buffer",
        help: "How long the player keeps the first packet before it begins to play.",
        kind: ParamKind::Duration { min: 0, max: 200 * MS, default: 60 * MS },
    },
    ParamSpec {
        key: "late",
        label: "What is late",
        help: "Whether the player leaves out what is not here in time, or stops until it comes.",
        kind: ParamKind::Choice {
            options: &[("skip", "Is left out"), ("wait", "Is waited for")],
            default: 0,
        },
    },
    ParamSpec {
        key: "packets",
        label: "Packets",
        help: "How long the call is, in packets of 20 ms.",
        kind: ParamKind::Count { min: 5, max: 3_000, default: 50 },
    },
];

const PRESETS: &[Preset] = &[
    network("lan", "LAN", &[("rtt", "1ms"), ("jitter", "1ms"), ("loss", "0%")]),
    network("wifi", "Home Wi-Fi", &[("rtt", "20ms"), ("jitter", "20ms"), ("loss", "1%")]),
    network("mobile", "4G", &[("rtt", "60ms"), ("jitter", "40ms"), ("loss", "1%")]),
    network("atlantic", "Transatlantic", &[("rtt", "100ms"), ("jitter", "10ms"), ("loss", "0%")]),
    network("satellite", "Satellite", &[("rtt", "600ms"), ("jitter", "10ms"), ("loss", "1%")]),
    lost("one-lost", "One lost, UDP", &[("loss", "0%"), ("jitter", "0ms")]),
    lost("tcp", "One lost, TCP", &[("loss", "0%"), ("jitter", "0ms"), ("stack", "tcp")]),
    lost(
        "tcp-waits",
        "One lost, TCP, waited for",
        &[("loss", "0%"), ("jitter", "0ms"), ("stack", "tcp"), ("late", "wait")],
    ),
    failure("no-buffer", "No jitter buffer", &[("loss", "0%"), ("buffer", "0ms")]),
    failure("bad-line", "Bad line", &[("loss", "10%"), ("jitter", "120ms"), ("buffer", "20ms")]),
    failure(
        "bad-line-tcp",
        "Bad line, TCP",
        &[("loss", "10%"), ("jitter", "120ms"), ("buffer", "20ms"), ("stack", "tcp")],
    ),
];

/// A failure in which the tenth packet of sound is lost.
const fn lost(
    name: &'static str,
    title: &'static str,
    set: &'static [(&'static str, &'static str)],
) -> Preset {
    Preset { name, title, failure: true, set, faults: &["drop:voice#10"] }
}

/// The packets that carry sound, in the order of sending.
fn voices(trace: &Trace) -> impl Iterator<Item = PacketView<'_>> {
    let has = |packet: &PacketView<'_>| !packet.sent.packet.body.is_empty();
    trace.packets().filter(move |packet| packet.from == SPEAKER && has(packet))
}

/// From the mouth to the ear: the time until a packet is full, its way, and its wait.
fn mouth_to_ear(context: &Context<'_>) -> Option<Figure> {
    let trace = context.trace;
    let sound = note(trace, LISTENER, "first-sound")?;
    let arrived = voices(trace).filter_map(|packet| Some((packet.sent.fate.arrival()?, packet.at)));
    let (arrival, sent) = arrived.min()?;
    let way = nanos(arrival - sent);
    let kept = nanos(at(trace, sound) - arrival);
    let term = |label: &str, value| Term { label: label.to_owned(), value };
    let mut sum = vec![
        term("until a packet is full", nanos(EVERY)),
        term("on the way", way),
        term("in the jitter buffer", kept),
    ];
    let stops = stalled(trace);
    if stops > 0 {
        sum.push(term("the sound had stopped", stops));
    }
    Some(Figure { value: sum.iter().map(|term| term.value).sum(), sum })
}

/// What was not heard, and why.
fn silent(context: &Context<'_>) -> Option<Figure> {
    let trace = context.trace;
    let value = context.setup.params.number("packets") - heard(trace)?;
    let late = (amounts(trace, "late").count() as u64).min(value);
    let all = [("here too late", late), ("never here", value - late)];
    let sum = all
        .into_iter()
        .filter(|(_, value)| *value > 0)
        .map(|(label, value)| Term { label: label.to_owned(), value })
        .collect();
    Some(Figure { value, sum })
}

const MEASURES: &[MeasureSpec] = &[
    MeasureSpec {
        name: "played",
        title: "Heard",
        unit: Unit::Percent,
        compute: |context| {
            let all = context.setup.params.number("packets");
            Some(bare((heard(context.trace)? * 1_000_000).checked_div(all)?))
        },
    },
    MeasureSpec { name: "silent", title: "Packets not heard", unit: Unit::Count, compute: silent },
    MeasureSpec {
        name: "lost",
        title: "Lost on the way",
        unit: Unit::Count,
        compute: |context| {
            let lost = voices(context.trace).filter(|p| p.sent.fate.arrival().is_none());
            Some(bare(lost.count() as u64))
        },
    },
    MeasureSpec {
        name: "late",
        title: "Here too late",
        unit: Unit::Count,
        compute: |context| Some(bare(amounts(context.trace, "late").count() as u64)),
    },
    MeasureSpec {
        name: "mouth-to-ear",
        title: "From mouth to ear",
        unit: Unit::Milliseconds,
        compute: mouth_to_ear,
    },
    MeasureSpec {
        name: "needed",
        title: "Jitter buffer that was enough",
        unit: Unit::Milliseconds,
        compute: |context| amounts(context.trace, "needed").next().map(bare),
    },
    MeasureSpec {
        name: "stalls",
        title: "Stops of the sound",
        unit: Unit::Count,
        compute: |context| Some(bare(amounts(context.trace, "stall").count() as u64)),
    },
    MeasureSpec {
        name: "stalled",
        title: "Stopped for",
        unit: Unit::Milliseconds,
        compute: |context| Some(bare(stalled(context.trace))),
    },
    MeasureSpec {
        name: "head-of-line",
        title: "Received and kept back by TCP",
        unit: Unit::Milliseconds,
        compute: |context| {
            let mut stream = Stream::default();
            for (entry, segment) in arrivals(context.trace, LISTENER) {
                stream.receive(at(context.trace, entry), &segment);
            }
            let tcp = context.setup.params.choice("stack") == "tcp";
            tcp.then(|| bare(nanos(stream.waited)))
        },
    },
    RETRANSMISSIONS,
    PACKETS,
    BYTES_ON_WIRE,
];

const FIDELITY: Fidelity = Fidelity {
    modelled: "Packets of RTP with 20 ms of sound each, over UDP or over TCP without Nagle, a \
               player with a jitter buffer of fixed length, loss and jitter of each packet.",
    left_out: "Codecs that hide gaps, redundancy and repair in good time, buffers that adapt, \
               RTCP, encryption, and congestion: a call yields to nobody here.",
    standards: &["RFC 3550 section 5.1", "RFC 3551 section 4.5.14", "RFC 4571 section 2"],
    checked: "Without loss all is heard as soon as the buffer is as long as the jitter; one loss \
              costs UDP one packet, and keeps TCP back for 1.25 round trips (RFC 8985) and Linux's tick.",
};

const ABOUT: About = About {
    id: "udp-voice",
    title: "A call over UDP or TCP",
    summary: "A packet every 20 ms: what comes too late is as good as lost, and repair comes late.",
    topic: Topic::Udp,
    hosts: &["caller", "listener"],
    kinds: &["voice", "syn", "syn-ack", "ack", "data", "fin", "rst", "window-update"],
    params: PARAMS,
    presets: PRESETS,
    steps: STEPS,
    measures: MEASURES,
    fidelity: FIDELITY,
};

impl Scenario for UdpVoice {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn build(&self, params: &Params, seed: u64) -> World {
        let tcp = (params.choice("stack") == "tcp").then(|| Config::new(Profile::LINUX));
        let late = if params.choice("late") == "wait" { Late::Wait } else { Late::Skip };
        let packets = u32::try_from(params.number("packets")).unwrap_or(5);
        let there = server(PORT);
        let mut world = World::new(seed);
        let speaker = Speaker::new(there, tcp, packets);
        let listener = Listener::new(tcp, late, params.duration("buffer"), packets);
        let speaker = Host::new(SPEAKER_IP, world.stream("caller"), speaker);
        let listener = Host::new(there.ip, world.stream("listener"), listener);
        let lane = |name, title, address| trace::Host { name, title, address };
        let speaker = world.host(lane("caller", "Caller", SPEAKER_IP), speaker);
        let listener = world.host(lane("listener", "Listener", there.ip), listener);
        let way = LinkConfig { jitter: params.duration("jitter"), ..link(params) };
        world.connect(speaker, listener, way);
        world
    }
}

#[cfg(test)]
mod tests;
