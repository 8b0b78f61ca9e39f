//! Programs of the replay: a client that writes, and an attacker that says again what it heard.

use core::time::Duration;
use std::collections::VecDeque;

use crate::proto::app::{Address, App, AppInput, AppOutput, ConnId};
use crate::proto::tcp::Config;
use crate::sim::time::Instant;
use crate::wire::http1::{Header, Request};
use crate::wire::{Payload, Protocol, Unit};

/// The connection of the client.
const CONN: ConnId = ConnId(0);
/// How long after the first answer the client writes again.
const LATER: Duration = Duration::from_millis(300);

/// A client that sends one request, or writes a second version later.
#[derive(Debug)]
pub(super) struct Writer {
    to: Address,
    tcp: Config,
    method: &'static str,
    /// How many versions it writes.
    versions: u32,
    sent: u32,
    due: Option<Instant>,
    out: VecDeque<AppOutput>,
}

impl Writer {
    pub(super) fn new(to: Address, tcp: Config, method: &'static str) -> Self {
        let versions = if method == "PUT" { 2 } else { 1 };
        Self { to, tcp, method, versions, sent: 0, due: None, out: VecDeque::new() }
    }

    fn send(&mut self) {
        self.sent += 1;
        let request = Request {
            method: self.method.to_owned(),
            target: format!("/v{}", self.sent),
            headers: vec![Header::new("Host", super::sides::NAME)],
        };
        let payload = Payload::from(request.encode());
        let unit = Unit {
            protocol: Protocol::Http1,
            kind: "request".to_owned(),
            name: format!("{} {}", request.method, request.target),
            detail: format!("{} B", payload.len()),
            offset: 0,
            len: payload.len(),
        };
        self.out.push_back(AppOutput::Send { conn: CONN, payload, units: vec![unit] });
    }
}

impl App for Writer {
    fn handle(&mut self, now: Instant, input: AppInput) {
        match input {
            AppInput::Start => {
                let (to, config) = (self.to, self.tcp);
                self.out.push_back(AppOutput::Connect { conn: CONN, to, config });
            }
            AppInput::Connected { .. } => self.send(),
            AppInput::Data { .. } if self.sent < self.versions => self.due = Some(now + LATER),
            AppInput::Timeout if self.due.take_if(|due| *due <= now).is_some() => self.send(),
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

/// What a client's application sends first on a connection that opens at `now`.
pub(super) fn first_flight(mut app: impl App, now: Instant) -> (Payload, Vec<Unit>) {
    let (mut flight, mut begun) = (Payload::new(), Vec::new());
    for input in [AppInput::Start, AppInput::Connected { conn: CONN }] {
        app.handle(now, input);
        while let Some(output) = app.poll(now) {
            let AppOutput::Send { payload, units, .. } = output else { continue };
            let place = u32::try_from(flight.len()).unwrap_or(u32::MAX);
            begun
                .extend(units.into_iter().map(|unit| Unit { offset: unit.offset + place, ..unit }));
            flight.append(&payload);
        }
    }
    (flight, begun)
}

/// Someone who has heard a first flight and sends it again and again.
#[derive(Debug)]
pub(super) struct Attacker {
    flight: (Payload, Vec<Unit>),
    tcp: Config,
    /// When it opens a connection, and to whom.
    plan: VecDeque<(Instant, Address)>,
    next: u32,
    out: VecDeque<AppOutput>,
}

impl Attacker {
    /// Sends the flight to each of these, `times` each, from `begin` on.
    pub(super) fn new(
        flight: (Payload, Vec<Unit>),
        tcp: Config,
        (to, times): (&[Address], u64),
        begin: Instant,
    ) -> Self {
        let rounds = (0..times).flat_map(|_| to.iter().copied());
        let each = Duration::from_millis(50);
        let plan = rounds.zip(0..).map(|(to, place)| (begin + each * place, to)).collect();
        Self { flight, tcp, plan, next: 0, out: VecDeque::new() }
    }
}

impl App for Attacker {
    fn handle(&mut self, now: Instant, input: AppInput) {
        match input {
            AppInput::Timeout => {
                while let Some((_, to)) = self.plan.pop_front_if(|(at, _)| *at <= now) {
                    let conn = ConnId(self.next);
                    self.next += 1;
                    let config = self.tcp;
                    self.out.push_back(AppOutput::Connect { conn, to, config });
                }
            }
            AppInput::Connected { conn } => {
                let (payload, units) = self.flight.clone();
                self.out.push_back(AppOutput::Send { conn, payload, units });
            }
            _ => {}
        }
    }

    fn poll(&mut self, _now: Instant) -> Option<AppOutput> {
        self.out.pop_front()
    }

    fn poll_timeout(&self) -> Option<Instant> {
        self.plan.front().map(|(at, _)| *at)
    }
}
