//! `first-request`: where the milliseconds of a first request go.
//!
//! A lookup, TCP, TLS in its variants, the request, the server's time: time to first byte is
//! D + kR + S (RFC 9293 section 3.5, RFC 8446 section 2, RFC 5246 section 7.3).

use super::messages::{complete, sending, sent};
use super::named::Named;
use super::sides::{NAME, identity, variant};
use crate::proto::app::App;
use crate::proto::dns::resolver::Guard;
use crate::proto::dns::{Cache, Resolver, ResolverConfig};
use crate::proto::host::Host;
use crate::proto::http1::{self, Client, ClientConfig, Server, ServerConfig};
use crate::proto::tls::secret::{P256, X25519};
use crate::proto::tls::{PORT, Secure};
use crate::scenario::find::{CLIENT, SERVER, enters, ms, reports, round_trips, span, when};
use crate::scenario::measures::{BYTES_ON_WIRE, PACKETS, RETRANSMISSIONS, bare, between};
use crate::scenario::params::{ParamKind, ParamSpec, Params};
use crate::scenario::presets::{
    ATLANTIC, LAN, LOSS, MOBILE, MS, PROFILE, RATE, RTT, SATELLITE, WIFI, config, failure, link,
    pair, server,
};
use crate::scenario::quic;
use crate::scenario::setup::Preset;
use crate::scenario::{About, Fidelity, MeasureSpec, Scenario, StepSpec, TLS_KINDS, Topic, Unit};
use crate::sim::endpoint::Event;
use crate::sim::link::LinkConfig;
use crate::sim::rng::Rng;
use crate::sim::time::{Instant, nanos};
use crate::sim::trace::{EntryId, Host as Machine, Trace};
use crate::sim::world::World;
use crate::wire::dns::{Data, Name, Record};
use crate::wire::tls::x509::Algorithm;

/// The scenario.
#[derive(Debug)]
pub(in crate::scenario) struct FirstRequest;

/// The resolver's address.
const RESOLVER_IP: [u8; 4] = [192, 0, 2, 53];

const PARAMS: &[ParamSpec] = &[
    RTT,
    LOSS,
    RATE,
    PROFILE,
    ParamSpec {
        key: "stack",
        label: "Protocols",
        help: "What the request travels over.",
        kind: ParamKind::Choice {
            options: &[
                ("tls13", "TLS 1.3"),
                ("http", "HTTP without TLS"),
                ("tls12", "TLS 1.2"),
                ("tls12-resumed", "TLS 1.2, resumed"),
                ("tls13-psk", "TLS 1.3, resumed"),
                ("tls13-0rtt", "TLS 1.3, early data"),
                ("quic", "QUIC"),
                ("quic-0rtt", "QUIC, early data"),
                ("warm", "A connection that is open"),
            ],
            default: 0,
        },
    },
    ParamSpec {
        key: "dns",
        label: "Lookup",
        help: "How long the resolver takes to tell the address; 0 if the client knows it.",
        kind: ParamKind::Duration { min: 0, max: 300 * MS, default: 20 * MS },
    },
    ParamSpec {
        key: "think",
        label: "Server time",
        help: "How long the server works on the request.",
        kind: ParamKind::Duration { min: 0, max: 1_000 * MS, default: 30 * MS },
    },
    ParamSpec {
        key: "retry",
        label: "Second hello",
        help: "Whether the server asks for another hello: HelloRetryRequest of TLS 1.3, or Retry of QUIC.",
        kind: ParamKind::Choice { options: &[("no", "No"), ("yes", "Yes")], default: 0 },
    },
];

const PRESETS: &[Preset] = &[
    LAN,
    WIFI,
    MOBILE,
    ATLANTIC,
    SATELLITE,
    failure("plain", "Without TLS", &[("stack", "http")]),
    failure("tls12", "TLS 1.2", &[("stack", "tls12")]),
    failure("early-data", "Early data", &[("stack", "tls13-0rtt")]),
    failure("quic", "QUIC", &[("stack", "quic")]),
    failure("quic-early", "QUIC, early data", &[("stack", "quic-0rtt")]),
    failure("warm", "Open connection", &[("stack", "warm")]),
    failure("retry", "HelloRetryRequest", &[("retry", "yes")]),
    Preset {
        name: "lost-query",
        title: "Lost lookup",
        failure: true,
        set: &[],
        faults: &["drop:query#1"],
    },
    Preset {
        name: "lost-hello",
        title: "Lost ClientHello",
        failure: true,
        set: &[],
        faults: &["drop:client-hello#1"],
    },
];

/// How many answers came before the one in question: on a warm connection it is the second.
fn place(trace: &Trace) -> usize {
    heads(trace).count().saturating_sub(1)
}

fn heads(trace: &Trace) -> impl Iterator<Item = EntryId> {
    reports(trace, CLIENT, |event| matches!(event, Event::Note { name: "response-head", .. }))
}

fn request(trace: &Trace) -> Option<EntryId> {
    let tcp = sent(trace, CLIENT, "request").nth(place(trace));
    let quic = || quic::first(trace, CLIENT, "request");
    tcp.map(|message| message.segment.packet.entry).or_else(quic)
}

fn first_byte(trace: &Trace) -> Option<EntryId> {
    heads(trace).nth(place(trace))
}

/// The request before the one in question was sent when nothing was known of it: without one,
/// everything begins with the first packet.
fn begin(trace: &Trace) -> Option<EntryId> {
    match place(trace) {
        0 => trace.packets().next().map(|packet| packet.entry),
        _ => request(trace),
    }
}

const STEPS: &[StepSpec] = &[
    StepSpec {
        name: "lookup",
        title: "Lookup",
        find: |trace| {
            let query = trace.packets().find(|packet| packet.sent.packet.label().kind == "query");
            query.map(|packet| packet.entry)
        },
        caption: |_, _| {
            format!("The client knows a name, {NAME}, and asks the resolver for the address.")
        },
    },
    StepSpec {
        name: "syn",
        title: "SYN",
        find: first_syn,
        caption: |trace, entry| match when(trace, entry).as_str() {
            "0 ms" => "TCP opens at once.".to_owned(),
            when => format!("With the address known, TCP opens at {when}."),
        },
    },
    StepSpec {
        name: "initial",
        title: "QUIC's Initial",
        find: |trace| quic::first(trace, CLIENT, "initial"),
        caption: |trace, entry| {
            format!(
                "At {} QUIC opens transport and TLS in one: ClientHello is in the first datagram.",
                when(trace, entry)
            )
        },
    },
    StepSpec {
        name: "established",
        title: "TCP open",
        find: |trace| enters(trace, CLIENT, "ESTABLISHED"),
        caption: |trace, entry| {
            format!("After {} the client may send: one round trip for TCP.", when(trace, entry))
        },
    },
    StepSpec {
        name: "client-hello",
        title: "ClientHello",
        find: |trace| sending(trace, CLIENT, "client-hello"),
        caption: |_, _| "TLS begins with what the client can do.".to_owned(),
    },
    StepSpec {
        name: "retry",
        title: "HelloRetryRequest",
        find: |trace| sending(trace, SERVER, "hello-retry-request"),
        caption: |_, _| "The server wants another share: one round trip more.".to_owned(),
    },
    StepSpec {
        name: "secure",
        title: "TLS ready",
        find: |trace| complete(trace, CLIENT).or_else(|| quic::enters(trace, CLIENT, "COMPLETE")),
        caption: |trace, entry| {
            let initial = || quic::first(trace, CLIENT, "initial");
            let from = sending(trace, CLIENT, "client-hello").or_else(initial).unwrap_or(entry);
            let trips = round_trips(trace, from, entry);
            let s = if trips == 1 { "" } else { "s" };
            format!("After {trips} round trip{s} of TLS both sides have keys.")
        },
    },
    StepSpec {
        name: "request",
        title: "Request",
        find: request,
        caption: |trace, entry| {
            let before = begin(trace)
                .map_or(0, |from| nanos(super::at(trace, entry) - super::at(trace, from)));
            match before {
                0 => "The request goes out at once: nothing has to be opened.".to_owned(),
                before => format!("Only now, {} later, the request goes out.", ms(before)),
            }
        },
    },
    StepSpec {
        name: "think",
        title: "Server works",
        find: |trace| {
            let works = |event: &Event| matches!(event, Event::Note { name: "think-start", .. });
            reports(trace, SERVER, works).nth(place(trace))
        },
        caption: |_, _| "The server has the request and works on it.".to_owned(),
    },
    StepSpec {
        name: "first-byte",
        title: "First byte",
        find: first_byte,
        caption: |trace, entry| {
            let taken = begin(trace)
                .map_or(0, |from| nanos(super::at(trace, entry) - super::at(trace, from)));
            format!("The first byte of the answer is here: {} after the start.", ms(taken))
        },
    },
];

/// The first packet to the server.
fn opening(trace: &Trace) -> Option<EntryId> {
    first_syn(trace).or_else(|| quic::first(trace, CLIENT, "initial"))
}

fn first_syn(trace: &Trace) -> Option<EntryId> {
    let syn = trace.packets().find(|packet| packet.sent.packet.label().kind == "syn");
    syn.map(|packet| packet.entry)
}

const MEASURES: &[MeasureSpec] = &[
    MeasureSpec {
        name: "ttfb",
        title: "Time to first byte",
        unit: Unit::Milliseconds,
        compute: |context| {
            let trace = context.trace;
            Some(span(trace, begin(trace)?, first_byte(trace)?))
        },
    },
    MeasureSpec {
        name: "lookup",
        title: "Lookup",
        unit: Unit::Milliseconds,
        compute: |context| {
            let lookup = context.steps.iter().find(|step| step.name == "lookup")?.entry;
            Some(span(context.trace, lookup, opening(context.trace)?))
        },
    },
    MeasureSpec {
        name: "connect",
        title: "TCP",
        unit: Unit::Milliseconds,
        compute: |context| between(context, "syn", "established"),
    },
    MeasureSpec {
        name: "secure",
        title: "TLS",
        unit: Unit::Milliseconds,
        compute: |context| {
            let tcp = between(context, "client-hello", "secure");
            tcp.or_else(|| between(context, "initial", "secure"))
        },
    },
    MeasureSpec {
        name: "answer",
        title: "Request and answer",
        unit: Unit::Milliseconds,
        compute: |context| between(context, "request", "first-byte"),
    },
    MeasureSpec {
        name: "round-trips",
        title: "Round trips to the server",
        unit: Unit::Count,
        compute: |context| ladder::trips(context.trace).map(bare),
    },
    PACKETS,
    BYTES_ON_WIRE,
    RETRANSMISSIONS,
];

const ABOUT: About = About {
    id: "first-request",
    title: "The first request",
    summary: "Lookup, TCP, TLS, request: where the milliseconds before the first byte go.",
    topic: Topic::Http,
    hosts: &["client", "server", "resolver"],
    kinds: KINDS,
    params: PARAMS,
    presets: PRESETS,
    steps: STEPS,
    measures: MEASURES,
    fidelity: Fidelity {
        modelled: "A lookup over UDP that the resolver answers from its cache, TCP, TLS with every \
                   message, HTTP/1.1, QUIC with a request of the same size, and the server's \
                   working time.",
        left_out: "Lookups that the resolver has to pass on, redirects, and the time that \
                   computing takes.",
        standards: &[
            "RFC 9293 section 3.5",
            "RFC 8446 section 2",
            "RFC 5246 section 7.3",
            "RFC 9001 section 4.1",
        ],
        checked: "D + kR + S exactly, with k = 2, 4, 3, 3, 3, 2 and 1, and 2 and 1 on QUIC; measured on Linux with \
                  OpenSSL at 100 ms: 202, 407, 301, 303, 306, 200 and 101 ms.",
    },
};

/// What packets of QUIC may be called that those of TCP are not.
const QUIC_KINDS: &[&str] =
    &["initial", "handshake", "zero-rtt", "retry", "handshake-done", "control", "close"];

/// What packets may be called here.
const KINDS: &[&str] = &{
    let mut kinds = [""; TLS_KINDS.len() + 2 + QUIC_KINDS.len()];
    let mut at = 0;
    while at < TLS_KINDS.len() {
        kinds[at] = TLS_KINDS[at];
        at += 1;
    }
    kinds[at] = "query";
    kinds[at + 1] = "answer";
    let mut more = 0;
    while more < QUIC_KINDS.len() {
        kinds[at + 2 + more] = QUIC_KINDS[more];
        more += 1;
    }
    kinds
};

/// A resolver that knows the address already.
fn resolver(params: &Params, rng: Rng) -> Resolver {
    let mut cache = Cache::default();
    let record = Record::new(Name::of(NAME), 300, Data::A(server(PORT).ip));
    cache.insert(Instant::START, &[record], &[]);
    let config = ResolverConfig {
        hints: Vec::new(),
        tcp: config(params),
        stream_port: None,
        edns_size: 0,
        anchor: None,
        minimise: false,
        subnet: None,
        guard: Guard::USUAL,
        cache,
    };
    Resolver::new(config, rng)
}

/// How QUIC opens, if the request is to travel over it.
fn quic_variant(params: &Params) -> Option<&'static str> {
    match (params.choice("stack"), params.choice("retry")) {
        ("quic", "no") => Some("1-rtt"),
        ("quic", _) => Some("retry"),
        ("quic-0rtt", "no") => Some("0-rtt"),
        ("quic-0rtt", _) => Some("0-rtt-retry"),
        _ => None,
    }
}

impl Scenario for FirstRequest {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn build(&self, params: &Params, seed: u64) -> World {
        let tcp = config(params);
        let chance = Rng::new(seed);
        let stack = params.choice("stack");
        let (plain, warm) = (stack == "http", stack == "warm");
        let to = server(if plain { http1::PORT } else { PORT });
        let requests = if warm { 2 } else { 1 };
        let asks = ClientConfig { to, tcp, host: NAME, requests, close: false };
        let answers = ServerConfig { tcp, think: params.duration("think"), body: 1_180 };
        let mut asks: Box<dyn App> = Box::new(Client::new(asks));
        let mut answers: Box<dyn App> = Box::new(Server::new(answers).on_port(to.port));
        if let Some(variant) = quic_variant(params) {
            (asks, answers) = quic::ends(seed, variant, params.duration("think"), 1_180);
        } else if !plain {
            let own = identity(Algorithm::Ecdsa, None);
            let (client, mut mine) = variant(stack, "aes128", own);
            if params.choice("retry") == "yes" {
                mine.groups = vec![P256];
            } else {
                mine.groups = vec![X25519, P256];
            }
            asks = Box::new(Secure::client(asks, client, chance.stream("tls client")));
            answers = Box::new(Secure::server(answers, mine, chance.stream("tls server")));
        }
        let dns = params.duration("dns");
        if dns.is_zero() {
            return pair(seed, link(params), asks, answers);
        }
        let asks = Named::new(asks, RESOLVER_IP, NAME, tcp, chance.stream("lookup"));
        let mut world = pair(seed, link(params), asks, answers);
        let resolver = resolver(params, chance.stream("resolver questions"));
        let rng = world.stream("resolver");
        let machine = Machine { name: "resolver", title: "Resolver", address: RESOLVER_IP };
        let resolver = world.host(machine, Host::new(RESOLVER_IP, rng, resolver));
        world.connect(CLIENT, resolver, LinkConfig::new(dns / 2));
        world
    }
}

pub(in crate::scenario) mod ladder;

#[cfg(test)]
mod tests;
