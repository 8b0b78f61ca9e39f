//! Explicit congestion notification: a queue marks packets instead of dropping them, and the
//! sender slows down as for a loss, with nothing to send again. RFC 3168 section 6.1.

use super::Connection;
use super::recovery::Phase;
use super::state::State;
use crate::sim::endpoint::{Event, Output};
use crate::wire::tcp::{Flags, Segment};

/// What both halves of a connection know of marks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Ecn {
    /// Whether both ends have agreed (section 6.1.1).
    pub(super) agreed: bool,
    /// Every acknowledgment says that a mark has come, until the sender has answered.
    pub(super) echoes: bool,
    /// The next new segment says that the window was reduced.
    pub(super) answers: bool,
    /// Up to which position the window was reduced already.
    until: u64,
    /// How many marked packets have come.
    pub(super) marks: u64,
}

impl Connection {
    /// The bits of a SYN that asks, and of a SYN-ACK that agrees (section 6.1.1). What is sent
    /// again asks no more: someone on the way may drop such SYNs (section 6.1.1.1).
    pub(super) fn ecn_of_syn(&self, answered: bool) -> Flags {
        match answered {
            false if self.config.ecn && self.handshake.times == 0 => Flags::ECE | Flags::CWR,
            true if self.ecn.agreed => Flags::ECE,
            _ => Flags::default(),
        }
    }

    /// Takes what the peer's SYN or SYN-ACK says. As Linux does, whoever is asked agrees
    /// (`tcp_ecn` 2).
    pub(super) fn learn_ecn(&mut self, segment: &Segment) {
        let (ece, cwr) = (segment.flags.has(Flags::ECE), segment.flags.has(Flags::CWR));
        self.ecn.agreed = if segment.flags.has(Flags::ACK) {
            self.config.ecn && self.handshake.times <= 1 && ece && !cwr
        } else {
            ece && cwr
        };
    }

    /// Whether what leaves may be marked: new data, and neither acknowledgments nor repetitions
    /// (sections 6.1.4 and 6.1.5).
    pub(super) const fn is_markable(&self, again: bool, len: u64) -> bool {
        self.ecn.agreed && !again && len > 0
    }

    /// The bits that a segment says about marks (sections 6.1.2 and 6.1.3).
    pub(super) fn ecn_of_segment(&mut self, again: bool, len: u64) -> Flags {
        let mut flags = if self.ecn.echoes { Flags::ECE } else { Flags::default() };
        if self.is_markable(again, len) && core::mem::take(&mut self.ecn.answers) {
            flags = flags | Flags::CWR;
        }
        flags
    }

    /// A segment arrives, perhaps in a marked packet (section 6.1.3).
    pub fn notice_mark(&mut self, marked: bool, segment: &Segment) {
        if !self.ecn.agreed || !self.state.is_synchronized() || segment.flags.has(Flags::SYN) {
            return;
        }
        if segment.flags.has(Flags::CWR) {
            self.ecn.echoes = false;
        }
        if marked {
            self.ecn.echoes = true;
            self.ecn.marks += 1;
            // As Linux does: the sender should hear of it soon.
            self.rcv.quick = self.rcv.quick.max(2);
            self.note("marked", "the packet is marked: a queue on its way is long");
        }
    }

    /// An acknowledgment says that a mark has come: the window goes down as after a loss, once in
    /// a round trip (section 6.1.2). Returns whether it did.
    pub(super) fn on_echo(&mut self) -> bool {
        let again = self.snd.una <= self.ecn.until;
        if !self.ecn.agreed || again || self.recovery.phase != Phase::Open {
            return false;
        }
        if !matches!(self.state, State::Established | State::CloseWait | State::FinWait1) {
            return false;
        }
        self.ecn.until = self.snd.nxt;
        self.ecn.answers = true;
        let outstanding = self.snd.nxt - self.snd.una;
        self.congestion.reduce(outstanding);
        self.congestion.exit_recovery(outstanding);
        let (connection, name) = (self.id.0, "reduced-by-mark");
        let text = "a mark has come back: the window goes down, and nothing is lost".to_owned();
        let event = Event::Note { connection, name, text, amount: self.congestion.cwnd() };
        if !self.told.on_request {
            self.out.push_back(Output::Event(event));
        }
        true
    }
}
