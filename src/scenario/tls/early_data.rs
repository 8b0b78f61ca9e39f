//! `tls-early-data`: a first flight that is heard and said again.
//!
//! Early data has no protection of its own against replay (RFC 8446 sections 2.3 and 8); what the
//! servers do about it, and what the method of the request makes of it (RFC 8470).

use std::sync::{Arc, Mutex};

use super::messages::sending;
use super::replay::{Attacker, Writer, first_flight};
use super::sides::{identity, variant};
use crate::proto::app::{Address, App};
use crate::proto::host::Host;
use crate::proto::http1::{Server, ServerConfig};
use crate::proto::tls::{PORT, Replay, Secure};
use crate::scenario::find::{CLIENT, count, note, reports, when};
use crate::scenario::measures::{BYTES_ON_WIRE, PACKETS, bare};
use crate::scenario::params::{ParamKind, ParamSpec, Params};
use crate::scenario::presets::{
    ATLANTIC, LAN, MOBILE, PROFILE, RTT, SATELLITE, WIFI, config, failure, link, rtt, server,
};
use crate::scenario::setup::Preset;
use crate::scenario::{About, Fidelity, MeasureSpec, Scenario, StepSpec, TLS_KINDS, Topic, Unit};
use crate::sim::endpoint::Event;
use crate::sim::rng::Rng;
use crate::sim::time::Instant;
use crate::sim::trace::{EntryId, Host as Machine, HostId, Trace, TraceEvent};
use crate::sim::world::World;
use crate::wire::tls::x509::Algorithm;

/// The scenario.
#[derive(Debug)]
pub(in crate::scenario) struct TlsEarlyData;

/// The attacker's lane.
const ATTACKER: HostId = HostId(1);
/// Where the zones begin.
const ZONES: u8 = 2;
const CLIENT_IP: [u8; 4] = [192, 0, 2, 10];
const ATTACKER_IP: [u8; 4] = [198, 51, 100, 66];

const PARAMS: &[ParamSpec] = &[
    RTT,
    PROFILE,
    ParamSpec {
        key: "replays",
        label: "Replays",
        help: "How often the attacker sends the first flight again, to each zone.",
        kind: ParamKind::Count { min: 0, max: 5, default: 3 },
    },
    ParamSpec {
        key: "zones",
        label: "Zones",
        help: "How many servers share the keys of tickets.",
        kind: ParamKind::Count { min: 1, max: 3, default: 2 },
    },
    ParamSpec {
        key: "protection",
        label: "Protection",
        help: "What the servers do against early data that comes twice.",
        kind: ParamKind::Choice {
            options: &[
                ("none", "None"),
                ("zone", "Each ticket once in a zone"),
                ("global", "Each ticket once anywhere"),
            ],
            default: 0,
        },
    },
    ParamSpec {
        key: "method",
        label: "Method",
        help: "What the client asks for; with PUT it writes a second version later.",
        kind: ParamKind::Choice {
            options: &[("GET", "GET"), ("PUT", "PUT"), ("POST", "POST")],
            default: 2,
        },
    },
];

const PRESETS: &[Preset] = &[
    LAN,
    WIFI,
    MOBILE,
    ATLANTIC,
    SATELLITE,
    failure("put", "PUT again", &[("method", "PUT"), ("replays", "1"), ("zones", "1")]),
    failure("per-zone", "Once in a zone", &[("protection", "zone")]),
    failure("global", "Once anywhere", &[("protection", "global")]),
];

/// The requests that servers carry out, with what they say of each.
fn executed(trace: &Trace) -> impl Iterator<Item = (EntryId, &str)> {
    trace.numbered().filter_map(|(id, entry)| match &entry.event {
        TraceEvent::Endpoint(Event::Note { name: "request-complete", text, .. }) => {
            Some((id, text.as_str()))
        }
        _ => None,
    })
}

fn first_version(trace: &Trace) -> impl Iterator<Item = EntryId> {
    executed(trace).filter(|(_, text)| text.contains("/v1 ")).map(|(id, _)| id)
}

/// Servers that refuse the early data of someone who has no keys to go on.
fn refusals(trace: &Trace) -> u64 {
    let refused = |event: &Event| matches!(event, Event::Note { name: "early-refused", .. });
    let hosts = trace.hosts.iter().zip(0..).map(|(_, id)| HostId(id));
    hosts.map(|host| reports(trace, host, refused).count() as u64).sum()
}

const STEPS: &[StepSpec] = &[
    StepSpec {
        name: "early-data",
        title: "First flight",
        find: |trace| sending(trace, CLIENT, "client-hello"),
        caption: |_, _| {
            "The client comes back: hello and request leave together, under a key from last time. \
             The attacker hears them and cannot read them."
                .to_owned()
        },
    },
    StepSpec {
        name: "executed",
        title: "Request carried out",
        find: |trace| first_version(trace).next(),
        caption: |trace, entry| {
            format!("At {} the server does what was asked, as it should.", when(trace, entry))
        },
    },
    StepSpec {
        name: "second-version",
        title: "Second version",
        find: |trace| executed(trace).find(|(_, text)| text.contains("/v2 ")).map(|(id, _)| id),
        caption: |_, _| "The client has written version 2: that is what should stand.".to_owned(),
    },
    StepSpec {
        name: "replay",
        title: "Replay",
        find: |trace| sending(trace, ATTACKER, "client-hello"),
        caption: |_, _| {
            "The attacker sends the same bytes on a connection of its own. Every one is genuine."
                .to_owned()
        },
    },
    StepSpec {
        name: "executed-again",
        title: "Carried out again",
        find: |trace| first_version(trace).nth(1),
        caption: |trace, _| {
            let times = first_version(trace).count() as u64;
            format!(
                "A server does it again. In the end it was done {}; the attacker reads no answer.",
                count(times, "time")
            )
        },
    },
    StepSpec {
        name: "refused",
        title: "Early data refused",
        find: |trace| {
            let zones = (ZONES..).map(HostId).take(trace.hosts.len().saturating_sub(2));
            zones.filter_map(|zone| note(trace, zone, "early-refused")).min()
        },
        caption: |trace, _| {
            format!(
                "The ticket was used before: the server skips the early data and waits for a \
                 handshake that the attacker cannot finish. Refused: {}.",
                count(refusals(trace), "flight")
            )
        },
    },
];

const MEASURES: &[MeasureSpec] = &[
    MeasureSpec {
        name: "executions",
        title: "Times that the first request was carried out",
        unit: Unit::Count,
        compute: |context| Some(bare(first_version(context.trace).count() as u64)),
    },
    MeasureSpec {
        name: "refused",
        title: "Flights whose early data was refused",
        unit: Unit::Count,
        compute: |context| Some(bare(refusals(context.trace))),
    },
    MeasureSpec {
        name: "version",
        title: "Version that stands in the end",
        unit: Unit::Count,
        compute: |context| {
            let last = executed(context.trace).last()?.1;
            Some(bare(if last.contains("/v2 ") { 2 } else { 1 }))
        },
    },
    PACKETS,
    BYTES_ON_WIRE,
];

const ABOUT: About = About {
    id: "tls-early-data",
    title: "Early data, said again",
    summary: "Data in the first flight can be replayed: what the servers and the method make of it.",
    topic: Topic::Tls,
    hosts: &["client", "attacker", "server", "zone-2", "zone-3"],
    kinds: TLS_KINDS,
    params: PARAMS,
    presets: PRESETS,
    steps: STEPS,
    measures: MEASURES,
    fidelity: Fidelity {
        modelled: "Tickets that every zone opens, early data under their key, lists of used \
                   tickets, and the window of ten seconds for a ticket's age.",
        left_out: "How the attacker comes to hear the flight, the time that a global list costs, \
                   and the answer 425 of RFC 8470.",
        standards: &["RFC 8446 sections 2.3, 4.2.10 and 8", "RFC 8470"],
        checked: "1 + k n executions without protection, n with a list in each zone, 1 with one \
                  list for all.",
    },
};

/// The address of a zone, counted from 0.
const fn zone_ip(place: u8) -> [u8; 4] {
    let [a, b, c, d] = server(PORT).ip;
    [a, b, c, d + place]
}

impl Scenario for TlsEarlyData {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn build(&self, params: &Params, seed: u64) -> World {
        let tcp = config(params);
        let chance = Rng::new(seed);
        let method = params.choice("method");
        let own = identity(Algorithm::Ecdsa, None);
        let (client, mine) = variant("tls13-0rtt", "aes128", own);
        let writer = || -> Box<dyn App> { Box::new(Writer::new(server(PORT), tcp, method)) };
        let secured = || Secure::client(writer(), client.clone(), chance.stream("tls client"));
        let trip = rtt(params);
        let flight = first_flight(secured(), Instant::START + trip);
        let zones = u8::try_from(params.number("zones")).unwrap_or(1);
        let to: Vec<Address> =
            (0..zones).map(|zone| Address { ip: zone_ip(zone), port: PORT }).collect();
        let begin = Instant::START + trip * 5 + core::time::Duration::from_secs(1);
        let attacker = Attacker::new(flight, tcp, (&to, params.number("replays")), begin);
        let mut world = World::new(seed);
        let mut add = |(name, title), address, app: Box<dyn App>| {
            let rng = world.stream(name);
            world.host(Machine { name, title, address }, Host::new(address, rng, app))
        };
        add(("client", "Client"), CLIENT_IP, Box::new(secured()));
        add(("attacker", "Attacker"), ATTACKER_IP, Box::new(attacker));
        let everywhere = Arc::new(Mutex::default());
        let names = [("server", "Server"), ("zone-2", "Zone 2"), ("zone-3", "Zone 3")];
        let mut hosts = Vec::new();
        for (zone, name) in (0..zones).zip(names) {
            let mut mine = mine.clone();
            mine.replay = match params.choice("protection") {
                "zone" => Replay::SingleUse(Arc::new(Mutex::default())),
                "global" => Replay::SingleUse(Arc::clone(&everywhere)),
                _ => Replay::Unchecked,
            };
            let answers = ServerConfig { tcp, think: core::time::Duration::ZERO, body: 100 };
            let answers: Box<dyn App> = Box::new(Server::new(answers).on_port(PORT));
            let rng = chance.stream(&format!("tls {}", name.0));
            hosts.push(add(name, zone_ip(zone), Box::new(Secure::server(answers, mine, rng))));
        }
        for host in hosts {
            if host == HostId(ZONES) {
                world.connect(CLIENT, host, link(params));
            }
            world.connect(ATTACKER, host, link(params));
        }
        world
    }
}

#[cfg(test)]
mod tests {
    use super::TlsEarlyData;
    use crate::scenario::testing::{run_preset, run_with, value};

    #[test]
    fn executions_are_one_and_k_times_n_or_n_or_one() {
        for (replays, zones) in [(0, 1), (1, 1), (3, 2), (5, 3)] {
            for (protection, times) in [
                ("none", 1 + replays * zones),
                ("zone", if replays == 0 { 1 } else { zones }),
                ("global", 1),
            ] {
                for method in ["GET", "POST"] {
                    let text = format!(
                        "replays={replays} zones={zones} protection={protection} method={method}"
                    );
                    let run = run_with(&TlsEarlyData, &text, &[]);
                    assert_eq!(value(&run, "executions"), Some(times), "{text}");
                    assert_eq!(value(&run, "refused"), Some(1 + replays * zones - times), "{text}");
                }
            }
        }
    }

    #[test]
    fn a_put_that_is_said_again_brings_the_old_version_back() {
        let run = run_preset(&TlsEarlyData, "put");
        assert_eq!(value(&run, "version"), Some(1));
        let run = run_with(&TlsEarlyData, "method=PUT replays=0", &[]);
        assert_eq!(value(&run, "version"), Some(2));
        let run = run_with(&TlsEarlyData, "method=PUT protection=global", &[]);
        assert_eq!(value(&run, "version"), Some(2));
    }
}
