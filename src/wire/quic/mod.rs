//! QUIC version 1, RFC 9000: packets, frames and transport parameters.
//!
//! The encoders name each field; the decoders refuse at a byte and by a rule. A frame carries its
//! data as a [`Payload`](super::Payload), so that streams of megabytes take no memory.

pub mod varint;
pub mod number;
pub mod header;
pub mod frame;
mod frame_read;
pub mod params;
pub(super) mod layers;
#[cfg(test)]
mod tests;

pub use frame::Frame;
pub use header::{Header, Kind};
pub use params::TransportParams;

use core::fmt;

/// The number of version 1 (RFC 9000 section 15).
pub const VERSION: u32 = 1;
/// The longest connection ID in version 1 (RFC 9000 section 17.2).
pub const CID_MAX: usize = 20;
/// The length of the connection IDs that this program gives out; a short header does not say it
/// (RFC 9000 section 17.3.1).
pub const CID_LEN: usize = 8;
/// The bytes that protection adds to a packet (RFC 9001 section 5.3, AEAD tag).
pub const TAG_LEN: u64 = 16;
/// The smallest datagram that may carry an Initial of a client (RFC 9000 section 14.1).
pub const INITIAL_MIN: u64 = 1200;

/// A connection ID: up to 20 bytes that name a connection to one of its ends.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Cid {
    len: u8,
    bytes: [u8; CID_MAX],
}

impl Cid {
    /// A connection ID of these bytes; none if there are more than 20.
    pub fn new(id: &[u8]) -> Option<Self> {
        let mut bytes = [0; CID_MAX];
        bytes.get_mut(..id.len())?.copy_from_slice(id);
        Some(Self { len: u8::try_from(id.len()).ok()?, bytes })
    }

    /// A connection ID of the usual length from a number.
    pub fn from_number(number: u64) -> Self {
        let mut bytes = [0; CID_MAX];
        bytes[..CID_LEN].copy_from_slice(&number.to_be_bytes());
        Self { len: 8, bytes }
    }

    /// Its bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.len)]
    }

    /// How many bytes it has.
    pub const fn len(&self) -> u8 {
        self.len
    }

    /// Whether it has no byte, which is allowed.
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }
}

/// As hexadecimal digits; `empty` if there is none.
impl fmt::Display for Cid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("empty");
        }
        self.as_bytes().iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Cid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// Bytes as hexadecimal digits, the first eight at most.
pub(super) fn hex(bytes: &[u8]) -> String {
    let mut text: String = bytes.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    if bytes.len() > 8 {
        text.push('…');
    }
    text
}
