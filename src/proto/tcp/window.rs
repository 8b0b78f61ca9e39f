//! What the receiver offers: RFC 9293 section 3.8.6, RFC 7323 section 2.
//!
//! With auto-tuning the window follows the application, as Linux's does: each full segment that
//! arrives raises it by two (`tcp_grow_window`), up to a ceiling that is twice what the application
//! read in a round trip, and more while that is growing (`tcp_rcvbuf_grow`).

use core::time::Duration;

use super::rtt::Smoothed;
use super::{Config, Connection};
use crate::sim::time::Instant;

/// The window that this end offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Window {
    /// The most unread bytes.
    limit: u64,
    /// How far auto-tuning may raise the limit.
    ceiling: u64,
    /// The position up to which the peer was allowed to send.
    edge: u64,
    /// The shift of the own window field.
    shift: u8,
    mss: u64,
    /// What must be free before the window grows, as a part of the limit.
    least: Option<u64>,
    /// What auto-tuning knows.
    tuning: Option<Tuning>,
}

/// How much the application reads in a round trip.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Tuning {
    /// When the round trip began.
    since: Instant,
    /// Bytes read in it.
    read: u64,
    /// Bytes read in the best one before.
    most: u64,
}

/// Linux's ceiling of the receive buffer, 32 MiB (`tcp_rmem`), of which half is offered; it fixes
/// the scale that is offered: 10.
const BUFFER_MAX: u64 = 33_554_432;
/// The share of a buffer that full segments can fill with data, in 1/256 (`scaling_ratio`, as
/// measured on Linux 6.18); what was offered at first is half of the buffer.
const DATA_SHARE: u64 = 158;
/// A segment with less data says nothing about what the peer will send (`tcp_event_data_recv`).
const TELLING: u64 = 128;

/// The window of a SYN is not scaled, so it fits 16 bits (RFC 7323 section 2.2).
const UNSCALED_MAX: u64 = 65_535;

impl Window {
    pub(super) fn new(config: &Config) -> Self {
        // As Linux does: the smallest shift with which 16 bits reach the largest buffer, 14 at most
        // (RFC 7323 section 2.3). A program that has set the size has set the largest.
        let most = if config.autotune { BUFFER_MAX } else { 0 };
        let space = config.receive_window.max(most);
        let shift = space.max(1).ilog2().saturating_sub(15).min(14);
        let tuning = config.autotune.then(|| Tuning {
            // What a first flight brings is no reason to raise the ceiling.
            most: 10 * u64::from(config.mss),
            ..Tuning::default()
        });
        let ceiling = match tuning {
            Some(_) => config.receive_window * DATA_SHARE / 128,
            None => config.receive_window,
        };
        Self {
            limit: config.receive_window,
            ceiling,
            edge: 0,
            shift: u8::try_from(shift).unwrap_or(14),
            mss: config.mss.into(),
            least: config.profile.window_least,
            tuning,
        }
    }

    /// The connection is established: measuring begins.
    pub(super) const fn begin(&mut self, now: Instant) {
        if let Some(tuning) = &mut self.tuning {
            tuning.since = now;
            tuning.read = 0;
        }
    }

    /// The shift that is offered.
    pub(super) const fn shift(&self) -> u8 {
        self.shift
    }

    /// The peer does not scale, so neither does this end.
    pub(super) const fn do_not_scale(&mut self) {
        self.shift = 0;
    }

    /// The position up to which segments are accepted, from `next` on; the field rounds up.
    pub(super) fn accepted(&self, next: u64) -> u64 {
        let unit = 1 << self.shift;
        self.edge.saturating_sub(next).next_multiple_of(unit)
    }

    /// The window of a SYN or SYN-ACK: whole segments of `mss` bytes, as Linux offers them.
    pub(super) fn first(&mut self, next: u64, mss: u64) -> u16 {
        let space = self.limit.min(UNSCALED_MAX);
        let window = if space > mss { space / mss * mss } else { space };
        self.edge = self.edge.max(next + window);
        u16::try_from(window).unwrap_or(u16::MAX)
    }

    /// The window field with `unread` bytes waiting at `next`. The right edge never moves back,
    /// and forward only by steps worth a segment (RFC 9293 section 3.8.6.2.2).
    pub(super) fn field(&mut self, next: u64, unread: u64) -> u16 {
        let unit = 1_u64 << self.shift;
        let free = self.limit.saturating_sub(unread) / unit * unit;
        let edge = next + free.min(UNSCALED_MAX << self.shift);
        let step = self.mss.min(self.limit / 2).max(1);
        if edge >= self.edge + step && free >= self.least() {
            self.edge = edge;
        }
        u16::try_from(self.edge.saturating_sub(next).div_ceil(unit)).unwrap_or(u16::MAX)
    }

    /// What must be free before the window grows.
    fn least(&self) -> u64 {
        self.least.and_then(|parts| self.limit.checked_div(parts)).unwrap_or(0)
    }

    /// Notes that a segment with `len` bytes has arrived in order; returns whether the limit has
    /// grown, so that the peer should hear of it at once.
    pub(super) fn on_segment(&mut self, len: u64) -> bool {
        let grows = len >= TELLING && self.limit < self.ceiling;
        if grows {
            self.limit = self.ceiling.min(self.limit + 2 * self.mss.max(len));
        }
        grows
    }

    /// Notes that the application has read.
    pub(super) fn on_read(&mut self, now: Instant, len: u64, rtt: Option<Smoothed>) {
        let Some(tuning) = &mut self.tuning else { return };
        tuning.read += len;
        let Some(rtt) = rtt else { return };
        // Bursts that come exactly one round trip apart come too early for a receiver whose estimate
        // has been delayed here and there.
        if now - tuning.since <= Duration::from_nanos(rtt.srtt_ns) {
            return;
        }
        let Tuning { read, most, .. } = *tuning;
        if read > most {
            // What is read lags one round trip behind what is sent, hence twice; a sender in slow
            // start will double once more.
            let twice = 2 * read;
            let growing = twice.saturating_mul(read - most) / most.max(1);
            let wanted = twice.saturating_add(2 * growing);
            self.ceiling = self.ceiling.max(wanted.min(BUFFER_MAX / 256 * DATA_SHARE));
            tuning.most = read;
        }
        tuning.since = now;
        tuning.read = 0;
    }
}

impl Connection {
    /// Whether the window that could be offered is at least twice the one that is left (Linux's
    /// `tcp_cleanup_rbuf`), so that the peer should hear of it.
    pub(super) fn window_opened(&self) -> bool {
        let window = &self.rcv.window;
        let left = window.edge.saturating_sub(self.rcv.nxt);
        let free = window.limit.saturating_sub(self.rcv.buffer.ready_len());
        free >= window.mss.min(window.limit / 2) && free >= window.least() && free >= 2 * left
    }
}
