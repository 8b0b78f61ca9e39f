//! What the reader's last fault changed, in words: first the messages, then the results.

use super::model::Model;
use crate::app::engine;
use crate::app::text::shown_text;
use crate::bridge::Report;
use crate::bridge::questions::Compare;
use crate::scenario::Measure;

/// A difference between the run before and the run shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Changed {
    /// What it is about: `SYN-ACK`, `Time to connect`.
    pub(crate) about: String,
    /// How it was and how it is.
    pub(crate) text: String,
}

/// The differences between two runs.
pub(crate) fn differences(before: &Report, now: &Report) -> Vec<Changed> {
    let question = Compare { before: before.order.clone(), now: now.order.clone() };
    let messages = engine::ask(&question).unwrap_or_default();
    let messages = messages.into_iter().map(|(about, text)| Changed { about, text });
    let results = now.measures.iter().filter_map(|measure| result(before, measure));
    messages.chain(results).collect()
}

fn result(before: &Report, measure: &Measure) -> Option<Changed> {
    let value = |measure: &Measure| measure.figure.as_ref().map(|figure| figure.value);
    let then = before.measure(measure.name).and_then(value);
    let now = value(measure);
    if then == now {
        return None;
    }
    let shown = |value: Option<u64>| {
        value.map_or_else(|| "none".to_owned(), |value| shown_text(&measure.unit.shown(value)))
    };
    let text = format!("{}, was {}", shown(now), shown(then));
    Some(Changed { about: measure.title.to_owned(), text })
}

/// How many differences a player has to show.
pub(crate) fn count(model: &Model) -> usize {
    model.before.as_ref().map_or(0, |before| differences(before, &model.run).len())
}
