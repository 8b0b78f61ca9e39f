//! A stub: the part of a host that asks a resolver for names (RFC 1034 section 5.3.1).
//!
//! It waits and repeats as glibc does: 5 seconds, two attempts, each server in turn
//! (resolv.conf(5)). It may remember answers, as systemd-resolved and browsers do.

use core::time::Duration;
use std::collections::VecDeque;

use super::cache::{Cache, Cached};
use super::frames::Frames;
use super::note;
use crate::proto::app::{Address, App, AppInput, AppOutput, ConnId};
use crate::proto::tcp::Config;
use crate::sim::endpoint::Event;
use crate::sim::rng::Rng;
use crate::sim::time::{Instant, nanos};
use crate::sorted::SortedMap;
use crate::wire::dns::{Data, Edns, Flags, Kind, Message, Name, Rcode, Record};

/// What a stub is like, and what it looks up.
#[derive(Clone, Debug)]
pub struct StubConfig {
    /// Its resolvers; the first is asked first.
    pub servers: Vec<Address>,
    /// How it asks.
    pub transport: Transport,
    /// How long it waits for an answer.
    pub timeout: Duration,
    /// How often it asks each server.
    pub attempts: u32,
    /// The largest datagram that it takes; 0 means that it knows no EDNS.
    pub edns_size: u16,
    /// Whether it wants signatures and what the resolver thinks of them.
    pub dnssec: bool,
    /// How it behaves over TCP.
    pub tcp: Config,
    /// What it remembers at the start, if it remembers anything.
    pub cache: Option<Cache>,
    /// What it looks up, in the order of time.
    pub lookups: Vec<Lookup>,
}

/// How a stub asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// By datagrams, over TCP only if the answer was cut.
    Datagrams,
    /// On one connection that stays open; the host above may protect it.
    Stream,
}

/// Something to look up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lookup {
    /// How long after the start.
    pub after: Duration,
    /// Which name.
    pub name: Name,
    /// Which type.
    pub kind: Kind,
}

/// A lookup that waits for its answer.
#[derive(Debug)]
struct Open {
    lookup: Lookup,
    began: Instant,
    id: u16,
    port: u16,
    conn: Option<ConnId>,
    /// How often it was asked.
    tries: u32,
    deadline: Instant,
}

/// A stub at work.
#[derive(Debug)]
pub struct Stub {
    config: StubConfig,
    lookups: VecDeque<Lookup>,
    open: SortedMap<u32, Open>,
    /// The connection of [`Transport::Stream`]: its number, and whether it is open.
    stream: Option<(ConnId, bool)>,
    /// What waits for that connection.
    queue: Vec<Message>,
    frames: Frames,
    next: u32,
    next_conn: u32,
    rng: Rng,
    /// How lookups ended that nobody has asked for yet.
    results: VecDeque<(Lookup, Vec<[u8; 4]>)>,
    out: VecDeque<AppOutput>,
}

/// The name of the timer in the trace.
const TIMER: &str = "lookup";

impl Stub {
    /// A stub whose identifiers and ports are fixed by `rng`.
    pub fn new(config: StubConfig, rng: Rng) -> Self {
        Self {
            lookups: config.lookups.clone().into(),
            config,
            open: SortedMap::new(),
            stream: None,
            queue: Vec::new(),
            frames: Frames::default(),
            next: 0,
            next_conn: 0,
            rng,
            results: VecDeque::new(),
            out: VecDeque::new(),
        }
    }

    /// The next lookup that has ended, with the addresses that it found.
    pub fn result(&mut self) -> Option<(Lookup, Vec<[u8; 4]>)> {
        self.results.pop_front()
    }

    /// Looks something up now.
    pub fn look_up(&mut self, now: Instant, name: Name, kind: Kind) {
        self.begin(now, Lookup { after: now - Instant::START, name, kind });
    }

    /// The number of a connection of whoever uses the stub's host besides it.
    pub const fn next_connection(&mut self) -> ConnId {
        let conn = ConnId(self.next_conn);
        self.next_conn += 1;
        conn
    }

    fn begin(&mut self, now: Instant, lookup: Lookup) {
        let text = format!("looks up {} {}", lookup.kind, lookup.name);
        self.out.push_back(note("lookup", text, 0));
        if let Some(cache) = &self.config.cache {
            match cache.get(now, &lookup.name, lookup.kind) {
                Some(Cached::Records(records, _)) => {
                    return self.end(now, lookup, now, (Rcode::NOERROR, &records));
                }
                Some(Cached::Denied(rcode, _)) => return self.end(now, lookup, now, (rcode, &[])),
                None => {}
            }
        }
        let id = u16::try_from(self.rng.below(1 << 16)).unwrap_or(0);
        let port = 32_768 + u16::try_from(self.rng.below(28_232)).unwrap_or(0);
        let open =
            Open { lookup, began: now, id, port, conn: None, tries: 0, deadline: Instant::START };
        let number = self.next;
        self.next += 1;
        self.open.insert(number, open);
        if self.config.transport == Transport::Datagrams {
            self.out.push_back(AppOutput::Bind { port });
        }
        self.ask(now, number);
    }

    fn query(&self, open: &Open) -> Message {
        let mut query = Message::query(open.id, open.lookup.name.clone(), open.lookup.kind);
        query.flags = query.flags.with(Flags::RD);
        if self.config.edns_size > 0 {
            let (size, dnssec_ok) = (self.config.edns_size, self.config.dnssec);
            query.edns = Some(Edns { size, dnssec_ok, options: Vec::new() });
        }
        query
    }

    /// Asks for an open lookup, or gives it up.
    fn ask(&mut self, now: Instant, number: u32) {
        let servers = u32::try_from(self.config.servers.len()).unwrap_or(1).max(1);
        let (attempts, timeout) = (self.config.attempts, self.config.timeout);
        let Some(open) = self.open.get_mut(&number) else { return };
        if open.tries >= attempts * servers {
            let Some(open) = self.forget(number) else { return };
            return self.end(now, open.lookup, open.began, (Rcode::SERVFAIL, &[]));
        }
        let which = usize::try_from(open.tries % servers).unwrap_or(0);
        open.tries += 1;
        open.deadline = now + timeout;
        let (deadline, port) = (open.deadline, open.port);
        let Some(open) = self.open.get(&number) else { return };
        let query = self.query(open);
        let Some(to) = self.config.servers.get(which).copied() else { return };
        match self.config.transport {
            Transport::Datagrams => {
                let (payload, units) = query.datagram();
                self.out.push_back(AppOutput::Datagram { from: port, to, payload, units });
            }
            Transport::Stream => self.stream(to, query),
        }
        let event = Event::TimerSet { connection: number, timer: TIMER, fires: deadline };
        self.out.push_back(AppOutput::Report(event));
    }

    /// Sends a query on the one connection, which is opened if there is none.
    fn stream(&mut self, to: Address, query: Message) {
        match self.stream {
            Some((conn, true)) => {
                let (payload, units) = query.framed();
                self.out.push_back(AppOutput::Send { conn, payload, units });
            }
            Some((_, false)) => self.queue.push(query),
            None => {
                let conn = self.next_connection();
                self.stream = Some((conn, false));
                self.queue.push(query);
                let config = self.config.tcp;
                self.out.push_back(AppOutput::Connect { conn, to, config });
            }
        }
    }

    fn forget(&mut self, number: u32) -> Option<Open> {
        let open = self.open.remove(&number)?;
        let event = Event::TimerCancelled { connection: number, timer: TIMER };
        self.out.push_back(AppOutput::Report(event));
        if self.config.transport == Transport::Datagrams {
            self.out.push_back(AppOutput::Unbind { port: open.port });
        }
        Some(open)
    }

    /// A lookup is over.
    fn end(
        &mut self,
        now: Instant,
        lookup: Lookup,
        began: Instant,
        (rcode, records): (Rcode, &[Record]),
    ) {
        let addresses: Vec<[u8; 4]> = records
            .iter()
            .filter_map(|record| match record.data {
                Data::A(address) => Some(address),
                _ => None,
            })
            .collect();
        let last = records.iter().rev().find(|record| record.kind() == lookup.kind);
        let (name, text) = match (rcode, last) {
            (Rcode::NOERROR, Some(record)) => match &record.data {
                Data::Txt(_) => ("resolved", format!("{}: text", lookup.name)),
                data => ("resolved", format!("{}: {data}", lookup.name)),
            },
            (Rcode::NOERROR, None) => ("no-data", format!("{}: no {}", lookup.name, lookup.kind)),
            (Rcode::NXDOMAIN, _) => ("no-name", format!("{}: no such name", lookup.name)),
            _ => ("failed", format!("{}: could not be resolved", lookup.name)),
        };
        self.out.push_back(note(name, text, nanos(now - began)));
        self.results.push_back((lookup, addresses));
    }

    fn on_datagram(&mut self, now: Instant, port: u16, from: Address, bytes: &[u8]) {
        let Ok(message) = Message::decode(bytes) else { return };
        if self.config.servers.contains(&from) {
            self.on_response(now, message, |open| open.port == port && open.conn.is_none());
        }
    }

    fn on_response(&mut self, now: Instant, message: Message, hit: impl Fn(&Open) -> bool) {
        let fits = |open: &Open| {
            let asked = message.question();
            let same = asked.is_some_and(|question| {
                question.name == open.lookup.name && question.kind == open.lookup.kind
            });
            message.is_response() && open.id == message.id && same && hit(open)
        };
        let number = self.open.iter().find(|(_, open)| fits(open)).map(|(number, _)| *number);
        let Some(number) = number else { return };
        if message.flags.has(Flags::TC) && self.config.transport == Transport::Datagrams {
            return self.ask_by_tcp(now, number);
        }
        let Some(open) = self.forget(number) else { return };
        if let (Some(cache), Rcode::NOERROR) = (&mut self.config.cache, message.rcode) {
            cache.insert(now, &message.answers, &[]);
        }
        self.end(now, open.lookup, open.began, (message.rcode, &message.answers));
    }

    /// Repeats a question over TCP, because the answer did not fit (RFC 7766 section 5).
    fn ask_by_tcp(&mut self, now: Instant, number: u32) {
        let conn = self.next_connection();
        let Some(open) = self.open.get_mut(&number).filter(|open| open.conn.is_none()) else {
            return;
        };
        open.conn = Some(conn);
        open.deadline = now + self.config.timeout;
        let fires = open.deadline;
        let Some(to) = self.config.servers.first().copied() else { return };
        self.out.push_back(note("tcp", "asks again over TCP".to_owned(), 0));
        self.out.push_back(AppOutput::Connect { conn, to, config: self.config.tcp });
        let event = Event::TimerSet { connection: number, timer: TIMER, fires };
        self.out.push_back(AppOutput::Report(event));
    }

    fn on_connected(&mut self, conn: ConnId) {
        if let Some((_, open)) = self.stream.as_mut().filter(|(own, _)| *own == conn) {
            *open = true;
            for query in core::mem::take(&mut self.queue) {
                let (payload, units) = query.framed();
                self.out.push_back(AppOutput::Send { conn, payload, units });
            }
        }
        if let Some(open) = self.open.values().find(|open| open.conn == Some(conn)) {
            let (payload, units) = self.query(open).framed();
            self.out.push_back(AppOutput::Send { conn, payload, units });
        }
    }

    fn on_stream(&mut self, now: Instant, conn: ConnId, bytes: &[u8]) {
        let Ok(message) = Message::decode(bytes) else { return };
        let own = self.stream.is_some_and(|(own, _)| own == conn);
        if !own {
            self.out.push_back(AppOutput::Close { conn });
        }
        self.on_response(now, message, |open| own || open.conn == Some(conn));
    }

    fn on_timeout(&mut self, now: Instant) {
        while let Some(lookup) =
            self.lookups.pop_front_if(|lookup| Instant::START + lookup.after <= now)
        {
            self.begin(now, lookup);
        }
        let due: Vec<u32> =
            self.open.iter().filter(|(_, open)| open.deadline <= now).map(|(n, _)| *n).collect();
        for number in due {
            let event = Event::TimerFired { connection: number, timer: TIMER };
            self.out.push_back(AppOutput::Report(event));
            self.ask(now, number);
        }
    }
}

impl App for Stub {
    fn handle(&mut self, now: Instant, input: AppInput) {
        match input {
            AppInput::Start | AppInput::Timeout => self.on_timeout(now),
            AppInput::Datagram { to, from, payload } => {
                self.on_datagram(now, to, from, &payload.to_vec());
            }
            AppInput::Connected { conn } => self.on_connected(conn),
            AppInput::Data { conn, payload } => {
                for message in self.frames.take(conn, &payload) {
                    self.on_stream(now, conn, &message);
                }
            }
            AppInput::PeerClosed { conn } => {
                self.stream.take_if(|(own, _)| *own == conn);
                self.out.push_back(AppOutput::Close { conn });
            }
            AppInput::Closed { conn } | AppInput::Failed { conn, .. } => {
                self.stream.take_if(|(own, _)| *own == conn);
                self.frames.forget(conn);
            }
            AppInput::Accepted { .. }
            | AppInput::Blocked { .. }
            | AppInput::Writable { .. }
            | AppInput::Unreachable { .. } => {}
        }
    }

    fn poll(&mut self, _now: Instant) -> Option<AppOutput> {
        self.out.pop_front()
    }

    fn poll_timeout(&self) -> Option<Instant> {
        let lookups = self.lookups.front().map(|lookup| Instant::START + lookup.after);
        lookups.into_iter().chain(self.open.values().map(|open| open.deadline)).min()
    }
}
