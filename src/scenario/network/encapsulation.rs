//! `encapsulation`: what each layer puts around the bytes that someone wanted to send.
//!
//! Headers of RFC 791, 768 and 9293; frames of IEEE 802.3: 14 bytes before, 4 behind, at least
//! 64 in all, and 8 of preamble and 12 of pause that nobody else can use.

use std::collections::VecDeque;

use crate::proto::app::{App, AppInput, AppOutput};
use crate::proto::tcp::Config;
use crate::scenario::apps::{Act, Program, Role};
use crate::scenario::find::{CLIENT, SERVER, count, thousands};
use crate::scenario::measures::{PACKETS, bare};
use crate::scenario::params::{ParamKind, ParamSpec, Params};
use crate::scenario::presets::{PROFILE, RTT, config, failure, link, network, pair, server};
use crate::scenario::setup::Preset;
use crate::scenario::{
    About, Context, Fidelity, Figure, MeasureSpec, PAIR, Scenario, StepSpec, Term, Topic, Unit,
};
use crate::sim::time::Instant;
use crate::sim::trace::{EntryId, PacketView, Trace, TraceEvent};
use crate::sim::world::World;
use crate::wire::{Payload, Protocol, Unit as Message};

/// The scenario.
#[derive(Debug)]
pub(in crate::scenario) struct Encapsulation;

const PARAMS: &[ParamSpec] = &[
    RTT,
    PROFILE,
    ParamSpec {
        key: "payload",
        label: "Payload",
        help: "How many bytes the program sends, in one go.",
        kind: ParamKind::Bytes { min: 1, max: 65_000, default: 100 },
    },
    ParamSpec {
        key: "stack",
        label: "Protocols",
        help: "What carries the bytes over IPv4.",
        kind: ParamKind::Choice {
            options: &[
                ("tcp", "TCP with timestamps, as usual"),
                ("tcp-bare", "TCP without options"),
                ("udp", "UDP"),
            ],
            default: 0,
        },
    },
    ParamSpec {
        key: "vlan",
        label: "VLAN tag",
        help: "Whether each frame carries the tag of a virtual network.",
        kind: ParamKind::Choice {
            options: &[("none", "No tag"), ("tagged", "Tagged (IEEE 802.1Q)")],
            default: 0,
        },
    },
];

const PRESETS: &[Preset] = &[
    network("query", "A small query", &[("payload", "40B"), ("stack", "udp")]),
    network("page", "A page", &[("payload", "14480B")]),
    network("full", "One full segment", &[("payload", "1448B")]),
    network(
        "full-bare",
        "One full segment without options",
        &[("payload", "1460B"), ("stack", "tcp-bare")],
    ),
    failure("keystroke", "One keystroke", &[("payload", "1B"), ("stack", "tcp-bare")]),
    failure("one-too-many", "One byte too many", &[("payload", "1449B")]),
    failure("pieces", "A datagram in pieces", &[("payload", "4000B"), ("stack", "udp")]),
    failure("tagged", "One keystroke with a tag", &[("payload", "1B"), ("vlan", "tagged")]),
];

/// The ports.
const PORT: u16 = 8080;
const OWN: u16 = 40_000;

/// Ethernet around an IP packet: addresses and type, check sequence.
const FRAME: u64 = 14 + 4;
/// The smallest frame.
const FRAME_MIN: u64 = 64;
/// Preamble and the pause between frames.
const AROUND: u64 = 8 + 12;

/// The parts of what a packet takes on an Ethernet: frame, padding, preamble and pause.
fn ethernet(size: u64, tag: u64) -> [u64; 3] {
    let frame = FRAME + tag;
    [frame, FRAME_MIN.saturating_sub(size + frame), AROUND]
}

/// The packets that carry the payload: the client's with a body.
fn carriers(trace: &Trace) -> impl Iterator<Item = PacketView<'_>> {
    trace.packets().filter(|view| view.from == CLIENT && !view.sent.packet.body.is_empty())
}

/// What carrying the payload cost, part by part.
fn cost(trace: &Trace, params: &Params) -> Vec<Term> {
    let tag = if params.choice("vlan") == "tagged" { 4 } else { 0 };
    let (mut payload, mut ip, mut transport) = (0, 0, 0);
    let mut link = [0; 3];
    for view in carriers(trace) {
        let packet = &view.sent.packet;
        payload += packet.body.len();
        ip += 20;
        transport += (packet.head.len() as u64).saturating_sub(20);
        let parts = ethernet(u64::from(packet.size()), tag);
        link.iter_mut().zip(parts).for_each(|(sum, part)| *sum += part);
    }
    let [frame, padding, around] = link;
    let name = if params.choice("stack") == "udp" { "UDP" } else { "TCP" };
    [
        ("payload".to_owned(), payload),
        (format!("{name} headers"), transport),
        ("IP headers".to_owned(), ip),
        ("Ethernet frames".to_owned(), frame),
        ("padding to 64 bytes".to_owned(), padding),
        ("preamble and pause".to_owned(), around),
    ]
    .into_iter()
    .filter(|(_, value)| *value > 0)
    .map(|(label, value)| Term { label, value })
    .collect()
}

fn total(parts: &[Term]) -> u64 {
    parts.iter().map(|part| part.value).sum()
}

/// Sends one datagram.
#[derive(Debug, Default)]
struct Once {
    len: Option<u64>,
    out: VecDeque<AppOutput>,
}

impl App for Once {
    fn handle(&mut self, _now: Instant, input: AppInput) {
        if input != AppInput::Start {
            return;
        }
        let port = if self.len.is_some() { OWN } else { PORT };
        self.out.push_back(AppOutput::Bind { port });
        let Some(len) = self.len else { return };
        let unit = Message {
            protocol: Protocol::Data,
            kind: "request".to_owned(),
            name: "payload".to_owned(),
            detail: format!("{len} B"),
            offset: 0,
            len,
        };
        self.out.push_back(AppOutput::Datagram {
            from: OWN,
            to: server(PORT),
            payload: Payload::pattern(0, len),
            units: vec![unit],
        });
    }

    fn poll(&mut self, _now: Instant) -> Option<AppOutput> {
        self.out.pop_front()
    }

    fn poll_timeout(&self) -> Option<Instant> {
        None
    }
}

fn arrival(trace: &Trace) -> Option<EntryId> {
    let last = carriers(trace).last()?.sent.id;
    let arrives = trace.numbered().find(
        |(_, entry)| matches!(entry.event, TraceEvent::PacketReceived { id, .. } if id == last),
    );
    arrives.filter(|(_, entry)| entry.host == SERVER).map(|(id, _)| id)
}

const STEPS: &[StepSpec] = &[
    StepSpec {
        name: "first-packet",
        title: "First packet with payload",
        find: |trace| carriers(trace).next().map(|view| view.entry),
        caption: |trace, _| {
            let (size, payload) = carriers(trace)
                .next()
                .map_or((0, 0), |view| (view.sent.packet.size(), view.sent.packet.body.len()));
            format!(
                "The packet has {} for {} of the program.",
                count(size.into(), "byte"),
                count(payload, "byte")
            )
        },
    },
    StepSpec {
        name: "last-packet",
        title: "Last packet with payload",
        find: |trace| carriers(trace).nth(1).and_then(|_| carriers(trace).last()).map(|v| v.entry),
        caption: |trace, _| {
            let packets = carriers(trace).count() as u64;
            let last = carriers(trace).last().map_or(0, |view| view.sent.packet.body.len());
            format!(
                "The payload needs {}: the last one carries {}.",
                count(packets, "packet"),
                count(last, "byte")
            )
        },
    },
    StepSpec {
        name: "arrived",
        title: "All is there",
        find: arrival,
        caption: |trace, _| {
            let bytes: u64 = carriers(trace).map(|view| view.sent.packet.body.len()).sum();
            format!("The server has all {} bytes; every header is thrown away.", thousands(bytes))
        },
    },
];

fn on_the_wire(context: &Context<'_>) -> Option<Figure> {
    let sum = cost(context.trace, &context.setup.params);
    (!sum.is_empty()).then(|| Figure { value: total(&sum), sum })
}

const MEASURES: &[MeasureSpec] = &[
    MeasureSpec {
        name: "wire",
        title: "On the wire for the payload",
        unit: Unit::Bytes,
        compute: on_the_wire,
    },
    MeasureSpec {
        name: "efficiency",
        title: "Of it payload",
        unit: Unit::Percent,
        compute: |context| {
            let payload =
                carriers(context.trace).map(|view| view.sent.packet.body.len()).sum::<u64>();
            let wire = on_the_wire(context)?.value;
            Some(bare((payload * 1_000_000).checked_div(wire)?))
        },
    },
    MeasureSpec {
        name: "frames",
        title: "Frames with payload",
        unit: Unit::Count,
        compute: |context| Some(bare(carriers(context.trace).count() as u64)),
    },
    MeasureSpec {
        name: "all-wire",
        title: "On the wire in all",
        unit: Unit::Bytes,
        compute: |context| {
            let tag = if context.setup.params.choice("vlan") == "tagged" { 4 } else { 0 };
            let sizes = context.trace.packets().map(|view| u64::from(view.sent.packet.size()));
            Some(bare(sizes.map(|size| size + ethernet(size, tag).iter().sum::<u64>()).sum()))
        },
    },
    PACKETS,
];

const ABOUT: About = About {
    id: "encapsulation",
    title: "The tax of encapsulation",
    summary: "What each layer wraps around a payload, down to the pause between frames.",
    topic: Topic::Network,
    hosts: PAIR,
    kinds: &["syn", "syn-ack", "ack", "data", "fin", "rst", "window-update", "request", "fragment"],
    params: PARAMS,
    presets: PRESETS,
    steps: STEPS,
    measures: MEASURES,
    fidelity: Fidelity {
        modelled: "Every byte of IPv4, TCP and UDP headers, segments and pieces; the Ethernet \
                   frame around each packet as its size.",
        left_out: "IPv6, whose header has 40 bytes instead of 20; tunnels and encryption. The \
                   links themselves are charged for IP packets only.",
        standards: &["RFC 791", "RFC 768", "RFC 9293 section 3.1", "IEEE 802.3 clause 3"],
        checked: "1 byte over TCP without options: 84 on the wire, 1.2 %; 1,460: 1,538, 94.9 %; \
                  1,448 with timestamps: 94.1 %.",
    },
};

impl Scenario for Encapsulation {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn build(&self, params: &Params, seed: u64) -> World {
        let len = params.number("payload");
        let stack = params.choice("stack");
        if stack == "udp" {
            let client = Once { len: Some(len), ..Once::default() };
            return pair(seed, link(params), client, Once::default());
        }
        let config = Config { timestamps: stack == "tcp", nodelay: true, ..config(params) };
        let client = Program::new(Role::Connect(server(PORT), config))
            .on_open(&[Act::Message("request", "payload", len), Act::Close]);
        let there = Program::new(Role::Listen(PORT, config)).on_peer_closed(&[Act::Close]);
        pair(seed, link(params), client, there)
    }
}

#[cfg(test)]
mod tests {
    use super::Encapsulation;
    use crate::scenario::testing::{run_preset, run_with, value};

    /// Bytes on the wire and payload in hundredths of a per cent.
    fn cost(settings: &str) -> (u64, u64) {
        let run = run_with(&Encapsulation, settings, &[]);
        (value(&run, "wire").unwrap(), value(&run, "efficiency").unwrap() / 100)
    }

    #[test]
    fn a_keystroke_takes_84_bytes_and_a_full_segment_1538() {
        assert_eq!(cost("payload=1B stack=tcp-bare"), (84, 119));
        assert_eq!(cost("payload=1460B stack=tcp-bare"), (1_538, 9_492));
        assert_eq!(cost("payload=1448B stack=tcp"), (1_538, 9_414));
        // Addresses, type and check sequence are as long without TCP.
        assert_eq!(cost("payload=1472B stack=udp"), (1_538, 9_570));
        assert_eq!(cost("payload=1B stack=tcp-bare vlan=tagged"), (84, 119));
        assert_eq!(cost("payload=100B stack=udp vlan=tagged"), (170, 5_882));
    }

    #[test]
    fn a_byte_too_many_takes_a_frame_of_its_own() {
        let run = run_preset(&Encapsulation, "one-too-many");
        assert_eq!(value(&run, "frames"), Some(2));
        // The second frame: 52 of headers, 1 byte, 18 around it, 20 that nobody can use.
        assert_eq!(value(&run, "wire"), Some(1_538 + 91));
    }

    #[test]
    fn a_large_datagram_travels_in_pieces_and_only_the_first_has_the_udp_header() {
        let run = run_preset(&Encapsulation, "pieces");
        assert_eq!(value(&run, "frames"), Some(3));
        assert_eq!(value(&run, "wire"), Some(4_000 + 8 + 3 * (20 + 38)));
    }
}
