//! `bandwidth`: the same file over a fat far link and a thin near one, on one clock.
//!
//! The time of a transfer on a link that is ready is L + S/B: latency once, and each bit once.

use core::time::Duration;
use std::collections::VecDeque;

use crate::proto::app::{Address, App, AppInput, AppOutput, ConnId};
use crate::proto::host::Host;
use crate::scenario::find::{at, ms, note};
use crate::scenario::measures::{BYTES_ON_WIRE, PACKETS, bare};
use crate::scenario::params::{ParamKind, ParamSpec, Params};
use crate::scenario::presets::{MS, failure, network};
use crate::scenario::setup::Preset;
use crate::scenario::{
    About, Context, Fidelity, Figure, MeasureSpec, Scenario, StepSpec, Term, Topic, Unit,
};
use crate::sim::link::LinkConfig;
use crate::sim::time::{Instant, nanos};
use crate::sim::trace::{self, EntryId, HostId, Trace};
use crate::sim::world::World;
use crate::wire::udp::PAYLOAD_MAX;
use crate::wire::{Payload, Protocol, Unit as Message};

/// The scenario.
#[derive(Debug)]
pub(in crate::scenario) struct Bandwidth;

const fn latency(key: &'static str, label: &'static str, default: u64) -> ParamSpec {
    let help = "The latency of this path: a round trip, of which each way takes half.";
    ParamSpec {
        key,
        label,
        help,
        kind: ParamKind::Duration { min: MS, max: 500 * MS, default: default * MS },
    }
}

const fn rate(key: &'static str, label: &'static str, default: u64) -> ParamSpec {
    let help = "How many bits a second this path carries.";
    ParamSpec { key, label, help, kind: ParamKind::Rate { max: 10_000_000_000, default } }
}

const PARAMS: &[ParamSpec] = &[
    ParamSpec {
        key: "size",
        label: "File",
        help: "How many bytes the client asks of both.",
        kind: ParamKind::Bytes { min: 1, max: 1_000_000_000, default: 1_000_000 },
    },
    latency("far-rtt", "Latency, far", 100),
    rate("far-rate", "Bandwidth, far", 10_000_000_000),
    latency("near-rtt", "Latency, near", 10),
    rate("near-rate", "Bandwidth, near", 100_000_000),
];

const PRESETS: &[Preset] = &[
    network("page", "A small page", &[("size", "14kB")]),
    network("tie", "Where both are equal", &[("size", "1136kB")]),
    network("photo", "A photo", &[("size", "5MB")]),
    network("album", "An album", &[("size", "10MB")]),
    failure("modem", "A near link of 1 Mbit/s", &[("near-rate", "1Mbit/s")]),
    failure(
        "faster-does-not-help",
        "A tenfold far link",
        &[("size", "100kB"), ("near-rate", "1Gbit/s")],
    ),
];

/// The port of both servers.
const PORT: u16 = 9000;
/// The port of the client.
const OWN: u16 = 40_000;
/// The bytes of headers in front of each datagram.
const HEADERS: u64 = 28;
/// The servers: lane, name, address.
const FAR: HostId = HostId(0);
const NEAR: HostId = HostId(2);
/// Between them the client, so that no arrow crosses a lane.
const CLIENT: HostId = HostId(1);
const CLIENT_IP: [u8; 4] = [192, 0, 2, 10];
const FAR_IP: [u8; 4] = [203, 0, 113, 20];
const NEAR_IP: [u8; 4] = [198, 51, 100, 20];

fn message(kind: &str, name: String, len: u64) -> Vec<Message> {
    vec![Message {
        protocol: Protocol::Data,
        kind: kind.to_owned(),
        name,
        detail: format!("{len} B"),
        offset: 0,
        len,
    }]
}

/// Asks both servers at once, and notes when each has sent all.
#[derive(Debug)]
struct Racer {
    size: u64,
    received: [u64; 2],
    out: VecDeque<AppOutput>,
}

impl Racer {
    fn ask(&mut self, ip: [u8; 4]) {
        let payload = Payload::from(&self.size.to_be_bytes()[..]);
        let units = message("ask", "ask".to_owned(), payload.len());
        let to = Address { ip, port: PORT };
        self.out.push_back(AppOutput::Datagram { from: OWN, to, payload, units });
    }

    fn take(&mut self, from: [u8; 4], len: u64) {
        let names = [("far-first", "far-done"), ("near-first", "near-done")];
        let place = usize::from(from == NEAR_IP);
        let before = self.received[place];
        self.received[place] += len;
        let (first, done) = names[place];
        let note = |name, text: &str, amount| AppOutput::Note {
            conn: ConnId(0),
            name,
            text: text.to_owned(),
            amount,
        };
        if before == 0 {
            self.out.push_back(note(first, "the first bytes are here", len));
        }
        if before < self.size && self.received[place] >= self.size {
            self.out.push_back(note(done, "the file is complete", self.size));
        }
    }
}

impl App for Racer {
    fn handle(&mut self, _now: Instant, input: AppInput) {
        match input {
            AppInput::Start => {
                self.out.push_back(AppOutput::Bind { port: OWN });
                self.ask(FAR_IP);
                self.ask(NEAR_IP);
            }
            AppInput::Datagram { from, payload, .. } => self.take(from.ip, payload.len()),
            _ => {}
        }
    }

    fn poll(&mut self, _now: Instant) -> Option<AppOutput> {
        self.out.pop_front()
    }

    fn poll_timeout(&self) -> Option<Instant> {
        None
    }
}

/// Sends as many bytes as it is asked for, in datagrams as large as they may be.
#[derive(Debug, Default)]
struct Sender {
    to: Option<Address>,
    sent: u64,
    size: u64,
    bound: bool,
}

impl App for Sender {
    fn handle(&mut self, _now: Instant, input: AppInput) {
        if let AppInput::Datagram { from, payload, .. } = input {
            let asked = payload.head_bytes(8);
            self.size = asked.first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes));
            self.to = Some(from);
            self.sent = 0;
        }
    }

    fn poll(&mut self, _now: Instant) -> Option<AppOutput> {
        if !self.bound {
            self.bound = true;
            return Some(AppOutput::Bind { port: PORT });
        }
        let to = self.to?;
        let len = (self.size - self.sent).min(PAYLOAD_MAX);
        if len == 0 {
            return None;
        }
        let payload = Payload::pattern(self.sent, len);
        let nth = self.sent / PAYLOAD_MAX + 1;
        let units = message("part", format!("part {nth}"), len);
        self.sent += len;
        Some(AppOutput::Datagram { from: PORT, to, payload, units })
    }

    fn poll_timeout(&self) -> Option<Instant> {
        None
    }
}

fn caption(trace: &Trace, entry: EntryId, who: &str, other: HostId, others: &str) -> String {
    let time = ms(nanos(at(trace, entry) - Instant::START));
    let first = note(trace, CLIENT, others).is_none_or(|there| there > entry);
    let name = trace.host(other).name;
    let place = if first { format!("before the {name} one") } else { "second".to_owned() };
    format!("The {who} path has delivered the whole file after {time}, {place}.")
}

const STEPS: &[StepSpec] = &[
    StepSpec {
        name: "ask",
        title: "Asked",
        find: |trace| trace.packets().next().map(|view| view.entry),
        caption: |_, _| "The client asks both servers for the same file, at once.".to_owned(),
    },
    StepSpec {
        name: "near-first",
        title: "Near begins",
        find: |trace| note(trace, CLIENT, "near-first"),
        caption: |trace, entry| {
            let time = ms(nanos(at(trace, entry) - Instant::START));
            format!("The first datagram of the near server is here after {time}.")
        },
    },
    StepSpec {
        name: "far-first",
        title: "Far begins",
        find: |trace| note(trace, CLIENT, "far-first"),
        caption: |trace, entry| {
            let time = ms(nanos(at(trace, entry) - Instant::START));
            format!("The first datagram of the far server is here after {time}: latency first.")
        },
    },
    StepSpec {
        name: "near-done",
        title: "Near done",
        find: |trace| note(trace, CLIENT, "near-done"),
        caption: |trace, entry| caption(trace, entry, "near", FAR, "far-done"),
    },
    StepSpec {
        name: "far-done",
        title: "Far done",
        find: |trace| note(trace, CLIENT, "far-done"),
        caption: |trace, entry| caption(trace, entry, "far", NEAR, "near-done"),
    },
];

/// The time until the file is complete: latency and the bits.
fn time(context: &Context<'_>, done: &str, rtt: &str) -> Option<Figure> {
    let entry = note(context.trace, CLIENT, done)?;
    let value = nanos(at(context.trace, entry) - Instant::START);
    let latency = nanos(context.setup.params.duration(rtt)).min(value);
    let term = |label: &str, value| Term { label: label.to_owned(), value };
    Some(Figure {
        value,
        sum: vec![term("latency", latency), term("the bits on the wire", value - latency)],
    })
}

/// The size at which both take the same: (L₁ − L₂) / (1/B₂ − 1/B₁).
fn tie(params: &Params) -> Option<u64> {
    let bits = |key| match params.number(key) {
        0 => None,
        rate => Some(u128::from(rate)),
    };
    let (far, near) = (bits("far-rate")?, bits("near-rate")?);
    let [far_rtt, near_rtt] = ["far-rtt", "near-rtt"].map(|key| params.duration(key).as_nanos());
    // S = ΔL · B₁ · B₂ / (B₁ − B₂), in bits over nanoseconds.
    let ahead = far_rtt.checked_sub(near_rtt)?;
    let bits = (ahead * far * near).checked_div(far.checked_sub(near)?)? / 1_000_000_000;
    u64::try_from(bits / 8).ok()
}

const MEASURES: &[MeasureSpec] = &[
    MeasureSpec {
        name: "far",
        title: "Over the far link",
        unit: Unit::Milliseconds,
        compute: |context| time(context, "far-done", "far-rtt"),
    },
    MeasureSpec {
        name: "near",
        title: "Over the near link",
        unit: Unit::Milliseconds,
        compute: |context| time(context, "near-done", "near-rtt"),
    },
    MeasureSpec {
        name: "tie",
        title: "Size at which both are equal",
        unit: Unit::Bytes,
        compute: |context| tie(&context.setup.params).map(bare),
    },
    PACKETS,
    BYTES_ON_WIRE,
];

const ABOUT: About = About {
    id: "bandwidth",
    title: "Bandwidth against latency",
    summary: "Two links race with the same file: a thin near one and a fat far one.",
    topic: Topic::Network,
    hosts: &["far", "client", "near"],
    kinds: &["ask", "part"],
    params: PARAMS,
    presets: PRESETS,
    steps: STEPS,
    measures: MEASURES,
    fidelity: Fidelity {
        modelled: "Serialisation of every datagram behind the one before it, propagation, and \
                   one request each way.",
        left_out: "Slow start: both paths are warm and carry all they can at once, in datagrams \
                   of 65,535 bytes. See tcp-slow-start for what a new connection does.",
        standards: &["RFC 768"],
        checked: "T = L + S/B to the nanosecond; 10 Gbit/s at 100 ms and 100 Mbit/s at 10 ms \
                  tie at 1.136 MB.",
    },
};

impl Scenario for Bandwidth {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn build(&self, params: &Params, seed: u64) -> World {
        let mut world = World::new(seed);
        let mtu = u32::try_from(PAYLOAD_MAX + HEADERS).unwrap_or(u32::MAX);
        let racer = Racer { size: params.number("size"), received: [0; 2], out: VecDeque::new() };
        let lane = |name, title, address| trace::Host { name, title, address };
        let server = |world: &mut World, host: trace::Host| {
            let stream = world.stream(host.name);
            let server = Host::new(host.address, stream, Sender::default()).with_mtu(mtu);
            world.host(host, server)
        };
        let far = server(&mut world, lane("far", "Far and fat", FAR_IP));
        let client = Host::new(CLIENT_IP, world.stream("client"), racer);
        let client = world.host(lane("client", "Client", CLIENT_IP), client);
        let near = server(&mut world, lane("near", "Near and thin", NEAR_IP));
        for (server, rtt, rate) in [(far, "far-rtt", "far-rate"), (near, "near-rtt", "near-rate")] {
            let link = LinkConfig { mtu, ..LinkConfig::new(half(params.duration(rtt))) };
            let rate = params.number(rate);
            world.link(client, server, link);
            world.link(server, client, LinkConfig { rate_bps: (rate > 0).then_some(rate), ..link });
        }
        world
    }
}

fn half(rtt: Duration) -> Duration {
    rtt / 2
}

#[cfg(test)]
mod tests {
    use super::{Bandwidth, HEADERS, PAYLOAD_MAX};
    use crate::scenario::testing::{run_with, value};

    fn times(settings: &str) -> (u64, u64) {
        let run = run_with(&Bandwidth, settings, &[]);
        (value(&run, "far").unwrap(), value(&run, "near").unwrap())
    }

    #[test]
    fn the_time_is_latency_once_and_each_bit_once() {
        for size in [1_u64, 1_000, 1_000_000, 20_000_000] {
            let bytes = size + HEADERS * size.div_ceil(PAYLOAD_MAX);
            let (far, near) = times(&format!("size={size}B"));
            // Each datagram is rounded down to the nanosecond.
            let exact = |rtt_ms: u64, rate: u64| rtt_ms * 1_000_000 + bytes * 8_000_000_000 / rate;
            let parts = size.div_ceil(PAYLOAD_MAX);
            let off = |got: u64, want: u64| want.checked_sub(got).unwrap();
            assert!(off(far, exact(100, 10_000_000_000)) <= parts, "{size}: {far}");
            assert!(off(near, exact(10, 100_000_000)) <= parts, "{size}: {near}");
        }
    }

    #[test]
    fn both_are_equal_at_1_136_megabytes() {
        let run = run_with(&Bandwidth, "", &[]);
        assert_eq!(value(&run, "tie"), Some(1_136_363));
        let (far, near) = times("size=1130000B");
        assert!(near < far, "{near} {far}");
        let (far, near) = times("size=1142000B");
        assert!(far < near, "{near} {far}");
    }

    #[test]
    fn more_bandwidth_does_not_help_a_small_file_on_a_long_path() {
        let (slow, _) = times("size=14kB far-rate=100Mbit/s");
        let (fast, _) = times("size=14kB far-rate=10Gbit/s");
        assert!(slow - fast < 1_200_000, "{slow} {fast}");
    }
}
