//! The text form of values: `80ms`, `2%`, `10Mbit/s`, `200kB`, `3`, `linux`.
//!
//! One form for the URL, the command line, the chapters and the saved state. Written text reads
//! back as the same value.

use core::fmt;
use core::time::Duration;

use super::params::{ParamKind, Value};
use crate::sim::time::{duration_text, nanos, parse_duration, scaled};

/// The word among `names` that `word` most probably means, if one is near.
pub fn nearest<'a>(word: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_ascii_lowercase();
    let (best, distance) = names
        .into_iter()
        .map(|name| (name, strsim::osa_distance(&word, name)))
        .min_by_key(|(_, distance)| *distance)?;
    // A slip in every third letter is still a slip; more is another word.
    let near = distance <= word.len().max(best.len()) / 3 + 1 && distance < best.len();
    (near || (word.len() >= 2 && best.contains(&word))).then_some(best)
}

/// The end of a message about an unknown name: what is near, or else all there is.
pub fn instead<'a>(word: &str, names: impl IntoIterator<Item = &'a str> + Clone) -> String {
    match nearest(word, names.clone()) {
        Some(name) => format!("did you mean `{name}`?"),
        None => format!("there is {}", list(names, "and")),
    }
}

/// Names in a sentence: `a`, `b` and `c`.
fn list<'a>(names: impl IntoIterator<Item = &'a str>, joint: &str) -> String {
    let quoted: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        None => "none".to_owned(),
        Some((last, [])) => last.clone(),
        Some((last, front)) => format!("{} {joint} {last}", front.join(", ")),
    }
}

const RATE_UNITS: &[(&str, u64)] =
    &[("Gbit/s", 1_000_000_000), ("Mbit/s", 1_000_000), ("kbit/s", 1_000), ("bit/s", 1)];
const BYTE_UNITS: &[(&str, u64)] =
    &[("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000), ("B", 1)];
/// Parts per million in one per cent.
const PERCENT: u64 = 10_000;

/// What is wrong with a value's text.
pub(super) enum Problem {
    /// It says nothing; the reason is in words.
    Unreadable(String),
    /// It is too small or too large; this is the nearest value that is allowed.
    OutOfRange(Value),
}

/// Reads a value of this kind.
pub(super) fn parse(kind: ParamKind, text: &str) -> Result<Value, Problem> {
    let text = text.trim();
    let value = match kind {
        ParamKind::Duration { .. } => parse_duration(text).map(Value::Duration),
        ParamKind::Count { .. } => parse_count(text).map(Value::Count),
        ParamKind::Bytes { .. } => parse_units(text, BYTE_UNITS, "size").map(Value::Bytes),
        ParamKind::Rate { .. } => parse_rate(text).map(Value::Rate),
        ParamKind::Share { .. } => parse_share(text),
        ParamKind::Choice { options, .. } => parse_choice(text, options),
    }
    .map_err(Problem::Unreadable)?;
    let clamped = kind.clamp(value);
    if clamped == value { Ok(value) } else { Err(Problem::OutOfRange(clamped)) }
}

fn parse_count(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| format!("`{text}` is no whole number, such as `3`"))
}

fn parse_share(text: &str) -> Result<Value, String> {
    let Some(number) = text.strip_suffix('%') else {
        return match text {
            "0" => Ok(Value::Share(0)),
            _ => Err(format!("`{text}` is no share: write per cent, such as `2%`")),
        };
    };
    let ppm = scaled(number.trim(), PERCENT)
        .ok_or_else(|| format!("`{number}` is no number of per cent, such as `0.5%`"))?;
    Ok(Value::Share(u32::try_from(ppm).unwrap_or(u32::MAX)))
}

fn parse_rate(text: &str) -> Result<u64, String> {
    match text {
        "unlimited" => Ok(0),
        _ => parse_units(text, RATE_UNITS, "rate"),
    }
}

fn parse_choice(
    text: &str,
    options: &'static [(&'static str, &'static str)],
) -> Result<Value, String> {
    let words = options.iter().map(|(word, _)| *word);
    words.clone().find(|word| *word == text).map(Value::Choice).ok_or_else(|| {
        format!(
            "`{text}` is not one of {}{}",
            list(words.clone(), "and"),
            match nearest(text, words) {
                Some(word) => format!(": did you mean `{word}`?"),
                None => String::new(),
            }
        )
    })
}

/// A number with one of these units; the last unit may be left away where it is a bare count.
fn parse_units(text: &str, units: &[(&str, u64)], what: &str) -> Result<u64, String> {
    let split = text.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(text.len());
    let (number, unit) = text.split_at(split);
    let number = number.trim();
    let base = units.last().map_or("", |(name, _)| *name);
    let scale = match unit {
        // Zero is zero in every unit, and bytes are counted; a rate needs its unit.
        "" if number == "0" || base == "B" => 1,
        "" => {
            let names = units.iter().rev().map(|(name, _)| *name);
            return Err(format!("`{text}` has no unit: use {}", list(names, "or")));
        }
        _ => match units.iter().find(|(name, _)| name.eq_ignore_ascii_case(unit)) {
            Some((_, scale)) => *scale,
            None => {
                let names = units.iter().rev().map(|(name, _)| *name);
                return Err(format!("`{unit}` is no unit of {what}: use {}", list(names, "or")));
            }
        },
    };
    scaled(number, scale).ok_or_else(|| match number {
        "" => format!("`{text}` is no {what}, such as `10{base}`"),
        _ => format!("`{number}` is no number of {unit}"),
    })
}

/// The number in the largest unit that needs no fraction.
fn in_units(number: u64, units: &[(&str, u64)]) -> String {
    let fits = |(_, scale): &&(&str, u64)| number >= *scale && number.is_multiple_of(*scale);
    let base = units.last().map_or(("", 1), |unit| *unit);
    let (name, scale) = units.iter().find(fits).copied().unwrap_or(base);
    format!("{}{name}", number / scale)
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Duration(duration) => f.write_str(&duration_text(*duration)),
            Self::Count(number) => write!(f, "{number}"),
            Self::Bytes(bytes) => f.write_str(&in_units(*bytes, BYTE_UNITS)),
            Self::Rate(0) => f.write_str("unlimited"),
            Self::Rate(rate) => f.write_str(&in_units(*rate, RATE_UNITS)),
            Self::Share(ppm) => write!(f, "{}%", decimal(u64::from(*ppm), PERCENT)),
            Self::Choice(word) => f.write_str(word),
        }
    }
}

/// `value / scale` as a decimal number, exactly; `scale` is a power of ten.
pub(crate) fn decimal(value: u64, scale: u64) -> String {
    let (whole, rest) = (value / scale, value % scale);
    if rest == 0 {
        return whole.to_string();
    }
    let digits = (scale + rest).to_string();
    format!("{whole}.{}", digits.get(1..).unwrap_or_default().trim_end_matches('0'))
}

/// A value for people: the number and its unit, which the page joins with a space of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The number, or a word such as `unlimited`.
    pub number: String,
    /// The unit; empty for counts and words.
    pub unit: &'static str,
}

/// Durations from here on are shown in seconds.
const SHOWN_IN_SECONDS: u64 = 10_000_000_000;

impl ParamKind {
    /// A value as a person reads it: `80` `ms`.
    pub fn shown(self, value: Value) -> Shown {
        let of = |number: u64, units: &[(&'static str, u64)]| {
            let base = units.last().copied().unwrap_or(("", 1));
            let (unit, scale) =
                units.iter().find(|(_, scale)| number >= *scale).copied().unwrap_or(base);
            Shown { number: decimal(number, scale), unit }
        };
        let word = |text: &str| Shown { number: text.to_owned(), unit: "" };
        match (self, value) {
            (Self::Choice { options, .. }, Value::Choice(chosen)) => {
                word(options.iter().find(|(word, _)| *word == chosen).map_or(chosen, |o| o.1))
            }
            (_, Value::Choice(chosen)) => word(chosen),
            (_, Value::Duration(duration)) => shown_duration(duration),
            (_, Value::Count(number)) => word(&number.to_string()),
            (_, Value::Bytes(bytes)) => of(bytes, BYTE_UNITS),
            (_, Value::Rate(0)) => word("unlimited"),
            (_, Value::Rate(rate)) => of(rate, RATE_UNITS),
            (_, Value::Share(ppm)) => Shown { number: decimal(u64::from(ppm), PERCENT), unit: "%" },
        }
    }
}

fn shown_duration(duration: Duration) -> Shown {
    let ns = nanos(duration);
    let (scale, unit) =
        if ns >= SHOWN_IN_SECONDS { (1_000_000_000, "s") } else { (1_000_000, "ms") };
    Shown { number: decimal(ns, scale), unit }
}
