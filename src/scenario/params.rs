//! Parameters: declared once, read back with their type, written as text.

use core::fmt;
use core::time::Duration;

use super::text::{self, Problem};
use crate::sorted::SortedMap;

/// A parameter of a scenario.
#[derive(Debug)]
pub struct ParamSpec {
    /// The permanent name, short: `rtt`.
    pub key: &'static str,
    /// What a person reads: `Round trip`.
    pub label: &'static str,
    /// One sentence on what it does.
    pub help: &'static str,
    /// Its type, range and default.
    pub kind: ParamKind,
}

/// The type, range and default of a parameter.
#[derive(Clone, Copy, Debug)]
pub enum ParamKind {
    /// A length of time, in nanoseconds.
    Duration {
        /// The shortest.
        min: u64,
        /// The longest.
        max: u64,
        /// What it is unless set.
        default: u64,
    },
    /// A number of things.
    Count {
        /// The fewest.
        min: u64,
        /// The most.
        max: u64,
        /// What it is unless set.
        default: u64,
    },
    /// A size in bytes.
    Bytes {
        /// The smallest.
        min: u64,
        /// The largest.
        max: u64,
        /// What it is unless set.
        default: u64,
    },
    /// A rate in bits per second; 0 means without limit.
    Rate {
        /// The fastest.
        max: u64,
        /// What it is unless set.
        default: u64,
    },
    /// A share in parts per million, written in per cent.
    Share {
        /// The largest.
        max: u32,
        /// What it is unless set.
        default: u32,
    },
    /// One of some words.
    Choice {
        /// The words and what a person reads.
        options: &'static [(&'static str, &'static str)],
        /// Which of them it is unless set.
        default: usize,
    },
}

/// The value of a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    /// A length of time.
    Duration(Duration),
    /// A number of things.
    Count(u64),
    /// Bytes.
    Bytes(u64),
    /// Bits per second; 0 means without limit.
    Rate(u64),
    /// Parts per million.
    Share(u32),
    /// The chosen word.
    Choice(&'static str),
}

/// The values of all parameters of a scenario: always complete, always in range.
#[derive(Clone)]
pub struct Params {
    specs: &'static [ParamSpec],
    values: SortedMap<&'static str, Value>,
}

/// What is wrong with a setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParamError {
    /// The name that was given.
    pub key: String,
    /// The value that was given.
    pub value: String,
    /// What is wrong and the nearest right thing, in words.
    pub message: String,
}

impl ParamKind {
    /// The value unless set.
    pub fn default_value(self) -> Value {
        match self {
            Self::Duration { default, .. } => Value::Duration(Duration::from_nanos(default)),
            Self::Count { default, .. } => Value::Count(default),
            Self::Bytes { default, .. } => Value::Bytes(default),
            Self::Rate { default, .. } => Value::Rate(default),
            Self::Share { default, .. } => Value::Share(default),
            Self::Choice { options, default } => {
                Value::Choice(options.get(default).map_or("", |(word, _)| word))
            }
        }
    }
}

impl Params {
    /// All parameters at their defaults.
    pub fn defaults(specs: &'static [ParamSpec]) -> Self {
        let values = specs.iter().map(|spec| (spec.key, spec.kind.default_value())).collect();
        Self { specs, values }
    }

    /// The value of a parameter, if the scenario has it.
    pub fn value(&self, key: &str) -> Option<Value> {
        self.values.get(key).copied()
    }

    /// A length of time; zero if the scenario has no such parameter.
    pub fn duration(&self, key: &str) -> Duration {
        match self.value(key) {
            Some(Value::Duration(duration)) => duration,
            _ => Duration::ZERO,
        }
    }

    /// A number of things, bytes, bits per second or parts per million; 0 if there is none.
    pub fn number(&self, key: &str) -> u64 {
        match self.value(key) {
            Some(Value::Count(number) | Value::Bytes(number) | Value::Rate(number)) => number,
            Some(Value::Share(ppm)) => u64::from(ppm),
            _ => 0,
        }
    }

    /// A chosen word; empty if the scenario has no such parameter.
    pub fn choice(&self, key: &str) -> &'static str {
        match self.value(key) {
            Some(Value::Choice(word)) => word,
            _ => "",
        }
    }

    /// What can be set.
    pub const fn specs(&self) -> &'static [ParamSpec] {
        self.specs
    }

    /// The declaration of a parameter, if the scenario has it.
    pub fn spec(&self, key: &str) -> Option<&'static ParamSpec> {
        self.specs.iter().find(|spec| spec.key == key)
    }

    /// The same with one value changed, brought into range; unknown keys change nothing.
    #[must_use]
    pub fn with(mut self, key: &str, value: Value) -> Self {
        if let Some(spec) = self.spec(key) {
            self.values.insert(spec.key, spec.kind.clamp(value));
        }
        self
    }

    /// Sets a parameter from its text: `rtt`, `80ms`.
    ///
    /// # Errors
    /// Says what is wrong and what would be right. A value out of range is reported too, and the
    /// nearest value that is allowed is set; otherwise nothing changes.
    pub fn set(&mut self, key: &str, value: &str) -> Result<(), ParamError> {
        let error = |message| ParamError { key: key.to_owned(), value: value.to_owned(), message };
        let Some(spec) = self.spec(key) else {
            let keys = self.specs.iter().map(|spec| spec.key);
            let instead = text::instead(key, keys);
            return Err(error(format!("there is no parameter `{key}`: {instead}")));
        };
        match text::parse(spec.kind, value) {
            Ok(value) => {
                self.values.insert(spec.key, value);
                Ok(())
            }
            Err(Problem::Unreadable(message)) => Err(error(format!("{key}: {message}"))),
            Err(Problem::OutOfRange(nearest)) => {
                self.values.insert(spec.key, nearest);
                let [min, max] = [0, super::slider::POSITIONS].map(|end| spec.kind.value_at(end));
                Err(error(format!(
                    "{key}: `{}` is not between {min} and {max}: {nearest} is nearest",
                    value.trim()
                )))
            }
        }
    }

    /// Reads `key=value` pairs with spaces between them; what is left out keeps its default.
    /// Returns what it could read and what was wrong.
    pub fn parse(specs: &'static [ParamSpec], line: &str) -> (Self, Vec<ParamError>) {
        let mut params = Self::defaults(specs);
        let problems = line.split_whitespace().filter_map(|pair| match pair.split_once('=') {
            Some((key, value)) => params.set(key, value).err(),
            None => Some(ParamError {
                key: pair.to_owned(),
                value: String::new(),
                message: format!("`{pair}` sets nothing: write `key=value`, such as `rtt=80ms`"),
            }),
        });
        let problems = problems.collect();
        (params, problems)
    }

    /// The parameters that are not at their defaults, in the order of their declaration.
    pub fn changed(&self) -> impl Iterator<Item = (&'static str, Value)> + '_ {
        self.all().filter(|(key, value)| {
            self.spec(key).is_none_or(|spec| spec.kind.default_value() != *value)
        })
    }

    /// All parameters, in the order of their declaration.
    pub fn all(&self) -> impl Iterator<Item = (&'static str, Value)> + '_ {
        self.specs.iter().filter_map(|spec| Some((spec.key, self.value(spec.key)?)))
    }
}

/// All that is not at its default: `rtt=80ms lost-syns=1`.
impl fmt::Display for Params {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, (key, value)) in self.changed().enumerate() {
            let space = if place == 0 { "" } else { " " };
            write!(f, "{space}{key}={value}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Params {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.all().map(|(key, value)| (key, value.to_string()))).finish()
    }
}

/// Equal if the values are.
impl PartialEq for Params {
    fn eq(&self, other: &Self) -> bool {
        self.values == other.values
    }
}

impl Eq for Params {}

impl fmt::Display for ParamError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ParamError {}

#[cfg(test)]
mod tests;
