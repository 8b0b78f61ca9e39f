//! Integers of variable length, RFC 9000 section 16: the two highest bits say whether 1, 2, 4 or
//! 8 bytes hold it.

use super::super::encoder::{DecodeError, Encoder, FieldSpec, FieldValue};

/// The largest value: 62 bits.
pub const MAX: u64 = (1 << 62) - 1;

/// How many bytes the value takes in its shortest form.
pub const fn len(value: u64) -> u64 {
    match value {
        0..=63 => 1,
        64..=16_383 => 2,
        16_384..=1_073_741_823 => 4,
        _ => 8,
    }
}

/// Adds the shortest form; larger values than [`MAX`] become that.
pub fn put(out: &mut Vec<u8>, value: u64) {
    put_wide(out, value, len(value));
}

/// Adds the form of `width` bytes: 1, 2, 4 or 8.
pub fn put_wide(out: &mut Vec<u8>, value: u64, width: u64) {
    let (shift, mark) = match width {
        1 => (7, 0),
        2 => (6, 0x40),
        4 => (4, 0x80),
        _ => (0, 0xc0),
    };
    let bytes = value.min(MAX).to_be_bytes();
    let first = out.len();
    out.extend_from_slice(&bytes[shift..]);
    out[first] |= mark;
}

/// Writes a number as a field.
pub(super) fn field(out: &mut Encoder, spec: &'static FieldSpec, value: u64, unit: &str) {
    let mut bytes = Vec::with_capacity(8);
    put(&mut bytes, value);
    out.bytes(spec, &bytes, || (FieldValue::Number(value), format!("{value}{unit}")));
}

/// Reads bytes from front to back.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    /// A reader at the first byte.
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// The place of the next byte.
    pub const fn at(&self) -> usize {
        self.at
    }

    /// Whether nothing is left.
    pub const fn is_empty(&self) -> bool {
        self.at >= self.bytes.len()
    }

    /// A refusal at the next byte.
    pub fn error(&self, rule: &'static str) -> DecodeError {
        DecodeError::new(self.at, rule)
    }

    /// The next `len` bytes.
    ///
    /// # Errors
    /// By `rule` if there are fewer.
    pub fn take(&mut self, len: u64, rule: &'static str) -> Result<&'a [u8], DecodeError> {
        let end = usize::try_from(len).ok().and_then(|len| self.at.checked_add(len));
        let taken = end.and_then(|end| self.bytes.get(self.at..end));
        let taken = taken.ok_or_else(|| self.error(rule))?;
        self.at += taken.len();
        Ok(taken)
    }

    /// The next byte.
    ///
    /// # Errors
    /// By `rule` if there is none.
    pub fn byte(&mut self, rule: &'static str) -> Result<u8, DecodeError> {
        Ok(self.take(1, rule)?[0])
    }

    /// The next integer of variable length.
    ///
    /// # Errors
    /// If its bytes are not all there.
    pub fn varint(&mut self) -> Result<u64, DecodeError> {
        const RULE: &str = "an integer's first two bits say how long it is (RFC 9000 section 16)";
        let first = *self.bytes.get(self.at).ok_or_else(|| self.error(RULE))?;
        let bytes = self.take(1 << (first >> 6), RULE)?;
        let value = bytes.iter().fold(0, |value, byte| value << 8 | u64::from(*byte));
        Ok(value & (u64::MAX >> (64 - bytes.len() * 8 + 2)))
    }

    /// All that is left.
    pub fn rest(&mut self) -> &'a [u8] {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        self.at = self.bytes.len();
        rest
    }
}
