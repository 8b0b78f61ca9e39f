//! The review of cards as a machine: what is on the screen, and what each deed makes of it.
//!
//! Pure: the time is an argument, and what is to be stored is returned. The queue itself is the
//! session's; this is only the card in front of the learner.

use crate::study::log::{Deed, Entry};
use crate::study::session::{Session, Turn};
use crate::study::{Grade, Moment};

/// An answer that took longer was interrupted; no more than this counts.
const ANSWER_MS_MAX: i64 = 600_000;

/// What is on the screen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Review {
    /// The card; none when the day's work is done.
    pub(crate) turn: Option<Turn>,
    /// Whether its answer is shown.
    pub(crate) shown: bool,
    /// What was typed, on a card that asks for it.
    pub(crate) typed: String,
    /// Whether the moment that explains it is open.
    pub(crate) explain: bool,
    /// The card that has just been forgotten once too often.
    pub(crate) leech: Option<String>,
    /// What has just been done, in words.
    pub(crate) said: String,
    /// Counts the cards that were put up, so that the page knows a new one from the same.
    pub(crate) serial: u32,
    /// Counts the learner's own deeds, so that the page knows them from a look at the log.
    pub(crate) deeds: u32,
    /// Whether all that was left today has been done in this sitting.
    pub(crate) finished: bool,
    /// When the card was put before the learner; none before there is a clock.
    since: Option<i64>,
    answer_ms: i64,
}

/// A deed of the learner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    /// Look what is next: at the start, after an import, when the page is shown again.
    Look,
    /// Show the answer.
    Show,
    /// Judge it.
    Grade(Grade),
    /// Take back the last deed.
    Undo,
    /// Do again what was taken back.
    Redo,
    /// Mark the card, or take the mark away.
    Flag,
    /// Hide it until tomorrow.
    Bury,
    /// Put it, or the leech, aside.
    Suspend,
    /// Open or close the moment that explains it.
    Explain,
    /// What stands in the field now.
    Type(String),
    /// The words about the leech were read.
    Dismiss,
}

impl Review {
    /// The same, drawn before the page is awake: the time of its card starts with the first deed
    /// or look.
    pub(crate) fn asleep(self) -> Self {
        Self { since: None, ..self }
    }

    /// Does it, and returns the entries to store.
    pub(crate) fn act(&mut self, act: Act, session: &mut Session, now: Moment) -> Vec<Entry> {
        self.since.get_or_insert(now.ms);
        self.deeds = self.deeds.wrapping_add(u32::from(act != Act::Look));
        match act {
            Act::Look => self.look(session, now),
            Act::Show => self.show(now),
            Act::Grade(grade) => return self.grade(grade, session, now),
            Act::Undo => return self.undo(session, now),
            Act::Redo => return self.redo(session, now),
            Act::Flag => return self.flag(session, now),
            Act::Bury => return self.bury(session, now),
            Act::Suspend => return self.suspend(session, now),
            Act::Explain => self.explain = self.turn.is_some() && self.shown && !self.explain,
            Act::Type(text) if !self.shown => self.typed = text,
            Act::Type(_) => {}
            Act::Dismiss => self.leech = None,
        }
        Vec::new()
    }

    /// Looks what is next, without disturbing a card that is still next.
    fn look(&mut self, session: &Session, now: Moment) {
        let next = session.next(now);
        let same = |a: &Turn, b: &Turn| a.card == b.card;
        match (&self.turn, &next) {
            // Its intervals or its mark may have changed, not what the learner is doing.
            (Some(here), Some(next)) if same(here, next) => self.turn = Some(next.clone()),
            // The answer has been seen: the card stays until it is judged.
            (Some(here), _) if self.shown && session.turn(&here.card, now).is_some() => {
                self.turn = session.turn(&here.card, now);
            }
            (None, None) => {}
            _ => self.put_up(next, now),
        }
    }

    fn put_up(&mut self, turn: Option<Turn>, now: Moment) {
        self.turn = turn;
        self.shown = false;
        self.typed.clear();
        self.explain = false;
        self.serial = self.serial.wrapping_add(1);
        self.since = Some(now.ms);
        self.answer_ms = 0;
    }

    fn show(&mut self, now: Moment) {
        if self.turn.is_some() && !self.shown {
            self.shown = true;
            let since = self.since.unwrap_or(now.ms);
            self.answer_ms = now.ms.saturating_sub(since).clamp(0, ANSWER_MS_MAX);
            self.said.clear();
            self.leech = None;
        }
    }

    fn grade(&mut self, grade: Grade, session: &mut Session, now: Moment) -> Vec<Entry> {
        let Some(turn) = self.turn.clone().filter(|_| self.shown) else { return Vec::new() };
        let Some(button) = turn.buttons.iter().find(|button| button.grade == grade) else {
            return Vec::new();
        };
        let answer_ms = u32::try_from(self.answer_ms).unwrap_or(0);
        let answered = session.answer(now, &turn.card, grade, answer_ms);
        self.said = format!("{}. Comes back in {}.", grade.label(), button.interval);
        self.leech = answered.leech.then_some(turn.card);
        self.go_on(session, now);
        vec![answered.entry]
    }

    /// Puts up the next card; the last one of the day finishes the sitting.
    fn go_on(&mut self, session: &Session, now: Moment) {
        let next = session.next(now);
        self.finished |= next.is_none();
        self.put_up(next, now);
    }

    fn undo(&mut self, session: &mut Session, now: Moment) -> Vec<Entry> {
        let Some(undone) = session.undo(now) else {
            "There is nothing to undo today.".clone_into(&mut self.said);
            return Vec::new();
        };
        self.said = format!("Taken back: {}.", words(&undone.deed));
        self.leech = None;
        self.put_up(session.next(now), now);
        vec![undone.entry]
    }

    fn redo(&mut self, session: &mut Session, now: Moment) -> Vec<Entry> {
        let Some(redone) = session.redo(now) else {
            "There is nothing to do again.".clone_into(&mut self.said);
            return Vec::new();
        };
        self.said = format!("Done again: {}.", words(&redone.deed));
        self.go_on(session, now);
        vec![redone.entry]
    }

    fn flag(&mut self, session: &mut Session, now: Moment) -> Vec<Entry> {
        let Some(turn) = &mut self.turn else { return Vec::new() };
        turn.flagged = !turn.flagged;
        let (card, on) = (turn.card.clone(), turn.flagged);
        self.said = if on { "Flagged." } else { "Flag removed." }.to_owned();
        vec![session.record(now, Deed::Flag { card, on })]
    }

    fn bury(&mut self, session: &mut Session, now: Moment) -> Vec<Entry> {
        let Some(turn) = &self.turn else { return Vec::new() };
        let entry = session.record(now, Deed::Bury { card: turn.card.clone() });
        "Buried until tomorrow.".clone_into(&mut self.said);
        self.leech = None;
        self.go_on(session, now);
        vec![entry]
    }

    fn suspend(&mut self, session: &mut Session, now: Moment) -> Vec<Entry> {
        let here = self.turn.as_ref().map(|turn| turn.card.clone());
        let Some(card) = self.leech.take().or(here) else { return Vec::new() };
        let entry = session.record(now, Deed::Suspend { card: card.clone(), on: true });
        "Put aside. The list of all cards takes it back.".clone_into(&mut self.said);
        if self.turn.as_ref().is_some_and(|turn| turn.card == card) {
            self.go_on(session, now);
        }
        vec![entry]
    }
}

/// A deed in words, as in "Taken back: Good."
fn words(deed: &Deed) -> &'static str {
    match deed {
        Deed::Review { grade, .. } => grade.label(),
        Deed::Suspend { on: true, .. } => "put aside",
        Deed::Suspend { on: false, .. } => "taken back from aside",
        Deed::Flag { on: true, .. } => "the flag",
        Deed::Flag { on: false, .. } => "removing the flag",
        Deed::Bury { .. } => "buried",
        Deed::Void { .. } | Deed::Quiz { .. } => "the last step",
    }
}

/// What a key means, or nothing. `control` is Ctrl, or the command key of a Mac.
pub(crate) fn act_of_key(review: &Review, key: &str, control: bool, shift: bool) -> Option<Act> {
    let lower = key.to_ascii_lowercase();
    if control {
        return match (lower.as_str(), shift) {
            ("z", false) => Some(Act::Undo),
            ("z", true) | ("y", _) => Some(Act::Redo),
            _ => None,
        };
    }
    let offered = |grade: Grade| {
        let turn = review.turn.as_ref().filter(|_| review.shown)?;
        turn.buttons.iter().any(|button| button.grade == grade).then_some(Act::Grade(grade))
    };
    match lower.as_str() {
        " " | "enter" if review.turn.is_none() => None,
        " " if review.shown => offered(Grade::Good),
        " " | "enter" if !review.shown => Some(Act::Show),
        "1" => offered(Grade::Again),
        "2" => offered(Grade::Hard),
        "3" => offered(Grade::Good),
        "4" => offered(Grade::Easy),
        "u" => Some(Act::Undo),
        "e" => Some(Act::Explain),
        "f" => Some(Act::Flag),
        "-" => Some(Act::Bury),
        "@" => Some(Act::Suspend),
        _ => None,
    }
}

/// Every key of the review and what it does, for the dialog.
pub(crate) const KEYS: [(&str, &str); 10] = [
    ("Space or Enter", "show the answer"),
    ("Space or 3", "Good"),
    ("1", "Again"),
    ("2, 4", "Hard, Easy, with four buttons"),
    ("U or Ctrl Z", "undo, many times; Ctrl Shift Z does it again"),
    ("E", "explain: the moment in its diagram"),
    ("F", "flag the card, or remove the flag"),
    ("-", "bury: not again today"),
    ("@", "put the card aside"),
    ("?", "these keys"),
];

#[cfg(test)]
mod tests;
