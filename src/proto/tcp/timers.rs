//! The timers of a connection, and what the trace is told about them.

use core::time::Duration;

use crate::sim::endpoint::Event;
use crate::sim::time::Instant;

/// A timer of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Timer {
    /// The SYN or SYN-ACK is not answered.
    Handshake,
    /// The oldest segment is not acknowledged (RFC 6298 section 5).
    Retransmission,
    /// The newest segment is not acknowledged: a probe (RFC 8985 section 7.2).
    TailProbe,
    /// Disorder is allowed until then (RFC 8985 section 6.3).
    Reordering,
    /// The peer's window is shut (RFC 9293 section 3.8.6.1).
    Persist,
    /// An acknowledgment waits for company (RFC 9293 section 3.8.6.3).
    DelayedAck,
    /// The peer has not been heard for long (RFC 9293 section 3.8.4).
    KeepAlive,
    /// Old packets may still be on their way (RFC 9293 section 3.6.1).
    TimeWait,
}

impl Timer {
    /// All, in the order in which they fire at one moment.
    pub(super) const ALL: [Self; 8] = [
        Self::Handshake,
        Self::Retransmission,
        Self::TailProbe,
        Self::Reordering,
        Self::Persist,
        Self::DelayedAck,
        Self::KeepAlive,
        Self::TimeWait,
    ];

    /// The least time of a timer that waits for an acknowledgment (Linux's `TCP_TIMEOUT_MIN_US`).
    pub(super) const LEAST: Duration = Duration::from_millis(2);

    /// Whether it fires so seldom that a coarse trace has room for it.
    pub(super) const fn is_rare(self) -> bool {
        matches!(self, Self::Retransmission | Self::Persist)
    }

    /// The stable name.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Handshake => "handshake",
            Self::Retransmission => "retransmission",
            Self::TailProbe => "tail-probe",
            Self::Reordering => "reordering",
            Self::Persist => "persist",
            Self::DelayedAck => "delayed-ack",
            Self::KeepAlive => "keep-alive",
            Self::TimeWait => "time-wait",
        }
    }
}

/// When each timer fires.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Timers {
    fires: [Option<Instant>; Timer::ALL.len()],
    /// What the trace was told.
    told: [Option<Instant>; Timer::ALL.len()],
}

impl Timers {
    /// Arms a timer, or arms it anew.
    pub(super) const fn set(&mut self, timer: Timer, at: Instant) {
        self.fires[timer as usize] = Some(at);
    }

    /// Stops a timer.
    pub(super) const fn stop(&mut self, timer: Timer) {
        self.fires[timer as usize] = None;
    }

    /// Stops all timers.
    pub(super) const fn stop_all(&mut self) {
        self.fires = [None; Timer::ALL.len()];
    }

    /// Whether a timer is armed.
    pub(super) const fn is_set(&self, timer: Timer) -> bool {
        self.fires[timer as usize].is_some()
    }

    /// When a timer fires.
    pub(super) const fn at(&self, timer: Timer) -> Option<Instant> {
        self.fires[timer as usize]
    }

    /// When the next one fires.
    pub(super) fn next(&self) -> Option<Instant> {
        self.fires.iter().flatten().min().copied()
    }

    /// Takes a timer whose moment has come.
    pub(super) fn take_due(&mut self, now: Instant) -> Option<Timer> {
        let due = |timer: &Timer| self.fires[*timer as usize].is_some_and(|at| at <= now);
        let timer = Timer::ALL.into_iter().find(due)?;
        self.fires[timer as usize] = None;
        self.told[timer as usize] = None;
        Some(timer)
    }

    /// What changed since the trace was told last.
    pub(super) fn news(&mut self, connection: u32, mut tell: impl FnMut(Event)) {
        for timer in Timer::ALL {
            let (fires, told) = (self.fires[timer as usize], self.told[timer as usize]);
            if fires == told {
                continue;
            }
            let name = timer.name();
            tell(match fires {
                Some(fires) => Event::TimerSet { connection, timer: name, fires },
                None => Event::TimerCancelled { connection, timer: name },
            });
            self.told[timer as usize] = fires;
        }
    }
}
