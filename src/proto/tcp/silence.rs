//! Whether a silent peer is still there: keep-alives, RFC 9293 section 3.8.4.

use super::state::State;
use super::timers::Timer;
use super::{ConnError, Connection};
use crate::sim::time::Instant;

impl Connection {
    /// The peer was heard.
    pub(super) const fn heard(&mut self) {
        self.unheard = 0;
    }

    /// Arms the timer anew: the peer was heard just now.
    pub(super) fn watch_silence(&mut self, now: Instant) {
        let Some(keep_alive) = self.config.keep_alive else { return };
        if self.state.is_synchronized() && self.state != State::TimeWait {
            self.timers.set(Timer::KeepAlive, now + keep_alive.idle);
        }
    }

    /// The peer has been silent for long.
    pub(super) fn on_keep_alive_timeout(&mut self, now: Instant) {
        let Some(keep_alive) = self.config.keep_alive else { return };
        if !self.snd.flight.is_empty() || self.snd.buffer.end() > self.snd.nxt {
            // What is in flight asks already, and a shut window is probed.
            self.timers.set(Timer::KeepAlive, now + keep_alive.idle);
            return;
        }
        if self.unheard >= keep_alive.probes {
            // As Linux does: should the peer be there after all, it learns that this is over.
            self.send_rst(now);
            self.end(self.state.give_up(), Some(ConnError::TimedOut));
            return;
        }
        self.unheard += 1;
        self.send_keep_alive(now);
        self.timers.set(Timer::KeepAlive, now + keep_alive.interval);
    }
}
