//! A one-way link: a tail-drop queue, serialisation, propagation, and what goes wrong on it.
//!
//! `packet in -> [queue] -> serialise at the rate -> delay -> out`. A packet that is lost on the
//! way has used its slot on the wire; one that the full queue refuses has not. The queue counts
//! waiting packets, without the one being sent. Two links make a connection, so that the ways
//! there and back can differ.

use core::time::Duration;
use std::collections::VecDeque;

use super::rng::Rng;
use super::time::{Instant, nanos};

/// What a one-way link is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkConfig {
    /// Propagation, one way.
    pub delay: Duration,
    /// A random extra from zero to this, per packet; packets stay in order.
    pub jitter: Duration,
    /// Bits per second; `None` means that serialisation takes no time.
    pub rate_bps: Option<u64>,
    /// What may wait.
    pub queue: Queue,
    /// With so many bytes waiting, a packet is marked if it may be, else dropped (RFC 3168
    /// section 5); `None` leaves that to the end of the queue.
    pub mark_at: Option<u64>,
    /// The largest packet in bytes.
    pub mtu: u32,
    /// Chance of loss.
    pub loss: Loss,
    /// Chance in parts per million that a packet is held back by `reorder_delay`.
    pub reorder_ppm: u32,
    /// How long a reordered packet is held back.
    pub reorder_delay: Duration,
    /// Chance in parts per million that a packet arrives twice.
    pub duplicate_ppm: u32,
}

impl LinkConfig {
    /// A perfect link with this one-way delay and Ethernet's 1,500 bytes.
    pub const fn new(delay: Duration) -> Self {
        Self {
            delay,
            jitter: Duration::ZERO,
            rate_bps: None,
            queue: Queue::Unlimited,
            mark_at: None,
            mtu: 1500,
            loss: Loss::Never,
            reorder_ppm: 0,
            reorder_delay: Duration::ZERO,
            duplicate_ppm: 0,
        }
    }
}

/// How much may wait for the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Queue {
    /// Everything.
    Unlimited,
    /// This many bytes.
    Bytes(u64),
    /// This many packets.
    Packets(u32),
}

/// Random loss, in parts per million.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loss {
    /// None.
    Never,
    /// Each packet for itself.
    Each {
        /// Chance of loss.
        ppm: u32,
    },
    /// Bursts (Gilbert 1960, Elliott 1963): a good and a bad state.
    Burst {
        /// Chance per packet to go from good to bad.
        enter_ppm: u32,
        /// Chance per packet to go from bad to good.
        leave_ppm: u32,
        /// Chance of loss in the bad state; the good state loses nothing.
        bad_ppm: u32,
    },
}

/// Why a packet did not arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DropReason {
    /// Chance.
    Loss,
    /// The queue was full.
    QueueFull,
    /// Someone asked for it.
    Scripted,
    /// The path was down.
    Outage,
    /// Larger than the link's MTU.
    TooBig,
    /// Neither a neighbour nor the table of routes leads to its destination address.
    NoRoute,
}

impl DropReason {
    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Loss => "loss",
            Self::QueueFull => "queue-full",
            Self::Scripted => "scripted",
            Self::Outage => "outage",
            Self::TooBig => "too-big",
            Self::NoRoute => "no-route",
        }
    }
}

/// What becomes of a packet, known when it is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fate {
    /// When its last bit is on the wire.
    pub departs: Instant,
    /// How it ends.
    pub outcome: Outcome,
    /// When a second copy of it arrives.
    pub copy: Option<Instant>,
    /// Whether the queue has marked it (RFC 3168).
    pub marked: bool,
}

/// How a packet ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It arrives.
    Delivered {
        /// When.
        at: Instant,
    },
    /// It arrives with a flipped bit.
    Corrupted {
        /// When.
        at: Instant,
    },
    /// It is lost.
    Dropped {
        /// When; on the way that is half way.
        at: Instant,
        /// Why.
        reason: DropReason,
    },
}

impl Fate {
    /// When the packet arrives, damaged or not.
    pub const fn arrival(&self) -> Option<Instant> {
        match self.outcome {
            Outcome::Delivered { at } | Outcome::Corrupted { at } => Some(at),
            Outcome::Dropped { .. } => None,
        }
    }

    /// When the packet arrives or dies.
    pub const fn end(&self) -> Instant {
        match self.outcome {
            Outcome::Delivered { at } | Outcome::Corrupted { at } | Outcome::Dropped { at, .. } => {
                at
            }
        }
    }

    /// The fate of a packet that never gets onto the wire.
    pub const fn refused(now: Instant, reason: DropReason) -> Self {
        Self {
            departs: now,
            outcome: Outcome::Dropped { at: now, reason },
            copy: None,
            marked: false,
        }
    }
}

/// What is asked to happen to a packet besides chance.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Orders {
    /// Lose it, and say why.
    pub drop: Option<DropReason>,
    /// Hold it back.
    pub delay: Duration,
    /// Deliver it twice.
    pub duplicate: bool,
    /// Flip a bit.
    pub corrupt: bool,
    /// A long queue may mark it instead of dropping it.
    pub markable: bool,
}

/// A one-way link at work.
#[derive(Clone, Debug)]
pub struct Link {
    config: LinkConfig,
    rng: Rng,
    /// Packets handed over so far, lost ones included.
    count: u64,
    /// When the wire is free again.
    idle_at: Instant,
    /// When each waiting packet will get the wire, and its size in bytes.
    waiting: VecDeque<(Instant, u32)>,
    /// The bytes of all that waits.
    waiting_bytes: u64,
    /// The latest arrival so far: jitter does not reorder.
    latest: Instant,
    /// Whether [`Loss::Burst`] is in its bad state.
    bad: bool,
}

impl Link {
    /// A link whose chances are fixed by `rng`.
    pub const fn new(config: LinkConfig, rng: Rng) -> Self {
        Self {
            config,
            rng,
            count: 0,
            idle_at: Instant::START,
            waiting: VecDeque::new(),
            waiting_bytes: 0,
            latest: Instant::START,
            bad: false,
        }
    }

    /// Changes the propagation delay for packets handed over from now on.
    pub const fn set_delay(&mut self, delay: Duration) {
        self.config.delay = delay;
        // A shorter path may deliver a later packet earlier: a path change does reorder.
        self.latest = Instant::START;
    }

    /// Decides the fate of a packet of `size` bytes, handed over at `now`.
    pub fn transmit(&mut self, now: Instant, size: u32, orders: Orders) -> Fate {
        let nth = self.count;
        self.count += 1;
        // Each packet draws the same number of times in the same order, whatever becomes of it.
        let mut chance = self.rng.at(nth);
        let lost = self.is_lost(&mut chance);
        let reordered = chance.chance(self.config.reorder_ppm);
        let duplicated = chance.chance(self.config.duplicate_ppm) || orders.duplicate;
        let jitter =
            Duration::from_nanos(chance.below(nanos(self.config.jitter).saturating_add(1)));
        if size > self.config.mtu {
            return Fate::refused(now, DropReason::TooBig);
        }
        let room = self.has_room(now, size);
        let long = self.config.mark_at.is_some_and(|most| self.waiting_bytes >= most);
        if !room || long && !orders.markable {
            return Fate::refused(now, DropReason::QueueFull);
        }
        let departs = self.serialise(now, size);
        if let Some(reason) = orders.drop.or_else(|| lost.then_some(DropReason::Loss)) {
            let at = departs + self.config.delay / 2;
            return Fate {
                departs,
                outcome: Outcome::Dropped { at, reason },
                copy: None,
                marked: false,
            };
        }
        let held =
            if reordered { self.config.reorder_delay } else { Duration::ZERO } + orders.delay;
        let mut at = departs + self.config.delay + jitter;
        if held.is_zero() {
            at = at.max(self.latest);
            self.latest = at;
        }
        at += held;
        let outcome =
            if orders.corrupt { Outcome::Corrupted { at } } else { Outcome::Delivered { at } };
        Fate { departs, outcome, copy: duplicated.then_some(at), marked: long }
    }

    /// How many bytes wait for the wire at `now`, without the packet that is on it.
    pub fn waiting(&self, now: Instant) -> u64 {
        let waiting = self.waiting.iter().rev().take_while(|(starts, _)| *starts > now);
        waiting.map(|(_, size)| u64::from(*size)).sum()
    }

    fn is_lost(&mut self, chance: &mut Rng) -> bool {
        match self.config.loss {
            Loss::Never => false,
            Loss::Each { ppm } => chance.chance(ppm),
            Loss::Burst { enter_ppm, leave_ppm, bad_ppm } => {
                let turn = chance.chance(if self.bad { leave_ppm } else { enter_ppm });
                self.bad ^= turn;
                chance.chance(bad_ppm) && self.bad
            }
        }
    }

    fn has_room(&mut self, now: Instant, size: u32) -> bool {
        while let Some((starts, bytes)) = self.waiting.front()
            && *starts <= now
        {
            self.waiting_bytes -= u64::from(*bytes);
            self.waiting.pop_front();
        }
        if self.idle_at <= now {
            return true;
        }
        match self.config.queue {
            Queue::Unlimited => true,
            Queue::Packets(max) => (self.waiting.len() as u64) < u64::from(max),
            Queue::Bytes(max) => self.waiting_bytes + u64::from(size) <= max,
        }
    }

    /// Puts the packet on the wire; returns when its last bit has left.
    fn serialise(&mut self, now: Instant, size: u32) -> Instant {
        let starts = self.idle_at.max(now);
        if starts > now {
            self.waiting.push_back((starts, size));
            self.waiting_bytes += u64::from(size);
        }
        let time = self
            .config
            .rate_bps
            .map_or(0, |rate| u64::from(size) * 8 * 1_000_000_000 / rate.max(1));
        self.idle_at = starts + Duration::from_nanos(time);
        self.idle_at
    }
}

#[cfg(test)]
mod tests;
