//! People who ask, each when their time has come and not when the one before is served.

use core::time::Duration;
use std::collections::VecDeque;

use crate::proto::app::{Address, App, AppInput, AppOutput, ConnId};
use crate::proto::http1::{Found, Reader};
use crate::proto::tcp::Config;
use crate::sim::time::{Instant, nanos};
use crate::sorted::SortedMap;
use crate::wire::http1::{Header, Request, Response};
use crate::wire::{Payload, Protocol, Unit};

/// All of them.
#[derive(Debug)]
pub(super) struct Users {
    to: Address,
    tcp: Config,
    every: Duration,
    requests: u32,
    /// The next request and its moment.
    next: (u32, Instant),
    idle: Vec<ConnId>,
    /// Since when a connection waits for which answer.
    waiting: SortedMap<ConnId, (u32, Instant, Reader<Response>)>,
    opened: u32,
    out: VecDeque<AppOutput>,
}

impl Users {
    pub(super) const fn new(to: Address, tcp: Config, every: Duration, requests: u32) -> Self {
        Self {
            to,
            tcp,
            every,
            requests,
            next: (0, Instant::START),
            idle: Vec::new(),
            waiting: SortedMap::new(),
            opened: 0,
            out: VecDeque::new(),
        }
    }

    fn ask(&mut self, now: Instant) {
        let (number, at) = self.next;
        self.next = (number + 1, at + self.every);
        let conn = self.idle.pop().unwrap_or_else(|| {
            let (conn, to, config) = (ConnId(self.opened), self.to, self.tcp);
            self.opened += 1;
            self.out.push_back(AppOutput::Connect { conn, to, config });
            conn
        });
        let request = Request {
            method: "GET".to_owned(),
            target: "/".to_owned(),
            headers: vec![Header::new("Host", "shop.example")],
        };
        let payload = Payload::from(request.encode());
        let len = payload.len();
        let unit = Unit {
            protocol: Protocol::Http1,
            kind: "request".to_owned(),
            name: format!("GET /, request {}", number + 1),
            detail: format!("{len} B"),
            offset: 0,
            len,
        };
        self.out.push_back(AppOutput::Send { conn, payload, units: vec![unit] });
        self.waiting.insert(conn, (number, now, Reader::new(Response::decode)));
    }

    fn hear(&mut self, now: Instant, conn: ConnId, payload: &Payload) {
        let Some((number, since, reader)) = self.waiting.get_mut(&conn) else { return };
        let (number, time) = (*number, nanos(now - *since));
        for found in reader.take(payload).unwrap_or_default() {
            if let Found::Complete(head) = found {
                let name = if head.status == 200 { "answered" } else { "failed" };
                let text = format!("request {}: {} {}", number + 1, head.status, head.reason);
                self.out.push_back(AppOutput::Note { conn, name, text, amount: time });
                self.waiting.remove(&conn);
                self.idle.push(conn);
                return;
            }
        }
    }
}

impl App for Users {
    fn handle(&mut self, now: Instant, input: AppInput) {
        match input {
            AppInput::Timeout => {
                while self.next.1 <= now && self.next.0 < self.requests {
                    self.ask(now);
                }
            }
            AppInput::Data { conn, payload } => self.hear(now, conn, &payload),
            AppInput::Failed { conn, .. } => {
                self.idle.retain(|idle| *idle != conn);
                if let Some((number, since, _)) = self.waiting.remove(&conn) {
                    let text = format!("request {}: the connection failed", number + 1);
                    let (name, amount) = ("failed", nanos(now - since));
                    self.out.push_back(AppOutput::Note { conn, name, text, amount });
                }
            }
            _ => {}
        }
    }

    fn poll(&mut self, _now: Instant) -> Option<AppOutput> {
        self.out.pop_front()
    }

    fn poll_timeout(&self) -> Option<Instant> {
        Some(self.next.1).filter(|_| self.next.0 < self.requests)
    }
}
