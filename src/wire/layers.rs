//! A packet taken apart: its layers and their fields, for the inspector and the exports.

use std::sync::Arc;

use super::encoder::{Encoder, Field, FieldSpec, FieldValue, spec};
use super::icmp::{self, Icmp};
use super::ipv4::{self, Ipv4};
use super::tcp::{Flags, Segment};
use super::{Keys, Packet, Protocol, dns, http1, quic};

/// A protocol's part of a packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layer {
    /// Whose part it is.
    pub protocol: Protocol,
    /// Where it begins, in bytes from the start of the packet.
    pub offset: u32,
    /// Its own bytes, without the layers in it.
    pub size: u32,
    /// The keys without which nobody can read it.
    pub keys: Option<Arc<Keys>>,
    /// Its fields, in the order of their bits.
    pub fields: Vec<Field>,
}

static LEN: FieldSpec = spec(
    "len",
    "Payload length",
    "How many bytes follow the header; not on the wire, it follows from the lengths.",
    "RFC 9293 section 3.3.1 (SEG.LEN)",
);
static WINDOW_BYTES: FieldSpec = spec(
    "window-bytes",
    "Window in bytes",
    "The window field, scaled as the handshake agreed.",
    "RFC 7323 section 2.3",
);
static BYTES: FieldSpec =
    spec("bytes", "Bytes", "A stretch of the application's byte stream.", "RFC 9293 section 3.8");

impl Packet {
    /// The layers, outermost first. What cannot be read is left away, or is plain data.
    pub fn layers(&self) -> Vec<Layer> {
        let mut layers = Vec::new();
        let Ok(ip) = Ipv4::decode(&self.head) else { return layers };
        let mut encoder = Encoder::recording(0);
        ip.encode(&mut encoder);
        layers.push(finished(Protocol::Ipv4, 0, encoder));
        if let Some(message) = self.icmp_message() {
            self.push_icmp(message, &mut layers);
            return layers;
        }
        if let Some(segment) = self.segment() {
            layers.push(self.tcp_layer(&segment));
        } else if let Some(udp) = self.datagram() {
            let offset = u32::from(ipv4::HEADER_LEN);
            let mut encoder = Encoder::recording(offset);
            udp.encode(&mut encoder);
            layers.push(finished(Protocol::Udp, offset, encoder));
        }
        self.push_body(&mut layers);
        layers
    }

    /// The message, and the packet that it quotes or the data that it carries.
    fn push_icmp(&self, message: Icmp, layers: &mut Vec<Layer>) {
        let offset = u32::from(ipv4::HEADER_LEN);
        let mut encoder = Encoder::recording(offset);
        message.encode(&mut encoder);
        layers.push(finished(Protocol::Icmp, offset, encoder));
        let mut at = offset + u32::from(icmp::HEADER_LEN);
        let quoted = Ipv4::decode(&self.body.head_bytes(u64::from(ipv4::HEADER_LEN)));
        if let (false, Ok(quoted)) = (message.is_echo(), quoted) {
            let mut encoder = Encoder::recording(at);
            quoted.encode(&mut encoder);
            layers.push(finished(Protocol::Ipv4, at, encoder));
            at += u32::from(ipv4::HEADER_LEN);
        }
        push_bytes(layers, at, self.size());
    }

    fn tcp_layer(&self, segment: &Segment) -> Layer {
        let offset = u32::from(ipv4::HEADER_LEN);
        let mut encoder = Encoder::recording(offset);
        let context = self.about.tcp.as_ref();
        segment.encode(&mut encoder, context);
        let shift = context.map_or(0, |context| context.window_shift);
        let len = self.body.len();
        encoder.derived(&LEN, FieldValue::Number(len), format!("{len} B"));
        if shift > 0 && segment.flags.has(Flags::ACK) {
            let window = u64::from(segment.window) << shift;
            encoder.derived(&WINDOW_BYTES, FieldValue::Number(window), format!("{window} B"));
        }
        finished(Protocol::Tcp, offset, encoder)
    }
}

/// The layer of what an encoder has written.
pub(super) fn finished(protocol: Protocol, offset: u32, encoder: Encoder) -> Layer {
    let (fields, bytes) = encoder.into_fields();
    let size = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    Layer { protocol, offset, size, keys: None, fields }
}

/// The message of a protocol at the start of `bytes`, if it can be read.
pub(super) fn unit_layer(protocol: Protocol, bytes: &[u8], offset: u32) -> Option<Layer> {
    match protocol {
        Protocol::Http1 => http1_layer(bytes, offset),
        Protocol::Quic => quic::layers::header(bytes, offset),
        Protocol::Dns => dns_layer(bytes, offset),
        _ => None,
    }
}

/// The DNS message that `bytes` are, or that its length stands before in a stream.
fn dns_layer(bytes: &[u8], offset: u32) -> Option<Layer> {
    let mut encoder = Encoder::recording(offset);
    if let Ok(message) = dns::Message::decode(bytes) {
        message.encode_to(&mut encoder);
    } else {
        let (len, rest) = bytes.split_first_chunk::<2>()?;
        let message = rest.get(..usize::from(u16::from_be_bytes(*len)))?;
        dns::Message::decode(message).ok()?.encode_framed_to(&mut encoder);
    }
    let layer = finished(Protocol::Dns, offset, encoder);
    Some(layer)
}

/// The head at the start of `bytes`, if it is complete and written as this program writes it.
fn http1_layer(bytes: &[u8], offset: u32) -> Option<Layer> {
    let mut encoder = Encoder::recording(offset);
    if bytes.starts_with(b"HTTP/") {
        http1::Response::decode(bytes).ok()??.0.encode_to(&mut encoder);
    } else {
        http1::Request::decode(bytes).ok()??.0.encode_to(&mut encoder);
    }
    let (fields, written) = encoder.into_fields();
    let size = u32::try_from(written.len()).unwrap_or(u32::MAX);
    let same = bytes.starts_with(&written);
    same.then_some(Layer { protocol: Protocol::Http1, offset, size, keys: None, fields })
}

/// Bytes without a format of their own.
pub(super) fn push_bytes(layers: &mut Vec<Layer>, start: u32, end: u32) {
    if start >= end {
        return;
    }
    let size = end - start;
    let field = Field {
        spec: &BYTES,
        value: FieldValue::Number(u64::from(size)),
        shown: format!("{size} B"),
        bits: start.saturating_mul(8)..end.saturating_mul(8),
        depth: 0,
    };
    let (protocol, fields) = (Protocol::Data, vec![field]);
    layers.push(Layer { protocol, offset: start, size, keys: None, fields });
}

#[cfg(test)]
mod tests;
