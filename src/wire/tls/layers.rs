//! Records and messages as layers of a packet.

use super::{Alert, Content, EXPLICIT_NONCE, Message, NONCE, RECORD_HEADER, RecordHeader, Version};
use crate::wire::encoder::{Encoder, FieldSpec, spec, text};
use crate::wire::layers::{Layer, finished};
use crate::wire::{KeyUse, Protocol, Seal};

static CCS: FieldSpec = spec(
    "change-cipher-spec",
    "ChangeCipherSpec",
    "The next record is encrypted; in TLS 1.3 a decoration for middleboxes.",
    "RFC 5246 section 7.1, RFC 8446 appendix D.4",
);
static INNER: FieldSpec = spec(
    "inner-content-type",
    "True content type",
    "What the record really carries; it is encrypted as well.",
    "RFC 8446 section 5.2",
);
static TAG: FieldSpec = spec(
    "tag",
    "Authentication tag",
    "Proves that nobody has changed a bit of the record.",
    "RFC 8446 section 5.2",
);

/// The record in clear, or the header of an encrypted one, that `bytes` are: they were written in
/// one go.
pub(in crate::wire) fn clear_layer(bytes: &[u8]) -> Option<Layer> {
    let header = RecordHeader::decode(bytes).ok()?;
    let rest = &bytes[RECORD_HEADER..];
    let mut out = Encoder::recording(0);
    header.encode(&mut out);
    if usize::from(header.len) == rest.len() {
        match header.content {
            Content::Handshake => encode_messages(rest, Version::Tls12, &mut out)?,
            Content::Alert => Alert::decode(rest).ok()?.encode(&mut out),
            Content::ChangeCipherSpec if rest == [1] => {
                out.bytes(&CCS, rest, || text("1".to_owned()));
            }
            _ => return None,
        }
    } else if rest.len() == EXPLICIT_NONCE {
        out.bytes(&NONCE, rest, || super::names::hex(rest));
    } else if !rest.is_empty() {
        return None;
    }
    Some(finished(Protocol::Tls, 0, out))
}

fn encode_messages(mut bytes: &[u8], version: Version, out: &mut Encoder) -> Option<()> {
    while !bytes.is_empty() {
        let (message, len) = Message::decode(bytes, version).ok()??;
        message.encode(version, out);
        bytes = &bytes[len..];
    }
    Some(())
}

/// Whether a protected piece is a record: QUIC protects packets.
pub(in crate::wire) fn is_record(seal: &Seal) -> bool {
    seal.header.len() == RECORD_HEADER && RecordHeader::decode(&seal.header).is_ok()
}

/// The length of what a protected record carries, without its inner type.
pub(in crate::wire) fn plain_len(seal: &Seal) -> u64 {
    match seal.keys.usage {
        KeyUse::Tls12 => seal.plain.len(),
        _ => seal.plain.len().saturating_sub(1),
    }
}

/// The messages in a protected record, if it carries any, and what stands behind its content; the
/// places count from the start of the record's fragment.
pub(in crate::wire) fn plain_layers(seal: &Seal) -> Vec<Layer> {
    let len = plain_len(seal);
    let old = seal.keys.usage == KeyUse::Tls12;
    let content = if old {
        seal.header.first().copied()
    } else {
        seal.plain.slice(len..u64::MAX).to_vec().first().copied()
    };
    let content = content.and_then(Content::of);
    let mut layers = Vec::new();
    if let Some(Content::Handshake | Content::Alert) = content {
        let bytes = seal.plain.head_bytes(len);
        let version = if old { Version::Tls12 } else { Version::Tls13 };
        let mut out = Encoder::recording(0);
        let read = match content {
            Some(Content::Alert) => Alert::decode(&bytes).ok().map(|alert| alert.encode(&mut out)),
            _ => encode_messages(&bytes, version, &mut out),
        };
        if read.is_some() {
            layers.push(finished(Protocol::Tls, 0, out));
        }
    }
    let at = u32::try_from(len).unwrap_or(u32::MAX);
    let mut out = Encoder::recording(at);
    if let (false, Some(content)) = (old, content) {
        out.bytes(&INNER, &[content.number()], || text(content.name().to_owned()));
    }
    out.bytes(&TAG, &[0; 16], || text("16 B".to_owned()));
    layers.push(finished(Protocol::Tls, at, out));
    layers
}
