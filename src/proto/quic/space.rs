//! Packet number spaces, RFC 9000 section 12.3: what was sent in each, and what arrived.

use core::time::Duration;
use std::collections::VecDeque;

use super::buffer::{Incoming, Outgoing};
use super::ranges::Ranges;
use crate::sim::time::{Instant, nanos};
use crate::wire::quic::frame::Ack;
use crate::wire::quic::{Frame, Kind};

/// One of the three spaces; each counts its packets for itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum SpaceId {
    /// Initial packets.
    Initial,
    /// Handshake packets.
    Handshake,
    /// 0-RTT and 1-RTT packets.
    Data,
}

impl SpaceId {
    pub(super) const ALL: [Self; 3] = [Self::Initial, Self::Handshake, Self::Data];

    /// The space of a kind of packet; none if it has no number.
    pub(super) const fn of(kind: Kind) -> Option<Self> {
        match kind {
            Kind::Initial => Some(Self::Initial),
            Kind::Handshake => Some(Self::Handshake),
            Kind::ZeroRtt | Kind::OneRtt => Some(Self::Data),
            Kind::Retry | Kind::VersionNegotiation => None,
        }
    }
}

/// A packet that was sent and of which nothing is known yet.
#[derive(Clone, Debug)]
pub(super) struct Sent {
    pub(super) number: u64,
    pub(super) at: Instant,
    /// Its bytes in flight; 0 if it does not count (RFC 9002 section 2).
    pub(super) size: u64,
    pub(super) ack_eliciting: bool,
    pub(super) early: bool,
    /// The tag of its datagram.
    pub(super) tag: u64,
    /// Under which window it was sent ([`super::path::Path::era`]).
    pub(super) era: u32,
    pub(super) carried: Vec<Carried>,
}

/// What a packet carried, as far as it matters whether it arrived.
#[derive(Clone, Debug)]
pub(super) enum Carried {
    /// An acknowledgment of packets up to this number.
    Ack(u64),
    /// A stretch of the handshake.
    Crypto(u64, u64),
    /// A stretch of a stream, and perhaps its end.
    Stream { id: u64, start: u64, end: u64, fin: bool },
    /// A frame that must arrive.
    Frame(Frame),
}

/// A packet number space.
#[derive(Debug, Default)]
pub(super) struct Space {
    /// The number of the next packet.
    pub(super) next: u64,
    /// What was sent, oldest first; `None` is decided.
    sent: VecDeque<Option<Sent>>,
    /// The number of the first in `sent`.
    first: u64,
    /// How many ack-eliciting packets are in flight.
    pub(super) eliciting: u32,
    pub(super) largest_acked: Option<u64>,
    /// When the oldest packet is held for lost by its age.
    pub(super) loss_time: Option<Instant>,
    /// When an ack-eliciting packet was sent last.
    pub(super) last_eliciting: Option<Instant>,
    /// How many more packets go out whatever the window says.
    pub(super) probes: u32,
    received: Ranges,
    /// Nothing is known of what arrived below.
    floor: u64,
    largest_at: Instant,
    /// Ack-eliciting packets that are not acknowledged.
    pub(super) unacked: u32,
    /// When the acknowledgment goes out at the latest.
    pub(super) ack_at: Option<Instant>,
    pub(super) crypto_out: Outgoing,
    pub(super) crypto_in: Incoming,
    /// Its keys are gone (RFC 9001 section 4.9).
    pub(super) discarded: bool,
}

/// The most stretches that an acknowledgment names.
const RANGES_MAX: usize = 32;

impl Space {
    /// Its keys are gone: nothing is expected any more.
    pub(super) fn discard(&mut self) {
        let (next, largest_acked) = (self.next, self.largest_acked);
        *self = Self { discarded: true, next, largest_acked, ..Self::default() };
    }

    /// Notes a packet that was sent.
    pub(super) fn push(&mut self, sent: Sent) {
        if sent.ack_eliciting {
            self.eliciting += 1;
            self.last_eliciting = Some(sent.at);
        }
        while self.first + (self.sent.len() as u64) < sent.number {
            self.sent.push_back(None);
        }
        self.sent.push_back(Some(sent));
    }

    /// Takes a packet out, if nothing was known of it.
    pub(super) fn remove(&mut self, number: u64) -> Option<Sent> {
        let place = usize::try_from(number.checked_sub(self.first)?).ok()?;
        let sent = self.sent.get_mut(place)?.take()?;
        if sent.ack_eliciting {
            self.eliciting -= 1;
        }
        while let Some(None) = self.sent.front() {
            self.sent.pop_front();
            self.first += 1;
        }
        Some(sent)
    }

    /// The packets of which nothing is known, oldest first.
    pub(super) fn unknown(&self) -> impl Iterator<Item = &Sent> {
        self.sent.iter().flatten()
    }

    /// The numbers in an acknowledgment of which nothing was known, smallest first.
    pub(super) fn newly_acked(&self, ack: &Ack) -> Vec<u64> {
        let end = self.first + self.sent.len() as u64;
        let mut newly = Vec::new();
        for (low, high) in ack.ranges.iter().rev() {
            for number in (*low).max(self.first)..(high + 1).min(end) {
                let place = usize::try_from(number - self.first).unwrap_or(usize::MAX);
                if self.sent.get(place).is_some_and(Option::is_some) {
                    newly.push(number);
                }
            }
        }
        newly
    }

    /// Whether a packet arrived before, or is so old that nobody knows.
    pub(super) fn is_known(&self, number: u64) -> bool {
        number < self.floor || self.received.contains(number)
    }

    /// The number that is expected next.
    pub(super) fn expected(&self) -> u64 {
        self.received.last().map_or(self.floor, |last| last + 1)
    }

    /// Notes an arrived packet; `delay` is how long its acknowledgment may wait (RFC 9000
    /// section 13.2.1).
    pub(super) fn receive(&mut self, now: Instant, number: u64, eliciting: bool, delay: Duration) {
        let expected = self.expected();
        self.received.insert(number, number + 1);
        if let Some(floor) = self.received.keep_last(RANGES_MAX) {
            self.floor = self.floor.max(floor);
        }
        if number >= expected {
            self.largest_at = now;
        }
        if !eliciting {
            return;
        }
        self.unacked += 1;
        // Every second packet, and at once if it comes out of order (section 13.2.1).
        let ordered = number == expected;
        let wait = if ordered && self.unacked < 2 { delay } else { Duration::ZERO };
        let at = now + wait;
        self.ack_at = Some(self.ack_at.map_or(at, |before| before.min(at)));
    }

    /// The acknowledgment that is due or useful now; the delay counts in units of 2^`exponent` µs.
    pub(super) fn ack(&self, now: Instant, exponent: u64) -> Option<Frame> {
        if self.unacked == 0 {
            return None;
        }
        let ranges = self.received.iter().rev().map(|(start, end)| (*start, end - 1)).collect();
        let delay = (nanos(now - self.largest_at) / 1000) >> exponent.min(20);
        Some(Frame::Ack(Ack { delay, ranges, ecn: None }))
    }

    /// The acknowledgment was sent.
    pub(super) const fn on_ack_sent(&mut self) {
        self.unacked = 0;
        self.ack_at = None;
    }

    /// The peer knows that packets up to `largest` arrived (RFC 9000 section 13.2.4).
    pub(super) fn on_ack_acked(&mut self, largest: u64) {
        if self.received.len() > 1 || self.received.last().is_some_and(|last| last > largest) {
            self.received.forget_below(largest);
            self.floor = self.floor.max(largest);
        }
    }
}
