//! What arriving datagrams do: RFC 9000 sections 5.2, 7 and 12.2, RFC 9001 section 5.7.

use core::time::Duration;

use super::space::SpaceId;
use super::{Address, CloseReason, Connection, State, crypto};
use crate::sim::endpoint::Event;
use crate::sim::time::Instant;
use crate::wire::quic::{Frame, Header, Kind, number};
use crate::wire::{Payload, Side};

/// How many packets wait for their keys.
const EARLY_MAX: usize = 16;
/// Why packets are thrown away.
const NO_KEYS: &str = "no keys for it";

/// What became of a packet.
enum Fate {
    /// It was taken.
    Taken,
    /// Its keys may still come.
    Early,
    /// It was thrown away.
    Dropped(&'static str),
}

impl Connection {
    /// Takes a datagram.
    pub(super) fn receive(&mut self, now: Instant, from: Address, datagram: &Payload) {
        let size = datagram.len();
        if from == self.path.remote {
            self.path.received += size;
        }
        let mut rest = datagram.clone();
        while !rest.is_empty() {
            let packet = match Header::decode(&rest.to_vec()) {
                Ok((header, len)) => rest.split_to(len + header.payload_len),
                Err(error) => {
                    self.events.push_back(Event::PacketDropped { reason: error.rule });
                    break;
                }
            };
            self.take(now, (from, size), packet);
        }
        self.retry_early(now, from);
        self.report();
    }

    /// Packets whose keys have come meanwhile.
    fn retry_early(&mut self, now: Instant, from: Address) {
        for _ in 0..self.early.len() {
            if let Some(packet) = self.early.pop_front() {
                self.take(now, (from, 0), packet);
            }
        }
    }

    fn take(&mut self, now: Instant, from: (Address, u64), packet: Payload) {
        match self.on_packet(now, from, &packet) {
            Ok(Fate::Taken) => {}
            Ok(Fate::Early) if self.early.len() < EARLY_MAX => self.early.push_back(packet),
            Ok(Fate::Early) => {
                self.events.push_back(Event::PacketDropped { reason: NO_KEYS });
            }
            Ok(Fate::Dropped(reason)) => self.events.push_back(Event::PacketDropped { reason }),
            Err(error) => self.shut(now, CloseReason::Mistake(error), (false, error)),
        }
    }

    fn on_packet(
        &mut self,
        now: Instant,
        (from, size): (Address, u64),
        packet: &Payload,
    ) -> Result<Fate, u64> {
        const FRAME_ENCODING_ERROR: u64 = 7;
        let bytes = packet.to_vec();
        let Ok((header, len)) = Header::decode(&bytes) else { return Ok(Fate::Dropped("header")) };
        let kind = header.kind;
        let Some(id) = SpaceId::of(kind) else {
            self.on_retry(now, &header);
            return Ok(Fate::Taken);
        };
        if self.spaces[id as usize].discarded {
            return Ok(Fate::Dropped("its keys are gone"));
        }
        // A server reads 1-RTT packets only after the handshake (RFC 9001 section 5.7).
        let unready = self.side == Side::Server && self.state == State::Handshake;
        let keys = self.keys(kind, self.side.peer()).filter(|_| !(unready && kind == Kind::OneRtt));
        let Some(keys) = keys else { return Ok(Fate::Early) };
        let expected = self.spaces[id as usize].expected();
        let number = number::expand(header.number, header.number_len, expected);
        let Some(plain) = packet.slice(len..u64::MAX).unseal(keys, number).cloned() else {
            return Ok(Fate::Dropped("does not open with these keys"));
        };
        if self.spaces[id as usize].is_known(number) {
            return Ok(Fate::Dropped("a copy"));
        }
        let frames = Frame::decode_all(&plain, kind).map_err(|_| FRAME_ENCODING_ERROR)?;
        if !self.state.is_open() {
            self.on_late(now, &frames);
            return Ok(Fate::Taken);
        }
        self.on_names(now, &header);
        let eliciting = frames.iter().any(Frame::is_ack_eliciting);
        let newest = number >= expected;
        if from != self.path.remote && self.side == Side::Server && newest && !probes_only(&frames)
        {
            self.follow(now, from, size);
        }
        self.spoke = false;
        self.restart_idle(now);
        for frame in &frames {
            self.on_frame(now, id, frame)?;
        }
        let space = self.space(id);
        if !space.discarded {
            let held = if id == SpaceId::Data { self.config.max_ack_delay } else { Duration::ZERO };
            self.space(id).receive(now, number, eliciting, held);
        }
        Ok(Fate::Taken)
    }

    /// What the header tells of names and addresses.
    fn on_names(&mut self, now: Instant, header: &Header) {
        match (self.side, header.kind) {
            (Side::Client, Kind::Initial)
                if !self.peer.known && header.scid != self.ids.destination() =>
            {
                // The server has named itself (RFC 9000 section 7.2).
                self.ids.rename_peer(header.scid);
            }
            (Side::Server, Kind::Handshake) => {
                // Only who has received the server's Initial can send this (section 8.1).
                if !self.path.validated {
                    self.path.validated = true;
                    let text = "the client receives at its address".to_owned();
                    self.note("address-validated", text, self.path.sent);
                }
                self.discard(SpaceId::Initial, now);
            }
            _ => {}
        }
    }

    /// A closed connection answers with its `CONNECTION_CLOSE`, and drains when the peer closes
    /// too (section 10.2).
    fn on_late(&mut self, now: Instant, frames: &[Frame]) {
        let closes = frames.iter().any(|frame| matches!(frame, Frame::ConnectionClose { .. }));
        if closes {
            self.drain(now, 0);
        } else if self.state == State::Closing {
            self.end.due = true;
        }
    }

    /// A server wants a token first (section 17.2.5); a client takes one Retry, and only before
    /// anything else.
    fn on_retry(&mut self, now: Instant, header: &Header) {
        let fresh = !self.retried && self.spaces[0].largest_acked.is_none() && !self.peer.known;
        if self.side != Side::Client || header.kind != Kind::Retry || !fresh {
            self.events.push_back(Event::PacketDropped { reason: "a Retry out of place" });
            return;
        }
        self.retried = true;
        self.token.clone_from(&header.token);
        self.ids.rename_peer(header.scid);
        self.initial = crypto::initial_keys(header.scid);
        // The same ClientHello goes again, under the next number (RFC 9000 section 17.2.5.3).
        for id in [SpaceId::Initial, SpaceId::Data] {
            let unknown: Vec<(u64, u64)> =
                self.space(id).unknown().map(|sent| (sent.number, sent.size)).collect();
            for (number, size) in unknown {
                self.space(id).remove(number);
                self.congestion.forget(size);
            }
        }
        self.space(SpaceId::Initial).crypto_out.restart();
        self.streams.restart();
        self.loss.probes = 0;
        self.loss.waits_since = now;
        let text = format!("the server wants its token of {} bytes back", self.token.len());
        self.note("retry", text, self.token.len() as u64);
    }
}

/// Whether a packet only asks about a path (section 9.1).
fn probes_only(frames: &[Frame]) -> bool {
    frames.iter().all(|frame| {
        matches!(
            frame,
            Frame::PathChallenge(_)
                | Frame::PathResponse(_)
                | Frame::NewConnectionId { .. }
                | Frame::Padding(_)
        )
    })
}
