//! `tls-mutual`: both sides show certificates, as services in a mesh do.
//!
//! RFC 8446 sections 4.3.2 and 4.4; identities of SPIFFE, which live for an hour and are renewed
//! at half of it.

use super::messages::{FLIGHT_1, FLIGHT_2, FLIGHT_3, FLIGHT_4, arrival, sending, sent};
use super::sides::{NAME, authority, identity, shop, wanted};
use crate::proto::tls::config::{DAY, TODAY};
use crate::proto::tls::{ClientConfig, Pki, ServerConfig};
use crate::scenario::find::{CLIENT, SERVER, note, span, thousands, when};
use crate::scenario::measures::{BYTES_ON_WIRE, PACKETS};
use crate::scenario::params::{ParamKind, ParamSpec, Params};
use crate::scenario::presets::{
    ATLANTIC, LAN, LOSS, MOBILE, MS, PROFILE, RATE, RTT, SATELLITE, WIFI, failure,
};
use crate::scenario::setup::Preset;
use crate::scenario::{
    About, Fidelity, Figure, MeasureSpec, PAIR, Scenario, StepSpec, TLS_KINDS, Term, Topic, Unit,
};
use crate::sim::time::nanos;
use crate::sim::world::World;
use crate::wire::tls::Version;
use crate::wire::tls::x509::Algorithm;

/// The scenario.
#[derive(Debug)]
pub(in crate::scenario) struct TlsMutual;

/// Who the client is.
const WORKLOAD: &str = "spiffe://shop.example/payments";
const HOUR: u64 = 3_600_000 * MS;

const PARAMS: &[ParamSpec] = &[
    RTT,
    LOSS,
    RATE,
    PROFILE,
    ParamSpec {
        key: "version",
        label: "Version",
        help: "The version of TLS.",
        kind: ParamKind::Choice {
            options: &[("tls13", "TLS 1.3"), ("tls12", "TLS 1.2")],
            default: 0,
        },
    },
    ParamSpec {
        key: "client",
        label: "Client shows",
        help: "The certificate that the client shows when it is asked.",
        kind: ParamKind::Choice {
            options: &[
                ("good", "A good certificate"),
                ("unasked", "Nothing, and is not asked"),
                ("none", "None"),
                ("expired", "One that has expired"),
                ("stranger", "One of another authority"),
            ],
            default: 0,
        },
    },
    ParamSpec {
        key: "chain",
        label: "Client's chain",
        help: "How many bytes the client's certificates have together.",
        kind: ParamKind::Bytes { min: 1_000, max: 5_000, default: 1_100 },
    },
    ParamSpec {
        key: "workloads",
        label: "Workloads",
        help: "How many instances have a certificate each.",
        kind: ParamKind::Count { min: 1, max: 100_000, default: 10_000 },
    },
    ParamSpec {
        key: "ttl",
        label: "Lifetime",
        help: "How long a certificate lives; it is renewed at half of that.",
        kind: ParamKind::Duration { min: 60_000 * MS, max: 24 * HOUR, default: HOUR },
    },
];

const PRESETS: &[Preset] = &[
    LAN,
    WIFI,
    MOBILE,
    ATLANTIC,
    SATELLITE,
    failure("one-sided", "Server only", &[("client", "unasked")]),
    failure("no-certificate", "No certificate", &[("client", "none")]),
    failure("expired", "Expired", &[("client", "expired")]),
    failure("stranger", "Another authority", &[("client", "stranger")]),
];

const STEPS: &[StepSpec] = &[
    StepSpec {
        name: "client-hello",
        title: "ClientHello",
        find: |trace| sending(trace, CLIENT, "client-hello"),
        caption: |_, _| "The client begins as always.".to_owned(),
    },
    StepSpec {
        name: "asked",
        title: "CertificateRequest",
        find: |trace| arrival(trace, SERVER, "certificate-request"),
        caption: |_, _| {
            "In its one flight the server also asks for the client's certificate.".to_owned()
        },
    },
    StepSpec {
        name: "client-certificate",
        title: "Client's certificate",
        find: |trace| sending(trace, CLIENT, "certificate"),
        caption: |trace, _| {
            let len = sent(trace, CLIENT, "certificate").next().map_or(0, |m| m.unit.len);
            format!(
                "The client's certificate, {} bytes with its record, and the proof of its key \
                 leave in the flight that it sends anyway.",
                thousands(len)
            )
        },
    },
    StepSpec {
        name: "accepted",
        title: "Client believed",
        find: |trace| note(trace, SERVER, "client-accepted"),
        caption: |_, _| {
            format!(
                "The server knows who is there, {WORKLOAD}; what that one may do is another matter."
            )
        },
    },
    StepSpec {
        name: "refused",
        title: "Client refused",
        find: |trace| {
            note(trace, SERVER, "client-refused").or_else(|| note(trace, SERVER, "alert-sent"))
        },
        caption: |trace, entry| {
            format!(
                "At {} the server ends the connection. To a client of TLS 1.3 the handshake looked \
                 complete by then.",
                when(trace, entry)
            )
        },
    },
    StepSpec {
        name: "first-byte",
        title: "First byte",
        find: |trace| note(trace, CLIENT, "response-head"),
        caption: |trace, entry| {
            format!("The answer begins at {}: no later than without.", when(trace, entry))
        },
    },
];

const MEASURES: &[MeasureSpec] = &[
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
    MeasureSpec {
        name: "signatures",
        title: "Signatures of the authority in an hour",
        unit: Unit::Count,
        compute: |context| {
            let params = &context.setup.params;
            let ttl = nanos(params.duration("ttl"));
            let per_workload = u128::from(2 * HOUR);
            let workloads = params.number("workloads");
            let all = u128::from(workloads) * per_workload;
            let value = u64::try_from(all.checked_div(u128::from(ttl))?).ok()?;
            let label = format!(
                "for {} workloads, each renewed at half of its lifetime",
                thousands(workloads)
            );
            Some(Figure { value, sum: vec![Term { label, value }] })
        },
    },
    PACKETS,
    BYTES_ON_WIRE,
];

const ABOUT: About = About {
    id: "tls-mutual",
    title: "Certificates on both sides",
    summary: "A client's certificate costs bytes and signatures, but no round trip.",
    topic: Topic::Tls,
    hosts: PAIR,
    kinds: TLS_KINDS,
    params: PARAMS,
    presets: PRESETS,
    steps: STEPS,
    measures: MEASURES,
    fidelity: Fidelity {
        modelled: "CertificateRequest, the client's Certificate and CertificateVerify in both \
                   versions, checks by the server, and its alerts.",
        left_out: "How a workload comes to its certificate; authorisation; the number of \
                   signatures is computed, not run.",
        standards: &["RFC 8446 sections 4.3.2 and 4.4", "RFC 5246 section 7.4.6"],
        checked: "The same time to first byte with and without; 10,000 workloads of one hour are \
                  20,000 signatures in an hour, 5.6 in a second.",
    },
};

impl Scenario for TlsMutual {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn build(&self, params: &Params, seed: u64) -> World {
        let kind = Algorithm::Ecdsa;
        let authority = authority(kind);
        let mut client = ClientConfig::new(NAME, authority.trust());
        if params.choice("version") == "tls12" {
            client.versions = &[Version::Tls12];
        }
        let mut request = wanted(&[WORKLOAD], Some(params.number("chain")));
        let ttl = nanos(params.duration("ttl")) / 1_000_000_000;
        request.validity = (TODAY - ttl / 4, TODAY + ttl);
        let mut signer = authority.clone();
        match params.choice("client") {
            "expired" => request.validity = (TODAY - DAY, TODAY - 60),
            "stranger" => signer = Pki::new("Unheard-of", seed, kind),
            _ => {}
        }
        let mut mine = ServerConfig::new(identity(kind, None));
        match params.choice("client") {
            "unasked" => {}
            "none" => mine.clients = Some(authority.trust()),
            _ => {
                mine.clients = Some(authority.trust());
                client.identity = Some(signer.issue(&request));
            }
        }
        shop(params, seed, (client, mine), None)
    }
}

#[cfg(test)]
mod tests {
    use super::TlsMutual;
    use crate::scenario::testing::{kinds, millis, run_with, value};

    #[test]
    fn a_clients_certificate_costs_no_time_and_its_own_bytes() {
        for (version, ttfb) in [("tls13", 300), ("tls12", 400)] {
            let run = |client: &str, chain: u64| {
                let text = format!("version={version} client={client} chain={chain}B");
                run_with(&TlsMutual, &text, &[])
            };
            let (with, without) = (run("good", 1_100), run("unasked", 1_100));
            assert_eq!(millis(&with, "ttfb"), Some(ttfb));
            assert_eq!(millis(&without, "ttfb"), Some(ttfb));
            let up = |run| value(run, "flight-3").unwrap();
            let extra = up(&with) - up(&without);
            assert!((700..=3_000).contains(&extra), "{extra}");
            assert_eq!(up(&run("good", 2_100)) - up(&with), 1_000);
        }
    }

    #[test]
    fn who_is_not_known_gets_an_alert_and_no_answer() {
        for (client, alert) in [
            ("none", "certificate_required"),
            ("expired", "certificate_expired"),
            ("stranger", "unknown_ca"),
        ] {
            let run = run_with(&TlsMutual, &format!("client={client}"), &[]);
            assert_eq!(value(&run, "ttfb"), None, "{client}");
            assert!(run.step("refused").is_some(), "{client}");
            assert!(kinds(&run).contains(&"alert".to_owned()));
            let said = run.trace.to_string();
            assert!(said.contains(alert), "{client}");
        }
    }

    #[test]
    fn ten_thousand_workloads_are_five_or_six_signatures_a_second() {
        let run = run_with(&TlsMutual, "", &[]);
        assert_eq!(value(&run, "signatures"), Some(20_000));
    }
}
