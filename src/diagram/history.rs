//! States and timers of the hosts, read off the trace.

use std::collections::BTreeMap;

use super::options::{LayoutOptions, Timers};
use super::parts::{Look, Pen};
use crate::sim::endpoint::Event;
use crate::sim::time::Instant;
use crate::sim::trace::{EntryId, HostId, Trace, TraceEvent};

/// A state that a host enters.
#[derive(Clone, Debug)]
pub(super) struct Stay {
    pub host: HostId,
    pub name: &'static str,
    pub at: Instant,
    pub entry: EntryId,
    /// `None`: closed or listening.
    pub look: Option<Look>,
}

/// A timer from arming to its end.
#[derive(Clone, Debug)]
pub(super) struct Wait {
    pub host: HostId,
    pub name: &'static str,
    pub set: (Instant, EntryId),
    pub end: (Instant, EntryId),
    pub fires: bool,
}

/// What happened at the hosts.
#[derive(Debug, Default)]
pub(super) struct History {
    pub stays: Vec<Stay>,
    pub waits: Vec<Wait>,
    /// Work of an application, as timers named `think`.
    pub works: Vec<Wait>,
}

/// The timer that stands for an application at work.
const WORK: &str = "think";

/// The look of a state, by its name in RFC 9293 section 3.3.2.
fn look(state: &str) -> Option<Look> {
    match state {
        "CLOSED" | "LISTEN" => None,
        "ESTABLISHED" => Some(Look::Open),
        "TIME-WAIT" => Some(Look::Waiting),
        _ => Some(Look::Hollow),
    }
}

impl History {
    pub(super) fn read(trace: &Trace, options: &LayoutOptions<'_>) -> Self {
        let mut out = Self::default();
        // A host shows one connection at a time: the next only after the last is closed.
        let mut shown: BTreeMap<HostId, u32> = BTreeMap::new();
        let mut armed: BTreeMap<(HostId, u32, &str), (Instant, EntryId)> = BTreeMap::new();
        for (entry, line) in trace.numbered() {
            let TraceEvent::Endpoint(event) = &line.event else { continue };
            let (host, at) = (line.host, line.at);
            match event {
                Event::StateUpdated { connection, from, to, .. } => {
                    if *shown.entry(host).or_insert(*connection) != *connection {
                        continue;
                    }
                    let first = !out.stays.iter().any(|stay| stay.host == host);
                    if first && look(from).is_none() && *from != "CLOSED" {
                        let (look, at) = (None, Instant::START);
                        out.stays.push(Stay { host, name: from, at, entry, look });
                    }
                    out.stays.push(Stay { host, name: to, at, entry, look: look(to) });
                    if *to == "CLOSED" {
                        shown.remove(&host);
                    }
                }
                Event::TimerSet { connection, timer, .. } => {
                    let old = armed.insert((host, *connection, timer), (at, entry));
                    if let (Some(set), Timers::All) = (old, options.timers) {
                        out.add(host, timer, set, (at, entry), false);
                    }
                }
                Event::TimerCancelled { connection, timer } => {
                    if let Some(set) = armed.remove(&(host, *connection, *timer)) {
                        if options.timers == Timers::All {
                            out.add(host, timer, set, (at, entry), false);
                        }
                    }
                }
                Event::TimerFired { connection, timer } => {
                    if let Some(set) = armed.remove(&(host, *connection, *timer)) {
                        out.add(host, timer, set, (at, entry), true);
                    }
                }
                Event::MetricUpdated { .. } | Event::PacketDropped { .. } | Event::Note { .. } => {}
            }
        }
        if options.timers == Timers::Hidden {
            out.waits.clear();
        }
        out.forget_constant(trace);
        out
    }

    fn add(
        &mut self,
        host: HostId,
        name: &'static str,
        set: (Instant, EntryId),
        end: (Instant, EntryId),
        fires: bool,
    ) {
        let list = if name == WORK { &mut self.works } else { &mut self.waits };
        if end.0 > set.0 {
            list.push(Wait { host, name, set, end, fires });
        }
    }

    /// A state that never changes in the run is not named.
    fn forget_constant(&mut self, trace: &Trace) {
        for (_, host) in trace.hosts.iter().zip(0..) {
            let of_host = |stay: &Stay| stay.host == HostId(host);
            if self.stays.iter().filter(|stay| of_host(stay)).count() == 1 {
                self.stays.retain(|stay| !of_host(stay) || stay.look.is_some());
            }
        }
    }

    /// The moments at which something is drawn.
    pub(super) fn moments(&self) -> impl Iterator<Item = Instant> {
        let waits = self.waits.iter().chain(&self.works);
        let stays = self.stays.iter().map(|stay| stay.at);
        stays.chain(waits.flat_map(|wait| [wait.set.0, wait.end.0]))
    }
}

impl Wait {
    /// The pen of a host at work: the protocol that waits for the answer.
    pub(super) const PEN: Pen = Pen::Http;
}
