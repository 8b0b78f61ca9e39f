//! `tls-certificate`: whether the chain fits the first window, and whether the client believes it.
//!
//! The server's flight leaves in slow start (RFC 5681 section 3.1, RFC 6928); the client checks
//! the chain as RFC 5280 section 6 and RFC 9525 ask.

use super::messages::{FLIGHT_2, arrival, sending, sent};
use super::sides::{KEY, NAME, algorithm, authority, shop, wanted};
use crate::proto::tls::config::{DAY, TODAY};
use crate::proto::tls::{ClientConfig, Pki, ServerConfig};
use crate::scenario::find::{CLIENT, SERVER, at, note, span, thousands, when};
use crate::scenario::measures::{BYTES_ON_WIRE, PACKETS, RETRANSMISSIONS, bare, between};
use crate::scenario::params::{ParamKind, ParamSpec, Params};
use crate::scenario::presets::{
    ATLANTIC, LAN, LOSS, MOBILE, PROFILE, RATE, RTT, SATELLITE, WIFI, failure, rtt,
};
use crate::scenario::setup::Preset;
use crate::scenario::{
    About, Fidelity, MeasureSpec, PAIR, Scenario, StepSpec, TLS_KINDS, Topic, Unit,
};
use crate::sim::endpoint::Event;
use crate::sim::time::nanos;
use crate::sim::trace::{EntryId, Trace, TraceEvent};
use crate::sim::world::World;

/// The scenario.
#[derive(Debug)]
pub(in crate::scenario) struct TlsCertificate;

const PARAMS: &[ParamSpec] = &[
    RTT,
    LOSS,
    RATE,
    PROFILE,
    KEY,
    ParamSpec {
        key: "chain",
        label: "Chain",
        help: "How many bytes the certificates have together, if their keys need no more.",
        kind: ParamKind::Bytes { min: 1_000, max: 20_000, default: 3_000 },
    },
    ParamSpec {
        key: "iw",
        label: "First window",
        help: "How many segments the server sends before the first ACK comes back.",
        kind: ParamKind::Count { min: 1, max: 10, default: 10 },
    },
    ParamSpec {
        key: "problem",
        label: "Certificate",
        help: "What is wrong with the certificate.",
        kind: ParamKind::Choice {
            options: &[
                ("none", "Good"),
                ("expired", "Expired yesterday"),
                ("not-yet", "Valid from tomorrow"),
                ("wrong-name", "For another name"),
                ("wildcard", "For *.shop.example"),
                ("unknown-issuer", "Issuer unknown"),
                ("incomplete", "Intermediate missing"),
            ],
            default: 0,
        },
    },
];

const PRESETS: &[Preset] = &[
    LAN,
    WIFI,
    MOBILE,
    ATLANTIC,
    SATELLITE,
    failure("old-window", "5 kB and a window of 3", &[("chain", "5kB"), ("iw", "3")]),
    failure("post-quantum", "Post-quantum signatures", &[("key", "mldsa"), ("chain", "16kB")]),
    failure("expired", "Expired", &[("problem", "expired")]),
    failure("wrong-name", "Wrong name", &[("problem", "wrong-name")]),
    failure("unknown-issuer", "Unknown issuer", &[("problem", "unknown-issuer")]),
    failure("incomplete", "Incomplete chain", &[("problem", "incomplete")]),
];

/// What a note says.
fn said(trace: &Trace, entry: EntryId) -> &str {
    match trace.entry(entry).map(|entry| &entry.event) {
        Some(TraceEvent::Endpoint(Event::Note { text, .. })) => text,
        _ => "",
    }
}

const STEPS: &[StepSpec] = &[
    StepSpec {
        name: "client-hello",
        title: "ClientHello",
        find: |trace| sending(trace, CLIENT, "client-hello"),
        caption: |_, _| format!("The client asks for {NAME}."),
    },
    StepSpec {
        name: "server-hello",
        title: "Server's flight",
        find: |trace| sending(trace, SERVER, "server-hello"),
        caption: |trace, entry| {
            let begun = at(trace, entry);
            let leave = trace.packets().filter(|p| p.from == SERVER && p.at == begun);
            let bytes: u64 = leave.map(|packet| packet.sent.packet.body.len()).sum();
            format!(
                "{} bytes leave at once: as much as the first window lets go.",
                thousands(bytes)
            )
        },
    },
    StepSpec {
        name: "certificate",
        title: "Chain complete",
        find: |trace| arrival(trace, SERVER, "certificate"),
        caption: |trace, entry| {
            let len = sent(trace, SERVER, "certificate").next().map_or(0, |m| m.unit.len);
            format!(
                "The chain, {} bytes with its record, is here at {}.",
                thousands(len),
                when(trace, entry)
            )
        },
    },
    StepSpec {
        name: "accepted",
        title: "Believed",
        find: |trace| note(trace, CLIENT, "certificate-accepted"),
        caption: |_, _| {
            "Name, time and signatures are right up to a root in the client's store.".to_owned()
        },
    },
    StepSpec {
        name: "refused",
        title: "Refused",
        find: |trace| note(trace, CLIENT, "certificate-refused"),
        caption: |trace, entry| {
            let text = said(trace, entry);
            let rest =
                text.strip_prefix("the certificate").map(|rest| format!("The certificate{rest}"));
            format!("{}: the client ends the connection.", rest.unwrap_or_else(|| text.to_owned()))
        },
    },
    StepSpec {
        name: "alert",
        title: "Alert",
        find: |trace| sending(trace, CLIENT, "alert"),
        caption: |trace, _| {
            let alert = sent(trace, CLIENT, "alert").next();
            let name = alert.map_or("", |message| message.unit.detail.as_str());
            format!("The alert says {name}. A person sees a full page of warning.")
        },
    },
    StepSpec {
        name: "first-byte",
        title: "First byte",
        find: |trace| note(trace, CLIENT, "response-head"),
        caption: |trace, entry| format!("The answer begins at {}.", when(trace, entry)),
    },
];

const MEASURES: &[MeasureSpec] = &[
    FLIGHT_2,
    MeasureSpec {
        name: "chain-sent",
        title: "Certificate message with its records",
        unit: Unit::Bytes,
        compute: |context| {
            sent(context.trace, SERVER, "certificate").next().map(|message| bare(message.unit.len))
        },
    },
    MeasureSpec {
        name: "extra-round-trips",
        title: "Round trips that the flight takes longer",
        unit: Unit::Count,
        compute: |context| {
            let trace = context.trace;
            let begun = at(trace, sending(trace, SERVER, "server-hello")?);
            let ended = at(trace, arrival(trace, SERVER, "finished")?);
            let trip = nanos(rtt(&context.setup.params));
            let extra = nanos(ended - begun).saturating_sub(trip / 2);
            Some(bare(extra.checked_div(trip)?))
        },
    },
    MeasureSpec {
        name: "handshake",
        title: "Until the client knows what to think",
        unit: Unit::Milliseconds,
        compute: |context| {
            let known = |name| between(context, "client-hello", name);
            known("accepted").or_else(|| known("refused"))
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
    PACKETS,
    BYTES_ON_WIRE,
    RETRANSMISSIONS,
];

const ABOUT: About = About {
    id: "tls-certificate",
    title: "Certificates",
    summary: "Does the chain fit the first window, and does the client believe it?",
    topic: Topic::Tls,
    hosts: PAIR,
    kinds: TLS_KINDS,
    params: PARAMS,
    presets: PRESETS,
    steps: STEPS,
    measures: MEASURES,
    fidelity: Fidelity {
        modelled: "Certificates in DER with names, times, keys and signatures of true size; \
                   checks of names, times, signatures and issuers; alerts as OpenSSL chooses \
                   them; slow start of the server's flight.",
        left_out: "Revocation, constraints on names and policies, and clicking warnings away.",
        standards: &["RFC 5280 section 6", "RFC 9525 section 6", "RFC 8446 sections 4.4.2 and 6.2"],
        checked: "Extra round trips: none for 3 kB and a window of 10, one for 5 kB and 3, one \
                  for 16 kB and 10; an alert for each kind of doubt.",
    },
};

impl Scenario for TlsCertificate {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn build(&self, params: &Params, seed: u64) -> World {
        let kind = algorithm(params);
        let authority = authority(kind);
        let mut request = wanted(&[NAME], Some(params.number("chain")));
        let mut signer = authority.clone();
        match params.choice("problem") {
            "expired" => request.validity = (TODAY - 91 * DAY, TODAY - DAY),
            "not-yet" => request.validity = (TODAY + DAY, TODAY + 91 * DAY),
            "wrong-name" => request.names = vec!["other.example".to_owned()],
            "wildcard" => request.names = vec![format!("*.{NAME}")],
            "unknown-issuer" => signer = Pki::new("Unheard-of", seed, kind),
            "incomplete" => request.complete = false,
            _ => {}
        }
        let client = ClientConfig::new(NAME, authority.trust());
        let mine = ServerConfig::new(signer.issue(&request));
        let window = u32::try_from(params.number("iw")).ok();
        shop(params, seed, (client, mine), window)
    }
}

#[cfg(test)]
mod tests {
    use super::TlsCertificate;
    use crate::scenario::testing::{millis, run_with, value};

    #[test]
    fn a_chain_beyond_the_first_window_costs_a_round_trip() {
        for (settings, extra) in [
            ("chain=3kB iw=10", 0),
            ("chain=5kB iw=3", 1),
            ("chain=16kB iw=10 key=mldsa", 1),
            ("chain=16kB iw=10", 1),
            ("chain=3kB iw=1", 1),
        ] {
            for rtt in [60, 100, 300] {
                let run = run_with(&TlsCertificate, &format!("{settings} rtt={rtt}ms"), &[]);
                assert_eq!(value(&run, "extra-round-trips"), Some(extra), "{settings}");
                assert_eq!(millis(&run, "ttfb"), Some((3 + extra) * rtt), "{settings}");
            }
        }
    }

    #[test]
    fn the_chain_has_the_size_that_was_asked_for() {
        for chain in [1_500, 3_000, 5_000, 16_000, 20_000] {
            let run = run_with(&TlsCertificate, &format!("chain={chain}B"), &[]);
            // Type, length, context and list: 8; 5 each; records of 22.
            let overhead = 8 + 2 * 5 + 22 * (1 + chain / 16_384);
            let sent = value(&run, "chain-sent").unwrap();
            assert!(sent.abs_diff(chain + overhead) <= 2, "{chain}: {sent}");
        }
    }

    #[test]
    fn every_doubt_has_its_alert_and_nothing_is_asked_then() {
        for (problem, alert) in [
            ("expired", "certificate_expired"),
            ("not-yet", "bad_certificate"),
            ("wrong-name", "bad_certificate"),
            ("wildcard", "bad_certificate"),
            ("unknown-issuer", "unknown_ca"),
            ("incomplete", "unknown_ca"),
        ] {
            let run = run_with(&TlsCertificate, &format!("problem={problem}"), &[]);
            assert!(run.step("refused").is_some() && run.step("accepted").is_none());
            assert!(run.step("alert").unwrap().caption.contains(alert), "{problem}");
            assert_eq!(value(&run, "ttfb"), None);
        }
    }
}
