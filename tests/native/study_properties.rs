//! Study under random use: the log, its union, sessions, due days and grading.

use proptest::prelude::*;

use roundtrip::study::grading::{
    Axis, Change, Number, Numeric, Scoring, choice, fold, matching, multi, numeric, order, short,
    typed, vary,
};
use roundtrip::study::log::{Deed, Entry, Log, Mode};
use roundtrip::study::progress::Due;
use roundtrip::study::session::{Item, Session, Settings};
use roundtrip::study::{Grade, Moment, Progress};

/// Noon of 2026-11-19, from which the tests count.
const NOON: i64 = 1_795_089_600_000;

fn items() -> Vec<Item> {
    ["tcp.a#1", "tcp.a#2", "tcp.b", "dns.a"]
        .map(|id| Item {
            id: id.to_owned(),
            note: id.split('#').next().unwrap_or(id).to_owned(),
            topic: id.split('.').next().unwrap_or(id).to_owned(),
            revision: "1".to_owned(),
        })
        .to_vec()
}

fn grade() -> impl Strategy<Value = Grade> {
    proptest::sample::select(Grade::ALL.to_vec())
}

fn card() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => proptest::sample::select(vec!["tcp.a#1", "tcp.a#2", "tcp.b", "dns.a"])
            .prop_map(str::to_owned),
        // Ids are the authors' business; the log must carry any text.
        1 => any::<String>().prop_filter("an id has a letter", |id| !id.is_empty()),
    ]
}

fn deed() -> impl Strategy<Value = Deed> {
    let mode = proptest::sample::select(vec![Mode::Review, Mode::Cram]);
    prop_oneof![
        6 => (card(), grade(), any::<u32>(), mode, "[0-9a-f]{0,16}").prop_map(
            |(card, grade, answer_ms, mode, revision)| Deed::Review {
                card, grade, answer_ms, mode, revision,
            }
        ),
        2 => (0..20_u64).prop_map(|of| Deed::Void { of }),
        1 => (card(), any::<bool>()).prop_map(|(card, on)| Deed::Suspend { card, on }),
        1 => (card(), any::<bool>()).prop_map(|(card, on)| Deed::Flag { card, on }),
        1 => card().prop_map(|card| Deed::Bury { card }),
        1 => (card(), card(), 0..=1000_u16, any::<u64>()).prop_map(
            |(quiz, question, score, attempt)| Deed::Quiz {
                quiz, question, score, answer_ms: 1, attempt, revision: String::new(),
            }
        ),
    ]
}

/// A log of up to three devices whose clocks run as they like.
fn log() -> impl Strategy<Value = Log> {
    let device = proptest::sample::select(vec!["a", "b", "ü c"]);
    let time = (0..4_000_000_000_i64, -1440..=1440_i32);
    proptest::collection::vec((device, time, deed()), 0..40).prop_map(|entries| {
        let mut log = Log::default();
        for (device, (ms, zone), deed) in entries {
            let seq = log.next_seq(device);
            let deed = match deed {
                Deed::Void { of } if of >= seq => Deed::Void { of: 0 },
                other => other,
            };
            let at = Moment { ms: NOON + ms, zone };
            log.append(Entry { device: device.to_owned(), seq, at, deed });
        }
        log
    })
}

fn merged(logs: &[&Log]) -> Log {
    let mut all = Log::default();
    for log in logs {
        all.merge(log);
    }
    all
}

proptest! {
    #[test]
    fn a_saved_log_loads_back(log in log()) {
        let (loaded, problems) = Log::parse(&log.text());
        prop_assert_eq!(&problems, &vec![]);
        prop_assert_eq!(loaded, log);
    }

    #[test]
    fn reading_any_text_as_a_log_never_panics_and_accounts_for_each_line(text in any::<String>()) {
        let (log, problems) = Log::parse(&text);
        let lines = text.trim_start_matches('\u{feff}').lines();
        let full = lines.filter(|line| !line.trim().is_empty()).count() as u64;
        prop_assert_eq!(log.len() + problems.len() as u64, full);
    }

    #[test]
    fn a_log_cut_or_overwritten_anywhere_loses_only_the_lines_hit(
        log in log(), at in any::<prop::sample::Index>(), byte in "[ -~]"
    ) {
        let text = log.text();
        prop_assume!(!text.is_empty());
        let at = at.index(text.len());
        prop_assume!(text.is_char_boundary(at) && text.is_char_boundary(at + 1));
        prop_assume!(&text[at..=at] != "\n");
        let mut damaged = text.clone();
        damaged.replace_range(at..=at, &byte);
        prop_assert!(Log::parse(&damaged).0.len() + 1 >= log.len());
        let (cut, problems) = Log::parse(&text[..at]);
        prop_assert!(problems.len() <= 1);
        prop_assert_eq!(cut.len() + problems.len() as u64, lines(&text[..at]));
    }

    #[test]
    fn union_is_idempotent_commutative_and_associative(a in log(), b in log(), c in log()) {
        prop_assert_eq!(merged(&[&a, &a]), a.clone());
        prop_assert_eq!(merged(&[&a, &b]), merged(&[&b, &a]));
        prop_assert_eq!(merged(&[&merged(&[&a, &b]), &c]), merged(&[&a, &merged(&[&b, &c])]));
        let mut all = merged(&[&a, &b]);
        prop_assert_eq!(all.merge(&b).lines, Vec::<String>::new());
    }

    #[test]
    fn the_lines_a_merge_reports_are_all_the_store_needs(a in log(), b in log()) {
        let mut both = a.clone();
        let new = both.merge(&b).lines.join("\n");
        prop_assert_eq!(Log::parse(&format!("{}{new}", a.text())).0, both);
    }

    #[test]
    fn a_session_is_what_a_replay_of_its_log_gives(log in log(), grades in proptest::collection::vec(grade(), 1..12)) {
        let mut session = Session::new(items(), Settings::default(), "a", log);
        for (minute, grade) in (0..).zip(grades) {
            let now = Moment { ms: NOON + minute * 600_000, zone: 0 };
            let Some(turn) = session.next(now) else { break };
            session.answer(now, &turn.card, grade, 5);
            prop_assert_eq!(session.progress(), &Progress::replay(session.log(), 0.9));
        }
    }

    #[test]
    fn undo_then_redo_changes_nothing(log in log(), steps in 1..15_u32) {
        let mut session = Session::new(items(), Settings::default(), "a", log);
        let now = Moment { ms: NOON + 4_000_000_000, zone: 0 };
        for item in items() {
            session.answer(now, &item.id, Grade::Good, 5);
        }
        let before = session.progress().clone();
        let mut undone = 0;
        while undone < steps && session.undo(now).is_some() {
            undone += 1;
        }
        prop_assert!(undone >= steps.min(4));
        for _ in 0..undone {
            prop_assert!(session.redo(now).is_some());
        }
        prop_assert_eq!(session.progress(), &before);
    }

    #[test]
    fn the_due_day_is_after_today_and_never_earlier_for_a_better_grade(
        history in proptest::collection::vec((grade(), 0..400_i64), 0..20),
        days in 0..400_i64,
        retention in 500..=990_u16,
        zone in -720..=840_i32,
    ) {
        let mut log = Log::default();
        let mut ms = NOON;
        for (seq, (grade, days)) in (1..).zip(history) {
            ms += days * 86_400_000;
            let deed = Deed::Review {
                card: "x".to_owned(), grade, answer_ms: 0, mode: Mode::Review, revision: String::new(),
            };
            log.append(Entry { device: "a".to_owned(), seq, at: Moment { ms, zone }, deed });
        }
        let now = Moment { ms: ms + days * 86_400_000, zone };
        let retention = f64::from(retention) / 1000.0;
        let card = Progress::replay(&log, retention).card("x");
        let mut earliest = now.day();
        for grade in Grade::ALL {
            match card.after(grade, now, retention).1 {
                Due::At(again) => {
                    prop_assert_eq!(grade, Grade::Again);
                    prop_assert!(again > now.ms);
                }
                Due::On(day) => {
                    prop_assert!(day > now.day(), "{} for {:?}", day, grade);
                    prop_assert!(day >= earliest, "{:?} is earlier than a worse grade", grade);
                    earliest = day;
                }
                Due::New => prop_assert!(false, "an answered card is new"),
            }
        }
    }

    #[test]
    fn no_card_is_asked_twice_in_a_row_without_end(log in log()) {
        let mut session = Session::new(items(), Settings::default(), "a", log);
        let now = Moment { ms: NOON + 4_000_000_000, zone: 0 };
        for _ in 0..=items().len() {
            let Some(turn) = session.next(now) else { return Ok(()) };
            session.answer(now, &turn.card, Grade::Good, 5);
        }
        prop_assert!(false, "every card was answered well and one is still asked");
    }

    #[test]
    fn grading_any_text_never_panics(a in any::<String>(), b in any::<String>(), c in any::<String>()) {
        let verdict = short(&[&a, &b], &[&b], &c);
        prop_assert!(verdict.score <= 1000);
        prop_assert!(fold(&fold(&a)) == fold(&a));
        let (_, pieces) = typed(&[&a], &b);
        let kept = |left_out: Change| -> String {
            let kept = pieces.iter().filter(|piece| piece.change != left_out);
            kept.map(|piece| piece.text.as_str()).collect()
        };
        prop_assert_eq!(kept(Change::Missing), b.trim());
        let value = Number::from_int(7);
        let verdict = numeric(&Numeric { value, unit: &a, tolerance: value }, &b);
        prop_assert!(verdict.score == 0 || verdict.score == 1000);
    }

    #[test]
    fn grading_any_number_never_panics(text in r"[-+−]?[0-9_,. ]{0,45}[a-zA-Zµ%‰/ ]{0,6}") {
        for unit in ["ms", "B", "GB", "segments", ""] {
            let tolerance = Number::from_int(10);
            numeric(&Numeric { value: Number::from_int(i64::MAX), unit, tolerance }, &text);
        }
    }

    #[test]
    fn a_number_reads_back_from_its_own_text(value in any::<i64>(), per in 1..=1_000_000_000_i64) {
        let number = Number::from_ratio(value, per).unwrap();
        if value.abs() / per < 1_000_000_000_000_000_000 {
            prop_assert_eq!(Number::parse(&number.to_string()), Ok(number));
        }
    }

    #[test]
    fn grading_any_choice_never_panics(
        right in proptest::collection::vec(any::<bool>(), 0..8),
        given in proptest::collection::vec(0..10_usize, 0..12),
    ) {
        let gaps: Vec<Option<usize>> = given.iter().map(|&g| (g < 8).then_some(g)).collect();
        let scores = [
            choice(&right, given.first().copied()).score,
            multi(&right, &given, Scoring::PerOption).score,
            multi(&right, &given, Scoring::All).score,
            order(right.len(), &given).score,
            matching(right.len(), &gaps).score,
        ];
        prop_assert!(scores.iter().all(|&score| score <= 1000));
    }

    #[test]
    fn only_the_right_order_has_the_full_score(
        given in (1..7_usize).prop_flat_map(|n| Just((0..n).collect::<Vec<_>>()).prop_shuffle())
    ) {
        let verdict = order(given.len(), &given);
        prop_assert_eq!(verdict.is_right(), given.is_sorted());
    }

    #[test]
    fn a_fresh_try_has_other_numbers_inside_the_range(
        from in 0..1000_u64, span in 0..500_u64, step in 0..60_u64, seed in 0..u64::MAX - 1
    ) {
        let axis = Axis { name: "x", from, to: from + span, step };
        let axes = [axis, Axis { name: "y", ..axis }];
        let (now, next) = (vary(&axes, seed), vary(&axes, seed + 1));
        for (_, value) in now.iter().chain(&next) {
            prop_assert!((from..=from + span).contains(value));
        }
        // The sequence starts again once in 2⁶⁴ tries at most; there alone numbers may repeat.
        prop_assert!(now != next || axis.count() == 1);
    }
}

fn lines(text: &str) -> u64 {
    text.lines().filter(|line| !line.trim().is_empty()).count() as u64
}
