//! Segments in qlog: by numbers of bytes in our own schema, by numbers of packets for qvis.

use std::collections::VecDeque;

use super::object;
use crate::json::write::{Object, Value};
use crate::sim::trace::PacketView;
use crate::sorted::SortedMap;
use crate::wire::Packet;
use crate::wire::tcp::{Flags, Segment};

/// What identifies a segment; numbers count from the start of the connection.
pub(super) fn header(segment: &Segment, packet: &Packet) -> Object {
    let context = packet.about.tcp.unwrap_or_default();
    let ack = segment.flags.has(Flags::ACK).then(|| segment.ack.wrapping_sub(context.irs));
    let flags = segment.flags.names().map(Value::from).collect::<Value>();
    object()
        .with("packet_type", packet.label().kind)
        .with("source_port", u32::from(segment.source_port))
        .with("destination_port", u32::from(segment.destination_port))
        .with("flags", flags)
        .with("sequence_number", segment.seq.wrapping_sub(context.iss))
        .with_some("acknowledgment_number", ack)
        .with("window", u64::from(segment.window) << context.window_shift)
}

/// A segment in our own schema.
pub(super) fn data(segment: &Segment, packet: &Packet) -> Object {
    let raw = object().with("length", packet.size()).with("payload_length", packet.body.len());
    object().with("header", header(segment, packet)).with("raw", raw)
}

/// What identifies a packet for qvis: its sender's number for it.
pub(super) fn older_header(view: PacketView<'_>) -> Object {
    object().with("packet_type", "1RTT").with("packet_number", view.sent.nth)
}

/// The two ports of one direction.
type Ports = (u16, u16);

/// A segment that waits for its acknowledgment: its packet's number and the byte behind it.
type Waiting = (u32, u32);

/// Which packets of a direction an acknowledgment of bytes covers.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    /// What is on its way.
    waiting: SortedMap<Ports, VecDeque<Waiting>>,
}

impl Numbers {
    /// A segment as a packet of QUIC: its bytes are stream 0, its acknowledgment names packets.
    pub(super) fn data(&mut self, segment: &Segment, view: PacketView<'_>) -> Object {
        let packet = &view.sent.packet;
        let context = packet.about.tcp.unwrap_or_default();
        let ports = (segment.source_port, segment.destination_port);
        let len = packet.body.len();
        let seq = segment.seq.wrapping_sub(context.iss);
        let mut frames = Vec::new();
        if segment.flags.has(Flags::ACK) {
            let ack = segment.ack.wrapping_sub(context.irs);
            frames.extend(self.acknowledged((ports.1, ports.0), ack));
        }
        let taken = segment.seq_len(len);
        if taken > 0 {
            let end = seq.wrapping_add(u32::try_from(taken).unwrap_or(u32::MAX));
            self.waiting.get_or_default(ports).push_back((view.sent.nth, end));
        }
        if len > 0 {
            let fin = Value::Bool(segment.flags.has(Flags::FIN));
            let stream = object()
                .with("frame_type", "stream")
                .with("stream_id", 0_u64)
                .with("offset", seq.wrapping_sub(1))
                .with("length", len)
                .with("fin", fin);
            frames.push(stream.into());
        }
        object()
            .with("header", older_header(view))
            .with("raw", object().with("length", packet.size()))
            .with("frames", Value::List(frames))
    }

    /// The frame that says which packets of a direction have arrived.
    fn acknowledged(&mut self, ports: Ports, ack: u32) -> Option<Value> {
        let waiting = self.waiting.get_mut(&ports)?;
        let mut ranges: Vec<(u32, u32)> = Vec::new();
        waiting.retain(|(number, end)| {
            let reached = ack.wrapping_sub(*end) <= u32::MAX / 2;
            match ranges.last_mut() {
                _ if !reached => {}
                Some((_, last)) if *last + 1 == *number => *last = *number,
                _ => ranges.push((*number, *number)),
            }
            !reached
        });
        if ranges.is_empty() {
            return None;
        }
        let range =
            |(first, last): (u32, u32)| [first, last].map(Value::from).into_iter().collect();
        let ranges = ranges.into_iter().map(range).collect::<Value>();
        Some(object().with("frame_type", "ack").with("acked_ranges", ranges).into())
    }
}
