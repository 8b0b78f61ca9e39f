//! A packet that is being put together, and what it is called.

use super::buffer::Chunk;
use super::space::Carried;
use crate::wire::Unit;
use crate::wire::quic::{Frame, Header, Kind, TAG_LEN};

/// A packet that is being put together.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) header: Header,
    pub(super) number: u64,
    pub(super) frames: Vec<Frame>,
    pub(super) carried: Vec<Carried>,
    /// Messages that begin in it, each with the place of its frame.
    pub(super) units: Vec<(usize, Unit)>,
    pub(super) again: Option<u64>,
    /// The bytes of its frames.
    pub(super) size: u64,
    pub(super) room: u64,
}

impl Draft {
    /// Puts a frame in, if it fits.
    pub(super) fn push(&mut self, frame: Frame) -> bool {
        let size = frame.size();
        if size > self.room - self.size {
            return false;
        }
        self.size += size;
        self.frames.push(frame);
        true
    }

    /// Puts a stretch of a stream or of the handshake in.
    pub(super) fn push_chunk(&mut self, chunk: Chunk, frame: Frame) {
        let place = self.frames.len();
        self.units.extend(chunk.units.into_iter().map(|unit| (place, unit)));
        self.again = self.again.or(chunk.again);
        self.push(frame);
    }

    pub(super) fn is_eliciting(&self) -> bool {
        self.frames.iter().any(Frame::is_ack_eliciting)
    }

    /// Its bytes on the wire.
    pub(super) fn len(&self) -> u64 {
        self.header.size() + self.size + TAG_LEN
    }
}

/// What a packet is called in faults and filters.
pub(super) fn kind_name(draft: &Draft) -> &'static str {
    if draft.header.kind != Kind::OneRtt {
        return draft.header.kind.id();
    }
    let has = |name: &str| draft.frames.iter().any(|frame| frame.name() == name);
    match () {
        () if has("CONNECTION_CLOSE") => "close",
        () if has("PATH_CHALLENGE") => "path-challenge",
        () if has("PATH_RESPONSE") => "path-response",
        () if has("STREAM") => "data",
        () if has("HANDSHAKE_DONE") => "handshake-done",
        () if !draft.is_eliciting() => "ack",
        () if has("PING") => "probe",
        () => "control",
    }
}

/// What is in a packet, in words: messages by their names, else frames.
pub(super) fn content(draft: &Draft) -> String {
    let mut words: Vec<String> = Vec::new();
    for (place, frame) in draft.frames.iter().enumerate() {
        let named = draft.units.iter().filter(|(of, _)| *of == place);
        let names: Vec<String> = named.map(|(_, unit)| unit.name.clone()).collect();
        match frame {
            Frame::Padding(_) => {}
            _ if !names.is_empty() => words.extend(names),
            Frame::Crypto { .. } => words.push("CRYPTO".to_owned()),
            frame => words.push(frame.to_string()),
        }
    }
    words.join(", ")
}

/// The name of a datagram and what is in it.
pub(super) fn title(drafts: &[Draft]) -> (String, String) {
    let kinds: Vec<&str> = drafts.iter().map(|draft| draft.header.kind.name()).collect();
    let contents: Vec<String> = drafts.iter().map(content).collect();
    if let [only] = drafts
        && only.header.kind == Kind::OneRtt
    {
        // After the handshake the content says more than the kind.
        let first = only.units.first().map(|(_, unit)| unit.name.clone());
        let frame = || {
            let mut frames = only.frames.iter().filter(|frame| frame.is_ack_eliciting());
            let first = frames.next().or_else(|| only.frames.first());
            first.map_or_else(String::new, short)
        };
        return (first.unwrap_or_else(frame), contents.concat());
    }
    (kinds.join(" + "), contents.join(" | "))
}

/// A frame's short name for an arrow.
fn short(frame: &Frame) -> String {
    match frame {
        Frame::Stream { id, .. } => format!("STREAM {id}"),
        frame => frame.name().to_owned(),
    }
}
