//! The review as a machine.

use super::{Act, Review, act_of_key};
use crate::study::log::{Deed, Entry, Log};
use crate::study::session::{Item, Session, Settings};
use crate::study::{Grade, Moment};

const NOON: i64 = 1_795_089_600_000; // 2026-11-19T12:00Z

fn at(seconds: i64) -> Moment {
    Moment { ms: NOON + seconds * 1000, zone: 0 }
}

fn items(count: u32) -> Vec<Item> {
    let item = |n| Item {
        id: format!("a.{n}"),
        note: format!("a.{n}"),
        topic: "topic".to_owned(),
        revision: "r1".to_owned(),
    };
    (1..=count).map(item).collect()
}

/// A review under way, with everything that it wanted stored.
struct Sitting {
    review: Review,
    session: Session,
    stored: Vec<Entry>,
    clock: i64,
}

impl Sitting {
    fn new(count: u32, settings: Settings) -> Self {
        let session = Session::new(items(count), settings, "one", Log::default());
        let mut sitting = Self { review: Review::default(), session, stored: Vec::new(), clock: 0 };
        sitting.act(Act::Look);
        sitting
    }

    fn act(&mut self, act: Act) {
        self.clock += 3;
        let made = self.review.act(act, &mut self.session, at(self.clock));
        self.stored.extend(made);
    }

    fn answer(&mut self, grade: Grade) {
        self.act(Act::Show);
        self.act(Act::Grade(grade));
    }

    fn card(&self) -> &str {
        self.review.turn.as_ref().map_or("none", |turn| turn.card.as_str())
    }
}

#[test]
fn a_card_is_judged_only_after_its_answer_was_seen() {
    let mut sitting = Sitting::new(3, Settings::default());
    sitting.act(Act::Grade(Grade::Good));
    assert_eq!((sitting.card(), sitting.stored.len()), ("a.1", 0));
    sitting.answer(Grade::Good);
    assert_eq!((sitting.card(), sitting.stored.len()), ("a.2", 1));
    assert!(!sitting.review.shown);
}

#[test]
fn the_time_to_the_answer_is_that_until_it_was_shown() {
    let mut sitting = Sitting::new(1, Settings::default());
    sitting.answer(Grade::Good);
    let Deed::Review { answer_ms, .. } = &sitting.stored[0].deed else { panic!("a review") };
    assert_eq!(*answer_ms, 3000);
}

#[test]
fn a_grade_without_a_button_is_no_grade() {
    let mut sitting = Sitting::new(1, Settings::default());
    sitting.answer(Grade::Easy);
    assert!(sitting.stored.is_empty());
    let four = Settings { four_buttons: true, ..Settings::default() };
    let mut sitting = Sitting::new(1, four);
    sitting.answer(Grade::Easy);
    assert_eq!(sitting.stored.len(), 1);
}

#[test]
fn undo_goes_back_many_steps_and_redo_forth_again() {
    let mut sitting = Sitting::new(4, Settings::default());
    for _ in 0..3 {
        sitting.answer(Grade::Good);
    }
    for expected in ["a.3", "a.2", "a.1"] {
        sitting.act(Act::Undo);
        assert_eq!(sitting.card(), expected);
        assert_eq!(sitting.review.said, "Taken back: Good.");
    }
    sitting.act(Act::Undo);
    assert_eq!(sitting.review.said, "There is nothing to undo today.");
    for _ in 0..3 {
        sitting.act(Act::Redo);
    }
    assert_eq!(sitting.card(), "a.4");
}

#[test]
fn undo_works_in_a_page_that_was_loaded_anew() {
    let mut sitting = Sitting::new(2, Settings::default());
    sitting.answer(Grade::Good);
    let text: String = sitting.stored.iter().map(|entry| entry.line() + "\n").collect();
    let (log, problems) = Log::parse(&text);
    assert!(problems.is_empty());
    let mut again = Sitting::new(2, Settings::default());
    again.session = Session::new(items(2), Settings::default(), "one", log);
    again.clock = 60;
    again.act(Act::Look);
    assert_eq!(again.card(), "a.2");
    again.act(Act::Undo);
    assert_eq!(again.card(), "a.1");
}

#[test]
fn a_buried_card_waits_for_tomorrow_and_comes_back_by_undo() {
    let mut sitting = Sitting::new(2, Settings::default());
    sitting.act(Act::Bury);
    assert_eq!(sitting.card(), "a.2");
    sitting.act(Act::Undo);
    assert_eq!((sitting.card(), sitting.review.said.as_str()), ("a.1", "Taken back: buried."));
}

#[test]
fn a_card_put_aside_comes_back_when_it_is_resumed() {
    let mut sitting = Sitting::new(1, Settings::default());
    sitting.act(Act::Suspend);
    assert_eq!(sitting.card(), "none");
    assert!(sitting.review.finished);
    let resumed = Deed::Suspend { card: "a.1".to_owned(), on: false };
    sitting.session.record(at(100), resumed);
    sitting.act(Act::Look);
    assert_eq!(sitting.card(), "a.1");
}

#[test]
fn a_flag_stays_on_the_card_and_does_not_end_it() {
    let mut sitting = Sitting::new(2, Settings::default());
    sitting.act(Act::Show);
    sitting.act(Act::Flag);
    assert!(sitting.review.shown);
    assert!(sitting.session.progress().card("a.1").flagged);
    sitting.act(Act::Flag);
    assert!(!sitting.session.progress().card("a.1").flagged);
}

#[test]
fn a_card_forgotten_eight_times_is_said_once() {
    let mut sitting = Sitting::new(1, Settings::default());
    let mut said = 0;
    for _ in 0..9 {
        sitting.answer(Grade::Good);
        sitting.clock += 400 * 86_400;
        sitting.act(Act::Look);
        sitting.answer(Grade::Again);
        said += u32::from(sitting.review.leech.is_some());
        sitting.clock += 3600;
    }
    assert_eq!(said, 1);
}

#[test]
fn looking_again_does_not_disturb_a_card() {
    let mut sitting = Sitting::new(2, Settings::default());
    sitting.act(Act::Type("half an ans".to_owned()));
    let serial = sitting.review.serial;
    sitting.act(Act::Look);
    assert_eq!((sitting.review.typed.as_str(), sitting.review.serial), ("half an ans", serial));
    // Another tab answers this card while its answer is on the screen here: it stays.
    sitting.act(Act::Show);
    sitting.session.answer(at(100), "a.1", Grade::Good, 0);
    sitting.act(Act::Look);
    assert_eq!((sitting.card(), sitting.review.shown), ("a.1", true));
}

#[test]
fn the_time_of_a_card_drawn_beforehand_starts_when_the_page_wakes_up() {
    let mut session = Session::new(items(1), Settings::default(), "one", Log::default());
    let mut review = Review::default();
    review.act(Act::Look, &mut session, Moment { ms: 0, zone: 0 });
    let mut review = review.asleep();
    review.act(Act::Look, &mut session, at(10));
    review.act(Act::Show, &mut session, at(12));
    let entries = review.act(Act::Grade(Grade::Good), &mut session, at(13));
    assert!(entries[0].line().contains("\"ms\":2000"), "{}", entries[0].line());
}

#[test]
fn a_card_that_another_tab_has_answered_gives_way() {
    let mut sitting = Sitting::new(2, Settings::default());
    sitting.session.answer(at(100), "a.1", Grade::Good, 0);
    sitting.act(Act::Look);
    assert_eq!((sitting.card(), sitting.review.shown), ("a.2", false));
}

#[test]
fn the_last_card_finishes_the_sitting() {
    let mut sitting = Sitting::new(1, Settings::default());
    assert!(!sitting.review.finished);
    sitting.answer(Grade::Good);
    assert!(sitting.review.finished);
    assert_eq!(sitting.card(), "none");
}

#[test]
fn keys_mean_what_the_card_offers() {
    let mut sitting = Sitting::new(2, Settings::default());
    let key = |sitting: &Sitting, key: &str| act_of_key(&sitting.review, key, false, false);
    assert_eq!(key(&sitting, " "), Some(Act::Show));
    assert_eq!(key(&sitting, "Enter"), Some(Act::Show));
    assert_eq!(key(&sitting, "1"), None);
    sitting.act(Act::Show);
    assert_eq!(key(&sitting, " "), Some(Act::Grade(Grade::Good)));
    assert_eq!(key(&sitting, "Enter"), None);
    assert_eq!(key(&sitting, "1"), Some(Act::Grade(Grade::Again)));
    assert_eq!(key(&sitting, "2"), None);
    assert_eq!(key(&sitting, "3"), Some(Act::Grade(Grade::Good)));
    assert_eq!(key(&sitting, "4"), None);
    assert_eq!(key(&sitting, "U"), Some(Act::Undo));
    assert_eq!(key(&sitting, "-"), Some(Act::Bury));
    assert_eq!(act_of_key(&sitting.review, "z", true, false), Some(Act::Undo));
    assert_eq!(act_of_key(&sitting.review, "Z", true, true), Some(Act::Redo));
    assert_eq!(act_of_key(&sitting.review, "u", true, false), None);
    sitting.act(Act::Grade(Grade::Good));
    sitting.answer(Grade::Good);
    assert_eq!(key(&sitting, " "), None);
}

#[test]
fn four_buttons_have_four_keys() {
    let mut sitting = Sitting::new(1, Settings { four_buttons: true, ..Settings::default() });
    sitting.act(Act::Show);
    let grades = ["1", "2", "3", "4"].map(|key| act_of_key(&sitting.review, key, false, false));
    assert_eq!(grades, Grade::ALL.map(|grade| Some(Act::Grade(grade))));
}
