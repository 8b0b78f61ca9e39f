//! `tls-hello`: the first message, its shares, and what happens if none fits.
//!
//! HelloRetryRequest (RFC 8446 section 4.1.4) and the hybrid share against quantum computers,
//! X25519MLKEM768 (draft-ietf-tls-ecdhe-mlkem), in a hello as browsers send it.

use super::messages::{arrival, complete, sending, sent};
use super::sides::{NAME, authority, identity, shop};
use crate::proto::tls::secret::{P256, X25519, X25519_MLKEM768};
use crate::proto::tls::{ClientConfig, ServerConfig};
use crate::scenario::find::{CLIENT, SERVER, count, note, round_trips, span, thousands, when};
use crate::scenario::measures::{BYTES_ON_WIRE, PACKETS, RETRANSMISSIONS, bare};
use crate::scenario::params::{ParamKind, ParamSpec, Params};
use crate::scenario::presets::{
    ATLANTIC, LAN, LOSS, MOBILE, PROFILE, RATE, RTT, SATELLITE, WIFI, failure,
};
use crate::scenario::setup::Preset;
use crate::scenario::{
    About, Fidelity, MeasureSpec, PAIR, Scenario, StepSpec, TLS_KINDS, Topic, Unit,
};
use crate::sim::trace::Trace;
use crate::sim::world::World;
use crate::wire::tls::x509::Algorithm;

/// The scenario.
#[derive(Debug)]
pub(in crate::scenario) struct TlsHello;

const PARAMS: &[ParamSpec] = &[
    RTT,
    LOSS,
    RATE,
    PROFILE,
    ParamSpec {
        key: "share",
        label: "Client's share",
        help: "The groups in which the client sends a public key at once.",
        kind: ParamKind::Choice {
            options: &[
                ("x25519", "X25519"),
                ("hybrid", "X25519 with ML-KEM-768"),
                ("both", "Both, as browsers do"),
            ],
            default: 1,
        },
    },
    ParamSpec {
        key: "server",
        label: "Server can",
        help: "The groups that the server knows.",
        kind: ParamKind::Choice {
            options: &[("all", "All"), ("classic", "X25519 and P-256"), ("p256", "P-256 only")],
            default: 0,
        },
    },
    ParamSpec {
        key: "style",
        label: "Hello of",
        help: "Whose habits the hello has: browsers add a decoy of Encrypted Client Hello.",
        kind: ParamKind::Choice {
            options: &[("browser", "A browser"), ("openssl", "OpenSSL")],
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
    failure("classic", "X25519", &[("share", "x25519")]),
    failure("refused", "Share refused", &[("server", "classic")]),
    failure("both", "Both shares, old server", &[("share", "both"), ("server", "classic")]),
    Preset {
        name: "lost-half",
        title: "Half of the hello lost",
        failure: true,
        set: &[],
        faults: &["drop:data#1"],
    },
];

fn hello_len(trace: &Trace) -> Option<u64> {
    sent(trace, CLIENT, "client-hello").next().map(|message| message.unit.len)
}

/// The segments that the client's first hello takes.
fn segments(trace: &Trace) -> Option<u64> {
    let hello = sent(trace, CLIENT, "client-hello").next()?;
    let end = u64::from(hello.segment.seq) + hello.unit.len;
    let parts = crate::scenario::find::sent_by(trace, CLIENT).filter(|segment| {
        let first = segment.packet.sent.retransmits.is_none();
        first && segment.len > 0 && u64::from(segment.seq) < end
    });
    Some(parts.count() as u64)
}

const STEPS: &[StepSpec] = &[
    StepSpec {
        name: "client-hello",
        title: "ClientHello",
        find: |trace| sending(trace, CLIENT, "client-hello"),
        caption: |trace, _| {
            format!(
                "The hello has {} bytes and takes {}.",
                thousands(hello_len(trace).unwrap_or(0)),
                count(segments(trace).unwrap_or(0), "segment")
            )
        },
    },
    StepSpec {
        name: "hello-received",
        title: "Hello complete",
        find: |trace| arrival(trace, CLIENT, "client-hello"),
        caption: |trace, entry| {
            format!(
                "Only at {} the server has the whole hello: nothing can be answered before.",
                when(trace, entry)
            )
        },
    },
    StepSpec {
        name: "retry",
        title: "HelloRetryRequest",
        find: |trace| sending(trace, SERVER, "hello-retry-request"),
        caption: |_, _| {
            "The server knows none of the groups for which a share came, but one that the client \
             also named. It asks for a share of that: one round trip more."
                .to_owned()
        },
    },
    StepSpec {
        name: "second-hello",
        title: "Second ClientHello",
        find: |trace| {
            let hello = sent(trace, CLIENT, "client-hello").nth(1);
            hello.map(|message| message.segment.packet.entry)
        },
        caption: |_, _| "The same hello with another share.".to_owned(),
    },
    StepSpec {
        name: "server-hello",
        title: "ServerHello",
        find: |trace| sending(trace, SERVER, "server-hello"),
        caption: |trace, _| {
            let len = sent(trace, SERVER, "server-hello").next().map_or(0, |m| m.unit.len);
            format!("The answer's ServerHello has {} bytes.", thousands(len))
        },
    },
    StepSpec {
        name: "complete",
        title: "Handshake complete",
        find: |trace| complete(trace, CLIENT),
        caption: |trace, entry| {
            let from = sending(trace, CLIENT, "client-hello").unwrap_or(entry);
            let trips = round_trips(trace, from, entry);
            format!("Done after {}.", count(trips, "round trip"))
        },
    },
];

const MEASURES: &[MeasureSpec] = &[
    MeasureSpec {
        name: "hello",
        title: "ClientHello with its record",
        unit: Unit::Bytes,
        compute: |context| hello_len(context.trace).map(bare),
    },
    MeasureSpec {
        name: "hello-segments",
        title: "Segments of the ClientHello",
        unit: Unit::Count,
        compute: |context| segments(context.trace).map(bare),
    },
    MeasureSpec {
        name: "server-hello",
        title: "ServerHello with its record",
        unit: Unit::Bytes,
        compute: |context| {
            sent(context.trace, SERVER, "server-hello").next().map(|message| bare(message.unit.len))
        },
    },
    MeasureSpec {
        name: "tls-round-trips",
        title: "Round trips of TLS",
        unit: Unit::Count,
        compute: |context| {
            let trace = context.trace;
            let from = sending(trace, CLIENT, "client-hello")?;
            Some(bare(round_trips(trace, from, complete(trace, CLIENT)?)))
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
    id: "tls-hello",
    title: "The first message of TLS",
    summary: "A share against quantum computers fills two segments; one that does not fit costs a round trip.",
    topic: Topic::Tls,
    hosts: PAIR,
    kinds: TLS_KINDS,
    params: PARAMS,
    presets: PRESETS,
    steps: STEPS,
    measures: MEASURES,
    fidelity: Fidelity {
        modelled: "Every extension with its bytes, shares of true size, HelloRetryRequest, and \
                   TCP below that repairs a lost half.",
        left_out: "The computing time of ML-KEM; reserved numbers that browsers send to keep \
                   servers tolerant (GREASE).",
        standards: &["RFC 8446 sections 4.1.2 to 4.1.4", "draft-ietf-tls-ecdhe-mlkem"],
        checked: "Shares 1,184 bytes larger up and 1,088 down, one segment against two, and a \
                  round trip for each refusal.",
    },
};

impl Scenario for TlsHello {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn build(&self, params: &Params, seed: u64) -> World {
        let own = identity(Algorithm::Ecdsa, None);
        let mut client = ClientConfig::new(NAME, authority(Algorithm::Ecdsa).trust());
        client.groups = vec![X25519_MLKEM768, X25519, P256];
        client.alpn = &["h2", "http/1.1"];
        client.browser = params.choice("style") == "browser";
        client.shares = match params.choice("share") {
            "x25519" => vec![X25519],
            "both" => vec![X25519_MLKEM768, X25519],
            _ => vec![X25519_MLKEM768],
        };
        let mut mine = ServerConfig::new(own);
        mine.groups = match params.choice("server") {
            "classic" => vec![X25519, P256],
            "p256" => vec![P256],
            _ => vec![X25519_MLKEM768, X25519, P256],
        };
        shop(params, seed, (client, mine), None)
    }
}

#[cfg(test)]
mod tests {
    use super::TlsHello;
    use crate::scenario::testing::{millis, run_preset, run_with, value};

    fn sizes(settings: &str) -> (u64, u64, u64) {
        let run = run_with(&TlsHello, settings, &[]);
        let of = |name| value(&run, name).unwrap();
        (of("hello"), of("hello-segments"), of("server-hello"))
    }

    #[test]
    fn the_hybrid_share_is_1184_bytes_larger_up_and_1088_down() {
        for style in ["browser", "openssl"] {
            let old = sizes(&format!("share=x25519 style={style}"));
            let new = sizes(&format!("share=hybrid style={style}"));
            assert_eq!(new.0 - old.0, 1_184);
            assert_eq!(new.2 - old.2, 1_088);
        }
    }

    #[test]
    fn a_browsers_hello_takes_one_segment_or_two() {
        let (old, one, _) = sizes("share=x25519");
        let (new, two, _) = sizes("share=hybrid");
        assert!((300..=560).contains(&old), "{old}");
        assert!((1_600..=1_900).contains(&new), "{new}");
        assert_eq!((one, two), (1, 2));
    }

    #[test]
    fn a_refused_share_costs_a_round_trip_and_a_second_share_saves_it() {
        for (settings, trips) in [
            ("share=hybrid server=all", 1),
            ("share=hybrid server=classic", 2),
            ("share=both server=classic", 1),
            ("share=both server=p256", 2),
            ("share=x25519 server=all", 1),
        ] {
            let run = run_with(&TlsHello, settings, &[]);
            assert_eq!(value(&run, "tls-round-trips"), Some(trips), "{settings}");
            assert_eq!(millis(&run, "ttfb"), Some((2 + trips) * 100), "{settings}");
        }
    }

    #[test]
    fn half_a_hello_is_no_hello() {
        let run = run_preset(&TlsHello, "lost-half");
        assert_eq!(value(&run, "retransmissions"), Some(1));
        assert!(millis(&run, "ttfb") > Some(300));
    }
}
