//! The review log: all that the learner did, in the order of doing, never changed.
//!
//! Schedules are computed from it by replay ([`crate::study::progress`]); nothing else is
//! stored as truth. Two devices are brought together by the union of their logs.
//!
//! # The stored form
//!
//! One JSON object a line ("JSON lines"), so that a file can be cut, joined and read by eye.
//! The browser's store holds the same lines, one a record. Every line has
//!
//! | field | meaning |
//! | --- | --- |
//! | `v` | version of the line, now 1 |
//! | `kind` | `review`, `void`, `suspend`, `flag`, `bury` or `quiz` |
//! | `device` | a name chosen at random by each browser |
//! | `seq` | counts the entries of that device, from 1; with `device` it names the entry |
//! | `time` | milliseconds since 1970-01-01T00:00Z, up to the year 9999 |
//! | `zone` | minutes east of UTC; 0 when left out |
//!
//! and by its kind
//!
//! | kind | fields |
//! | --- | --- |
//! | `review` | `card`, `grade` (`again`, `hard`, `good`, `easy`), `ms` to answer, `mode` (`review` or `cram`; left out: `review`), `revision` of the card's text (left out: unknown) |
//! | `void` | `of`: the `seq` of an earlier entry of the same device, which no longer counts |
//! | `suspend`, `flag` | `card`, `on` |
//! | `bury` | `card`: not again on this study day |
//! | `quiz` | `quiz`, `question`, `score` in per mille, `ms`, `attempt` (the seed of its numbers), `revision` |
//!
//! The browser's store keeps each line under its [`store_key`]. A new entry is *added*, never
//! put over another: when the key is taken, another tab has written, and the session has to
//! catch up ([`crate::study::session::Session::catch_up`]). Only lines of a [`Merged`] are put.
//!
//! Undo appends a `void`; redo appends a `void` of that `void`. So an entry counts unless an
//! entry that counts voids it.
//!
//! # Reading what is damaged, older or newer
//!
//! Reading never fails. A damaged line becomes a [`Problem`] that says where and what, and
//! holds the text. A line with a higher `v` is kept word for word and written again with every
//! export, so going back to an older page loses nothing. A new field of version 1 must have a
//! default for the lines that lack it; anything else needs version 2, which reads version 1.

use std::collections::BTreeMap;

use crate::sorted::{SortedSet, sort_by};
use crate::study::{Day, Grade, Moment};

mod text;

pub use text::{Problem, VERSION, store_key};

/// Where an answer counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// In the schedule.
    #[default]
    Review,
    /// Only in the statistics: cramming before a date must not move the intervals.
    Cram,
}

/// What was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed {
    /// A card was answered.
    Review {
        /// Its permanent id.
        card: String,
        /// The learner's judgement.
        grade: Grade,
        /// Milliseconds from the question to the answer.
        answer_ms: u32,
        /// Whether it counts in the schedule.
        mode: Mode,
        /// Which text the learner saw: a mark that changes when the text does; may be empty.
        revision: String,
    },
    /// An earlier entry of the same device no longer counts.
    Void {
        /// Its sequence number.
        of: u64,
    },
    /// A card is put aside, or taken back.
    Suspend {
        /// Its permanent id.
        card: String,
        /// Aside, or back.
        on: bool,
    },
    /// A card is marked, or the mark is removed.
    Flag {
        /// Its permanent id.
        card: String,
        /// Marked, or not.
        on: bool,
    },
    /// A card is hidden for the rest of the study day.
    Bury {
        /// Its permanent id.
        card: String,
    },
    /// A question of a quiz was answered.
    Quiz {
        /// The quiz.
        quiz: String,
        /// The question's permanent id.
        question: String,
        /// 0 to 1,000.
        score: u16,
        /// Milliseconds from the question to the answer.
        answer_ms: u32,
        /// The seed that chose the question's numbers.
        attempt: u64,
        /// Which text the learner saw; may be empty.
        revision: String,
    },
}

impl Deed {
    /// The card it is about, if it is about one.
    pub fn card(&self) -> Option<&str> {
        match self {
            Self::Review { card, .. }
            | Self::Suspend { card, .. }
            | Self::Flag { card, .. }
            | Self::Bury { card } => Some(card),
            Self::Void { .. } | Self::Quiz { .. } => None,
        }
    }
}

/// One line of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The browser that wrote it.
    pub device: String,
    /// Counts the entries of that device, from 1.
    pub seq: u64,
    /// When it was done.
    pub at: Moment,
    /// What was done.
    pub deed: Deed,
}

impl Entry {
    /// The study day it falls in, in the zone where it was done.
    pub const fn day(&self) -> Day {
        self.at.day()
    }

    /// The order of replay. Equal for no two entries of a log.
    pub(crate) fn order(&self) -> (i64, &str, u64) {
        (self.at.ms, &self.device, self.seq)
    }
}

/// All entries, each once, and the lines that only a newer version can read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Log {
    entries: BTreeMap<(String, u64), Entry>,
    newer: SortedSet<String>,
}

/// What a merge brought.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Merged {
    /// The lines that were not here before, to be put into the store under their
    /// [`store_key`].
    pub lines: Vec<String>,
    /// How many entries were here already.
    pub known: u64,
    /// How many entries had the name of another one but not its content, as after a browser
    /// profile was copied. The one whose line sorts first is kept, on every device alike.
    pub conflicts: u64,
}

impl Log {
    /// Adds an entry; `false` if one of that name is here already.
    pub fn append(&mut self, entry: Entry) -> bool {
        self.insert(entry) == Insertion::New
    }

    fn insert(&mut self, entry: Entry) -> Insertion {
        let key = (entry.device.clone(), entry.seq);
        match self.entries.get_mut(&key) {
            None => {
                self.entries.insert(key, entry);
                Insertion::New
            }
            Some(here) if *here == entry => Insertion::Known,
            Some(here) => {
                if entry.line() < here.line() {
                    *here = entry;
                    Insertion::Replaced
                } else {
                    Insertion::Refused
                }
            }
        }
    }

    /// Takes in all of `other`: the union by device and sequence number.
    ///
    /// Merging twice changes nothing, and the order of merging does not matter.
    pub fn merge(&mut self, other: &Self) -> Merged {
        let mut merged = Merged::default();
        for entry in other.entries.values() {
            let insertion = self.insert(entry.clone());
            match insertion {
                Insertion::New => merged.lines.push(entry.line()),
                Insertion::Known => merged.known += 1,
                Insertion::Replaced => {
                    merged.conflicts += 1;
                    merged.lines.push(entry.line());
                }
                Insertion::Refused => merged.conflicts += 1,
            }
        }
        for line in other.newer.iter() {
            if self.newer.insert(line.clone()) {
                merged.lines.push(line.clone());
            } else {
                merged.known += 1;
            }
        }
        merged
    }

    /// How many entries there are, voids and voided ones included, newer lines not.
    pub fn len(&self) -> u64 {
        self.entries.len() as u64
    }

    /// Whether nothing was ever done.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.newer.is_empty()
    }

    /// The sequence number of the next entry of `device`.
    pub fn next_seq(&self, device: &str) -> u64 {
        self.of_device(device).next_back().map_or(1, |entry| entry.seq.saturating_add(1))
    }

    fn of_device(&self, device: &str) -> impl DoubleEndedIterator<Item = &Entry> {
        let range = (device.to_owned(), 0)..=(device.to_owned(), u64::MAX);
        self.entries.range(range).map(|(_, entry)| entry)
    }

    /// The entries that count, voids left out, in the order of replay.
    pub fn effective(&self) -> Vec<&Entry> {
        let voided = self.voided(self.entries.values());
        let mut entries: Vec<&Entry> = self
            .entries
            .values()
            .filter(|entry| !matches!(entry.deed, Deed::Void { .. }))
            .filter(|entry| !voided.contains(&(entry.device.as_str(), entry.seq)))
            .collect();
        sort_by(&mut entries, |a, b| a.order().cmp(&b.order()));
        entries
    }

    /// The names of the entries that do not count. `entries` are in the order of their names.
    fn voided<'a>(
        &self,
        entries: impl DoubleEndedIterator<Item = &'a Entry>,
    ) -> SortedSet<(&'a str, u64)> {
        let mut voided = SortedSet::default();
        // Backwards, so that each void is itself decided before it decides another: it reaches
        // only earlier entries of its device, hence no circle is possible.
        for entry in entries.rev() {
            if let Deed::Void { of } = entry.deed
                && of < entry.seq
                && !voided.contains(&(entry.device.as_str(), entry.seq))
            {
                voided.insert((entry.device.as_str(), of));
            }
        }
        voided
    }

    /// The entry that undo would void: the last one of `device` that counts. Answers to
    /// quizzes are passed over, for undo belongs to the cards.
    pub fn to_undo(&self, device: &str) -> Option<&Entry> {
        let voided = self.voided(self.of_device(device));
        self.of_device(device)
            .rev()
            .filter(|entry| !voided.contains(&(device, entry.seq)))
            .find(|entry| entry.deed.card().is_some())
    }

    /// The void that redo would void, and the entry that comes back. `None` once something
    /// new was done after the undo.
    pub fn to_redo(&self, device: &str) -> Option<(&Entry, &Entry)> {
        let voided = self.voided(self.of_device(device));
        for entry in self.of_device(device).rev() {
            let Deed::Void { of } = entry.deed else {
                if entry.deed.card().is_some() {
                    return None;
                }
                continue;
            };
            if voided.contains(&(device, entry.seq)) {
                continue;
            }
            let undone = self.entries.get(&(device.to_owned(), of));
            if let Some(undone) = undone.filter(|undone| undone.deed.card().is_some()) {
                return Some((entry, undone));
            }
        }
        None
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Insertion {
    New,
    Known,
    Replaced,
    Refused,
}

#[cfg(test)]
mod tests;
