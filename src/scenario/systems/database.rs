//! A database that works on everything it is asked, and gets slow at some time.

use core::time::Duration;
use std::collections::VecDeque;

use super::{REQUEST, RESPONSE, exponential, message, number};
use crate::proto::app::{App, AppInput, AppOutput, ConnId};
use crate::proto::tcp::Config;
use crate::sim::endpoint::MetricUnit;
use crate::sim::rng::Rng;
use crate::sim::time::{Instant, nanos};
use crate::sorted::SortedMap;

/// What the database does.
#[derive(Clone, Copy, Debug)]
pub(super) struct DatabaseConfig {
    /// Where it listens.
    pub(super) port: u16,
    /// Its connections.
    pub(super) tcp: Config,
    /// How long a request takes: on average, or always.
    pub(super) hold: Duration,
    pub(super) random: bool,
    /// From when on it takes how many times as long.
    pub(super) slow: (Instant, u32),
    /// How often numbers are told, and until when.
    pub(super) tick: Duration,
    pub(super) until: Instant,
}

/// The database.
#[derive(Debug)]
pub(super) struct Database {
    config: DatabaseConfig,
    rng: Rng,
    /// How many bytes of a request each connection has brought.
    heard: SortedMap<ConnId, u64>,
    /// What is being worked on, by the time when it is done.
    work: SortedMap<(Instant, u64), ConnId>,
    taken: u64,
    busy_max: u64,
    /// Requests in work × nanoseconds, up to `since`.
    worked_ns: u64,
    since: Instant,
    tick: Option<Instant>,
    out: VecDeque<AppOutput>,
}

impl Database {
    pub(super) const fn new(config: DatabaseConfig, rng: Rng) -> Self {
        Self {
            config,
            rng,
            heard: SortedMap::new(),
            work: SortedMap::new(),
            taken: 0,
            busy_max: 0,
            worked_ns: 0,
            since: Instant::START,
            tick: None,
            out: VecDeque::new(),
        }
    }

    /// Adds up the work since it was added up last.
    fn settle(&mut self, now: Instant) {
        let busy = self.work.len() as u64;
        self.worked_ns = self.worked_ns.saturating_add(busy * nanos(now - self.since));
        self.since = now;
    }

    fn hear(&mut self, now: Instant, conn: ConnId, len: u64) {
        let heard = self.heard.get_or_default(conn);
        *heard += len;
        if *heard < REQUEST {
            return;
        }
        *heard -= REQUEST;
        self.settle(now);
        let DatabaseConfig { hold, random, slow: (from, factor), .. } = self.config;
        let time = if random { exponential(&mut self.rng, hold) } else { hold };
        let time = if now >= from { time * factor } else { time };
        self.taken += 1;
        self.work.insert((now + time, self.taken), conn);
        self.busy_max = self.busy_max.max(self.work.len() as u64);
    }

    fn finish(&mut self, now: Instant) {
        self.settle(now);
        while let Some((&key, &conn)) = self.work.first().filter(|((at, _), _)| *at <= now) {
            self.work.remove(&key);
            let (payload, units) = message("response", RESPONSE);
            // Whoever has given up gets nothing: the connection is gone.
            self.out.push_back(AppOutput::Send { conn, payload, units });
        }
    }

    fn tell(&mut self, now: Instant) {
        self.settle(now);
        let numbers = [
            ("db-busy", self.work.len() as u64, MetricUnit::Count),
            ("db-busy-max", self.busy_max, MetricUnit::Count),
            ("db-taken", self.taken, MetricUnit::Count),
            ("db-worked", self.worked_ns, MetricUnit::Nanoseconds),
        ];
        self.out.extend(numbers.map(|(name, value, unit)| number(name, value, unit)));
        self.tick = Some(now + self.config.tick).filter(|at| *at <= self.config.until);
    }
}

impl App for Database {
    fn handle(&mut self, now: Instant, input: AppInput) {
        match input {
            AppInput::Start => {
                let DatabaseConfig { port, tcp, tick, .. } = self.config;
                self.out.push_back(AppOutput::Listen { port, config: tcp });
                self.tick = Some(now + tick);
            }
            AppInput::Timeout => {
                self.finish(now);
                if self.tick.is_some_and(|at| at <= now) {
                    self.tell(now);
                }
            }
            AppInput::Data { conn, payload } => self.hear(now, conn, payload.len()),
            AppInput::PeerClosed { conn } => {
                self.heard.remove(&conn);
                self.out.push_back(AppOutput::Close { conn });
            }
            AppInput::Closed { conn } | AppInput::Failed { conn, .. } => {
                self.heard.remove(&conn);
            }
            _ => {}
        }
    }

    fn poll(&mut self, _now: Instant) -> Option<AppOutput> {
        self.out.pop_front()
    }

    fn poll_timeout(&self) -> Option<Instant> {
        let done = self.work.first().map(|((at, _), _)| *at);
        [done, self.tick].into_iter().flatten().min()
    }
}
