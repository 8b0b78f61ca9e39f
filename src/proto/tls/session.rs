//! Sessions to resume: what the client keeps and what the server seals into a ticket for itself
//! (RFC 8446 section 4.6.1, RFC 5077).

use super::config::ServerConfig;
use super::secret::{digest, filler, mix};
use crate::sim::time::Instant;
use crate::wire::tls::Version;

/// A session that a client may resume.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The version.
    pub version: Version,
    /// The suite.
    pub suite: u16,
    /// The ticket; empty for a session of TLS 1.2 that the server remembers.
    pub ticket: Vec<u8>,
    /// The session's ID in TLS 1.2.
    pub id: Vec<u8>,
    /// What both know: the key of TLS 1.3, the master secret of TLS 1.2.
    pub secret: u64,
    /// What blurs the ticket's age.
    pub age_add: u32,
    /// When the client got it; nothing if an hour before the run.
    pub received: Option<Instant>,
    /// How many bytes of early data the server takes.
    pub early_max: u32,
}

/// What a server seals into a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sealed {
    pub(super) version: Version,
    pub(super) suite: u16,
    pub(super) secret: u64,
    /// When, in milliseconds from [`EPOCH`] before the run.
    pub(super) issued: u64,
}

/// How long before the run the clock of tickets began, in milliseconds.
const EPOCH: u64 = 1 << 36;
/// How old a session from before the run is: an hour.
const BEFORE: u64 = 3_600_000;
/// For how many seconds OpenSSL lets a client keep a session: two hours.
pub(super) const LIFETIME: u32 = 7_200;
/// How far a client's idea of a ticket's age may be from the server's if early data is to be
/// taken, in milliseconds (RFC 8446 section 8.3).
pub(super) const WINDOW: u64 = 10_000;

/// A moment of the run on the clock of tickets.
pub(super) fn clock(now: Instant) -> u64 {
    EPOCH + now.as_nanos() / 1_000_000
}

/// How long a ticket is, by what it has to hold: OpenSSL's own lengths.
fn ticket_len(version: Version, suite: u16, single: bool) -> usize {
    match (version, suite) {
        // The server remembers, the ticket is a name.
        (Version::Tls13, _) if single => 32,
        (Version::Tls13, 0x1302) => 208,
        (Version::Tls13, _) => 192,
        (Version::Tls12, _) => 176,
    }
}

impl Sealed {
    /// The ticket; `number` makes it different from every other.
    pub(super) fn ticket(&self, config: &ServerConfig, number: u64) -> Vec<u8> {
        let old = self.version == Version::Tls12;
        let mut plain = self.secret.to_be_bytes().to_vec();
        plain.extend(self.suite.to_be_bytes());
        plain.push(u8::from(old));
        plain.extend(&self.issued.to_be_bytes()[3..]);
        let hidden = hide(config.ticket_key, number, &plain);
        let check = mix(config.ticket_key, digest(&plain) ^ number);
        let mut bytes = number.to_be_bytes().to_vec();
        bytes.extend(hidden);
        bytes.extend(check.to_be_bytes());
        let len = ticket_len(self.version, self.suite, config.early_max > 0);
        bytes.extend(filler(number, len.saturating_sub(bytes.len())));
        bytes
    }

    /// Opens a ticket: what is in it and its number.
    pub(super) fn open(config: &ServerConfig, ticket: &[u8]) -> Option<(Self, u64)> {
        let number = u64::from_be_bytes(*ticket.first_chunk::<8>()?);
        let plain = hide(config.ticket_key, number, ticket.get(8..24)?);
        let check = mix(config.ticket_key, digest(&plain) ^ number);
        if ticket.get(24..32)? != check.to_be_bytes() {
            return None;
        }
        let secret = u64::from_be_bytes(*plain.first_chunk::<8>()?);
        let suite = u16::from_be_bytes([plain[8], plain[9]]);
        let version = if plain[10] == 0 { Version::Tls13 } else { Version::Tls12 };
        let issued = plain[11..].iter().fold(0, |number, byte| number << 8 | u64::from(*byte));
        Some((Self { version, suite, secret, issued }, number))
    }
}

/// Hides bytes from those who lack the key, and shows them again.
fn hide(key: u64, number: u64, bytes: &[u8]) -> Vec<u8> {
    filler(mix(key, number), bytes.len()).iter().zip(bytes).map(|(a, b)| a ^ b).collect()
}

/// What blurs the age of a ticket.
pub(super) fn age_add(config: &ServerConfig, number: u64) -> u32 {
    (mix(config.ticket_key, number ^ 1) >> 32) as u32
}

impl Session {
    /// A session that the server gave away an hour before the run.
    pub(super) fn before(config: &ServerConfig, version: Version, suite: u16) -> Self {
        let number = mix(config.ticket_key, 0x6265_666f_7265);
        let secret = mix(number, config.ticket_key);
        let sealed = Sealed { version, suite, secret, issued: EPOCH - BEFORE };
        let id = if version == Version::Tls12 { filler(number, 32) } else { Vec::new() };
        Self {
            version,
            suite,
            ticket: sealed.ticket(config, number),
            id,
            secret,
            age_add: age_add(config, number),
            received: None,
            early_max: config.early_max,
        }
    }

    /// Its age as the client shows it (RFC 8446 section 4.2.11.1).
    pub(super) fn shown_age(&self, now: Instant) -> u32 {
        let age = match self.received {
            None => clock(now) - EPOCH + BEFORE,
            Some(at) => clock(now).saturating_sub(clock(at)),
        };
        u32::try_from(age & u64::from(u32::MAX)).unwrap_or(0).wrapping_add(self.age_add)
    }
}
