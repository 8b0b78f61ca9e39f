//! Which bytes of streams a packet carries, read off what travelled.

use crate::scenario::stream::Stream;
use crate::sim::link::Outcome;
use crate::sim::trace::{HostId, Trace, TraceEvent};
use crate::sorted::SortedMap;
use crate::wire::quic::{Frame, Kind};
use crate::wire::{KeyUse, Packet, Piece};

/// A stretch of a stream in a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::scenario) struct Stretch {
    /// Which stream.
    pub(in crate::scenario) stream: u64,
    /// Its first byte and the one behind its last.
    pub(in crate::scenario) start: u64,
    pub(in crate::scenario) end: u64,
}

/// The stretches of streams in a packet; none if it is not of QUIC.
pub(in crate::scenario) fn stretches(packet: &Packet) -> Vec<Stretch> {
    let mut found = Vec::new();
    if packet.about.tcp.is_some() {
        return found;
    }
    for piece in packet.body.pieces() {
        let Piece::Sealed { seal, .. } = piece else { continue };
        let kind = match seal.keys.usage {
            KeyUse::Early => Kind::ZeroRtt,
            KeyUse::Application => Kind::OneRtt,
            _ => continue,
        };
        for frame in Frame::decode_all(&seal.plain, kind).unwrap_or_default() {
            if let Frame::Stream { id, offset, data, .. } = frame
                && !data.is_empty()
            {
                found.push(Stretch { stream: id, start: offset, end: offset + data.len() });
            }
        }
    }
    found
}

/// Every stream as its receiver sees it, by the host and the stream's number. For hosts with one
/// connection.
pub(in crate::scenario) fn received(trace: &Trace) -> SortedMap<(HostId, u64), Stream> {
    let mut streams: SortedMap<(HostId, u64), Stream> = SortedMap::new();
    let low = |number: u64| u32::try_from(number + 1).unwrap_or(u32::MAX);
    for entry in &trace.entries {
        let TraceEvent::PacketReceived { id, .. } = entry.event else { continue };
        let Some(packet) = trace.packet(id) else { continue };
        if !matches!(packet.sent.fate.outcome, Outcome::Delivered { .. }) {
            continue;
        }
        for part in stretches(&packet.sent.packet) {
            let stream = streams.get_or_default((entry.host, part.stream));
            stream.take(entry.at, low(part.start), low(part.end));
        }
    }
    streams
}
