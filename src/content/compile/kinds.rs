//! The kinds of questions, but for the numeric one.

use core::ops::Range;

use super::Cx;
use super::names::settings;
use super::reader::{Reader, Word};
use super::target::Place;
use super::text::Text;
use crate::content::problem::File;
use crate::content::types::{Choice, Diagram, Mode, Node, QuestionKind, Trace, TraceChoice};

/// The options of a choice (`one` right) or of several.
pub(super) fn options(cx: &Cx<'_>, reader: &Reader<'_>, one: bool) -> Option<Vec<Choice>> {
    let mut options = Vec::new();
    for option in reader.tables("options", "an option") {
        let right = option.flag("right");
        options.extend(choice(cx, option, right, &[]));
    }
    let right = options.iter().filter(|option| option.right).count();
    let wrong = options.len() - right;
    let message = match (right, wrong) {
        (0, 0) => Some("the question needs `options`".to_owned()),
        (0, _) => Some("no option is right: mark it with `right = true`".to_owned()),
        (_, 0) => Some("no option is wrong".to_owned()),
        (2.., _) if one => Some(format!(
            "{right} options are right: a choice has one, use `[[multi]]` for several"
        )),
        _ => None,
    };
    if let Some(message) = message {
        reader.error(&reader.span, message);
        return None;
    }
    Some(options)
}

/// An option; a wrong one has to say why.
fn choice(cx: &Cx<'_>, option: Reader<'_>, right: bool, known: &[&'static str]) -> Option<Choice> {
    let text = option.need("text", "its words");
    let why = option.text("why");
    if !right && why.is_none() {
        option.error(&option.span, "a wrong option needs `why`, the reason that it is wrong");
    }
    option.know(known);
    option.finish();
    let why = why.map(|word| Text::word(*cx, &word)).unwrap_or_default();
    Some(Choice { text: Text::word(*cx, &text?), right, why })
}

/// Items in an order that the run, or else the author, gives.
pub(super) fn order(cx: &Cx<'_>, file: &File, reader: &Reader<'_>) -> Option<QuestionKind> {
    let items = reader.texts("items");
    let labels = reader.pairs("labels");
    let expect = reader.texts("expect");
    let from = reader.table("from", "`from`");
    let items: Vec<Vec<Node>> = match (from, items.is_empty()) {
        (None, false) => items.iter().map(|word| Text::word(*cx, word)).collect(),
        (Some(from), true) => steps_in_order(cx, file, from, &labels, &expect)?,
        _ => {
            reader.error(
                &reader.span,
                "an order needs either `from`, a run with its steps, or `items`",
            );
            return None;
        }
    };
    if items.len() < 3 {
        reader.error(&reader.span, "an order needs at least three items");
    }
    Some(QuestionKind::Order(items))
}

fn steps_in_order(
    cx: &Cx<'_>,
    file: &File,
    from: Reader<'_>,
    labels: &[(Word<'_>, Word<'_>)],
    expect: &[Word<'_>],
) -> Option<Vec<Vec<Node>>> {
    let scenario = from.need("scenario", "the name of what it runs");
    let steps = from.texts("steps");
    let place = Place { file, chapter: None };
    let scenario = scenario.filter(|word| cx.known_scenario(&word.text, place, &word.span))?.text;
    let setup = settings(cx, &from, &scenario);
    from.finish();
    let mut found: Vec<(u64, &Word<'_>)> = Vec::new();
    for word in &steps {
        if !cx.known_step(&scenario, &word.text, file, &word.span) {
            continue;
        }
        match cx.engine.step(&scenario, &setup, &word.text) {
            Some(step) if found.iter().any(|(at, _)| *at == step.at_ns) => {
                cx.error(
                    file,
                    &word.span,
                    format!("`{}` happens at the same time as another step", word.text),
                );
            }
            Some(step) => found.push((step.at_ns, word)),
            None => {
                let message =
                    format!("the step `{}` does not happen with these settings", word.text);
                cx.error(file, &word.span, message);
            }
        }
    }
    found.sort_by_key(|(at, _)| *at);
    let order: Vec<&str> = found.iter().map(|(_, word)| word.text.as_str()).collect();
    let expected: Vec<&str> = expect.iter().map(|word| word.text.as_str()).collect();
    if let (Some(first), false) = (expect.first(), order == expected) {
        let message = format!("the engine says another order: {}", order.join(", "));
        cx.error(file, &first.span, message);
    }
    for (key, _) in labels.iter().filter(|(key, _)| !steps.iter().any(|step| step.text == key.text))
    {
        cx.error(file, &key.span, format!("`{}` is not among the steps", key.text));
    }
    let titles = cx.engine.names(&scenario).unwrap_or_default().steps;
    let title =
        |name: &str| titles.iter().find(|(step, _)| step == name).map_or("", |(_, title)| title);
    let items = found.iter().map(|(_, step)| {
        let label = labels.iter().find(|(key, _)| key.text == step.text);
        label.map_or_else(
            || vec![Node::Html(super::html::escape(title(&step.text)))],
            |(_, label)| Text::word(*cx, label),
        )
    });
    Some(items.collect())
}

/// Pairs that belong together.
pub(super) fn pairs(cx: &Cx<'_>, file: &File, reader: &Reader<'_>) -> Option<QuestionKind> {
    let mut pairs: Vec<(Vec<Node>, Vec<Node>)> = Vec::new();
    let mut seen: Vec<(String, Range<usize>)> = Vec::new();
    for (row, span) in reader.rows("pairs", "a list of pairs `[\"left\", \"right\"]`") {
        let [left, right] = row.as_slice() else {
            cx.error(file, &span, "a pair has a left and a right side");
            continue;
        };
        for (side, word) in [("left", left), ("right", right)] {
            let key = (format!("{side} {}", word.text), word.span.clone());
            if seen.iter().any(|(known, _)| *known == key.0) {
                cx.error(
                    file,
                    &word.span,
                    format!("the {side} side `{}` stands there twice", word.text),
                );
            }
            seen.push(key);
        }
        pairs.push((Text::word(*cx, left), Text::word(*cx, right)));
    }
    let extra = reader.texts("extra").iter().map(|word| Text::word(*cx, word)).collect();
    if pairs.len() < 2 {
        reader.error(&reader.span, "a match needs at least two `pairs`");
        return None;
    }
    Some(QuestionKind::Match { pairs, extra })
}

/// A word.
pub(super) fn short(cx: &Cx<'_>, reader: &Reader<'_>) -> Option<QuestionKind> {
    let accept: Vec<String> = reader.texts("accept").into_iter().map(|word| word.text).collect();
    let near = reader.pairs("near");
    if accept.iter().all(|word| word.trim().is_empty()) {
        reader.error(&reader.span, "the question needs `accept`, what counts as right");
        return None;
    }
    for (word, _) in near.iter().filter(|(word, _)| accept.contains(&word.text)) {
        reader.error(&word.span, format!("`{}` is right and a near miss at once", word.text));
    }
    let near = near.iter().map(|(word, why)| (word.text.clone(), Text::word(*cx, why))).collect();
    Some(QuestionKind::Short { accept, near })
}

/// The next event of a paused run; the engine says which option is right.
pub(super) fn trace(
    cx: &Cx<'_>,
    file: &File,
    reader: &Reader<'_>,
    prompt: Option<&Word<'_>>,
) -> Option<QuestionKind> {
    let scenario = reader.need("scenario", "the name of what it runs");
    let pause_at = reader.need("pause-at", "a step or a packet such as `syn-ack#1`");
    let ask = reader.need("ask", "such as `next-send(client)`");
    let options = reader.tables("options", "an option");
    let place = Place { file, chapter: None };
    let scenario = scenario.filter(|word| cx.known_scenario(&word.text, place, &word.span))?.text;
    let setup = settings(cx, reader, &scenario);
    let (pause_at, ask) = (pause_at?, ask?);
    let next = match cx.engine.next(&scenario, &setup, &pause_at.text, &ask.text) {
        Ok(next) => next,
        Err(message) => {
            let wrong_pause = message.contains(&format!("`{}`", pause_at.text));
            cx.error(file, if wrong_pause { &pause_at.span } else { &ask.span }, message);
            return None;
        }
    };
    let mut choices: Vec<TraceChoice> = Vec::new();
    for option in options {
        let Some(event) = option.need("event", "the name of a packet, a state or `nothing`") else {
            continue;
        };
        if choices.iter().any(|other| other.event == event.text) {
            cx.error(file, &event.span, format!("the event `{}` stands there twice", event.text));
        }
        let choice = choice(cx, option, event.text == next, &["event"]);
        choices.extend(choice.map(|choice| TraceChoice { event: event.text, choice }));
    }
    if !choices.iter().any(|choice| choice.choice.right) {
        reader
            .error(&reader.span, format!("the engine says `{next}`, and no option has that event"));
    } else if choices.len() < 2 {
        reader.error(&reader.span, "the question needs a wrong option too");
    }
    let diagram = Diagram {
        id: "trace".to_owned(),
        scenario,
        setup,
        start: None,
        stop: None,
        mode: Mode::Gaps,
        caption: prompt.map(|word| word.text.clone()).unwrap_or_default(),
        ask: Vec::new(),
    };
    let (pause_at, ask) = (pause_at.text, ask.text);
    Some(QuestionKind::Trace(Box::new(Trace { diagram, pause_at, ask, options: choices })))
}
