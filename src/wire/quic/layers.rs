//! Packets of QUIC for the inspector: the header, and the frames behind it.

use super::super::encoder::Encoder;
use super::super::layers::{Layer, finished};
use super::super::{Payload, Protocol};
use super::{Frame, Header, Kind};

/// The header at the front of `bytes`, which stands at `offset` of the packet.
pub(in crate::wire) fn header(bytes: &[u8], offset: u32) -> Option<Layer> {
    let (header, _) = Header::decode(bytes).ok()?;
    let mut encoder = Encoder::recording(offset);
    header.encode(&mut encoder);
    Some(finished(Protocol::Quic, offset, encoder))
}

/// The frames that `bytes` are.
pub(in crate::wire) fn frames(bytes: &[u8], offset: u32) -> Option<Layer> {
    let mut encoder = Encoder::recording(offset);
    for frame in Frame::decode_all(&Payload::from(bytes), Kind::OneRtt).ok()? {
        frame.encode_field(&mut encoder);
    }
    Some(finished(Protocol::Quic, offset, encoder))
}
