//! A client that opens one connection and asks for one thing after the other.

use std::collections::VecDeque;

use super::body::{Found, Reader};
use crate::proto::app::{Address, App, AppInput, AppOutput, ConnId};
use crate::proto::tcp::Config;
use crate::sim::time::Instant;
use crate::wire::http1::{Header, Request, Response};
use crate::wire::{Payload, Protocol, Unit};

/// What the client asks for.
#[derive(Clone, Debug)]
pub struct ClientConfig {
    /// The server.
    pub to: Address,
    /// How the connection behaves.
    pub tcp: Config,
    /// The host part of the URL: `shop.example`.
    pub host: &'static str,
    /// How many requests it sends, the next when the answer to the last is complete.
    pub requests: u32,
    /// Whether it closes the connection after the last answer; else it keeps it for more, as
    /// browsers do.
    pub close: bool,
}

/// An HTTP/1.1 client at work.
#[derive(Debug)]
pub struct Client {
    config: ClientConfig,
    reader: Reader<Response>,
    /// Requests sent so far.
    sent: u32,
    out: VecDeque<AppOutput>,
}

/// The client has one connection.
const CONN: ConnId = ConnId(0);

impl Client {
    /// A client that will open its connection when the run begins.
    pub const fn new(config: ClientConfig) -> Self {
        Self { config, reader: Reader::new(Response::decode), sent: 0, out: VecDeque::new() }
    }

    fn request(&mut self) {
        let request = Request {
            method: "GET".to_owned(),
            target: "/".to_owned(),
            headers: vec![
                Header::new("Host", self.config.host),
                Header::new("User-Agent", "roundtrip"),
                Header::new("Accept", "*/*"),
            ],
        };
        self.sent += 1;
        let payload = Payload::from(request.encode());
        let unit = Unit {
            protocol: Protocol::Http1,
            kind: "request".to_owned(),
            name: format!("{} {}", request.method, request.target),
            detail: format!("{} B", payload.len()),
            offset: 0,
            len: payload.len(),
        };
        let amount = payload.len();
        self.out.push_back(AppOutput::Send { conn: CONN, payload, units: vec![unit] });
        self.note("request-sent", format!("request {} sent", self.sent), amount);
    }

    fn note(&mut self, name: &'static str, text: String, amount: u64) {
        self.out.push_back(AppOutput::Note { conn: CONN, name, text, amount });
    }

    fn read(&mut self, payload: &Payload) {
        let found = match self.reader.take(payload) {
            Ok(found) => found,
            Err(error) => {
                self.note("bad-response", format!("not HTTP/1.1: {error}"), 0);
                self.out.push_back(AppOutput::Abort { conn: CONN });
                return;
            }
        };
        for found in found {
            match found {
                Found::Head(head) => {
                    let text = format!("first byte of response {}: {}", self.sent, head.status);
                    self.note("response-head", text, u64::from(head.status));
                }
                Found::Complete(_) => {
                    let text = format!("last byte of response {}", self.sent);
                    self.note("response-complete", text, u64::from(self.sent));
                    if self.sent < self.config.requests {
                        self.request();
                    } else if self.config.close {
                        self.out.push_back(AppOutput::Close { conn: CONN });
                    }
                }
            }
        }
    }
}

impl App for Client {
    fn handle(&mut self, _now: Instant, input: AppInput) {
        match input {
            AppInput::Start => self.out.push_back(AppOutput::Connect {
                conn: CONN,
                to: self.config.to,
                config: self.config.tcp,
            }),
            AppInput::Connected { .. } => self.request(),
            AppInput::Data { payload, .. } => self.read(&payload),
            AppInput::Failed { error, .. } => {
                self.note("failed", format!("the connection failed: {error:?}"), 0);
            }
            AppInput::Timeout
            | AppInput::Accepted { .. }
            | AppInput::PeerClosed { .. }
            | AppInput::Closed { .. }
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
        None
    }
}
