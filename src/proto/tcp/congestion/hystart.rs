//! `HyStart`: slow start ends before the queue overflows, when acknowledgments arrive in a train
//! as long as the path, or when the round trip grows (Ha and Rhee 2011; Linux's
//! `hystart_update`).

use core::time::Duration;

use super::Acked;
use crate::sim::time::Instant;

/// What was seen in this round trip.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct HyStart {
    /// When the round began.
    began: Instant,
    /// The last acknowledgment of the train that began with it.
    last: Instant,
    /// The position whose acknowledgment ends the round.
    end: u64,
    /// How many round trips were measured in it.
    samples: u32,
    /// The least of them.
    least: Option<Duration>,
    /// Slow start is over.
    found: bool,
}

/// Below so many segments nothing can be seen (`hystart_low_window`).
const WINDOW_MIN: u64 = 16;
/// Acknowledgments this close make a train (`hystart_ack_delta_us`).
const TRAIN_GAP: Duration = Duration::from_millis(2);
/// What a stack that gathers segments may add to the round trip (`hystart_ack_delay`).
const GATHERING: Duration = Duration::from_millis(1);
/// So many measured round trips say something (`HYSTART_MIN_SAMPLES`).
const SAMPLES_MIN: u32 = 8;
/// The growth of the round trip that counts: an eighth of it, within these bounds
/// (`HYSTART_DELAY_MIN` and `HYSTART_DELAY_MAX`).
const DELAY_MIN: Duration = Duration::from_millis(4);
const DELAY_MAX: Duration = Duration::from_millis(16);

impl HyStart {
    /// Takes a measured round trip in slow start, with the least one so far and the window in
    /// segments; returns whether slow start ends here.
    pub(super) fn on_ack(
        &mut self,
        acked: &Acked,
        sample: Duration,
        least: Duration,
        cwnd: u64,
    ) -> bool {
        if self.found {
            return false;
        }
        if acked.una > self.end {
            *self = Self { began: acked.now, last: acked.now, end: acked.next, ..Self::default() };
        }
        if cwnd < WINDOW_MIN {
            return false;
        }
        if acked.now - self.last <= TRAIN_GAP {
            self.last = acked.now;
            self.found |= acked.now - self.began > (least + GATHERING) / 2;
        }
        let now_least = self.least.map_or(sample, |before| before.min(sample));
        self.least = Some(now_least);
        if self.samples < SAMPLES_MIN {
            self.samples += 1;
        } else {
            self.found |= now_least > least + (least / 8).clamp(DELAY_MIN, DELAY_MAX);
        }
        self.found
    }
}
