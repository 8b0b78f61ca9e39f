//! Answers to quiz questions, and typed cards: what is right, by how much, and why.
//!
//! Every function takes the author's plain data and the learner's answer and is total: any
//! answer, also a nonsensical one, has a [`Verdict`].

mod number;
mod text;
mod vary;

pub use number::{Number, NumberProblem, Numeric, is_known_unit, numeric};
pub use text::{Change, Piece, fold, short, typed};
pub use vary::{Axis, vary};

/// The score of a fully right answer.
pub const FULL: u16 = 1_000;

/// The judgement of one answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// 0 to [`FULL`], in per mille.
    pub score: u16,
    /// One for each option, item or pair, in the author's order; empty for typed answers.
    pub marks: Vec<Mark>,
    /// The near miss that it is, by its place in the author's list; that has the reason.
    pub near: Option<usize>,
    /// What else there is to say about this very answer.
    pub reason: Option<String>,
}

impl Verdict {
    /// Fully right.
    pub const fn is_right(&self) -> bool {
        self.score == FULL
    }

    fn of_text(right: bool, reason: Option<String>) -> Self {
        Self { score: if right { FULL } else { 0 }, reason, ..Self::default() }
    }
}

/// The judgement of one part of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Chosen, and rightly; or in its right place.
    Right,
    /// Chosen, and wrongly; or in a wrong place.
    Wrong,
    /// Should have been chosen; or was left without a place.
    Missed,
    /// Rightly left alone.
    Left,
}

/// How several options are scored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scoring {
    /// Each right option that is chosen earns its share, each wrong one takes a share away.
    #[default]
    PerOption,
    /// All or nothing.
    All,
}

/// A choice of one. `right` says for each option whether it is right; several may be.
pub fn choice(right: &[bool], chosen: Option<usize>) -> Verdict {
    let marks: Vec<Mark> =
        right.iter().enumerate().map(|(i, &right)| mark(right, chosen == Some(i))).collect();
    let is_right = chosen.and_then(|i| right.get(i)).is_some_and(|&right| right);
    Verdict { score: if is_right { FULL } else { 0 }, marks, ..Verdict::default() }
}

/// A choice of any number. `chosen` may be in any order; what is no option is ignored.
///
/// Per option, choosing nothing, all, or no fewer wrong than right ones earns nothing: leaving
/// alone what nobody would choose is no knowledge.
pub fn multi(right: &[bool], chosen: &[usize], scoring: Scoring) -> Verdict {
    let marks: Vec<Mark> =
        right.iter().enumerate().map(|(i, &right)| mark(right, chosen.contains(&i))).collect();
    let count = |wanted| marks.iter().filter(|mark| **mark == wanted).count();
    let (hits, misses) = (count(Mark::Right), count(Mark::Wrong));
    let good = hits + count(Mark::Left);
    let is_guess = hits + misses == marks.len();
    let score = match scoring {
        Scoring::PerOption if good < marks.len() && is_guess => 0,
        Scoring::PerOption if good < marks.len() => {
            share(hits.saturating_sub(misses), hits + count(Mark::Missed))
        }
        Scoring::PerOption | Scoring::All => all_or_nothing(good, marks.len()),
    };
    Verdict { score, marks, ..Verdict::default() }
}

const fn mark(right: bool, chosen: bool) -> Mark {
    match (right, chosen) {
        (true, true) => Mark::Right,
        (true, false) => Mark::Missed,
        (false, true) => Mark::Wrong,
        (false, false) => Mark::Left,
    }
}

/// An order of `count` items. `given` lists the items (their numbers in the right order) as
/// the learner arranged them.
///
/// Credit is for neighbours: each pair that follows one another in both orders earns its
/// share, so one item out of place does not spoil all.
pub fn order(count: usize, given: &[usize]) -> Verdict {
    let marks = (0..count)
        .map(|item| match given.iter().position(|&g| g == item) {
            Some(place) if place == item => Mark::Right,
            Some(_) => Mark::Wrong,
            None => Mark::Missed,
        })
        .collect();
    let follows = |item: usize| given.windows(2).any(|pair| pair == [item, item + 1]);
    let score = match count {
        0 | 1 => all_or_nothing(usize::from(given.first() == Some(&0)), count),
        // A list that repeats items could collect pairs; it is not an order.
        _ if !is_arrangement(count, given) => 0,
        _ => share((0..count - 1).filter(|&item| follows(item)).count(), count - 1),
    };
    Verdict { score, marks, ..Verdict::default() }
}

fn is_arrangement(count: usize, given: &[usize]) -> bool {
    given.len() == count && (0..count).all(|item| given.contains(&item))
}

/// Pairs. Item `i` belongs to target `i`; `given[i]` is the target chosen for it, which may be
/// one of the extra targets that belong to nothing.
pub fn matching(count: usize, given: &[Option<usize>]) -> Verdict {
    let marks: Vec<Mark> = (0..count)
        .map(|item| match given.get(item).copied().flatten() {
            Some(target) if target == item => Mark::Right,
            Some(_) => Mark::Wrong,
            None => Mark::Missed,
        })
        .collect();
    let right = marks.iter().filter(|mark| **mark == Mark::Right).count();
    Verdict { score: share(right, count), marks, ..Verdict::default() }
}

/// A prediction: a choice among `events`, of which the one that the engine names is right.
pub fn trace(happens: &str, events: &[&str], chosen: Option<usize>) -> Verdict {
    let right: Vec<bool> = events.iter().map(|event| *event == happens).collect();
    choice(&right, chosen)
}

/// `part` of `whole` in per mille, rounded down so that only all of it is [`FULL`].
fn share(part: usize, whole: usize) -> u16 {
    if whole == 0 {
        return 0;
    }
    u16::try_from(part.min(whole) * usize::from(FULL) / whole).unwrap_or(FULL)
}

fn all_or_nothing(part: usize, whole: usize) -> u16 {
    if whole > 0 && part == whole { FULL } else { 0 }
}

#[cfg(test)]
mod tests;
