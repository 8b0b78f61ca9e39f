//! The list of messages: the structure of which the picture is one rendering.
//!
//! Screen readers, print, search engines and pages without script get this list.

use super::words;
use crate::sim::endpoint::Event;
use crate::sim::link::Outcome;
use crate::sim::time::Instant;
use crate::sim::trace::{End, PacketId, PacketView, Trace, TraceEvent};
use crate::wire::Protocol;

/// A message of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its number, from 1, by which the picture names it where words do not fit.
    pub number: u32,
    /// The packet.
    pub id: PacketId,
    /// When it is sent.
    pub sent: Instant,
    /// Who sends it.
    pub from: &'static str,
    /// Who is to get it.
    pub to: &'static str,
    /// Whether it goes to a lane further right.
    pub rightward: bool,
    /// The highest protocol that has something to say in it.
    pub protocol: Protocol,
    /// Its stable kind, for the filter and for faults: `syn-ack`.
    pub kind: String,
    /// What it is called.
    pub name: String,
    /// What else is known of it.
    pub detail: String,
    /// Its size in bytes, IP header included.
    pub size: u32,
    /// What becomes of it.
    pub fate: RowFate,
    /// The message whose bytes it sends again, by its number.
    pub repeats: Option<u32>,
    /// Why it is sent, in words; empty if nothing made it be sent.
    pub cause: String,
}

/// What becomes of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowFate {
    /// It arrives then.
    Arrives(Instant),
    /// It arrives twice, both times then.
    Twice(Instant),
    /// It arrives then, marked by a long queue.
    Marked(Instant),
    /// It arrives damaged then.
    Damaged(Instant),
    /// It is lost, and how.
    Lost(&'static str),
}

impl RowFate {
    /// In words: `arrives at 50 ms`, `lost`.
    pub fn words(self) -> String {
        match self {
            Self::Arrives(at) => format!("arrives at {}", words::moment(at)),
            Self::Twice(at) => format!("arrives twice at {}", words::moment(at)),
            Self::Marked(at) => format!("arrives marked at {}", words::moment(at)),
            Self::Damaged(at) => format!("arrives damaged at {}", words::moment(at)),
            Self::Lost(word) => word.to_owned(),
        }
    }

    /// When it arrives, if it does.
    pub const fn arrival(self) -> Option<Instant> {
        match self {
            Self::Arrives(at) | Self::Twice(at) | Self::Marked(at) | Self::Damaged(at) => Some(at),
            Self::Lost(_) => None,
        }
    }
}

impl Row {
    /// All of it as a sentence, for a screen reader.
    pub fn sentence(&self) -> String {
        let detail = if self.detail.is_empty() { "" } else { ", " };
        let cause = if self.cause.is_empty() { "" } else { ", " };
        format!(
            "{}{detail}{}, from {} to {}, {} bytes, sent at {}{cause}{}, {}.",
            self.name,
            self.detail,
            self.from,
            self.to,
            words::count(u64::from(self.size)),
            words::moment(self.sent),
            self.cause,
            self.fate.words(),
        )
    }
}

/// Every message of a trace, in the order of sending.
pub fn rows(trace: &Trace) -> Vec<Row> {
    trace.packets().map(|packet| row(trace, &packet)).collect()
}

/// One message of a trace.
pub fn row(trace: &Trace, packet: &PacketView<'_>) -> Row {
    let label = packet.sent.packet.label();
    let fate = match packet.sent.fate.outcome {
        Outcome::Delivered { at } if packet.sent.fate.copy.is_some() => RowFate::Twice(at),
        Outcome::Delivered { at } if packet.sent.fate.marked => RowFate::Marked(at),
        Outcome::Delivered { at } => RowFate::Arrives(at),
        Outcome::Corrupted { at } => RowFate::Damaged(at),
        Outcome::Dropped { reason, .. } => RowFate::Lost(words::lost(reason)),
    };
    Row {
        number: packet.sent.id.0 + 1,
        id: packet.sent.id,
        sent: packet.at,
        from: trace.host(packet.from).title,
        to: trace.host(packet.sent.to).title,
        rightward: packet.sent.to > packet.from,
        protocol: label.protocol,
        kind: label.kind,
        name: label.name,
        detail: words::grouped(&label.detail),
        size: packet.sent.packet.size(),
        fate,
        repeats: packet.sent.retransmits.map(|id| id.0 + 1),
        cause: cause(trace, packet),
    }
}

fn cause(trace: &Trace, packet: &PacketView<'_>) -> String {
    let entry = packet.cause.and_then(|id| trace.entry(id));
    match entry.map(|entry| &entry.event) {
        Some(TraceEvent::PacketReceived { id, .. }) => {
            let name = trace.packet(*id).map(|cause| cause.sent.packet.label().name);
            let name = name.unwrap_or_default();
            format!("because {name} (message {}) arrived", id.0 + 1)
        }
        Some(TraceEvent::Endpoint(Event::TimerFired { timer, .. })) => {
            format!("because the timer ran out: {}", words::timer(timer))
        }
        _ => String::new(),
    }
}

/// What the last row says if the run did not end by itself.
pub fn ending(trace: &Trace) -> Option<String> {
    let at = words::moment(trace.duration());
    match trace.end {
        End::Quiet => None,
        End::Time => Some(format!("The scenario ends at {at}; more would happen.")),
        End::Steps { max } => Some(format!(
            "Stopped after {} steps at {at}. What you see up to here is complete.",
            words::count(u64::from(max))
        )),
    }
}

/// The most messages that a description tells one by one.
const TOLD: usize = 8;

/// What a picture shows, in a few sentences.
pub fn description(trace: &Trace) -> String {
    let hosts: Vec<&str> = trace.hosts.iter().map(|host| host.title).collect();
    let count = words::count(u64::from(trace.packets_len()));
    let lost = trace.packets().filter(|packet| packet.sent.fate.arrival().is_none()).count();
    let mut out = format!("{}: {count} messages", hosts.join(" and "));
    if lost > 0 {
        out += &format!(", {lost} of them lost");
    }
    out += &format!(", in {}.", words::moment(trace.duration()));
    for packet in trace.packets().take(TOLD) {
        let row = row(trace, &packet);
        let (name, from, sent) = (row.name, row.from, words::moment(row.sent));
        out += &format!(" {name} from {from} at {sent}, {}.", row.fate.words());
    }
    if trace.packets().nth(TOLD).is_some() {
        out += " The list of messages has the rest.";
    }
    out
}
