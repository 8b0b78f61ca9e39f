//! A site that renews its certificate, an authority that may be out of order, and a visitor.

use core::time::Duration;
use std::collections::VecDeque;

use super::{CA, DAY, RETRY, issued};
use crate::proto::app::{Address, App, AppInput, AppOutput, ConnId};
use crate::proto::tcp::Config;
use crate::proto::tls::{PORT, Secure};
use crate::sim::time::Instant;
use crate::wire::{Payload, Protocol, Unit};

/// The words of an order and of its answers, of which the first letter is enough.
const ORDER: &str = "order";
const ISSUED: &str = "issued";
const UNAVAILABLE: &str = "unavailable";
/// Sizes in bytes: an order, a chain of two certificates, an apology, a page and what asks for it.
const SIZES: [(&str, u64); 5] =
    [(ORDER, 500), (ISSUED, 2_500), (UNAVAILABLE, 150), ("request", 100), ("response", 1_000)];

/// Sends a message of this kind.
fn send(conn: ConnId, kind: &'static str) -> AppOutput {
    let len = SIZES.iter().find(|(name, _)| *name == kind).map_or(0, |(_, len)| *len);
    let mut payload = Payload::from(kind.as_bytes());
    payload.append(&Payload::pattern(0, len - kind.len() as u64));
    let (kind, name, detail) = (kind.to_owned(), kind.to_owned(), format!("{len} B"));
    let unit = Unit { protocol: Protocol::Data, kind, name, detail, offset: 0, len };
    AppOutput::Send { conn, payload, units: vec![unit] }
}

/// What is said in the trace.
fn note(conn: ConnId, name: &'static str, text: &str, amount: u64) -> AppOutput {
    AppOutput::Note { conn, name, text: text.to_owned(), amount }
}

/// How the site comes to its next certificate.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plan {
    /// Days for which a certificate is good.
    pub(super) lifetime: u64,
    /// How long after two thirds of it someone asks for the next one.
    pub(super) late: Duration,
    /// After this moment nothing begins any more.
    pub(super) until: Instant,
}

impl Plan {
    /// When the next one is asked for.
    fn due(&self, since: Instant) -> Instant {
        since + super::two_thirds(self.lifetime) + self.late
    }
}

/// The pages of the site.
#[derive(Debug)]
pub(super) struct Pages {
    tcp: Config,
    out: VecDeque<AppOutput>,
}

impl Pages {
    pub(super) const fn new(tcp: Config) -> Self {
        Self { tcp, out: VecDeque::new() }
    }
}

impl App for Pages {
    fn handle(&mut self, _now: Instant, input: AppInput) {
        self.out.extend(match input {
            AppInput::Start => Some(AppOutput::Listen { port: PORT, config: self.tcp }),
            AppInput::Data { conn, .. } => Some(send(conn, "response")),
            AppInput::PeerClosed { conn } => Some(AppOutput::Close { conn }),
            _ => None,
        });
    }

    fn poll(&mut self, _now: Instant) -> Option<AppOutput> {
        self.out.pop_front()
    }

    fn poll_timeout(&self) -> Option<Instant> {
        None
    }
}

/// The site: its pages over TLS, and its dealings with the authority.
#[derive(Debug)]
pub(super) struct Site {
    pages: Secure<Pages>,
    tcp: Config,
    plan: Plan,
    /// When the next order goes out.
    due: Instant,
    /// When the certificate ends, unless that was said.
    ends: Option<Instant>,
    /// The connection of the order.
    order: Option<ConnId>,
    /// A number that no connection has had.
    next: u32,
    out: VecDeque<AppOutput>,
}

impl Site {
    pub(super) fn new(pages: Secure<Pages>, tcp: Config, plan: Plan) -> Self {
        let due = plan.due(Instant::START);
        let ends = Some(Instant::START + DAY * u32::try_from(plan.lifetime).unwrap_or(u32::MAX));
        Self { pages, tcp, plan, due, ends, order: None, next: 0, out: VecDeque::new() }
    }

    fn on_timeout(&mut self, now: Instant) {
        if self.ends.take_if(|ends| *ends <= now).is_some() {
            let text = "the certificate is over";
            self.out.push_back(note(ConnId(0), "expired", text, 0));
        }
        if self.due <= now {
            let conn = ConnId(self.next);
            self.next += 1;
            self.order = Some(conn);
            // Whatever happens, it is tried again later.
            self.due = now + RETRY;
            let to = Address { ip: CA, port: PORT };
            self.out.push_back(AppOutput::Connect { conn, to, config: self.tcp });
        }
    }

    /// What the authority says.
    fn answered(&mut self, now: Instant, conn: ConnId, payload: &Payload) {
        self.order = None;
        if payload.head_bytes(1) == ISSUED.as_bytes()[..1] {
            self.pages.set_identity(issued(self.plan.lifetime, now));
            self.due = self.plan.due(now);
            self.ends = Some(now + DAY * u32::try_from(self.plan.lifetime).unwrap_or(u32::MAX));
            let text = "has a new certificate";
            self.out.push_back(note(conn, "renewed", text, self.plan.lifetime));
        } else {
            self.due = now + RETRY;
            self.out.push_back(note(conn, "not-renewed", "the authority cannot issue now", 0));
        }
        self.out.push_back(AppOutput::Close { conn });
    }
}

impl App for Site {
    fn handle(&mut self, now: Instant, input: AppInput) {
        match input {
            AppInput::Timeout => {
                self.on_timeout(now);
                self.pages.handle(now, AppInput::Timeout);
            }
            AppInput::Connected { conn } if self.order == Some(conn) => {
                self.out.push_back(send(conn, ORDER));
            }
            AppInput::Data { conn, payload } if self.order == Some(conn) => {
                self.answered(now, conn, &payload);
            }
            AppInput::Failed { conn, .. } if self.order == Some(conn) => self.order = None,
            input => {
                if let AppInput::Accepted { conn } = input {
                    self.next = self.next.max(conn.0 + 1);
                }
                self.pages.handle(now, input);
            }
        }
    }

    fn poll(&mut self, now: Instant) -> Option<AppOutput> {
        self.out.pop_front().or_else(|| self.pages.poll(now))
    }

    fn poll_timeout(&self) -> Option<Instant> {
        let due = Some(self.due).filter(|due| *due <= self.plan.until);
        let ends = self.ends.filter(|ends| *ends <= self.plan.until);
        [due, ends, self.pages.poll_timeout()].into_iter().flatten().min()
    }
}

/// An authority that issues at once, unless it is out of order.
#[derive(Debug)]
pub(super) struct Authority {
    tcp: Config,
    /// From when until when it is out of order.
    outage: (Instant, Instant),
    out: VecDeque<AppOutput>,
}

impl Authority {
    pub(super) const fn new(tcp: Config, outage: (Instant, Instant)) -> Self {
        Self { tcp, outage, out: VecDeque::new() }
    }
}

impl App for Authority {
    fn handle(&mut self, now: Instant, input: AppInput) {
        let out_of_order = self.outage.0 <= now && now < self.outage.1;
        self.out.extend(match input {
            AppInput::Start => Some(AppOutput::Listen { port: PORT, config: self.tcp }),
            AppInput::Data { conn, .. } if out_of_order => Some(send(conn, UNAVAILABLE)),
            AppInput::Data { conn, .. } => Some(send(conn, ISSUED)),
            AppInput::PeerClosed { conn } => Some(AppOutput::Close { conn }),
            _ => None,
        });
    }

    fn poll(&mut self, _now: Instant) -> Option<AppOutput> {
        self.out.pop_front()
    }

    fn poll_timeout(&self) -> Option<Instant> {
        None
    }
}

/// Looks at the site from time to time.
#[derive(Debug)]
pub(super) struct Visitor {
    to: Address,
    tcp: Config,
    every: Duration,
    visits: u32,
    next: (u32, Instant),
    /// Whether the last visit was refused.
    refused: bool,
    out: VecDeque<AppOutput>,
}

impl Visitor {
    /// Visits so often, the first at `first`.
    pub(super) const fn new(
        to: Address,
        tcp: Config,
        (first, every): (Instant, Duration),
        visits: u32,
    ) -> Self {
        Self { to, tcp, every, visits, next: (0, first), refused: false, out: VecDeque::new() }
    }
}

impl App for Visitor {
    fn handle(&mut self, now: Instant, input: AppInput) {
        match input {
            AppInput::Timeout if self.next.1 <= now && self.next.0 < self.visits => {
                let (visit, at) = self.next;
                self.next = (visit + 1, at + self.every);
                let conn = ConnId(visit);
                self.out.push_back(AppOutput::Connect { conn, to: self.to, config: self.tcp });
            }
            AppInput::Connected { conn } => self.out.push_back(send(conn, "request")),
            AppInput::Data { conn, .. } => {
                let again = core::mem::replace(&mut self.refused, false);
                let name = if again { "works-again" } else { "visited" };
                self.out.push_back(note(conn, name, "the page is here", 0));
                self.out.push_back(AppOutput::Close { conn });
            }
            AppInput::Failed { conn, .. } => {
                self.refused = true;
                self.out.push_back(note(conn, "no-page", "no page, but a warning", 0));
            }
            _ => {}
        }
    }

    fn poll(&mut self, _now: Instant) -> Option<AppOutput> {
        self.out.pop_front()
    }

    fn poll_timeout(&self) -> Option<Instant> {
        Some(self.next.1).filter(|_| self.next.0 < self.visits)
    }
}
