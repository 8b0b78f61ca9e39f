//! Both ends as the parameters ask for them.

use crate::proto::app::App;
use crate::proto::quic::Config;
use crate::proto::tls::chain::Request;
use crate::proto::tls::config::{AES_128, DAY, TODAY};
use crate::proto::tls::secret::{P256, X25519, X25519_MLKEM768};
use crate::proto::tls::{ClientConfig, Pki, Secure, ServerConfig};
use crate::sim::rng::Rng;
use crate::wire::tls::Version;
use crate::wire::tls::x509::Algorithm;

/// The site.
const NAME: &str = "shop.example";
/// What both ends speak inside.
const ALPN: &[&str] = &["h3"];
/// The bytes of a leaf and an intermediate certificate, as they were measured: ECDSA P-256 and
/// RSA with 2048 bits.
const ECDSA_CHAIN: u64 = 895 + 629;
const RSA_CHAIN: u64 = 1_291 + 1_024;

/// How the two ends know each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Variant {
    /// Not at all.
    New,
    /// The client has been here before and sends early data.
    Early,
    /// The same, but the server does not take early data.
    Refused,
    /// Not at all, and the server asks for a token.
    Retry,
    /// Early data, and the server asks for a token.
    EarlyRetry,
}

impl Variant {
    /// The variant of this name.
    pub(super) fn named(name: &str) -> Self {
        match name {
            "0-rtt" => Self::Early,
            "refused" => Self::Refused,
            "retry" => Self::Retry,
            "0-rtt-retry" => Self::EarlyRetry,
            _ => Self::New,
        }
    }
}

/// What a client's hello is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hello {
    /// A share of X25519: the hello fits one datagram.
    Usual,
    /// A share of X25519MLKEM768 too: it takes two.
    PostQuantum,
}

/// TLS of both ends, with certificates of these keys and this size.
fn tls(algorithm: Algorithm, size: u64) -> (ClientConfig, ServerConfig) {
    let pki = Pki::new("Example", 7, algorithm);
    let validity = (TODAY - 30 * DAY, TODAY + 60 * DAY);
    let request =
        Request { names: vec![NAME.to_owned()], validity, size: Some(size), complete: true };
    let client = ClientConfig::new(NAME, pki.trust());
    (client, ServerConfig::new(pki.issue(&request)))
}

/// The client's and the server's configuration; `chain` names the kind of certificates.
pub(super) fn configs(variant: Variant, chain: &str) -> (Config, Config) {
    let (mut client, mut server) = match chain {
        "rsa" => tls(Algorithm::Rsa, RSA_CHAIN),
        _ => tls(Algorithm::Ecdsa, ECDSA_CHAIN),
    };
    client.alpn = ALPN;
    server.alpn = ALPN;
    server.tickets = 1;
    let early = matches!(variant, Variant::Early | Variant::Refused | Variant::EarlyRetry);
    if early {
        // In QUIC the limit on early data is that of the streams (RFC 9001 section 4.6.1).
        server.early_max = u32::MAX;
        client.session = Some(server.session(Version::Tls13, AES_128));
        client.early = true;
    }
    let mut theirs = Config::server(server.clone());
    let mut mine = Config::client(client);
    if early {
        mine.remembered = Some(theirs.params());
    }
    if variant == Variant::Refused {
        // It still resumes, but does not take early data any more.
        server.early_max = 0;
        theirs = Config::server(server);
    }
    theirs.retry = matches!(variant, Variant::Retry | Variant::EarlyRetry);
    (mine, theirs)
}

/// The same for a new connection, and no ticket that would take room beside the answer.
pub(super) fn ticketless() -> (Config, Config) {
    let (mut client, mut server) = tls(Algorithm::Ecdsa, ECDSA_CHAIN);
    client.alpn = ALPN;
    server.alpn = ALPN;
    server.tickets = 0;
    (Config::client(client), Config::server(server))
}

/// The same for a new connection with certificates of this size.
pub(super) fn sized(chain: u64, hello: Hello) -> (Config, Config) {
    let (mut client, mut server) = tls(Algorithm::Ecdsa, chain);
    client.alpn = ALPN;
    server.alpn = ALPN;
    if hello == Hello::PostQuantum {
        client.groups = vec![X25519_MLKEM768, X25519, P256];
        client.shares = vec![X25519_MLKEM768, X25519];
        // The server can it too, but likes the short share.
        server.groups = vec![X25519, X25519_MLKEM768, P256];
    }
    (Config::client(client), Config::server(server))
}

/// TLS 1.3 over TCP for the connections of both ends.
pub(super) fn secured<C: App, S: App>(seed: u64, client: C, server: S) -> (Secure<C>, Secure<S>) {
    let (mine, theirs) = tls(Algorithm::Ecdsa, ECDSA_CHAIN);
    let rng = |name| Rng::new(seed).stream(name);
    (
        Secure::client(client, mine, rng("tls client")),
        Secure::server(server, theirs, rng("tls server")),
    )
}
