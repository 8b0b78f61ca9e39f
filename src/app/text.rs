//! Numbers as a reader sees them.

use crate::scenario::{Shown, Unit};
use crate::sim::time::Instant;

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

/// A place in thousandths as a length in per cent: `43.4%`.
pub(crate) fn percent(thousandths: u32) -> String {
    format!("{}.{}%", thousandths / 10, thousandths % 10)
}

/// The unit of a clock that runs until `end`, and the places behind its point.
const fn clock_scale(end: Instant) -> (&'static str, u64, u32) {
    const MS: u64 = 1_000_000;
    match end.as_nanos() / MS {
        0..10 => ("ms", MS, 2),
        10..100 => ("ms", MS, 1),
        100..10_000 => ("ms", MS, 0),
        10_000..100_000 => ("s", 1_000 * MS, 2),
        100_000..1_000_000_000 => ("s", 1_000 * MS, 1),
        _ => ("d", 86_400_000 * MS, 2),
    }
}

/// A moment on a clock that runs until `end`, without its unit: `434`, `0.25`, `1,300`.
pub(crate) fn clock_number(at: Instant, end: Instant) -> String {
    let (_, unit, places) = clock_scale(end);
    let parts = 10_u64.pow(places);
    let value = (at.as_nanos() / (unit / parts / 10) + 5) / 10;
    if places == 0 {
        return grouped(value);
    }
    let digits = usize::try_from(places).unwrap_or(0);
    format!("{}.{:0digits$}", grouped(value / parts), value % parts)
}

/// The unit of a clock that runs until `end`.
pub(crate) const fn clock_unit(end: Instant) -> &'static str {
    clock_scale(end).0
}

/// A length of time or a moment for people: `100 ms`, `0.5 ms`, `1,300 ms`, `63 s`.
pub(crate) fn time_text(ns: u64) -> String {
    let shown = Unit::Milliseconds.shown(ns);
    format!("{}{NBSP}{}", shown.number, shown.unit)
}

/// A shown value with its unit: `10 Mbit/s`, `5`, `2 %`.
pub(crate) fn shown_text(shown: &Shown) -> String {
    if shown.unit.is_empty() {
        return shown.number.clone();
    }
    format!("{}{NBSP}{}", shown.number, shown.unit)
}

#[cfg(test)]
mod tests {
    use super::{clock_number, grouped, percent};
    use crate::sim::time::Instant;

    #[test]
    fn thousands_are_marked() {
        assert_eq!([grouped(7), grouped(1_000), grouped(1_234_567)], ["7", "1,000", "1,234,567"]);
    }

    #[test]
    fn a_clock_has_as_many_places_as_its_run_needs() {
        let clock = |at, end| clock_number(Instant::from_nanos(at), Instant::from_nanos(end));
        assert_eq!(clock(434_400_000, 550_000_000), "434");
        assert_eq!(clock(1_250_000, 3_000_000), "1.25");
        assert_eq!(clock(1_000_000, 3_000_000), "1.00");
        assert_eq!(clock(61_004_000_000, 131_000_000_000), "61.0");
        assert_eq!(clock(45 * 86_400_000_000_000, 105 * 86_400_000_000_000), "45.00");
    }

    #[test]
    fn thousandths_are_per_cent_with_one_place() {
        assert_eq!([percent(0), percent(434), percent(1000)], ["0.0%", "43.4%", "100.0%"]);
    }
}
