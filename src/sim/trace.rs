//! All that happened in a run; the names are qlog's.
//!
//! The trace is the narrow waist of the product: diagram, list, graphs, captions, measures and
//! exports are computed from it and from nothing else.

use std::fmt;
use std::sync::Arc;

use super::endpoint::{Event, Transmit};
use super::link::{Fate, Outcome};
use super::time::Instant;
use crate::sorted::SortedMap;
use crate::wire::{Keys, Packet};

/// Which host, by its place in [`Trace::hosts`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HostId(pub u8);

/// Which packet, counted from 0 in the order of sending.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PacketId(pub u32);

/// Which entry, by its place in [`Trace::entries`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryId(pub u32);

/// A host of the run: a machine and a lane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    /// The stable name in kebab-case: `client`.
    pub name: &'static str,
    /// What a person reads: `Client`.
    pub title: &'static str,
    /// Its IPv4 address.
    pub address: [u8; 4],
}

/// All that happened in a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    /// The hosts, in the order of their lanes.
    pub hosts: Vec<Host>,
    /// What happened, in the order of time.
    pub entries: Vec<Entry>,
    /// Why it ended.
    pub end: End,
    /// All packets, those without an entry included.
    pub totals: Totals,
    /// The place in `entries` of each packet's sending, by its number.
    sent: Vec<EntryId>,
    /// Who has which keys.
    holders: SortedMap<Arc<Keys>, Vec<HostId>>,
}

/// The packets of a run, counted: a coarse trace keeps an entry for few of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Packets handed to links.
    pub packets: u64,
    /// Their bytes, IP headers included.
    pub bytes: u64,
    /// Of these, what follows the headers.
    pub payload: u64,
    /// Packets that sent old bytes again.
    pub retransmissions: u64,
    /// Packets that did not arrive.
    pub lost: u64,
}

impl Totals {
    /// Counts a packet.
    pub(super) fn count(&mut self, transmit: &Transmit, fate: &Fate) {
        self.packets += 1;
        self.bytes += u64::from(transmit.packet.size());
        self.payload += transmit.packet.body.len();
        self.retransmissions += u64::from(transmit.retransmits.is_some());
        self.lost += u64::from(fate.arrival().is_none());
    }
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// When.
    pub at: Instant,
    /// Where.
    pub host: HostId,
    /// The earlier entry that made it happen.
    pub cause: Option<EntryId>,
    /// What.
    pub event: TraceEvent,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TraceEvent {
    /// The host handed a packet to its link.
    PacketSent(Sent),
    /// A packet arrived at the host; its sending is the cause.
    PacketReceived {
        /// Which packet.
        id: PacketId,
        /// Whether it is the second copy.
        copy: bool,
    },
    /// Something on the host reported something.
    Endpoint(Event),
}

/// A packet that was handed to a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// Its number in the run.
    pub id: PacketId,
    /// Its number among all packets of its sender, from 1.
    pub nth: u32,
    /// The host it is meant for; its sender if no host has its destination address.
    pub to: HostId,
    /// The packet.
    pub packet: Arc<Packet>,
    /// What becomes of it.
    pub fate: Fate,
    /// The packet whose bytes it sends again.
    pub retransmits: Option<PacketId>,
}

/// Why a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Nothing was left to happen.
    Quiet,
    /// The scenario's time was over.
    Time,
    /// The run reached a limit on the number of its steps.
    Steps {
        /// The limit.
        max: u32,
    },
}

/// A packet with its two ends, as [`Trace::packets`] lists it.
#[derive(Clone, Copy, Debug)]
pub struct PacketView<'a> {
    /// The entry of its sending.
    pub entry: EntryId,
    /// When it was sent.
    pub at: Instant,
    /// Who sent it.
    pub from: HostId,
    /// The rest.
    pub sent: &'a Sent,
    /// The entry that made its sender send it.
    pub cause: Option<EntryId>,
}

impl Trace {
    /// An empty trace of these hosts.
    pub const fn new(hosts: Vec<Host>) -> Self {
        let holders = SortedMap::new();
        let totals = Totals { packets: 0, bytes: 0, payload: 0, retransmissions: 0, lost: 0 };
        Self { hosts, entries: Vec::new(), end: End::Quiet, totals, sent: Vec::new(), holders }
    }

    /// Adds an entry and returns its place.
    pub fn push(&mut self, entry: Entry) -> EntryId {
        let id = EntryId(u32::try_from(self.entries.len()).unwrap_or(u32::MAX));
        match &entry.event {
            TraceEvent::PacketSent(_) => self.sent.push(id),
            TraceEvent::Endpoint(Event::KeyUpdated { keys, .. }) => {
                let holders = self.holders.get_or_default(Arc::clone(keys));
                if !holders.contains(&entry.host) {
                    holders.push(entry.host);
                }
            }
            TraceEvent::PacketReceived { .. } | TraceEvent::Endpoint(_) => {}
        }
        self.entries.push(entry);
        id
    }

    /// How many packets were sent so far.
    pub fn packets_len(&self) -> u32 {
        u32::try_from(self.sent.len()).unwrap_or(u32::MAX)
    }

    /// Whether packets were sent that have no entry ([`super::world::World::coarse`]).
    pub fn is_coarse(&self) -> bool {
        self.totals.packets > u64::from(self.packets_len())
    }

    /// All packets in the order of sending.
    pub fn packets(&self) -> impl DoubleEndedIterator<Item = PacketView<'_>> {
        self.sent.iter().filter_map(|id| self.view(*id))
    }

    /// A packet by its number.
    pub fn packet(&self, id: PacketId) -> Option<PacketView<'_>> {
        self.sent.get(id.0 as usize).and_then(|entry| self.view(*entry))
    }

    /// An entry by its place.
    pub fn entry(&self, id: EntryId) -> Option<&Entry> {
        self.entries.get(id.0 as usize)
    }

    /// The entries with their places.
    pub fn numbered(&self) -> impl DoubleEndedIterator<Item = (EntryId, &Entry)> {
        self.entries
            .iter()
            .enumerate()
            .map(|(place, entry)| (EntryId(u32::try_from(place).unwrap_or(u32::MAX)), entry))
    }

    /// A host; the numbers come from this trace, so it is there.
    pub fn host(&self, id: HostId) -> &Host {
        &self.hosts[usize::from(id.0)]
    }

    /// Whether a host can read what these keys protect: it has them at some time of the run, or
    /// everyone can compute them.
    pub fn can_read(&self, host: HostId, keys: &Keys) -> bool {
        let held = || self.holders.get(keys).is_some_and(|holders| holders.contains(&host));
        keys.are_public() || held()
    }

    /// When the last thing happened, arrivals and losses included.
    pub fn duration(&self) -> Instant {
        let ends = self.packets().map(|packet| packet.sent.fate.end());
        let entries = self.entries.last().map(|entry| entry.at);
        ends.chain(entries).max().unwrap_or(Instant::START)
    }

    fn view(&self, id: EntryId) -> Option<PacketView<'_>> {
        let entry = self.entry(id)?;
        match &entry.event {
            TraceEvent::PacketSent(sent) => Some(PacketView {
                entry: id,
                at: entry.at,
                from: entry.host,
                sent,
                cause: entry.cause,
            }),
            TraceEvent::PacketReceived { .. } | TraceEvent::Endpoint(_) => None,
        }
    }
}

/// The text form, like tcpdump: a line an entry, times in milliseconds from the left edge.
impl fmt::Display for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for entry in &self.entries {
            let host = self.host(entry.host).name;
            write!(f, "{:<10} ", entry.at.to_string())?;
            match &entry.event {
                TraceEvent::PacketSent(sent) => {
                    write!(f, "{host} > {}: {}", self.host(sent.to).name, sent.packet)?;
                    if let Some(first) = sent.retransmits {
                        write!(f, " (#{} again)", first.0 + 1)?;
                    }
                    match sent.fate.outcome {
                        Outcome::Delivered { .. } if sent.fate.marked => write!(f, "  ** marked")?,
                        Outcome::Delivered { .. } => {}
                        Outcome::Corrupted { .. } => write!(f, "  ** corrupted")?,
                        Outcome::Dropped { reason, .. } => write!(f, "  ** {}", reason.name())?,
                    }
                    writeln!(f)?;
                }
                TraceEvent::PacketReceived { id, copy } => {
                    let copy = if *copy { " (second copy)" } else { "" };
                    let label = self.packet(*id).map(|packet| packet.sent.packet.label().name);
                    writeln!(f, "{host} < {}{copy}", label.unwrap_or_default())?;
                }
                TraceEvent::Endpoint(event) => writeln!(f, "{host} {event}")?,
            }
        }
        match self.end {
            End::Quiet => Ok(()),
            End::Time => writeln!(f, "the scenario's time is over"),
            End::Steps { max } => writeln!(f, "stopped at the limit of {max} steps"),
        }
    }
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::StateUpdated { from, to, .. } => write!(f, "{from} -> {to}"),
            Self::MetricUpdated { name, value, .. } => write!(f, "{name} = {value}"),
            Self::TimerSet { timer, fires, .. } => write!(f, "timer {timer} set for {fires}"),
            Self::TimerCancelled { timer, .. } => write!(f, "timer {timer} cancelled"),
            Self::TimerFired { timer, .. } => write!(f, "timer {timer} fired"),
            Self::KeyUpdated { keys, .. } => write!(f, "has the keys {}", keys.id()),
            Self::PacketDropped { reason } => write!(f, "threw it away: {reason}"),
            Self::Note { text, .. } => write!(f, "note: {text}"),
        }
    }
}
