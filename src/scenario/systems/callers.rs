//! An application that asks a database for every request it gets, over a pool of connections or
//! over a new one each time.

use core::time::Duration;
use std::collections::VecDeque;

use super::{REQUEST, RESPONSE, exponential, message, number};
use crate::proto::app::{Address, App, AppInput, AppOutput, ConnId};
use crate::proto::tcp::Config;
use crate::sim::endpoint::MetricUnit;
use crate::sim::rng::Rng;
use crate::sim::time::{Instant, nanos};
use crate::sorted::SortedMap;

/// What the application does.
#[derive(Clone, Copy, Debug)]
pub(super) struct CallersConfig {
    /// The database.
    pub(super) to: Address,
    /// Its connections.
    pub(super) tcp: Config,
    /// The mean time between two requests.
    pub(super) every: Duration,
    /// When requests begin and end.
    pub(super) from: Instant,
    pub(super) until: Instant,
    /// How many connections there are; `None` opens one for each request.
    pub(super) pool: Option<u32>,
    /// How long a request may wait for a connection.
    pub(super) wait: Option<Duration>,
    /// How long an attempt may take, and how many there are.
    pub(super) patience: Option<Duration>,
    pub(super) tries: u64,
    /// How often numbers are told.
    pub(super) tick: Duration,
}

/// A request that is not answered.
#[derive(Clone, Copy, Debug)]
struct Call {
    born: Instant,
    tries: u64,
}

/// What is told, in total.
#[derive(Clone, Copy, Debug, Default)]
struct Totals {
    asked: u64,
    dispatched: u64,
    served: u64,
    rejected: u64,
    gave_up: u64,
    opened: u64,
    waited_ns: u64,
}

/// The application.
#[derive(Debug)]
pub(super) struct Callers {
    config: CallersConfig,
    rng: Rng,
    arrival: Option<Instant>,
    tick: Option<Instant>,
    waiting: VecDeque<Call>,
    idle: VecDeque<ConnId>,
    /// Who is being served on which connection, since when and how many bytes are missing.
    busy: SortedMap<ConnId, (Call, u64)>,
    /// When attempts end, in the order of time.
    deadlines: VecDeque<(Instant, ConnId)>,
    next: u32,
    totals: Totals,
    told: [bool; 3],
    out: VecDeque<AppOutput>,
}

impl Callers {
    pub(super) fn new(config: CallersConfig, rng: Rng) -> Self {
        Self {
            config,
            rng,
            arrival: None,
            tick: None,
            waiting: VecDeque::new(),
            idle: VecDeque::new(),
            busy: SortedMap::new(),
            deadlines: VecDeque::new(),
            next: 0,
            totals: Totals::default(),
            told: [false; 3],
            out: VecDeque::new(),
        }
    }

    fn start(&mut self, now: Instant) {
        for _ in 0..self.config.pool.unwrap_or(0) {
            self.open();
        }
        self.arrival = Some(self.config.from);
        self.tick = Some(now + self.config.tick);
    }

    fn open(&mut self) -> ConnId {
        let conn = ConnId(self.next);
        self.next += 1;
        self.totals.opened += 1;
        let CallersConfig { to, tcp, .. } = self.config;
        self.out.push_back(AppOutput::Connect { conn, to, config: tcp });
        conn
    }

    fn arrive(&mut self, now: Instant) {
        self.totals.asked += 1;
        let call = Call { born: now, tries: 1 };
        if self.config.pool.is_some() {
            self.waiting.push_back(call);
            self.dispatch(now);
            if !self.waiting.is_empty() {
                self.say(0, "waits", "no connection is free: a request waits");
            }
        } else {
            self.attempt(now, call);
        }
        let next = now + exponential(&mut self.rng, self.config.every);
        self.arrival = (next < self.config.until).then_some(next);
    }

    /// A new connection for a try of a request.
    fn attempt(&mut self, now: Instant, call: Call) {
        let conn = self.open();
        self.busy.insert(conn, (call, RESPONSE));
        if let Some(patience) = self.config.patience {
            self.deadlines.push_back((now + patience, conn));
        }
    }

    /// Gives free connections to those who wait.
    fn dispatch(&mut self, now: Instant) {
        self.shed(now);
        while let Some(conn) = self.idle.pop_front() {
            let Some(call) = self.waiting.pop_front() else {
                self.idle.push_front(conn);
                return;
            };
            self.totals.dispatched += 1;
            self.totals.waited_ns += nanos(now - call.born);
            self.busy.insert(conn, (call, RESPONSE));
            self.ask(conn);
        }
    }

    /// Sends those away who have waited too long.
    fn shed(&mut self, now: Instant) {
        let Some(wait) = self.config.wait else { return };
        while self.waiting.pop_front_if(|call| call.born + wait <= now).is_some() {
            self.totals.rejected += 1;
            self.say(1, "rejected", "a request has waited too long and is turned away");
        }
    }

    fn ask(&mut self, conn: ConnId) {
        let (payload, units) = message("request", REQUEST);
        self.out.push_back(AppOutput::Send { conn, payload, units });
    }

    fn hear(&mut self, now: Instant, conn: ConnId, len: u64) {
        let Some((_, missing)) = self.busy.get_mut(&conn) else { return };
        *missing = missing.saturating_sub(len);
        if *missing > 0 {
            return;
        }
        self.busy.remove(&conn);
        self.totals.served += 1;
        if self.config.pool.is_some() {
            self.idle.push_back(conn);
            self.dispatch(now);
        } else {
            self.out.push_back(AppOutput::Close { conn });
        }
    }

    /// Attempts that took too long: the database is not told that nobody waits any more.
    fn lose_patience(&mut self, now: Instant) {
        while let Some((_, conn)) = self.deadlines.pop_front_if(|(at, _)| *at <= now) {
            let Some((call, _)) = self.busy.remove(&conn) else { continue };
            self.out.push_back(AppOutput::Abort { conn });
            if call.tries < self.config.tries {
                self.say(2, "again", "no answer in time: the same request is sent again");
                self.attempt(now, Call { tries: call.tries + 1, ..call });
            } else {
                self.totals.gave_up += 1;
            }
        }
    }

    /// Says something, once.
    fn say(&mut self, place: usize, name: &'static str, text: &str) {
        if !core::mem::replace(&mut self.told[place], true) {
            let text = text.to_owned();
            self.out.push_back(AppOutput::Note { conn: ConnId(0), name, text, amount: 0 });
        }
    }

    fn tell(&mut self, now: Instant) {
        let Totals { asked, dispatched, served, rejected, gave_up, opened, waited_ns } =
            self.totals;
        let count = MetricUnit::Count;
        let idle = self.idle.len() as u64;
        let connections = match self.config.pool {
            Some(all) => u64::from(all).saturating_sub(idle),
            None => self.busy.len() as u64,
        };
        let numbers = [
            ("in-use", connections, count),
            ("waiting", self.waiting.len() as u64, count),
            ("asked", asked, count),
            ("dispatched", dispatched, count),
            ("served", served, count),
            ("rejected", rejected, count),
            ("gave-up", gave_up, count),
            ("opened", opened, count),
            ("waited", waited_ns, MetricUnit::Nanoseconds),
        ];
        self.out.extend(numbers.map(|(name, value, unit)| number(name, value, unit)));
        let over = self.arrival.is_none() && self.busy.is_empty() && self.waiting.is_empty();
        self.tick = (!over).then(|| now + self.config.tick);
    }
}

impl App for Callers {
    fn handle(&mut self, now: Instant, input: AppInput) {
        match input {
            AppInput::Start => self.start(now),
            AppInput::Timeout => {
                if self.arrival.is_some_and(|at| at <= now) {
                    self.arrive(now);
                }
                self.lose_patience(now);
                self.shed(now);
                if self.tick.is_some_and(|at| at <= now) {
                    self.tell(now);
                }
            }
            AppInput::Connected { conn } if self.config.pool.is_some() => {
                self.idle.push_back(conn);
                self.dispatch(now);
            }
            AppInput::Connected { conn } => self.ask(conn),
            AppInput::Data { conn, payload } => self.hear(now, conn, payload.len()),
            AppInput::Failed { conn, .. } if self.busy.remove(&conn).is_some() => {
                self.totals.gave_up += 1;
            }
            _ => {}
        }
    }

    fn poll(&mut self, _now: Instant) -> Option<AppOutput> {
        self.out.pop_front()
    }

    fn poll_timeout(&self) -> Option<Instant> {
        let wait = self.config.wait;
        let shed = self.waiting.front().and_then(|call| Some(call.born + wait?));
        let patience = self.deadlines.front().map(|(at, _)| *at);
        [self.arrival, self.tick, shed, patience].into_iter().flatten().min()
    }
}
