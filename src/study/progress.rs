//! What the log says about each card, each day and each question: replay.
//!
//! The schedule rule: "Again" asks once more after [`AGAIN_MINUTES`] minutes; every better
//! grade asks on a later day, as many days on as the memory lasts ([`fsrs::interval`]).

use crate::sorted::SortedMap;
use crate::study::fsrs::{self, Memory};
use crate::study::log::{Deed, Entry, Log, Mode};
use crate::study::{Day, Grade, Moment};

/// Minutes until a forgotten card comes back.
pub const AGAIN_MINUTES: u32 = 10;

/// Lapses after which a card is a leech.
pub const LEECH_LAPSES: u32 = 8;

/// Further lapses after which that is said again.
const LEECH_AGAIN: u32 = 4;

/// When a card is asked next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Due {
    /// It was never asked.
    #[default]
    New,
    /// It is being learned: at this millisecond since 1970, today.
    At(i64),
    /// On this study day.
    On(Day),
}

/// What is known about one card.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CardState {
    /// How well it is remembered; `None` before the first review.
    pub memory: Option<Memory>,
    /// When it is asked next.
    pub due: Due,
    /// The study day of the last review.
    pub last_day: Option<Day>,
    /// Reviews that count in the schedule.
    pub reviews: u32,
    /// How often it was forgotten after it had been learned.
    pub lapses: u32,
    /// The revision of its text that the learner saw last; `None` if never.
    pub revision: Option<String>,
    /// Put aside.
    pub suspended: bool,
    /// Marked.
    pub flagged: bool,
    /// Hidden during this study day.
    pub buried: Option<Day>,
}

impl CardState {
    /// The chance of recall on `day`, 0 to 1; `None` before the first review.
    pub fn recall_on(&self, day: Day) -> Option<f64> {
        let (memory, last) = self.memory.zip(self.last_day)?;
        Some(fsrs::retrievability(memory, day.since(last)))
    }

    /// Memory and due date after `grade` at `now`.
    pub fn after(&self, grade: Grade, now: Moment, retention: f64) -> (Memory, Due) {
        let today = now.day();
        let elapsed = self.last_day.map_or(0, |last| today.since(last));
        let memory = fsrs::review(self.memory, grade, elapsed);
        let due = if grade == Grade::Again {
            Due::At(now.ms.saturating_add(i64::from(AGAIN_MINUTES) * 60_000))
        } else {
            Due::On(today.plus(fsrs::interval(memory.stability, retention)))
        };
        (memory, due)
    }

    /// Whether the last lapse is one of those at which to say that the card is a leech:
    /// the eighth and every fourth after it.
    pub const fn is_leech_now(&self) -> bool {
        self.lapses >= LEECH_LAPSES
            && (self.lapses - LEECH_LAPSES).is_multiple_of(LEECH_AGAIN)
            && matches!(self.due, Due::At(_))
    }
}

/// What was done on one study day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DayCount {
    /// Answers that count in the schedule.
    pub answers: u32,
    /// Cards asked for the first time.
    pub fresh: u32,
    /// Answers to cards that were due, neither new nor being learned.
    pub tested: u32,
    /// Those of them that were not "Again".
    pub remembered: u32,
    /// Answers given while cramming.
    pub crammed: u32,
}

/// What is known about one question of a quiz.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct QuestionState {
    /// How often it was answered.
    pub attempts: u32,
    /// The last score, in per mille.
    pub last: u16,
    /// The best score, in per mille.
    pub best: u16,
}

/// The state of everything, computed from a log.
#[derive(Clone, Debug, PartialEq)]
pub struct Progress {
    retention: f64,
    cards: SortedMap<String, CardState>,
    days: SortedMap<Day, DayCount>,
    questions: SortedMap<(String, String), QuestionState>,
    /// Time, device and number of the last entry taken in.
    last: Option<(i64, String, u64)>,
}

impl Progress {
    /// Replays `log`. `retention` is the share to be remembered when a card comes up, 0 to 1.
    pub fn replay(log: &Log, retention: f64) -> Self {
        let mut progress = Self {
            retention,
            cards: SortedMap::new(),
            days: SortedMap::new(),
            questions: SortedMap::new(),
            last: None,
        };
        for entry in log.effective() {
            progress.apply(entry);
        }
        progress
    }

    /// Whether `entry` may be taken in without a new replay: it comes after all others and
    /// changes none of them.
    pub(crate) fn is_next(&self, entry: &Entry) -> bool {
        let is_void = matches!(entry.deed, Deed::Void { .. });
        let last = self.last.as_ref().map(|(ms, device, seq)| (*ms, device.as_str(), *seq));
        !is_void && last < Some(entry.order())
    }

    /// Takes in one more entry, for which [`Self::is_next`] holds.
    pub(crate) fn apply(&mut self, entry: &Entry) {
        self.last = Some((entry.at.ms, entry.device.clone(), entry.seq));
        match &entry.deed {
            Deed::Review { card, grade, mode, revision, .. } => {
                self.card_mut(card).revision = Some(revision.clone());
                match mode {
                    Mode::Review => self.apply_review(card, *grade, entry.at),
                    Mode::Cram => self.days.get_or_default(entry.day()).crammed += 1,
                }
            }
            Deed::Suspend { card, on } => self.card_mut(card).suspended = *on,
            Deed::Flag { card, on } => self.card_mut(card).flagged = *on,
            Deed::Bury { card } => self.card_mut(card).buried = Some(entry.day()),
            Deed::Quiz { quiz, question, score, .. } => {
                let state = self.questions.get_or_default((quiz.clone(), question.clone()));
                state.attempts += 1;
                state.last = *score;
                state.best = state.best.max(*score);
            }
            Deed::Void { .. } => {}
        }
    }

    fn apply_review(&mut self, card: &str, grade: Grade, at: Moment) {
        let retention = self.retention;
        let count = self.days.get_or_default(at.day());
        let state = self.cards.get_or_default(card.to_owned());
        count.answers += 1;
        match state.due {
            Due::New => count.fresh += 1,
            Due::At(_) => {}
            Due::On(_) => {
                count.tested += 1;
                count.remembered += u32::from(grade != Grade::Again);
                state.lapses += u32::from(grade == Grade::Again);
            }
        }
        let (memory, due) = state.after(grade, at, retention);
        state.memory = Some(memory);
        state.due = due;
        // A clock set back must not make the next wait look longer than it was.
        state.last_day = state.last_day.max(Some(at.day()));
        state.reviews += 1;
    }

    fn card_mut(&mut self, card: &str) -> &mut CardState {
        self.cards.get_or_default(card.to_owned())
    }

    /// The state of a card; that of a new one if the log does not know it.
    pub fn card(&self, id: &str) -> CardState {
        self.cards.get(id).cloned().unwrap_or_default()
    }

    /// All cards that the log knows, by id.
    pub fn cards(&self) -> impl Iterator<Item = (&str, &CardState)> {
        self.cards.iter().map(|(id, state)| (id.as_str(), state))
    }

    /// What was done on `day`.
    pub fn day(&self, day: Day) -> DayCount {
        self.days.get(&day).copied().unwrap_or_default()
    }

    /// All days on which something was done, earliest first.
    pub fn days(&self) -> impl Iterator<Item = (Day, DayCount)> {
        self.days.iter().map(|(day, count)| (*day, *count))
    }

    /// The state of a question; `None` if it was never answered.
    pub fn question(&self, quiz: &str, question: &str) -> Option<QuestionState> {
        self.questions.get(&(quiz.to_owned(), question.to_owned())).copied()
    }

    /// The share to be remembered, 0 to 1.
    pub const fn retention(&self) -> f64 {
        self.retention
    }
}
