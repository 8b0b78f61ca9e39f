//! What the two sides of a handshake want.

use std::sync::{Arc, Mutex};

use super::chain::{Identity, Trust};
use super::secret::{P256, X25519};
use super::session::Session;
use crate::sorted::SortedSet;
use crate::wire::tls::Version;

/// Seconds from 1970 to the start of every run: 21 November 2026.
pub const TODAY: u64 = 1_795_219_200;
/// The seconds of a day.
pub const DAY: u64 = 86_400;

/// The suites of TLS 1.3 in OpenSSL's order, and what says that nothing is renegotiated.
const SUITES_13: &[u16] = &[0x1302, 0x1303, 0x1301];
/// The mandatory suite (RFC 8446 section 9.1).
pub const AES_128: u16 = 0x1301;
/// The suite with the longer key.
pub const AES_256: u16 = 0x1302;
/// The suites of TLS 1.2 that keep secrets forward.
const SUITES_12: &[u16] = &[0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc02b, 0xc02f];

/// OpenSSL's groups; TLS 1.2 knows those below 0x100.
const GROUPS: &[u16] =
    &[X25519, P256, 0x001e, 0x0019, 0x0018, 0x0100, 0x0101, 0x0102, 0x0103, 0x0104];

/// What a client wants.
#[derive(Clone, Debug)]
pub struct ClientConfig {
    /// The site.
    pub host: String,
    /// The versions that it speaks.
    pub versions: &'static [Version],
    /// The suites of TLS 1.3, the dearest first.
    pub suites: &'static [u16],
    /// The suites of TLS 1.2, the dearest first.
    pub old_suites: &'static [u16],
    /// The groups that it can, the dearest first.
    pub groups: Vec<u16>,
    /// The groups in which it sends a share.
    pub shares: Vec<u16>,
    /// What it would speak inside.
    pub alpn: &'static [&'static str],
    /// Whether its hello is padded and decorated as browsers do it.
    pub browser: bool,
    /// Whom it believes.
    pub trust: Trust,
    /// A session from before.
    pub session: Option<Session>,
    /// Whether it sends early data if the session allows it.
    pub early: bool,
    /// Its own certificate, if it has one.
    pub identity: Option<Identity>,
    /// What it says of QUIC; with it there are no records.
    pub quic: Option<Vec<u8>>,
}

impl ClientConfig {
    /// A client as OpenSSL is by itself.
    pub fn new(host: &str, trust: Trust) -> Self {
        Self {
            host: host.to_owned(),
            versions: &[Version::Tls13],
            suites: SUITES_13,
            old_suites: SUITES_12,
            groups: GROUPS.to_vec(),
            shares: vec![X25519],
            alpn: &[],
            browser: false,
            trust,
            session: None,
            early: false,
            identity: None,
            quic: None,
        }
    }
}

/// What protects a server against early data that comes twice (RFC 8446 section 8).
#[derive(Clone, Debug, Default)]
pub enum Replay {
    /// Nothing.
    #[default]
    Unchecked,
    /// Each ticket counts once, for all who share this list.
    SingleUse(Arc<Mutex<SortedSet<u64>>>),
}

/// What a server wants.
#[derive(Clone, Debug)]
pub struct ServerConfig {
    /// The versions that it speaks.
    pub versions: &'static [Version],
    /// The suites, the dearest first.
    pub suites: &'static [u16],
    /// The groups, the dearest first.
    pub groups: Vec<u16>,
    /// What it would speak inside, the dearest first.
    pub alpn: &'static [&'static str],
    /// Its certificates: that for the name that is asked for, else the first.
    pub identities: Vec<Identity>,
    /// What seals its tickets; servers that share it take each other's.
    pub ticket_key: u64,
    /// How many tickets it gives after a full handshake.
    pub tickets: u32,
    /// How many bytes of early data it takes.
    pub early_max: u32,
    /// What it does against early data that comes twice.
    pub replay: Replay,
    /// Whom it asks for a certificate, and believes.
    pub clients: Option<Trust>,
    /// What it says of QUIC; with it there are no records.
    pub quic: Option<Vec<u8>>,
}

/// Every suite that a server takes.
const SERVER_SUITES: &[u16] =
    &[AES_128, AES_256, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8];

impl ServerConfig {
    /// A server of this identity that takes what a client offers.
    pub fn new(identity: Identity) -> Self {
        Self {
            versions: &[Version::Tls13, Version::Tls12],
            suites: SERVER_SUITES,
            groups: vec![X25519, P256],
            alpn: &[],
            identities: vec![identity],
            ticket_key: 0x7469_636b_6574,
            tickets: 2,
            early_max: 0,
            replay: Replay::Unchecked,
            clients: None,
            quic: None,
        }
    }

    /// A session that a client got from it before the run.
    pub fn session(&self, version: Version, suite: u16) -> Session {
        Session::before(self, version, suite)
    }
}
