//! What frames do: RFC 9000 section 19.

use super::space::SpaceId;
use super::{Connection, State, StreamInput};
use crate::sim::time::Instant;
use crate::wire::quic::{Frame, Kind};
use crate::wire::{Payload, Side};

impl Connection {
    /// Does what a frame says.
    ///
    /// # Errors
    /// The error code with which the connection must end.
    pub(super) fn on_frame(&mut self, now: Instant, id: SpaceId, frame: &Frame) -> Result<(), u64> {
        match frame {
            Frame::Padding(_)
            | Frame::Ping
            | Frame::NewToken(_)
            | Frame::DataBlocked(_)
            | Frame::StreamDataBlocked { .. }
            | Frame::StreamsBlocked { .. }
            | Frame::ResetStream { .. }
            | Frame::StopSending { .. } => {}
            Frame::Ack(ack) => self.on_ack(now, id, ack)?,
            Frame::Crypto { offset, data } => self.on_crypto(now, id, *offset, data)?,
            Frame::Stream { id, offset, fin, data } => {
                let received = self.streams.on_data(*id, *offset, data, *fin)?;
                if !received.data.is_empty() || received.end {
                    self.upcalls.push_back(StreamInput::Data {
                        conn: self.id,
                        stream: *id,
                        payload: received.data,
                        end: received.end,
                    });
                }
                for frame in self.streams.raises() {
                    self.control.push_back((frame, None));
                }
            }
            Frame::MaxData(_) | Frame::MaxStreamData { .. } | Frame::MaxStreams { .. } => {
                self.streams.on_raise(frame);
            }
            Frame::NewConnectionId { seq, cid, token, .. } => self.take_id(*seq, *cid, *token),
            Frame::RetireConnectionId(seq) => self.retire_id(*seq),
            Frame::PathChallenge(data) => {
                self.control.push_front((Frame::PathResponse(*data), None));
            }
            Frame::PathResponse(data) => self.on_path_response(*data),
            Frame::ConnectionClose { error, .. } => self.drain(now, *error),
            Frame::HandshakeDone => self.on_handshake_done(now)?,
        }
        Ok(())
    }

    fn on_handshake_done(&mut self, now: Instant) -> Result<(), u64> {
        const PROTOCOL_VIOLATION: u64 = 0x0a;
        if self.side == Side::Server {
            return Err(PROTOCOL_VIOLATION);
        }
        self.confirm(now);
        Ok(())
    }

    /// Both ends are done: the handshake's keys go (RFC 9001 section 4.9.2).
    fn confirm(&mut self, now: Instant) {
        self.go(self.state.confirm());
        self.peer.validated = true;
        self.discard(SpaceId::Handshake, now);
    }

    /// A stretch of TLS messages.
    fn on_crypto(
        &mut self,
        now: Instant,
        id: SpaceId,
        offset: u64,
        data: &Payload,
    ) -> Result<(), u64> {
        const CRYPTO_BUFFER_EXCEEDED: u64 = 0x0d;
        const MOST: u64 = 65_536;
        let space = self.space(id);
        if offset + data.len() > space.crypto_in.next() + MOST {
            return Err(CRYPTO_BUFFER_EXCEEDED);
        }
        let ready = space.crypto_in.insert(offset, data);
        if ready.is_empty() {
            return Ok(());
        }
        let kind = match id {
            SpaceId::Initial => Kind::Initial,
            SpaceId::Handshake => Kind::Handshake,
            SpaceId::Data => Kind::OneRtt,
        };
        let taken = self.crypto.receive(now, kind, &ready);
        self.on_progress(now);
        taken
    }

    /// What the handshake has brought about.
    fn on_progress(&mut self, now: Instant) {
        self.write_crypto();
        if !self.peer.known
            && let Some(params) = self.crypto.peer_params()
        {
            self.peer.known = true;
            self.streams.set_peer(&params);
            self.peer.params = params;
            self.restart_idle(now);
        }
        if self.crypto.takes_early_refusal() {
            self.resend_early();
        }
        if self.state == State::Handshake && self.crypto.is_complete() {
            self.go(self.state.complete());
            self.give_ids();
            if self.side == Side::Client {
                self.upcalls.push_back(StreamInput::Connected { conn: self.id });
            } else {
                // RFC 9001 section 4.1.2: the server is sure as soon as it is done.
                self.control.push_front((Frame::HandshakeDone, None));
                self.confirm(now);
            }
        }
    }

    /// Hands what TLS has written to the spaces.
    pub(super) fn write_crypto(&mut self) {
        while let Some((kind, bytes, units)) = self.crypto.poll_write() {
            if let Some(id) = SpaceId::of(kind) {
                self.space(id).crypto_out.write(bytes, units);
            }
        }
        while let Some((name, text)) = self.crypto.poll_note() {
            self.note(name, text, 0);
        }
    }
}
