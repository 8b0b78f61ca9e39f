//! QUIC between the UDP of a host and an application: which connection a datagram is for, RFC
//! 9000 section 5.2.

use core::fmt;
use std::collections::VecDeque;

use super::path::reset_token;
use super::{Begin, Config, Connection, StreamApp, StreamInput, StreamOutput, output};
use crate::proto::app::{Address, App, AppInput, AppOutput, ConnId};
use crate::sim::endpoint::Event;
use crate::sim::rng::Rng;
use crate::sim::time::Instant;
use crate::sorted::SortedMap;
use crate::wire::Payload;
use crate::wire::quic::{Cid, Header, INITIAL_MIN, Kind};

/// All QUIC connections of a host, as an application over UDP, with an application on top.
pub struct Endpoint<A> {
    app: A,
    rng: Rng,
    listeners: SortedMap<u16, Config>,
    connections: SortedMap<ConnId, Place>,
    by_id: SortedMap<Cid, ConnId>,
    next_id: u32,
    /// Ports taken for connections that were opened from here.
    ports: u16,
    out: VecDeque<AppOutput>,
    resets: u64,
}

/// A connection and the port it uses.
#[derive(Debug)]
struct Place {
    port: u16,
    connection: Connection,
}

/// The first port that connections are opened from.
const FIRST_PORT: u16 = 50_000;

impl<A> fmt::Debug for Endpoint<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Endpoint").field("connections", &self.connections).finish_non_exhaustive()
    }
}

impl<A: StreamApp> Endpoint<A> {
    /// An endpoint under `app`, whose names and randoms come from `rng`.
    pub const fn new(rng: Rng, app: A) -> Self {
        Self {
            app,
            rng,
            listeners: SortedMap::new(),
            connections: SortedMap::new(),
            by_id: SortedMap::new(),
            next_id: 0,
            ports: 0,
            out: VecDeque::new(),
            resets: 0,
        }
    }

    /// Lets the application act, and the connections that it or `first` touches: what they say
    /// comes back to it, and only then do they send.
    fn run(&mut self, now: Instant, first: Option<ConnId>, input: Option<StreamInput>) {
        let mut inputs: VecDeque<StreamInput> = input.into_iter().collect();
        let mut touched: Vec<ConnId> = first.into_iter().collect();
        loop {
            for conn in &touched {
                let place = self.connections.get_mut(conn);
                let Some(Place { connection, .. }) = place else { continue };
                while let Some(event) = connection.poll_event() {
                    self.out.push_back(AppOutput::Report(event));
                }
                while let Some(upcall) = connection.poll_upcall() {
                    inputs.push_back(upcall);
                }
            }
            let Some(input) = inputs.pop_front() else { break };
            self.app.handle(now, input);
            while let Some(output) = self.app.poll(now) {
                let conn = self.command(now, output);
                touched.extend(conn.filter(|conn| !touched.contains(conn)));
            }
        }
        touched.into_iter().for_each(|conn| self.flush(now, conn));
    }

    /// Does what the application says; returns the connection that may have something to say.
    fn command(&mut self, now: Instant, output: StreamOutput) -> Option<ConnId> {
        match output {
            StreamOutput::Listen { port, config } => {
                self.listeners.insert(port, config);
                self.out.push_back(AppOutput::Bind { port });
                None
            }
            StreamOutput::Connect { conn, to, config } => {
                if self.connections.contains_key(&conn) {
                    return None;
                }
                self.next_id = self.next_id.max(conn.0.saturating_add(1));
                let port = self.next_port();
                let rng = self.rng.stream("connection").at(conn.0.into());
                let original = Cid::from_number(rng.stream("original").at(0).next());
                let (peer, retry) = (Cid::default(), None);
                let begin = Begin { id: conn, config, rng, remote: to, original, peer, retry };
                let connection = Connection::client(now, begin);
                self.connections.insert(conn, Place { port, connection });
                Some(conn)
            }
            StreamOutput::Send { conn, stream, payload, units, end } => {
                self.connections.get_mut(&conn)?.connection.send(stream, payload, units, end);
                Some(conn)
            }
            StreamOutput::Migrate { conn } => {
                let port = self.next_port();
                let place = self.connections.get_mut(&conn)?;
                place.port = port;
                place.connection.migrate(now);
                Some(conn)
            }
            StreamOutput::Close { conn, error } => {
                self.connections.get_mut(&conn)?.connection.close(now, error);
                Some(conn)
            }
            StreamOutput::Lower(output) => {
                self.out.push_back(output);
                None
            }
        }
    }

    fn next_port(&mut self) -> u16 {
        let port = FIRST_PORT + self.ports % 10_000;
        self.ports = self.ports.wrapping_add(1);
        self.out.push_back(AppOutput::Bind { port });
        port
    }

    /// Takes out what a connection sends, and forgets it if it is over.
    fn flush(&mut self, now: Instant, conn: ConnId) {
        let Some(Place { port, connection }) = self.connections.get_mut(&conn) else { return };
        loop {
            let datagram = connection.poll_transmit(now);
            while let Some(event) = connection.poll_event() {
                self.out.push_back(AppOutput::Report(event));
            }
            let Some(datagram) = datagram else { break };
            let tag = |number: u64| u64::from(conn.0) << 32 | number;
            self.out.push_back(AppOutput::Tagged {
                from: *port,
                to: datagram.to,
                payload: datagram.payload,
                units: datagram.units,
                tag: tag(datagram.tag),
                again: datagram.again.map(tag),
            });
        }
        for cid in connection.local_ids() {
            self.by_id.insert(cid, conn);
        }
        if connection.is_gone() {
            self.connections.remove(&conn);
            let gone: Vec<Cid> =
                self.by_id.iter().filter(|(_, of)| **of == conn).map(|(cid, _)| *cid).collect();
            for cid in gone {
                self.by_id.remove(&cid);
            }
        }
    }

    fn drop(&mut self, reason: &'static str) {
        self.out.push_back(AppOutput::Report(Event::PacketDropped { reason }));
    }

    fn on_datagram(&mut self, now: Instant, to: u16, from: Address, payload: &Payload) {
        let header = match Header::decode(&payload.to_vec()) {
            Ok((header, _)) => header,
            Err(error) => return self.drop(error.rule),
        };
        let known = self.by_id.get(&header.dcid).copied();
        let conn = match known {
            Some(conn) => conn,
            None => match self.accept(now, to, from, (&header, payload.len())) {
                Some(conn) => conn,
                None => return,
            },
        };
        if let Some(Place { connection, .. }) = self.connections.get_mut(&conn) {
            connection.receive(now, from, payload);
        }
        self.run(now, Some(conn), None);
    }

    /// A connection for a client's first Initial (section 5.2.2).
    fn accept(
        &mut self,
        now: Instant,
        port: u16,
        from: Address,
        (header, len): (&Header, u64),
    ) -> Option<ConnId> {
        let Some(config) = self.listeners.get(&port).cloned() else {
            self.drop("no connection has this ID");
            return None;
        };
        if header.kind == Kind::OneRtt {
            self.reset(port, from, len);
            return None;
        }
        if header.kind != Kind::Initial || len < INITIAL_MIN {
            self.drop("no connection has this ID");
            return None;
        }
        let (original, retry) = match &header.token[..] {
            [] if config.retry => {
                self.retry(port, from, header);
                return None;
            }
            [] => (header.dcid, None),
            token => {
                let Some(original) = self.read_token(from, token) else {
                    self.drop("the token is not for this address");
                    return None;
                };
                (original, Some(header.dcid))
            }
        };
        let conn = ConnId(self.next_id);
        self.next_id = self.next_id.saturating_add(1);
        let rng = self.rng.stream("connection").at(conn.0.into());
        let begin =
            Begin { id: conn, config, rng, remote: from, original, peer: header.scid, retry };
        let connection = Connection::server(now, begin);
        self.connections.insert(conn, Place { port, connection });
        // Until the client knows the server's own name, it uses the one that it has made up.
        self.by_id.insert(header.dcid, conn);
        Some(conn)
    }

    /// Asks for a token, and remembers nothing (section 8.1.2).
    fn retry(&mut self, port: u16, to: Address, header: &Header) {
        let named = Cid::from_number(self.rng.stream("retry").at(u64::from(to.port)).next());
        let mut token = header.dcid.as_bytes().to_vec();
        token.extend(self.seal_of(to, header.dcid));
        let (payload, units) = output::retry(header.scid, named, token);
        self.out.push_back(AppOutput::Datagram { from: port, to, payload, units });
    }

    /// What makes a token valid for one address only.
    fn seal_of(&self, to: Address, original: Cid) -> [u8; 16] {
        reset_token(self.rng.stream(&format!("token {to:?} {original}")), 0)
    }

    /// The client's first destination connection ID, if this token is from here and for this
    /// address.
    fn read_token(&self, from: Address, token: &[u8]) -> Option<Cid> {
        let (original, seal) = token.split_last_chunk::<16>()?;
        let original = Cid::new(original)?;
        (self.seal_of(from, original) == *seal).then_some(original)
    }

    /// Tells a peer that the connection it speaks of is unknown here: bytes that look like a
    /// packet and end with the token of that connection (section 10.3). The reset is smaller than
    /// what it answers, so that two ends never answer each other for ever.
    fn reset(&mut self, port: u16, to: Address, len: u64) {
        self.drop("no connection has this ID");
        let size = usize::try_from(len.saturating_sub(1).min(43)).unwrap_or(0);
        if size < 21 {
            return;
        }
        self.resets += 1;
        let mut bytes = vec![0x41; size - 16];
        bytes.extend(reset_token(self.rng.stream("reset"), self.resets));
        let payload = Payload::from(bytes);
        self.out.push_back(AppOutput::Datagram { from: port, to, payload, units: Vec::new() });
    }

    fn on_timeout(&mut self, now: Instant) {
        if self.app.poll_timeout().is_some_and(|at| at <= now) {
            self.run(now, None, Some(StreamInput::Lower(AppInput::Timeout)));
        }
        let due: Vec<ConnId> = self
            .connections
            .iter()
            .filter(|(_, place)| place.connection.poll_timeout().is_some_and(|at| at <= now))
            .map(|(conn, _)| *conn)
            .collect();
        for conn in due {
            if let Some(place) = self.connections.get_mut(&conn) {
                place.connection.on_timeout(now);
            }
            self.run(now, Some(conn), None);
        }
    }
}

impl<A: StreamApp> App for Endpoint<A> {
    fn handle(&mut self, now: Instant, input: AppInput) {
        match input {
            AppInput::Timeout => self.on_timeout(now),
            AppInput::Datagram { to, from, payload } => self.on_datagram(now, to, from, &payload),
            input => self.run(now, None, Some(StreamInput::Lower(input))),
        }
    }

    fn poll(&mut self, _now: Instant) -> Option<AppOutput> {
        self.out.pop_front()
    }

    fn poll_timeout(&self) -> Option<Instant> {
        let connections =
            self.connections.values().filter_map(|place| place.connection.poll_timeout());
        connections.chain(self.app.poll_timeout()).min()
    }
}
