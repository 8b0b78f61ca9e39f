//! The TLS handshake inside a connection, RFC 9001 section 4: messages without records, and the
//! keys that follow from them.

use std::collections::VecDeque;
use std::sync::Arc;

use super::Config;
use super::config::Tls;
use crate::proto::tls::{Handshake, Level, Step};
use crate::sim::rng::Rng;
use crate::sim::time::Instant;
use crate::wire::quic::{Cid, Kind, TransportParams};
use crate::wire::{KeyUse, Keys, Payload, Protocol, Side, Unit};

/// The keys of Initial packets, the client's and the server's: everyone who sees the client's
/// first destination connection ID can compute them (RFC 9001 section 5.2).
pub(super) fn initial_keys(cid: Cid) -> [Arc<Keys>; 2] {
    let secret = cid.as_bytes().iter().fold(0_u64, |secret, byte| secret << 8 | u64::from(*byte));
    [Side::Client, Side::Server].map(|sender| {
        let usage = KeyUse::Initial;
        Arc::new(Keys { usage, sender, generation: 0, client_random: [0; 32], secret })
    })
}

/// The error of QUIC for parameters that break a rule (RFC 9000 section 20.1).
const TRANSPORT_PARAMETER_ERROR: u64 = 8;

/// The handshake of one end.
#[derive(Debug)]
pub(super) struct Crypto {
    side: Side,
    handshake: Handshake,
    /// What is to be sent: the kind of packet, the bytes, and the message that they are.
    out: VecDeque<(Kind, Payload, Vec<Unit>)>,
    /// The keys of 0-RTT, Handshake and 1-RTT packets: those to write with, those to read with.
    write: [Option<Arc<Keys>>; 3],
    read: [Option<Arc<Keys>>; 3],
    peer: Option<TransportParams>,
    /// What the client remembers of the server, for early data.
    remembered: Option<TransportParams>,
    refused: bool,
    complete: bool,
    notes: VecDeque<(&'static str, String)>,
}

const fn kind(level: Level) -> Kind {
    match level {
        Level::Initial => Kind::Initial,
        Level::Early => Kind::ZeroRtt,
        Level::Handshake => Kind::Handshake,
        Level::Application => Kind::OneRtt,
    }
}

/// The place of a kind's keys.
const fn place(kind: Kind) -> Option<usize> {
    match kind {
        Kind::ZeroRtt => Some(0),
        Kind::Handshake => Some(1),
        Kind::OneRtt => Some(2),
        Kind::Initial | Kind::Retry | Kind::VersionNegotiation => None,
    }
}

impl Crypto {
    pub(super) fn new(config: &Config, params: &TransportParams, rng: Rng, now: Instant) -> Self {
        let rng = rng.stream("tls");
        let quic = Some(params.to_vec());
        let (side, handshake) = match &config.tls {
            Tls::Client(tls) => {
                let tls = crate::proto::tls::ClientConfig { quic, ..(**tls).clone() };
                (Side::Client, Handshake::client(Arc::new(tls), rng, now))
            }
            Tls::Server(tls) => {
                let tls = crate::proto::tls::ServerConfig { quic, ..(**tls).clone() };
                (Side::Server, Handshake::server(Arc::new(tls), rng))
            }
        };
        Self {
            side,
            handshake,
            out: VecDeque::new(),
            write: [None, None, None],
            read: [None, None, None],
            peer: None,
            remembered: config.remembered.clone(),
            refused: false,
            complete: false,
            notes: VecDeque::new(),
        }
    }

    /// Takes bytes of messages that came in packets of a kind.
    ///
    /// # Errors
    /// The error code of QUIC with which the connection must end.
    pub(super) fn receive(&mut self, now: Instant, from: Kind, bytes: &Payload) -> Result<(), u64> {
        let level = match from {
            Kind::Initial => Level::Initial,
            Kind::Handshake => Level::Handshake,
            _ => Level::Application,
        };
        self.handshake.receive(now, level, &bytes.to_vec());
        self.run()
    }

    /// Does what the handshake wants.
    ///
    /// # Errors
    /// The error code of QUIC with which the connection must end.
    pub(super) fn run(&mut self) -> Result<(), u64> {
        while let Some(step) = self.handshake.poll() {
            match step {
                Step::Send { level, bytes, names } => self.send(kind(level), bytes, names),
                Step::Write(level, keys) => {
                    if let Some(place) = place(kind(level)) {
                        self.write[place] = Some(keys);
                    }
                }
                Step::Read(level, keys) => {
                    if let Some(place) = place(kind(level)) {
                        self.read[place] = Some(keys);
                    }
                }
                Step::Early(taken) => self.refused = !taken && self.side == Side::Client,
                Step::Parameters(bytes) => {
                    let params = TransportParams::decode(&bytes);
                    self.peer = Some(params.map_err(|_| TRANSPORT_PARAMETER_ERROR)?);
                }
                Step::Complete => self.complete = true,
                Step::Note(name, text) => self.notes.push_back((name, text)),
                // RFC 9001 section 4.8: an alert of TLS is an error of QUIC.
                Step::Fail(alert, _) => return Err(0x100 + u64::from(alert.0)),
                Step::ChangeCipherSpec | Step::State(..) | Step::Keep(_) => {}
            }
        }
        Ok(())
    }

    fn send(&mut self, kind: Kind, bytes: Vec<u8>, (name, id): (&'static str, &'static str)) {
        let payload = Payload::from(bytes);
        let unit = Unit {
            protocol: Protocol::Tls,
            kind: id.to_owned(),
            name: name.to_owned(),
            detail: format!("{} B", payload.len()),
            offset: 0,
            len: payload.len(),
        };
        self.out.push_back((kind, payload, vec![unit]));
    }

    /// What is to be sent next.
    pub(super) fn poll_write(&mut self) -> Option<(Kind, Payload, Vec<Unit>)> {
        self.out.pop_front()
    }

    /// What is to be said in the trace next.
    pub(super) fn poll_note(&mut self) -> Option<(&'static str, String)> {
        self.notes.pop_front()
    }

    /// The keys with which `sender` protects packets of a kind.
    pub(super) fn keys(&self, kind: Kind, sender: Side) -> Option<&Arc<Keys>> {
        let keys = if sender == self.side { &self.write } else { &self.read };
        keys[place(kind)?].as_ref()
    }

    /// Whether the handshake is complete on this side.
    pub(super) const fn is_complete(&self) -> bool {
        self.complete
    }

    /// What the peer allows, once it has said it.
    pub(super) fn peer_params(&self) -> Option<TransportParams> {
        self.peer.clone()
    }

    /// What the client remembers of the server, if it has keys for early data.
    pub(super) fn remembered(&self) -> Option<TransportParams> {
        self.write[0].as_ref().and_then(|_| self.remembered.clone())
    }

    /// Whether the server has refused early data; asked once.
    pub(super) fn takes_early_refusal(&mut self) -> bool {
        core::mem::take(&mut self.refused)
    }
}
