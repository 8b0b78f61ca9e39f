//! Values as bytes: how questions and answers cross from one WebAssembly module to the other.
//!
//! Both modules are built from one source at one time, so the bytes carry no names and no version.
//! Numbers have as many bytes as they need; a word of the program (`&'static str`) is written out
//! where it comes first and is a number from then on. Damaged bytes give a damaged reader, never
//! a panic: what is missing reads as nothing.

use core::cell::RefCell;
use core::ops::Range;
use core::time::Duration;

use crate::sorted::SortedMap;

/// A value that can be written as bytes and read again.
pub trait Code: Sized {
    /// Writes it.
    fn put(&self, writer: &mut Writer);
    /// Reads what [`Code::put`] wrote.
    fn take(reader: &mut Reader<'_>) -> Self;
}

/// Bytes in the making.
#[derive(Debug, Default)]
pub struct Writer {
    bytes: Vec<u8>,
    words: SortedMap<&'static str, u64>,
}

/// Bytes that are read.
#[derive(Debug)]
pub struct Reader<'a> {
    rest: &'a [u8],
    words: Vec<&'static str>,
    damaged: bool,
}

/// The bytes of a value.
pub fn to_bytes(value: &impl Code) -> Vec<u8> {
    let mut writer = Writer::default();
    value.put(&mut writer);
    writer.bytes
}

/// The value of bytes; none if they are damaged.
pub fn from_bytes<T: Code>(bytes: &[u8]) -> Option<T> {
    let mut reader = Reader::new(bytes);
    let value = T::take(&mut reader);
    reader.is_done().then_some(value)
}

impl Writer {
    /// Writes a whole number: seven bits a byte, the lowest first.
    pub fn number(&mut self, mut value: u64) {
        while value > 0x7f {
            self.bytes.push((value & 0x7f) as u8 | 0x80);
            value >>= 7;
        }
        self.bytes.push((value & 0x7f) as u8);
    }

    fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.bytes.extend_from_slice(text.as_bytes());
    }

    fn word(&mut self, word: &'static str) {
        let next = self.words.len() as u64;
        if let Some(place) = self.words.get(word) {
            return self.number(*place);
        }
        self.words.insert(word, next);
        self.number(next);
        self.text(word);
    }
}

impl<'a> Reader<'a> {
    /// Begins to read.
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes, words: Vec::new(), damaged: false }
    }

    /// Whether everything was read and made sense.
    pub const fn is_done(&self) -> bool {
        !self.damaged && self.rest.is_empty()
    }

    /// The next whole number.
    pub fn number(&mut self) -> u64 {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let Some((byte, rest)) = self.rest.split_first() else { break };
            self.rest = rest;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return value;
            }
        }
        self.damaged = true;
        0
    }

    /// How many things follow, each of at least one byte.
    fn len(&mut self) -> usize {
        let len = usize::try_from(self.number()).unwrap_or(usize::MAX);
        if len > self.rest.len() {
            self.damaged = true;
            return 0;
        }
        len
    }

    /// The place of a variant among `count`.
    pub fn place(&mut self, count: usize) -> usize {
        let place = usize::try_from(self.number()).unwrap_or(usize::MAX);
        if place >= count {
            self.damaged = true;
            return 0;
        }
        place
    }

    fn text(&mut self) -> &'a str {
        let len = self.len();
        let (text, rest) = self.rest.split_at(len);
        self.rest = rest;
        core::str::from_utf8(text).unwrap_or_else(|_| {
            self.damaged = true;
            ""
        })
    }

    fn word(&mut self) -> &'static str {
        let place = usize::try_from(self.number()).unwrap_or(usize::MAX);
        if let Some(word) = self.words.get(place) {
            return word;
        }
        if place != self.words.len() {
            self.damaged = true;
            return "";
        }
        let word = kept(self.text());
        self.words.push(word);
        word
    }
}

/// A word of the program, kept for good. Only names and explanations of the source come here, so
/// there is an end to them.
fn kept(text: &str) -> &'static str {
    thread_local! {
        static WORDS: RefCell<SortedMap<&'static str, &'static str>> = const { RefCell::new(SortedMap::new()) };
    }
    WORDS.with_borrow_mut(|words| {
        if let Some(known) = words.get(text) {
            return *known;
        }
        let word: &'static str = Box::leak(text.into());
        words.insert(word, word);
        word
    })
}

macro_rules! numbers {
    ($($type:ty),*) => {
        $(impl Code for $type {
            fn put(&self, writer: &mut Writer) {
                writer.number(u64::from(*self));
            }

            fn take(reader: &mut Reader<'_>) -> Self {
                let number = reader.number();
                Self::try_from(number).unwrap_or_else(|_| {
                    reader.damaged = true;
                    0
                })
            }
        })*
    };
}

numbers!(u8, u32, u64);

impl Code for usize {
    fn put(&self, writer: &mut Writer) {
        writer.number(*self as u64);
    }

    fn take(reader: &mut Reader<'_>) -> Self {
        Self::try_from(reader.number()).unwrap_or_default()
    }
}

/// Small numbers of either sign are short: 0, -1, 1, -2 …
impl Code for i32 {
    fn put(&self, writer: &mut Writer) {
        let folded = (self << 1) ^ (self >> 31);
        writer.number(u64::from(folded.cast_unsigned()));
    }

    fn take(reader: &mut Reader<'_>) -> Self {
        let folded = u32::take(reader);
        (folded >> 1).cast_signed() ^ -(folded & 1).cast_signed()
    }
}

impl Code for bool {
    fn put(&self, writer: &mut Writer) {
        writer.number(u64::from(*self));
    }

    fn take(reader: &mut Reader<'_>) -> Self {
        reader.place(2) == 1
    }
}

impl Code for Duration {
    fn put(&self, writer: &mut Writer) {
        writer.number(crate::sim::time::nanos(*self));
    }

    fn take(reader: &mut Reader<'_>) -> Self {
        Self::from_nanos(reader.number())
    }
}

impl Code for String {
    fn put(&self, writer: &mut Writer) {
        writer.text(self);
    }

    fn take(reader: &mut Reader<'_>) -> Self {
        reader.text().to_owned()
    }
}

impl Code for &'static str {
    fn put(&self, writer: &mut Writer) {
        writer.word(self);
    }

    fn take(reader: &mut Reader<'_>) -> Self {
        reader.word()
    }
}

impl<T: Code> Code for Option<T> {
    fn put(&self, writer: &mut Writer) {
        self.is_some().put(writer);
        if let Some(value) = self {
            value.put(writer);
        }
    }

    fn take(reader: &mut Reader<'_>) -> Self {
        bool::take(reader).then(|| T::take(reader))
    }
}

impl<T: Code, E: Code> Code for Result<T, E> {
    fn put(&self, writer: &mut Writer) {
        self.is_ok().put(writer);
        match self {
            Ok(value) => value.put(writer),
            Err(error) => error.put(writer),
        }
    }

    fn take(reader: &mut Reader<'_>) -> Self {
        if bool::take(reader) { Ok(T::take(reader)) } else { Err(E::take(reader)) }
    }
}

impl<T: Code> Code for Vec<T> {
    fn put(&self, writer: &mut Writer) {
        writer.number(self.len() as u64);
        for item in self {
            item.put(writer);
        }
    }

    fn take(reader: &mut Reader<'_>) -> Self {
        let len = reader.len();
        let mut list = Self::with_capacity(len);
        for _ in 0..len {
            list.push(T::take(reader));
        }
        list
    }
}

/// A list of the program, kept for good like its words.
impl<T: Code> Code for &'static [T] {
    fn put(&self, writer: &mut Writer) {
        writer.number(self.len() as u64);
        for item in *self {
            item.put(writer);
        }
    }

    fn take(reader: &mut Reader<'_>) -> Self {
        Vec::leak(Vec::take(reader))
    }
}

impl<A: Code, B: Code> Code for (A, B) {
    fn put(&self, writer: &mut Writer) {
        self.0.put(writer);
        self.1.put(writer);
    }

    fn take(reader: &mut Reader<'_>) -> Self {
        (A::take(reader), B::take(reader))
    }
}

impl<T: Code> Code for Range<T> {
    fn put(&self, writer: &mut Writer) {
        self.start.put(writer);
        self.end.put(writer);
    }

    fn take(reader: &mut Reader<'_>) -> Self {
        T::take(reader)..T::take(reader)
    }
}

/// The code of structs: all their fields, in this order.
macro_rules! code_struct {
    ($($name:ident { $($field:ident),* $(,)? })*) => {
        $(impl $crate::bridge::code::Code for $name {
            fn put(&self, writer: &mut $crate::bridge::code::Writer) {
                $($crate::bridge::code::Code::put(&self.$field, writer);)*
            }

            fn take(reader: &mut $crate::bridge::code::Reader<'_>) -> Self {
                Self { $($field: $crate::bridge::code::Code::take(reader),)* }
            }
        })*
    };
}
pub(super) use code_struct;

/// The code of enums: the place of the variant, then what is in it.
macro_rules! code_enum {
    ($($name:ident {
        $($variant:ident $(($inner:ident))? $({ $($field:ident),* $(,)? })?),* $(,)?
    })*) => {
        $(impl $crate::bridge::code::Code for $name {
            fn put(&self, writer: &mut $crate::bridge::code::Writer) {
                enum Place { $($variant),* }
                match self {
                    $(Self::$variant $(($inner))? $({ $($field),* })? => {
                        writer.number(Place::$variant as u64);
                        $($crate::bridge::code::Code::put($inner, writer);)?
                        $($($crate::bridge::code::Code::put($field, writer);)*)?
                    })*
                }
            }

            fn take(reader: &mut $crate::bridge::code::Reader<'_>) -> Self {
                #[derive(Clone, Copy)]
                enum Place { $($variant),* }
                const PLACES: &[Place] = &[$(Place::$variant),*];
                match PLACES[reader.place(PLACES.len())] {
                    $(Place::$variant => Self::$variant
                        $(({ let $inner = $crate::bridge::code::Code::take(reader); $inner }))?
                        $({ $($field: $crate::bridge::code::Code::take(reader)),* })?,)*
                }
            }
        })*
    };
}
pub(super) use code_enum;
