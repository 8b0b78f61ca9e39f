//! What a packet carries behind its headers, taken apart into layers.
//!
//! Messages may begin before a packet and end behind it. What was written in one go is known as
//! a whole, so a part of it is read with the rest in view, and shown as far as it is in the
//! packet.

use std::ops::Range;
use std::sync::Arc;

use super::layers::{Layer, push_bytes, unit_layer};
use super::{Keys, Packet, Payload, Piece, Protocol, Seal, quic, tls};

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
        let base = i64::from(start);
        let clear = |range| Stretch { whole: &self.body, base, range, keys: None };
        // Up to where all is shown.
        let mut done = start;
        let mut at = start;
        for piece in self.body.pieces() {
            let end = at.saturating_add(u32::try_from(piece.len()).unwrap_or(u32::MAX));
            match piece {
                Piece::Bytes { whole, start: skip, .. } if self.about.tcp.is_some() => {
                    if let Some(record) = tls::clear_layer(whole) {
                        self.push_stretch(layers, &clear(done..at));
                        let base = i64::from(at) - i64::from(skip);
                        layers.extend(placed(record, base, &(at..end)));
                        done = end;
                    }
                }
                Piece::Sealed { seal, start: skip, .. } => {
                    self.push_stretch(layers, &clear(done..at));
                    let base = i64::from(at) - i64::from(skip);
                    self.push_sealed(layers, seal, base, at..end);
                    done = end;
                }
                Piece::Bytes { .. } | Piece::Pattern(_) => {}
            }
            at = end;
        }
        self.push_stretch(layers, &clear(done..self.size()));
    }

    /// What is in a protected piece that begins at `base` and covers `range`.
    fn push_sealed(&self, layers: &mut Vec<Layer>, seal: &Seal, base: i64, range: Range<u32>) {
        let keys = Some(&seal.keys);
        if !tls::is_record(seal) {
            return self.push_stretch(layers, &Stretch { whole: &seal.plain, base, range, keys });
        }
        let own = tls::plain_layers(seal);
        let messages = own.len() > 1;
        if !messages {
            let content = base.saturating_add_unsigned(tls::plain_len(seal));
            let end = u32::try_from(content).unwrap_or(0).clamp(range.start, range.end);
            let range = range.start..end;
            self.push_stretch(layers, &Stretch { whole: &seal.plain, base, range, keys });
        }
        for layer in own {
            let layer = placed(layer, base, &range);
            layers.extend(layer.map(|layer| Layer { keys: keys.map(Arc::clone), ..layer }));
        }
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
            // What QUIC protects are frames; before them stands the header.
            let frames = unit.protocol == Protocol::Quic && stretch.keys.is_some();
            let layer = if frames {
                quic::layers::frames(&bytes, offset)
            } else {
                unit_layer(unit.protocol, &bytes, offset)
            };
            let Some(layer) = layer else { continue };
            stretch.push_bytes(layers, at..offset);
            let Some(mut layer) = placed(layer, 0, &(offset..end)) else { continue };
            layer.keys = stretch.keys.map(Arc::clone);
            at = offset.saturating_add(layer.size);
            layers.push(layer);
        }
        stretch.push_bytes(layers, at..end);
    }
}

impl Stretch<'_> {
    fn push_bytes(&self, layers: &mut Vec<Layer>, range: Range<u32>) {
        let first = layers.len();
        push_bytes(layers, range.start, range.end);
        if let (Some(layer), Some(keys)) = (layers.get_mut(first), self.keys) {
            layer.keys = Some(Arc::clone(keys));
        }
    }
}

/// A layer moved by `base` bytes, as far as it then lies in `range`.
fn placed(mut layer: Layer, base: i64, range: &Range<u32>) -> Option<Layer> {
    let moved = |at: u32, by: i64| i64::from(at).saturating_add(by);
    let within = |at: i64| u32::try_from(at).unwrap_or(0).clamp(range.start, range.end);
    let start = moved(layer.offset, base);
    let end = start.saturating_add(i64::from(layer.size));
    layer.offset = within(start);
    layer.size = within(end) - layer.offset;
    let bits = i64::from(range.start) * 8..=i64::from(range.end) * 8;
    layer.fields.retain_mut(|field| {
        let start = moved(field.bits.start, base * 8);
        let end = moved(field.bits.end, base * 8);
        field.bits = u32::try_from(start).unwrap_or(0)..u32::try_from(end).unwrap_or(0);
        bits.contains(&start) && bits.contains(&end)
    });
    (layer.size > 0).then_some(layer)
}
