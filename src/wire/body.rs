//! What a packet carries behind its headers, taken apart into layers.
//!
//! Messages may begin before a packet and end behind it. What was written in one go is known as
//! a whole, so a part of it is read with the rest in view, and shown as far as it is in the
//! packet.

use std::ops::Range;
use std::sync::Arc;

use super::layers::{Layer, push_bytes, unit_layer};
use super::{Keys, Packet, Payload, Piece, Protocol};

/// The most bytes in which the head of a message is looked for: no packet is larger.
const HEAD_MAX: u64 = 65_535;

/// A stretch of the packet and the bytes that it is a part of.
struct Stretch<'a> {
    /// The whole that it is a part of, its plaintext if it is protected.
    whole: &'a Payload,
    /// Where the whole begins, from the start of the packet; it may be before that.
    base: i64,
    /// The bytes of the packet that it covers.
    range: Range<u32>,
    /// What protects it.
    keys: Option<&'a Arc<Keys>>,
}

impl Packet {
    /// Messages that begin in the packet and can be read, and stretches of plain bytes.
    pub(super) fn push_body(&self, layers: &mut Vec<Layer>) {
        let start = u32::try_from(self.head.len()).unwrap_or(u32::MAX);
        let (mut at, mut clear) = (start, start);
        let base = i64::from(start);
        for piece in self.body.pieces() {
            let end = at.saturating_add(u32::try_from(piece.len()).unwrap_or(u32::MAX));
            if let Piece::Sealed { seal, start: skip, .. } = piece {
                self.push_stretch(
                    layers,
                    &Stretch { whole: &self.body, base, range: clear..at, keys: None },
                );
                let base = i64::from(at) - i64::from(skip);
                let (whole, keys) = (&seal.plain, Some(&seal.keys));
                self.push_stretch(layers, &Stretch { whole, base, range: at..end, keys });
                clear = end;
            }
            at = end;
        }
        let range = clear..self.size();
        self.push_stretch(layers, &Stretch { whole: &self.body, base, range, keys: None });
    }

    fn push_stretch(&self, layers: &mut Vec<Layer>, stretch: &Stretch<'_>) {
        let start = u32::try_from(self.head.len()).unwrap_or(u32::MAX);
        let Range { start: mut at, end } = stretch.range;
        for unit in &self.about.units {
            let offset = start.saturating_add(unit.offset);
            if unit.protocol == Protocol::Data || offset < at || offset >= end {
                continue;
            }
            let place = u64::try_from(i64::from(offset) - stretch.base).unwrap_or(0);
            let bytes = stretch.whole.slice(place..u64::MAX).head_bytes(HEAD_MAX);
            let Some(layer) = unit_layer(unit.protocol, &bytes, offset) else { continue };
            stretch.push_bytes(layers, at..offset);
            let layer = stretch.cut(layer);
            at = offset.saturating_add(layer.size);
            layers.push(layer);
        }
        stretch.push_bytes(layers, at..end);
    }
}

impl Stretch<'_> {
    /// The layer as far as it is in the packet, with what protects it.
    fn cut(&self, mut layer: Layer) -> Layer {
        let end = self.range.end;
        layer.size = layer.size.min(end.saturating_sub(layer.offset));
        layer.fields.retain(|field| field.bits.end <= end.saturating_mul(8));
        layer.keys = self.keys.map(Arc::clone);
        layer
    }

    fn push_bytes(&self, layers: &mut Vec<Layer>, range: Range<u32>) {
        let first = layers.len();
        push_bytes(layers, range.start, range.end);
        if let (Some(layer), Some(keys)) = (layers.get_mut(first), self.keys) {
            layer.keys = Some(Arc::clone(keys));
        }
    }
}
