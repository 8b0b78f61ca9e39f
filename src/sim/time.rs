//! A moment of simulated time; lengths are [`Duration`]s.

use core::time::Duration;
use std::fmt;
use std::ops::{Add, AddAssign, Sub};

/// A moment since the start of the run, in whole nanoseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(u64);

impl Instant {
    /// The start of the run.
    pub const START: Self = Self(0);
    /// Later than every run.
    pub const NEVER: Self = Self(u64::MAX);

    /// The moment `ns` nanoseconds after the start.
    pub const fn from_nanos(ns: u64) -> Self {
        Self(ns)
    }

    /// The moment `ms` milliseconds after the start.
    pub const fn from_millis(ms: u64) -> Self {
        Self(ms.saturating_mul(1_000_000))
    }

    /// Nanoseconds since the start.
    pub const fn as_nanos(self) -> u64 {
        self.0
    }
}

/// The whole nanoseconds of a length, at most `u64::MAX`.
pub fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

impl Add<Duration> for Instant {
    type Output = Self;

    /// The later moment; never past [`Instant::NEVER`].
    fn add(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(nanos(duration)))
    }
}

impl AddAssign<Duration> for Instant {
    fn add_assign(&mut self, duration: Duration) {
        *self = *self + duration;
    }
}

impl Sub for Instant {
    type Output = Duration;

    /// The length between two moments; zero if `earlier` is not earlier.
    fn sub(self, earlier: Self) -> Duration {
        Duration::from_nanos(self.0.saturating_sub(earlier.0))
    }
}

/// Milliseconds with three decimals: `1050.000`.
impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let us = self.0 / 1_000;
        write!(f, "{}.{:03}", us / 1_000, us % 1_000)
    }
}

/// Reads a length with its unit: `80ms`, `1.5s`, `40us`, `250ns`.
///
/// # Errors
/// Says in words what is wrong with the text.
pub fn parse_duration(text: &str) -> Result<Duration, String> {
    let trimmed = text.trim();
    let split = trimmed.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(trimmed.len());
    let (number, unit) = trimmed.split_at(split);
    let scale: u64 = match unit {
        "ns" => 1,
        "us" => 1_000,
        "ms" => 1_000_000,
        "s" => 1_000_000_000,
        "min" => 60_000_000_000,
        "" => return Err(format!("`{text}` has no unit: write `{text}ms` or `{text}s`")),
        _ => return Err(format!("`{unit}` is no unit of time: use ns, us, ms, s or min")),
    };
    scaled(number.trim(), scale)
        .map(Duration::from_nanos)
        .ok_or_else(|| format!("`{number}` is no number of {unit}"))
}

/// A decimal number times `scale`, exactly; digits finer than one part of `scale` are refused.
pub fn scaled(number: &str, scale: u64) -> Option<u64> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(fraction) || number.ends_with('.') {
        return None;
    }
    let mut value = whole.parse::<u64>().ok()?.checked_mul(scale)?;
    let mut part = scale;
    for digit in fraction.bytes() {
        if digit != b'0' && !part.is_multiple_of(10) {
            return None;
        }
        part /= 10;
        value = value.checked_add(part.checked_mul(u64::from(digit - b'0'))?)?;
    }
    Some(value)
}

/// Writes a length in the largest unit that needs no fraction: `80ms`, `1500us`.
pub fn duration_text(duration: Duration) -> String {
    let ns = nanos(duration);
    for (scale, unit) in [(1_000_000_000, "s"), (1_000_000, "ms"), (1_000, "us")] {
        if ns != 0 && ns.is_multiple_of(scale) {
            return format!("{}{unit}", ns / scale);
        }
    }
    if ns == 0 { "0ms".to_owned() } else { format!("{ns}ns") }
}

#[cfg(test)]
mod tests {
    use super::{Instant, duration_text, parse_duration};
    use core::time::Duration;

    #[test]
    fn a_length_survives_its_text() {
        for ns in [0, 1, 1_500_000, 80_000_000, 1_000_000_000, 1_500_000_000] {
            let duration = Duration::from_nanos(ns);
            assert_eq!(parse_duration(&duration_text(duration)), Ok(duration));
        }
    }

    #[test]
    fn a_length_without_unit_is_refused_with_the_cure() {
        assert_eq!(parse_duration("80"), Err("`80` has no unit: write `80ms` or `80s`".to_owned()));
        assert!(parse_duration("fastms").is_err());
        assert!(parse_duration("-1ms").is_err());
        assert!(parse_duration("99999999999999s").is_err());
    }

    #[test]
    fn a_fraction_is_exact() {
        assert_eq!(parse_duration("1.5s"), Ok(Duration::from_millis(1500)));
        assert_eq!(parse_duration("0.001ms"), Ok(Duration::from_micros(1)));
        assert!(parse_duration("0.5ns").is_err());
    }

    #[test]
    fn moments_print_in_milliseconds() {
        assert_eq!(Instant::from_nanos(1_050_000_999).to_string(), "1050.000");
    }
}
