//! A packet taken apart: layers, fields, bytes.

use std::ops::Range;

use super::parts::Pen;
use super::words;
use crate::sim::trace::PacketView;
use crate::wire::{Layer, Protocol};

/// A packet taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inspection {
    /// Its layers, outermost first.
    pub layers: Vec<LayerView>,
    /// Its first bytes, [`HexRow::BYTES`] to a row.
    pub hex: Vec<HexRow>,
    /// How many bytes more it has.
    pub more: u32,
}

/// A layer of a packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayerView {
    /// Whose layer it is.
    pub protocol: Protocol,
    /// Its name for people.
    pub name: &'static str,
    /// The colour of its bar.
    pub pen: Pen,
    /// Its size, shown: `20 B`.
    pub size: String,
    /// Its bytes in the packet.
    pub bytes: Range<u32>,
    /// What keeps it from whoever has no keys.
    pub lock: Option<Lock>,
    /// Its fields.
    pub fields: Vec<FieldView>,
}

/// What keeps a layer from whoever has no keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lock {
    /// The name of the keys: `server-handshake`.
    pub keys: &'static str,
    /// Whether everyone on the path can compute them, as those of QUIC's Initial packets.
    pub public: bool,
}

/// A field of a layer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldView {
    /// The short name of the standard.
    pub name: &'static str,
    /// Its name for people.
    pub label: &'static str,
    /// Its value for people.
    pub value: String,
    /// Its size: `4`, `½`, `3 bits`; `none` if it is not on the wire but follows from what is.
    pub size: String,
    /// The bytes that it touches; empty if it is not on the wire.
    pub bytes: Range<u32>,
    /// One sentence on what it is for.
    pub meaning: &'static str,
    /// Where it is defined.
    pub clause: &'static str,
    /// 0, or 1 if it is a part of the field above it.
    pub depth: u8,
}

/// A row of bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HexRow {
    /// The place of its first byte, as four hexadecimal digits.
    pub offset: String,
    /// Its bytes.
    pub bytes: Vec<HexByte>,
}

/// A byte with where it belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HexByte {
    /// Its place in the packet.
    pub at: u32,
    /// Its value.
    pub value: u8,
    /// The place of its layer in [`Inspection::layers`].
    pub layer: Option<u32>,
}

impl HexRow {
    /// How many bytes a row has.
    pub const BYTES: u32 = 16;
}

/// How many bytes are shown at most: the headers are among them, and enough of what follows.
const SHOWN: u32 = 256;

/// Takes a packet apart.
pub fn inspect(packet: &PacketView<'_>) -> Inspection {
    let packet = &packet.sent.packet;
    let layers: Vec<LayerView> = packet.layers().iter().map(layer).collect();
    let size = packet.size();
    let mut bytes = packet.head.to_vec();
    let rest = u64::from(SHOWN.saturating_sub(u32::try_from(bytes.len()).unwrap_or(SHOWN)));
    bytes.extend(packet.body.slice(0..rest).to_vec());
    let layer_of = |at: u32| {
        let place = layers.iter().position(|layer| layer.bytes.contains(&at));
        place.and_then(|place| u32::try_from(place).ok())
    };
    let places = bytes.iter().zip(0_u32..);
    let places: Vec<HexByte> =
        places.map(|(value, at)| HexByte { at, value: *value, layer: layer_of(at) }).collect();
    let hex: Vec<HexRow> = places
        .chunks(HexRow::BYTES as usize)
        .map(|row| HexRow {
            offset: format!("{:04x}", row.first().map_or(0, |byte| byte.at)),
            bytes: row.to_vec(),
        })
        .collect();
    let more = size.saturating_sub(u32::try_from(bytes.len()).unwrap_or(size));
    Inspection { layers, hex, more }
}

fn layer(layer: &Layer) -> LayerView {
    let fields = layer.fields.iter().map(|field| FieldView {
        name: field.spec.name,
        label: field.spec.label,
        value: field.shown.clone(),
        size: size(field.bits.end.saturating_sub(field.bits.start)),
        bytes: field.bits.start / 8..field.bits.end.div_ceil(8),
        meaning: field.spec.meaning,
        clause: field.spec.clause,
        depth: field.depth,
    });
    LayerView {
        protocol: layer.protocol,
        name: layer.protocol.name(),
        pen: Pen::of(layer.protocol),
        size: format!("{}\u{a0}B", words::count(u64::from(layer.size))),
        bytes: layer.offset..layer.offset.saturating_add(layer.size),
        lock: layer.keys.as_ref().map(|keys| Lock { keys: keys.id(), public: keys.are_public() }),
        fields: fields.collect(),
    }
}

/// A number of bits as bytes where that is whole or half.
fn size(bits: u32) -> String {
    match bits {
        0 => "none".to_owned(),
        4 => "½".to_owned(),
        1 => "1\u{a0}bit".to_owned(),
        bits if bits.is_multiple_of(8) => words::count(u64::from(bits / 8)),
        bits => format!("{bits}\u{a0}bits"),
    }
}
