//! The programs of `tcp-nagle`: one that writes requests in pieces, and one that answers them.

use std::collections::VecDeque;

use crate::proto::app::{Address, App, AppInput, AppOutput, ConnId};
use crate::proto::tcp::Config;
use crate::sim::time::Instant;
use crate::wire::{Payload, Protocol, Unit};

/// How a request is handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pattern {
    /// In one write.
    One,
    /// Header and body, each in its write.
    Two,
    /// The same, and the next one without waiting for the answer.
    Stream,
}

/// Asks and reads.
#[derive(Debug)]
pub(super) struct Asker {
    to: Address,
    config: Config,
    pattern: Pattern,
    /// The sizes of header and body.
    writes: (u64, u64),
    /// Requests still to be written.
    left: u64,
    /// Bytes of the current answer that are here.
    received: u64,
    out: VecDeque<AppOutput>,
}

/// Answers whole requests.
#[derive(Debug)]
pub(in crate::scenario::tcp) struct Replier {
    port: u16,
    config: Config,
    /// The size of a request.
    request: u64,
    received: u64,
    out: VecDeque<AppOutput>,
}

/// There is one connection.
const CONN: ConnId = ConnId(0);
/// The size of an answer.
pub(in crate::scenario::tcp) const ANSWER: u64 = 200;

/// A message without a format: its kind is its name.
pub(in crate::scenario::tcp) fn message(kind: &'static str, len: u64) -> AppOutput {
    let unit = Unit {
        protocol: Protocol::Data,
        kind: kind.to_owned(),
        name: kind.to_owned(),
        detail: format!("{len} B"),
        offset: 0,
        len,
    };
    AppOutput::Send { conn: CONN, payload: Payload::pattern(0, len), units: vec![unit] }
}

fn note(name: &'static str, text: &str) -> AppOutput {
    AppOutput::Note { conn: CONN, name, text: text.to_owned(), amount: 0 }
}

impl Asker {
    pub(super) const fn new(
        to: Address,
        config: Config,
        pattern: Pattern,
        writes: (u64, u64),
        exchanges: u64,
    ) -> Self {
        Self { to, config, pattern, writes, left: exchanges, received: 0, out: VecDeque::new() }
    }

    fn ask(&mut self) {
        let (header, body) = self.writes;
        loop {
            if self.left == 0 {
                return;
            }
            self.left -= 1;
            if self.pattern == Pattern::One {
                self.out.push_back(note("header-written", "writes header and body at once"));
                self.out.push_back(message("request", header + body));
                return;
            }
            self.out.push_back(note("header-written", "writes the header"));
            self.out.push_back(message("header", header));
            self.out.push_back(note("body-written", "writes the body"));
            self.out.push_back(message("body", body));
            if self.pattern == Pattern::Two {
                return;
            }
        }
    }
}

impl App for Asker {
    fn handle(&mut self, _now: Instant, input: AppInput) {
        match input {
            AppInput::Start => {
                let (to, config) = (self.to, self.config);
                self.out.push_back(AppOutput::Connect { conn: CONN, to, config });
            }
            AppInput::Connected { .. } => self.ask(),
            AppInput::Data { payload, .. } => {
                self.received += payload.len();
                while self.received >= ANSWER {
                    self.received -= ANSWER;
                    self.out.push_back(note("answer-complete", "has the answer"));
                    self.ask();
                }
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

impl Replier {
    pub(in crate::scenario::tcp) const fn new(port: u16, config: Config, request: u64) -> Self {
        Self { port, config, request, received: 0, out: VecDeque::new() }
    }
}

impl App for Replier {
    fn handle(&mut self, _now: Instant, input: AppInput) {
        match input {
            AppInput::Start => {
                let (port, config) = (self.port, self.config);
                self.out.push_back(AppOutput::Listen { port, config });
            }
            AppInput::Data { payload, .. } => {
                self.received += payload.len();
                while self.received >= self.request {
                    self.received -= self.request;
                    self.out.push_back(message("answer", ANSWER));
                }
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
