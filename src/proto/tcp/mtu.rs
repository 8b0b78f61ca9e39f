//! What routers say about segments: RFC 9293 section 3.9.2.2, with the checks of RFC 5927.

use super::state::State;
use super::{ConnError, Connection};
use crate::sim::time::Instant;
use crate::wire::icmp::Icmp;

impl Connection {
    /// A router or the peer's host could not deliver the segment that begins at `seq`.
    pub fn on_icmp(&mut self, now: Instant, message: &Icmp, seq: u32) {
        let at = self.snd.position(seq);
        let sent = |position: u64| i64::try_from(position).unwrap_or(i64::MAX);
        // RFC 5927 section 4: not about what was never sent or is acknowledged already.
        if !(sent(self.snd.una)..=sent(self.snd.nxt)).contains(&at) {
            return;
        }
        let _ = now;
        match (message.kind, message.code) {
            (UNREACHABLE, code) if self.state == State::SynSent => {
                let error = match code {
                    PROTOCOL | PORT => ConnError::Refused,
                    _ => ConnError::Unreachable,
                };
                self.end(self.state.give_up(), Some(error));
            }
            // RFC 9293 section 3.9.2.2: in a connection that is open these are only hints.
            _ => self.note("icmp", message.title()),
        }
        self.report();
    }
}

/// The type of messages about destinations that cannot be reached (RFC 792).
const UNREACHABLE: u8 = 3;
/// The host does not speak the protocol.
const PROTOCOL: u8 = 2;
/// Nobody has the port.
const PORT: u8 = 3;
