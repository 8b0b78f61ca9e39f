//! Numbers as a reader sees them.

use core::time::Duration;

/// A no-break space, between a number and its unit.
pub(crate) const NBSP: char = '\u{a0}';

/// A whole number with thousands marked: `14,480`.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Milliseconds without their unit: `434`, `0.25`, `1,300`; at most three places, none in vain.
pub(crate) fn millis(nanos: u64) -> String {
    let micros = nanos.saturating_add(500) / 1_000;
    let (whole, mut rest) = (micros / 1_000, micros % 1_000);
    // Above ten milliseconds nobody needs more than a tenth.
    if whole >= 10 {
        rest = rest / 100 * 100;
    }
    let mut text = grouped(whole);
    if rest > 0 {
        let places = format!("{rest:03}");
        text.push('.');
        text.push_str(places.trim_end_matches('0'));
    }
    text
}

/// A length of time with its unit: `100 ms`.
pub(crate) fn millis_unit(time: Duration) -> String {
    let nanos = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
    format!("{}{NBSP}ms", millis(nanos))
}

#[cfg(test)]
mod tests {
    use super::{grouped, millis};

    #[test]
    fn thousands_are_marked() {
        assert_eq!([grouped(7), grouped(1_000), grouped(1_234_567)], ["7", "1,000", "1,234,567"]);
    }

    #[test]
    fn milliseconds_have_no_places_in_vain() {
        let texts = [0, 434_000_000, 250_000, 1_300_000_000, 100_040_000, 12_340_000].map(millis);
        assert_eq!(texts, ["0", "434", "0.25", "1,300", "100", "12.3"]);
    }
}
