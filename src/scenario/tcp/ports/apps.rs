//! The programs of `tcp-ports`: one opens connections at a pace, one accepts them.

use core::time::Duration;
use std::collections::VecDeque;

use crate::proto::app::{Address, App, AppInput, AppOutput, ConnError, ConnId};
use crate::proto::tcp::Config;
use crate::sim::time::Instant;

/// Opens a connection every `pace`, until no port is left or the time is over.
#[derive(Debug)]
pub(super) struct Opener {
    to: Address,
    config: Config,
    /// Whether it closes as soon as a connection is open; else it waits for the server.
    closes: bool,
    pace: Duration,
    time: Duration,
    next: ConnId,
    due: Option<Instant>,
    out: VecDeque<AppOutput>,
}

/// Accepts, and closes at once or after the client.
#[derive(Debug)]
pub(super) struct Acceptor {
    port: u16,
    config: Config,
    closes: bool,
    out: VecDeque<AppOutput>,
}

impl Opener {
    pub(super) const fn new(
        to: Address,
        config: Config,
        closes: bool,
        (pace, time): (Duration, Duration),
    ) -> Self {
        Self { to, config, closes, pace, time, next: ConnId(0), due: None, out: VecDeque::new() }
    }

    fn open(&mut self, now: Instant) {
        if now >= Instant::START + self.time {
            self.end(self.next.0, "lasted", "no connection has failed");
            return;
        }
        let (to, config) = (self.to, self.config);
        self.out.push_back(AppOutput::Connect { conn: self.next, to, config });
        self.next.0 += 1;
        self.due = Some(now + self.pace);
    }

    fn end(&mut self, opened: u32, name: &'static str, text: &str) {
        self.due = None;
        let (conn, text) = (ConnId(0), text.to_owned());
        self.out.push_back(AppOutput::Note { conn, name, text, amount: opened.into() });
    }
}

impl App for Opener {
    fn handle(&mut self, now: Instant, input: AppInput) {
        match input {
            AppInput::Start | AppInput::Timeout => self.open(now),
            AppInput::Connected { conn } if self.closes => {
                self.out.push_back(AppOutput::Close { conn });
            }
            AppInput::PeerClosed { conn } => self.out.push_back(AppOutput::Close { conn }),
            AppInput::Failed { error: ConnError::NoPort, .. } => {
                self.end(self.next.0.saturating_sub(1), "no-port", "no port is free");
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

impl Acceptor {
    pub(super) const fn new(port: u16, config: Config, closes: bool) -> Self {
        Self { port, config, closes, out: VecDeque::new() }
    }
}

impl App for Acceptor {
    fn handle(&mut self, _now: Instant, input: AppInput) {
        match input {
            AppInput::Start => {
                let (port, config) = (self.port, self.config);
                self.out.push_back(AppOutput::Listen { port, config });
            }
            AppInput::Accepted { conn } if self.closes => {
                self.out.push_back(AppOutput::Close { conn });
            }
            AppInput::PeerClosed { conn } => self.out.push_back(AppOutput::Close { conn }),
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
