//! The programs of `tcp-backpressure`: one that produces, and one that consumes.

use core::time::Duration;
use std::collections::VecDeque;

use crate::proto::app::{Address, App, AppInput, AppOutput, ConnId};
use crate::proto::tcp::Config;
use crate::sim::endpoint::{Event, MetricUnit};
use crate::sim::time::{Instant, nanos};
use crate::wire::Payload;

/// There is one connection.
const CONN: ConnId = ConnId(0);
/// Both work in small steps.
const TICK: Duration = Duration::from_micros(100);

/// A clock that ticks while there is work, and the numbers that are told now and then.
#[derive(Debug)]
struct Clock {
    /// Bytes in a tick.
    step: u64,
    next: Option<Instant>,
    /// How often numbers are told.
    every: Duration,
    told: Instant,
}

impl Clock {
    /// A clock for so many bytes a second.
    fn new(rate: u64, every: Duration) -> Self {
        let step = u128::from(rate) * u128::from(nanos(TICK)) / 1_000_000_000;
        let step = u64::try_from(step).unwrap_or(u64::MAX);
        Self { step, next: None, every, told: Instant::START }
    }

    const fn start(&mut self, now: Instant) {
        self.told = now;
        self.next = Some(now);
    }

    /// Whether it ticks now; it then ticks again.
    fn ticks(&mut self, now: Instant) -> bool {
        let due = self.next.is_some_and(|next| next <= now);
        if due {
            self.next = Some(now + TICK);
        }
        due
    }

    /// Whether numbers are to be told now.
    fn tells(&mut self, now: Instant) -> bool {
        let due = now - self.told >= self.every;
        if due {
            self.told += self.every;
        }
        due
    }
}

/// A number of the program's own.
const fn number(name: &'static str, value: u64) -> AppOutput {
    let unit = MetricUnit::Bytes;
    AppOutput::Report(Event::MetricUpdated { connection: CONN.0, name, value, unit })
}

fn note(name: &'static str, text: &str, amount: u64) -> AppOutput {
    AppOutput::Note { conn: CONN, name, text: text.to_owned(), amount }
}

/// Produces and writes.
#[derive(Debug)]
pub(super) struct Producer {
    port: u16,
    config: Config,
    clock: Clock,
    /// Whether it goes on producing while it cannot write, and keeps what it has.
    keeps: bool,
    /// Bytes that were produced and that the connection has taken.
    written: u64,
    /// Bytes that were produced and that the connection has not taken.
    kept: u64,
    blocked: bool,
    /// What was said once already.
    said_blocked: bool,
    said_writable: bool,
    out: VecDeque<AppOutput>,
}

impl Producer {
    pub(super) fn new(port: u16, config: Config, rate: u64, keeps: bool, every: Duration) -> Self {
        Self {
            port,
            config,
            clock: Clock::new(rate, every),
            keeps,
            written: 0,
            kept: 0,
            blocked: false,
            said_blocked: false,
            said_writable: false,
            out: VecDeque::new(),
        }
    }

    fn write(&mut self) {
        let payload = Payload::pattern(self.written, self.kept);
        self.written += self.kept;
        self.kept = 0;
        self.out.push_back(AppOutput::Send { conn: CONN, payload, units: Vec::new() });
    }

    fn on_tick(&mut self, now: Instant) {
        if !self.clock.ticks(now) {
            return;
        }
        if self.clock.tells(now) {
            self.out.push_back(number("written", self.written));
            self.out.extend(self.keeps.then(|| number("kept", self.kept)));
        }
        self.kept += self.clock.step;
        if !self.blocked {
            self.write();
        }
    }

    fn on_blocked(&mut self, left: u64) {
        self.blocked = true;
        if !self.keeps {
            // It waits in the middle of a write.
            self.clock.next = None;
        }
        self.written = self.written.saturating_sub(left);
        self.kept += left;
        if !core::mem::replace(&mut self.said_blocked, true) {
            let text = "the send buffer is full: a write waits";
            self.out.push_back(note("blocked", text, self.written));
        }
    }

    fn on_writable(&mut self, now: Instant, room: u64) {
        self.blocked = false;
        self.clock.next.get_or_insert(now + TICK);
        if !core::mem::replace(&mut self.said_writable, true) {
            let text = "a third of the send buffer is free: the write goes on";
            self.out.push_back(note("writable", text, room));
        }
        self.write();
    }
}

impl App for Producer {
    fn handle(&mut self, now: Instant, input: AppInput) {
        match input {
            AppInput::Start => {
                let (port, config) = (self.port, self.config);
                self.out.push_back(AppOutput::Listen { port, config });
            }
            AppInput::Accepted { .. } => {
                self.clock.start(now);
                self.out.push_back(note("producing", "begins to write", 0));
                self.on_tick(now);
            }
            AppInput::Timeout => self.on_tick(now),
            AppInput::Blocked { left, .. } => self.on_blocked(left),
            AppInput::Writable { room, .. } => self.on_writable(now, room),
            _ => {}
        }
    }

    fn poll(&mut self, _now: Instant) -> Option<AppOutput> {
        self.out.pop_front()
    }

    fn poll_timeout(&self) -> Option<Instant> {
        self.clock.next
    }
}

/// Reads and consumes.
#[derive(Debug)]
pub(super) struct Consumer {
    to: Address,
    config: Config,
    clock: Clock,
    /// Whether it reads everything at once and keeps what it has not consumed.
    keeps: bool,
    consumed: u64,
    kept: u64,
    out: VecDeque<AppOutput>,
}

impl Consumer {
    pub(super) fn new(
        to: Address,
        config: Config,
        rate: u64,
        keeps: bool,
        every: Duration,
    ) -> Self {
        let clock = Clock::new(rate, every);
        Self { to, config, clock, keeps, consumed: 0, kept: 0, out: VecDeque::new() }
    }

    fn on_tick(&mut self, now: Instant) {
        if !self.clock.ticks(now) {
            return;
        }
        if self.keeps {
            let now = self.kept.min(self.clock.step);
            self.kept -= now;
            self.consumed += now;
        } else {
            self.out.push_back(AppOutput::Read { conn: CONN, len: self.clock.step });
        }
        if self.clock.tells(now) {
            self.out.push_back(number("consumed", self.consumed));
            self.out.extend(self.keeps.then(|| number("kept", self.kept)));
        }
    }
}

impl App for Consumer {
    fn handle(&mut self, now: Instant, input: AppInput) {
        match input {
            AppInput::Start => {
                let (to, config) = (self.to, self.config);
                self.out.push_back(AppOutput::Connect { conn: CONN, to, config });
            }
            AppInput::Connected { .. } => {
                if !self.keeps {
                    self.out.push_back(AppOutput::Pause { conn: CONN });
                }
                if self.clock.step > 0 {
                    self.clock.start(now);
                }
            }
            AppInput::Timeout => self.on_tick(now),
            AppInput::Data { payload, .. } if self.keeps => self.kept += payload.len(),
            AppInput::Data { payload, .. } => self.consumed += payload.len(),
            _ => {}
        }
    }

    fn poll(&mut self, _now: Instant) -> Option<AppOutput> {
        self.out.pop_front()
    }

    fn poll_timeout(&self) -> Option<Instant> {
        self.clock.next
    }
}
