//! Records and handshake messages of TLS 1.3 (RFC 8446) and TLS 1.2 (RFC 5246).
//!
//! A record is a header and a fragment ([`RecordHeader`]); handshake messages ([`Message`]) carry
//! extensions ([`Extension`]) and certificates ([`x509`]). The decoders are strict and name byte
//! and rule.

pub mod alert;
pub mod extension;
pub mod hello;
pub mod message;
pub mod names;
pub mod x509;
mod known;
mod layers;
mod reader;

pub use alert::Alert;
pub use extension::Extension;
pub use hello::{ClientHello, ServerHello};
pub(in crate::wire) use layers::{clear_layer, is_record, plain_layers, plain_len};
pub use message::Message;

use super::encoder::{DecodeError, Encoder, FieldSpec, number, spec};
use reader::Reader;

/// The size of a record's header (RFC 8446 section 5.1).
pub const RECORD_HEADER: usize = 5;
/// The most plaintext in a record (RFC 8446 section 5.1).
pub const RECORD_MAX: u64 = 1 << 14;
/// The most bytes of an encrypted record (RFC 8446 section 5.2).
pub const CIPHERTEXT_MAX: u64 = RECORD_MAX + 256;
/// What AES-GCM in TLS 1.2 writes before the ciphertext (RFC 5288 section 3).
pub const EXPLICIT_NONCE: usize = 8;

/// A version of the protocol that is spoken here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Version {
    /// RFC 5246.
    Tls12,
    /// RFC 8446.
    Tls13,
}

impl Version {
    /// The number on the wire.
    pub const fn number(self) -> u16 {
        match self {
            Self::Tls12 => 0x0303,
            Self::Tls13 => 0x0304,
        }
    }

    /// The version of a number, if it is spoken here.
    pub const fn of(number: u16) -> Option<Self> {
        match number {
            0x0303 => Some(Self::Tls12),
            0x0304 => Some(Self::Tls13),
            _ => None,
        }
    }

    /// What a person reads.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Tls12 => "TLS 1.2",
            Self::Tls13 => "TLS 1.3",
        }
    }
}

/// What a record carries (RFC 8446 section 5.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Content {
    /// One byte that says nothing in TLS 1.3.
    ChangeCipherSpec,
    /// A warning or the end.
    Alert,
    /// Handshake messages, or a part of one.
    Handshake,
    /// Bytes of the application; in TLS 1.3 everything that is encrypted looks like this.
    ApplicationData,
}

impl Content {
    /// The number on the wire.
    pub const fn number(self) -> u8 {
        match self {
            Self::ChangeCipherSpec => 20,
            Self::Alert => 21,
            Self::Handshake => 22,
            Self::ApplicationData => 23,
        }
    }

    /// The content of a number, if there is such.
    pub const fn of(number: u8) -> Option<Self> {
        match number {
            20 => Some(Self::ChangeCipherSpec),
            21 => Some(Self::Alert),
            22 => Some(Self::Handshake),
            23 => Some(Self::ApplicationData),
            _ => None,
        }
    }

    /// The name in the standard.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ChangeCipherSpec => "change_cipher_spec",
            Self::Alert => "alert",
            Self::Handshake => "handshake",
            Self::ApplicationData => "application_data",
        }
    }
}

const TYPES: &str = "a record is of type 20 to 23 (RFC 8446 section 5.1)";

/// The header of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordHeader {
    /// What it carries, or seems to.
    pub content: Content,
    /// A version that means nothing any more: 0x0301 or 0x0303.
    pub version: u16,
    /// The length of the fragment.
    pub len: u16,
}

const RECORD: &str = "RFC 8446 section 5.1";
static TYPE: FieldSpec = spec(
    "content-type",
    "Content type",
    "What the record carries; in TLS 1.3 all that is encrypted says application data.",
    RECORD,
);
static VERSION: FieldSpec = spec(
    "record-version",
    "Record version",
    "Kept at an old value so that old middleboxes let it pass.",
    RECORD,
);
static LENGTH: FieldSpec =
    spec("record-length", "Record length", "How many bytes of the record follow.", RECORD);
static NONCE: FieldSpec = spec(
    "explicit-nonce",
    "Explicit nonce",
    "The part of the nonce that TLS 1.2 sends along; TLS 1.3 counts records instead.",
    "RFC 5288 section 3",
);

impl RecordHeader {
    /// Writes the five bytes.
    pub fn encode(&self, out: &mut Encoder) {
        let content = self.content;
        let shown = |value| number(value, format!("{value} ({})", content.name()));
        out.bits_as(&TYPE, 8, u32::from(content.number()), shown);
        out.bits_as(&VERSION, 16, u32::from(self.version), names::hex4);
        out.bits_as(&LENGTH, 16, u32::from(self.len), names::bytes);
    }

    /// The five bytes.
    pub fn to_bytes(self) -> Vec<u8> {
        let mut out = Encoder::new();
        self.encode(&mut out);
        out.into_bytes()
    }

    /// Reads a header off the front.
    ///
    /// # Errors
    /// Says at which byte and by which rule the bytes are no header.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(bytes);
        let content = Content::of(reader.u8()?).ok_or_else(|| DecodeError::new(0, TYPES))?;
        let version = reader.u16()?;
        if !matches!(version, 0x0301..=0x0303) {
            let rule = "a record says version 0x0301, 0x0302 or 0x0303 (RFC 8446 section 5.1)";
            return Err(DecodeError::new(1, rule));
        }
        let len = reader.u16()?;
        if u64::from(len) > CIPHERTEXT_MAX {
            let rule = "a record has at most 2^14 + 256 bytes (RFC 8446 section 5.2)";
            return Err(DecodeError::new(3, rule));
        }
        Ok(Self { content, version, len })
    }
}

#[cfg(test)]
mod tests;
