//! The largest packet of the path: what routers say about segments (RFC 9293 section 3.9.2.2, with
//! the checks of RFC 5927), path MTU discovery (RFC 1191), and a path that swallows large packets
//! and says nothing (RFC 2923 section 2.1, RFC 4821).

use core::time::Duration;

use super::state::State;
use super::{ConnError, Connection};
use crate::sim::time::Instant;
use crate::wire::icmp::Icmp;

/// The type of messages about destinations that cannot be reached (RFC 792).
const UNREACHABLE: u8 = 3;
/// The host does not speak the protocol.
const PROTOCOL: u8 = 2;
/// Nobody has the port.
const PORT: u8 = 3;
/// IP and TCP header without options.
const HEADERS: u64 = 40;
/// What timestamps take of each segment (RFC 7323 section 3.2, with padding).
const TIMESTAMPS: u64 = 12;
/// The least MTU that a message is believed (Linux's `min_pmtu`): less makes more packets than a
/// path can want.
const MTU_MIN: u16 = 552;
/// The MTU that is taken if a router does not say it (RFC 1191 section 5: 576 at the most).
const MTU_UNSAID: u16 = 576;
/// How long repetitions go unanswered until large packets are suspected: three doublings of
/// 200 ms (Linux's `tcp_retries1`).
const SUSPICION: Duration = Duration::from_secs(3);
/// The payload that is tried first then (Linux's `tcp_base_mss`), halved each time.
const BASE: u64 = 1_024;
/// The least payload that is tried.
const LEAST: u64 = 64;

impl Connection {
    /// A router or the peer's host could not deliver the segment that begins at `seq`.
    pub fn on_icmp(&mut self, now: Instant, message: &Icmp, seq: u32) {
        let at = self.snd.position(seq);
        let sent = |position: u64| i64::try_from(position).unwrap_or(i64::MAX);
        // RFC 5927 section 4: not about what was never sent or is acknowledged already.
        if !(sent(self.snd.una)..=sent(self.snd.nxt)).contains(&at) {
            return;
        }
        match (message.kind, message.code, message.next_hop_mtu()) {
            (_, _, Some(mtu)) => self.on_mtu(now, mtu),
            (UNREACHABLE, code, _) if self.state == State::SynSent => {
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

    /// A router says how large a packet may be (RFC 1191 section 3).
    fn on_mtu(&mut self, now: Instant, mtu: u16) {
        let mtu = if mtu == 0 { MTU_UNSAID } else { mtu.max(MTU_MIN) };
        let options = if self.handshake.timestamps { TIMESTAMPS } else { 0 };
        if self.shrink(u64::from(mtu) - HEADERS - options, "path-mtu") {
            self.transmit(now);
        }
    }

    /// Nothing was acknowledged although it was sent again and again: are large packets swallowed?
    pub(super) fn suspect_black_hole(&mut self, now: Instant, since: Option<Instant>) {
        let long = since.is_some_and(|since| now - since >= SUSPICION);
        if self.config.mtu_probing && long {
            let guess = if self.snd.mss > BASE { BASE } else { self.snd.mss / 2 };
            self.shrink(guess.max(LEAST), "black-hole");
        }
    }

    /// Makes smaller segments from now on, and lets what was larger be sent again: nothing was lost
    /// to congestion (Linux's `tcp_simple_retransmit`). Returns whether something waits.
    fn shrink(&mut self, mss: u64, name: &'static str) -> bool {
        if mss >= self.snd.mss {
            return false;
        }
        self.snd.mss = mss;
        self.congestion.set_mss(mss);
        self.note(name, &format!("segments of {mss} bytes from now on"));
        self.snd.flight.cut(mss)
    }
}
