//! The learner's log while the page is open: one session, what is still to be stored, and what
//! went wrong with the store. Pure; the writing itself is the [`super::keeper`]'s.

use std::collections::VecDeque;

use crate::sorted::{SortedMap, sort_by_key};
use crate::study::Moment;
use crate::study::log::{Deed, Entry, Log, Problem};
use crate::study::progress::Due;
use crate::study::session::{Item, Session, Settings};

/// How the log is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Keeping {
    /// The store is being read.
    #[default]
    Opening,
    /// Every deed is stored.
    Stored,
    /// The browser allows no storage: everything is forgotten with the page.
    Memory,
    /// What is stored is of a newer version of the page: it is left alone, and everything is
    /// forgotten with the page.
    Newer,
    /// The store does not take what is done since: full, or closed by a newer page.
    Broken,
}

/// The name of a device whose log is not stored.
const UNSTORED: &str = "unstored";

/// The learner's log while the page is open.
#[derive(Clone, Debug)]
pub(crate) struct Desk {
    session: Session,
    keeping: Keeping,
    /// Lines of the store that could not be taken in, or not fully.
    problems: Vec<Problem>,
    /// What is not stored yet, oldest first.
    unsaved: VecDeque<Entry>,
}

/// What an import brought, in numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Imported {
    /// Lines to put into the store.
    pub(crate) lines: Vec<String>,
    /// How many of them are new entries.
    pub(crate) new: usize,
    /// Entries that were here already.
    pub(crate) known: u64,
    /// Lines that could not be read.
    pub(crate) damaged: Vec<Problem>,
    /// Entries that had the name of another.
    pub(crate) conflicts: u64,
}

impl Desk {
    /// An empty log, until the store is read.
    pub(crate) fn new(settings: Settings) -> Self {
        Self {
            session: Session::new(Vec::new(), settings, UNSTORED, Log::default()),
            keeping: Keeping::Opening,
            problems: Vec::new(),
            unsaved: VecDeque::new(),
        }
    }

    /// The session over all cards that the page knows.
    pub(crate) const fn session(&self) -> &Session {
        &self.session
    }

    /// How the log is kept.
    pub(crate) const fn keeping(&self) -> Keeping {
        self.keeping
    }

    /// Lines of the store that could not be taken in, or not fully.
    pub(crate) fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Takes cards into the session that it does not know yet.
    pub(crate) fn know(&mut self, items: &[Item]) -> bool {
        let mut all = self.session.items().to_vec();
        let before = all.len();
        for item in items {
            if all.iter().all(|known| known.id != item.id) {
                all.push(item.clone());
            }
        }
        let grown = all.len() > before;
        if grown {
            let device = self.session.device().to_owned();
            let log = self.session.log().clone();
            self.session = Session::new(all, self.session.settings(), &device, log);
        }
        grown
    }

    /// The store was read: these are its lines.
    pub(crate) fn opened(&mut self, device: &str, lines: &[String]) {
        let (log, problems) = Log::parse(&lines.join("\n"));
        let early: Vec<Entry> = self.unsaved.drain(..).collect();
        self.problems = problems;
        self.keeping = Keeping::Stored;
        self.start(device, log);
        self.again(early);
    }

    /// The browser allows no storage, or its store cannot be read.
    pub(crate) fn unstored(&mut self) {
        self.keeping = Keeping::Memory;
        self.unsaved.clear();
    }

    /// What is stored is of a newer version of the page.
    pub(crate) fn newer(&mut self) {
        self.keeping = Keeping::Newer;
        self.unsaved.clear();
    }

    /// The store has stopped taking lines.
    pub(crate) const fn broken(&mut self) {
        self.keeping = Keeping::Broken;
    }

    fn start(&mut self, device: &str, log: Log) {
        let items = self.session.items().to_vec();
        self.session = Session::new(items, self.session.settings(), device, log);
    }

    /// Does deeds again that were done under other names. A void keeps pointing at its deed.
    fn again(&mut self, entries: Vec<Entry>) {
        let mut names = SortedMap::new();
        for entry in entries {
            let deed = match entry.deed {
                Deed::Void { of } => Deed::Void { of: names.get(&of).copied().unwrap_or(of) },
                deed => deed,
            };
            let made = self.session.record(entry.at, deed);
            names.insert(entry.seq, made.seq);
            self.unsaved.push_back(made);
        }
    }

    /// Does something with the session; what it returns is to be stored.
    pub(crate) fn with(&mut self, work: impl FnOnce(&mut Session) -> Vec<Entry>) {
        let made = work(&mut self.session);
        if matches!(self.keeping, Keeping::Opening | Keeping::Stored) {
            self.unsaved.extend(made);
        }
    }

    /// Records a deed that belongs to no card.
    pub(crate) fn record(&mut self, deed: Deed, now: Moment) {
        self.with(|session| vec![session.record(now, deed)]);
    }

    /// The line to store next.
    pub(crate) fn next_line(&self) -> Option<String> {
        let ready = self.keeping == Keeping::Stored;
        self.unsaved.front().filter(|_| ready).map(Entry::line)
    }

    /// The line was stored.
    pub(crate) fn stored(&mut self) {
        self.unsaved.pop_front();
    }

    /// The name of the line was taken: another tab has written. `lines` is what is stored now.
    ///
    /// Returns false if the same name would be tried again: the store has an entry of this
    /// device that this version cannot read. Then the device needs [another name](Self::renamed).
    pub(crate) fn taken(&mut self, lines: &[String]) -> bool {
        let (log, problems) = Log::parse(&lines.join("\n"));
        let before = self.unsaved.front().map(|entry| entry.seq);
        let unsaved: Vec<Entry> = self.unsaved.drain(..).collect();
        let device = self.session.device().to_owned();
        self.problems = problems;
        self.start(&device, log);
        self.again(unsaved);
        self.unsaved.front().map(|entry| entry.seq) != before
    }

    /// The device has another name from now on. Taking back what the old one did is not possible
    /// under the new one, so a void of that is dropped.
    pub(crate) fn renamed(&mut self, device: &str, lines: &[String]) {
        let unsaved: Vec<Entry> = self.unsaved.drain(..).collect();
        let first = unsaved.first().map_or(u64::MAX, |entry| entry.seq);
        let possible = |entry: &Entry| !matches!(entry.deed, Deed::Void { of } if of < first);
        self.start(device, Log::parse(&lines.join("\n")).0);
        self.again(unsaved.into_iter().filter(possible).collect());
    }

    /// Another tab may have written: takes in what is stored now. True if that is news.
    pub(crate) fn reread(&mut self, lines: &[String]) -> bool {
        let (log, problems) = Log::parse(&lines.join("\n"));
        self.problems = problems;
        // Entries that are not stored yet keep their place; if their name was taken meanwhile,
        // adding them will say so.
        if !self.unsaved.is_empty() {
            return false;
        }
        !self.session.import(&log).lines.is_empty()
    }

    /// Takes in a file that was exported here or elsewhere.
    pub(crate) fn import(&mut self, text: &str) -> Imported {
        let (log, problems) = Log::parse(text);
        let before = self.session.log().len();
        let merged = self.session.import(&log);
        let grown = self.session.log().len().saturating_sub(before);
        Imported {
            new: usize::try_from(grown).unwrap_or(usize::MAX),
            lines: merged.lines,
            known: merged.known,
            damaged: problems.into_iter().filter(|problem| !problem.kept).collect(),
            conflicts: merged.conflicts,
        }
    }

    /// The whole log as a file.
    pub(crate) fn export(&self) -> String {
        self.session.log().text()
    }

    /// Other settings.
    pub(crate) fn set_settings(&mut self, settings: Settings) {
        self.session.set_settings(settings);
    }

    /// The days on which the cards that were learned are due, in order; those that are being
    /// learned are due always, and new ones are offers, no debts. None until the store was read.
    pub(crate) fn due_days(&self) -> Option<Vec<i32>> {
        if self.keeping == Keeping::Opening {
            return None;
        }
        let cards = self.session.progress().cards().filter(|(_, state)| !state.suspended);
        let mut days: Vec<i32> = cards
            .filter_map(|(_, state)| {
                let day = match state.due {
                    Due::New => return None,
                    Due::At(_) => 0,
                    Due::On(day) => day.0,
                };
                Some(state.buried.map_or(day, |buried| day.max(buried.0 + 1)))
            })
            .collect();
        sort_by_key(&mut days, |day| *day);
        Some(days)
    }
}

#[cfg(test)]
mod tests;
