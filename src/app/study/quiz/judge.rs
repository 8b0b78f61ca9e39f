//! The judgement of an answer.

use super::{Asked, Given};
use crate::content::types::{Choice, Question, QuestionKind};
use crate::study::grading::{self, Number, Numeric, Scoring, Verdict};

/// Judges what is given.
///
/// # Errors
/// Says what keeps the answer from being judged: a number that cannot be read, an engine that
/// has no answer.
pub(crate) fn judge(question: &Question, asked: &Asked) -> Result<Verdict, String> {
    let verdict = match (&question.kind, &asked.given) {
        (QuestionKind::Choice(options), Given::One(chosen)) => {
            grading::choice(&rights(options), *chosen)
        }
        (QuestionKind::Multi(options), Given::Many(chosen)) => {
            grading::multi(&rights(options), chosen, Scoring::PerOption)
        }
        (QuestionKind::Trace(trace), Given::One(chosen)) => {
            let rights: Vec<bool> =
                trace.options.iter().map(|option| option.choice.right).collect();
            grading::choice(&rights, *chosen)
        }
        (QuestionKind::Order(items), Given::Order(given)) => grading::order(items.len(), given),
        (QuestionKind::Match { pairs, .. }, Given::Pairs(given)) => {
            grading::matching(pairs.len(), given)
        }
        (QuestionKind::Short { accept, near }, Given::Text(text)) => {
            let near: Vec<&str> = near.iter().map(|(word, _)| word.as_str()).collect();
            grading::short(accept, &near, text)
        }
        (QuestionKind::Numeric(numeric), Given::Text(text)) => {
            let solved = match &asked.solved {
                Some(Ok(solved)) => solved,
                Some(Err(what)) => return Err(format!("The engine has no answer: {what}")),
                None => return Err("The engine has no answer.".to_owned()),
            };
            let expected = expected(numeric, solved.value)?;
            let verdict = grading::numeric(&expected, text);
            // What is no number is not yet an answer: it costs nothing to write it again.
            if let (false, Err(problem)) = (verdict.is_right(), Number::parse(digits(text))) {
                return Err(problem.to_string());
            }
            verdict
        }
        _ => return Err("This answer belongs to another question.".to_owned()),
    };
    Ok(verdict)
}

fn expected(
    numeric: &crate::content::types::Numeric,
    value: Number,
) -> Result<Numeric<'_>, String> {
    let tolerance = i64::try_from(numeric.tolerance_milli).ok();
    let tolerance = tolerance.and_then(|milli| Number::from_ratio(milli, 1_000));
    let tolerance = tolerance.ok_or_else(|| "The tolerance is out of range.".to_owned())?;
    Ok(Numeric { value, unit: &numeric.unit, tolerance })
}

/// An answer without its unit, parted as the grading does.
fn digits(text: &str) -> &str {
    let text = text.trim().trim_end_matches('.');
    let end = text.rfind(|c: char| c.is_ascii_digit() || c == '.').map_or(0, |at| at + 1);
    &text[..end]
}

fn rights(options: &[Choice]) -> Vec<bool> {
    options.iter().map(|option| option.right).collect()
}

/// The right number with its unit, for people.
pub(crate) fn numeric_answer(question: &Question, asked: &Asked) -> Option<String> {
    let QuestionKind::Numeric(numeric) = &question.kind else { return None };
    let solved = asked.solved.as_ref()?.as_ref().ok()?;
    let number = &solved.value;
    Some(match numeric.unit.as_str() {
        "" => number.to_string(),
        unit => format!("{number}\u{a0}{unit}"),
    })
}
