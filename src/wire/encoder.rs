//! Writes bytes and, if asked, notes what each of them means.
//!
//! Every format has one encoder, which names its fields as it writes them. The list that a
//! reader inspects is made by the same calls as the bytes on the wire, so they cannot drift apart.

use std::fmt;
use std::ops::Range;

/// What a field is, whatever its value.
#[derive(Debug, PartialEq, Eq)]
pub struct FieldSpec {
    /// The short name of the standard: `seq`.
    pub name: &'static str,
    /// What a person reads: `Sequence number`.
    pub label: &'static str,
    /// One sentence on what it is for.
    pub meaning: &'static str,
    /// Where it is defined.
    pub clause: &'static str,
}

/// Names a field.
pub const fn spec(
    name: &'static str,
    label: &'static str,
    meaning: &'static str,
    clause: &'static str,
) -> FieldSpec {
    FieldSpec { name, label, meaning, clause }
}

/// The value of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldValue {
    /// A number.
    Number(u64),
    /// A text.
    Text(String),
    /// A list of texts.
    List(Vec<String>),
}

impl fmt::Display for FieldValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Text(text) => f.write_str(text),
            Self::List(list) => f.write_str(&list.join(", ")),
        }
    }
}

/// A field of a packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// What it is.
    pub spec: &'static FieldSpec,
    /// Its value.
    pub value: FieldValue,
    /// Its value as a person reads it.
    pub shown: String,
    /// Its place, in bits from the start of the packet; empty if it is not on the wire but
    /// follows from what is.
    pub bits: Range<u32>,
    /// 0, or 1 if it is a part of the field before it that has 0.
    pub depth: u8,
}

/// Writes the bytes of a format, most significant bit first.
#[derive(Debug, Default)]
pub struct Encoder {
    bytes: Vec<u8>,
    /// How many bits of the last byte are written; 0 at a byte's border.
    partial: u32,
    fields: Option<Vec<Field>>,
    /// Where the bytes begin in the packet, in bits.
    base: u32,
    depth: u8,
}

/// A field with parts, opened by [`Encoder::open`].
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct Group {
    start: u32,
    place: usize,
}

/// The usual size of headers; more is no harm.
const HEADERS: usize = 64;

impl Encoder {
    /// An encoder that writes only.
    pub fn new() -> Self {
        Self { bytes: Vec::with_capacity(HEADERS), ..Self::default() }
    }

    /// An encoder that also notes fields; the bytes begin at `offset` bytes of the packet.
    pub fn recording(offset: u32) -> Self {
        Self { fields: Some(Vec::new()), base: offset.saturating_mul(8), ..Self::default() }
    }

    /// What was written.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// What was noted and the bytes it was noted of.
    pub fn into_fields(self) -> (Vec<Field>, Vec<u8>) {
        (self.fields.unwrap_or_default(), self.bytes)
    }

    /// How many whole bytes were written.
    pub fn written(&self) -> usize {
        self.bytes.len()
    }

    /// The place in the packet, in bits; only fields have one.
    fn position(&self) -> u32 {
        if self.fields.is_none() {
            return 0;
        }
        let bits = u32::try_from(self.bytes.len()).unwrap_or(u32::MAX).saturating_mul(8);
        let open = if self.partial == 0 { 0 } else { 8 - self.partial };
        self.base.saturating_add(bits).saturating_sub(open)
    }

    /// Writes the lowest `count` bits of `value`, at most 32, as a number.
    pub fn bits(&mut self, spec: &'static FieldSpec, count: u32, value: u32) {
        self.bits_as(spec, count, value, |value| {
            (FieldValue::Number(u64::from(value)), value.to_string())
        });
    }

    /// Writes the lowest `count` bits of `value`, and lets `show` say what they mean.
    pub fn bits_as(
        &mut self,
        spec: &'static FieldSpec,
        count: u32,
        value: u32,
        show: impl FnOnce(u32) -> (FieldValue, String),
    ) {
        let start = self.position();
        let mut rest = count.min(32);
        while rest > 0 {
            if self.partial == 0 {
                self.bytes.push(0);
            }
            // As many bits as the last byte still takes.
            let taken = rest.min(8 - self.partial);
            rest -= taken;
            self.partial += taken;
            let [.., low] = (value >> rest & (0xff >> (8 - taken))).to_be_bytes();
            if let Some(last) = self.bytes.last_mut() {
                *last |= low << (8 - self.partial);
            }
            self.partial %= 8;
        }
        self.note(spec, start, || show(value));
    }

    /// Writes whole bytes, and lets `show` say what they mean.
    pub fn bytes(
        &mut self,
        spec: &'static FieldSpec,
        bytes: &[u8],
        show: impl FnOnce() -> (FieldValue, String),
    ) {
        let start = self.position();
        self.bytes.extend_from_slice(bytes);
        self.note(spec, start, show);
    }

    /// Writes bytes that belong to no field, such as a line's end.
    pub fn raw(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// Notes something that is not on the wire but follows from what is.
    pub fn derived(&mut self, spec: &'static FieldSpec, value: FieldValue, shown: String) {
        let at = self.position();
        self.note(spec, at, || (value, shown));
    }

    /// Begins a field whose parts follow.
    pub fn open(&mut self) -> Group {
        self.depth += 1;
        let place = self.fields.as_ref().map_or(0, Vec::len);
        Group { start: self.position(), place }
    }

    /// Ends a field, which then stands before its parts.
    pub fn close(
        &mut self,
        group: Group,
        spec: &'static FieldSpec,
        show: impl FnOnce() -> (FieldValue, String),
    ) {
        self.depth -= 1;
        let bits = group.start..self.position();
        let depth = self.depth;
        if let Some(fields) = &mut self.fields {
            let (value, shown) = show();
            fields.insert(group.place, Field { spec, value, shown, bits, depth });
        }
    }

    fn note(
        &mut self,
        spec: &'static FieldSpec,
        start: u32,
        show: impl FnOnce() -> (FieldValue, String),
    ) {
        let bits = start..self.position();
        let depth = self.depth;
        if let Some(fields) = &mut self.fields {
            let (value, shown) = show();
            fields.push(Field { spec, value, shown, bits, depth });
        }
    }
}

/// A number and the same in words.
pub fn number(value: u32, shown: String) -> (FieldValue, String) {
    (FieldValue::Number(u64::from(value)), shown)
}

/// A text that is shown as it is.
pub fn text(text: String) -> (FieldValue, String) {
    (FieldValue::Text(text.clone()), text)
}

/// Why bytes are not what they should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DecodeError {
    /// The byte, from 0, at which it shows.
    pub at: u32,
    /// The broken rule, with its clause.
    pub rule: &'static str,
}

impl DecodeError {
    /// A refusal at the byte `at`.
    pub fn new(at: usize, rule: &'static str) -> Self {
        Self { at: u32::try_from(at).unwrap_or(u32::MAX), rule }
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "byte {}: {}", self.at, self.rule)
    }
}

impl std::error::Error for DecodeError {}
