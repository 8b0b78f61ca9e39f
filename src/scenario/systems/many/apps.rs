//! Clients that hold connections open, and a server that keeps something for each of them.

use core::time::Duration;
use std::collections::VecDeque;

use super::super::message;
use super::PORT;
use crate::proto::app::{Address, App, AppInput, AppOutput, ConnId};
use crate::proto::tcp::Config;
use crate::sim::endpoint::{Event, MetricUnit};
use crate::sim::time::Instant;
use crate::sorted::SortedSet;

/// From one connection to the next.
const EVERY: Duration = Duration::from_millis(10);
/// How long after the last connection was opened someone speaks, and how long an answer may take.
const QUIET: Duration = Duration::from_secs(1);
const PATIENCE: Duration = Duration::from_secs(3);
/// The size of a message of a chat, and of its answer.
const SIZE: u64 = 100;

/// All clients of the sample: of them the first and the last have something to say.
#[derive(Debug)]
pub(super) struct Clients {
    to: Address,
    tcp: Config,
    all: u32,
    opened: u32,
    /// What happens next: another connection, then the questions, then the end of patience.
    due: Option<Instant>,
    asked: bool,
    waits: SortedSet<ConnId>,
    out: VecDeque<AppOutput>,
}

impl Clients {
    pub(super) fn new(to: Address, tcp: Config, all: u32) -> Self {
        let (due, waits) = (Some(Instant::START), SortedSet::default());
        Self { to, tcp, all, opened: 0, due, asked: false, waits, out: VecDeque::new() }
    }

    fn on_timeout(&mut self, now: Instant) {
        if self.opened < self.all {
            let (conn, to, config) = (ConnId(self.opened), self.to, self.tcp);
            self.opened += 1;
            self.out.push_back(AppOutput::Connect { conn, to, config });
            self.due = Some(now + if self.opened < self.all { EVERY } else { QUIET });
        } else if core::mem::replace(&mut self.asked, true) {
            self.due = None;
            for conn in core::mem::take(&mut self.waits).iter().copied() {
                let text = "nobody takes the connection: no answer".to_owned();
                self.out.push_back(AppOutput::Note { conn, name: "unanswered", text, amount: 0 });
            }
        } else {
            self.due = Some(now + PATIENCE);
            for conn in [ConnId(0), ConnId(self.all - 1)] {
                if self.waits.insert(conn) {
                    let (payload, units) = message("request", SIZE);
                    self.out.push_back(AppOutput::Send { conn, payload, units });
                }
            }
        }
    }
}

impl App for Clients {
    fn handle(&mut self, now: Instant, input: AppInput) {
        match input {
            AppInput::Timeout if self.due.is_some_and(|due| due <= now) => self.on_timeout(now),
            AppInput::Data { conn, .. } if self.waits.remove(&conn) => {
                let text = "an answer".to_owned();
                self.out.push_back(AppOutput::Note { conn, name: "answered", text, amount: 0 });
            }
            _ => {}
        }
    }

    fn poll(&mut self, _now: Instant) -> Option<AppOutput> {
        self.out.pop_front()
    }

    fn poll_timeout(&self) -> Option<Instant> {
        self.due
    }
}

/// A server that keeps memory for each connection, and has so many descriptors.
#[derive(Debug)]
pub(super) struct Keeper {
    tcp: Config,
    /// Bytes for each connection, and what they are.
    each: (u64, &'static str),
    /// How many connections find a descriptor.
    room: u64,
    held: SortedSet<ConnId>,
    out: VecDeque<AppOutput>,
}

impl Keeper {
    pub(super) fn new(tcp: Config, each: (u64, &'static str), room: u64) -> Self {
        Self { tcp, each, room, held: SortedSet::default(), out: VecDeque::new() }
    }

    fn accept(&mut self, conn: ConnId) {
        if self.held.len() as u64 >= self.room {
            let text = "no descriptor is left (EMFILE)".to_owned();
            self.out.push_back(AppOutput::Note { conn, name: "no-descriptor", text, amount: 0 });
            return;
        }
        self.held.insert(conn);
        let (amount, what) = self.each;
        let text = format!("keeps {what}");
        self.out.push_back(AppOutput::Note { conn, name: "accepted", text, amount });
        let (value, unit) = (amount * self.held.len() as u64, MetricUnit::Bytes);
        let event = Event::MetricUpdated { connection: 0, name: "memory", value, unit };
        self.out.push_back(AppOutput::Report(event));
    }
}

impl App for Keeper {
    fn handle(&mut self, _now: Instant, input: AppInput) {
        match input {
            AppInput::Start => {
                self.out.push_back(AppOutput::Listen { port: PORT, config: self.tcp });
            }
            AppInput::Accepted { conn } => self.accept(conn),
            AppInput::Data { conn, .. } if self.held.contains(&conn) => {
                let (payload, units) = message("response", SIZE);
                self.out.push_back(AppOutput::Send { conn, payload, units });
            }
            _ => {}
        }
    }

    fn poll(&mut self, _now: Instant) -> Option<AppOutput> {
        self.out.pop_front()
    }

    fn poll_timeout(&self) -> Option<Instant> {
        None
    }
}
