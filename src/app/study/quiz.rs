//! A quiz as a machine: which question is asked, what was answered, what it scored.
//!
//! Pure: times are arguments, what is to be stored is returned as [`Deed`]s. The same machine
//! runs the page of a quiz and the questions inside a chapter.

use std::rc::Rc;

use crate::content::types::Question;
use crate::study::Moment;
use crate::study::grading::Verdict;
use crate::study::log::Deed;

mod given;
mod judge;
mod shuffle;
mod solve;

pub(crate) use given::Given;
pub(crate) use judge::{judge, numeric_answer};
pub(crate) use solve::Solved;

/// An answer that took longer was interrupted; no more than this counts.
const ANSWER_MS_MAX: i64 = 600_000;

/// One asking of a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    /// Which try it is, from 0; it chooses numbers and the order of what is offered.
    pub(crate) attempt: u64,
    /// The values that were drawn.
    pub(crate) values: Vec<(String, u64)>,
    /// The right number, where one is asked for, once the answer was judged; an error says what
    /// the engine could not do.
    pub(crate) solved: Option<Result<Solved, String>>,
    /// The places of the author's options, items or right sides in the order shown.
    pub(crate) shown: Vec<usize>,
    /// What is answered so far.
    pub(crate) given: Given,
    /// The judgement, once it was asked for.
    pub(crate) verdict: Option<Verdict>,
    /// Whether the learner has done anything to it.
    pub(crate) touched: bool,
    since: i64,
}

impl Asked {
    fn new(question: &Question, attempt: u64, since: i64) -> Self {
        let values = solve::draw(question, attempt);
        let shown = shuffle::shown(question, attempt);
        Self {
            attempt,
            solved: None,
            given: Given::empty(question, &shown),
            values,
            shown,
            verdict: None,
            touched: false,
            since,
        }
    }
}

/// A quiz under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Quiz {
    /// The quiz's permanent name.
    pub(crate) id: String,
    /// Its questions.
    pub(crate) questions: Rc<Vec<Question>>,
    /// The place of the question on the screen.
    pub(crate) place: usize,
    /// Every question, asked or waiting to be.
    pub(crate) asked: Vec<Asked>,
    /// The score of the first answer to each in this sitting, in per mille.
    pub(crate) first: Vec<Option<u16>>,
    /// Whether the end is on the screen.
    pub(crate) over: bool,
    /// Why the last answer was not taken, in words; empty otherwise.
    pub(crate) said: String,
}

/// A deed of the learner. Options, items and sides are named by their place in the author's list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    /// Choose the one option.
    Choose(usize),
    /// Choose an option, or leave it again.
    Toggle(usize),
    /// Move what stands at the first place to the second.
    Move(usize, usize),
    /// Match a left side with a right side, or with none.
    Pair(usize, Option<usize>),
    /// What stands in the field now.
    Type(String),
    /// Judge the answer.
    Check,
    /// The next question, or the end.
    Next,
    /// The question before.
    Back,
    /// The same question with other numbers, or in another order.
    Again,
    /// All questions anew.
    Restart,
    /// How often each question was answered before, from the log.
    Attempts(Vec<u64>),
}

impl Quiz {
    /// A quiz at its first question. Times come with the deeds.
    pub(crate) fn new(id: &str, questions: Rc<Vec<Question>>) -> Self {
        let asked = questions.iter().map(|question| Asked::new(question, 0, 0)).collect();
        let first = vec![None; questions.len()];
        Self {
            id: id.to_owned(),
            questions,
            place: 0,
            asked,
            first,
            over: false,
            said: String::new(),
        }
    }

    /// The question on the screen and its asking.
    pub(crate) fn current(&self) -> Option<(&Question, &Asked)> {
        self.questions.get(self.place).zip(self.asked.get(self.place))
    }

    /// Whether the question on the screen is the last.
    pub(crate) fn is_last(&self) -> bool {
        self.place + 1 >= self.questions.len()
    }

    /// How many questions were answered in this sitting.
    pub(crate) fn answered(&self) -> usize {
        self.first.iter().flatten().count()
    }

    /// The sum of the first answers' scores, in thousandths of a question.
    pub(crate) fn score(&self) -> u32 {
        self.first.iter().flatten().map(|score| u32::from(*score)).sum()
    }

    /// Does it, and returns what is to be stored.
    pub(crate) fn act(&mut self, act: Act, now: Moment) -> Option<Deed> {
        // The log may have been read after something was said.
        if !matches!(act, Act::Attempts(_)) {
            self.said.clear();
        }
        match act {
            Act::Check => return self.check(now),
            Act::Next if self.is_last() => self.over = true,
            Act::Next => self.go(self.place + 1, now),
            Act::Back if self.over => self.over = false,
            Act::Back => self.go(self.place.saturating_sub(1), now),
            Act::Again => self.again(now),
            Act::Restart => self.restart(now),
            Act::Attempts(attempts) => self.attempts(&attempts, now),
            answer => self.answer(answer, now),
        }
        None
    }

    fn go(&mut self, place: usize, now: Moment) {
        self.place = place;
        if let Some(asked) = self.asked.get_mut(place).filter(|asked| !asked.touched) {
            asked.since = now.ms;
        }
    }

    fn ask(&mut self, place: usize, attempt: u64, now: Moment) {
        if let Some((question, asked)) = self.questions.get(place).zip(self.asked.get_mut(place)) {
            *asked = Asked::new(question, attempt, now.ms);
            if place == self.place {
                self.said.clear();
            }
        }
    }

    fn again(&mut self, now: Moment) {
        let attempt = self.asked.get(self.place).map_or(0, |asked| asked.attempt);
        self.ask(self.place, attempt + 1, now);
    }

    fn restart(&mut self, now: Moment) {
        for place in 0..self.questions.len() {
            let tried = self.asked[place].attempt + u64::from(self.asked[place].verdict.is_some());
            self.ask(place, tried, now);
        }
        self.first.fill(None);
        self.place = 0;
        self.over = false;
    }

    /// The log has been read: questions that nobody has touched yet are asked for another try.
    fn attempts(&mut self, attempts: &[u64], now: Moment) {
        for (place, attempt) in attempts.iter().enumerate() {
            let here = self.asked.get(place);
            if here.is_some_and(|asked| !asked.touched && asked.attempt != *attempt) {
                self.ask(place, *attempt, now);
            } else if let Some(asked) = self.asked.get_mut(place).filter(|asked| asked.since == 0) {
                asked.since = now.ms;
            }
        }
    }

    fn answer(&mut self, act: Act, now: Moment) {
        let Some(asked) = self.asked.get_mut(self.place) else { return };
        if asked.verdict.is_some() {
            return;
        }
        if asked.since == 0 {
            asked.since = now.ms;
        }
        if asked.given.change(act) {
            asked.touched = true;
        }
    }

    fn check(&mut self, now: Moment) -> Option<Deed> {
        let question = self.questions.get(self.place)?;
        let asked = self.asked.get_mut(self.place)?;
        if asked.verdict.is_some() {
            return None;
        }
        if let Some(missing) = asked.given.missing() {
            self.said = missing;
            return None;
        }
        asked.solved = solve::solve(question, &asked.values);
        let verdict = match judge(question, asked) {
            Ok(verdict) => verdict,
            Err(said) => {
                self.said = said;
                return None;
            }
        };
        let score = verdict.score;
        asked.verdict = Some(verdict);
        asked.touched = true;
        let since = if asked.since == 0 { now.ms } else { asked.since };
        let answer_ms = now.ms.saturating_sub(since).clamp(0, ANSWER_MS_MAX);
        let deed = Deed::Quiz {
            quiz: self.id.clone(),
            question: question.id.clone(),
            score,
            answer_ms: u32::try_from(answer_ms).unwrap_or(0),
            attempt: asked.attempt,
            revision: question.revision.clone(),
        };
        let first = self.first.get_mut(self.place);
        if let Some(first @ None) = first {
            *first = Some(score);
        }
        Some(deed)
    }
}

/// A question with nothing answered and everything judged: its right answer to read.
pub(crate) fn solution(question: &Question, attempt: u64) -> Asked {
    let mut asked = Asked::new(question, attempt, 0);
    asked.solved = solve::solve(question, &asked.values);
    if let Given::Order(order) = &mut asked.given {
        order.clear();
    }
    asked.verdict = Some(judge(question, &asked).unwrap_or_default());
    asked
}

#[cfg(test)]
mod tests;
