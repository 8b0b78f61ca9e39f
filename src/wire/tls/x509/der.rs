//! The distinguished encoding rules of ASN.1 (X.690), as far as certificates need them: tag,
//! length, value.

use crate::wire::encoder::DecodeError;

pub(super) const BOOLEAN: u8 = 0x01;
pub(super) const INTEGER: u8 = 0x02;
pub(super) const BIT_STRING: u8 = 0x03;
pub(super) const OCTETS: u8 = 0x04;
pub(super) const NULL: u8 = 0x05;
pub(super) const OID: u8 = 0x06;
pub(super) const UTF8: u8 = 0x0c;
pub(super) const UTC_TIME: u8 = 0x17;
pub(super) const SEQUENCE: u8 = 0x30;
pub(super) const SET: u8 = 0x31;

/// A value with its tag and its length in the shortest form.
pub(super) fn tlv(tag: u8, value: &[u8]) -> Vec<u8> {
    let len = u32::try_from(value.len()).unwrap_or(u32::MAX);
    let bytes = len.to_be_bytes();
    let mut out = vec![tag];
    match len {
        0..=0x7f => out.push(bytes[3]),
        0x80..=0xff => out.extend([0x81, bytes[3]]),
        0x100..=0xffff => out.extend([0x82, bytes[2], bytes[3]]),
        _ => out.extend([0x83, bytes[1], bytes[2], bytes[3]]),
    }
    out.extend_from_slice(value);
    out
}

/// A place in values that are read front to back.
#[derive(Clone, Debug)]
pub(super) struct Der<'a> {
    bytes: &'a [u8],
    base: usize,
}

const SHORT: &str = "the bytes end before the value does (X.690 section 8.1)";

impl<'a> Der<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, base: 0 }
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    pub(super) const fn rest(&self) -> &'a [u8] {
        self.bytes
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.bytes.first().copied()
    }

    pub(super) fn refuse<T>(&self, rule: &'static str) -> Result<T, DecodeError> {
        Err(DecodeError::new(self.base, rule))
    }

    pub(super) fn skip(&mut self, len: usize) -> Result<&'a [u8], DecodeError> {
        let Some((front, rest)) = self.bytes.split_at_checked(len) else {
            return self.refuse(SHORT);
        };
        self.bytes = rest;
        self.base += len;
        Ok(front)
    }

    /// The value of this tag, which comes next.
    pub(super) fn enter(&mut self, tag: u8) -> Result<Self, DecodeError> {
        if self.peek().is_some_and(|next| next != tag) {
            return self.refuse("another kind of value comes next (RFC 5280 section 4.1)");
        }
        let header = self.skip(2)?;
        let len = match header[1] {
            short @ 0..=0x7f => usize::from(short),
            0x81..=0x83 => {
                let bytes = self.skip(usize::from(header[1] - 0x80))?;
                let len = bytes.iter().fold(0, |len, byte| len << 8 | usize::from(*byte));
                if len < 0x80 || bytes[0] == 0 {
                    return self.refuse("a length has its shortest form (X.690 section 10.1)");
                }
                len
            }
            _ => return self.refuse("a length has at most three bytes (our limit)"),
        };
        let base = self.base;
        Ok(Self { bytes: self.skip(len)?, base })
    }

    pub(super) fn end(&self) -> Result<(), DecodeError> {
        if self.is_empty() {
            return Ok(());
        }
        self.refuse("nothing follows the last value (RFC 5280 section 4.1)")
    }
}
