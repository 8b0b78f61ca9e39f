//! Ends that are used again: when TIME-WAIT may be cut short.
//!
//! RFC 9293 section 3.10.7.4 (a SYN in TIME-WAIT), RFC 6191 (by timestamps).

use core::time::Duration;

use super::Connection;
use super::state::State;
use super::timers::Timer;
use crate::sim::time::Instant;
use crate::wire::tcp::{Flags, Segment};

/// How long after the last packet the ends may be used again (Linux's `tcp_tw_reuse_delay`): a
/// tick of the slowest clock that timestamps may have.
const REUSE_DELAY: Duration = Duration::from_secs(1);

impl Connection {
    /// Whether a new connection from here may take its ends over: old segments will be told by
    /// their clock (Linux's `tcp_tw_reuse`).
    pub fn makes_room(&self, now: Instant) -> bool {
        let over = |at: Instant| now + self.config.profile.time_wait >= at + REUSE_DELAY;
        self.state == State::TimeWait
            && self.handshake.timestamps
            && self.timers.at(Timer::TimeWait).is_some_and(over)
    }

    /// Whether a SYN from the peer is a new connection and no old duplicate: by its clock, or by
    /// its number (RFC 6191 section 2).
    pub fn is_opened_again_by(&self, segment: &Segment) -> bool {
        let is_syn = segment.flags.has(Flags::SYN)
            && !segment.flags.has(Flags::ACK)
            && !segment.flags.has(Flags::RST);
        let newer = match (self.rcv.ts_recent, segment.timestamps()) {
            (Some(recent), Some((value, _))) => value.wrapping_sub(recent).cast_signed() > 0,
            _ => false,
        };
        let behind = self.rcv.position(segment.seq) > i64::try_from(self.rcv.nxt).unwrap_or(0);
        self.state == State::TimeWait && is_syn && (newer || behind)
    }

    /// Where the numbers of the next connection with these ends begin: beyond all that this one
    /// could have sent (RFC 9293 section 3.10.7.4; Linux adds 65,537).
    pub fn next_initial_sequence(&self) -> u32 {
        self.snd.seq(self.snd.nxt).wrapping_add(65_537)
    }

    /// Ends because its ends are used again.
    pub fn make_room(&mut self) {
        self.end(self.state.time_wait_over(), None);
        self.report();
    }
}
