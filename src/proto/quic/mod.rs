//! QUIC version 1: RFC 9000, with TLS inside (RFC 9001), loss detection and congestion control
//! (RFC 9002).
//!
//! A `Connection` takes datagrams, commands and time-outs, and is polled for what it sends and
//! says; an [`Endpoint`] puts connections between the UDP of a host and an application
//! ([`StreamApp`]). By mechanism: [`state`] the table, `crypto` the handshake, `input` what
//! arriving packets do, `recovery` what acknowledgments and time-outs do, `output` what is sent,
//! `streams` and `buffer` the bytes, `space` packet numbers, `path` addresses and migration,
//! `congestion`, `rtt`.

pub mod app;
pub mod config;
pub mod state;
mod ranges;
mod buffer;
mod rtt;
mod congestion;
mod space;
mod streams;
mod path;
mod crypto;
mod recovery;
mod frames;
mod input;
mod draft;
mod output;
mod report;
mod endpoint;
#[cfg(test)]
mod tests;

pub use app::{CloseReason, StreamApp, StreamInput, StreamOutput};
pub use config::{Algorithm, Config, Tls};
pub use endpoint::Endpoint;
pub use state::State;

use std::collections::VecDeque;
use std::sync::Arc;

use self::congestion::Congestion;
use self::crypto::Crypto;
use self::path::{Ids, Path};
use self::rtt::Rtt;
use self::space::{Space, SpaceId};
use self::streams::Streams;
use super::app::{Address, ConnId};
use crate::sim::endpoint::Event;
use crate::sim::rng::Rng;
use crate::sim::time::Instant;
use crate::wire::quic::{Cid, Frame, Kind, TransportParams};
use crate::wire::{Keys, Payload, Side, Unit};

/// One end of a QUIC connection.
#[derive(Debug)]
pub(super) struct Connection {
    id: ConnId,
    side: Side,
    config: Config,
    state: State,
    rng: Rng,
    path: Path,
    ids: Ids,
    crypto: Crypto,
    /// The keys of Initial packets, the client's and the server's.
    initial: [Arc<Keys>; 2],
    spaces: [Space; 3],
    rtt: Rtt,
    congestion: Congestion,
    loss: Loss,
    streams: Streams,
    peer: Peer,
    /// Frames that must arrive, with the packet that carried them before.
    control: VecDeque<(Frame, Option<u64>)>,
    /// The token that the client shows.
    token: Vec<u8>,
    /// Whether the client has taken a Retry.
    retried: bool,
    /// Packets that came before their keys.
    early: VecDeque<Payload>,
    end: End,
    /// When the connection is forgotten if nothing is heard.
    idle_at: Option<Instant>,
    /// Whether an ack-eliciting packet was sent since something was heard.
    spoke: bool,
    /// Datagrams sent so far.
    datagrams: u64,
    events: VecDeque<Event>,
    upcalls: VecDeque<StreamInput>,
    told: report::Told,
}

/// Loss detection beyond single spaces (RFC 9002 appendix A.3).
#[derive(Debug, Default)]
struct Loss {
    /// How often the probe time-out came without an acknowledgment.
    probes: u32,
    /// When the first sample of the round trip came.
    sampled_at: Option<Instant>,
    /// Since when a client with nothing in flight waits for the server's word.
    waits_since: Instant,
    /// Whether the window held something back.
    limited: bool,
}

/// What is known of the peer.
#[derive(Debug, Default)]
struct Peer {
    params: TransportParams,
    /// Whether its parameters are here.
    known: bool,
    /// Whether it has validated this end's address, as far as is known (RFC 9002 section 6.2.2.1).
    validated: bool,
}

/// The end of a connection.
#[derive(Debug, Default)]
struct End {
    /// The `CONNECTION_CLOSE` to send, and whether it is due.
    frame: Option<Frame>,
    due: bool,
    /// When the connection is forgotten.
    at: Option<Instant>,
}

/// A datagram to be sent.
#[derive(Debug)]
pub(super) struct Datagram {
    pub(super) to: Address,
    pub(super) payload: Payload,
    pub(super) units: Vec<Unit>,
    /// Its number on the connection, and the one whose frames it carries again.
    pub(super) tag: u64,
    pub(super) again: Option<u64>,
}

/// How a connection begins, for both sides.
#[derive(Clone, Debug)]
pub(super) struct Begin {
    pub(super) id: ConnId,
    pub(super) config: Config,
    pub(super) rng: Rng,
    pub(super) remote: Address,
    /// The destination connection ID of the client's first Initial.
    pub(super) original: Cid,
    /// For a server: what the client calls itself, and the ID of the Retry if there was one.
    pub(super) peer: Cid,
    pub(super) retry: Option<Cid>,
}

impl Connection {
    /// The client's end; its first Initial is ready.
    pub(super) fn client(now: Instant, begin: Begin) -> Self {
        let mut connection = Self::new(now, Side::Client, begin);
        connection.go(connection.state.open());
        // A client's first step cannot fail.
        let _ = connection.crypto.run();
        connection.write_crypto();
        // What was remembered limits early data (RFC 9000 section 7.4.1).
        if let Some(params) = connection.crypto.remembered() {
            connection.streams.set_peer(&params);
        }
        connection.loss.waits_since = now;
        connection.restart_idle(now);
        connection.report();
        connection
    }

    /// The server's end, for a client's first Initial.
    pub(super) fn server(now: Instant, begin: Begin) -> Self {
        let validated = begin.retry.is_some();
        let mut connection = Self::new(now, Side::Server, begin);
        connection.path.validated = validated;
        connection.peer.validated = true;
        connection.go(connection.state.open());
        connection.upcalls.push_back(StreamInput::Accepted { conn: connection.id });
        connection.restart_idle(now);
        connection
    }

    fn new(now: Instant, side: Side, begin: Begin) -> Self {
        let Begin { id, config, rng, remote, original, peer, retry } = begin;
        let local = Cid::from_number(rng.stream("connection id").at(0).next());
        let mut params = config.params();
        params.initial_scid = Some(local);
        if side == Side::Server {
            // The client checks that nobody has changed what it sent (RFC 9000 section 7.3).
            params.original_dcid = Some(original);
            params.retry_scid = retry;
            params.stateless_reset_token = Some(path::reset_token(rng, 0));
        }
        let key_cid = retry.unwrap_or(original);
        let remote_cid = if side == Side::Client { original } else { peer };
        Self {
            id,
            side,
            state: State::Closed,
            path: Path::new(0, remote, side == Side::Client),
            ids: Ids::new(local, remote_cid),
            crypto: Crypto::new(&config, &params, rng, now),
            initial: crypto::initial_keys(key_cid),
            spaces: Default::default(),
            rtt: Rtt::default(),
            congestion: Congestion::new(config.algorithm, config.max_datagram),
            loss: Loss::default(),
            streams: Streams::new(side, &config),
            peer: Peer::default(),
            control: VecDeque::new(),
            token: Vec::new(),
            retried: false,
            early: VecDeque::new(),
            end: End::default(),
            idle_at: None,
            spoke: false,
            datagrams: 0,
            events: VecDeque::new(),
            upcalls: VecDeque::new(),
            told: report::Told::default(),
            config,
            rng,
        }
    }

    /// Takes bytes of a stream from the application.
    pub(super) fn send(&mut self, stream: u64, payload: Payload, units: Vec<Unit>, end: bool) {
        if self.state.is_open() {
            self.streams.write(stream, payload, units, end);
        }
    }

    /// Ends the connection for the application.
    pub(super) fn close(&mut self, now: Instant, error: u64) {
        let application = matches!(self.state, State::Complete | State::Confirmed);
        self.shut(now, CloseReason::Asked, (application, error));
    }

    /// What the application is told next.
    pub(super) fn poll_upcall(&mut self) -> Option<StreamInput> {
        self.upcalls.pop_front()
    }

    /// What the trace is told next.
    pub(super) fn poll_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// Whether nothing is left of it.
    pub(super) fn is_gone(&self) -> bool {
        self.state == State::Closed
    }

    /// The connection IDs by which packets find it.
    pub(super) fn local_ids(&self) -> impl Iterator<Item = Cid> {
        self.ids.local()
    }

    /// Moves along an arrow of the table, if there is one.
    fn go(&mut self, next: Option<State>) {
        let Some(next) = next else { return };
        let connection = self.id.0;
        let (from, to) = (self.state.name(), next.name());
        self.state = next;
        let machine = state::MACHINE.name;
        self.events.push_back(Event::StateUpdated { machine, connection, from, to });
    }

    fn note(&mut self, name: &'static str, text: String, amount: u64) {
        self.events.push_back(Event::Note { connection: self.id.0, name, text, amount });
    }

    /// Sends `CONNECTION_CLOSE` and waits for three time-outs (RFC 9000 section 10.2.1); `error` is
    /// whether it is the application's, and its code.
    fn shut(&mut self, now: Instant, why: CloseReason, error: (bool, u64)) {
        let next = self.state.close();
        if next.is_none() {
            return;
        }
        self.go(next);
        let (application, error) = error;
        let reason = String::new();
        self.end.frame = Some(Frame::ConnectionClose { application, error, frame: 0, reason });
        self.end.due = true;
        self.end.at = Some(now + self.full_pto() * 3);
        self.upcalls.push_back(StreamInput::Closed { conn: self.id, why });
    }

    /// The peer closed: nothing more is sent (RFC 9000 section 10.2.2).
    fn drain(&mut self, now: Instant, error: u64) {
        let open = self.state.is_open();
        let next = self.state.drain();
        if next.is_none() {
            return;
        }
        self.go(next);
        self.end.due = false;
        self.end.at = Some(now + self.full_pto() * 3);
        if open {
            let why = CloseReason::Peer(error);
            self.upcalls.push_back(StreamInput::Closed { conn: self.id, why });
        }
    }

    fn space(&mut self, id: SpaceId) -> &mut Space {
        &mut self.spaces[id as usize]
    }

    /// The keys with which `sender` protects packets of a kind, if they are here.
    fn keys(&self, kind: Kind, sender: Side) -> Option<&Arc<Keys>> {
        let space = SpaceId::of(kind)?;
        if self.spaces[space as usize].discarded {
            return None;
        }
        match kind {
            Kind::Initial => Some(&self.initial[sender as usize]),
            kind => self.crypto.keys(kind, sender),
        }
    }
}
