//! How far the playhead comes in a stretch of the reader's time.

use crate::diagram::{Mode, Plan, Px};
use crate::sim::time::Instant;

/// How long the playhead takes through a gap, at any speed.
const GAP_MICROS: u128 = 400_000;
/// How long it takes from one row to the next in step mode, at normal speed.
const ROW_MS: u64 = 800;
/// The height of such a row, about.
const ROW_PX: u64 = 44;

/// The speed of a player: what one second of the reader shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pace {
    /// The simulated nanoseconds that normal speed shows in a second: one round trip.
    pub(crate) rtt_ns: u64,
    /// The speed in hundredths of normal.
    pub(crate) percent: u32,
}

impl Pace {
    /// Where the playhead is after `micros` of the reader's time.
    pub(crate) fn advance(self, diagram: &Plan, mode: Mode, at: Instant, micros: u64) -> Instant {
        if mode == Mode::Steps {
            let px = u64::from(self.percent) * micros * ROW_PX / (ROW_MS * 1_000);
            let down = Px::hundredths(i32::try_from(px.max(1)).unwrap_or(i32::MAX));
            return diagram
                .instant(diagram.y(at) + down)
                .max(Instant::from_nanos(at.as_nanos() + 1));
        }
        let (mut now, mut left) = (at, u128::from(micros));
        // A stretch may touch a gap, or two with something between; never many.
        for _ in 0..8 {
            let (until, rate) = match diagram.gap(now) {
                Some(gap) => {
                    let length = gap.to.as_nanos() - gap.from.as_nanos();
                    (gap.to, (u128::from(length), GAP_MICROS))
                }
                None => {
                    let mut ahead = diagram.gaps.iter().map(|gap| gap.from);
                    let until = ahead.find(|from| *from > now).unwrap_or(Instant::NEVER);
                    (until, (u128::from(self.rtt_ns) * u128::from(self.percent), 100_000_000))
                }
            };
            (now, left) = run(now, until, rate, left);
            if left == 0 {
                break;
            }
        }
        now
    }
}

/// Goes on at a rate, in nanoseconds (first) in so many microseconds (second), but not beyond
/// `until`; returns the microseconds that are left.
fn run(now: Instant, until: Instant, rate: (u128, u128), micros: u128) -> (Instant, u128) {
    let room = u128::from(until.as_nanos().saturating_sub(now.as_nanos()));
    let step = (rate.0 * micros / rate.1.max(1)).max(1);
    if step < room {
        let step = u64::try_from(step).unwrap_or(u64::MAX);
        return (Instant::from_nanos(now.as_nanos().saturating_add(step)), 0);
    }
    (until, micros.saturating_sub(room * rate.1 / rate.0.max(1)))
}
