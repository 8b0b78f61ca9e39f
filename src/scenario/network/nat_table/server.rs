//! A server that answers who writes, and tells the last one who did its news.

use core::time::Duration;
use std::collections::VecDeque;

use super::inside::message;
use crate::proto::app::{Address, App, AppInput, AppOutput};
use crate::sim::time::Instant;

/// Where it listens.
pub(super) const PORT: u16 = 9_000;
/// Where it listens and says nothing.
pub(super) const SINK: u16 = 9_001;

/// The server.
#[derive(Debug)]
pub(super) struct Server {
    news: Duration,
    end: Instant,
    client: Option<Address>,
    due: Option<Instant>,
    out: VecDeque<AppOutput>,
}

impl Server {
    /// A server with news every so often, until the end.
    pub(super) fn new(news: Duration, time: Duration) -> Self {
        let end = Instant::START + time;
        Self { news, end, client: None, due: None, out: VecDeque::new() }
    }

    fn send(&mut self, to: Address, kind: &str) {
        let (payload, units) = message(kind);
        self.out.push_back(AppOutput::Datagram { from: PORT, to, payload, units });
    }
}

impl App for Server {
    fn handle(&mut self, now: Instant, input: AppInput) {
        match input {
            AppInput::Start => {
                self.out.push_back(AppOutput::Bind { port: PORT });
                self.out.push_back(AppOutput::Bind { port: SINK });
            }
            AppInput::Datagram { to: PORT, from, payload } => {
                self.client = Some(from);
                let answer = if payload.head_bytes(5) == b"hello" { "welcome" } else { "pong" };
                self.send(from, answer);
                self.due = self.due.or(Some(now + self.news)).filter(|due| *due <= self.end);
            }
            AppInput::Timeout if self.due.is_some_and(|due| due <= now) => {
                if let Some(client) = self.client {
                    self.send(client, "news");
                }
                self.due = Some(now + self.news).filter(|due| *due <= self.end);
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
