//! A download over TCP that survives another address the only way it can: from the start of a
//! new connection, for the rest.

use core::time::Duration;
use std::collections::VecDeque;

use crate::proto::app::{Address, App, AppInput, AppOutput, ConnId};
use crate::proto::tcp::Config;
use crate::sim::time::Instant;
use crate::sorted::SortedMap;
use crate::wire::{Payload, Protocol, Unit};

/// The client: asks, waits, and asks again for the rest.
#[derive(Debug)]
pub(super) struct Fetcher {
    to: (Address, Config),
    conn: ConnId,
    missing: u64,
    /// When the new network is there, and its address.
    moves: Option<(Instant, [u8; 4])>,
    moves_after: Duration,
    patience: Duration,
    ip: [u8; 4],
    heard: Instant,
    waits: bool,
    out: VecDeque<AppOutput>,
}

impl Fetcher {
    pub(super) const fn new(
        to: (Address, Config),
        size: u64,
        (moves_after, patience): (Duration, Duration),
        ip: [u8; 4],
    ) -> Self {
        Self {
            to,
            conn: ConnId(0),
            missing: size,
            moves: None,
            moves_after,
            patience,
            ip,
            heard: Instant::START,
            waits: false,
            out: VecDeque::new(),
        }
    }

    fn note(&mut self, name: &'static str, text: &str) {
        let (conn, text) = (self.conn, text.to_owned());
        self.out.push_back(AppOutput::Note { conn, name, text, amount: self.missing });
    }

    fn ask(&mut self) {
        let text = format!("bytes={:>12}\n", self.missing);
        let payload = Payload::from(text.into_bytes());
        let len = payload.len();
        let unit = Unit {
            protocol: Protocol::Data,
            kind: "request".to_owned(),
            name: "request".to_owned(),
            detail: format!("the last {} B", self.missing),
            offset: 0,
            len,
        };
        self.out.push_back(AppOutput::Send { conn: self.conn, payload, units: vec![unit] });
        let name = if self.conn == ConnId(0) { "asked" } else { "asked-again" };
        self.note(name, "the program asks");
    }

    fn timeout(&mut self, now: Instant) {
        if let Some((_, ip)) = self.moves.take_if(|(at, _)| *at <= now) {
            self.out.push_back(AppOutput::Readdress { ip });
            self.note("new-address", "the host has a network again, and another address");
        }
        if self.waits && now >= self.heard + self.patience && self.moves.is_none() {
            self.note("gave-up", "the program gives the connection up and opens another");
            self.out.push_back(AppOutput::Abort { conn: self.conn });
            self.conn = ConnId(self.conn.0 + 1);
            self.heard = now;
            let (to, config) = self.to;
            self.out.push_back(AppOutput::Connect { conn: self.conn, to, config });
        }
    }
}

impl App for Fetcher {
    fn handle(&mut self, now: Instant, input: AppInput) {
        match input {
            AppInput::Start => {
                let (to, config) = self.to;
                self.moves = Some((now + self.moves_after, self.ip));
                self.waits = true;
                self.out.push_back(AppOutput::Connect { conn: self.conn, to, config });
            }
            AppInput::Connected { conn } if conn == self.conn => {
                self.heard = now;
                self.ask();
            }
            AppInput::Data { conn, payload } if conn == self.conn => {
                self.heard = now;
                self.missing = self.missing.saturating_sub(payload.len());
                if self.missing == 0 && self.waits {
                    self.waits = false;
                    self.note("response-complete", "the download is complete");
                    self.out.push_back(AppOutput::Close { conn });
                }
            }
            AppInput::Timeout => self.timeout(now),
            _ => {}
        }
    }

    fn poll(&mut self, _now: Instant) -> Option<AppOutput> {
        self.out.pop_front()
    }

    fn poll_timeout(&self) -> Option<Instant> {
        let gives_up = self.waits.then_some(self.heard + self.patience);
        match self.moves {
            // Without a network it would not help to connect.
            Some((at, _)) => Some(at),
            None => gives_up,
        }
    }
}

/// The server: sends as many bytes as it is asked for.
#[derive(Debug)]
pub(super) struct Giver {
    port: u16,
    config: Config,
    asked: SortedMap<ConnId, Vec<u8>>,
    out: VecDeque<AppOutput>,
}

impl Giver {
    pub(super) const fn new(port: u16, config: Config) -> Self {
        Self { port, config, asked: SortedMap::new(), out: VecDeque::new() }
    }

    fn data(&mut self, conn: ConnId, payload: &Payload) {
        let line = self.asked.get_or_default(conn);
        line.extend(payload.to_vec());
        if line.last() != Some(&b'\n') {
            return;
        }
        let text = String::from_utf8_lossy(line);
        let digits = text.trim_start_matches("bytes=").trim();
        let payload = Payload::pattern(0, digits.parse().unwrap_or(0));
        line.clear();
        self.out.push_back(AppOutput::Send { conn, payload, units: Vec::new() });
    }
}

impl App for Giver {
    fn handle(&mut self, _now: Instant, input: AppInput) {
        match input {
            AppInput::Start => {
                let (port, config) = (self.port, self.config);
                self.out.push_back(AppOutput::Listen { port, config });
            }
            AppInput::Data { conn, payload } => self.data(conn, &payload),
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
