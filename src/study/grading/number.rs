//! Typed numbers: notation, units, tolerance. Exact decimals, no floating point.

use core::fmt;

use crate::study::grading::{Verdict, fold};

/// Parts of one: nine decimals.
const ONE: i128 = 1_000_000_000;
/// The greatest whole part; far above any count of bytes or nanoseconds in the course.
const WHOLE_MAX: i128 = 1_000_000_000_000_000_000;

/// A decimal number with up to nine decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Number(i128);

/// Why a text is no [`Number`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberProblem {
    /// There are no digits.
    Empty,
    /// It has a letter or sign that is no part of a number, or groups digits wrongly.
    Malformed,
    /// It is beyond 10¹⁸ or has more than nine decimals.
    OutOfRange,
}

impl fmt::Display for NumberProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "Write a number, such as 150 or 1.5.",
            Self::Malformed => "This is not a number; write it like 1500, 1,500 or 1.5.",
            Self::OutOfRange => "This number is too large, or has more than nine decimals.",
        })
    }
}

impl Number {
    /// A whole number.
    pub fn from_int(value: i64) -> Self {
        Self(i128::from(value) * ONE)
    }

    /// `value / per`, to nine decimals, rounded towards zero; `None` if `per` is 0.
    pub fn from_ratio(value: i64, per: i64) -> Option<Self> {
        (i128::from(value) * ONE).checked_div(i128::from(per)).map(Self)
    }

    /// Reads `1500`, `1_500`, `1,500`, `1 500`, `1.5`, `0,5`, `-3` and `−3`.
    ///
    /// A comma before groups of three digits separates thousands; a single comma elsewhere is
    /// a decimal comma.
    ///
    /// # Errors
    /// When there are no digits, when something else is in the way, or out of range.
    pub fn parse(text: &str) -> Result<Self, NumberProblem> {
        let text = text.trim();
        let unsigned = text.strip_prefix(['-', '\u{2212}']);
        let (negative, text) = match unsigned {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, decimals) = split_decimals(text);
        if whole.is_empty() && decimals.is_empty() {
            return Err(NumberProblem::Empty);
        }
        let whole = if whole.is_empty() { 0 } else { parse_whole(whole)? };
        let sum = whole * ONE + parse_decimals(decimals)?;
        Ok(Self(if negative { -sum } else { sum }))
    }
}

/// Without trailing zeros: `1500`, `1.5`, `-0.25`.
impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, decimals) = (self.0.abs() / ONE, self.0.abs() % ONE);
        if decimals == 0 {
            return write!(f, "{sign}{whole}");
        }
        let decimals = format!("{decimals:09}");
        write!(f, "{sign}{whole}.{}", decimals.trim_end_matches('0'))
    }
}

fn split_decimals(text: &str) -> (&str, &str) {
    if let Some((whole, decimals)) = text.split_once('.') {
        return (whole, decimals);
    }
    match text.split_once(',') {
        Some((whole, rest))
            if !rest.contains(',')
                && (rest.len() != 3 || whole.is_empty() || whole.starts_with('0')) =>
        {
            (whole, rest)
        }
        _ => (text, ""),
    }
}

fn parse_whole(text: &str) -> Result<i128, NumberProblem> {
    let is_separator = |c: char| c == ',' || c == '_' || c == '\'' || c.is_whitespace();
    let groups: Vec<&str> = text.split(is_separator).collect();
    let grouped_well = groups.iter().skip(1).all(|group| group.len() == 3);
    let underscored = !text.contains(|c| c != '_' && is_separator(c));
    let (first, rest) = groups.split_first().ok_or(NumberProblem::Empty)?;
    let first_fits = rest.is_empty() || (1..=3).contains(&first.len());
    if groups.iter().any(|group| group.is_empty()) || !(underscored || grouped_well && first_fits) {
        return Err(NumberProblem::Malformed);
    }
    digits(&groups.concat())
}

fn parse_decimals(text: &str) -> Result<i128, NumberProblem> {
    let text = text.trim_end_matches('0');
    if text.is_empty() {
        return Ok(0);
    }
    if text.len() > 9 && text.bytes().all(|b| b.is_ascii_digit()) {
        return Err(NumberProblem::OutOfRange);
    }
    digits(&format!("{text:0<9}"))
}

fn digits(text: &str) -> Result<i128, NumberProblem> {
    let mut value: i128 = 0;
    for byte in text.bytes() {
        if !byte.is_ascii_digit() {
            return Err(NumberProblem::Malformed);
        }
        value = value * 10 + i128::from(byte - b'0');
        if value > WHOLE_MAX {
            return Err(NumberProblem::OutOfRange);
        }
    }
    Ok(value)
}

/// What a unit measures, its names, and how many of the smallest unit it holds.
const UNITS: &[(Kind, &[&str], i128)] = &[
    (Kind::Time, &["ns", "nanosecond", "nanoseconds"], 1),
    (Kind::Time, &["µs", "μs", "us", "microsecond", "microseconds"], 1_000),
    (Kind::Time, &["ms", "msec", "millisecond", "milliseconds"], 1_000_000),
    (Kind::Time, &["s", "sec", "second", "seconds"], 1_000_000_000),
    (Kind::Time, &["min", "minute", "minutes"], 60_000_000_000),
    (Kind::Time, &["h", "hour", "hours"], 3_600_000_000_000),
    (Kind::Size, &["bit", "bits"], 1),
    (Kind::Size, &["B", "byte", "bytes", "octet", "octets"], 8),
    (Kind::Size, &["kB", "KB", "kilobyte", "kilobytes"], 8_000),
    (Kind::Size, &["KiB", "kibibyte", "kibibytes"], 8 * 1024),
    (Kind::Size, &["MB", "megabyte", "megabytes"], 8_000_000),
    (Kind::Size, &["MiB", "mebibyte", "mebibytes"], 8 * 1024 * 1024),
    (Kind::Size, &["GB", "gigabyte", "gigabytes"], 8_000_000_000),
    (Kind::Size, &["kbit", "kilobit", "kilobits"], 1_000),
    (Kind::Size, &["Mbit", "megabit", "megabits"], 1_000_000),
    (Kind::Size, &["Gbit", "gigabit", "gigabits"], 1_000_000_000),
    (Kind::Rate, &["bit/s", "bps"], 1),
    (Kind::Rate, &["kbit/s", "kbps"], 1_000),
    (Kind::Rate, &["Mbit/s", "Mbps"], 1_000_000),
    (Kind::Rate, &["Gbit/s", "Gbps"], 1_000_000_000),
    (Kind::Rate, &["B/s"], 8),
    (Kind::Rate, &["kB/s", "KB/s"], 8_000),
    (Kind::Rate, &["MB/s"], 8_000_000),
    (Kind::Share, &["ppm"], 1),
    (Kind::Share, &["‰", "per mille"], 1_000),
    (Kind::Share, &["%", "percent", "per cent"], 10_000),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Time,
    Size,
    Rate,
    Share,
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Self::Time => "a time",
            Self::Size => "an amount of data",
            Self::Rate => "a rate",
            Self::Share => "a share",
        }
    }
}

/// A unit as written. `b` and `B` differ, so case counts where it tells two units apart.
fn find_unit(text: &str) -> Option<(Kind, i128)> {
    let exact = UNITS.iter().find(|(_, names, _)| names.contains(&text));
    let found = exact.or_else(|| {
        let mut folded = UNITS
            .iter()
            .filter(|(_, names, _)| names.iter().any(|name| name.eq_ignore_ascii_case(text)));
        folded.next().filter(|_| folded.next().is_none())
    });
    found.map(|(kind, _, size)| (*kind, *size))
}

/// Whether answers in `unit` are converted; other units (`segments`, `round trips`) are words
/// that count things.
pub fn is_known_unit(unit: &str) -> bool {
    find_unit(unit).is_some()
}

/// What a numeric question expects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Numeric<'a> {
    /// The right value.
    pub value: Number,
    /// Its unit; empty for a bare number.
    pub unit: &'a str,
    /// How far off, in that unit, is still right; both ends included.
    pub tolerance: Number,
}

impl Numeric<'_> {
    fn accepts(&self, given: Number) -> bool {
        given.0.saturating_sub(self.value.0).saturating_abs() <= self.tolerance.0.saturating_abs()
    }
}

/// A typed number, with or without a unit. Without one, that of the question is meant.
pub fn numeric(expected: &Numeric<'_>, given: &str) -> Verdict {
    let wrong = |reason: String| Verdict::of_text(false, Some(reason));
    let given = given.trim().trim_end_matches('.');
    let end = given.rfind(|c: char| c.is_ascii_digit() || c == '.').map_or(0, |at| at + 1);
    let (digits, unit) = given.split_at(end);
    let unit = unit.trim();
    let number = match Number::parse(digits) {
        Ok(number) => number,
        Err(problem) => return wrong(problem.to_string()),
    };
    if unit.is_empty() || same_word(unit, expected.unit) {
        return Verdict::of_text(expected.accepts(number), None);
    }
    let Some((kind, size)) = find_unit(unit) else {
        let hint = match expected.unit {
            "" => "leave it out".to_owned(),
            wanted => format!("write {wanted}"),
        };
        return wrong(format!("The unit “{unit}” is not known here; {hint}."));
    };
    let Some((wanted_kind, wanted_size)) = find_unit(expected.unit) else {
        let wanted = match expected.unit {
            "" => "a bare number".to_owned(),
            unit => format!("a number of {unit}"),
        };
        return wrong(format!("This is {}; {wanted} is asked for.", kind.name()));
    };
    if kind != wanted_kind {
        return wrong(format!(
            "This is {}; {} is asked for, in {}.",
            kind.name(),
            wanted_kind.name(),
            expected.unit
        ));
    }
    // Only a number that no one means is too large to convert.
    let Some(converted) = number.0.checked_mul(size).map(|n| Number(n / wanted_size)) else {
        return wrong(NumberProblem::OutOfRange.to_string());
    };
    if expected.accepts(converted) {
        return Verdict::of_text(true, None);
    }
    let other_unit = expected.accepts(number);
    let reason = format!("The number is right, but in {}, not in {unit}.", expected.unit);
    Verdict::of_text(false, other_unit.then_some(reason))
}

/// Whether two units are the same word, or singular and plural of it.
fn same_word(given: &str, expected: &str) -> bool {
    if given == expected {
        return true;
    }
    let (given, wanted) = (fold(given), fold(expected));
    if wanted.is_empty() {
        return false;
    }
    // Case tells known units apart (Mb, MB), so they go through the table.
    !is_known_unit(expected)
        && (given == wanted
            || given.strip_suffix('s') == Some(&wanted)
            || wanted.strip_suffix('s') == Some(&given))
}
