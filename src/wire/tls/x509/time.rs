//! Moments of certificates: seconds since 1970 and the text of RFC 5280 section 4.1.2.5.1.

const DAY: u64 = 86_400;

/// Year, month and day of a day since 1970 in the Gregorian calendar (Hinnant's algorithm).
const fn civil(days: u64) -> (u64, u64, u64) {
    let shifted = days + 719_468;
    let era = shifted / 146_097;
    let of_era = shifted % 146_097;
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year + era * 400 + if month <= 2 { 1 } else { 0 };
    (year, month, day)
}

/// The day since 1970 of a date from 1970 on.
const fn days(year: u64, month: u64, day: u64) -> u64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year / 400;
    let of_era = year % 400;
    let of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The text of a certificate: `260314120000Z`. Good until 2049.
pub(super) fn utc(seconds: u64) -> Vec<u8> {
    let (year, month, day) = civil(seconds / DAY);
    let time = seconds % DAY;
    let (hour, minute, second) = (time / 3_600, time / 60 % 60, time % 60);
    format!("{:02}{month:02}{day:02}{hour:02}{minute:02}{second:02}Z", year % 100).into_bytes()
}

/// The moment of a certificate's text.
pub(super) fn read_utc(text: &[u8]) -> Option<u64> {
    let digits = text.strip_suffix(b"Z").filter(|digits| digits.len() == 12)?;
    let mut pairs = [0_u64; 6];
    for (pair, value) in digits.chunks(2).zip(&mut pairs) {
        let digit = |at: usize| Some(u64::from(pair[at].checked_sub(b'0').filter(|d| *d < 10)?));
        *value = digit(0)? * 10 + digit(1)?;
    }
    let [year, month, day, hour, minute, second] = pairs;
    let year = if year < 50 { year + 2000 } else { year + 1900 };
    let right = year >= 1970
        && (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && hour < 24
        && minute < 60
        && second < 60;
    right.then(|| days(year, month, day) * DAY + hour * 3_600 + minute * 60 + second)
}

/// A day as people write it: `2026-03-14`.
pub fn date(seconds: u64) -> String {
    let (year, month, day) = civil(seconds / DAY);
    format!("{year}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::{date, read_utc, utc};

    #[test]
    fn days_are_counted_as_the_calendar_does() {
        assert_eq!(date(0), "1970-01-01");
        assert_eq!(date(951_782_400), "2000-02-29");
        assert_eq!(date(1_795_219_200), "2026-11-21");
        for day in 0..29_000 {
            let at = day * 86_400 + 4_000;
            assert_eq!(read_utc(&utc(at)), Some(at));
        }
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in ["", "Z", "261301000000Z", "260101000000", "2601010000 0Z", "260101250000Z"] {
            assert_eq!(read_utc(text.as_bytes()), None, "{text}");
        }
    }
}
