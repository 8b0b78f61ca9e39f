//! Study days: they start at four in the morning, local time.
//!
//! Who reviews at one in the night is still in yesterday's session, so midnight is no border.

use core::fmt;

/// A moment as the learner's device tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment {
    /// Milliseconds since 1970-01-01T00:00Z.
    pub ms: i64,
    /// Minutes east of UTC, −1,440 to 1,440 (a browser's `getTimezoneOffset`, negated).
    pub zone: i32,
}

impl Moment {
    /// The study day that this moment falls in.
    pub const fn day(self) -> Day {
        Day::of(self.ms, self.zone)
    }
}

/// A study day, counted from 1970-01-01.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub i32);

impl Day {
    /// The local hour at which a study day starts.
    pub const START_HOUR: i64 = 4;

    const MS: i64 = 24 * 3_600_000;

    /// The study day at `ms` since 1970, `zone` minutes east of UTC.
    pub const fn of(ms: i64, zone: i32) -> Self {
        let local = ms.saturating_add(zone as i64 * 60_000);
        let day = local.saturating_sub(Self::START_HOUR * 3_600_000).div_euclid(Self::MS);
        #[expect(clippy::cast_possible_truncation, reason = "clamped to what an i32 holds")]
        let day = if day > i32::MAX as i64 {
            i32::MAX
        } else if day < i32::MIN as i64 {
            i32::MIN
        } else {
            day as i32
        };
        Self(day)
    }

    /// `days` later.
    pub fn plus(self, days: u32) -> Self {
        Self(self.0.saturating_add_unsigned(days))
    }

    /// Days from `earlier` to this one; 0 if it is not earlier, as after a clock was set back.
    pub fn since(self, earlier: Self) -> u32 {
        u32::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0)
    }
}

/// As `2026-11-20`.
impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Civil date from a day count, in years that start in March so that the leap day is last.
        let z = i64::from(self.0) + 719_468;
        let era = z.div_euclid(146_097);
        let of_era = z.rem_euclid(146_097);
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let march = (5 * of_year + 2) / 153;
        let day = of_year - (153 * march + 2) / 5 + 1;
        let month = if march < 10 { march + 3 } else { march - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

/// A length of time as it stands on a button: `10 min`, `3 d`, `2.5 mo`, `1.2 y`.
///
/// Number and unit are joined by a no-break space (U+00A0).
pub fn days_text(days: u32) -> String {
    let tenths = |per: u32| {
        let tenths = (days * 100 + per / 2) / per;
        match tenths % 10 {
            0 => format!("{}", tenths / 10),
            rest => format!("{}.{rest}", tenths / 10),
        }
    };
    // 30.4 days are a month and 365 a year; both are only said, never computed with.
    match days {
        0..=30 => format!("{days}\u{a0}d"),
        31..=364 => format!("{}\u{a0}mo", tenths(304)),
        365.. => format!("{}\u{a0}y", tenths(3_650)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: i64 = 1_795_089_600_000; // 2026-11-19T12:00Z

    #[test]
    fn a_night_belongs_to_the_day_before_until_four() {
        let at = |hour: i64, minute: i64| {
            Day::of(NOON + (hour - 12) * 3_600_000 + minute * 60_000, 0).to_string()
        };
        assert_eq!([at(0, 0), at(3, 59), at(4, 0)], ["2026-11-18", "2026-11-18", "2026-11-19"]);
    }

    #[test]
    fn the_zone_decides_which_day_it_is() {
        assert_eq!(Day::of(NOON, 14 * 60).to_string(), "2026-11-19");
        assert_eq!(Day::of(NOON, 17 * 60).to_string(), "2026-11-20");
        assert_eq!(Day::of(NOON, -9 * 60).to_string(), "2026-11-18");
    }

    #[test]
    fn dates_are_the_calendar_s() {
        let texts: Vec<String> =
            [0, -1, 59, 11_016, 20_776].iter().map(|&d| Day(d).to_string()).collect();
        assert_eq!(texts, ["1970-01-01", "1969-12-31", "1970-03-01", "2000-02-29", "2026-11-19"]);
    }

    #[test]
    fn no_moment_is_out_of_range() {
        assert_eq!(Day::of(i64::MAX, 1440), Day(i32::MAX));
        assert_eq!(Day::of(i64::MIN, -1440), Day(i32::MIN));
        assert_eq!(Day(i32::MIN).since(Day(i32::MAX)), 0);
    }

    #[test]
    fn lengths_are_said_in_the_unit_a_person_would_use() {
        let texts: Vec<String> =
            [1, 30, 31, 76, 364, 365, 450, 36_500].iter().map(|&d| days_text(d)).collect();
        let said = ["1 d", "30 d", "1 mo", "2.5 mo", "12 mo", "1 y", "1.2 y", "100 y"];
        assert_eq!(texts, said.map(|text| text.replace(' ', "\u{a0}")));
    }
}
