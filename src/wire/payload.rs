//! A run of bytes that costs nothing to cut, join and keep.
//!
//! Messages are real bytes, shared and never copied. File contents may be synthetic: a length
//! and a position in an endless pattern, so that megabytes take no memory. Protected bytes
//! ([`Seal`]) remember what they hide.

use std::ops::Range;
use std::sync::Arc;

use super::checksum::Checksum;
use super::sealed::{Keys, Seal, noise_byte};

/// A run of bytes, in parts.
#[derive(Clone, Debug, Default)]
pub struct Payload {
    parts: Vec<Part>,
}

/// A part: real bytes, a stretch of the pattern, or of something protected.
#[derive(Clone, Debug)]
enum Part {
    Bytes { bytes: Arc<[u8]>, start: u32, len: u32 },
    Pattern { start: u64, len: u64 },
    Sealed { seal: Arc<Seal>, start: u32, len: u32 },
}

/// A part as those see it who take a packet apart.
#[derive(Clone, Copy, Debug)]
pub enum Piece<'a> {
    /// A stretch of real bytes.
    Bytes {
        /// All bytes that were written in one go, also those that lie outside.
        whole: &'a [u8],
        /// Where the stretch begins in them.
        start: u32,
        /// How many bytes it has.
        len: u32,
    },
    /// A stretch of the pattern, of this many bytes.
    Pattern(u64),
    /// A stretch of something protected.
    Sealed {
        /// The whole.
        seal: &'a Seal,
        /// Where the stretch begins in its bytes on the wire.
        start: u32,
        /// How many bytes it has.
        len: u32,
    },
}

impl Piece<'_> {
    /// How many bytes it has.
    pub const fn len(&self) -> u64 {
        match self {
            Self::Bytes { len, .. } | Self::Sealed { len, .. } => *len as u64,
            Self::Pattern(len) => *len,
        }
    }

    /// Whether it has no byte; no part of a payload is so.
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// The byte of the endless pattern at a position: the alphabet, again and again.
pub const fn pattern_byte(position: u64) -> u8 {
    b'a' + (position % 26) as u8
}

impl Part {
    const fn len(&self) -> u64 {
        match self {
            Self::Bytes { len, .. } | Self::Sealed { len, .. } => *len as u64,
            Self::Pattern { len, .. } => *len,
        }
    }

    /// The part of it in `range`, which must lie inside.
    fn slice(&self, range: &Range<u64>) -> Self {
        let len = range.end - range.start;
        match self {
            // The range lies inside a length that fits 32 bits.
            Self::Bytes { bytes, start, .. } => Self::Bytes {
                bytes: Arc::clone(bytes),
                start: start + u32::try_from(range.start).unwrap_or(0),
                len: u32::try_from(len).unwrap_or(0),
            },
            Self::Pattern { start, .. } => Self::Pattern { start: start + range.start, len },
            Self::Sealed { seal, start, .. } => Self::Sealed {
                seal: Arc::clone(seal),
                start: start + u32::try_from(range.start).unwrap_or(0),
                len: u32::try_from(len).unwrap_or(0),
            },
        }
    }

    fn extend_into(&self, out: &mut Vec<u8>) {
        match self {
            Self::Bytes { bytes, start, len } => {
                out.extend_from_slice(&bytes[*start as usize..(*start + *len) as usize]);
            }
            Self::Pattern { start, len } => out.extend((*start..start + len).map(pattern_byte)),
            Self::Sealed { seal, start, len } => {
                out.extend(noise_range(seal, *start, *len).map(noise_byte));
            }
        }
    }

    /// Takes `next` in if it goes on where this part ends; says whether it did.
    fn absorb(&mut self, next: &Self) -> bool {
        match (self, next) {
            (Self::Pattern { start, len }, Self::Pattern { start: next, len: more })
                if *start + *len == *next =>
            {
                *len += more;
                true
            }
            (
                Self::Sealed { seal, start, len },
                Self::Sealed { seal: same, start: next, len: more },
            ) if Arc::ptr_eq(seal, same) && *start + *len == *next => {
                *len += more;
                true
            }
            _ => false,
        }
    }
}

/// The positions in the noise of a stretch of something protected.
fn noise_range(seal: &Seal, start: u32, len: u32) -> Range<u64> {
    let first = seal.noise_start() + u64::from(start);
    first..first + u64::from(len)
}

impl Payload {
    /// No bytes.
    pub const fn new() -> Self {
        Self { parts: Vec::new() }
    }

    /// `len` bytes of the pattern from position `start`.
    pub fn pattern(start: u64, len: u64) -> Self {
        let mut payload = Self::new();
        payload.push(Part::Pattern { start, len });
        payload
    }

    /// A protected piece; it is [`super::sealed::TAG_LEN`] longer than its plaintext.
    pub fn sealed(seal: Seal) -> Self {
        let len = u32::try_from(seal.len()).unwrap_or(u32::MAX);
        let mut payload = Self::new();
        payload.push(Part::Sealed { seal: Arc::new(seal), start: 0, len });
        payload
    }

    /// What is protected, if these bytes are one whole protected piece and `keys` open it.
    pub fn unseal(&self, keys: &Keys, number: u64) -> Option<&Self> {
        let [Part::Sealed { seal, start: 0, len }] = self.parts.as_slice() else { return None };
        let whole = u64::from(*len) == seal.len();
        (whole && *seal.keys == *keys && seal.number == number).then_some(&seal.plain)
    }

    /// The parts in order.
    pub fn pieces(&self) -> impl Iterator<Item = Piece<'_>> {
        self.parts.iter().map(|part| match part {
            Part::Bytes { bytes, start, len } => {
                Piece::Bytes { whole: bytes, start: *start, len: *len }
            }
            Part::Pattern { len, .. } => Piece::Pattern(*len),
            Part::Sealed { seal, start, len } => Piece::Sealed { seal, start: *start, len: *len },
        })
    }

    /// How many bytes.
    pub fn len(&self) -> u64 {
        self.parts.iter().map(Part::len).sum()
    }

    /// Whether there is no byte.
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// Puts `other` behind.
    pub fn append(&mut self, other: &Self) {
        for part in &other.parts {
            self.push(part.clone());
        }
    }

    /// The bytes in `range`; what lies outside is left away.
    pub fn slice(&self, range: Range<u64>) -> Self {
        let mut slice = Self::new();
        let mut start = 0;
        for part in &self.parts {
            let end = start + part.len();
            let (from, to) = (range.start.max(start), range.end.min(end));
            if from < to {
                slice.push(part.slice(&(from - start..to - start)));
            }
            start = end;
        }
        slice
    }

    /// Takes the first `len` bytes away, or all if there are fewer.
    pub fn split_to(&mut self, len: u64) -> Self {
        let front = self.slice(0..len);
        *self = self.slice(len..u64::MAX);
        front
    }

    /// All bytes in memory.
    pub fn to_vec(&self) -> Vec<u8> {
        let mut out = Vec::new();
        for part in &self.parts {
            part.extend_into(&mut out);
        }
        out
    }

    /// The first bytes in memory, at most `len`.
    pub fn head_bytes(&self, len: u64) -> Vec<u8> {
        self.slice(0..len).to_vec()
    }

    /// Adds the bytes to a checksum; stretches of the pattern cost the same whatever their length.
    pub fn add_to(&self, sum: &mut Checksum) {
        for part in &self.parts {
            match part {
                Part::Bytes { bytes, start, len } => {
                    sum.add(&bytes[*start as usize..(*start + *len) as usize]);
                }
                Part::Pattern { start, len } => sum.add_pattern(*start, *len),
                Part::Sealed { seal, start, len } => {
                    let range = noise_range(seal, *start, *len);
                    sum.add_noise(range.start, range.end - range.start);
                }
            }
        }
    }

    /// The bytes in order, without putting them all in memory.
    pub fn bytes(&self) -> impl Iterator<Item = u8> + '_ {
        self.parts.iter().flat_map(|part| {
            let (bytes, pattern, noise) = match part {
                Part::Bytes { bytes, start, len } => {
                    (&bytes[*start as usize..(*start + *len) as usize], 0..0, 0..0)
                }
                Part::Pattern { start, len } => (&[][..], *start..start + len, 0..0),
                Part::Sealed { seal, start, len } => {
                    (&[][..], 0..0, noise_range(seal, *start, *len))
                }
            };
            bytes.iter().copied().chain(pattern.map(pattern_byte)).chain(noise.map(noise_byte))
        })
    }

    /// Adds a part; neighbouring stretches of the same become one.
    fn push(&mut self, part: Part) {
        if part.len() == 0 || self.parts.last_mut().is_some_and(|last| last.absorb(&part)) {
            return;
        }
        self.parts.push(part);
    }
}

impl From<Vec<u8>> for Payload {
    fn from(bytes: Vec<u8>) -> Self {
        let len = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        let mut payload = Self::new();
        payload.push(Part::Bytes { bytes: bytes.into(), start: 0, len });
        payload
    }
}

impl From<&[u8]> for Payload {
    fn from(bytes: &[u8]) -> Self {
        bytes.to_vec().into()
    }
}

/// Equal if the bytes are, however they are cut.
impl PartialEq for Payload {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.bytes().eq(other.bytes())
    }
}

impl Eq for Payload {}

#[cfg(test)]
mod tests {
    use super::Payload;

    fn mixed() -> Payload {
        let mut payload = Payload::from(&b"GET /"[..]);
        payload.append(&Payload::pattern(0, 5));
        payload
    }

    #[test]
    fn cutting_and_joining_gives_the_same_bytes() {
        let whole = mixed();
        for cut in 0..=whole.len() {
            let mut rest = whole.clone();
            let mut front = rest.split_to(cut);
            front.append(&rest);
            assert_eq!(front, whole);
            assert_eq!(front.to_vec(), b"GET /abcde");
        }
    }

    #[test]
    fn a_slice_outside_is_empty() {
        assert!(mixed().slice(10..20).is_empty());
        assert_eq!(mixed().slice(8..20).to_vec(), b"de");
    }

    #[test]
    fn neighbouring_pattern_is_one_part() {
        let mut payload = Payload::pattern(3, 4);
        payload.append(&Payload::pattern(7, 2));
        assert_eq!(payload.parts.len(), 1);
        assert_eq!(payload.to_vec(), b"defghi");
    }
}
