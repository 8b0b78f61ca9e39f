//! A server that thinks for a while and answers.

use core::time::Duration;
use std::collections::VecDeque;

use super::PORT;
use super::body::{Found, Reader};
use crate::proto::app::{App, AppInput, AppOutput, ConnId};
use crate::proto::tcp::Config;
use crate::sim::time::Instant;
use crate::sorted::SortedMap;
use crate::wire::http1::{Header, Request, Response};
use crate::wire::{Payload, Protocol, Unit};

/// How the server answers.
#[derive(Clone, Debug)]
pub struct ServerConfig {
    /// How accepted connections behave.
    pub tcp: Config,
    /// How long it works on a request.
    pub think: Duration,
    /// The size of the body of each response, in bytes.
    pub body: u64,
}

/// An HTTP/1.1 server at work.
#[derive(Debug)]
pub struct Server {
    config: ServerConfig,
    port: u16,
    readers: SortedMap<ConnId, Reader<Request>>,
    /// Answers being worked on, by the moment at which they are ready and the order of asking.
    thinking: SortedMap<(Instant, u64), ConnId>,
    asked: u64,
    out: VecDeque<AppOutput>,
}

impl Server {
    /// A server that will listen when the run begins.
    pub const fn new(config: ServerConfig) -> Self {
        Self {
            config,
            port: PORT,
            readers: SortedMap::new(),
            thinking: SortedMap::new(),
            asked: 0,
            out: VecDeque::new(),
        }
    }

    /// Listens on another port than HTTP's own.
    #[must_use]
    pub const fn on_port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    fn note(&mut self, conn: ConnId, name: &'static str, text: String, amount: u64) {
        self.out.push_back(AppOutput::Note { conn, name, text, amount });
    }

    fn read(&mut self, now: Instant, conn: ConnId, payload: &Payload) {
        let reader = self.readers.get_or_insert_with(conn, || Reader::new(Request::decode));
        let found = match reader.take(payload) {
            Ok(found) => found,
            Err(error) => {
                self.note(conn, "bad-request", format!("not HTTP/1.1: {error}"), 0);
                self.out.push_back(AppOutput::Abort { conn });
                return;
            }
        };
        for found in found {
            if let Found::Complete(request) = found {
                self.asked += 1;
                let text = format!("{} {} is complete", request.method, request.target);
                self.note(conn, "request-complete", text, self.asked);
                if self.config.think.is_zero() {
                    self.answer(conn);
                } else {
                    let text = format!("works on {} {}", request.method, request.target);
                    self.note(conn, "think-start", text, self.asked);
                    self.thinking.insert((now + self.config.think, self.asked), conn);
                }
            }
        }
    }

    fn answer(&mut self, conn: ConnId) {
        let body = self.config.body;
        let response = Response {
            status: 200,
            reason: "OK".to_owned(),
            headers: vec![
                Header::new("Content-Type", "text/html; charset=utf-8"),
                Header::new("Content-Length", &body.to_string()),
            ],
        };
        let mut payload = Payload::from(response.encode());
        payload.append(&Payload::pattern(0, body));
        let unit = Unit {
            protocol: Protocol::Http1,
            kind: "response".to_owned(),
            name: format!("{} {}", response.status, response.reason),
            detail: format!("{} B", payload.len()),
            offset: 0,
            len: payload.len(),
        };
        let amount = payload.len();
        self.note(conn, "response-sent", "the answer is handed over".to_owned(), amount);
        self.out.push_back(AppOutput::Send { conn, payload, units: vec![unit] });
    }
}

impl App for Server {
    fn handle(&mut self, now: Instant, input: AppInput) {
        match input {
            AppInput::Start => {
                let config = self.config.tcp;
                self.out.push_back(AppOutput::Listen { port: self.port, config });
            }
            AppInput::Data { conn, payload } => self.read(now, conn, &payload),
            AppInput::Timeout => {
                let mut ready = Vec::new();
                self.thinking.take_while(|(at, number), conn| {
                    let due = *at <= now;
                    if due {
                        ready.push((*number, *conn));
                    }
                    due
                });
                for (number, conn) in ready {
                    self.note(conn, "think-end", "the answer is ready".to_owned(), number);
                    self.answer(conn);
                }
            }
            AppInput::PeerClosed { conn } => self.out.push_back(AppOutput::Close { conn }),
            AppInput::Failed { conn, .. } | AppInput::Closed { conn } => {
                self.readers.remove(&conn);
                self.thinking.retain(|_, waiting| *waiting != conn);
            }
            AppInput::Connected { .. }
            | AppInput::Accepted { .. }
            | AppInput::Blocked { .. }
            | AppInput::Writable { .. }
            | AppInput::Datagram { .. }
            | AppInput::Unreachable { .. } => {}
        }
    }

    fn poll(&mut self, _now: Instant) -> Option<AppOutput> {
        self.out.pop_front()
    }

    fn poll_timeout(&self) -> Option<Instant> {
        self.thinking.keys().next().map(|(at, _)| *at)
    }
}

#[cfg(test)]
mod tests;
