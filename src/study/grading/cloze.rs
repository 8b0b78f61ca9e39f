//! Cloze texts: `After FIN it is in {{1:FIN-WAIT-1}}, then in {{2:FIN-WAIT-2}}.`
//!
//! Each number makes one card; holes of the same number are hidden together. A text may be
//! Markdown or HTML: what is outside the braces is passed through untouched.

use core::fmt;
use std::collections::BTreeSet;

/// A piece of a cloze text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Always shown.
    Text(String),
    /// Hidden on the card of its number.
    Hole {
        /// From 1.
        number: u32,
        /// What is hidden.
        answer: String,
    },
}

/// What is wrong with a cloze text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClozeProblem {
    /// Bytes from the start of the text.
    pub offset: usize,
    /// What is wrong, for the author.
    pub what: String,
}

impl fmt::Display for ClozeProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

/// Reads a cloze text.
///
/// # Errors
/// The first mistake: braces without an end, a number that is none, an empty answer, numbers
/// that do not run from 1 without a gap, or no hole at all.
pub fn parse_cloze(text: &str) -> Result<Vec<Part>, ClozeProblem> {
    let mut parts = Vec::new();
    let mut at = 0;
    while let Some(start) = text[at..].find("{{").map(|found| at + found) {
        let problem = |what: &str| ClozeProblem { offset: start, what: what.to_owned() };
        if start > at {
            parts.push(Part::Text(text[at..start].to_owned()));
        }
        let inside = &text[start + 2..];
        let length = inside.find("}}").ok_or_else(|| problem("`{{` has no `}}`"))?;
        let (number, answer) = inside[..length]
            .split_once(':')
            .ok_or_else(|| problem("a hole is written `{{1:answer}}`"))?;
        let number = number.trim().parse().ok().filter(|&number| number > 0);
        let number = number.ok_or_else(|| problem("the number of a hole counts from 1"))?;
        if answer.trim().is_empty() {
            return Err(problem("the answer of a hole is empty"));
        }
        parts.push(Part::Hole { number, answer: answer.trim().to_owned() });
        at = start + 2 + length + 2;
    }
    if at < text.len() {
        parts.push(Part::Text(text[at..].to_owned()));
    }
    check_numbers(&parts)?;
    Ok(parts)
}

fn check_numbers(parts: &[Part]) -> Result<(), ClozeProblem> {
    let numbers = holes(parts);
    if numbers.is_empty() {
        let what = "there is no hole; write one as `{{1:answer}}`".to_owned();
        return Err(ClozeProblem { offset: 0, what });
    }
    for (expected, number) in (1..).zip(numbers) {
        if number != expected {
            let what = format!("hole {number} comes without hole {expected}");
            return Err(ClozeProblem { offset: 0, what });
        }
    }
    Ok(())
}

/// The numbers of the holes, ascending, each once: one card for each.
pub fn holes(parts: &[Part]) -> Vec<u32> {
    let numbers: BTreeSet<u32> = parts
        .iter()
        .filter_map(|part| match part {
            Part::Hole { number, .. } => Some(*number),
            Part::Text(_) => None,
        })
        .collect();
    numbers.into_iter().collect()
}

/// The card of hole `number`: the other holes become text; what is left hidden is this one.
pub fn show_hole(parts: &[Part], number: u32) -> Vec<Part> {
    let mut shown: Vec<Part> = Vec::new();
    for part in parts {
        let text = match part {
            Part::Hole { number: own, .. } if *own == number => {
                shown.push(part.clone());
                continue;
            }
            Part::Hole { answer: text, .. } | Part::Text(text) => text,
        };
        if let Some(Part::Text(before)) = shown.last_mut() {
            before.push_str(text);
        } else {
            shown.push(Part::Text(text.clone()));
        }
    }
    shown
}
