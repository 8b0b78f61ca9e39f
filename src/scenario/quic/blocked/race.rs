//! A program that tries QUIC and then TCP, and a server that answers on both.

use core::time::Duration;
use std::collections::VecDeque;

use super::REQUEST;
use crate::proto::app::{Address, AppInput, AppOutput, ConnId};
use crate::proto::quic::{Config, StreamApp, StreamInput, StreamOutput};
use crate::proto::tcp;
use crate::sim::time::Instant;
use crate::sorted::SortedMap;
use crate::wire::{Payload, Protocol, Unit};

/// The first connection of each kind.
const CONN: ConnId = ConnId(0);
/// The size of the answer.
const RESPONSE: u64 = 1_000;
/// By which way the answer came.
pub(super) const BY_TCP: &str = "over TCP";
const BY_QUIC: &str = "over QUIC";

fn message(kind: &str, len: u64) -> (Payload, Vec<Unit>) {
    let unit = Unit {
        protocol: Protocol::Data,
        kind: kind.to_owned(),
        name: kind.to_owned(),
        detail: format!("{len} B"),
        offset: 0,
        len,
    };
    (Payload::pattern(0, len), vec![unit])
}

/// The client.
#[derive(Debug)]
pub(super) struct Racer {
    to: Address,
    configs: (Config, tcp::Config),
    wait: Duration,
    tries_at: Option<Instant>,
    /// Which way is used, once one is open.
    won: Option<&'static str>,
    answered: bool,
    out: VecDeque<StreamOutput>,
}

impl Racer {
    pub(super) const fn new(to: Address, configs: (Config, tcp::Config), wait: Duration) -> Self {
        let out = VecDeque::new();
        Self { to, configs, wait, tries_at: None, won: None, answered: false, out }
    }

    fn note(&mut self, name: &'static str, text: &str) {
        let text = text.to_owned();
        let note = AppOutput::Note { conn: CONN, name, text, amount: 0 };
        self.out.push_back(StreamOutput::Lower(note));
    }

    fn try_tcp(&mut self) {
        if self.won.is_none() {
            let (to, config) = (self.to, self.configs.1);
            self.out.push_back(StreamOutput::Lower(AppOutput::Connect { conn: CONN, to, config }));
        }
    }

    fn answer(&mut self, way: &'static str) {
        if !core::mem::replace(&mut self.answered, true) {
            self.note("response-head", way);
        }
    }
}

impl StreamApp for Racer {
    fn handle(&mut self, now: Instant, input: StreamInput) {
        match input {
            StreamInput::Lower(AppInput::Start) => {
                let (to, config) = (self.to, self.configs.0.clone());
                self.out.push_back(StreamOutput::Connect { conn: CONN, to, config });
                if self.wait.is_zero() {
                    self.try_tcp();
                } else {
                    self.tries_at = Some(now + self.wait);
                }
            }
            StreamInput::Lower(AppInput::Timeout)
                if self.tries_at.take_if(|at| *at <= now).is_some() =>
            {
                self.try_tcp();
            }
            StreamInput::Connected { conn } if self.won.is_none() => {
                self.won = Some(BY_QUIC);
                let (payload, units) = message("request", REQUEST);
                let (stream, end) = (0, true);
                self.out.push_back(StreamOutput::Send { conn, stream, payload, units, end });
            }
            StreamInput::Lower(AppInput::Connected { conn }) => {
                self.note("tcp-open", "TCP and TLS are open");
                if self.won.is_some() {
                    // Not needed any more.
                    self.out.push_back(StreamOutput::Lower(AppOutput::Close { conn }));
                    return;
                }
                self.won = Some(BY_TCP);
                self.out.push_back(StreamOutput::Close { conn: CONN, error: 0 });
                let (payload, units) = message("request", REQUEST);
                self.out.push_back(StreamOutput::Lower(AppOutput::Send { conn, payload, units }));
            }
            StreamInput::Data { .. } => self.answer(BY_QUIC),
            StreamInput::Lower(AppInput::Data { .. }) => self.answer(BY_TCP),
            _ => {}
        }
    }

    fn poll(&mut self, _now: Instant) -> Option<StreamOutput> {
        self.out.pop_front()
    }

    fn poll_timeout(&self) -> Option<Instant> {
        self.tries_at
    }
}

/// The server.
#[derive(Debug)]
pub(super) struct Both {
    port: u16,
    configs: (Config, tcp::Config),
    got: SortedMap<ConnId, u64>,
    out: VecDeque<StreamOutput>,
}

impl Both {
    pub(super) const fn new(port: u16, configs: (Config, tcp::Config)) -> Self {
        Self { port, configs, got: SortedMap::new(), out: VecDeque::new() }
    }
}

impl StreamApp for Both {
    fn handle(&mut self, _now: Instant, input: StreamInput) {
        match input {
            StreamInput::Lower(AppInput::Start) => {
                let (port, (quic, tcp)) = (self.port, self.configs.clone());
                self.out.push_back(StreamOutput::Listen { port, config: quic });
                let listen = AppOutput::Listen { port, config: tcp };
                self.out.push_back(StreamOutput::Lower(listen));
            }
            StreamInput::Data { conn, stream, end: true, .. } => {
                let (payload, units) = message("response", RESPONSE);
                let end = true;
                self.out.push_back(StreamOutput::Send { conn, stream, payload, units, end });
            }
            StreamInput::Lower(AppInput::Data { conn, payload }) => {
                let got = self.got.get_or_default(conn);
                let before = core::mem::replace(got, *got + payload.len());
                if before < REQUEST && *got >= REQUEST {
                    let (payload, units) = message("response", RESPONSE);
                    let send = AppOutput::Send { conn, payload, units };
                    self.out.push_back(StreamOutput::Lower(send));
                }
            }
            StreamInput::Lower(AppInput::PeerClosed { conn }) => {
                self.out.push_back(StreamOutput::Lower(AppOutput::Close { conn }));
            }
            _ => {}
        }
    }

    fn poll(&mut self, _now: Instant) -> Option<StreamOutput> {
        self.out.pop_front()
    }

    fn poll_timeout(&self) -> Option<Instant> {
        None
    }
}
