//! `tcp-sequence`: bytes have numbers, SYN and FIN take one each, and the numbers begin anywhere.
//!
//! RFC 9293 sections 3.4 and 3.4.1; forged resets: RFC 5961 section 3.

mod apps;

use self::apps::Forger;
use crate::proto::host::Host;
use crate::proto::tcp::Config;
use crate::scenario::apps::{Act, Program, Role};
use crate::scenario::find::{
    ACK, CLIENT, FIN, RST, SERVER, SYN, arrivals, count, note, segment_at, sent_by, thousands,
};
use crate::scenario::measures::{BYTES_ON_WIRE, PACKETS, bare};
use crate::scenario::params::{ParamKind, ParamSpec, Params};
use crate::scenario::presets::{
    ATLANTIC, LAN, PROFILE, RTT, WIFI, config, failure, hosts_of_pair, server,
};
use crate::scenario::setup::Preset;
use crate::scenario::{
    About, Fidelity, Figure, MeasureSpec, Scenario, StepSpec, Term, Topic, Unit,
};
use crate::sim::link::LinkConfig;
use crate::sim::trace::{self, EntryId, HostId, Trace};
use crate::sim::world::World;

/// The scenario.
#[derive(Debug)]
pub(in crate::scenario) struct TcpSequence;

/// The server's port.
const PORT: u16 = 8080;
/// The client's only port: who forges a packet has to know it.
const CLIENT_PORT: u16 = 50_000;
/// The attacker's lane and address.
const ATTACKER: HostId = HostId(2);
const ATTACKER_IP: [u8; 4] = [198, 51, 100, 66];
/// A thousand bytes before the numbers begin again.
const NEAR_THE_END: u32 = u32::MAX - 999;
/// What a usual clock and secret may give.
const ANYWHERE: u32 = 1_911_382_421;

const PARAMS: &[ParamSpec] = &[
    RTT,
    PROFILE,
    ParamSpec {
        key: "isn",
        label: "Numbers begin",
        help: "Where the client's sequence numbers begin.",
        kind: ParamKind::Choice {
            options: &[("anywhere", "Somewhere"), ("end", "1,000 before the end")],
            default: 0,
        },
    },
    ParamSpec {
        key: "data",
        label: "Data",
        help: "How much the client sends.",
        kind: ParamKind::Bytes { min: 1, max: 100_000, default: 3_000 },
    },
    ParamSpec {
        key: "speed",
        label: "Speed",
        help: "At which rate the time is reckoned after which numbers come back.",
        kind: ParamKind::Rate { max: 100_000_000_000, default: 1_000_000_000 },
    },
    ParamSpec {
        key: "guess",
        label: "Forged RST",
        help: "How well somebody off the path guesses the client's next number for a forged RST.",
        kind: ParamKind::Choice {
            options: &[
                ("none", "Nobody forges"),
                ("far", "Far off"),
                ("near", "Inside the window"),
                ("exact", "Exactly"),
            ],
            default: 0,
        },
    },
];

const PRESETS: &[Preset] = &[
    LAN,
    WIFI,
    ATLANTIC,
    failure("wrap", "The numbers begin again", &[("isn", "end")]),
    failure("ten-gigabit", "Ten gigabits a second", &[("speed", "10Gbit/s"), ("isn", "end")]),
    failure("far", "A forged RST far off", &[("guess", "far")]),
    failure("near", "A forged RST in the window", &[("guess", "near")]),
    failure("exact", "A forged RST that is right", &[("guess", "exact")]),
];

/// The number on the wire of the segment at an entry.
fn on_the_wire(trace: &Trace, entry: EntryId) -> u32 {
    let segment = segment_at(trace, entry).and_then(|s| s.packet.sent.packet.segment());
    segment.map_or(0, |segment| segment.seq)
}

/// The first segment of the client with data whose number is smaller than the one before.
fn wrapped(trace: &Trace) -> Option<EntryId> {
    let mut before = None;
    for segment in sent_by(trace, CLIENT).filter(|s| s.len > 0) {
        let number = on_the_wire(trace, segment.packet.entry);
        if before.is_some_and(|before| number < before) {
            return Some(segment.packet.entry);
        }
        before = Some(number);
    }
    None
}

/// The arrival of the forged segment at the server.
fn forged(trace: &Trace) -> Option<EntryId> {
    arrivals(trace, SERVER).find(|(_, s)| s.packet.from == ATTACKER).map(|(entry, _)| entry)
}

const STEPS: &[StepSpec] = &[
    StepSpec {
        name: "syn",
        title: "SYN takes a number",
        find: |trace| sent_by(trace, CLIENT).find(|s| s.has(SYN)).map(|s| s.packet.entry),
        caption: |trace, entry| {
            format!(
                "The client's numbers begin at {}, which is shown as 0. The SYN takes it.",
                thousands(on_the_wire(trace, entry).into())
            )
        },
    },
    StepSpec {
        name: "syn-ack",
        title: "The other direction",
        find: |trace| sent_by(trace, SERVER).find(|s| s.has(SYN | ACK)).map(|s| s.packet.entry),
        caption: |trace, entry| {
            format!(
                "The server counts its own bytes, from {}. ack 1 is the next number that it \
                 expects.",
                thousands(on_the_wire(trace, entry).into())
            )
        },
    },
    StepSpec {
        name: "first-data",
        title: "Bytes are counted",
        find: |trace| sent_by(trace, CLIENT).find(|s| s.len > 0).map(|s| s.packet.entry),
        caption: |trace, entry| {
            let len = segment_at(trace, entry).map_or(0, |s| s.len);
            format!("{}: the numbers 1 to {len}.", count(len.into(), "byte"))
        },
    },
    StepSpec {
        name: "wrapped",
        title: "Begins again",
        find: wrapped,
        caption: |trace, entry| {
            let seq = segment_at(trace, entry).map_or(0, |s| s.seq);
            format!(
                "After 4,294,967,295 comes 0: byte {} has the number {} on the wire.",
                thousands(seq.into()),
                thousands(on_the_wire(trace, entry).into())
            )
        },
    },
    StepSpec {
        name: "forged",
        title: "A forged RST",
        find: forged,
        caption: |trace, entry| {
            format!(
                "A reset in the client's name arrives, with number {}. Somebody guessed.",
                thousands(on_the_wire(trace, entry).into())
            )
        },
    },
    StepSpec {
        name: "challenge",
        title: "Challenge",
        find: |trace| {
            let forged = forged(trace)?;
            sent_by(trace, SERVER)
                .find(|s| s.packet.cause == Some(forged) && !s.has(RST))
                .map(|s| s.packet.entry)
        },
        caption: |_, _| {
            "Inside the window but not the next number: the server asks its peer instead of \
             believing it (RFC 5961)."
                .to_owned()
        },
    },
    StepSpec {
        name: "torn-down",
        title: "Torn down",
        find: |trace| note(trace, SERVER, "was-reset"),
        caption: |_, _| {
            "Exactly the next number: the server believes it, and the connection is gone."
                .to_owned()
        },
    },
    StepSpec {
        name: "fin",
        title: "FIN takes a number",
        find: |trace| sent_by(trace, CLIENT).find(|s| s.has(FIN)).map(|s| s.packet.entry),
        caption: |trace, entry| {
            let end = segment_at(trace, entry).map_or(0, |s| s.data_end());
            format!("The FIN takes a number too: {}.", thousands(end.into()))
        },
    },
];

const MEASURES: &[MeasureSpec] = &[
    MeasureSpec {
        name: "wrap",
        title: "Numbers come back after",
        unit: Unit::Milliseconds,
        compute: |context| {
            let rate = context.setup.params.number("speed");
            let bits = 1_u128 << 35;
            let value = u64::try_from(bits * 1_000_000_000 / u128::from(rate.max(1))).ok()?;
            (rate > 0).then(|| Figure {
                value,
                sum: vec![Term { label: "2^32 bytes at this rate".to_owned(), value }],
            })
        },
    },
    MeasureSpec {
        name: "numbers",
        title: "Numbers used by the client",
        unit: Unit::Count,
        compute: |context| {
            let last = sent_by(context.trace, CLIENT)
                .map(|s| u64::from(s.data_end()) + u64::from(s.has(FIN)));
            last.max().map(bare)
        },
    },
    MeasureSpec {
        name: "window",
        title: "Numbers that a forged RST may have",
        unit: Unit::Count,
        compute: |context| {
            let syn_ack = sent_by(context.trace, SERVER).find(|s| s.has(SYN | ACK))?;
            let segment = syn_ack.packet.sent.packet.segment()?;
            Some(bare(segment.window.into()))
        },
    },
    PACKETS,
    BYTES_ON_WIRE,
];

const FIDELITY: Fidelity = Fidelity {
    modelled: "Numbers modulo 2^32, timestamps against old duplicates, and the three answers to \
               an RST: nothing, a challenge, the end.",
    left_out: "The function that makes the first number hard to guess: here it is given. The \
               attacker knows addresses and ports. Data enough to use all numbers.",
    standards: &["RFC 9293 sections 3.4, 3.4.1 and 3.10.7.4", "RFC 5961 section 3"],
    checked: "2^35 / rate: 34.36 s at 1 Gbit/s and 3.44 s at 10; each guess with its answer; all \
              bytes across the end of the numbers.",
};

const ABOUT: About = About {
    id: "tcp-sequence",
    title: "Sequence numbers",
    summary: "Every byte has a number, and after four billion of them they begin again.",
    topic: Topic::Tcp,
    hosts: &["client", "server", "attacker"],
    kinds: &["syn", "syn-ack", "ack", "data", "fin", "rst"],
    params: PARAMS,
    presets: PRESETS,
    steps: STEPS,
    measures: MEASURES,
    fidelity: FIDELITY,
};

impl Scenario for TcpSequence {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn build(&self, params: &Params, seed: u64) -> World {
        let first = if params.choice("isn") == "end" { NEAR_THE_END } else { ANYWHERE };
        let data = params.number("data");
        let rtt = params.duration("rtt");
        let ours = Config { initial_sequence: Some(first), ..config(params) };
        // The attack comes in the pause between two writes.
        let program = Program::new(Role::Connect(server(PORT), ours))
            .on_open(&[Act::Send(data)])
            .after(rtt * 20, &[Act::Send(1), Act::Close]);
        let echo = Program::new(Role::Listen(PORT, config(params))).on_peer_closed(&[Act::Close]);
        let mut world = World::new(seed);
        let [here, there] = hosts_of_pair();
        let next = first.wrapping_add(1).wrapping_add(u32::try_from(data).unwrap_or(0));
        let guess = match params.choice("guess") {
            "far" => Some(next.wrapping_add(1 << 31)),
            "near" => Some(next.wrapping_add(500)),
            "exact" => Some(next),
            _ => None,
        };
        let ends = ((here.address, CLIENT_PORT), (there.address, PORT));
        let forger = Forger::new(ends, guess.map(|guess| (rtt * 15, guess)), first);
        let program = Host::new(here.address, world.stream("client"), program)
            .with_ports(CLIENT_PORT..=CLIENT_PORT);
        let echo = Host::new(there.address, world.stream("server"), echo);
        let attacker = trace::Host { name: "attacker", title: "Attacker", address: ATTACKER_IP };
        let client = world.host(here, program);
        let echo = world.host(there, echo);
        let attacker = world.host(attacker, forger);
        let link = LinkConfig::new(rtt / 2);
        world.connect(client, echo, link);
        world.link(attacker, echo, link);
        world
    }
}

#[cfg(test)]
mod tests;
