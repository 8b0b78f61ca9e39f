//! `dns-amplification`: small questions under another's address, large answers to the victim.
//!
//! The factors are those of US-CERT's alert TA14-017A; the defence is RFC 2827 (BCP 38).

mod hosts;

use core::time::Duration;

use self::hosts::{Edge, Forger, Reflector, Victim, table};
use super::KINDS;
use crate::proto::host;
use crate::proto::router::Router;
use crate::scenario::find::{arrival_of, count, note};
use crate::scenario::measures::{BYTES_ON_WIRE, PACKETS, bare};
use crate::scenario::params::{ParamKind, ParamSpec, Params};
use crate::scenario::presets::{MS, failure, network};
use crate::scenario::setup::Preset;
use crate::scenario::{About, Context, Fidelity, MeasureSpec, Scenario, StepSpec, Topic, Unit};
use crate::sim::endpoint::Event;
use crate::sim::link::LinkConfig;
use crate::sim::route::Prefix;
use crate::sim::trace::{Host, HostId, PacketView, Trace, TraceEvent};
use crate::sim::world::World;

/// The scenario.
#[derive(Debug)]
pub(in crate::scenario) struct DnsAmplification;

const FORGER: HostId = HostId(0);
const EDGE: HostId = HostId(1);
const REFLECTOR: HostId = HostId(2);
const VICTIM: HostId = HostId(3);

const FORGER_IP: [u8; 4] = [192, 0, 2, 66];
const EDGE_IP: [u8; 4] = [192, 0, 2, 1];
const REFLECTOR_IP: [u8; 4] = [203, 0, 113, 53];
const VICTIM_IP: [u8; 4] = [198, 51, 100, 9];

/// Bits per second in a megabit per second.
const MEGA: u64 = 1_000_000;

const PARAMS: &[ParamSpec] = &[
    ParamSpec {
        key: "rtt",
        label: "Round trip",
        help: "How long a packet takes there and back between any two of them.",
        kind: ParamKind::Duration { min: MS, max: 1_000 * MS, default: 40 * MS },
    },
    ParamSpec {
        key: "rate",
        label: "The attacker's rate",
        help: "How many bits a second of questions the attacker sends, headers not counted.",
        kind: ParamKind::Rate { max: 1_000 * MEGA, default: 100 * MEGA },
    },
    ParamSpec {
        key: "protocol",
        label: "Protocol",
        help: "What is asked of the server in the middle, and how much more it answers.",
        kind: ParamKind::Choice {
            options: &[
                ("dns", "DNS, a large record: 54"),
                ("ntp", "NTP monlist: 557"),
                ("memcached", "memcached: 10,000"),
                ("chargen", "CharGEN: 359"),
                ("ssdp", "SSDP: 31"),
                ("cldap", "CLDAP: 56"),
                ("quic", "QUIC, which stops at 3"),
            ],
            default: 0,
        },
    },
    ParamSpec {
        key: "questions",
        label: "Questions",
        help: "How many forged questions are shown of the attack.",
        kind: ParamKind::Count { min: 1, max: 200, default: 4 },
    },
    ParamSpec {
        key: "spoofing",
        label: "Forged addresses",
        help: "Whether the attacker's own network lets packets with another's address out.",
        kind: ParamKind::Choice {
            options: &[("passes", "Pass"), ("filtered", "Are filtered")],
            default: 0,
        },
    },
];

const PRESETS: &[Preset] = &[
    network("near", "Near", &[("rtt", "10ms")]),
    network("far", "Far", &[("rtt", "200ms")]),
    failure("ntp", "NTP", &[("protocol", "ntp"), ("questions", "2")]),
    failure("quic", "QUIC", &[("protocol", "quic")]),
    failure("filtered", "Filtered at the source", &[("spoofing", "filtered")]),
];

/// The forged questions.
fn questions(trace: &Trace) -> impl Iterator<Item = PacketView<'_>> {
    trace.packets().filter(|packet| packet.from == FORGER)
}

/// Bytes of datagrams that a host sends, headers not counted.
fn payload(trace: &Trace, from: HostId) -> u64 {
    let packets = trace.packets().filter(|packet| packet.from == from);
    packets.map(|packet| packet.sent.packet.body.len()).sum()
}

/// How many bytes answer one byte of questions, in thousandths.
fn factor(trace: &Trace) -> Option<u64> {
    let asked = payload(trace, EDGE);
    (payload(trace, REFLECTOR) * 1_000).checked_div(asked)
}

fn answered(trace: &Trace) -> Option<PacketView<'_>> {
    trace.packets().find(|packet| packet.from == REFLECTOR)
}

const STEPS: &[StepSpec] = &[
    StepSpec {
        name: "question",
        title: "Forged question",
        find: |trace| questions(trace).next().map(|packet| packet.entry),
        caption: |trace, entry| {
            let size = super::size_at(trace, entry);
            format!("A question of {size} bytes, with the victim's address as its sender.")
        },
    },
    StepSpec {
        name: "filtered",
        title: "Filtered",
        find: |trace| {
            trace
                .numbered()
                .find(|(_, entry)| {
                    entry.host == EDGE
                        && matches!(entry.event, TraceEvent::Endpoint(Event::PacketDropped { .. }))
                })
                .map(|(id, _)| id)
        },
        caption: |_, _| {
            "The attacker's own network knows that this address is not one of its own, and drops \
             the packet."
                .to_owned()
        },
    },
    StepSpec {
        name: "answer",
        title: "Answer",
        find: |trace| answered(trace).map(|packet| packet.entry),
        caption: |trace, entry| {
            let at = answered(trace).map(|packet| packet.at);
            let together =
                trace.packets().filter(|packet| packet.from == REFLECTOR && Some(packet.at) == at);
            let (packets, bytes) = together.fold((0, 0), |(packets, bytes), packet| {
                (packets + 1, bytes + packet.sent.packet.body.len())
            });
            let _ = entry;
            format!(
                "The server answers whom it believes to have asked: {bytes} bytes in {}.",
                count(packets, "packet")
            )
        },
    },
    StepSpec {
        name: "hit",
        title: "At the victim",
        find: |trace| arrival_of(trace, answered(trace)?.sent.id),
        caption: |trace, _| {
            let times = factor(trace).unwrap_or(0) / 1_000;
            format!("The victim gets {times} times what the attacker sent, and never asked for it.")
        },
    },
    StepSpec {
        name: "not-asked",
        title: "Not asked for",
        find: |trace| note(trace, VICTIM, "unasked"),
        caption: |_, _| {
            "The victim throws it away, but its link has carried it already.".to_owned()
        },
    },
];

/// What a rate of the attacker becomes at the victim, in Mbit/s.
fn at_victim(context: &Context<'_>) -> u64 {
    let times = factor(context.trace).unwrap_or(0);
    context.setup.params.number("rate") * times / 1_000 / MEGA
}

const MEASURES: &[MeasureSpec] = &[
    MeasureSpec {
        name: "factor",
        title: "Bytes of answer for each byte of question",
        unit: Unit::Count,
        compute: |context| Some(bare((factor(context.trace).unwrap_or(0) + 500) / 1_000)),
    },
    MeasureSpec {
        name: "at-victim",
        title: "Mbit/s at the victim",
        unit: Unit::Count,
        compute: |context| Some(bare(at_victim(context))),
    },
    MeasureSpec {
        name: "question-size",
        title: "Question",
        unit: Unit::Bytes,
        compute: |context| {
            questions(context.trace).next().map(|packet| bare(packet.sent.packet.body.len()))
        },
    },
    MeasureSpec {
        name: "answer-size",
        title: "Answer",
        unit: Unit::Bytes,
        compute: |context| {
            let asked = context.trace.packets().filter(|packet| packet.from == EDGE).count() as u64;
            Some(bare(payload(context.trace, REFLECTOR).checked_div(asked)?))
        },
    },
    PACKETS,
    BYTES_ON_WIRE,
];

const FIDELITY: Fidelity = Fidelity {
    modelled: "Forged sender addresses, a real question and a real answer of DNS with EDNS, in \
               pieces; a network that filters forged addresses at its edge.",
    left_out: "Of the other protocols only the sizes are true, taken from the published factors. \
               Thousands of servers take part in a real attack; here it is one.",
    standards: &["RFC 2827", "RFC 5358", "RFC 8482", "RFC 9000 section 8.1"],
    checked: "100 Mbit/s become 5.4 Gbit/s by DNS, 55.7 by NTP, 0.3 by QUIC, and nothing if \
              forged addresses are filtered.",
};

const ABOUT: About = About {
    id: "dns-amplification",
    title: "Answers to someone who did not ask",
    summary: "A small question under the victim's address makes a server send it a large answer.",
    topic: Topic::Dns,
    hosts: &["attacker", "edge", "server", "victim"],
    kinds: KINDS,
    params: PARAMS,
    presets: PRESETS,
    steps: STEPS,
    measures: MEASURES,
    fidelity: FIDELITY,
};

impl Scenario for DnsAmplification {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn build(&self, params: &Params, seed: u64) -> World {
        let mut world = World::new(seed);
        let kind = table(params.choice("protocol"));
        let questions = u32::try_from(params.number("questions")).unwrap_or(1);
        let bits = u64::from(kind.question) * 8;
        let rate = params.number("rate").max(8_000);
        let every = Duration::from_nanos(bits * 1_000_000_000 / rate);
        let forger = Forger::new(kind, (VICTIM_IP, REFLECTOR_IP), questions, every);
        let host = |name, title, address| Host { name, title, address };
        let forger = world.host(host("attacker", "Attacker", FORGER_IP), forger);
        let router = Router::new(EDGE_IP);
        let router = match params.choice("spoofing") {
            "filtered" => router.with(Edge(Prefix::new(FORGER_IP, 24))),
            _ => router,
        };
        let edge = world.host(host("edge", "Its network", EDGE_IP), router);
        let rng = world.stream("hosts");
        let app = Reflector::new(kind);
        let server = host::Host::new(REFLECTOR_IP, rng, app);
        let server = world.host(host("server", "Server", REFLECTOR_IP), server);
        let victim = host::Host::new(VICTIM_IP, rng, Victim::default());
        let victim = world.host(host("victim", "Victim", VICTIM_IP), victim);
        let way = LinkConfig::new(params.duration("rtt") / 4);
        world.connect(forger, edge, way);
        world.connect(edge, server, way);
        world.connect(server, victim, LinkConfig::new(params.duration("rtt") / 2));
        world.route(forger, Prefix::ALL, edge);
        world
    }
}

#[cfg(test)]
mod tests {
    //! T38: what 100 Mbit/s become.

    use super::DnsAmplification;
    use crate::scenario::testing::{run_with, value};

    #[test]
    fn a_hundred_megabits_become_what_the_factor_says() {
        for (protocol, mbit) in [
            ("dns", 5_400),
            ("ntp", 55_700),
            ("quic", 300),
            ("chargen", 35_900),
            ("ssdp", 3_100),
            ("cldap", 5_600),
            ("memcached", 1_000_000),
        ] {
            let run = run_with(&DnsAmplification, &format!("protocol={protocol}"), &[]);
            assert_eq!(value(&run, "at-victim"), Some(mbit), "{protocol}");
            let half = format!("protocol={protocol} rate=50Mbit/s");
            let run = run_with(&DnsAmplification, &half, &[]);
            assert_eq!(value(&run, "at-victim"), Some(mbit / 2), "{protocol}");
        }
    }

    #[test]
    fn nothing_comes_of_it_if_forged_addresses_are_filtered() {
        let run = run_with(&DnsAmplification, "spoofing=filtered", &[]);
        assert_eq!(value(&run, "at-victim"), Some(0));
        assert!(run.step("filtered").is_some() && run.step("hit").is_none());
    }
}
