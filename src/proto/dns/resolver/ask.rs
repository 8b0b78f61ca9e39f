//! Questions to servers: over UDP with a time-out, over TCP if the answer was cut.

use super::super::note;
use super::{Resolver, server};
use crate::proto::app::{Address, AppOutput, ConnId};
use crate::sim::endpoint::Event;
use crate::sim::time::Instant;
use crate::wire::dns::{Edns, Kind, Message, Name, PORT, Question};

/// A question that waits for its answer.
#[derive(Debug)]
pub(super) struct Ask {
    pub(super) task: u32,
    id: u16,
    /// The port from which it went.
    port: u16,
    server: [u8; 4],
    pub(super) question: Question,
    /// The zone whose server was asked.
    pub(super) zone: Name,
    sent: Instant,
    pub(super) deadline: Instant,
    /// The connection, if it went over TCP.
    pub(super) conn: Option<ConnId>,
    /// What is sent once the connection is open.
    query: Message,
}

/// How long an answer over TCP may take: Unbound's 3 seconds.
const TCP_TIMEOUT: core::time::Duration = core::time::Duration::from_secs(3);
/// The name of the timer in the trace.
const TIMER: &str = "query";

impl Resolver {
    /// Asks one of the servers of a zone.
    pub(super) fn ask(&mut self, now: Instant, task: u32, zone: &Name, servers: &[[u8; 4]]) {
        let Some(server) = self.servers.choose(servers, &mut self.rng) else {
            return self.fail(now, task, None);
        };
        let Some(question) = self.question(task, zone) else { return };
        let guard = self.config.guard;
        let id = u16::try_from(self.rng.below(1 << guard.id_bits.min(16))).unwrap_or(0);
        let port = guard.fixed_port.unwrap_or_else(|| self.free_port());
        let query = self.query(task, id, &question);
        self.asked(task);
        let deadline = now + self.servers.timeout(server);
        let (payload, units) = query.datagram();
        if guard.fixed_port.is_none() {
            self.out.push_back(AppOutput::Bind { port });
        }
        let to = super::server(server);
        self.out.push_back(AppOutput::Datagram { from: port, to, payload, units });
        self.timer_set(task, deadline);
        let (zone, conn) = (zone.clone(), None);
        let ask = Ask { task, id, port, server, question, zone, sent: now, deadline, conn, query };
        let number = self.next;
        self.next += 1;
        self.asks.insert(number, ask);
    }

    fn timer_set(&mut self, task: u32, fires: Instant) {
        let event = Event::TimerSet { connection: task, timer: TIMER, fires };
        self.out.push_back(AppOutput::Report(event));
    }

    /// A port above the well-known ones that no other question uses.
    fn free_port(&mut self) -> u16 {
        loop {
            let port = 1_024 + u16::try_from(self.rng.below(64_512)).unwrap_or(0);
            if self.asks.values().all(|ask| ask.port != port) {
                return port;
            }
        }
    }

    /// What a server of `zone` is asked for a task.
    fn question(&mut self, task: u32, zone: &Name) -> Option<Question> {
        let task = self.tasks.get(&task)?;
        let (mut name, mut kind) = (task.current.clone(), task.kind());
        if self.config.minimise {
            let short = name.suffix(zone.depth() + task.labels);
            if short != name {
                // RFC 9156 section 2.1: the type hides as well.
                (name, kind) = (short, Kind::A);
            }
        }
        if self.config.guard.mixed_case {
            let bits = self.rng.next();
            name = name.with_case(|place| bits >> (place % 64) & 1 == 1);
        }
        Some(Question { name, kind })
    }

    fn query(&self, task: u32, id: u16, question: &Question) -> Message {
        let mut query = Message::query(id, question.name.clone(), question.kind);
        if self.config.edns_size > 0 {
            let subnet = self.tasks.get(&task).and_then(|task| task.subnet);
            query.edns = Some(Edns {
                size: self.config.edns_size,
                dnssec_ok: self.config.anchor.is_some(),
                options: subnet.map(crate::wire::dns::Subnet::to_option).into_iter().collect(),
            });
        }
        query
    }

    /// Ends waiting for an answer; returns the question.
    fn end(&mut self, number: u32) -> Option<Ask> {
        let ask = self.asks.remove(&number)?;
        if ask.conn.is_none() && self.config.guard.fixed_port.is_none() {
            self.out.push_back(AppOutput::Unbind { port: ask.port });
        }
        Some(ask)
    }

    /// The question goes on to another try.
    fn again(&mut self, now: Instant, number: u32) {
        let Some(ask) = self.end(number) else { return };
        self.servers.silent(ask.server);
        self.wake(ask.task);
        self.work(now);
    }

    pub(super) fn wake(&mut self, task: u32) {
        if let Some(task) = self.tasks.get_mut(&task) {
            task.waits = false;
        }
        self.ready.push_back(task);
    }

    pub(super) fn on_timeout(&mut self, now: Instant) {
        let due: Vec<u32> =
            self.asks.iter().filter(|(_, ask)| ask.deadline <= now).map(|(n, _)| *n).collect();
        for number in due {
            if let Some(ask) = self.asks.get(&number) {
                let connection = ask.task;
                let event = Event::TimerFired { connection, timer: TIMER };
                self.out.push_back(AppOutput::Report(event));
            }
            self.again(now, number);
        }
    }

    pub(super) fn on_unreachable(&mut self, now: Instant, from: u16, to: Address) {
        let hit = |ask: &Ask| ask.port == from && ask.server == to.ip && ask.conn.is_none();
        let number = self.asks.iter().find(|(_, ask)| hit(ask)).map(|(number, _)| *number);
        if let Some(number) = number {
            self.again(now, number);
        }
    }

    /// Takes what arrives at a port from which a question went. Only what comes from the right
    /// address and repeats port, identifier and question answers it (RFC 5452 section 9.1).
    pub(super) fn on_datagram(&mut self, now: Instant, port: u16, from: Address, bytes: &[u8]) {
        let id = bytes.first_chunk::<2>().map(|id| u16::from_be_bytes(*id));
        let hit = |ask: &Ask| {
            ask.conn.is_none()
                && ask.port == port
                && server(ask.server) == from
                && Some(ask.id) == id
        };
        let number = self.asks.iter().find(|(_, ask)| hit(ask)).map(|(number, _)| *number);
        if let Some(number) = number {
            self.on_answer(now, number, bytes);
        }
    }

    pub(super) fn on_stream(&mut self, now: Instant, conn: ConnId, bytes: &[u8]) {
        let hit = |ask: &Ask| ask.conn == Some(conn);
        let number = self.asks.iter().find(|(_, ask)| hit(ask)).map(|(number, _)| *number);
        if let Some(number) = number {
            self.out.push_back(AppOutput::Close { conn });
            self.on_answer(now, number, bytes);
        }
    }

    fn on_answer(&mut self, now: Instant, number: u32, bytes: &[u8]) {
        let Ok(message) = Message::decode(bytes) else { return };
        let Some(ask) = self.asks.get(&number) else { return };
        let repeats = message.question().is_some_and(|question| {
            question.kind == ask.question.kind
                && if self.config.guard.mixed_case {
                    question.name.is_exactly(&ask.question.name)
                } else {
                    question.name == ask.question.name
                }
        });
        if !message.is_response() || !repeats || message.id != ask.id {
            return;
        }
        let cut = message.flags.has(crate::wire::dns::Flags::TC) && ask.conn.is_none();
        let Some(ask) = self.end(number) else { return };
        let event = Event::TimerCancelled { connection: ask.task, timer: TIMER };
        self.out.push_back(AppOutput::Report(event));
        if ask.conn.is_none() {
            self.servers.answered(ask.server, now - ask.sent);
        }
        if cut {
            self.ask_by_tcp(now, ask);
        } else {
            self.take(now, &ask, &message);
        }
    }

    /// Repeats a question over TCP, because the answer did not fit (RFC 7766 section 5).
    fn ask_by_tcp(&mut self, now: Instant, ask: Ask) {
        let conn = ConnId(self.next_conn);
        self.next_conn += 1;
        self.out.push_back(note("tcp", "asks again over TCP".to_owned(), 0));
        let to = Address { ip: ask.server, port: PORT };
        self.out.push_back(AppOutput::Connect { conn, to, config: self.config.tcp });
        let deadline = now + TCP_TIMEOUT;
        self.timer_set(ask.task, deadline);
        let number = self.next;
        self.next += 1;
        self.asks.insert(number, Ask { conn: Some(conn), sent: now, deadline, ..ask });
    }

    pub(super) fn on_connected(&mut self, _now: Instant, conn: ConnId) {
        if let Some(ask) = self.asks.values().find(|ask| ask.conn == Some(conn)) {
            let (payload, units) = ask.query.framed();
            self.out.push_back(AppOutput::Send { conn, payload, units });
        }
    }

    pub(super) fn on_failed(&mut self, now: Instant, conn: ConnId) {
        let number =
            self.asks.iter().find(|(_, ask)| ask.conn == Some(conn)).map(|(number, _)| *number);
        if let Some(number) = number {
            self.again(now, number);
        }
    }
}
