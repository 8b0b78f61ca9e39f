//! The record layer: messages and data into records, and back (RFC 8446 section 5, RFC 5246
//! section 6).

use std::sync::Arc;

use super::Level;
use crate::wire::encoder::Encoder;
use crate::wire::sealed::TAG_LEN;
use crate::wire::tls::{
    Alert, Content, EXPLICIT_NONCE, RECORD_HEADER, RECORD_MAX, RecordHeader, Version,
};
use crate::wire::{KeyUse, Keys, Payload, Protocol, Seal, Unit};

/// Both directions of a connection.
#[derive(Debug, Default)]
pub(super) struct Records {
    /// The keys of each level and how many records they have protected.
    write: [Option<(Arc<Keys>, u64)>; 4],
    read: Option<(Arc<Keys>, u64)>,
    /// In TLS 1.2 keys come into use with ChangeCipherSpec.
    next_read: Option<Arc<Keys>>,
    /// Early data that is not taken comes in records that do not open.
    pub(super) skips: bool,
    incoming: Payload,
    started: bool,
}

/// What is written in one go.
#[derive(Debug, Default)]
pub(super) struct Flight {
    pub(super) payload: Payload,
    pub(super) units: Vec<Unit>,
}

/// What a record brings.
#[derive(Debug)]
pub(super) enum Received {
    /// Bytes of handshake messages.
    Handshake(Level, Vec<u8>),
    /// Bytes of the application.
    Data(Payload),
    /// An alert.
    Alert(Alert),
    /// Nothing to act on.
    Nothing,
}

impl Records {
    pub(super) fn write_with(&mut self, level: Level, keys: Arc<Keys>) {
        self.write[level as usize] = Some((keys, 0));
    }

    pub(super) fn read_with(&mut self, keys: Arc<Keys>) {
        if keys.usage == KeyUse::Tls12 && self.read.is_none() {
            self.next_read = Some(keys);
        } else {
            self.read = Some((keys, 0));
        }
    }

    /// Whether there are keys to protect what is sent at a level.
    pub(super) const fn can_write(&self, level: Level) -> bool {
        self.write[level as usize].is_some()
    }

    /// How many records the keys of the application have protected.
    pub(super) fn written(&self) -> u64 {
        self.write[Level::Application as usize].as_ref().map_or(0, |(_, number)| *number)
    }

    /// Writes a handshake message.
    pub(super) fn message(
        &mut self,
        level: Level,
        bytes: Vec<u8>,
        names: (&'static str, &'static str),
        out: &mut Flight,
    ) {
        let start = out.payload.len();
        let len = bytes.len();
        self.fragments(level, Content::Handshake, &bytes.into(), &mut out.payload);
        out.unit(names, format!("{len} B"), start);
    }

    /// Writes ChangeCipherSpec, which is never protected where it is sent; in TLS 1.3 it is a
    /// decoration and no message.
    pub(super) fn change_cipher_spec(version: Version, out: &mut Flight) {
        let start = out.payload.len();
        let content = Content::ChangeCipherSpec;
        let mut record = RecordHeader { content, version: 0x0303, len: 1 }.to_bytes();
        record.push(1);
        out.payload.append(&record.into());
        if version == Version::Tls12 {
            out.unit(("ChangeCipherSpec", "change-cipher-spec"), "1 B".to_owned(), start);
        }
    }

    /// Writes an alert with the best keys there are.
    pub(super) fn alert(&mut self, alert: Alert, out: &mut Flight) {
        let start = out.payload.len();
        let mut encoder = Encoder::new();
        alert.encode(&mut encoder);
        let levels = [Level::Application, Level::Handshake, Level::Initial];
        let level = levels.into_iter().find(|level| self.can_write(*level));
        let level = level.unwrap_or(Level::Initial);
        self.fragments(level, Content::Alert, &encoder.into_bytes().into(), &mut out.payload);
        out.unit(("Alert", "alert"), alert.name().to_owned(), start);
    }

    /// Writes bytes of the application; `units` begin in them.
    pub(super) fn data(
        &mut self,
        level: Level,
        bytes: &Payload,
        units: Vec<Unit>,
        out: &mut Flight,
    ) {
        let start = out.payload.len();
        let before = self.overhead_before(level);
        let each = before + self.overhead_behind(level);
        self.fragments(level, Content::ApplicationData, bytes, &mut out.payload);
        let total = bytes.len();
        for unit in units {
            let from = u64::from(unit.offset);
            let to = (from + unit.len).min(total);
            let place = start + from + from / RECORD_MAX * each + before;
            // The last record opens only when its tag is there.
            let ends = to.is_multiple_of(RECORD_MAX) || to == total;
            let records = to.div_ceil(RECORD_MAX).max(1);
            let tag = if ends { each - before } else { 0 };
            let end = start + to + (records - 1) * each + before + tag;
            let offset = u32::try_from(place).unwrap_or(u32::MAX);
            out.units.push(Unit { offset, len: end - place, ..unit });
        }
    }

    fn usage(&self, level: Level) -> Option<KeyUse> {
        self.write[level as usize].as_ref().map(|(keys, _)| keys.usage)
    }

    fn overhead_before(&self, level: Level) -> u64 {
        let nonce = if self.usage(level) == Some(KeyUse::Tls12) { EXPLICIT_NONCE } else { 0 };
        (RECORD_HEADER + nonce) as u64
    }

    fn overhead_behind(&self, level: Level) -> u64 {
        match self.usage(level) {
            None => 0,
            Some(KeyUse::Tls12) => TAG_LEN,
            Some(_) => TAG_LEN + 1,
        }
    }

    /// Cuts into records.
    fn fragments(&mut self, level: Level, content: Content, bytes: &Payload, out: &mut Payload) {
        let mut at = 0;
        while at < bytes.len() {
            let end = bytes.len().min(at + RECORD_MAX);
            self.record(level, content, &bytes.slice(at..end), out);
            at = end;
        }
    }

    fn record(&mut self, level: Level, content: Content, bytes: &Payload, out: &mut Payload) {
        let header = |content, len: u64| {
            let len = u16::try_from(len).unwrap_or(u16::MAX);
            RecordHeader { content, version: 0x0303, len }
        };
        let Some((keys, number)) = &mut self.write[level as usize] else {
            let mut header = header(content, bytes.len());
            // The first record says an even older version (RFC 8446 section 5.1).
            if !core::mem::replace(&mut self.started, true) && content == Content::Handshake {
                header.version = 0x0301;
            }
            let mut record = header.to_bytes();
            record.extend(bytes.to_vec());
            return out.append(&record.into());
        };
        let mut plain = bytes.clone();
        let (header, head) = if keys.usage == KeyUse::Tls12 {
            let header = header(content, EXPLICIT_NONCE as u64 + plain.len() + TAG_LEN).to_bytes();
            let head = [&header[..], &number.to_be_bytes()].concat();
            (header, head)
        } else {
            plain.append(&vec![content.number()].into());
            let header = header(Content::ApplicationData, plain.len() + TAG_LEN).to_bytes();
            (header.clone(), header)
        };
        let seal = Seal { keys: Arc::clone(keys), number: *number, header: header.into(), plain };
        *number += 1;
        out.append(&head.into());
        out.append(&Payload::sealed(seal));
    }

    /// Takes bytes that arrived.
    pub(super) fn push(&mut self, bytes: &Payload) {
        self.incoming.append(bytes);
    }

    /// What the next record brings, if it has arrived whole.
    ///
    /// # Errors
    /// The alert for a record that is none or does not open.
    pub(super) fn next(&mut self) -> Result<Option<Received>, Alert> {
        if self.incoming.len() < RECORD_HEADER as u64 {
            return Ok(None);
        }
        let header = RecordHeader::decode(&self.incoming.head_bytes(RECORD_HEADER as u64))
            .map_err(|_| Alert::DECODE_ERROR)?;
        let len = RECORD_HEADER as u64 + u64::from(header.len);
        if self.incoming.len() < len {
            return Ok(None);
        }
        let record = self.incoming.split_to(len);
        self.started = true;
        match (header.content, &mut self.read) {
            (Content::ChangeCipherSpec, read) => {
                if let Some(keys) = self.next_read.take() {
                    *read = Some((keys, 0));
                }
                Ok(Some(Received::Nothing))
            }
            (Content::Handshake | Content::Alert, read)
                if read.as_ref().is_none_or(|(keys, _)| keys.usage != KeyUse::Tls12) =>
            {
                let bytes = record.slice(RECORD_HEADER as u64..u64::MAX).to_vec();
                received(header.content, Level::Initial, bytes.into()).map(Some)
            }
            (_, Some((keys, number))) => {
                let old = keys.usage == KeyUse::Tls12;
                let start = if old { RECORD_HEADER + EXPLICIT_NONCE } else { RECORD_HEADER };
                let sealed = record.slice(start as u64..u64::MAX);
                let Some(plain) = sealed.unseal(keys, *number) else {
                    return if self.skips {
                        Ok(Some(Received::Nothing))
                    } else {
                        Err(Alert::BAD_RECORD_MAC)
                    };
                };
                *number += 1;
                self.skips = false;
                let level = match keys.usage {
                    KeyUse::Early => Level::Early,
                    KeyUse::Handshake => Level::Handshake,
                    _ => Level::Application,
                };
                if old {
                    return received(header.content, level, plain.clone()).map(Some);
                }
                let len = plain.len().saturating_sub(1);
                let content = plain.slice(len..u64::MAX).to_vec();
                let content = content.first().copied().and_then(Content::of);
                let content = content.ok_or(Alert::UNEXPECTED_MESSAGE)?;
                received(content, level, plain.slice(0..len)).map(Some)
            }
            (_, None) if self.skips => Ok(Some(Received::Nothing)),
            (_, None) => Err(Alert::UNEXPECTED_MESSAGE),
        }
    }
}

fn received(content: Content, level: Level, plain: Payload) -> Result<Received, Alert> {
    Ok(match content {
        Content::Handshake => Received::Handshake(level, plain.to_vec()),
        Content::ApplicationData => Received::Data(plain),
        Content::Alert => {
            Received::Alert(Alert::decode(&plain.to_vec()).map_err(|_| Alert::DECODE_ERROR)?)
        }
        Content::ChangeCipherSpec => return Err(Alert::UNEXPECTED_MESSAGE),
    })
}

impl Flight {
    /// A message of TLS from `start` to here.
    fn unit(&mut self, (name, kind): (&'static str, &'static str), detail: String, start: u64) {
        self.units.push(Unit {
            protocol: Protocol::Tls,
            kind: kind.to_owned(),
            name: name.to_owned(),
            detail,
            offset: u32::try_from(start).unwrap_or(u32::MAX),
            len: self.payload.len() - start,
        });
    }
}
