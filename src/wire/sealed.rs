//! Protected bytes: what authenticated encryption makes of a piece of plaintext (RFC 5116).
//!
//! The engine has no ciphers. A sealed piece has its true length, remembers its plaintext, and
//! gives it only to who has the same keys; on the wire stand bytes that look like chance. Whoever
//! writes a capture can encrypt for real: everything that needs is kept here.

use std::sync::Arc;

use super::payload::Payload;

/// The authentication tag behind the ciphertext: 16 bytes in every cipher of TLS 1.3
/// (RFC 8446 section 5.2) and in AES-GCM of TLS 1.2 (RFC 5288).
pub const TAG_LEN: u64 = 16;

/// One of the two ends of a secured connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// The one that opened it.
    Client,
    /// The one that was asked.
    Server,
}

impl Side {
    /// The other one.
    #[must_use]
    pub const fn peer(self) -> Self {
        match self {
            Self::Client => Self::Server,
            Self::Server => Self::Client,
        }
    }
}

/// What keys are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyUse {
    /// QUIC's Initial packets: everyone who sees the first packet can compute these
    /// (RFC 9001 section 5.2).
    Initial,
    /// Data before the handshake (RFC 8446 section 2.3).
    Early,
    /// The encrypted part of the handshake of TLS 1.3.
    Handshake,
    /// Everything after the handshake of TLS 1.3.
    Application,
    /// Everything after the handshake's ChangeCipherSpec in TLS 1.2.
    Tls12,
    /// The inner ClientHello of Encrypted Client Hello (RFC 9849).
    Hello,
}

/// Keys that protect one direction; equal for all who know them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Keys {
    /// What they are for.
    pub usage: KeyUse,
    /// Who protects with them; the other side opens with them.
    pub sender: Side,
    /// How often they were renewed (RFC 8446 section 4.6.3).
    pub generation: u32,
    /// The random of the ClientHello: it names the connection in a key log.
    pub client_random: [u8; 32],
    /// What both sides have worked out in the handshake; a key log's secret is made from it.
    pub secret: u64,
}

impl Keys {
    /// The stable name: `client-handshake`.
    pub const fn id(&self) -> &'static str {
        match (self.usage, self.sender) {
            (KeyUse::Initial, Side::Client) => "client-initial",
            (KeyUse::Initial, Side::Server) => "server-initial",
            (KeyUse::Early, _) => "client-early",
            (KeyUse::Handshake, Side::Client) => "client-handshake",
            (KeyUse::Handshake, Side::Server) => "server-handshake",
            (KeyUse::Application, Side::Client) => "client-application",
            (KeyUse::Application, Side::Server) => "server-application",
            (KeyUse::Tls12, Side::Client) => "client-tls12",
            (KeyUse::Tls12, Side::Server) => "server-tls12",
            (KeyUse::Hello, _) => "client-hello",
        }
    }

    /// Whether everyone on the path can compute them.
    pub const fn are_public(&self) -> bool {
        matches!(self.usage, KeyUse::Initial)
    }
}

/// A piece of plaintext that was protected in one go: a record of TLS, a packet of QUIC.
#[derive(Debug, PartialEq, Eq)]
pub struct Seal {
    /// The keys.
    pub keys: Arc<Keys>,
    /// The record's or packet's number under these keys: the nonce is made from it.
    pub number: u64,
    /// What is authenticated but not encrypted: the header before it.
    pub header: Box<[u8]>,
    /// What was protected.
    pub plain: Payload,
}

impl Seal {
    /// Its length on the wire: plaintext and tag.
    pub fn len(&self) -> u64 {
        self.plain.len() + TAG_LEN
    }

    /// Whether nothing but the tag is in it.
    pub fn is_empty(&self) -> bool {
        self.plain.is_empty()
    }

    /// Where in the endless noise its bytes on the wire begin.
    pub(super) fn noise_start(&self) -> u64 {
        let mixed = (self.keys.secret ^ self.number.wrapping_mul(0x9e37_79b9_7f4a_7c15))
            .wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed >> 56
    }
}

/// The bytes that stand for ciphertext come from here, again and again: that makes their sum as
/// cheap as that of nothing.
const NOISE: [u8; 256] = noise();

const fn noise() -> [u8; 256] {
    let mut bytes = [0; 256];
    let mut state: u64 = 0x0072_6f75_6e64_7472;
    let mut at = 0;
    while at < bytes.len() {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        bytes[at] = (state >> 56) as u8;
        at += 1;
    }
    bytes
}

/// The byte of the endless noise at a position.
pub(super) const fn noise_byte(position: u64) -> u8 {
    NOISE[(position % 256) as usize]
}

#[cfg(test)]
mod tests;
