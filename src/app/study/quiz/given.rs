//! What is answered so far, by kind.

use super::Act;
use crate::content::types::{Question, QuestionKind};

/// What is answered so far. Options, items and sides are named by their place in the author's
/// list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Given {
    /// One option.
    One(Option<usize>),
    /// Any number of options.
    Many(Vec<usize>),
    /// The items as they stand.
    Order(Vec<usize>),
    /// The right side of each left side.
    Pairs(Vec<Option<usize>>),
    /// Words or a number.
    Text(String),
}

impl Given {
    /// Nothing yet.
    pub(super) fn empty(question: &Question, shown: &[usize]) -> Self {
        match &question.kind {
            QuestionKind::Choice(_) | QuestionKind::Trace(_) => Self::One(None),
            QuestionKind::Multi(_) => Self::Many(Vec::new()),
            QuestionKind::Order(_) => Self::Order(shown.to_vec()),
            QuestionKind::Match { pairs, .. } => Self::Pairs(vec![None; pairs.len()]),
            QuestionKind::Short { .. } | QuestionKind::Numeric(_) => Self::Text(String::new()),
        }
    }

    /// Changes the answer; false if this is no answer to such a question.
    pub(super) fn change(&mut self, act: Act) -> bool {
        match (self, act) {
            (Self::One(chosen), Act::Choose(option)) => *chosen = Some(option),
            (Self::Many(chosen), Act::Toggle(option)) => {
                match chosen.iter().position(|here| *here == option) {
                    Some(place) => {
                        chosen.remove(place);
                    }
                    None => chosen.push(option),
                }
            }
            (Self::Order(items), Act::Move(from, to)) => {
                if from >= items.len() || to >= items.len() {
                    return false;
                }
                let item = items.remove(from);
                items.insert(to, item);
            }
            (Self::Pairs(pairs), Act::Pair(left, right)) => {
                let Some(pair) = pairs.get_mut(left) else { return false };
                *pair = right;
            }
            (Self::Text(text), Act::Type(new)) => *text = new,
            _ => return false,
        }
        true
    }

    /// What must be done before it can be judged; nothing if it is an answer.
    pub(super) fn missing(&self) -> Option<String> {
        let said = match self {
            Self::One(None) => "Choose an answer first.".to_owned(),
            Self::Many(chosen) if chosen.is_empty() => "Choose at least one first.".to_owned(),
            Self::Pairs(pairs) => match pairs.iter().filter(|pair| pair.is_none()).count() {
                0 => return None,
                1 => "One line is still without its match.".to_owned(),
                left => format!("{left} lines are still without their match."),
            },
            Self::Text(text) if text.trim().is_empty() => "Write an answer first.".to_owned(),
            Self::One(_) | Self::Many(_) | Self::Order(_) | Self::Text(_) => return None,
        };
        Some(said)
    }
}
