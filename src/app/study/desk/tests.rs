//! The log while the page is open, against a store that is only a list.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::{Desk, Keeping};
use crate::study::log::{Deed, Log, store_key};
use crate::study::session::{Item, Settings};
use crate::study::{Grade, Moment};

const NOON: i64 = 1_795_089_600_000; // 2026-11-19T12:00Z

fn at(seconds: i64) -> Moment {
    Moment { ms: NOON + seconds * 1000, zone: 0 }
}

fn items() -> Vec<Item> {
    let item = |n: u32| Item {
        id: format!("a.{n}"),
        note: format!("a.{n}"),
        topic: "topic".to_owned(),
        revision: "r1".to_owned(),
    };
    (1..=6).map(item).collect()
}

/// What the browser's store does.
#[derive(Default)]
struct Store {
    lines: BTreeMap<String, String>,
    device: Option<String>,
}

impl Store {
    fn lines(&self) -> Vec<String> {
        self.lines.values().cloned().collect()
    }

    /// Writes what a desk has, as the keeper does.
    fn write(&mut self, desk: &mut Desk) {
        let mut rounds = 0;
        while let Some(line) = desk.next_line() {
            rounds += 1;
            assert!(rounds < 100, "it goes round in circles");
            if let Entry::Vacant(place) = self.lines.entry(store_key(&line)) {
                place.insert(line);
                desk.stored();
            } else if !desk.taken(&self.lines()) {
                let device = format!("new{rounds}");
                desk.renamed(&device, &self.lines());
                self.device = Some(device);
            }
        }
    }

    fn open(&self) -> Desk {
        let mut desk = Desk::new(Settings::default());
        desk.know(&items());
        desk.opened(self.device.as_deref().unwrap_or("dev"), &self.lines());
        desk
    }
}

fn answer(desk: &mut Desk, card: &str, seconds: i64) {
    desk.with(|session| vec![session.answer(at(seconds), card, Grade::Good, 900).entry]);
}

fn reviews(desk: &Desk, card: &str) -> u32 {
    desk.session().progress().card(card).reviews
}

#[test]
fn what_is_done_before_the_store_is_read_is_not_lost() {
    let mut store = Store::default();
    let mut first = store.open();
    answer(&mut first, "a.1", 1);
    store.write(&mut first);
    let mut desk = Desk::new(Settings::default());
    desk.know(&items());
    answer(&mut desk, "a.2", 2);
    assert_eq!(desk.next_line(), None, "nothing is written before the store is open");
    desk.opened("dev", &store.lines());
    store.write(&mut desk);
    assert_eq!([reviews(&desk, "a.1"), reviews(&desk, "a.2")], [1, 1]);
    assert_eq!(store.lines.len(), 2);
}

#[test]
fn two_tabs_lose_nothing() {
    let mut store = Store::default();
    let (mut one, mut two) = (store.open(), store.open());
    answer(&mut one, "a.1", 1);
    store.write(&mut one);
    answer(&mut two, "a.2", 2);
    answer(&mut two, "a.3", 3);
    store.write(&mut two);
    answer(&mut one, "a.4", 4);
    store.write(&mut one);
    let all = ["a.1", "a.2", "a.3", "a.4"];
    assert_eq!(all.map(|card| reviews(&one, card)), [1; 4]);
    let (log, problems) = Log::parse(&store.lines().join("\n"));
    assert_eq!((log.len(), problems.len()), (4, 0));
    // The tab that was idle hears of it when the reader comes back to it.
    assert!(two.reread(&store.lines()));
    assert_eq!(all.map(|card| reviews(&two, card)), [1; 4]);
    assert!(!two.reread(&store.lines()));
}

#[test]
fn an_undo_that_waits_keeps_pointing_at_its_deed() {
    let mut store = Store::default();
    let (mut one, mut two) = (store.open(), store.open());
    answer(&mut one, "a.1", 1);
    store.write(&mut one);
    answer(&mut two, "a.2", 2);
    two.with(|session| session.undo(at(3)).map(|undone| undone.entry).into_iter().collect());
    store.write(&mut two);
    let read = store.open();
    assert_eq!([reviews(&read, "a.1"), reviews(&read, "a.2")], [1, 0]);
}

#[test]
fn a_line_that_cannot_be_read_is_left_alone_and_blocks_nothing() {
    let mut store = Store::default();
    let mut desk = store.open();
    answer(&mut desk, "a.1", 1);
    answer(&mut desk, "a.2", 2);
    store.write(&mut desk);
    let damaged = "{\"v\":1,\"kind\":\"review\",\"dev";
    store.lines.insert("dev 2".to_owned(), damaged.to_owned());
    let newer = "{\"v\":9,\"device\":\"dev\",\"seq\":3,\"kind\":\"dream\"}";
    store.lines.insert("dev 3".to_owned(), newer.to_owned());
    let mut desk = store.open();
    assert_eq!(desk.problems().len(), 2);
    answer(&mut desk, "a.3", 10);
    answer(&mut desk, "a.4", 11);
    store.write(&mut desk);
    assert_eq!(store.lines["dev 2"], damaged);
    assert_eq!(store.lines["dev 3"], newer);
    let read = store.open();
    assert_eq!(["a.1", "a.2", "a.3", "a.4"].map(|card| reviews(&read, card)), [1, 0, 1, 1]);
    assert!(read.export().contains(newer), "an export holds what only a newer version can read");
}

#[test]
fn without_a_store_everything_still_works_and_can_be_saved() {
    let mut desk = Desk::new(Settings::default());
    desk.know(&items());
    answer(&mut desk, "a.1", 1);
    desk.unstored();
    answer(&mut desk, "a.2", 2);
    assert_eq!((desk.keeping(), desk.next_line()), (Keeping::Memory, None));
    let mut other = Store::default().open();
    let imported = other.import(&desk.export());
    assert_eq!((imported.new, imported.lines.len()), (2, 2));
    assert_eq!([reviews(&other, "a.1"), reviews(&other, "a.2")], [1, 1]);
}

#[test]
fn importing_twice_is_harmless_and_damage_is_named() {
    let mut desk = Store::default().open();
    answer(&mut desk, "a.1", 1);
    let text = format!("{}not a line\n", desk.export());
    let mut other = Store::default().open();
    let first = other.import(&text);
    assert_eq!((first.new, first.known, first.damaged.len()), (1, 0, 1));
    assert_eq!(first.damaged[0].line, 2);
    let second = other.import(&text);
    assert_eq!((second.new, second.known, second.lines.len()), (0, 1, 0));
}

#[test]
fn a_store_that_stops_is_said_and_nothing_waits_forever() {
    let mut desk = Store::default().open();
    answer(&mut desk, "a.1", 1);
    desk.broken();
    assert_eq!(desk.next_line(), None);
    assert_eq!(reviews(&desk, "a.1"), 1);
}

#[test]
fn attempts_at_questions_are_kept_beside_the_cards() {
    let mut store = Store::default();
    let mut desk = store.open();
    let deed = Deed::Quiz {
        quiz: "q".to_owned(),
        question: "q.one".to_owned(),
        score: 500,
        answer_ms: 1,
        attempt: 0,
        revision: String::new(),
    };
    desk.record(deed, at(1));
    store.write(&mut desk);
    let read = store.open();
    let state = read.session().progress().question("q", "q.one").unwrap();
    assert_eq!((state.attempts, state.last), (1, 500));
}

#[test]
fn the_days_of_debts_are_told_and_not_those_of_offers() {
    assert_eq!(Desk::new(Settings::default()).due_days(), None, "the store is not read yet");
    let mut desk = Store::default().open();
    assert_eq!(desk.due_days(), Some(vec![]));
    desk.with(|session| vec![session.answer(at(1), "a.1", Grade::Again, 1).entry]);
    answer(&mut desk, "a.2", 2);
    let days = desk.due_days().unwrap();
    assert_eq!(days.len(), 2);
    assert_eq!(days[0], 0, "what is being learned is due always");
    assert!(days[1] > at(3).day().0 && days[1] <= at(400 * 86_400).day().0);
}
