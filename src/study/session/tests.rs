//! Sessions, day by day.

use expect_test::{Expect, expect};

use crate::study::log::{Deed, Log, store_key};
use crate::study::session::{Item, Session, Settings};
use crate::study::{Grade, Moment, Progress};

const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;

/// Noon of the n-th day, and some minutes.
fn at(day: i64, minute: i64) -> Moment {
    Moment { ms: 1_795_089_600_000 + day * DAY + minute * MINUTE, zone: 0 }
}

fn item(id: &str) -> Item {
    let (note, _) = id.split_once('#').unwrap_or((id, ""));
    let (topic, _) = id.split_once('.').unwrap_or((id, ""));
    Item {
        id: id.to_owned(),
        note: note.to_owned(),
        topic: topic.to_owned(),
        revision: "1".to_owned(),
    }
}

fn session(ids: &[&str]) -> Session {
    let items = ids.iter().map(|id| item(id)).collect();
    Session::new(items, Settings::default(), "a", Log::default())
}

/// The card that is next, why, and its buttons.
fn shown(session: &Session, now: Moment) -> String {
    let Some(turn) = session.next(now) else { return "done".to_owned() };
    let buttons: Vec<String> =
        turn.buttons.iter().map(|b| format!("{} {}", b.grade.label(), b.interval)).collect();
    let changed = if turn.changed { " (changed)" } else { "" };
    format!("{} {:?}{changed}: {}", turn.card, turn.stage, buttons.join(", "))
        .replace('\u{a0}', " ")
}

/// Plays `grades` on the cards in the order of the queue, one a minute, and writes it down.
fn check(session: &mut Session, day: i64, grades: &[Grade], expected: &Expect) {
    let mut text = String::new();
    for (minute, &grade) in (0..).zip(grades) {
        let now = at(day, minute);
        text += &format!("{} -> {}\n", shown(session, now), grade.label());
        let Some(turn) = session.next(now) else { break };
        session.answer(now, &turn.card, grade, 1_000);
    }
    text += &shown(session, at(day, i64::try_from(grades.len()).unwrap_or(0)));
    text += "\n";
    expected.assert_eq(&text);
}

use Grade::{Again, Good};

#[test]
fn a_forgotten_card_comes_back_after_the_others_and_the_day_ends() {
    check(
        &mut session(&["t.a", "t.b"]),
        0,
        &[Again, Good, Good],
        &expect![[r#"
        t.a New: Again 10 min, Good 2 d -> Again
        t.b New: Again 10 min, Good 2 d -> Good
        t.a Learning: Again 10 min, Good 1 d -> Good
        done
    "#]],
    );
}

#[test]
fn learning_comes_before_due_and_due_before_new() {
    let mut session = session(&["t.a", "t.b", "t.c", "t.d"]);
    session.answer(at(0, 0), "t.a", Good, 0);
    session.answer(at(0, 1), "t.b", Good, 0);
    session.answer(at(3, 0), "t.c", Again, 0);
    check(
        &mut session,
        3,
        &[Good, Good, Good, Good],
        &expect![[r#"
        t.a Due: Again 10 min, Good 14 d -> Good
        t.b Due: Again 10 min, Good 14 d -> Good
        t.d New: Again 10 min, Good 2 d -> Good
        t.c Learning: Again 10 min, Good 1 d -> Good
        done
    "#]],
    );
    // Eleven minutes on, the forgotten card would have been first.
    let mut later = session.clone();
    while later.undo(at(3, 5)).is_some_and(|undone| undone.deed.card() != Some("t.a")) {}
    later.answer(at(3, 6), "t.a", Good, 0);
    assert_eq!(later.next(at(3, 11)).map(|turn| turn.card), Some("t.c".to_owned()));
}

#[test]
fn of_the_due_cards_the_one_most_nearly_forgotten_comes_first() {
    let mut session = session(&["t.strong", "t.weak"]);
    session.answer(at(0, 0), "t.strong", Grade::Easy, 0);
    session.answer(at(0, 1), "t.weak", Good, 0);
    check(
        &mut session,
        20,
        &[Good, Good],
        &expect![[r#"
        t.weak Due: Again 10 min, Good 1.1 mo -> Good
        t.strong Due: Again 10 min, Good 2.1 mo -> Good
        done
    "#]],
    );
}

#[test]
fn siblings_wait_until_tomorrow() {
    let mut session = session(&["t.a#1", "t.a#2", "t.b"]);
    check(
        &mut session,
        0,
        &[Good, Good],
        &expect![[r#"
        t.a#1 New: Again 10 min, Good 2 d -> Good
        t.b New: Again 10 min, Good 2 d -> Good
        done
    "#]],
    );
    check(
        &mut session,
        1,
        &[Good],
        &expect![[r#"
        t.a#2 New: Again 10 min, Good 2 d -> Good
        done
    "#]],
    );
}

#[test]
fn ten_new_cards_a_day_and_no_more_than_the_limit_of_due_ones() {
    let ids: Vec<String> = (10..40).map(|n| format!("t.{n}")).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let mut session = session(&ids);
    for day in 0..3 {
        let mut minutes = 0..;
        while let Some((turn, minute)) = session.next(at(day, 0)).zip(minutes.next()) {
            session.answer(at(day, minute), &turn.card, Good, 0);
        }
        assert_eq!(session.progress().day(at(day, 0).day()).fresh, 10);
    }
    session.set_settings(Settings { reviews_per_day: 7, ..session.settings() });
    assert_eq!(session.left(at(40, 0)).due, 7);
    let turn = session.next(at(40, 0)).unwrap();
    session.answer(at(40, 0), &turn.card, Good, 0);
    assert_eq!(session.left(at(40, 1)).due, 6);
}

#[test]
fn four_buttons_show_four_intervals() {
    let mut session = session(&["t.a"]);
    session.set_settings(Settings { four_buttons: true, ..Settings::default() });
    expect!["t.a New: Again 10 min, Hard 1 d, Good 2 d, Easy 8 d"]
        .assert_eq(&shown(&session, at(0, 0)));
}

#[test]
fn undo_brings_the_card_back_at_once_even_after_a_reload() {
    let mut session = session(&["t.a", "t.b", "t.c"]);
    let before = session.progress().clone();
    session.answer(at(0, 0), "t.a", Again, 0);
    session.answer(at(0, 1), "t.b", Good, 0);
    let text = session.log().text();
    let mut reloaded =
        Session::new(session.items().to_vec(), session.settings(), "a", Log::parse(&text).0);
    assert_eq!(reloaded.undo(at(0, 2)).unwrap().deed.card(), Some("t.b"));
    assert_eq!(reloaded.next(at(0, 2)).unwrap().card, "t.b");
    reloaded.undo(at(0, 3)).unwrap();
    assert_eq!(reloaded.next(at(0, 3)).unwrap().card, "t.a");
    assert_eq!(*reloaded.progress(), before);
    assert_eq!(reloaded.undo(at(0, 4)), None);
    reloaded.redo(at(0, 5)).unwrap();
    reloaded.redo(at(0, 6)).unwrap();
    assert_eq!(reloaded.redo(at(0, 7)), None);
    assert_eq!(reloaded.progress(), session.progress());
}

#[test]
fn two_tabs_of_one_browser_lose_no_answer() {
    let mut one = session(&["t.a", "t.b"]);
    let mut two = one.clone();
    let first = one.answer(at(0, 0), "t.a", Good, 0).entry;
    let second = two.answer(at(0, 1), "t.b", Good, 0).entry;
    assert_eq!(store_key(&first.line()), store_key(&second.line()));
    let (stored, _) = Log::parse(&first.line());
    let again = two.catch_up(stored, &second);
    assert_ne!(store_key(&first.line()), store_key(&again.line()));
    assert_eq!(two.next(at(0, 2)), None);
    assert_eq!(two.log().len(), 2);
}

#[test]
fn yesterday_is_not_undone() {
    let mut session = session(&["t.a"]);
    session.answer(at(0, 0), "t.a", Good, 0);
    assert_eq!(session.undo(at(1, 0)), None);
}

#[test]
fn the_eighth_lapse_makes_a_leech_and_then_every_fourth() {
    let mut session = session(&["t.a"]);
    session.answer(at(0, 0), "t.a", Good, 0);
    let mut said = Vec::new();
    for lapse in 1..=17 {
        let day = lapse * 10;
        if session.answer(at(day, 0), "t.a", Again, 0).leech {
            said.push(lapse);
        }
        // Forgotten again while being learned is the same lapse.
        assert!(!session.answer(at(day, 10), "t.a", Again, 0).leech);
        assert!(!session.answer(at(day, 20), "t.a", Good, 0).leech);
    }
    assert_eq!(said, [8, 12, 16]);
}

#[test]
fn a_suspended_card_is_not_asked_and_a_buried_one_tomorrow() {
    let mut session = session(&["t.a", "t.b"]);
    session.record(at(0, 0), Deed::Suspend { card: "t.a".to_owned(), on: true });
    session.record(at(0, 0), Deed::Bury { card: "t.b".to_owned() });
    assert_eq!(shown(&session, at(0, 1)), "done");
    expect!["t.b New: Again 10 min, Good 2 d"].assert_eq(&shown(&session, at(1, 0)));
    session.record(at(1, 0), Deed::Suspend { card: "t.a".to_owned(), on: false });
    expect!["t.a New: Again 10 min, Good 2 d"].assert_eq(&shown(&session, at(1, 0)));
}

#[test]
fn a_card_whose_text_changed_keeps_its_schedule_and_says_so() {
    let mut session = session(&["t.a"]);
    session.answer(at(0, 0), "t.a", Good, 0);
    let items = vec![Item { revision: "2".to_owned(), ..item("t.a") }];
    let edited = Session::new(items, Settings::default(), "a", session.log().clone());
    expect!["t.a Due (changed): Again 10 min, Good 11 d"].assert_eq(&shown(&edited, at(2, 0)));
}

#[test]
fn cramming_moves_no_interval() {
    use crate::study::log::Mode;
    let mut session = session(&["t.a"]);
    session.answer(at(0, 0), "t.a", Good, 0);
    let before = session.progress().card("t.a");
    let deed = Deed::Review {
        card: "t.a".to_owned(),
        grade: Again,
        answer_ms: 0,
        mode: Mode::Cram,
        revision: "1".to_owned(),
    };
    session.record(at(1, 0), deed);
    assert_eq!(session.progress().card("t.a"), before);
    assert_eq!(session.progress().day(at(1, 0).day()).crammed, 1);
}

#[test]
fn a_clock_set_back_gives_the_same_as_a_replay() {
    let mut session = session(&["t.a", "t.b"]);
    session.answer(at(5, 0), "t.a", Good, 0);
    session.answer(at(3, 0), "t.a", Again, 0);
    session.answer(at(4, 0), "t.b", Good, 0);
    let replayed = Progress::replay(session.log(), 0.9);
    assert_eq!(*session.progress(), replayed);
}

#[test]
fn the_end_says_what_was_done_what_is_coming_and_where_it_is_weak() {
    let mut session = session(&["tcp.a", "tcp.b", "dns.a", "tls.a", "udp.a"]);
    for (minute, card) in (0..).zip(["tcp.a", "tcp.b", "dns.a", "tls.a"]) {
        session.answer(at(0, minute), card, Good, 0);
    }
    session.answer(at(2, 0), "tcp.a", Good, 0);
    session.answer(at(2, 1), "tcp.b", Good, 0);
    session.answer(at(2, 2), "dns.a", Again, 0);
    let summary = session.summary(at(2, 3));
    expect![[r#"
        Summary {
            done: 3,
            fresh: 0,
            tested: 3,
            remembered: Some(
                667,
            ),
            tomorrow: Left {
                learning: 1,
                due: 1,
                new: 1,
            },
            weakest: [
                Strength {
                    topic: "dns",
                    recall: 679,
                    seen: 1,
                    cards: 1,
                },
                Strength {
                    topic: "tls",
                    recall: 785,
                    seen: 1,
                    cards: 1,
                },
                Strength {
                    topic: "tcp",
                    recall: 928,
                    seen: 2,
                    cards: 2,
                },
            ],
        }
    "#]]
    .assert_debug_eq(&summary);
}

#[test]
fn stored_settings_that_lack_a_field_have_its_default() {
    let settings: Settings = crate::json::read(r#"{"four-buttons":true}"#).unwrap();
    assert_eq!(settings, Settings { four_buttons: true, ..Settings::default() });
}
