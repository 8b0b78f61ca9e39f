//! The header of TCP and its options, RFC 9293 section 3.1.

mod fields;
mod options;

pub use options::TcpOption;

use core::ops::BitOr;

use super::checksum::Checksum;
use super::encoder::{DecodeError, Encoder};
use super::ipv4::PROTOCOL_TCP;
use super::{Payload, TcpContext};

/// The control bits of a segment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flags(pub u8);

impl Flags {
    /// The sender has sent all.
    pub const FIN: Self = Self(1);
    /// Opens a connection and numbers its first byte.
    pub const SYN: Self = Self(2);
    /// Ends a connection at once.
    pub const RST: Self = Self(4);
    /// Hand over to the application without waiting.
    pub const PSH: Self = Self(8);
    /// The acknowledgment number is valid.
    pub const ACK: Self = Self(16);
    /// The urgent pointer is valid.
    pub const URG: Self = Self(32);
    /// Congestion was seen (RFC 3168).
    pub const ECE: Self = Self(64);
    /// The congestion window was reduced (RFC 3168).
    pub const CWR: Self = Self(128);

    /// Each bit with its name and its letter in tcpdump, from the lowest.
    pub const ALL: [(Self, &'static str, char); 8] = [
        (Self::FIN, "FIN", 'F'),
        (Self::SYN, "SYN", 'S'),
        (Self::RST, "RST", 'R'),
        (Self::PSH, "PSH", 'P'),
        (Self::ACK, "ACK", '.'),
        (Self::URG, "URG", 'U'),
        (Self::ECE, "ECE", 'E'),
        (Self::CWR, "CWR", 'W'),
    ];

    /// Whether all bits of `flags` are set.
    pub const fn has(self, flags: Self) -> bool {
        self.0 & flags.0 == flags.0
    }

    /// The names of the bits that are set.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        Self::ALL.into_iter().filter(move |(bit, ..)| self.has(*bit)).map(|(_, name, _)| name)
    }

    /// The letters of tcpdump: `S.` is SYN and ACK.
    pub fn letters(self) -> String {
        let set = Self::ALL.into_iter().filter(|(bit, ..)| self.has(*bit));
        let letters: String = set.map(|(.., letter)| letter).collect();
        // tcpdump puts the point of ACK last.
        match letters.split_once('.') {
            Some((before, after)) => format!("{before}{after}."),
            None if letters.is_empty() => "none".to_owned(),
            None => letters,
        }
    }
}

impl BitOr for Flags {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// A segment without its payload.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Segment {
    /// The port of the sender.
    pub source_port: u16,
    /// The port of the receiver.
    pub destination_port: u16,
    /// The number of the first byte of the payload, or of the SYN.
    pub seq: u32,
    /// The number of the next byte that the sender expects, if [`Flags::ACK`] is set.
    pub ack: u32,
    /// Four bits that must be zero.
    pub reserved: u8,
    /// The control bits.
    pub flags: Flags,
    /// The window field, before scaling.
    pub window: u16,
    /// The checksum, right or not.
    pub checksum: u16,
    /// Where urgent data ends; unused.
    pub urgent: u16,
    /// The options in their order, padding included.
    pub options: Vec<TcpOption>,
}

/// The size of the header without options.
pub const HEADER_LEN: u16 = 20;
/// Where the checksum is in the header.
const CHECKSUM_AT: usize = 16;
/// The most bytes that options can take (RFC 9293 section 3.1).
pub const OPTIONS_MAX: u16 = 40;

impl Segment {
    /// The size of the header with options and padding, in bytes.
    pub fn header_len(&self) -> u16 {
        let options: u16 = self.options.iter().map(TcpOption::len).sum();
        HEADER_LEN + options.next_multiple_of(4)
    }

    /// The size of the sequence space that the segment takes: payload, SYN and FIN.
    pub fn seq_len(&self, payload: u64) -> u64 {
        payload + u64::from(self.flags.has(Flags::SYN)) + u64::from(self.flags.has(Flags::FIN))
    }

    /// The timestamps, if the option is there.
    pub fn timestamps(&self) -> Option<(u32, u32)> {
        self.options.iter().find_map(|option| match option {
            TcpOption::Timestamps { value, echo } => Some((*value, *echo)),
            _ => None,
        })
    }

    /// The maximum segment size, if the option is there.
    pub fn mss(&self) -> Option<u16> {
        self.options.iter().find_map(|option| match option {
            TcpOption::Mss(mss) => Some(*mss),
            _ => None,
        })
    }

    /// The shift of the window, if the option is there.
    pub fn window_scale(&self) -> Option<u8> {
        self.options.iter().find_map(|option| match option {
            TcpOption::WindowScale(shift) => Some(*shift),
            _ => None,
        })
    }

    /// Whether the sender understands selective acknowledgments (RFC 2018 section 2).
    pub fn permits_sack(&self) -> bool {
        self.options.contains(&TcpOption::SackPermitted)
    }

    /// What arrived behind holes, if the option is there: first byte and the one after the last.
    pub fn sack_blocks(&self) -> Option<&[(u32, u32)]> {
        self.options.iter().find_map(|option| match option {
            TcpOption::Sack(blocks) => Some(&blocks[..]),
            _ => None,
        })
    }

    /// Puts the right checksum in, for a payload between two addresses.
    #[must_use]
    pub fn sealed(mut self, source: [u8; 4], destination: [u8; 4], body: &Payload) -> Self {
        self.checksum = 0;
        let mut encoder = Encoder::new();
        self.encode(&mut encoder, None);
        self.checksum = checksum(source, destination, &encoder.into_bytes(), body);
        self
    }

    /// Writes the header with the right checksum, for a payload between two addresses, behind
    /// what `out` has.
    pub fn into_sealed(self, ips: ([u8; 4], [u8; 4]), body: &Payload, out: Encoder) -> Vec<u8> {
        let mut out = out;
        let start = out.written();
        Self { checksum: 0, ..self }.encode(&mut out, None);
        let mut bytes = out.into_bytes();
        let sum = checksum(ips.0, ips.1, &bytes[start..], body).to_be_bytes();
        bytes[start + CHECKSUM_AT..start + CHECKSUM_AT + 2].copy_from_slice(&sum);
        bytes
    }

    /// Writes the header. `context` lets the field list count from the connection's start.
    pub fn encode(&self, out: &mut Encoder, context: Option<&TcpContext>) {
        fields::encode(self, out, context);
    }

    /// Reads the header at the start of `bytes`; its size is [`Segment::header_len`].
    ///
    /// # Errors
    /// Says at which byte which rule is broken. The checksum is not checked: see [`is_intact`].
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let Some(head) = bytes.first_chunk::<20>() else {
            return Err(DecodeError::new(
                bytes.len(),
                "a TCP header has at least 20 bytes (RFC 9293 section 3.1)",
            ));
        };
        let word = |at: usize| u16::from_be_bytes([head[at], head[at + 1]]);
        let long =
            |at: usize| u32::from_be_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
        let len = usize::from(head[12] >> 4) * 4;
        if len < 20 {
            return Err(DecodeError::new(
                12,
                "the data offset is at least 5 words (RFC 9293 section 3.1)",
            ));
        }
        let Some(options) = bytes.get(20..len) else {
            return Err(DecodeError::new(
                12,
                "the data offset points behind the segment (RFC 9293 section 3.1)",
            ));
        };
        Ok(Self {
            source_port: word(0),
            destination_port: word(2),
            seq: long(4),
            ack: long(8),
            reserved: head[12] & 15,
            flags: Flags(head[13]),
            window: word(14),
            checksum: word(16),
            urgent: word(18),
            options: options::decode(options)?,
        })
    }
}

/// Whether the checksum of a header and its payload is right (RFC 9293 section 3.1).
pub fn is_intact(source: [u8; 4], destination: [u8; 4], header: &[u8], body: &Payload) -> bool {
    checksum(source, destination, header, body) == 0
}

fn checksum(source: [u8; 4], destination: [u8; 4], header: &[u8], body: &Payload) -> u16 {
    let len = u16::try_from(header.len() as u64 + body.len()).unwrap_or(u16::MAX);
    let mut sum = Checksum::new();
    // The pseudo-header keeps segments from being taken for another host's.
    sum.add(&source);
    sum.add(&destination);
    sum.add(&[0, PROTOCOL_TCP]);
    sum.add(&len.to_be_bytes());
    sum.add(header);
    body.add_to(&mut sum);
    sum.finish()
}

#[cfg(test)]
mod tests;
