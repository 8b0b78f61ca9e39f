//! A visitor that looks a site up and connects, the sites, and a network whose routes change.

use core::time::Duration;
use std::collections::VecDeque;

use crate::proto::app::{Address, App, AppInput, AppOutput, ConnId};
use crate::proto::dns::Stub;
use crate::proto::router::Router;
use crate::scenario::dns::{tcp, www};
use crate::sim::endpoint::{Endpoint, Input, Output};
use crate::sim::route::Prefix;
use crate::sim::time::{Instant, nanos};
use crate::sim::trace::HostId;
use crate::wire::dns::Kind;
use crate::wire::ipv4::address_text;

/// The port of the sites.
const PORT: u16 = 443;
/// How long a visitor waits for a connection.
const PATIENCE: Duration = Duration::from_secs(1);

/// A visitor: it looks the shop up and opens a connection, again and again.
#[derive(Debug)]
pub(super) struct Visitor {
    stub: Stub,
    left: u32,
    next: Instant,
    every: Duration,
    /// The connection that is being opened: to whom, since when.
    open: Option<(ConnId, [u8; 4], Instant)>,
    out: VecDeque<AppOutput>,
}

impl Visitor {
    pub(super) const fn new(stub: Stub, visits: u32, every: Duration) -> Self {
        Self { stub, left: visits, next: Instant::START, every, open: None, out: VecDeque::new() }
    }

    fn note(&mut self, name: &'static str, text: String, amount: u64) {
        self.out.push_back(AppOutput::Note { conn: ConnId(0), name, text, amount });
    }

    fn on_time(&mut self, now: Instant) {
        if self.left > 0 && self.next <= now {
            self.left -= 1;
            self.next += self.every;
            self.note("visit", "visits the shop".to_owned(), 0);
            self.stub.look_up(now, www(), Kind::A);
        }
        if let Some((conn, ip, _)) = self.open.take_if(|(.., since)| *since + PATIENCE <= now) {
            self.note("unreached", format!("{} does not answer", address_text(ip)), 0);
            self.out.push_back(AppOutput::Abort { conn });
        }
    }

    /// Connects to the first address that was found.
    fn connect(&mut self, now: Instant) {
        while let Some((_, addresses)) = self.stub.result() {
            let Some(ip) = addresses.first().copied() else { continue };
            let conn = self.stub.next_connection();
            self.open = Some((conn, ip, now));
            let to = Address { ip, port: PORT };
            self.out.push_back(AppOutput::Connect { conn, to, config: tcp() });
        }
    }
}

impl App for Visitor {
    fn handle(&mut self, now: Instant, input: AppInput) {
        match input {
            AppInput::Connected { conn } if self.open.is_some_and(|(own, ..)| own == conn) => {
                if let Some((_, ip, since)) = self.open.take() {
                    let text = format!("{} answers", address_text(ip));
                    self.note("reached", text, nanos(now - since));
                    self.out.push_back(AppOutput::Close { conn });
                }
            }
            AppInput::Failed { conn, .. } if self.open.is_some_and(|(own, ..)| own == conn) => {
                if let Some((_, ip, _)) = self.open.take() {
                    self.note("unreached", format!("{} refuses", address_text(ip)), 0);
                }
            }
            input => {
                self.stub.handle(now, input);
            }
        }
        self.on_time(now);
        self.connect(now);
    }

    fn poll(&mut self, now: Instant) -> Option<AppOutput> {
        self.out.pop_front().or_else(|| self.stub.poll(now))
    }

    fn poll_timeout(&self) -> Option<Instant> {
        let visit = (self.left > 0).then_some(self.next);
        let patience = self.open.map(|(.., since)| since + PATIENCE);
        visit.into_iter().chain(patience).chain(self.stub.poll_timeout()).min()
    }
}

/// A site: it accepts connections and closes them after its visitor.
#[derive(Debug, Default)]
pub(super) struct Site {
    out: VecDeque<AppOutput>,
}

impl App for Site {
    fn handle(&mut self, _now: Instant, input: AppInput) {
        match input {
            AppInput::Start => {
                self.out.push_back(AppOutput::Listen { port: PORT, config: tcp() });
            }
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

/// A router that learns of another way at some moment.
#[derive(Debug)]
pub(super) struct Network {
    router: Router,
    change: Option<(Instant, Prefix, HostId)>,
    out: VecDeque<Output>,
}

impl Network {
    pub(super) const fn new(router: Router, change: Option<(Instant, Prefix, HostId)>) -> Self {
        Self { router, change, out: VecDeque::new() }
    }
}

impl Endpoint for Network {
    fn handle(&mut self, now: Instant, input: Input) {
        if let Some((_, prefix, via)) = self.change.take_if(|(at, ..)| *at <= now) {
            self.out.push_back(Output::Route { prefix, via: Some(via) });
        }
        self.router.handle(now, input);
    }

    fn poll(&mut self, now: Instant) -> Option<Output> {
        self.out.pop_front().or_else(|| self.router.poll(now))
    }

    fn poll_timeout(&self) -> Option<Instant> {
        let change = self.change.map(|(at, ..)| at);
        change.into_iter().chain(self.router.poll_timeout()).min()
    }
}
