//! Numbers that the engine computes for a question.

use crate::app::engine::{self, Engine};
use crate::bridge::Order;
use crate::bridge::questions::Ask;
use crate::content::types::{Numeric, Question, QuestionKind};
use crate::scenario::{Setup, Unit};
use crate::study::grading::{Axis, Number, vary};

/// What the engine answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Solved {
    /// The number in the unit of the question.
    pub(crate) value: Number,
    /// What adds up to it: words, and numbers with their unit.
    pub(crate) sum: Vec<(String, String)>,
    /// The number as the engine says it.
    pub(crate) total: String,
}

/// The values of a question for this try; none for questions without.
pub(super) fn draw(question: &Question, attempt: u64) -> Vec<(String, u64)> {
    let QuestionKind::Numeric(numeric) = &question.kind else { return Vec::new() };
    let axes: Vec<Axis<'_>> = numeric
        .vary
        .iter()
        .map(|axis| Axis { name: &axis.name, from: axis.from, to: axis.to, step: axis.step })
        .collect();
    vary(&axes, attempt)
}

/// The right number for these values; none for questions that ask for no number.
pub(crate) fn solve(
    question: &Question,
    values: &[(String, u64)],
) -> Option<Result<Solved, String>> {
    let QuestionKind::Numeric(numeric) = &question.kind else { return None };
    Some(run(numeric, values))
}

fn run(numeric: &Numeric, values: &[(String, u64)]) -> Result<Solved, String> {
    let name = &numeric.scenario;
    if engine::state() != Engine::Ready {
        return Err(engine::MISSING.to_owned());
    }
    let about = engine::about(name).ok_or_else(|| format!("There is no scenario `{name}`."))?;
    let (setup, problems) = Setup::from_query(about, &numeric.fill(values));
    if let Some(problem) = problems.into_iter().next() {
        return Err(problem.message);
    }
    let question = Ask { order: Order::new(name, &setup), text: numeric.ask.clone() };
    let answer = engine::ask(&question).ok_or_else(|| engine::MISSING.to_owned())??;
    let value = number(answer.value, answer.unit, &numeric.unit)
        .ok_or_else(|| format!("`{}` cannot be given in {}.", numeric.ask, numeric.unit))?;
    let sum = answer
        .sum
        .iter()
        .map(|term| (term.label.clone(), answer.unit.shown(term.value).to_string()))
        .collect();
    Ok(Solved { value, sum, total: answer.shown.to_string() })
}

/// A number of the engine in the unit of the author.
fn number(value: u64, unit: Unit, asked: &str) -> Option<Number> {
    let per = match (unit, asked) {
        (Unit::Milliseconds, "ns") => 1,
        (Unit::Milliseconds, "µs") => 1_000,
        (Unit::Milliseconds, "ms") => 1_000_000,
        (Unit::Milliseconds, "s") => 1_000_000_000,
        (Unit::Bytes, "B") => 1,
        (Unit::Bytes, "kB") => 1_000,
        (Unit::Bytes, "MB") => 1_000_000,
        (Unit::Percent, "%") => 10_000,
        (Unit::Count, _) => 1,
        _ => return None,
    };
    Number::from_ratio(i64::try_from(value).ok()?, per)
}
