//! Numbers over time, read off a trace.

use crate::diagram::tokens::Token;
use crate::sim::endpoint::{Event, MetricUnit};
use crate::sim::time::Instant;
use crate::sim::trace::{HostId, Trace, TraceEvent};

/// Numbers over time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Series {
    /// What stands at its end.
    pub name: String,
    /// The value from each moment on, in the order of time.
    pub points: Vec<(Instant, u64)>,
    /// Whether a value holds until the next; else the line goes straight from one to the next.
    pub steps: bool,
    /// How it is drawn.
    pub style: Style,
}

/// How a series is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Its line.
    pub line: Token,
    /// What is under it, if it is filled.
    pub tint: Token,
    /// Its name.
    pub words: Token,
    /// Whether it is filled down to zero.
    pub filled: bool,
    /// Whether the line is dashed.
    pub dashed: bool,
}

impl Style {
    /// The run shown.
    pub const MAIN: Self = Self {
        line: Token::Tcp,
        tint: Token::TcpTint,
        words: Token::TcpInk,
        filled: false,
        dashed: false,
    };
    /// An amount of the run shown, filled.
    pub const FILLED: Self = Self { filled: true, words: Token::Ink2, ..Self::MAIN };
    /// A second run, or a limit.
    pub const SECOND: Self = Self {
        line: Token::Ink2,
        tint: Token::Sunken,
        words: Token::Ink2,
        filled: false,
        dashed: true,
    };
}

impl Series {
    /// The largest value.
    pub fn most(&self) -> Option<u64> {
        self.points.iter().map(|(_, value)| *value).max()
    }

    /// The value at a moment: the last one set.
    pub fn at(&self, at: Instant) -> Option<u64> {
        let known = self.points.partition_point(|(when, _)| *when <= at);
        known.checked_sub(1).and_then(|place| self.points.get(place)).map(|(_, value)| *value)
    }

    /// The corners of its line.
    pub(super) fn corners(&self) -> impl Iterator<Item = (Instant, u64)> {
        let before = self.points.iter().map(|(_, value)| *value);
        let before = self.points.first().map(|(_, value)| *value).into_iter().chain(before);
        self.points.iter().zip(before).enumerate().flat_map(|(nth, ((at, value), old))| {
            let step = (self.steps && nth > 0 && old != *value).then_some((*at, old));
            step.into_iter().chain([(*at, *value)])
        })
    }
}

/// A metric of a host with its unit; `None` if the run has no such number. It goes on to the end.
pub fn metric(trace: &Trace, host: HostId, wanted: &str) -> Option<(Series, MetricUnit)> {
    let mut points: Vec<(Instant, u64)> = Vec::new();
    let mut counted = None;
    for entry in trace.entries.iter().filter(|entry| entry.host == host) {
        if let TraceEvent::Endpoint(Event::MetricUpdated { name, value, unit, .. }) = &entry.event {
            if *name != wanted {
                continue;
            }
            counted = Some(*unit);
            match points.last_mut() {
                Some((at, old)) if *at == entry.at => *old = *value,
                _ => points.push((entry.at, *value)),
            }
        }
    }
    let last = points.last().map(|(_, value)| *value)?;
    points.push((trace.duration(), last));
    let series = Series { name: wanted.to_owned(), points, steps: true, style: Style::MAIN };
    counted.map(|unit| (series, unit))
}
