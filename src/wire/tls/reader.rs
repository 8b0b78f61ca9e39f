//! Takes bytes apart as the presentation language of TLS puts them together (RFC 8446 section 3).

use crate::wire::encoder::DecodeError;

/// A place in bytes that are read front to back.
#[derive(Clone, Debug)]
pub(crate) struct Reader<'a> {
    bytes: &'a [u8],
    /// Where `bytes` begins in what errors count from.
    base: usize,
}

const SHORT: &str = "the bytes end before the field does (RFC 8446 section 3)";

impl<'a> Reader<'a> {
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, base: 0 }
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    pub(crate) const fn rest(&self) -> &'a [u8] {
        self.bytes
    }

    /// A refusal here.
    pub(crate) fn refuse<T>(&self, rule: &'static str) -> Result<T, DecodeError> {
        Err(DecodeError::new(self.base, rule))
    }

    /// A refusal that was found in what is read from here on.
    pub(crate) fn refuse_behind<T>(&self, error: &DecodeError) -> Result<T, DecodeError> {
        Err(DecodeError::new(self.base + error.at as usize, error.rule))
    }

    pub(crate) fn take(&mut self, len: usize) -> Result<&'a [u8], DecodeError> {
        let Some((front, rest)) = self.bytes.split_at_checked(len) else {
            return self.refuse(SHORT);
        };
        self.bytes = rest;
        self.base += len;
        Ok(front)
    }

    fn number(&mut self, len: usize) -> Result<u32, DecodeError> {
        Ok(self.take(len)?.iter().fold(0, |number, byte| number << 8 | u32::from(*byte)))
    }

    pub(crate) fn u8(&mut self) -> Result<u8, DecodeError> {
        Ok(self.take(1)?[0])
    }

    pub(crate) fn u16(&mut self) -> Result<u16, DecodeError> {
        let bytes = self.take(2)?;
        Ok(u16::from_be_bytes([bytes[0], bytes[1]]))
    }

    pub(crate) fn u32(&mut self) -> Result<u32, DecodeError> {
        self.number(4)
    }

    /// A vector: its length in `prefix` bytes, then its bytes.
    pub(crate) fn vector(&mut self, prefix: usize) -> Result<Self, DecodeError> {
        let len = self.number(prefix)? as usize;
        let base = self.base;
        Ok(Self { bytes: self.take(len)?, base })
    }

    /// Refuses bytes behind the end.
    pub(crate) fn end(&self) -> Result<(), DecodeError> {
        if self.is_empty() {
            return Ok(());
        }
        self.refuse("nothing follows the last field (RFC 8446 section 3)")
    }

    /// All that is left as numbers of two bytes.
    pub(crate) fn u16s(mut self) -> Result<Vec<u16>, DecodeError> {
        let mut numbers = Vec::new();
        while !self.is_empty() {
            numbers.push(self.u16()?);
        }
        Ok(numbers)
    }
}

/// A vector: its length in `prefix` bytes, then its bytes.
pub(crate) fn vector(prefix: usize, bytes: &[u8]) -> Vec<u8> {
    let len = u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes();
    let mut out = len[4 - prefix.min(4)..].to_vec();
    out.extend_from_slice(bytes);
    out
}

/// Numbers of two bytes.
pub(crate) fn u16s(numbers: &[u16]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_be_bytes()).collect()
}
