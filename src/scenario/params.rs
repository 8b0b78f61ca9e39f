//! Parameters: declared once, read back with their type, written as text.

use core::time::Duration;
use std::collections::BTreeMap;

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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Params {
    values: BTreeMap<&'static str, Value>,
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
        Self { values: specs.iter().map(|spec| (spec.key, spec.kind.default_value())).collect() }
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
}
