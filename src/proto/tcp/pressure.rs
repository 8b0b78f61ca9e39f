//! Where the application writes and reads: both buffers have an end, so that a slow reader slows the
//! writer down. RFC 9293 sections 3.10.2 and 3.10.3; when a writer hears of room as in Linux
//! (`sk_stream_is_writeable`).

use super::{AppInput, Connection, State};
use crate::sim::time::Instant;
use crate::wire::{Payload, Unit};

impl Connection {
    /// Takes bytes from the application (section 3.10.2), as many as the send buffer has room for.
    /// The application keeps the rest and is told.
    pub fn send(&mut self, now: Instant, payload: Payload, units: Vec<Unit>) {
        if self.snd.closing || self.state == State::Closed {
            return;
        }
        let (len, room) = (payload.len(), self.room());
        if len <= room {
            self.snd.buffer.write(payload, units);
        } else {
            let taken = units.into_iter().filter(|unit| u64::from(unit.offset) < room).collect();
            self.snd.buffer.write(payload.slice(0..room), taken);
            self.snd.blocked = true;
            self.upcalls.push_back(AppInput::Blocked { conn: self.id, left: len - room });
        }
        self.transmit(now);
        self.report();
    }

    /// Bytes that were written and are not acknowledged: they stay in the send buffer.
    pub(super) fn unsettled(&self) -> u64 {
        self.snd.buffer.end().saturating_sub(self.snd.una.max(1))
    }

    /// How many more bytes the send buffer takes.
    fn room(&self) -> u64 {
        self.config.send_buffer.map_or(u64::MAX, |most| most.saturating_sub(self.unsettled()))
    }

    /// Tells an application that was refused as soon as a third of the buffer is free: what is
    /// free is at least half of what is taken.
    pub(super) fn tell_writable(&mut self) {
        let room = self.room();
        if self.snd.blocked && 2 * room >= self.unsettled() {
            self.snd.blocked = false;
            self.upcalls.push_back(AppInput::Writable { conn: self.id, room });
        }
    }

    /// Stops handing bytes to the application.
    pub const fn pause(&mut self) {
        self.rcv.paused = true;
    }

    /// Hands over what waits, and tells the peer if the window has opened much.
    pub fn resume(&mut self, now: Instant) {
        self.rcv.paused = false;
        self.read(now, u64::MAX);
    }

    /// Hands over at most `len` of the bytes that wait, and tells the peer if the window has
    /// opened much.
    pub fn read(&mut self, now: Instant, len: u64) {
        self.hand_over(now, len);
        self.tell_peer_closed();
        if self.state.can_receive() && self.window_opened() {
            self.send_window_update(now);
        }
        self.report();
    }

    /// Hands what is in order to the application, if it reads.
    pub(super) fn deliver(&mut self, now: Instant) {
        if !self.rcv.paused {
            self.hand_over(now, u64::MAX);
        }
    }

    fn hand_over(&mut self, now: Instant, len: u64) {
        let payload = self.rcv.buffer.take(len);
        if payload.is_empty() {
            return;
        }
        self.rcv.window.on_read(now, payload.len(), self.rtt.smoothed());
        self.upcalls.push_back(AppInput::Data { conn: self.id, payload });
    }
}
