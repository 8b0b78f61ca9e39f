//! What a text may ask of a run: computed numbers in prose, answers of questions.
//!
//! A number is a measure (`connect`), the time of a step (`time(syn-ack)`), the time between two
//! (`time(first-data) - time(syn)`) or a parameter (`param(rtt)`). A prediction is what a host
//! does after a moment (`next-send(client)`, `next-receive(server)`, `next-state(client)`).

use super::text::{decimal, instead};
use super::{Params, Run, Shown, Step, Term, Unit, Value, find};
use crate::sim::endpoint::Event;
use crate::sim::time::nanos;
use crate::sim::trace::{Entry, EntryId, HostId, Trace, TraceEvent};

/// A number of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Its value, in the measure of `unit`.
    pub value: u64,
    /// What it counts.
    pub unit: Unit,
    /// The value for people.
    pub shown: Shown,
    /// The parts that add up to it; empty if there is nothing to add.
    pub sum: Vec<Term>,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AskError {
    /// No run of the scenario has it; the message names the nearest thing that there is.
    Unknown(String),
    /// This run does not have it: a step that does not happen, a measure without value.
    Absent(String),
}

impl AskError {
    /// What is wrong, in words.
    pub fn message(&self) -> &str {
        match self {
            Self::Unknown(message) | Self::Absent(message) => message,
        }
    }
}

/// Answers a question for a number.
///
/// # Errors
/// Says what the scenario, or this run of it, does not have.
pub fn ask(run: &Run, text: &str) -> Result<Answer, AskError> {
    let text = text.trim();
    if let Some((later, earlier)) = text.split_once(" - ") {
        let (later, earlier) = (time(run, later)?, time(run, earlier)?);
        let from = earlier.at.as_nanos();
        return later.at.as_nanos().checked_sub(from).map(of_time).ok_or_else(|| {
            let (later, earlier) = (later.name, earlier.name);
            AskError::Absent(format!("`{later}` happens before `{earlier}` in this run"))
        });
    }
    if let Some(key) = call(text, "param") {
        return param(&run.setup.params, key);
    }
    if call(text, "time").is_some() {
        return Ok(of_time(time(run, text)?.at.as_nanos()));
    }
    let Some(measure) = run.measure(text) else {
        let names = run.measures.iter().map(|measure| measure.name);
        let instead = instead(text, names);
        return Err(AskError::Unknown(format!("there is no measure `{text}`: {instead}")));
    };
    let Some(figure) = measure.figure.clone() else {
        return Err(AskError::Absent(format!("this run has no `{text}`")));
    };
    let shown = measure.unit.shown(figure.value);
    Ok(Answer { value: figure.value, unit: measure.unit, shown, sum: figure.sum })
}

/// What stands between the brackets of `name(…)`.
fn call<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    text.trim().strip_prefix(name)?.strip_prefix('(')?.strip_suffix(')').map(str::trim)
}

fn of_time(ns: u64) -> Answer {
    let unit = Unit::Milliseconds;
    Answer { value: ns, unit, shown: unit.shown(ns), sum: Vec::new() }
}

/// The step of `time(step)`.
fn time<'a>(run: &'a Run, text: &str) -> Result<&'a Step, AskError> {
    let Some(name) = call(text, "time") else {
        return Err(AskError::Unknown(format!("`{}` is no time: write `time(step)`", text.trim())));
    };
    step(run, name)
}

/// The step of this name.
fn step<'a>(run: &'a Run, name: &str) -> Result<&'a Step, AskError> {
    run.step(name).ok_or_else(|| {
        let names = find(run.scenario).map_or(&[][..], |scenario| scenario.about().steps);
        if names.iter().any(|spec| spec.name == name) {
            return AskError::Absent(format!("the step `{name}` does not happen in this run"));
        }
        let instead = instead(name, names.iter().map(|spec| spec.name));
        AskError::Unknown(format!("there is no step `{name}`: {instead}"))
    })
}

fn param(params: &Params, key: &str) -> Result<Answer, AskError> {
    let (Some(value), Some(spec)) = (params.value(key), params.spec(key)) else {
        let instead = instead(key, params.specs().iter().map(|spec| spec.key));
        return Err(AskError::Unknown(format!("there is no parameter `{key}`: {instead}")));
    };
    let (value_of, unit) = match value {
        Value::Duration(duration) => (nanos(duration), Unit::Milliseconds),
        Value::Bytes(bytes) => (bytes, Unit::Bytes),
        Value::Share(ppm) => (u64::from(ppm), Unit::Percent),
        Value::Count(number) | Value::Rate(number) => (number, Unit::Count),
        Value::Choice(_) => (0, Unit::Count),
    };
    Ok(Answer { value: value_of, unit, shown: spec.kind.shown(value), sum: Vec::new() })
}

/// The entry of a moment: a step, or the n-th packet of a name as it is sent (`syn-ack#1`).
///
/// # Errors
/// Says what the scenario, or this run of it, does not have.
pub fn moment(run: &Run, text: &str) -> Result<EntryId, AskError> {
    let text = text.trim();
    let Some((kind, nth)) = text.split_once('#') else {
        return step(run, text).map(|step| step.entry);
    };
    let Some(nth) = nth.parse::<usize>().ok().and_then(|nth| nth.checked_sub(1)) else {
        return Err(AskError::Unknown(format!("`{text}` has no number from 1 behind its `#`")));
    };
    let of_kind: Vec<EntryId> = run
        .trace
        .packets()
        .filter(|view| view.sent.packet.label().kind == kind)
        .map(|view| view.entry)
        .collect();
    of_kind.get(nth).copied().ok_or_else(|| {
        let sent = of_kind.len();
        AskError::Absent(format!("this run sends {sent} packets named `{kind}`, so no `{text}`"))
    })
}

/// Answers a question for the next event after a moment: the name of a packet, a state of the
/// standard, or `nothing`.
///
/// # Errors
/// Says what the scenario, or this run of it, does not have.
pub fn next(run: &Run, pause_at: &str, text: &str) -> Result<String, AskError> {
    let after = moment(run, pause_at)?;
    type Pick = fn(&Trace, &Entry) -> Option<String>;
    const KINDS: [(&str, Pick); 3] =
        [("next-send", sent), ("next-receive", received), ("next-state", state)];
    let asked = KINDS.iter().find_map(|(name, pick)| Some((call(text, name)?, pick)));
    let Some((host, pick)) = asked else {
        let names = KINDS.iter().map(|(name, _)| *name);
        let word = text.split('(').next().unwrap_or_default();
        let instead = instead(word.trim(), names);
        return Err(AskError::Unknown(format!("nothing can be asked by `{text}`: {instead}")));
    };
    let hosts = &run.trace.hosts;
    let Some(index) = hosts.iter().position(|known| known.name == host) else {
        let instead = instead(host, hosts.iter().map(|host| host.name));
        return Err(AskError::Unknown(format!("there is no host `{host}`: {instead}")));
    };
    let host = HostId(u8::try_from(index).unwrap_or(u8::MAX));
    let mut later = run.trace.numbered().filter(|(id, entry)| *id > after && entry.host == host);
    let found = later.find_map(|(_, entry)| pick(&run.trace, entry));
    Ok(found.unwrap_or_else(|| "nothing".to_owned()))
}

fn sent(_: &Trace, entry: &Entry) -> Option<String> {
    match &entry.event {
        TraceEvent::PacketSent(sent) => Some(sent.packet.label().kind),
        TraceEvent::PacketReceived { .. } | TraceEvent::Endpoint(_) => None,
    }
}

fn received(trace: &Trace, entry: &Entry) -> Option<String> {
    match &entry.event {
        TraceEvent::PacketReceived { id, .. } => {
            trace.packet(*id).map(|view| view.sent.packet.label().kind)
        }
        TraceEvent::PacketSent(_) | TraceEvent::Endpoint(_) => None,
    }
}

fn state(_: &Trace, entry: &Entry) -> Option<String> {
    match &entry.event {
        TraceEvent::Endpoint(Event::StateUpdated { to, .. }) => Some((*to).to_owned()),
        _ => None,
    }
}

impl Unit {
    /// A value of this unit for people, rounded to what they can use: `1100.5` `ms`, `14,600` `B`.
    pub fn shown(self, value: u64) -> Shown {
        match self {
            Self::Milliseconds => shown_time(value),
            Self::Bytes => Shown { number: grouped(value), unit: "B" },
            Self::Count => Shown { number: grouped(value), unit: "" },
            Self::Percent => Shown { number: rounded(value, 10_000, 10), unit: "%" },
        }
    }
}

/// Times from here on are shown in seconds.
const IN_SECONDS_NS: u64 = 10_000_000_000;

fn shown_time(ns: u64) -> Shown {
    const MS: u64 = 1_000_000;
    if ns >= IN_SECONDS_NS {
        return Shown { number: rounded(ns, 1_000 * MS, 100), unit: "s" };
    }
    // Below one millisecond a tenth is too coarse; above ten, a hundredth says nothing.
    let per_ms = if ns < MS {
        1_000
    } else if ns < 10 * MS {
        100
    } else {
        10
    };
    Shown { number: rounded(ns, MS, per_ms), unit: "ms" }
}

/// `value / scale`, rounded half up to `1 / parts`.
fn rounded(value: u64, scale: u64, parts: u64) -> String {
    let step = (scale / parts).max(1);
    decimal((value + step / 2) / step, parts)
}

/// A whole number, its thousands parted from five digits on.
fn grouped(value: u64) -> String {
    let digits = value.to_string();
    if digits.len() < 5 {
        return digits;
    }
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

impl core::fmt::Display for Shown {
    /// The number and its unit, joined by a space that does not break.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self.unit {
            "" => f.write_str(&self.number),
            unit => write!(f, "{}\u{a0}{unit}", self.number),
        }
    }
}

#[test]
fn numbers_are_rounded_to_what_people_can_use() {
    let shown = |unit: Unit, value| unit.shown(value).to_string().replace('\u{a0}', " ");
    assert_eq!(shown(Unit::Milliseconds, 100_000_000), "100 ms");
    assert_eq!(shown(Unit::Milliseconds, 1_100_460_000), "1100.5 ms");
    assert_eq!(shown(Unit::Milliseconds, 500_400), "0.5 ms");
    assert_eq!(shown(Unit::Milliseconds, 131_070_000_000), "131.07 s");
    assert_eq!(shown(Unit::Bytes, 14_600), "14,600 B");
    assert_eq!(shown(Unit::Bytes, 1_460), "1460 B");
    assert_eq!(shown(Unit::Count, 1_234_567), "1,234,567");
    assert_eq!(shown(Unit::Percent, 52_600), "5.3 %");
}
