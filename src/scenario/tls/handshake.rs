//! `tls-handshake`: every message of a handshake, its bytes, and who can read it.
//!
//! TLS 1.3 (RFC 8446 section 2) in its variants beside TLS 1.2 (RFC 5246 section 7.3), in the
//! sizes of OpenSSL; one request follows.

use super::messages::{
    FLIGHT_1, FLIGHT_2, FLIGHT_3, FLIGHT_4, READABLE, arrival, complete, flights, sending, sent,
    unit_at,
};
use super::sides::{CHAIN, KEY, NAME, SUITE, VARIANTS, algorithm, identity, shop, variant};
use crate::scenario::find::{CLIENT, SERVER, enters, note, round_trips, span, thousands, when};
use crate::scenario::measures::{BYTES_ON_WIRE, PACKETS, RETRANSMISSIONS, bare, between};
use crate::scenario::params::{ParamKind, ParamSpec, Params};
use crate::scenario::presets::{
    ATLANTIC, LAN, LOSS, MOBILE, PROFILE, RATE, RTT, SATELLITE, WIFI, failure,
};
use crate::scenario::setup::Preset;
use crate::scenario::{
    About, Fidelity, MeasureSpec, PAIR, Scenario, StepSpec, TLS_KINDS, Topic, Unit,
};
use crate::sim::trace::{EntryId, HostId, Trace};
use crate::sim::world::World;

/// The scenario.
#[derive(Debug)]
pub(in crate::scenario) struct TlsHandshake;

const PARAMS: &[ParamSpec] = &[
    RTT,
    LOSS,
    RATE,
    PROFILE,
    ParamSpec {
        key: "variant",
        label: "Handshake",
        help: "Which version, and whether the two have met before.",
        kind: ParamKind::Choice { options: VARIANTS, default: 0 },
    },
    SUITE,
    KEY,
    CHAIN,
];

const PRESETS: &[Preset] = &[
    LAN,
    WIFI,
    MOBILE,
    ATLANTIC,
    SATELLITE,
    failure("tls12", "TLS 1.2", &[("variant", "tls12")]),
    failure("resumed", "Resumed", &[("variant", "tls13-psk")]),
    failure("early-data", "Early data", &[("variant", "tls13-0rtt")]),
    failure("retry", "HelloRetryRequest", &[("variant", "tls13-hrr")]),
    Preset {
        name: "lost-server-hello",
        title: "Lost ServerHello",
        failure: true,
        set: &[],
        faults: &["drop:server-hello#1"],
    },
];

fn hello(trace: &Trace, entry: EntryId, kind: &str) -> u64 {
    unit_at(trace, entry, kind).map_or(0, |unit| unit.len)
}

/// The names of the messages of a host's flight that begins with this entry.
fn named(trace: &Trace, host: HostId, kinds: &[&str], before: Option<EntryId>) -> String {
    let found = kinds.iter().filter_map(|kind| {
        // What a host says later is not in this flight.
        let at = sending(trace, host, kind)?;
        sent(trace, host, kind).next().filter(|_| before.is_none_or(|before| at < before))
    });
    let names: Vec<&str> = found.map(|message| message.unit.name.as_str()).collect();
    names.join(", ")
}

const STEPS: &[StepSpec] = &[
    StepSpec {
        name: "client-hello",
        title: "ClientHello",
        find: |trace| sending(trace, CLIENT, "client-hello"),
        caption: |trace, entry| {
            format!(
                "TCP is open after {}. The ClientHello has {} bytes and travels in clear: \
                 everyone on the path reads the name {NAME}.",
                when(trace, entry),
                hello(trace, entry, "client-hello")
            )
        },
    },
    StepSpec {
        name: "early-data",
        title: "Early data",
        find: |trace| {
            let accepted = note(trace, SERVER, "early-taken");
            accepted.and_then(|_| sending(trace, CLIENT, "request"))
        },
        caption: |_, _| {
            "The request leaves with the ClientHello, under a key from the last visit.".to_owned()
        },
    },
    StepSpec {
        name: "retry",
        title: "HelloRetryRequest",
        find: |trace| sending(trace, SERVER, "hello-retry-request"),
        caption: |_, _| {
            "The server can use none of the client's shares. It asks for another hello: one round \
             trip more."
                .to_owned()
        },
    },
    StepSpec {
        name: "server-hello",
        title: "ServerHello",
        find: |trace| sending(trace, SERVER, "server-hello"),
        caption: |trace, _| {
            let names = named(
                trace,
                SERVER,
                &[
                    "server-hello",
                    "change-cipher-spec",
                    "encrypted-extensions",
                    "certificate",
                    "server-key-exchange",
                    "certificate-verify",
                    "server-hello-done",
                    "finished",
                ],
                sending(trace, CLIENT, "finished"),
            );
            // The first flight may have asked for another hello.
            let asked = usize::from(sending(trace, SERVER, "hello-retry-request").is_some());
            let bytes = flights(trace).into_iter().filter(|(host, _)| *host == SERVER).nth(asked);
            let bytes = thousands(bytes.map_or(0, |(_, bytes)| bytes));
            format!("The server answers with {names}: {bytes} bytes in one flight.")
        },
    },
    StepSpec {
        name: "certificate",
        title: "Certificate",
        find: |trace| arrival(trace, SERVER, "certificate"),
        caption: |trace, _| {
            let len = sent(trace, SERVER, "certificate").next().map_or(0, |m| m.unit.len);
            format!("The certificates are here: {} bytes with their record.", thousands(len))
        },
    },
    StepSpec {
        name: "client-finished",
        title: "Client's Finished",
        find: |trace| sending(trace, CLIENT, "finished"),
        caption: |trace, entry| {
            let begin = sending(trace, CLIENT, "client-hello").unwrap_or(entry);
            let trips = round_trips(trace, begin, entry);
            let s = if trips == 1 { "" } else { "s" };
            format!(
                "The client has checked what came and says so at {}. Since its hello {trips} \
                 round trip{s} went by.",
                when(trace, entry)
            )
        },
    },
    StepSpec {
        name: "complete",
        title: "Handshake complete",
        find: |trace| complete(trace, CLIENT),
        caption: |trace, entry| {
            format!("From {} on the client may send data under new keys.", when(trace, entry))
        },
    },
    StepSpec {
        name: "request",
        title: "Request",
        find: |trace| sending(trace, CLIENT, "request"),
        caption: |trace, entry| {
            let len = unit_at(trace, entry, "request").map_or(0, |unit| unit.len);
            format!(
                "The request goes out at {}; on the path nobody sees more than a record of {len} \
                 bytes.",
                when(trace, entry)
            )
        },
    },
    StepSpec {
        name: "ticket",
        title: "Ticket",
        find: |trace| sending(trace, SERVER, "new-session-ticket"),
        caption: |_, _| {
            "With this ticket the client may come back without certificates. Only the server can \
             read it."
                .to_owned()
        },
    },
    StepSpec {
        name: "first-byte",
        title: "First byte",
        find: |trace| note(trace, CLIENT, "response-head"),
        caption: |trace, entry| {
            format!("The first byte of the answer is here after {}.", when(trace, entry))
        },
    },
];

const MEASURES: &[MeasureSpec] = &[
    MeasureSpec {
        name: "connect",
        title: "TCP open",
        unit: Unit::Milliseconds,
        compute: |context| {
            let first = context.trace.packets().next()?.entry;
            Some(span(context.trace, first, enters(context.trace, CLIENT, "ESTABLISHED")?))
        },
    },
    MeasureSpec {
        name: "handshake",
        title: "Handshake, as the client sees it",
        unit: Unit::Milliseconds,
        compute: |context| between(context, "client-hello", "complete"),
    },
    MeasureSpec {
        name: "tls-round-trips",
        title: "Round trips before the request",
        unit: Unit::Count,
        compute: |context| {
            let trace = context.trace;
            let request = sending(trace, CLIENT, "request")?;
            let begin = sending(trace, CLIENT, "client-hello")?;
            Some(bare(round_trips(trace, begin, request)))
        },
    },
    MeasureSpec {
        name: "ttfb",
        title: "First byte",
        unit: Unit::Milliseconds,
        compute: |context| {
            let first = context.trace.packets().next()?.entry;
            Some(span(context.trace, first, note(context.trace, CLIENT, "response-head")?))
        },
    },
    FLIGHT_1,
    FLIGHT_2,
    FLIGHT_3,
    FLIGHT_4,
    READABLE,
    PACKETS,
    BYTES_ON_WIRE,
    RETRANSMISSIONS,
];

const ABOUT: About = About {
    id: "tls-handshake",
    title: "The TLS handshake",
    summary: "Two strangers agree on keys in one round trip, and only their hellos can be read.",
    topic: Topic::Tls,
    hosts: PAIR,
    kinds: TLS_KINDS,
    params: PARAMS,
    presets: PRESETS,
    steps: STEPS,
    measures: MEASURES,
    fidelity: Fidelity {
        modelled: "Every message of TLS 1.3 and 1.2 with its true bytes and records, a key \
                   exchange in which both sides must agree, certificates in DER, tickets, early \
                   data, and what each party can read.",
        left_out: "Ciphers: protected bytes keep their plaintext, and the key exchange works with \
                   small numbers. Computing takes no time. Revocation and OCSP.",
        standards: &["RFC 8446", "RFC 5246 section 7", "RFC 8422", "RFC 5077", "RFC 5280"],
        checked: "Messages byte for byte as long as those of OpenSSL 3.0.19, flights within 3 % \
                  of its own, round trips 1, 1, 0, 2, 2 and 1 for the six variants.",
    },
};

impl Scenario for TlsHandshake {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn build(&self, params: &Params, seed: u64) -> World {
        let own = identity(algorithm(params), Some(params.number(CHAIN.key)));
        let sides = variant(params.choice("variant"), params.choice(SUITE.key), own);
        shop(params, seed, sides, None)
    }
}

#[cfg(test)]
mod tests;
