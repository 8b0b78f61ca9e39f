//! Where a moment lies and which moment a place shows.

use super::px::Px;
use crate::sim::time::Instant;

/// A monotone map between time and height, straight between its knots.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TimeMap {
    /// Growing in time, never falling in height.
    pub(crate) knots: Vec<(Instant, Px)>,
}

/// `a + (b - a) * part / whole`, in whole numbers.
fn between(a: i64, b: i64, part: u64, whole: u64) -> i64 {
    let length = i128::from(b) - i128::from(a);
    let step = length * i128::from(part) / i128::from(whole.max(1));
    i64::try_from(i128::from(a) + step).unwrap_or(b)
}

impl TimeMap {
    /// Adds a knot. One at the time of the last replaces it; none goes back up.
    pub fn push(&mut self, at: Instant, y: Px) {
        let floor = self.knots.last().map_or(y, |(_, last)| (*last).max(y));
        match self.knots.last_mut() {
            Some((last, place)) if *last >= at => *place = floor,
            _ => self.knots.push((at, floor)),
        }
    }

    /// Lifts knots that lie as deep as the next, so that time never stands still on the way down:
    /// they are spread between their neighbours above and below.
    pub fn smooth(&mut self) {
        let mut nth = 1;
        while nth + 1 < self.knots.len() {
            let flat = self.knots[nth..].iter().take_while(|knot| knot.1 == self.knots[nth].1);
            let flat = flat.count();
            if flat > 1 {
                let (above, below) = (self.knots[nth - 1].1, self.knots[nth].1);
                let (from, to) = (self.knots[nth - 1].0, self.knots[nth + flat - 1].0);
                let whole = to.as_nanos() - from.as_nanos();
                for knot in &mut self.knots[nth..nth + flat - 1] {
                    let part = knot.0.as_nanos() - from.as_nanos();
                    let (a, b) = (above.as_hundredths(), below.as_hundredths());
                    knot.1 = Px::clamp_i64(between(i64::from(a), i64::from(b), part, whole));
                }
            }
            nth += flat;
        }
    }

    /// The height of a moment; moments outside lie at the ends.
    pub fn y(&self, at: Instant) -> Px {
        let after = self.knots.partition_point(|(knot, _)| *knot <= at);
        match (
            after.checked_sub(1).and_then(|before| self.knots.get(before)),
            self.knots.get(after),
        ) {
            (Some((t0, y0)), Some((t1, y1))) => {
                let part = at.as_nanos() - t0.as_nanos();
                let whole = t1.as_nanos() - t0.as_nanos();
                let (y0, y1) = (y0.as_hundredths(), y1.as_hundredths());
                Px::clamp_i64(between(i64::from(y0), i64::from(y1), part, whole))
            }
            (Some((_, y)), None) | (None, Some((_, y))) => *y,
            (None, None) => Px::ZERO,
        }
    }

    /// The moment shown at a height: the last one, where several are; the ends outside.
    pub fn instant(&self, y: Px) -> Instant {
        let after = self.knots.partition_point(|(_, knot)| *knot <= y);
        match (
            after.checked_sub(1).and_then(|before| self.knots.get(before)),
            self.knots.get(after),
        ) {
            (Some((t0, y0)), Some((t1, y1))) => {
                let part = u64::from((y - *y0).as_hundredths().unsigned_abs());
                let whole = u64::from((*y1 - *y0).as_hundredths().unsigned_abs());
                let length = u128::from(t1.as_nanos() - t0.as_nanos());
                let step = length * u128::from(part) / u128::from(whole.max(1));
                Instant::from_nanos(t0.as_nanos() + u64::try_from(step).unwrap_or(0))
            }
            (Some((t, _)), None) | (None, Some((t, _))) => *t,
            (None, None) => Instant::START,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::TimeMap;
    use crate::diagram::px::Px;
    use crate::sim::time::Instant;

    fn map() -> TimeMap {
        let mut map = TimeMap::default();
        for (ms, y) in [(0, 18), (100, 118), (300, 144), (400, 244)] {
            map.push(Instant::from_millis(ms), Px::new(y));
        }
        map
    }

    #[test]
    fn a_moment_comes_back_from_its_height() {
        for ms in (0..=400).step_by(50) {
            let at = Instant::from_millis(ms);
            let again = map().instant(map().y(at));
            assert!((again - at).as_millis() <= 1 && (at - again).as_millis() <= 1, "{ms} {again}");
        }
    }

    #[test]
    fn moments_outside_lie_at_the_ends() {
        assert_eq!(map().y(Instant::NEVER), Px::new(244));
        assert_eq!(map().instant(Px::ZERO), Instant::START);
    }
}
