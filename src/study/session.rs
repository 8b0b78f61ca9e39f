//! A session: which card comes next, what its buttons say, and how to go back.
//!
//! There is no stored session. The queue is computed anew from the log after every answer,
//! so a reload, another tab or an import changes nothing: learning cards that are due come
//! first, then due cards by lowest predicted recall, then new cards in the order of the deck,
//! and at last learning cards whose minutes are not yet over.

use crate::json::{Json, Read, Trouble};
use crate::sorted::{SortedSet, sort_by};
use crate::study::log::{Deed, Entry, Log, Mode};
use crate::study::progress::{AGAIN_MINUTES, CardState, Due, Progress};
use crate::study::{Day, Grade, Moment, days_text};

/// A card as far as scheduling is concerned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Its permanent id.
    pub id: String,
    /// What it shares with its siblings: two cards of one note are not asked on one day.
    pub note: String,
    /// The topic under which its strength is counted.
    pub topic: String,
    /// A mark that changes when its text does.
    pub revision: String,
}

/// What the learner may choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// New cards a day.
    pub new_per_day: u32,
    /// Due cards a day.
    pub reviews_per_day: u32,
    /// Again, Hard, Good, Easy instead of Again and Good.
    pub four_buttons: bool,
    /// The share to be remembered when a card comes up, in per mille.
    pub retention: u16,
}

impl Default for Settings {
    fn default() -> Self {
        Self { new_per_day: 10, reviews_per_day: 100, four_buttons: false, retention: 900 }
    }
}

impl Read for Settings {
    /// What is not there is as it was in the beginning.
    fn read(mut found: Json, trouble: &mut Trouble) -> Self {
        let first = Self::default();
        let mut number = |name| trouble.field::<Option<u32>>(&mut found, name);
        let new_per_day = number("new_per_day").unwrap_or(first.new_per_day);
        let reviews_per_day = number("reviews_per_day").unwrap_or(first.reviews_per_day);
        let retention = trouble.field::<Option<u16>>(&mut found, "retention");
        let four_buttons = trouble.field(&mut found, "four_buttons");
        let retention = retention.unwrap_or(first.retention);
        Self { new_per_day, reviews_per_day, four_buttons, retention }
    }
}

impl Settings {
    /// As text, to be read again.
    pub fn json(&self) -> String {
        format!(
            r#"{{"new-per-day":{},"reviews-per-day":{},"four-buttons":{},"retention":{}}}"#,
            self.new_per_day, self.reviews_per_day, self.four_buttons, self.retention
        )
    }

    /// The buttons in their order.
    pub const fn grades(&self) -> &'static [Grade] {
        if self.four_buttons { &Grade::ALL } else { &[Grade::Again, Grade::Good] }
    }

    fn retention_share(&self) -> f64 {
        f64::from(self.retention) / 1000.0
    }
}

/// Why a card is asked now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// For the first time.
    New,
    /// It was forgotten a few minutes ago.
    Learning,
    /// Its day has come.
    Due,
    /// It was asked for by name, before its time.
    Early,
}

/// A button under a card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Button {
    /// What it means.
    pub grade: Grade,
    /// When the card would come back, for a person: `10 min`, `3 d` (with a no-break space).
    pub interval: String,
}

/// One card on the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turn {
    /// Its id.
    pub card: String,
    /// Why it is asked.
    pub stage: Stage,
    /// Its buttons, worst first.
    pub buttons: Vec<Button>,
    /// Its text has changed since the learner saw it last.
    pub changed: bool,
    /// It is marked.
    pub flagged: bool,
}

/// What is still to do today.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Left {
    /// Cards being learned.
    pub learning: u32,
    /// Due cards within today's limit.
    pub due: u32,
    /// New cards within today's limit.
    pub new: u32,
}

/// What an answer led to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// The entry to append to the store.
    pub entry: Entry,
    /// The card has been forgotten so often that it should be said.
    pub leech: bool,
}

/// What undo or redo led to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undone {
    /// The entry to append to the store.
    pub entry: Entry,
    /// What no longer counts (undo), or counts again (redo).
    pub deed: Deed,
}

/// The cards under review and the learner's log.
#[derive(Clone, Debug)]
pub struct Session {
    items: Vec<Item>,
    settings: Settings,
    device: String,
    log: Log,
    progress: Progress,
    /// Shown next whatever the queue says: the card whose answer was taken back.
    front: Option<String>,
}

impl Session {
    /// A session over `items`, in the order of the deck. `device` names this browser in the
    /// log.
    pub fn new(items: Vec<Item>, settings: Settings, device: &str, log: Log) -> Self {
        let progress = Progress::replay(&log, settings.retention_share());
        Self { items, settings, device: device.to_owned(), log, progress, front: None }
    }

    /// The log with all that was done in this session.
    pub const fn log(&self) -> &Log {
        &self.log
    }

    /// The state of all cards.
    pub const fn progress(&self) -> &Progress {
        &self.progress
    }

    /// The name of this browser in the log.
    pub fn device(&self) -> &str {
        &self.device
    }

    /// The cards under review.
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// The settings in force.
    pub const fn settings(&self) -> Settings {
        self.settings
    }

    /// Changes the settings; the due days follow at once.
    pub fn set_settings(&mut self, settings: Settings) {
        self.settings = settings;
        self.replay();
    }

    /// Takes in another log and returns the lines to append to the store.
    pub fn import(&mut self, other: &Log) -> crate::study::log::Merged {
        let merged = self.log.merge(other);
        self.replay();
        merged
    }

    /// Another tab has written to the store meanwhile, so `unsaved` could not be added under
    /// its number. Takes `stored` for the truth and does the same deed again after it; the new
    /// entry is to be appended instead.
    pub fn catch_up(&mut self, stored: Log, unsaved: &Entry) -> Entry {
        self.log = stored;
        self.replay();
        self.record(unsaved.at, unsaved.deed.clone())
    }

    fn replay(&mut self) {
        self.progress = Progress::replay(&self.log, self.settings.retention_share());
    }

    /// The next card, or `None` when the day's work is done.
    pub fn next(&self, now: Moment) -> Option<Turn> {
        let front = self.front.as_deref().and_then(|id| self.turn(id, now));
        if front.is_some() {
            return front;
        }
        let queue = self.queue(now);
        let (item, stage) = queue.first()?;
        Some(self.turn_of(item, *stage, now))
    }

    /// A certain card, whether or not it is due; `None` if it is not among the items.
    pub fn turn(&self, id: &str, now: Moment) -> Option<Turn> {
        let item = self.items.iter().find(|item| item.id == id)?;
        let stage = match self.progress.card(id).due {
            Due::New => Stage::New,
            Due::At(_) => Stage::Learning,
            Due::On(day) if day <= now.day() => Stage::Due,
            Due::On(_) => Stage::Early,
        };
        Some(self.turn_of(item, stage, now))
    }

    fn turn_of(&self, item: &Item, stage: Stage, now: Moment) -> Turn {
        let state = self.progress.card(&item.id);
        let button = |&grade: &Grade| Button { grade, interval: self.interval(&state, grade, now) };
        Turn {
            card: item.id.clone(),
            stage,
            buttons: self.settings.grades().iter().map(button).collect(),
            changed: state.revision.is_some_and(|seen| !seen.is_empty() && seen != item.revision),
            flagged: state.flagged,
        }
    }

    fn interval(&self, state: &CardState, grade: Grade, now: Moment) -> String {
        match state.after(grade, now, self.progress.retention()).1 {
            Due::On(day) => days_text(day.since(now.day())),
            Due::New | Due::At(_) => format!("{AGAIN_MINUTES}\u{a0}min"),
        }
    }

    /// How much is left today.
    pub fn left(&self, now: Moment) -> Left {
        let mut left = Left::default();
        for (_, stage) in self.queue(now) {
            match stage {
                Stage::Learning => left.learning += 1,
                Stage::Due | Stage::Early => left.due += 1,
                Stage::New => left.new += 1,
            }
        }
        left
    }

    /// All cards still to be asked today, in their order.
    fn queue(&self, now: Moment) -> Vec<(&Item, Stage)> {
        let today = now.day();
        let mut learning: Vec<(i64, &Item)> = Vec::new();
        let mut due: Vec<(f64, &Item)> = Vec::new();
        let mut new: Vec<&Item> = Vec::new();
        let mut notes: SortedSet<&str> = SortedSet::default();
        for item in &self.items {
            let state = self.progress.card(&item.id);
            if state.last_day == Some(today) {
                notes.insert(&item.note);
            }
            if state.suspended || state.buried == Some(today) {
                continue;
            }
            match state.due {
                Due::New => new.push(item),
                Due::At(ms) => {
                    notes.insert(&item.note);
                    learning.push((ms, item));
                }
                Due::On(day) if day <= today => {
                    due.push((state.recall_on(today).unwrap_or(0.0), item));
                }
                Due::On(_) => {}
            }
        }
        sort_by(&mut learning, |a, b| a.0.cmp(&b.0).then_with(|| a.1.id.cmp(&b.1.id)));
        sort_by(&mut due, |a, b| a.0.total_cmp(&b.0).then_with(|| a.1.id.cmp(&b.1.id)));
        let count = self.progress.day(today);
        let due_left = self.settings.reviews_per_day.saturating_sub(count.tested);
        let new_left = self.settings.new_per_day.saturating_sub(count.fresh);
        let due = due.into_iter().map(|(_, item)| item);
        let due = one_per_note(due, &mut notes, due_left).into_iter();
        let new = one_per_note(new.into_iter(), &mut notes, new_left).into_iter();
        let ripe = learning.iter().take_while(|(ms, _)| *ms <= now.ms);
        let unripe = learning.iter().skip_while(|(ms, _)| *ms <= now.ms);
        ripe.map(|(_, item)| (*item, Stage::Learning))
            .chain(due.map(|item| (item, Stage::Due)))
            .chain(new.map(|item| (item, Stage::New)))
            .chain(unripe.map(|(_, item)| (*item, Stage::Learning)))
            .collect()
    }

    /// Records an answer to a card. `answer_ms` is how long it took.
    pub fn answer(&mut self, now: Moment, card: &str, grade: Grade, answer_ms: u32) -> Answered {
        let revision = self
            .items
            .iter()
            .find(|item| item.id == card)
            .map_or_else(String::new, |i| i.revision.clone());
        let lapses = self.progress.card(card).lapses;
        let entry = self.record(
            now,
            Deed::Review { card: card.to_owned(), grade, answer_ms, mode: Mode::Review, revision },
        );
        let state = self.progress.card(card);
        Answered { entry, leech: state.lapses > lapses && state.is_leech_now() }
    }

    /// Records anything else that is done to a card or in a quiz.
    pub fn record(&mut self, now: Moment, deed: Deed) -> Entry {
        if deed.card().is_some() {
            self.front = None;
        }
        let seq = self.log.next_seq(&self.device);
        let entry = Entry { device: self.device.clone(), seq, at: now, deed };
        self.log.append(entry.clone());
        // The entry is usually the last in the order of replay; a clock set back, or an
        // import from a clock ahead, makes it an earlier one. A void changes the past anyway.
        if self.progress.is_next(&entry) {
            self.progress.apply(&entry);
        } else {
            self.replay();
        }
        entry
    }

    /// Takes back the last thing done today on this device; `None` if there is nothing.
    /// The card is shown next.
    pub fn undo(&mut self, now: Moment) -> Option<Undone> {
        let last = self.log.to_undo(&self.device).filter(|last| last.day() == now.day())?;
        let (of, deed) = (last.seq, last.deed.clone());
        let entry = self.record(now, Deed::Void { of });
        self.front = deed.card().map(str::to_owned);
        Some(Undone { entry, deed })
    }

    /// Does again what undo took back today; `None` if there is nothing.
    pub fn redo(&mut self, now: Moment) -> Option<Undone> {
        let (void, undone) =
            self.log.to_redo(&self.device).filter(|(void, _)| void.day() == now.day())?;
        let (of, deed) = (void.seq, undone.deed.clone());
        let entry = self.record(now, Deed::Void { of });
        self.front = None;
        Some(Undone { entry, deed })
    }

    /// How many cards would be asked on the study day after `today`, within the limits.
    pub(crate) fn load_after(&self, today: Day) -> Left {
        let tomorrow = today.plus(1);
        let mut left = Left::default();
        for item in &self.items {
            let state = self.progress.card(&item.id);
            match state.due {
                _ if state.suspended => {}
                Due::New => left.new += 1,
                Due::At(_) => left.learning += 1,
                Due::On(day) => left.due += u32::from(day <= tomorrow),
            }
        }
        left.due = left.due.min(self.settings.reviews_per_day);
        left.new = left.new.min(self.settings.new_per_day);
        left
    }
}

/// The first `limit` items whose note has not been asked today, one for each note.
fn one_per_note<'a>(
    items: impl Iterator<Item = &'a Item>,
    notes: &mut SortedSet<&'a str>,
    limit: u32,
) -> Vec<&'a Item> {
    let mut chosen = Vec::new();
    for item in items {
        if chosen.len() as u64 == u64::from(limit) {
            break;
        }
        if notes.insert(&item.note) {
            chosen.push(item);
        }
    }
    chosen
}

#[cfg(test)]
mod tests;
