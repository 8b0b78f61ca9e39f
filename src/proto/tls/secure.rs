//! TLS between an application and TCP: the application sees connections and plaintext.

use std::collections::VecDeque;
use std::sync::Arc;

use super::chain::Identity;
use super::config::{ClientConfig, ServerConfig};
use super::record::{Flight, Received, Records};
use super::session::Session;
use super::{Handshake, Level, Step, state};
use crate::proto::app::{App, AppInput, AppOutput, ConnError, ConnId};
use crate::sim::endpoint::Event;
use crate::sim::rng::Rng;
use crate::sim::time::Instant;
use crate::sorted::SortedMap;
use crate::wire::tls::Alert;
use crate::wire::{Keys, Payload, Side, Unit};

/// An application whose connections are secured.
#[derive(Debug)]
pub struct Secure<A> {
    inner: A,
    client: Option<Arc<ClientConfig>>,
    server: Option<Arc<ServerConfig>>,
    /// Renew the keys after so many records.
    update_after: Option<u64>,
    /// Whether later connections resume the session of an earlier one.
    keeps: bool,
    rng: Rng,
    links: SortedMap<ConnId, Link>,
    out: VecDeque<AppOutput>,
}

/// A secured connection.
#[derive(Debug)]
struct Link {
    handshake: Handshake,
    records: Records,
    /// The application knows of it.
    told: bool,
    /// Its data may go out under the keys of the application.
    open: bool,
    /// It was given up.
    over: bool,
    peer_closed: bool,
    /// How many more bytes of early data may go out.
    early_left: u64,
    /// Early data, in case the server does not take it.
    early: Vec<(Payload, Vec<Unit>)>,
    /// Data that waits for the handshake, and whether the end follows.
    waiting: Vec<(Payload, Vec<Unit>)>,
    closing: bool,
}

impl<A: App> Secure<A> {
    /// A client's application: the connections that it opens are secured.
    pub fn client(inner: A, config: ClientConfig, rng: Rng) -> Self {
        Self::new(inner, Some(Arc::new(config)), None, rng)
    }

    /// A server's application: the connections that it accepts are secured.
    pub fn server(inner: A, config: ServerConfig, rng: Rng) -> Self {
        Self::new(inner, None, Some(Arc::new(config)), rng)
    }

    fn new(
        inner: A,
        client: Option<Arc<ClientConfig>>,
        server: Option<Arc<ServerConfig>>,
        rng: Rng,
    ) -> Self {
        let (links, out) = (SortedMap::new(), VecDeque::new());
        Self { inner, client, server, update_after: None, keeps: false, rng, links, out }
    }

    /// Renews the keys after so many records (RFC 8446 section 5.5 sets limits).
    #[must_use]
    pub const fn update_after(mut self, records: u64) -> Self {
        self.update_after = Some(records);
        self
    }

    /// Lets later connections resume the session of an earlier one.
    #[must_use]
    pub const fn keeping_sessions(mut self) -> Self {
        self.keeps = true;
        self
    }

    /// Shows another certificate from now on; handshakes under way go on with the old one.
    pub fn set_identity(&mut self, identity: Identity) {
        if let Some(config) = &mut self.server {
            Arc::make_mut(config).identities = vec![identity];
        }
    }

    /// Begins the handshake on a connection.
    fn begin(&mut self, now: Instant, conn: ConnId, side: Side) {
        let rng = self.rng.at(u64::from(conn.0));
        let handshake = match (side, &self.client, &self.server) {
            (Side::Client, Some(config), _) => Handshake::client(Arc::clone(config), rng, now),
            (Side::Server, _, Some(config)) => Handshake::server(Arc::clone(config), rng),
            _ => return,
        };
        let session = self.client.as_ref().and_then(|config| config.session.as_ref());
        let link = Link {
            handshake,
            records: Records::default(),
            told: false,
            open: false,
            over: false,
            peer_closed: false,
            early_left: session.map_or(0, |session| u64::from(session.early_max)),
            early: Vec::new(),
            waiting: Vec::new(),
            closing: false,
        };
        self.links.insert(conn, link);
        self.drive(now, conn);
    }

    /// Does what the handshake wants; what it sends goes out in one piece.
    fn drive(&mut self, now: Instant, conn: ConnId) {
        let mut flight = Flight::default();
        let mut told = None;
        while let Some(link) = self.links.get_mut(&conn) {
            let Some(step) = link.handshake.poll() else { break };
            match step {
                Step::Send { level, bytes, names } => {
                    link.records.message(level, bytes, names, &mut flight);
                }
                Step::ChangeCipherSpec => {
                    Records::change_cipher_spec(link.handshake.version(), &mut flight);
                }
                Step::Write(level, keys) => {
                    link.records.write_with(level, Arc::clone(&keys));
                    self.report_keys(conn, keys);
                    if level == Level::Early {
                        told = Some(Side::Client);
                    }
                }
                Step::Read(_, keys) => {
                    link.records.read_with(Arc::clone(&keys));
                    self.report_keys(conn, keys);
                }
                Step::State(from, to) => self.report_state(conn, from, to),
                Step::Early(accepted) => told = self.on_early(conn, accepted).or(told),
                Step::Complete => {
                    link.open = true;
                    told = Some(link.handshake.side());
                    self.note(conn, "handshake-complete", "the handshake is complete".to_owned());
                }
                Step::Keep(session) => self.keep(conn, session),
                Step::Note(name, text) => self.note(conn, name, text),
                Step::Fail(alert, why) => {
                    link.records.alert(alert, &mut flight);
                    self.send(conn, core::mem::take(&mut flight));
                    self.note(conn, "alert-sent", format!("{}: {why}", alert.name()));
                    self.give_up(now, conn);
                }
                Step::Parameters(_) => {}
            }
        }
        self.send(conn, flight);
        if let Some(side) = told {
            self.tell(now, conn, side);
        }
        self.release(conn);
    }

    /// The server's word on early data: who is to hear of the connection because of it.
    fn on_early(&mut self, conn: ConnId, accepted: bool) -> Option<Side> {
        let link = self.links.get_mut(&conn)?;
        let side = link.handshake.side();
        let (name, text) = match (side, accepted) {
            (Side::Client, true) => ("early-accepted", "the server takes the early data"),
            (Side::Client, false) => ("early-rejected", "the early data has to be sent again"),
            (Side::Server, true) => ("early-taken", "takes the early data"),
            (Side::Server, false) => ("early-refused", "does not take the early data"),
        };
        let early = core::mem::take(&mut link.early);
        if side == Side::Server {
            link.skips_early(!accepted);
            link.open |= accepted;
        } else if !accepted {
            link.early_left = 0;
            link.waiting.splice(0..0, early);
        }
        self.note(conn, name, text.to_owned());
        (accepted && side == Side::Server).then_some(side)
    }

    /// Tells the application that the connection is there, once.
    fn tell(&mut self, now: Instant, conn: ConnId, side: Side) {
        let Some(link) = self.links.get_mut(&conn) else { return };
        if link.over || core::mem::replace(&mut link.told, true) {
            return;
        }
        self.inner.handle(
            now,
            match side {
                Side::Client => AppInput::Connected { conn },
                Side::Server => AppInput::Accepted { conn },
            },
        );
    }

    /// Sends what has waited for the handshake.
    fn release(&mut self, conn: ConnId) {
        let Some(link) = self.links.get_mut(&conn).filter(|link| link.open && !link.over) else {
            return;
        };
        let waiting = core::mem::take(&mut link.waiting);
        let closing = core::mem::take(&mut link.closing);
        for (payload, units) in waiting {
            self.write(conn, payload, units);
        }
        if closing {
            self.close(conn);
        }
    }

    fn keep(&mut self, conn: ConnId, session: Session) {
        if let (true, Some(config)) = (self.keeps, &mut self.client) {
            Arc::make_mut(config).session = Some(session);
        }
        self.note(conn, "ticket-kept", "keeps a ticket to resume the session".to_owned());
    }

    fn report_keys(&mut self, conn: ConnId, keys: Arc<Keys>) {
        let event = Event::KeyUpdated { connection: conn.0, keys };
        self.out.push_back(AppOutput::Report(event));
    }

    fn report_state(&mut self, conn: ConnId, from: &'static str, to: &'static str) {
        let side = self.links.get(&conn).map(|link| link.handshake.side());
        let machine = if side == Some(Side::Server) { &state::SERVER } else { &state::CLIENT };
        let event = Event::StateUpdated { machine: machine.name, connection: conn.0, from, to };
        self.out.push_back(AppOutput::Report(event));
    }

    fn note(&mut self, conn: ConnId, name: &'static str, text: String) {
        self.out.push_back(AppOutput::Note { conn, name, text, amount: 0 });
    }

    fn send(&mut self, conn: ConnId, flight: Flight) {
        let Flight { payload, units } = flight;
        if !payload.is_empty() {
            self.out.push_back(AppOutput::Send { conn, payload, units });
        }
    }

    /// Sends data of the application, or lets it wait.
    fn write(&mut self, conn: ConnId, payload: Payload, units: Vec<Unit>) {
        let Some(link) = self.links.get_mut(&conn).filter(|link| !link.over) else { return };
        let mut flight = Flight::default();
        if link.open {
            link.records.data(Level::Application, &payload, units, &mut flight);
        } else if link.records.can_write(Level::Early) && payload.len() <= link.early_left {
            link.early_left -= payload.len();
            link.records.data(Level::Early, &payload, units.clone(), &mut flight);
            link.early.push((payload, units));
        } else {
            link.waiting.push((payload, units));
        }
        let due = self.update_after.is_some_and(|after| link.records.written() >= after);
        self.send(conn, flight);
        if due {
            self.renew(conn);
        }
    }

    /// Renews the keys of this side and asks the other to do the same.
    fn renew(&mut self, conn: ConnId) {
        self.update_after = None;
        let Some(link) = self.links.get_mut(&conn) else { return };
        link.handshake.update_keys(true);
        self.note(conn, "keys-renewed", "renews its keys".to_owned());
        self.drive(Instant::START, conn);
    }

    fn close(&mut self, conn: ConnId) {
        let Some(link) = self.links.get_mut(&conn) else { return };
        if !link.open && !link.over && !link.waiting.is_empty() {
            link.closing = true;
            return;
        }
        let mut flight = Flight::default();
        if !link.over {
            link.records.alert(Alert::CLOSE_NOTIFY, &mut flight);
        }
        self.send(conn, flight);
        self.out.push_back(AppOutput::Close { conn });
    }

    /// The connection is of no use any more; the application hears of it.
    fn give_up(&mut self, now: Instant, conn: ConnId) {
        let Some(link) = self.links.get_mut(&conn) else { return };
        if core::mem::replace(&mut link.over, true) {
            return;
        }
        self.out.push_back(AppOutput::Close { conn });
        self.inner.handle(now, AppInput::Failed { conn, error: ConnError::Alert });
    }

    fn on_data(&mut self, now: Instant, conn: ConnId, payload: &Payload) {
        let Some(link) = self.links.get_mut(&conn) else { return };
        link.records.push(payload);
        while let Some(link) = self.links.get_mut(&conn).filter(|link| !link.over) {
            match link.records.next() {
                Ok(None) => return,
                Ok(Some(Received::Nothing)) => {}
                Ok(Some(Received::Handshake(level, bytes))) => {
                    link.handshake.receive(now, level, &bytes);
                    self.drive(now, conn);
                }
                Ok(Some(Received::Data(payload))) => {
                    self.inner.handle(now, AppInput::Data { conn, payload });
                }
                Ok(Some(Received::Alert(alert))) => self.on_alert(now, conn, alert),
                Err(alert) => {
                    let mut flight = Flight::default();
                    link.records.alert(alert, &mut flight);
                    self.send(conn, flight);
                    self.note(conn, "alert-sent", format!("{}: a record is bad", alert.name()));
                    self.give_up(now, conn);
                }
            }
        }
    }

    fn on_alert(&mut self, now: Instant, conn: ConnId, alert: Alert) {
        let Some(link) = self.links.get_mut(&conn) else { return };
        if !alert.is_fatal() {
            link.peer_closed = true;
            self.inner.handle(now, AppInput::PeerClosed { conn });
            return;
        }
        self.note(conn, "alert-received", alert.name().to_owned());
        self.give_up(now, conn);
    }

    /// What the application does becomes what it does on TCP.
    fn translate(&mut self, output: AppOutput) {
        match output {
            AppOutput::Send { conn, payload, units } if self.links.contains_key(&conn) => {
                self.write(conn, payload, units);
            }
            AppOutput::Close { conn } if self.links.contains_key(&conn) => self.close(conn),
            other => self.out.push_back(other),
        }
    }
}

impl Link {
    const fn skips_early(&mut self, skips: bool) {
        self.records.skips = skips;
    }
}

impl<A: App> App for Secure<A> {
    fn handle(&mut self, now: Instant, input: AppInput) {
        match input {
            AppInput::Connected { conn } if self.client.is_some() => {
                self.begin(now, conn, Side::Client);
            }
            AppInput::Accepted { conn } if self.server.is_some() => {
                self.begin(now, conn, Side::Server);
            }
            AppInput::Data { conn, payload } if self.links.contains_key(&conn) => {
                self.on_data(now, conn, &payload);
            }
            AppInput::PeerClosed { conn } => {
                let link = self.links.get(&conn);
                if link.is_none_or(|link| link.told && !link.peer_closed && !link.over) {
                    self.inner.handle(now, AppInput::PeerClosed { conn });
                } else if link.is_some_and(|link| !link.told && !link.over) {
                    self.give_up(now, conn);
                }
            }
            AppInput::Closed { conn } | AppInput::Failed { conn, .. } => {
                let link = self.links.remove(&conn);
                if link.is_none_or(|link| !link.over) {
                    self.inner.handle(now, input);
                }
            }
            other => self.inner.handle(now, other),
        }
    }

    fn poll(&mut self, now: Instant) -> Option<AppOutput> {
        loop {
            if let Some(output) = self.out.pop_front() {
                return Some(output);
            }
            let output = self.inner.poll(now)?;
            self.translate(output);
        }
    }

    fn poll_timeout(&self) -> Option<Instant> {
        self.inner.poll_timeout()
    }
}
