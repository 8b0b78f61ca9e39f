//! Numeric questions: new numbers on every try, the answer from the engine.

use std::collections::BTreeSet;

use super::Cx;
use super::names::circumstances;
use super::reader::{Reader, Word};
use super::target::Place;
use crate::content::problem::{File, instead};
use crate::content::types::{Numeric, Pairs, QuestionKind, Vary};

/// A question must not be answered by remembering: it has at least as many answers.
const ANSWERS_MIN: usize = 3;
/// So many draws are tried by the compiler.
const TRIED_MAX: usize = 24;
/// So many values one name may have.
const VALUES_MAX: u64 = 10_000;

/// Reads a numeric question and tries it.
pub(super) fn read(
    cx: &Cx<'_>,
    file: &File,
    reader: &Reader<'_>,
    prompt: Option<&Word<'_>>,
) -> Option<QuestionKind> {
    let unit = reader.need("unit", "what the answer counts, such as `ms`");
    let tolerance_milli = reader.milli("tolerance").unwrap_or(0);
    let vary = vary(file, cx, reader);
    let answer = reader.table("answer", "`answer`");
    let expect = if reader.has("expect") { reader.pairs("expect") } else { Vec::new() };
    let Some(answer) = answer else {
        reader.error(
            &reader.span,
            "the question needs `answer = { scenario = …, set = …, measure = … }`",
        );
        return None;
    };
    let scenario = answer.need("scenario", "the name of what it runs");
    let measure = answer.need("measure", "what is asked of the run");
    let place = Place { file, chapter: None };
    let scenario = scenario.filter(|word| cx.known_scenario(&word.text, place, &word.span))?.text;
    let names: Vec<&str> = vary.iter().map(|vary| vary.name.as_str()).collect();
    let setup = templates(cx, &answer, &scenario, &vary);
    answer.finish();
    let (unit, measure) = (unit?, measure?);
    if let Some(prompt) = prompt {
        for name in names.iter().filter(|name| !prompt.text.contains(&format!("{{{name}}}"))) {
            cx.error(
                file,
                &prompt.span,
                format!("the prompt does not say `{{{name}}}`, which is drawn"),
            );
        }
    }
    let numeric = Numeric {
        unit: unit.text.clone(),
        tolerance_milli,
        vary,
        scenario,
        setup,
        ask: measure.text.clone(),
    };
    let answers = answers(cx, file, &numeric, &unit, &measure)?;
    if answers.len() < ANSWERS_MIN && !numeric.vary.is_empty() {
        let message = format!(
            "the question has {} different answers: `vary` must give at least {ANSWERS_MIN}",
            answers.len()
        );
        reader.error(&reader.span, message);
    }
    expected(cx, file, &numeric, &expect);
    Some(QuestionKind::Numeric(Box::new(numeric)))
}

fn vary(file: &File, cx: &Cx<'_>, reader: &Reader<'_>) -> Vec<Vary> {
    let mut out = Vec::new();
    for (name, range) in reader.named("vary", "a range") {
        let of = |key| range.number(key).map(|(number, _)| number);
        let (from, to, step) = (of("from"), of("to"), of("step"));
        let (span, known) = (range.span.clone(), range.has("from") && range.has("to"));
        range.finish();
        let (Some(from), Some(to)) = (from, to) else {
            if !known {
                cx.error(file, &span, "a range needs `from` and `to`");
            }
            continue;
        };
        let step = step.unwrap_or(1);
        if step == 0 || to < from || (to - from) / step.max(1) >= VALUES_MAX {
            cx.error(
                file,
                &span,
                format!("`{}` has no values from {from} to {to} in steps of {step}", name.text),
            );
            continue;
        }
        out.push(Vary { name: name.text, from, to, step });
    }
    if out.is_empty() {
        reader.error(&reader.span, "the question needs `vary`, the values that are drawn");
    }
    out
}

/// The settings with names in braces; checked with the first values in their place.
fn templates(cx: &Cx<'_>, answer: &Reader<'_>, scenario: &str, vary: &[Vary]) -> Pairs {
    let first: Vec<(String, u64)> =
        vary.iter().map(|vary| (vary.name.clone(), vary.from)).collect();
    // Presets, faults and seeds take no drawn values.
    let mut setup = circumstances(cx, answer, scenario);
    for (key, value) in answer.pairs("set") {
        let pair = (format!("set.{}", key.text), value.text.clone());
        for name in value.text.split('{').skip(1).filter_map(|rest| rest.split('}').next()) {
            if !vary.iter().any(|vary| vary.name == name) {
                let instead = instead(name, vary.iter().map(|vary| vary.name.as_str()));
                answer.error(&value.span, format!("`{name}` is not drawn{instead}"));
                return setup;
            }
        }
        let filled = fill(&pair.1, &first);
        let known = cx.engine.names(scenario).unwrap_or_default().params.contains(&key.text);
        match cx.engine.check(scenario, &(pair.0.clone(), filled)) {
            Ok(()) => setup.push(pair),
            Err(message) => answer.error(if known { &value.span } else { &key.span }, message),
        }
    }
    setup
}

fn fill(text: &str, values: &[(String, u64)]) -> String {
    values.iter().fold(text.to_owned(), |text, (name, value)| {
        text.replace(&format!("{{{name}}}"), &value.to_string())
    })
}

/// The different answers over the values; reports what the run does not have.
fn answers(
    cx: &Cx<'_>,
    file: &File,
    numeric: &Numeric,
    unit: &Word<'_>,
    measure: &Word<'_>,
) -> Option<BTreeSet<u64>> {
    let mut answers = BTreeSet::new();
    for draw in draws(&numeric.vary) {
        match cx.engine.ask(&numeric.scenario, &numeric.fill(&draw), &numeric.ask) {
            Ok(answer) => {
                if scale(&unit.text, answer.unit).is_none() {
                    let message =
                        format!("the answer is in `{}`, not in `{}`", answer.unit, unit.text);
                    cx.error(file, &unit.span, message);
                    return None;
                }
                answers.insert(answer.milli);
            }
            Err(message) => {
                let values: Vec<String> =
                    draw.iter().map(|(name, value)| format!("{name} = {value}")).collect();
                let with = if values.is_empty() { String::new() } else { " with ".to_owned() };
                let message = format!("{message}{with}{}", values.join(", "));
                cx.error(file, &measure.span, message);
                return None;
            }
        }
    }
    Some(answers)
}

/// Some combinations of the values: along each name, the others at their smallest, and the
/// corner of all the largest.
fn draws(vary: &[Vary]) -> Vec<Vec<(String, u64)>> {
    let smallest: Vec<(String, u64)> =
        vary.iter().map(|vary| (vary.name.clone(), vary.from)).collect();
    let mut draws = Vec::new();
    for (index, along) in vary.iter().enumerate() {
        for value in along.values().take(TRIED_MAX / vary.len().max(1)) {
            let mut draw = smallest.clone();
            if let Some(place) = draw.get_mut(index) {
                place.1 = value;
            }
            draws.push(draw);
        }
    }
    let largest =
        vary.iter().map(|vary| (vary.name.clone(), vary.values().last().unwrap_or(vary.from)));
    draws.push(largest.collect());
    draws
}

/// Compares what the author expects with what the engine says.
fn expected(cx: &Cx<'_>, file: &File, numeric: &Numeric, expect: &[(Word<'_>, Word<'_>)]) {
    let Some((_, wanted)) = expect.iter().find(|(key, _)| key.text == "answer") else {
        if let Some((key, _)) = expect.first() {
            cx.error(file, &key.span, "`expect` needs `answer`");
        }
        return;
    };
    let mut draw = Vec::new();
    for vary in &numeric.vary {
        let given = expect.iter().find(|(key, _)| key.text == vary.name);
        let value = given.and_then(|(_, value)| value.text.parse().ok());
        let Some(value) = value else {
            return cx.error(
                file,
                &wanted.span,
                format!("`expect` needs a whole number for `{}`", vary.name),
            );
        };
        draw.push((vary.name.clone(), value));
    }
    let Ok(answer) = cx.engine.ask(&numeric.scenario, &numeric.fill(&draw), &numeric.ask) else {
        return;
    };
    let said =
        milli(&wanted.text).and_then(|milli| milli.checked_mul(scale(&numeric.unit, answer.unit)?));
    if said != Some(answer.milli) {
        let message = format!(
            "the engine says {}, not {} {}",
            answer.text.replace('\u{a0}', " "),
            wanted.text,
            numeric.unit
        );
        cx.error(file, &wanted.span, message);
    }
}

fn milli(text: &str) -> Option<u64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    let part = part.get(..3.min(part.len()))?;
    whole
        .replace('_', "")
        .parse::<u64>()
        .ok()?
        .checked_mul(1_000)?
        .checked_add(format!("{part:0<3}").parse().ok()?)
}

/// How many of the engine's unit are in one of the author's; none if they do not measure the same.
fn scale(author: &str, engine: &str) -> Option<u64> {
    match (author, engine) {
        ("s", "ms") | ("kB", "B") => Some(1_000),
        ("ms", "ms") | ("B", "B") | ("%", "%") => Some(1),
        // Counted things have any word.
        (word, "") if !["ms", "s", "B", "kB", "%"].contains(&word) => Some(1),
        _ => None,
    }
}

#[test]
fn each_name_is_tried_along_its_range_and_all_at_their_largest() {
    let vary = |name: &str, from, to| Vary { name: name.into(), from, to, step: 1 };
    let draws = draws(&[vary("a", 1, 2), vary("b", 7, 8)]);
    let shown: Vec<String> = draws.iter().map(|d| format!("{}{}", d[0].1, d[1].1)).collect();
    assert_eq!(shown, ["17", "27", "17", "18", "28"]);
}
