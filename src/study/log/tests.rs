//! The log as a set and as text.

use expect_test::{Expect, expect};

use crate::study::log::{Deed, Entry, Log, Mode};
use crate::study::{Grade, Moment};

fn entry(device: &str, seq: u64, deed: Deed) -> Entry {
    let ms = 1_795_089_600_000 + i64::try_from(seq).unwrap_or(0) * 1_000;
    Entry { device: device.to_owned(), seq, at: Moment { ms, zone: 60 }, deed }
}

fn good(card: &str) -> Deed {
    Deed::Review {
        card: card.to_owned(),
        grade: Grade::Good,
        answer_ms: 4_200,
        mode: Mode::Review,
        revision: "0f3a".to_owned(),
    }
}

fn log(deeds: Vec<Deed>) -> Log {
    let mut log = Log::default();
    for (seq, deed) in (1..).zip(deeds) {
        log.append(entry("a", seq, deed));
    }
    log
}

fn cards(log: &Log) -> Vec<&str> {
    log.effective().iter().filter_map(|entry| entry.deed.card()).collect()
}

fn check_text(log: &Log, expected: &Expect) {
    expected.assert_eq(&log.text());
    assert_eq!(Log::parse(&log.text()), (log.clone(), vec![]));
}

fn check_problems(text: &str, expected: &Expect) {
    let (_, problems) = Log::parse(text);
    let said: Vec<String> = problems
        .iter()
        .map(|problem| {
            let fate = if problem.kept { "kept" } else { "left out" };
            format!("{}: {} [{fate}]\n", problem.line, problem.what)
        })
        .collect();
    expected.assert_eq(&said.concat());
}

#[test]
fn every_kind_has_its_line() {
    let card = || "tcp.syn-seq".to_owned();
    let cram = Deed::Review {
        card: card(),
        grade: Grade::Again,
        answer_ms: 0,
        mode: Mode::Cram,
        revision: String::new(),
    };
    let quiz = Deed::Quiz {
        quiz: "tcp-open-check".to_owned(),
        question: "tcp-open.first-byte".to_owned(),
        score: 500,
        answer_ms: 9_000,
        attempt: 3,
        revision: "77".to_owned(),
    };
    check_text(
        &log(vec![
            good("tcp.syn-seq"),
            cram,
            Deed::Void { of: 2 },
            Deed::Suspend { card: card(), on: true },
            Deed::Flag { card: card(), on: false },
            Deed::Bury { card: card() },
            quiz,
        ]),
        &expect![[r#"
            {"v":1,"kind":"review","device":"a","seq":1,"time":1795089601000,"zone":60,"card":"tcp.syn-seq","grade":"good","ms":4200,"revision":"0f3a"}
            {"v":1,"kind":"review","device":"a","seq":2,"time":1795089602000,"zone":60,"card":"tcp.syn-seq","grade":"again","ms":0,"mode":"cram"}
            {"v":1,"kind":"void","device":"a","seq":3,"time":1795089603000,"zone":60,"of":2}
            {"v":1,"kind":"suspend","device":"a","seq":4,"time":1795089604000,"zone":60,"card":"tcp.syn-seq","on":true}
            {"v":1,"kind":"flag","device":"a","seq":5,"time":1795089605000,"zone":60,"card":"tcp.syn-seq","on":false}
            {"v":1,"kind":"bury","device":"a","seq":6,"time":1795089606000,"zone":60,"card":"tcp.syn-seq"}
            {"v":1,"kind":"quiz","device":"a","seq":7,"time":1795089607000,"zone":60,"quiz":"tcp-open-check","question":"tcp-open.first-byte","score":500,"ms":9000,"attempt":3,"revision":"77"}
        "#]],
    );
}

#[test]
fn a_line_with_only_the_needed_fields_has_the_defaults_of_the_rest() {
    let (log, problems) = Log::parse(
        r#"{"v":1,"kind":"review","device":"a","seq":1,"time":0,"card":"x","grade":"good"}"#,
    );
    assert_eq!(problems, []);
    let entry = log.effective()[0].clone();
    assert_eq!(entry.at, Moment { ms: 0, zone: 0 });
    let Deed::Review { answer_ms, mode, revision, .. } = entry.deed else { panic!() };
    assert_eq!((answer_ms, mode, revision.as_str()), (0, Mode::Review, ""));
}

#[test]
fn each_damaged_line_says_what_is_wrong_and_the_others_load() {
    let text = r#"{"v":1,"kind":"bury","device":"a","seq":1,"time":0,"card":"x"}
{"v":1,"kind":"bury","device":"a","seq":2,"ti
hello
[1,2]
{"kind":"bury"}
{"v":0}
{"v":1,"kind":"burry","device":"a","seq":3,"time":0,"card":"x"}
{"v":1,"kind":"bury","device":"a","seq":3,"time":0}
{"v":1,"kind":"bury","device":"a","seq":3,"time":0,"card":""}
{"v":1,"kind":"bury","device":"","seq":3,"time":0,"card":"x"}
{"v":1,"kind":"bury","device":"a","seq":0,"time":0,"card":"x"}
{"v":1,"kind":"bury","device":"a","seq":3,"time":-5,"card":"x"}
{"v":1,"kind":"bury","device":"a","seq":3,"time":0,"zone":9999,"card":"x"}
{"v":1,"kind":"bury","device":"a","seq":3,"time":0,"card":"x","colour":"red"}
{"v":1,"kind":"void","device":"a","seq":3,"time":0,"of":3}
{"v":1,"kind":"review","device":"a","seq":3,"time":0,"card":"x","grade":"great"}
{"v":1,"kind":"quiz","device":"a","seq":3,"time":0,"quiz":"q","question":"r","score":1001}
{"v":1,"kind":"bury","device":"a","seq":1,"time":1,"card":"y"}

{"v":1,"kind":"bury","device":"a","seq":4,"time":0,"card":"z"}
"#;
    check_problems(
        text,
        &expect![[r#"
            2: cut off after 45 characters [left out]
            3: not a line of a review log: it must start with `{` [left out]
            4: not a line of a review log: it must start with `{` [left out]
            5: `v`: missing: a whole number is expected [left out]
            6: there is no version 0 [left out]
            7: `kind`: `burry` is none of `review` `void` `suspend` `flag` `bury` `quiz` [left out]
            8: `card` is missing [left out]
            9: `card` is empty [left out]
            10: `device` is empty [left out]
            11: `seq` counts from 1 [left out]
            12: `time` -5 is not between 1970 and 9999 [left out]
            13: `zone` 9999 is more than a day from UTC [left out]
            14: unknown field `colour`, expected one of `v`, `kind`, `device`, `seq`, `time`, `zone`, `card`, `quiz`, `question`, `grade`, `score`, `ms`, `mode`, `attempt`, `revision`, `of`, `on` [left out]
            15: `of` 3 is not before its own `seq` 3 [left out]
            16: `grade`: `great` is none of `again` `hard` `good` `easy` [left out]
            17: `score` 1001 is more than 1000 [left out]
            18: another entry is named a 1 too; the one that sorts first is taken [left out]
        "#]],
    );
    let (log, _) = Log::parse(text);
    assert_eq!(cards(&log), ["x", "z"]);
}

#[test]
fn a_line_of_a_newer_version_is_kept_word_for_word() {
    let newer = r#"{"v":2, "kind":"dream", "colour" : "red"}"#;
    check_problems(
        newer,
        &expect![[r#"
        1: version 2 is newer than 1; the line is kept as it is [kept]
    "#]],
    );
    let (mut log, _) = Log::parse(newer);
    log.append(entry("a", 1, good("x")));
    assert!(log.text().ends_with(&format!("{newer}\n")));
    let mut other = Log::default();
    assert_eq!(other.merge(&log).lines.len(), 2);
    assert_eq!(other.text(), log.text());
}

#[test]
fn line_ends_of_windows_and_a_byte_order_mark_are_fine() {
    let text = format!("\u{feff}{}\r\n\r\n", entry("a", 1, good("x")).line());
    assert_eq!(Log::parse(&text).1, []);
}

#[test]
fn undo_goes_back_step_by_step_and_redo_forward_again() {
    let mut log = log(vec![good("x"), good("y"), good("z")]);
    let mut seen = vec![cards(&log).join(" ")];
    for seq in 4..=6 {
        let of = log.to_undo("a").map(|entry| entry.seq).unwrap();
        log.append(entry("a", seq, Deed::Void { of }));
        seen.push(cards(&log).join(" "));
    }
    assert!(log.to_undo("a").is_none());
    for seq in 7..=9 {
        let of = log.to_redo("a").map(|(void, _)| void.seq).unwrap();
        log.append(entry("a", seq, Deed::Void { of }));
        seen.push(cards(&log).join(" "));
    }
    assert!(log.to_redo("a").is_none());
    assert_eq!(seen, ["x y z", "x y", "x", "", "x", "x y", "x y z"]);
}

#[test]
fn nothing_can_be_redone_after_something_new() {
    let mut log = log(vec![good("x"), Deed::Void { of: 1 }]);
    assert!(log.to_redo("a").is_some());
    log.append(entry("a", 3, good("y")));
    assert!(log.to_redo("a").is_none());
}

#[test]
fn a_device_undoes_only_what_it_did_itself() {
    let mut log = log(vec![good("x")]);
    log.append(entry("b", 1, good("y")));
    log.append(entry("b", 2, Deed::Void { of: 1 }));
    assert_eq!(cards(&log), ["x"]);
    assert!(log.to_undo("b").is_none());
}

#[test]
fn of_two_entries_with_one_name_every_device_keeps_the_same() {
    let one = log(vec![good("x")]);
    let two = log(vec![good("y")]);
    let (mut there, mut back) = (one.clone(), two.clone());
    assert_eq!(there.merge(&two).conflicts, 1);
    assert_eq!(back.merge(&one).conflicts, 1);
    assert_eq!(there, back);
    assert_eq!(cards(&there), ["x"]);
}

#[test]
fn numbers_go_on_after_the_last_of_the_device() {
    let log = log(vec![good("x"), good("y")]);
    assert_eq!([log.next_seq("a"), log.next_seq("b")], [3, 1]);
}
