//! `distance`: how long light takes, and what real paths make of it.
//!
//! Echoes of RFC 792. Light in fibre is slower than in vacuum by the group index 1.468 of
//! single-mode fibre (ITU-T G.652 at 1,550 nm).

use core::time::Duration;
use std::collections::VecDeque;

use crate::proto::app::{App, AppInput, AppOutput};
use crate::proto::host::Host;
use crate::scenario::find::{CLIENT, SERVER, at, ms, report, thousands};
use crate::scenario::measures::{BYTES_ON_WIRE, PACKETS, bare};
use crate::scenario::params::{ParamKind, ParamSpec, Params};
use crate::scenario::presets::{MS, failure, network};
use crate::scenario::setup::Preset;
use crate::scenario::{
    About, Context, Fidelity, Figure, MeasureSpec, PAIR, Scenario, StepSpec, Term, Topic, Unit,
};
use crate::sim::endpoint::{Endpoint, Event, Input, Output, Transmit};
use crate::sim::link::LinkConfig;
use crate::sim::time::{Instant, nanos};
use crate::sim::trace::{self, EntryId, HostId, Trace, TraceEvent};
use crate::sim::world::World;
use crate::wire::icmp::Icmp;
use crate::wire::{Packet, Payload};

/// The scenario.
#[derive(Debug)]
pub(in crate::scenario) struct Distance;

/// The speed of light in vacuum, in metres a second: exact by the definition of the metre.
const LIGHT: u128 = 299_792_458;
/// The group index of single-mode fibre, in thousandths.
pub(super) const FIBRE: u64 = 1_468;
/// How much longer than straight fibre a usual path is, in parts per million more.
pub(super) const DETOUR: u64 = 1_100_000;
/// How high a geostationary satellite stands over the equator, in kilometres.
const GEOSTATIONARY: u64 = 35_786;

const PARAMS: &[ParamSpec] = &[
    ParamSpec {
        key: "distance",
        label: "Distance",
        help: "How many kilometres lie between the two, over the surface of the Earth.",
        kind: ParamKind::Count { min: 1, max: 20_015, default: 5_570 },
    },
    ParamSpec {
        key: "detour",
        label: "Detour",
        help: "How much longer the path is than the shortest way: cables follow coasts and \
               contracts.",
        kind: ParamKind::Share { max: 2_000_000, default: 500_000 },
    },
    ParamSpec {
        key: "medium",
        label: "Medium",
        help: "What the light travels through.",
        kind: ParamKind::Choice {
            options: &[
                ("fibre", "Glass fibre"),
                ("vacuum", "Vacuum, the limit"),
                ("satellite", "Radio over a geostationary satellite"),
            ],
            default: 0,
        },
    },
    ParamSpec {
        key: "access",
        label: "Access network",
        help: "What the last mile adds to a round trip: fibre 2 ms, cable 15 ms, 4G 45 ms.",
        kind: ParamKind::Duration { min: 0, max: 200 * MS, default: 0 },
    },
    ParamSpec {
        key: "pings",
        label: "Pings",
        help: "How many echoes the client asks for, one a second.",
        kind: ParamKind::Count { min: 1, max: 10, default: 2 },
    },
];

const PRESETS: &[Preset] = &[
    network("campus", "1 km", &[("distance", "1")]),
    network("boston", "New York to Boston", &[("distance", "306")]),
    network("london", "New York to London", &[("distance", "5570")]),
    network("tokyo", "San Francisco to Tokyo", &[("distance", "8272")]),
    network("sydney", "London to Sydney", &[("distance", "16994")]),
    network("antipodes", "The other side of the Earth", &[("distance", "20015")]),
    failure("limit", "No detour, no glass", &[("detour", "0%"), ("medium", "vacuum")]),
    failure("straight", "Fibre without a detour", &[("detour", "0%")]),
    failure("real", "A usual path on the Internet", &[("detour", "110%")]),
    failure("satellite", "Geostationary satellite", &[("medium", "satellite")]),
    failure("phone", "From a phone", &[("access", "45ms")]),
];

/// Nanoseconds that light takes for `km` with a detour in parts per million, through a medium
/// with an index in thousandths.
pub(super) fn light(km: u64, detour_ppm: u64, index: u64) -> u64 {
    // km × 1,000 m, × (1 + detour), × index, / c.
    let way = u128::from(km) * u128::from(1_000_000 + detour_ppm) * u128::from(index);
    u64::try_from(way * 1_000 / LIGHT).unwrap_or(u64::MAX)
}

/// The one-way time of the parameters, part by part.
fn legs(params: &Params) -> Vec<Term> {
    let (km, detour) = (params.number("distance"), params.number("detour"));
    let term = |label: String, value: u64| Term { label, value };
    let mut legs = Vec::new();
    if params.choice("medium") == "satellite" {
        let up = light(2 * GEOSTATIONARY, 0, 1_000);
        legs.push(term(format!("up and down {} km", thousands(GEOSTATIONARY)), up));
    } else {
        let direct = light(km, 0, 1_000);
        let index = if params.choice("medium") == "fibre" { FIBRE } else { 1_000 };
        let glass = light(km, 0, index) - direct;
        let whole = light(km, detour, index);
        legs.push(term(format!("{} km in vacuum", thousands(km)), direct));
        legs.push(term("glass is slower".to_owned(), glass));
        legs.push(term("the detour".to_owned(), whole - direct - glass));
    }
    legs.push(term("access network".to_owned(), nanos(params.duration("access")) / 2));
    legs.retain(|leg| leg.value > 0);
    legs
}

fn one_way(params: &Params) -> u64 {
    legs(params).iter().map(|leg| leg.value).sum()
}

/// Asks for an echo every second and tells how long each took.
#[derive(Debug)]
struct Pinger {
    ips: ([u8; 4], [u8; 4]),
    pings: u64,
    /// When each was sent.
    sent: Vec<Instant>,
    due: Option<Instant>,
    out: VecDeque<Output>,
}

/// The bytes in an echo: those of the ping of every Unix.
const PAYLOAD: u64 = 56;
const INTERVAL: Duration = Duration::from_secs(1);

impl Pinger {
    fn ask(&mut self, now: Instant) {
        let number = u16::try_from(self.sent.len() + 1).unwrap_or(u16::MAX);
        self.sent.push(now);
        let message = Icmp::echo(1, number);
        let packet = Packet::icmp(self.ips, 0, message, Payload::pattern(0, PAYLOAD));
        let tag = u64::from(number);
        self.out.push_back(Output::Transmit(Transmit { packet, tag, retransmits: None }));
        self.due = (u64::from(number) < self.pings).then(|| now + INTERVAL);
    }

    fn hear(&mut self, now: Instant, packet: &Packet) {
        let answer = packet.icmp_message().filter(|message| message.kind == 0);
        let place = answer.and_then(|message| usize::from(message.number).checked_sub(1));
        let Some(sent) = place.and_then(|place| self.sent.get(place)) else { return };
        let time = nanos(now - *sent);
        self.out.push_back(Output::Event(Event::Note {
            connection: 0,
            name: "echo-time",
            text: format!("64 bytes back after {}", ms(time)),
            amount: time,
        }));
    }
}

impl Endpoint for Pinger {
    fn handle(&mut self, now: Instant, input: Input) {
        match input {
            Input::Start => self.ask(now),
            Input::Timeout if self.due.is_some_and(|due| due <= now) => self.ask(now),
            Input::Timeout => {}
            Input::Packet(packet) => self.hear(now, &packet),
        }
    }

    fn poll(&mut self, _now: Instant) -> Option<Output> {
        self.out.pop_front()
    }

    fn poll_timeout(&self) -> Option<Instant> {
        self.due
    }
}

/// A program that leaves everything to its host.
#[derive(Debug)]
struct Nothing;

impl App for Nothing {
    fn handle(&mut self, _now: Instant, _input: AppInput) {}
    fn poll(&mut self, _now: Instant) -> Option<AppOutput> {
        None
    }
    fn poll_timeout(&self) -> Option<Instant> {
        None
    }
}

fn echo(trace: &Trace, host: HostId) -> Option<EntryId> {
    trace.packets().find(|view| view.from == host).map(|view| view.entry)
}

fn answered(trace: &Trace) -> Option<EntryId> {
    report(trace, CLIENT, |event| matches!(event, Event::Note { name: "echo-time", .. }))
}

const STEPS: &[StepSpec] = &[
    StepSpec {
        name: "echo",
        title: "Echo asked for",
        find: |trace| echo(trace, CLIENT),
        caption: |_, _| "The client asks for an echo: 56 bytes, 84 with both headers.".to_owned(),
    },
    StepSpec {
        name: "echo-reply",
        title: "Echo answered",
        find: |trace| echo(trace, SERVER),
        caption: |trace, entry| {
            let way = nanos(at(trace, entry) - Instant::START);
            format!("After {} on the way the server answers at once, with the same bytes.", ms(way))
        },
    },
    StepSpec {
        name: "round-trip",
        title: "Round trip",
        find: answered,
        caption: |trace, entry| {
            let time = nanos(at(trace, entry) - Instant::START);
            format!(
                "There and back takes {}. Every handshake is a multiple of this, and no server \
                 makes it shorter.",
                ms(time)
            )
        },
    },
];

/// The measured round trip with its parts.
fn round_trip(context: &Context<'_>) -> Option<Figure> {
    let entry = answered(context.trace)?;
    let TraceEvent::Endpoint(Event::Note { amount, .. }) = &context.trace.entry(entry)?.event
    else {
        return None;
    };
    let mut sum = legs(&context.setup.params);
    sum.iter_mut().for_each(|leg| leg.value *= 2);
    // What faults and another path add.
    let known: u64 = sum.iter().map(|leg| leg.value).sum();
    if let Some(value) = amount.checked_sub(known).filter(|rest| *rest > 0) {
        sum.push(Term { label: "held back on the way".to_owned(), value });
    }
    let sum = if known > *amount { Vec::new() } else { sum };
    Some(Figure { value: *amount, sum })
}

const MEASURES: &[MeasureSpec] = &[
    MeasureSpec { name: "rtt", title: "Round trip", unit: Unit::Milliseconds, compute: round_trip },
    MeasureSpec {
        name: "vacuum",
        title: "Limit of physics",
        unit: Unit::Milliseconds,
        compute: |context| {
            let km = context.setup.params.number("distance");
            Some(bare(2 * light(km, 0, 1_000)))
        },
    },
    MeasureSpec {
        name: "fibre",
        title: "Limit of straight fibre",
        unit: Unit::Milliseconds,
        compute: |context| {
            let km = context.setup.params.number("distance");
            Some(bare(2 * light(km, 0, FIBRE)))
        },
    },
    MeasureSpec {
        name: "estimate",
        title: "What the Internet makes of it",
        unit: Unit::Milliseconds,
        compute: |context| {
            let km = context.setup.params.number("distance");
            // The median of many pairs of hosts: 2.1 times the straight fibre.
            Some(bare(2 * light(km, DETOUR, FIBRE)))
        },
    },
    PACKETS,
    BYTES_ON_WIRE,
];

const ABOUT: About = About {
    id: "distance",
    title: "Distance sets the floor",
    summary: "A packet cannot outrun light: what a round trip costs at least.",
    topic: Topic::Network,
    hosts: PAIR,
    kinds: &["echo", "echo-reply"],
    params: PARAMS,
    presets: PRESETS,
    steps: STEPS,
    measures: MEASURES,
    fidelity: Fidelity {
        modelled: "Propagation at the speed of light in the medium, a detour and an access \
                   network as added time, echoes as real messages.",
        left_out: "Serialisation and queues (see bandwidth), routers on the way, the ground \
                   path to a satellite's station. The usual detour of 2.1 is the median of \
                   measurements by Bozkurt and others (2018).",
        standards: &["RFC 792", "ITU-T G.652"],
        checked: "5,570 km: 54.5 ms in fibre, 37.2 in vacuum, 114.6 on a usual path; 20,015 km: \
                  196 ms; geostationary: 477 ms.",
    },
};

impl Scenario for Distance {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn build(&self, params: &Params, seed: u64) -> World {
        let mut world = World::new(seed);
        let (here, there) = ([192, 0, 2, 10], [203, 0, 113, 20]);
        let pinger = Pinger {
            ips: (here, there),
            pings: params.number("pings"),
            sent: Vec::new(),
            due: None,
            out: VecDeque::new(),
        };
        let host = |name, title, address| trace::Host { name, title, address };
        let server = Host::new(there, world.stream("server"), Nothing);
        let client = world.host(host("client", "Client", here), pinger);
        let server = world.host(host("server", "Server", there), server);
        world.connect(client, server, LinkConfig::new(Duration::from_nanos(one_way(params))));
        world
    }
}

#[cfg(test)]
mod tests {
    use super::Distance;
    use crate::scenario::testing::{run_preset, run_with, value};

    /// Tenths of a millisecond, rounded.
    fn tenths(settings: &str) -> u64 {
        (value(&run_with(&Distance, settings, &[]), "rtt").unwrap() + 50_000) / 100_000
    }

    #[test]
    fn the_round_trip_is_twice_the_way_over_the_speed_of_light() {
        assert_eq!(tenths("distance=5570 detour=0%"), 545);
        assert_eq!(tenths("distance=5570 detour=0% medium=vacuum"), 372);
        assert_eq!(tenths("distance=5570 detour=110%"), 1_146);
        assert_eq!(tenths("distance=20015 detour=0%"), 1_960);
        assert_eq!(tenths("distance=1 medium=satellite"), 4_775);
        assert_eq!(tenths("distance=5570 detour=0% access=45ms"), 995);
    }

    #[test]
    fn a_route_of_the_table_has_its_floor() {
        for (preset, vacuum, fibre) in
            [("boston", 20, 30), ("tokyo", 552, 810), ("sydney", 1_134, 1_664)]
        {
            let run = run_preset(&Distance, preset);
            let tenths = |measure| (value(&run, measure).unwrap() + 50_000) / 100_000;
            assert_eq!((tenths("vacuum"), tenths("fibre")), (vacuum, fibre), "{preset}");
        }
    }

    #[test]
    fn a_lost_echo_has_no_time() {
        let run = run_with(&Distance, "pings=1", &["drop:echo-reply#1"]);
        assert_eq!(value(&run, "rtt"), None);
    }
}
