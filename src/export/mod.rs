//! To other programs: a run as a capture for Wireshark, and as a log for qlog's readers.
//!
//! Both are written from the trace alone. [`frames`] says what a capture holds.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

#[cfg(feature = "capture")]
mod cipher;
pub mod pcapng;
#[cfg(feature = "capture")]
mod sealer;
#[cfg(feature = "capture")]
mod secrets;
pub mod qlog;

use core::ops::Range;

use crate::scenario::Run;
use crate::sim::link::Outcome;
use crate::sim::time::Instant;
use crate::sim::trace::{EntryId, HostId, PacketView, TraceEvent};
use crate::wire::Packet;

/// A file that other programs read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum File {
    /// A capture, for Wireshark.
    Pcapng,
    /// What the first host saw, as the current draft of qlog.
    Qlog,
    /// The same as qlog 0.3, for qvis.
    Qlog03,
}

impl File {
    /// The file of a format's name.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "pcapng" => Some(Self::Pcapng),
            "qlog" => Some(Self::Qlog),
            "qlog03" => Some(Self::Qlog03),
            _ => None,
        }
    }
}

/// A run as a file.
pub fn file(run: &Run, file: File) -> Vec<u8> {
    let log = |version| qlog::of_run(run, HostId(0), version).into_bytes();
    match file {
        File::Pcapng => pcapng::of_run(run),
        File::Qlog => log(qlog::Version::Draft),
        File::Qlog03 => log(qlog::Version::Older),
    }
}

/// A packet of a capture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame<'a> {
    /// When it was seen.
    pub at: Instant,
    /// The host at whose link it was seen, as it left.
    pub host: HostId,
    /// The packet.
    pub packet: &'a Packet,
    /// Whether its sender sent these bytes before.
    pub again: bool,
    /// What the run says about it.
    pub comment: String,
}

/// What a capture of a run holds: each packet once, as it leaves its sender, so lost packets are
/// in it. A router's copy of a packet is left away unless it has other addresses or ports.
pub fn frames(run: &Run) -> impl Iterator<Item = Frame<'_>> {
    run.trace.packets().filter(|view| !is_passed_on(run, *view)).map(|view| Frame {
        at: view.at,
        host: view.from,
        packet: &view.sent.packet,
        again: is_again(run, view),
        comment: comment(run, view),
    })
}

/// The packet whose arrival made a host send this one.
fn cause<'a>(run: &'a Run, view: PacketView<'a>) -> Option<PacketView<'a>> {
    match run.trace.entry(view.cause?)?.event {
        TraceEvent::PacketReceived { id, .. } => run.trace.packet(id),
        TraceEvent::PacketSent(_) | TraceEvent::Endpoint(_) => None,
    }
}

/// Whether a host in the middle sent the packet as it came, or a piece of it: identification,
/// addresses and ports are the same.
fn is_passed_on(run: &Run, view: PacketView<'_>) -> bool {
    let packet = &view.sent.packet;
    cause(run, view).is_some_and(|before| {
        let same =
            |part: Range<usize>| packet.head.get(part.clone()) == before.sent.packet.head.get(part);
        // Later pieces have no ports in their heads.
        same(4..6) && same(12..20) && (packet.is_piece() || same(20..24))
    })
}

/// Whether bytes are sent again; a translator's copy is what it was before.
fn is_again(run: &Run, view: PacketView<'_>) -> bool {
    if view.sent.retransmits.is_some() {
        return true;
    }
    let packet = &view.sent.packet;
    let before = cause(run, view).filter(|before| {
        let same =
            |at: usize| packet.head.get(at..at + 2) == before.sent.packet.head.get(at..at + 2);
        // The same identification and, of TCP, the same numbers.
        same(4) && same(24) && same(26) && packet.size() == before.sent.packet.size()
    });
    before.is_some_and(|before| is_again(run, before))
}

/// What the run says about a packet: its name, its fate and the moments at it.
fn comment(run: &Run, view: PacketView<'_>) -> String {
    let label = view.sent.packet.label();
    let mut text = format!("{} {}", label.name, label.detail);
    match view.sent.fate.outcome {
        Outcome::Delivered { .. } => {}
        Outcome::Corrupted { .. } => text.push_str(" (damaged on the way)"),
        Outcome::Dropped { reason, .. } => {
            text.push_str(" (never arrives: ");
            text.push_str(reason.name());
            text.push(')');
        }
    }
    let at = |entry: EntryId| match &run.trace.entry(entry).map(|entry| &entry.event) {
        Some(TraceEvent::PacketSent(sent)) => Some(sent.id),
        Some(TraceEvent::PacketReceived { id, .. }) => Some(*id),
        _ => None,
    };
    for step in run.steps.iter().filter(|step| at(step.entry) == Some(view.sent.id)) {
        text.push_str(". ");
        text.push_str(step.title);
        text.push_str(": ");
        text.push_str(&step.caption);
    }
    text
}

#[cfg(test)]
mod tests;
