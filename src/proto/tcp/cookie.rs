//! Connections whose server remembered nothing: SYN cookies, RFC 4987 section 3.6.
//!
//! What the SYN said comes back in the third segment: the size of segments in the number that it
//! acknowledges, the other options in the clock that it echoes, if there is one.

use super::{Connection, clock};
use crate::sim::endpoint::Output;
use crate::sim::time::Instant;
use crate::wire::tcp::{Flags, Segment, TcpOption};

/// What a SYN offered, as a cookie keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SynOptions {
    mss: u16,
    /// The peer's clock, and the bits that its echo brought back.
    stamps: Option<(u32, u32)>,
}

/// Linux's place for options in its own clock: four bits of window scale, of which all set mean
/// none, and one for SACK.
const BITS: u32 = 0x3f;
const SCALE: u32 = 0x0f;
const SACK: u32 = 0x10;

impl SynOptions {
    /// What comes back with a cookie: the size that it says, and the timestamps of its segment.
    pub const fn of_cookie(mss: u16, stamps: Option<(u32, u32)>) -> Self {
        Self { mss, stamps }
    }

    /// The SYN as far as it is known.
    pub fn segment(&self, irs: u32) -> Segment {
        let mut options = vec![TcpOption::Mss(self.mss)];
        if let Some((value, echo)) = self.stamps {
            options.push(TcpOption::Timestamps { value, echo: 0 });
            if echo & SACK != 0 {
                options.push(TcpOption::SackPermitted);
            }
            if let (scale, Ok(shift)) = (echo & SCALE, u8::try_from(echo & SCALE))
                && scale != SCALE
            {
                options.push(TcpOption::WindowScale(shift));
            }
        }
        Segment { seq: irs, flags: Flags::SYN, options, ..Segment::default() }
    }
}

impl Connection {
    /// Sends the SYN-ACK of a connection that nobody will remember.
    pub fn answer_with_cookie(&mut self, now: Instant, syn: &Segment) {
        let sack = syn.options.contains(&TcpOption::SackPermitted);
        let scale = syn.window_scale().map_or(SCALE, |shift| u32::from(shift.min(14)));
        let bits = scale | if sack { SACK } else { 0 };
        let clock = clock(now);
        let stamp = clock & !BITS | bits;
        // Not a moment that is still to come.
        self.handshake.stamp =
            Some(if stamp > clock { stamp.wrapping_sub(BITS + 1) } else { stamp });
        self.learn_peer(now, syn);
        self.send_syn(now);
        self.out.retain(|output| matches!(output, Output::Transmit(_)));
    }

    /// What the peer allows: the shift of its windows, if they are scaled, and the most payload
    /// of a segment.
    #[cfg(test)]
    pub(in crate::proto) fn peer_limits(&self) -> (Option<u8>, u64) {
        (self.handshake.scaling.then_some(self.snd.shift), self.snd.mss)
    }

    /// Goes to where a connection stands that has sent its SYN-ACK.
    pub fn believe_cookie(&mut self, now: Instant, syn: &Segment) {
        self.learn_peer(now, syn);
        self.snd.nxt = 1;
        self.go(self.state.recv_syn());
        self.note("cookie", "the cookie came back: a connection that nobody remembered");
    }
}
