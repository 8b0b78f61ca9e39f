//! `tls-interception`: someone sits between client and server, and what they get to read.
//!
//! The attack brings the packets to the attacker; TLS decides what that is worth (RFC 8446
//! section 4.4, RFC 6797, RFC 6962).

use core::time::Duration;

use super::messages::{arrival, sending, sent};
use super::sides::{NAME, authority, identity, wanted};
use crate::proto::app::{Address, App};
use crate::proto::host::Host;
use crate::proto::http1::{self, Client, ClientConfig, Server, ServerConfig};
use crate::proto::tls::{self, PORT, Pki, Secure};
use crate::scenario::find::{CLIENT, note, report};
use crate::scenario::measures::{BYTES_ON_WIRE, PACKETS, bare};
use crate::scenario::params::{ParamKind, ParamSpec, Params};
use crate::scenario::presets::{
    ATLANTIC, LAN, MOBILE, PROFILE, RTT, SATELLITE, WIFI, config, failure, link, server,
};
use crate::scenario::setup::Preset;
use crate::scenario::{About, Fidelity, MeasureSpec, Scenario, StepSpec, TLS_KINDS, Topic, Unit};
use crate::sim::endpoint::Event;
use crate::sim::rng::Rng;
use crate::sim::trace::{Host as Machine, HostId, Trace};
use crate::sim::world::World;
use crate::wire::tls::x509::Algorithm;

/// The scenario.
#[derive(Debug)]
pub(in crate::scenario) struct TlsInterception;

const ATTACKER: HostId = HostId(1);
const CLIENT_IP: [u8; 4] = [192, 0, 2, 10];
const ATTACKER_IP: [u8; 4] = [198, 51, 100, 66];
const ORIGIN_IP: [u8; 4] = [203, 0, 113, 99];

const PARAMS: &[ParamSpec] = &[
    RTT,
    PROFILE,
    ParamSpec {
        key: "attack",
        label: "Attack",
        help: "How the attacker comes between: with a false address, or on the way to the true one.",
        kind: ParamKind::Choice {
            options: &[
                ("wifi", "Rogue Wi-Fi"),
                ("arp", "ARP"),
                ("dns", "DNS"),
                ("bgp", "BGP"),
                ("no", "None"),
            ],
            default: 0,
        },
    },
    ParamSpec {
        key: "client",
        label: "Client opens",
        help: "What the client does with the name of the site.",
        kind: ParamKind::Choice {
            options: &[
                ("http", "http://"),
                ("https", "https://"),
                ("first-visit", "The name alone, for the first time; the site has HSTS"),
                ("hsts", "The name alone, and remembers HSTS"),
                ("preload", "The name alone; HSTS is preloaded"),
                ("mtls", "https://, and shows a certificate"),
            ],
            default: 1,
        },
    },
    ParamSpec {
        key: "certificate",
        label: "Attacker's certificate",
        help: "What the attacker shows.",
        kind: ParamKind::Choice {
            options: &[
                ("none", "None"),
                ("self-signed", "Signed by itself"),
                ("mis-issued", "Issued by mistake, trusted"),
            ],
            default: 1,
        },
    },
];

const PRESETS: &[Preset] = &[
    LAN,
    WIFI,
    MOBILE,
    ATLANTIC,
    SATELLITE,
    failure("plain", "Without TLS", &[("client", "http")]),
    failure("first-visit", "First visit", &[("client", "first-visit")]),
    failure("preload", "Preloaded", &[("client", "preload")]),
    failure("mis-issued", "Mis-issued certificate", &[("certificate", "mis-issued")]),
    failure("no-certificate", "No certificate", &[("certificate", "none")]),
    failure("honest", "Nobody between", &[("attack", "no")]),
];

/// Whether the attacker has read the request.
fn read(trace: &Trace) -> bool {
    trace.host(ATTACKER).name == "attacker" && note(trace, ATTACKER, "request-complete").is_some()
}

const STEPS: &[StepSpec] = &[
    StepSpec {
        name: "lured",
        title: "Connection to the attacker",
        find: |trace| {
            let syn = trace.packets().find(|packet| packet.sent.packet.label().kind == "syn");
            syn.filter(|packet| packet.sent.to == ATTACKER).map(|packet| packet.entry)
        },
        caption: |_, _| {
            format!("The client wants {NAME}; its packets go to the attacker. TCP does not notice.")
        },
    },
    StepSpec {
        name: "certificate",
        title: "Certificate",
        find: |trace| {
            let from = [ATTACKER, HostId(2)];
            from.into_iter().find_map(|host| arrival(trace, host, "certificate"))
        },
        caption: |trace, _| {
            let own = sent(trace, ATTACKER, "certificate").next().is_some();
            let whose = if own { "the attacker's" } else { "the site's" };
            format!("The client looks at {whose} certificate: name, time, issuer.")
        },
    },
    StepSpec {
        name: "warning",
        title: "Warning",
        find: |trace| note(trace, CLIENT, "certificate-refused"),
        caption: |_, _| {
            "Nobody whom the client trusts stands behind it: a warning, and nothing of the request \
             has left."
                .to_owned()
        },
    },
    StepSpec {
        name: "no-connection",
        title: "No connection",
        find: |trace| {
            let failed = |event: &Event| matches!(event, Event::Note { name: "failed", .. });
            let failed = report(trace, CLIENT, failed)?;
            note(trace, CLIENT, "certificate-refused").is_none().then_some(failed)
        },
        caption: |_, _| {
            "Without a certificate the attacker cannot even begin: the page does not load."
                .to_owned()
        },
    },
    StepSpec {
        name: "request",
        title: "Request",
        find: |trace| sending(trace, CLIENT, "request"),
        caption: |_, _| "The request leaves the client.".to_owned(),
    },
    StepSpec {
        name: "read",
        title: "Attacker reads",
        find: |trace| note(trace, ATTACKER, "request-complete").filter(|_| read(trace)),
        caption: |trace, _| {
            if sent(trace, ATTACKER, "certificate").next().is_some() {
                "The attacker reads the request, cookies included, and the client sees a lock. Only \
                 the public log of certificates shows the mistake."
                    .to_owned()
            } else {
                "The attacker reads the request, cookies included: it is plain text.".to_owned()
            }
        },
    },
    StepSpec {
        name: "first-byte",
        title: "First byte",
        find: |trace| note(trace, CLIENT, "response-head"),
        caption: |trace, _| {
            let whose = if read(trace) { "the attacker sends" } else { "the site sends" };
            format!("The client shows what {whose}.")
        },
    },
];

const MEASURES: &[MeasureSpec] = &[
    MeasureSpec {
        name: "read",
        title: "Requests that the attacker reads",
        unit: Unit::Count,
        compute: |context| Some(bare(u64::from(read(context.trace)))),
    },
    MeasureSpec {
        name: "warnings",
        title: "Warnings that a person sees",
        unit: Unit::Count,
        compute: |context| {
            let warned = note(context.trace, CLIENT, "certificate-refused");
            Some(bare(u64::from(warned.is_some())))
        },
    },
    MeasureSpec {
        name: "answers",
        title: "Answers that the client gets",
        unit: Unit::Count,
        compute: |context| {
            Some(bare(u64::from(note(context.trace, CLIENT, "response-head").is_some())))
        },
    },
    PACKETS,
    BYTES_ON_WIRE,
];

const ABOUT: About = About {
    id: "tls-interception",
    title: "Someone in between",
    summary: "Bringing the packets to oneself is easy; what they are worth decides the certificate.",
    topic: Topic::Tls,
    hosts: &["client", "attacker", "server"],
    kinds: TLS_KINDS,
    params: PARAMS,
    presets: PRESETS,
    steps: STEPS,
    measures: MEASURES,
    fidelity: Fidelity {
        modelled: "The client's connection ends at the attacker, who answers with its own \
                   certificate and server; the client checks and believes or not.",
        left_out: "How ARP, DNS, BGP or the Wi-Fi are deceived, passing requests on to the site, \
                   and clicking a warning away, which HSTS forbids.",
        standards: &["RFC 8446 section 4.4", "RFC 6797", "RFC 6962"],
        checked: "The matrix of clients and certificates: plain text is read only without TLS or \
                  on a first visit, a warning comes with a certificate of one's own, and silence \
                  only with one issued by mistake.",
    },
};

impl Scenario for TlsInterception {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn build(&self, params: &Params, seed: u64) -> World {
        let tcp = config(params);
        let chance = Rng::new(seed);
        let attack = params.choice("attack");
        // On the way to the true address the attacker answers under that address itself.
        let (attacker_ip, origin_ip) = match attack {
            "dns" | "no" => (ATTACKER_IP, server(PORT).ip),
            _ => (server(PORT).ip, ORIGIN_IP),
        };
        let ip = if attack == "no" { origin_ip } else { attacker_ip };
        let plain = matches!(params.choice("client"), "http" | "first-visit");
        let kind = Algorithm::Ecdsa;
        let true_authority = authority(kind);
        let to = Address { ip, port: if plain { http1::PORT } else { PORT } };
        let asks = ClientConfig { to, tcp, host: NAME, requests: 1, close: false };
        let mut asks: Box<dyn App> = Box::new(Client::new(asks));
        if !plain {
            let mut client = tls::ClientConfig::new(NAME, true_authority.trust());
            if params.choice("client") == "mtls" {
                client.identity = Some(true_authority.issue(&wanted(&["client.example"], None)));
            }
            asks = Box::new(Secure::client(asks, client, chance.stream("tls client")));
        }
        let serve = |own: Option<tls::Identity>, stream: &str| -> Box<dyn App> {
            let answers = ServerConfig { tcp, think: Duration::ZERO, body: 1_000 };
            let Some(own) = own.filter(|_| !plain) else {
                return Box::new(Server::new(answers));
            };
            let mut mine = tls::ServerConfig::new(own);
            if params.choice("client") == "mtls" {
                mine.clients = Some(true_authority.trust());
            }
            let answers: Box<dyn App> = Box::new(Server::new(answers).on_port(PORT));
            Box::new(Secure::server(answers, mine, chance.stream(stream)))
        };
        let request = wanted(&[NAME], None);
        let shown = match params.choice("certificate") {
            "none" => None,
            "mis-issued" => Some(true_authority.issue(&request)),
            _ => Some(Pki::new("Attacker", 13, kind).issue(&request)),
        };
        let mut world = World::new(seed);
        let mut add = |(name, title), address, app: Box<dyn App>| {
            let rng = world.stream(name);
            world.host(Machine { name, title, address }, Host::new(address, rng, app))
        };
        let client = add(("client", "Client"), CLIENT_IP, asks);
        let between = add(("attacker", "Attacker"), attacker_ip, serve(shown, "tls attacker"));
        let origin = serve(Some(identity(kind, None)), "tls server");
        let origin = add(("server", "Server"), origin_ip, origin);
        world.connect(client, between, link(params));
        world.connect(client, origin, link(params));
        world
    }
}

#[cfg(test)]
mod tests {
    use super::TlsInterception;
    use crate::scenario::testing::{run_with, value};

    #[test]
    fn the_matrix_of_clients_and_certificates() {
        for attack in ["wifi", "arp", "dns", "bgp"] {
            for client in ["http", "https", "first-visit", "hsts", "preload", "mtls"] {
                for certificate in ["none", "self-signed", "mis-issued"] {
                    let text = format!("attack={attack} client={client} certificate={certificate}");
                    let run = run_with(&TlsInterception, &text, &[]);
                    let of = |name| value(&run, name).unwrap();
                    let plain = matches!(client, "http" | "first-visit");
                    let expected = match (plain, certificate) {
                        (true, _) | (_, "mis-issued") => (1, 0, 1),
                        (false, "self-signed") => (0, 1, 0),
                        _ => (0, 0, 0),
                    };
                    assert_eq!((of("read"), of("warnings"), of("answers")), expected, "{text}");
                }
            }
        }
    }

    #[test]
    fn nobody_between_reads_nothing() {
        for client in ["http", "https", "mtls"] {
            let run = run_with(&TlsInterception, &format!("attack=no client={client}"), &[]);
            assert_eq!(value(&run, "read"), Some(0));
            assert_eq!(value(&run, "answers"), Some(1));
        }
    }
}
