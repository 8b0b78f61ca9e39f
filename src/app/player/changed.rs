//! What the reader's last fault changed, in words.

use std::collections::BTreeMap;

use super::model::Model;
use crate::app::text::time_text;
use crate::scenario::Run;

/// A difference between the run before and the run shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Change {
    /// What it is about: `SYN-ACK`, `Time to connect`.
    pub(crate) about: String,
    /// How it was and how it is.
    pub(crate) text: String,
}

/// What happens to the packets of a run, by sender, name and number.
type Fates = BTreeMap<(u8, String, u32), (String, u64, Option<u64>)>;

fn fates(run: &Run) -> Fates {
    let mut counts = BTreeMap::new();
    let mut fates = Fates::new();
    for packet in run.trace.packets() {
        let label = packet.sent.packet.label();
        let count = counts.entry((packet.from.0, label.kind.clone())).or_insert(0_u32);
        *count += 1;
        let arrival = packet.sent.fate.arrival().map(|at| at.as_nanos());
        let key = (packet.from.0, label.kind, *count);
        fates.insert(key, (label.name, packet.at.as_nanos(), arrival));
    }
    fates
}

fn named(name: &str, nth: u32) -> String {
    if nth == 1 { name.to_owned() } else { format!("{name}, number {nth}") }
}

/// The differences: first the packets, then the results.
pub(crate) fn changes(before: &Run, now: &Run) -> Vec<Change> {
    let (old, new) = (fates(before), fates(now));
    let mut changes = Vec::new();
    for ((from, kind, nth), (name, sent, arrival)) in &new {
        let about = named(name, *nth);
        let text = match old.get(&(*from, kind.clone(), *nth)) {
            None => format!("new: sent at {}", time_text(*sent)),
            Some((_, _, Some(_))) if arrival.is_none() => "arrived; now lost".to_owned(),
            Some((_, _, None)) if arrival.is_some() => "was lost; now arrives".to_owned(),
            Some((_, then, _)) if then != sent => {
                format!("sent at {} instead of {}", time_text(*sent), time_text(*then))
            }
            Some((_, _, then)) if then != arrival => {
                let time = |at: &Option<u64>| at.map_or_else(String::new, time_text);
                format!("arrives at {} instead of {}", time(arrival), time(then))
            }
            Some(_) => continue,
        };
        changes.push(Change { about, text });
    }
    for ((_, _, nth), (name, ..)) in old.iter().filter(|(key, _)| !new.contains_key(*key)) {
        changes.push(Change { about: named(name, *nth), text: "is no longer sent".to_owned() });
    }
    for measure in &now.measures {
        let then = before.measure(measure.name).and_then(|old| old.figure.as_ref());
        let (then, value) = (then.map(|f| f.value), measure.figure.as_ref().map(|f| f.value));
        if then != value {
            let shown = |value: Option<u64>| {
                let text =
                    value.map(|value| crate::app::text::shown_text(&measure.unit.shown(value)));
                text.unwrap_or_else(|| "none".to_owned())
            };
            let text = format!("{} instead of {}", shown(value), shown(then));
            changes.push(Change { about: measure.title.to_owned(), text });
        }
    }
    changes
}

/// How many differences a player has to show.
pub(crate) fn count(model: &Model) -> usize {
    model.before.as_ref().map_or(0, |before| changes(before, &model.run).len())
}
