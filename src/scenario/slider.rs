//! Sliders: round values in even steps from left to right.
//!
//! A slider has [`POSITIONS`] positions. Its stops are round values: all of them where there are
//! few, and finer ones the smaller they are where the range spans decades. A rate runs from slow
//! to unlimited, so moving right always means more.

use core::time::Duration;

use super::params::{ParamKind, Value};
use crate::sim::time::nanos;
use crate::sorted::sort_by_key;

/// The rightmost position of a slider; the leftmost is 0.
pub const POSITIONS: u16 = 1_000;
/// Ranges with at most this many whole numbers have them all as stops.
const LINEAR_MAX: u64 = 100;
/// The slowest rate: a full packet then takes 1.2 s to send.
pub(super) const RATE_MIN: u64 = 10_000;

impl ParamKind {
    /// The smallest value, in nanoseconds, bytes, bits per second, parts per million or pieces;
    /// for a choice 0. A rate of 0, without limit, counts as more than the largest.
    pub const fn min(self) -> u64 {
        match self {
            Self::Duration { min, .. } | Self::Count { min, .. } | Self::Bytes { min, .. } => min,
            Self::Rate { .. } => RATE_MIN,
            Self::Share { .. } | Self::Choice { .. } => 0,
        }
    }

    /// The largest value, in the measure of [`ParamKind::min`]; for a choice its last place.
    pub const fn max(self) -> u64 {
        match self {
            Self::Duration { max, .. }
            | Self::Count { max, .. }
            | Self::Bytes { max, .. }
            | Self::Rate { max, .. } => max,
            Self::Share { max, .. } => max as u64,
            Self::Choice { options, .. } => options.len().saturating_sub(1) as u64,
        }
    }

    /// The values at which a slider rests, from left to right: round ones and the default.
    pub fn stops(self) -> Vec<Value> {
        if let Self::Choice { options, .. } = self {
            return options.iter().map(|(word, _)| Value::Choice(word)).collect();
        }
        let (min, max) = (self.min(), self.max());
        let mut stops = if max - min <= LINEAR_MAX {
            (min..=max).collect()
        } else {
            round_numbers(self.finest(), min, max)
        };
        stops.extend([min, max]);
        stops.extend(self.plain(self.default_value()));
        sort_by_key(&mut stops, |stop| *stop);
        stops.dedup();
        let mut values: Vec<Value> =
            stops.into_iter().map(|number| self.value_of(number)).collect();
        if matches!(self, Self::Rate { .. }) {
            values.push(Value::Rate(0));
        }
        values
    }

    /// The value at a position of the slider; positions past the end mean the end.
    pub fn value_at(self, position: u16) -> Value {
        let stops = self.stops();
        let last = stops.len().saturating_sub(1);
        let positions = usize::from(POSITIONS);
        let place = (usize::from(position) * last + positions / 2) / positions;
        stops.get(place.min(last)).copied().unwrap_or_else(|| self.default_value())
    }

    /// Where the slider stands at this value: at the nearest stop that is not larger.
    pub fn position(self, value: Value) -> u16 {
        let stops = self.stops();
        let last = stops.len().saturating_sub(1).max(1);
        let place = self.place(&stops, value);
        u16::try_from((place * usize::from(POSITIONS) + last / 2) / last).unwrap_or(POSITIONS)
    }

    /// The stop `by` places further right, or left if negative: what an arrow key does.
    pub fn step(self, value: Value, by: i32) -> Value {
        let stops = self.stops();
        let last = stops.len().saturating_sub(1);
        let place = self.place(&stops, value);
        let jump = usize::try_from(by.unsigned_abs()).unwrap_or(usize::MAX);
        let next = if by < 0 {
            // Between two stops, the one on the left is one step away.
            let between = usize::from(stops.get(place) != Some(&value));
            (place + between).saturating_sub(jump)
        } else {
            place.saturating_add(jump).min(last)
        };
        stops.get(next).copied().unwrap_or(value)
    }

    /// The place of the last stop that is not larger than the value.
    fn place(self, stops: &[Value], value: Value) -> usize {
        let size = |value: Value| self.order(value);
        let behind = stops.iter().take_while(|stop| size(**stop) <= size(value)).count();
        behind.saturating_sub(1)
    }

    /// Where a value stands among the others, from left to right.
    fn order(self, value: Value) -> u64 {
        match (self, value) {
            (Self::Choice { options, .. }, Value::Choice(word)) => {
                options.iter().position(|option| option.0 == word).unwrap_or(0) as u64
            }
            (_, Value::Rate(0)) => u64::MAX,
            _ => self.plain(value).unwrap_or(0),
        }
    }

    /// The bare number of a value of this kind; none for words and for a rate without limit.
    fn plain(self, value: Value) -> Option<u64> {
        match value {
            Value::Duration(duration) => Some(nanos(duration)),
            Value::Rate(0) | Value::Choice(_) => None,
            Value::Count(number) | Value::Bytes(number) | Value::Rate(number) => Some(number),
            Value::Share(ppm) => Some(u64::from(ppm)),
        }
    }

    fn value_of(self, number: u64) -> Value {
        match self {
            Self::Duration { .. } => Value::Duration(Duration::from_nanos(number)),
            Self::Count { .. } => Value::Count(number),
            Self::Bytes { .. } => Value::Bytes(number),
            Self::Rate { .. } => Value::Rate(number),
            Self::Share { .. } => Value::Share(u32::try_from(number).unwrap_or(u32::MAX)),
            Self::Choice { options, .. } => {
                let place = usize::try_from(number).unwrap_or(usize::MAX);
                Value::Choice(options.get(place).map_or("", |option| option.0))
            }
        }
    }

    /// The smallest stop above zero.
    const fn finest(self) -> u64 {
        match self {
            // A millisecond, 100 bytes, a hundredth of a per cent.
            Self::Duration { .. } => 1_000_000,
            Self::Bytes { .. } | Self::Share { .. } => 100,
            Self::Rate { .. } => RATE_MIN,
            Self::Count { .. } | Self::Choice { .. } => 1,
        }
    }

    /// The nearest value in range; a value of another kind becomes the default.
    pub fn clamp(self, value: Value) -> Value {
        let (min, max) = (self.min(), self.max());
        match (self, value) {
            (Self::Duration { .. }, Value::Duration(_))
            | (Self::Count { .. }, Value::Count(_))
            | (Self::Bytes { .. }, Value::Bytes(_))
            | (Self::Share { .. }, Value::Share(_)) => {
                self.value_of(self.plain(value).unwrap_or(min).clamp(min, max))
            }
            (Self::Rate { .. }, Value::Rate(0)) => value,
            (Self::Rate { .. }, Value::Rate(rate)) => Value::Rate(rate.clamp(min, max)),
            (Self::Choice { options, .. }, Value::Choice(word))
                if options.iter().any(|option| option.0 == word) =>
            {
                value
            }
            _ => self.default_value(),
        }
    }
}

/// The round numbers between `min` and `max`, from `finest` on: 35 in each decade.
fn round_numbers(finest: u64, min: u64, max: u64) -> Vec<u64> {
    // Tenths of a decade: steps of 0.1 to 2, of 0.2 to 5, of 0.5 to 10.
    let tenths = (10..20).chain((20..50).step_by(2)).chain((50..100).step_by(5));
    let mut decade = finest;
    let mut numbers = Vec::new();
    while decade <= max {
        numbers.extend(
            tenths
                .clone()
                .map(|tenth: u64| decade.saturating_mul(tenth))
                .filter_map(|number| number.is_multiple_of(10).then_some(number / 10)),
        );
        decade = decade.saturating_mul(10);
    }
    numbers.retain(|number| (min..=max).contains(number));
    numbers
}
