//! A program that asks by datagrams and repeats, and one that answers.

use core::time::Duration;
use std::collections::VecDeque;

use super::CONN;
use crate::proto::app::{Address, App, AppInput, AppOutput};
use crate::sim::endpoint::Event;
use crate::sim::time::{Instant, nanos};
use crate::sorted::SortedMap;
use crate::wire::{Payload, Protocol, Unit};

/// From one request to the next.
const EVERY: Duration = Duration::from_millis(200);
/// The port of the program that asks.
const FROM: u16 = 40_000;
/// The size of requests and responses in bytes.
const SIZE: usize = 100;
/// The name of the timer in the trace.
const TIMER: &str = "request";

/// A message with its number at the front, and what it is called.
fn message(number: u32, kind: &str, name: String) -> (Payload, Vec<Unit>) {
    let mut bytes = number.to_be_bytes().to_vec();
    bytes.resize(SIZE, b'.');
    let detail = format!("{SIZE} B");
    let (kind, len) = (kind.to_owned(), SIZE as u64);
    let unit = Unit { protocol: Protocol::Udp, kind, name, detail, offset: 0, len };
    (bytes.into(), vec![unit])
}

fn number(payload: &Payload) -> Option<u32> {
    payload.head_bytes(4).first_chunk::<4>().map(|bytes| u32::from_be_bytes(*bytes))
}

/// Asks again and again.
#[derive(Debug)]
pub(super) struct Asker {
    to: Address,
    requests: u32,
    timeout: Duration,
    attempts: u32,
    /// The next request and when it is made.
    next: (u32, Instant),
    /// When each open request began, and how often it was sent.
    open: SortedMap<u32, (Instant, u32)>,
    /// When the program stops waiting, in the order of time.
    deadlines: VecDeque<(Instant, u32, u32)>,
    out: VecDeque<AppOutput>,
}

impl Asker {
    pub(super) const fn new(to: Address, requests: u32, timeout: Duration, attempts: u32) -> Self {
        Self {
            to,
            requests,
            timeout,
            attempts,
            next: (0, Instant::START),
            open: SortedMap::new(),
            deadlines: VecDeque::new(),
            out: VecDeque::new(),
        }
    }

    fn send(&mut self, now: Instant, request: u32) {
        let Some((_, tries)) = self.open.get_mut(&request) else { return };
        *tries += 1;
        let tries = *tries;
        let (kind, again) = if tries > 1 { ("request-again", " again") } else { ("request", "") };
        let (payload, units) = message(request, kind, format!("request {}{again}", request + 1));
        self.out.push_back(AppOutput::Datagram { from: FROM, to: self.to, payload, units });
        let fires = now + self.timeout;
        self.deadlines.push_back((fires, request, tries));
        let event = Event::TimerSet { connection: request, timer: TIMER, fires };
        self.out.push_back(AppOutput::Report(event));
    }

    fn note(&mut self, name: &'static str, text: String, amount: u64) {
        self.out.push_back(AppOutput::Note { conn: CONN, name, text, amount });
    }

    fn on_timeout(&mut self, now: Instant) {
        while self.next.0 < self.requests && self.next.1 <= now {
            let request = self.next.0;
            self.next = (request + 1, self.next.1 + EVERY);
            self.open.insert(request, (now, 0));
            self.send(now, request);
        }
        while let Some((_, request, tries)) = self.deadlines.pop_front_if(|(at, ..)| *at <= now) {
            // Answered by now, or another attempt is the one that is waited for.
            if self.open.get(&request).is_none_or(|(_, sent)| *sent != tries) {
                continue;
            }
            let event = Event::TimerFired { connection: request, timer: TIMER };
            self.out.push_back(AppOutput::Report(event));
            if tries < self.attempts {
                self.send(now, request);
            } else {
                self.open.remove(&request);
                self.note("gave-up", format!("request {}: given up", request + 1), 0);
            }
        }
    }

    fn on_response(&mut self, now: Instant, payload: &Payload) {
        let Some(request) = number(payload) else { return };
        let shown = request + 1;
        match self.open.remove(&request) {
            Some((began, _)) => {
                let event = Event::TimerCancelled { connection: request, timer: TIMER };
                self.out.push_back(AppOutput::Report(event));
                let text = format!("request {shown}: answered");
                self.note("answered", text, nanos(now - began));
            }
            None => self.note("twice", format!("request {shown}: answered before"), 0),
        }
    }
}

impl App for Asker {
    fn handle(&mut self, now: Instant, input: AppInput) {
        match input {
            AppInput::Start => {
                self.out.push_back(AppOutput::Bind { port: FROM });
                self.on_timeout(now);
            }
            AppInput::Timeout => self.on_timeout(now),
            AppInput::Datagram { payload, .. } => self.on_response(now, &payload),
            _ => {}
        }
    }

    fn poll(&mut self, _now: Instant) -> Option<AppOutput> {
        self.out.pop_front()
    }

    fn poll_timeout(&self) -> Option<Instant> {
        let next = (self.next.0 < self.requests).then_some(self.next.1);
        next.into_iter().chain(self.deadlines.front().map(|(at, ..)| *at)).min()
    }
}

/// Answers each request at once.
#[derive(Debug)]
pub(super) struct Echo {
    port: u16,
    out: VecDeque<AppOutput>,
}

impl Echo {
    pub(super) const fn new(port: u16) -> Self {
        Self { port, out: VecDeque::new() }
    }
}

impl App for Echo {
    fn handle(&mut self, _now: Instant, input: AppInput) {
        match input {
            AppInput::Start => self.out.push_back(AppOutput::Bind { port: self.port }),
            AppInput::Datagram { to, from, payload } => {
                let Some(request) = number(&payload) else { return };
                let name = format!("response {}", request + 1);
                let (payload, units) = message(request, "response", name);
                self.out.push_back(AppOutput::Datagram { from: to, to: from, payload, units });
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
