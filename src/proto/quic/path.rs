//! Addresses: the limit before validation, path validation and migration, connection IDs. RFC
//! 9000 sections 5.1, 8 and 9.

use super::congestion::Congestion;
use super::rtt::Rtt;
use super::{Address, Connection, Rng};
use crate::sim::time::Instant;
use crate::wire::Side;
use crate::wire::quic::{Cid, Frame};

/// The way to the peer.
#[derive(Clone, Copy, Debug)]
pub(super) struct Path {
    /// Which address of the connection, counted from 0.
    pub(super) number: u32,
    /// How often window and round trip began anew: what was sent before tells nothing of them.
    pub(super) era: u32,
    pub(super) remote: Address,
    /// Whether the peer receives what is sent there (section 8).
    pub(super) validated: bool,
    /// Bytes of datagrams from and to it.
    pub(super) received: u64,
    pub(super) sent: u64,
    /// The challenge that waits for its answer.
    pub(super) challenge: Option<[u8; 8]>,
    /// Whether the trace knows that the budget is used up.
    pub(super) told_limit: bool,
}

impl Path {
    pub(super) const fn new(number: u32, remote: Address, validated: bool) -> Self {
        Self {
            number,
            era: 0,
            remote,
            validated,
            received: 0,
            sent: 0,
            challenge: None,
            told_limit: false,
        }
    }

    /// How many bytes may be sent: three times what came, until the address is validated
    /// (section 8.1).
    pub(super) const fn budget(&self) -> u64 {
        if self.validated {
            return u64::MAX;
        }
        (3 * self.received).saturating_sub(self.sent)
    }

    /// Whether the smallest useful packet may be sent.
    pub(super) const fn is_usable(&self) -> bool {
        self.budget() >= LEAST
    }
}

/// Room for header, tag and an acknowledgment.
const LEAST: u64 = 64;

/// The names of a connection.
#[derive(Clone, Debug)]
pub(super) struct Ids {
    /// Those that this end gave out, with their numbers.
    given: Vec<(u64, Cid)>,
    /// The number of the next one.
    next: u64,
    /// Those that the peer gave out; the first is in use.
    remote: Vec<(u64, Cid, [u8; 16])>,
}

/// What resets the connection with an ID when its state is lost (section 10.3).
pub(super) fn reset_token(rng: Rng, seq: u64) -> [u8; 16] {
    let mut draw = rng.stream("reset token").at(seq);
    let mut token = [0; 16];
    token[..8].copy_from_slice(&draw.next().to_be_bytes());
    token[8..].copy_from_slice(&draw.next().to_be_bytes());
    token
}

impl Ids {
    pub(super) fn new(local: Cid, remote: Cid) -> Self {
        Self { given: vec![(0, local)], next: 1, remote: vec![(0, remote, [0; 16])] }
    }

    pub(super) fn local(&self) -> impl Iterator<Item = Cid> {
        self.given.iter().map(|(_, cid)| *cid)
    }

    /// What this end is called in long headers.
    pub(super) fn source(&self) -> Cid {
        self.given.first().map_or_else(Cid::default, |(_, cid)| *cid)
    }

    /// What the peer is called.
    pub(super) fn destination(&self) -> Cid {
        self.remote.first().map_or_else(Cid::default, |(_, cid, _)| *cid)
    }

    /// The peer names itself in its first packet, or in a Retry (section 7.2).
    pub(super) fn rename_peer(&mut self, cid: Cid) {
        self.remote = vec![(0, cid, [0; 16])];
    }
}

impl Connection {
    /// Gives the peer another name, up to the number that it stores (section 5.1.1).
    pub(super) fn give_ids(&mut self) {
        let limit = self.peer.params.active_connection_id_limit.min(4);
        while (self.ids.given.len() as u64) < limit {
            let seq = self.ids.next;
            self.ids.next += 1;
            let cid = Cid::from_number(self.rng.stream("connection id").at(seq).next());
            self.ids.given.push((seq, cid));
            let token = reset_token(self.rng, seq);
            let frame = Frame::NewConnectionId { seq, retire_prior_to: 0, cid, token };
            self.control.push_back((frame, None));
        }
    }

    /// The peer gave a name.
    pub(super) fn take_id(&mut self, seq: u64, cid: Cid, token: [u8; 16]) {
        if !self.ids.remote.iter().any(|(known, ..)| *known >= seq) {
            self.ids.remote.push((seq, cid, token));
        }
    }

    /// The peer gives a name up.
    pub(super) fn retire_id(&mut self, seq: u64) {
        self.ids.given.retain(|(given, _)| *given != seq);
        self.give_ids();
    }

    /// Calls the peer by another name from now on, so that nobody can link the two paths
    /// (section 9.5).
    fn change_name(&mut self) {
        if self.ids.remote.len() > 1 {
            let (seq, ..) = self.ids.remote.remove(0);
            self.control.push_back((Frame::RetireConnectionId(seq), None));
        }
    }

    /// Goes on from another address of this end (section 9.2).
    pub(super) fn migrate(&mut self, now: Instant) {
        if self.side != Side::Client || !self.state.is_open() {
            return;
        }
        self.change_name();
        self.begin_path(now, self.path.remote, true);
        self.note("migrated", "goes on from another address".to_owned(), 0);
    }

    /// The peer's packets come from another address (section 9.3).
    pub(super) fn follow(&mut self, now: Instant, remote: Address, size: u64) {
        self.change_name();
        self.begin_path(now, remote, false);
        self.path.received = size;
        let text = format!("the client comes from another address, port {}", remote.port);
        self.note("path-changed", text, 0);
    }

    /// A new path: window and round trip begin anew (section 9.4), and a challenge goes out.
    fn begin_path(&mut self, now: Instant, remote: Address, validated: bool) {
        let same_host = remote.ip == self.path.remote.ip && self.side == Side::Server;
        let era = self.path.era;
        self.path = Path { era, ..Path::new(self.path.number + 1, remote, validated) };
        let data = self.rng.stream("challenge").at(self.path.number.into()).next();
        let challenge = data.to_be_bytes();
        self.path.challenge = Some(challenge);
        self.control.push_front((Frame::PathChallenge(challenge), None));
        if same_host {
            // Only the port changed: most likely a translator's doing, on the same path.
            return;
        }
        self.path.era += 1;
        self.congestion = Congestion::new(self.config.algorithm, self.config.max_datagram);
        self.rtt = Rtt::default();
        self.loss.probes = 0;
        self.loss.waits_since = now;
    }

    /// The answer to a challenge (section 8.2.3).
    pub(super) fn on_path_response(&mut self, data: [u8; 8]) {
        if self.path.challenge == Some(data) {
            self.path.challenge = None;
            if !self.path.validated {
                self.path.validated = true;
                self.note("path-validated", "the new address is validated".to_owned(), 0);
            }
        }
    }
}
