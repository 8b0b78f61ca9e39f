//! The two sides of the scenarios, as parameters ask for them.

use core::time::Duration;

use crate::proto::app::App;
use crate::proto::http1;
use crate::proto::tls::chain::Request;
use crate::proto::tls::config::{DAY, TODAY};
use crate::proto::tls::secret::{P256, X25519};
use crate::proto::tls::{ClientConfig, Identity, PORT, Pki, Secure, ServerConfig};
use crate::scenario::params::{ParamKind, ParamSpec, Params};
use crate::scenario::presets::{config, link, pair, server};
use crate::sim::rng::Rng;
use crate::sim::world::World;
use crate::wire::tls::Version;
use crate::wire::tls::x509::Algorithm;

/// The site of the scenarios.
pub(in crate::scenario) const NAME: &str = "shop.example";
/// Seeds of the authorities: the one that everyone believes.
const AUTHORITY: u64 = 7;

/// The kind of key of the certificates.
pub(in crate::scenario) const KEY: ParamSpec = ParamSpec {
    key: "key",
    label: "Certificate's key",
    help: "What the certificates are signed with.",
    kind: ParamKind::Choice {
        options: &[("ecdsa", "ECDSA P-256"), ("rsa", "RSA 2048"), ("mldsa", "ML-DSA-65")],
        default: 0,
    },
};

/// The size of the chain.
pub(in crate::scenario) const CHAIN: ParamSpec = ParamSpec {
    key: "chain",
    label: "Chain",
    help: "How many bytes the server's certificates have together, if their keys need no more.",
    kind: ParamKind::Bytes { min: 1_000, max: 20_000, default: 1_524 },
};

/// The suite that the server prefers.
pub(in crate::scenario) const SUITE: ParamSpec = ParamSpec {
    key: "suite",
    label: "Cipher",
    help: "The cipher suite that the server prefers.",
    kind: ParamKind::Choice {
        options: &[
            ("aes128", "AES-128-GCM"),
            ("aes256", "AES-256-GCM"),
            ("chacha20", "ChaCha20-Poly1305"),
        ],
        default: 0,
    },
};

/// The kind of key that a parameter names.
pub(in crate::scenario) fn algorithm(params: &Params) -> Algorithm {
    match params.choice(KEY.key) {
        "rsa" => Algorithm::Rsa,
        "mldsa" => Algorithm::MlDsa,
        _ => Algorithm::Ecdsa,
    }
}

/// The authorities that everyone believes.
pub(in crate::scenario) const fn authority(algorithm: Algorithm) -> Pki {
    Pki::new("Example", AUTHORITY, algorithm)
}

/// A certificate for these names that is valid for 60 more days.
pub(in crate::scenario) fn wanted(names: &[&str], size: Option<u64>) -> Request {
    let names = names.iter().map(|name| (*name).to_owned()).collect();
    Request { names, validity: (TODAY - 30 * DAY, TODAY + 60 * DAY), size, complete: true }
}

/// The server's certificates.
pub(in crate::scenario) fn identity(algorithm: Algorithm, size: Option<u64>) -> Identity {
    authority(algorithm).issue(&wanted(&[NAME], size))
}

/// The suites of a choice, the preferred one first.
const fn suites(choice: &[u8]) -> &'static [u16] {
    match choice {
        b"aes256" => &[0x1302, 0x1301, 0xc02c, 0xc030, 0xc02b, 0xc02f],
        b"chacha20" => &[0x1303, 0x1301, 0xcca9, 0xcca8, 0xc02b, 0xc02f],
        _ => &[0x1301, 0x1302, 0xc02b, 0xc02f, 0xc02c, 0xc030],
    }
}

/// The variants of a handshake.
pub(in crate::scenario) const VARIANTS: &[(&str, &str)] = &[
    ("tls13", "TLS 1.3, full"),
    ("tls13-psk", "TLS 1.3, resumed"),
    ("tls13-0rtt", "TLS 1.3, early data"),
    ("tls13-hrr", "TLS 1.3, HelloRetryRequest"),
    ("tls12", "TLS 1.2, full"),
    ("tls12-resumed", "TLS 1.2, resumed"),
];

/// Client and server for a variant.
pub(in crate::scenario) fn variant(
    name: &str,
    suite: &str,
    own: Identity,
) -> (ClientConfig, ServerConfig) {
    let mut client = ClientConfig::new(NAME, authority(own.algorithm).trust());
    let old_suite = if own.algorithm == Algorithm::Rsa { 1 } else { 0 };
    let mut server = ServerConfig::new(own);
    server.suites = suites(suite.as_bytes());
    let new = server.suites.first().copied().unwrap_or_default();
    match name {
        "tls13-psk" => client.session = Some(server.session(Version::Tls13, new)),
        "tls13-0rtt" => {
            server.early_max = 16_384;
            client.session = Some(server.session(Version::Tls13, new));
            client.early = true;
        }
        "tls13-hrr" => {
            client.groups = vec![X25519, P256];
            server.groups = vec![P256];
        }
        "tls12" => client.versions = &[Version::Tls12],
        "tls12-resumed" => {
            client.versions = &[Version::Tls12];
            let suite = server.suites.get(2 + old_suite).copied().unwrap_or_default();
            client.session = Some(server.session(Version::Tls12, suite));
        }
        _ => {}
    }
    (client, server)
}

/// One request of a client to a server that answers at once with a kilobyte; `window` is the
/// server's first congestion window in segments, if it is not the usual one.
pub(in crate::scenario) fn shop(
    params: &Params,
    seed: u64,
    (client, mine): (ClientConfig, ServerConfig),
    window: Option<u32>,
) -> World {
    let tcp = config(params);
    let to = server(PORT);
    let asks = http1::ClientConfig { to, tcp, host: NAME, requests: 1, close: false };
    let sends = crate::proto::tcp::Config { initial_window: window.or(tcp.initial_window), ..tcp };
    let answers = http1::ServerConfig { tcp: sends, think: Duration::ZERO, body: 1_000 };
    let chance = Rng::new(seed);
    let asks: Box<dyn App> = Box::new(http1::Client::new(asks));
    let answers: Box<dyn App> = Box::new(http1::Server::new(answers).on_port(PORT));
    let asks = Secure::client(asks, client, chance.stream("tls client"));
    let answers = Secure::server(answers, mine, chance.stream("tls server"));
    pair(seed, link(params), asks, answers)
}
