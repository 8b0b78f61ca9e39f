//! States and timers of the hosts, read off the trace.

use super::options::{LayoutOptions, Timers};
use super::parts::{Look, Pen};
use crate::sim::endpoint::Event;
use crate::sim::time::Instant;
use crate::sim::trace::{Entry, EntryId, HostId, Trace, TraceEvent};
use crate::sorted::SortedMap;

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
    /// Work of an application.
    pub works: Vec<Wait>,
}

/// Between these two notes an application works; their amounts tell one work from another.
const WORK: (&str, &str) = ("think-start", "think-end");

/// The look of a state, by its name in RFC 9293 section 3.3.2 or in QUIC's table.
fn look(state: &str) -> Option<Look> {
    match state {
        "CLOSED" | "LISTEN" => None,
        "ESTABLISHED" | "COMPLETE" | "CONFIRMED" => Some(Look::Open),
        "TIME-WAIT" | "DRAINING" => Some(Look::Waiting),
        _ => Some(Look::Hollow),
    }
}

/// What is known while reading.
#[derive(Default)]
struct Reader<'a> {
    out: History,
    /// A host shows one connection at a time: the next only after the last is closed.
    shown: SortedMap<HostId, u32>,
    armed: SortedMap<(HostId, u32, &'a str), (Instant, EntryId)>,
    working: SortedMap<(HostId, u64), (Instant, EntryId)>,
}

impl<'a> Reader<'a> {
    fn state(&mut self, line: &Entry, entry: EntryId, event: &'a Event) {
        let Event::StateUpdated { machine, connection, from, to } = event else { return };
        // The lane shows the connection below; a handshake on it has its messages.
        if machine.starts_with("tls") {
            return;
        }
        let (host, at) = (line.host, line.at);
        if *self.shown.get_or_insert_with(host, || *connection) != *connection {
            return;
        }
        let first = !self.out.stays.iter().any(|stay| stay.host == host);
        if first && *from == "LISTEN" {
            let at = Instant::START;
            self.out.stays.push(Stay { host, name: from, at, entry, look: None });
        }
        self.out.stays.push(Stay { host, name: to, at, entry, look: look(to) });
        if *to == "CLOSED" {
            self.shown.remove(&host);
        }
    }

    fn timer(&mut self, line: &Entry, entry: EntryId, event: &'a Event, timers: Timers) {
        let (host, end) = (line.host, (line.at, entry));
        let (name, set, fires) = match event {
            Event::TimerSet { connection, timer, .. } => {
                (*timer, self.armed.insert((host, *connection, timer), end), false)
            }
            Event::TimerCancelled { connection, timer } => {
                (*timer, self.armed.remove(&(host, *connection, *timer)), false)
            }
            Event::TimerFired { connection, timer } => {
                (*timer, self.armed.remove(&(host, *connection, *timer)), true)
            }
            _ => return,
        };
        let Some(set) = set.filter(|set| set.0 < end.0) else { return };
        if timers == Timers::All || (fires && timers == Timers::Fired) {
            self.out.waits.push(Wait { host, name, set, end, fires });
        }
    }

    fn work(&mut self, line: &Entry, entry: EntryId, event: &Event) {
        let Event::Note { name, amount, .. } = event else { return };
        let (host, end) = (line.host, (line.at, entry));
        if *name == WORK.0 {
            self.working.insert((host, *amount), end);
        } else if *name == WORK.1 {
            let set = self.working.remove(&(host, *amount)).filter(|set| set.0 < end.0);
            let name = WORK.0;
            self.out.works.extend(set.map(|set| Wait { host, name, set, end, fires: true }));
        }
    }
}

impl History {
    pub(super) fn read(trace: &Trace, options: &LayoutOptions<'_>) -> Self {
        let mut reader = Reader::default();
        for (entry, line) in trace.numbered() {
            if let TraceEvent::Endpoint(event) = &line.event {
                reader.state(line, entry, event);
                reader.timer(line, entry, event, options.timers);
                reader.work(line, entry, event);
            }
        }
        reader.out.forget_constant(trace);
        reader.out
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
