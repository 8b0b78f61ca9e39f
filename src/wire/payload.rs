//! A run of bytes that costs nothing to cut, join and keep.
//!
//! Messages are real bytes, shared and never copied. File contents may be synthetic: a length
//! and a position in an endless pattern, so that megabytes take no memory.

use std::ops::Range;
use std::sync::Arc;

use super::checksum::Checksum;

/// A run of bytes, in parts.
#[derive(Clone, Debug, Default)]
pub struct Payload {
    parts: Vec<Part>,
}

/// A part: real bytes, or a stretch of the pattern.
#[derive(Clone, Debug)]
enum Part {
    Bytes { bytes: Arc<[u8]>, start: u32, len: u32 },
    Pattern { start: u64, len: u64 },
}

/// The byte of the endless pattern at a position: the alphabet, again and again.
pub const fn pattern_byte(position: u64) -> u8 {
    b'a' + (position % 26) as u8
}

impl Part {
    const fn len(&self) -> u64 {
        match self {
            Self::Bytes { len, .. } => *len as u64,
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
        }
    }

    fn extend_into(&self, out: &mut Vec<u8>) {
        match self {
            Self::Bytes { bytes, start, len } => {
                out.extend_from_slice(&bytes[*start as usize..(*start + *len) as usize]);
            }
            Self::Pattern { start, len } => out.extend((*start..start + len).map(pattern_byte)),
        }
    }
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
            }
        }
    }

    /// The bytes in order, without putting them all in memory.
    pub fn bytes(&self) -> impl Iterator<Item = u8> + '_ {
        self.parts.iter().flat_map(|part| {
            let (bytes, pattern) = match part {
                Part::Bytes { bytes, start, len } => {
                    (&bytes[*start as usize..(*start + *len) as usize], 0..0)
                }
                Part::Pattern { start, len } => (&[][..], *start..start + len),
            };
            bytes.iter().copied().chain(pattern.map(pattern_byte))
        })
    }

    /// Adds a part; neighbouring stretches of the pattern become one.
    fn push(&mut self, part: Part) {
        if part.len() == 0 {
            return;
        }
        if let (Some(Part::Pattern { start, len }), Part::Pattern { start: next, len: more }) =
            (self.parts.last_mut(), &part)
            && *start + *len == *next
        {
            *len += more;
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
