//! A recursive resolver: it asks from the root downwards, and remembers (RFC 1034 section 5.3.3).

mod ask;
mod servers;
mod take;
mod task;
mod validate;

use std::collections::VecDeque;

use self::ask::Ask;
use self::servers::Servers;
use self::task::{Client, Task, Way};
use super::cache::Cache;
use super::frames::Frames;
use crate::proto::app::{Address, App, AppInput, AppOutput};
use crate::proto::tcp::Config;
use crate::sim::rng::Rng;
use crate::sim::time::Instant;
use crate::sorted::SortedMap;
use crate::wire::dns::{Data, Flags, Message, Name, PORT, Question, Record, Subnet};

/// What a resolver is like.
#[derive(Clone, Debug)]
pub struct ResolverConfig {
    /// The servers of the root: their names and addresses.
    pub hints: Vec<(Name, [u8; 4])>,
    /// How it behaves over TCP, towards both sides.
    pub tcp: Config,
    /// A second port on which it listens for streams; the host above may protect them.
    pub stream_port: Option<u16>,
    /// The largest datagram that it asks for; 0 means that it knows no EDNS.
    pub edns_size: u16,
    /// The digest of the root's key; with it the resolver checks signatures.
    pub anchor: Option<Record>,
    /// Whether it asks each server only for the part of the name that it needs (RFC 9156).
    pub minimise: bool,
    /// How many bits of its client's address it passes on (RFC 7871).
    pub subnet: Option<u8>,
    /// How it makes itself hard to deceive.
    pub guard: Guard,
    /// What it remembers at the start.
    pub cache: Cache,
}

/// What a forger has to guess besides the identifier (RFC 5452 section 4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Guard {
    /// The port from which all questions go out; without it each has another one.
    pub fixed_port: Option<u16>,
    /// How many bits of the identifier are chance: 16, unless a lesson wants a short wait.
    pub id_bits: u8,
    /// Whether letters of names are in random case, which answers must repeat.
    pub mixed_case: bool,
}

impl Guard {
    /// What resolvers do since 2008: chance in identifier and port.
    pub const USUAL: Self = Self { fixed_port: None, id_bits: 16, mixed_case: false };
}

/// A recursive resolver.
#[derive(Debug)]
pub struct Resolver {
    config: ResolverConfig,
    cache: Cache,
    tasks: SortedMap<u32, Task>,
    asks: SortedMap<u32, Ask>,
    servers: Servers,
    /// Tasks that may go on.
    ready: VecDeque<u32>,
    /// The number of the next task, question and connection.
    next: u32,
    next_conn: u32,
    frames: Frames,
    rng: Rng,
    /// What could not be found out, and until when that is remembered (RFC 9520).
    failed: Vec<(Question, Instant)>,
    out: VecDeque<AppOutput>,
}

impl Resolver {
    /// A resolver whose identifiers and ports are fixed by `rng`.
    pub fn new(config: ResolverConfig, rng: Rng) -> Self {
        let cache = config.cache.clone();
        Self {
            config,
            cache,
            tasks: SortedMap::new(),
            asks: SortedMap::new(),
            servers: Servers::default(),
            ready: VecDeque::new(),
            next: 0,
            next_conn: 0,
            frames: Frames::default(),
            rng,
            failed: Vec::new(),
            out: VecDeque::new(),
        }
    }

    fn start(&mut self) {
        let config = self.config.tcp;
        self.out.push_back(AppOutput::Bind { port: PORT });
        self.out.push_back(AppOutput::Listen { port: PORT, config });
        if let Some(port) = self.config.stream_port {
            self.out.push_back(AppOutput::Listen { port, config });
        }
        if let Some(port) = self.config.guard.fixed_port {
            self.out.push_back(AppOutput::Bind { port });
        }
    }

    /// Takes a query of a client.
    fn on_query(&mut self, bytes: &[u8], way: Way) {
        let Some(query) = Message::decode(bytes).ok().filter(|query| !query.is_response()) else {
            return;
        };
        let Some(question) = query.question().cloned() else { return };
        if !query.flags.has(Flags::RD) {
            return;
        }
        let client = Client { way, query };
        // Clients that ask the same at once share one search (RFC 5452 section 5).
        let known = self.tasks.iter_mut().find(|(_, task)| task.is_for(&question));
        match known.filter(|_| self.config.subnet.is_none()) {
            Some((_, task)) => task.clients.push(client),
            None => {
                let subnet = self.config.subnet.map(|bits| Subnet::of(client.address(), bits));
                let id = self.spawn(question, None);
                if let Some(task) = self.tasks.get_mut(&id) {
                    task.clients.push(client);
                    task.subnet = subnet;
                }
            }
        }
    }

    /// Begins a search.
    fn spawn(&mut self, question: Question, parent: Option<(u32, u8)>) -> u32 {
        let id = self.next;
        self.next += 1;
        let task = Task::new(question, parent);
        self.tasks.insert(id, task);
        self.ready.push_back(id);
        id
    }

    /// Lets all tasks go on that may.
    fn work(&mut self, now: Instant) {
        while let Some(id) = self.ready.pop_front() {
            self.step(now, id);
        }
    }
}

impl App for Resolver {
    fn handle(&mut self, now: Instant, input: AppInput) {
        match input {
            AppInput::Start => self.start(),
            AppInput::Timeout => self.on_timeout(now),
            AppInput::Datagram { to: PORT, from, payload } => {
                self.on_query(&payload.to_vec(), Way::Datagram(from));
            }
            AppInput::Datagram { to, from, payload } => {
                self.on_datagram(now, to, from, &payload.to_vec());
            }
            AppInput::Unreachable { from, to } => self.on_unreachable(now, from, to),
            AppInput::Connected { conn } => self.on_connected(now, conn),
            AppInput::Accepted { conn } => self.next_conn = self.next_conn.max(conn.0 + 1),
            AppInput::Data { conn, payload } => {
                for bytes in self.frames.take(conn, &payload) {
                    if self.asks.values().any(|ask| ask.conn == Some(conn)) {
                        self.on_stream(now, conn, &bytes);
                    } else {
                        self.on_query(&bytes, Way::Stream(conn));
                    }
                }
            }
            AppInput::PeerClosed { conn } => self.out.push_back(AppOutput::Close { conn }),
            AppInput::Closed { conn } => self.frames.forget(conn),
            AppInput::Failed { conn, .. } => {
                self.frames.forget(conn);
                self.on_failed(now, conn);
            }
            AppInput::Blocked { .. } | AppInput::Writable { .. } => {}
        }
        self.work(now);
    }

    fn poll(&mut self, _now: Instant) -> Option<AppOutput> {
        self.out.pop_front()
    }

    fn poll_timeout(&self) -> Option<Instant> {
        self.asks.values().map(|ask| ask.deadline).min()
    }
}

/// The name that an NS record names.
fn server_name(record: &Record) -> Option<&Name> {
    match &record.data {
        Data::Ns(name) => Some(name),
        _ => None,
    }
}

/// The port of a server at an address.
const fn server(ip: [u8; 4]) -> Address {
    Address { ip, port: PORT }
}
