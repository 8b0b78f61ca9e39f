//! Grading, answer by answer.

use expect_test::{Expect, expect};

use crate::study::grading::{
    Axis, Change, Mark, Number, Numeric, Scoring, choice, fold, matching, multi, numeric, order,
    short, trace, typed, vary,
};

#[test]
fn a_wrong_choice_marks_itself_and_the_right_one() {
    use Mark::{Left, Missed, Right, Wrong};
    let right = [true, false, false];
    assert_eq!(choice(&right, Some(0)).marks, [Right, Left, Left]);
    assert_eq!(choice(&right, Some(2)).marks, [Missed, Left, Wrong]);
    let scores = [Some(0), Some(1), Some(9), None].map(|chosen| choice(&right, chosen).score);
    assert_eq!(scores, [1000, 0, 0, 0]);
}

#[test]
fn each_right_option_earns_its_share_and_each_wrong_one_takes_it_back() {
    let right = [true, true, false];
    let scores = |scoring| {
        [&[0, 1][..], &[1], &[0, 2], &[2], &[], &[0, 1, 2], &[1, 0, 0, 7]]
            .map(|chosen| multi(&right, chosen, scoring).score)
    };
    assert_eq!(scores(Scoring::PerOption), [1000, 500, 0, 0, 0, 0, 1000]);
    assert_eq!(scores(Scoring::All), [1000, 0, 0, 0, 0, 0, 1000]);
    assert_eq!(multi(&[true, true], &[0, 1], Scoring::PerOption).score, 1000);
    // One wrong option alone is wrong, however many others were rightly left.
    assert_eq!(multi(&[true, true, false, false, false], &[4], Scoring::PerOption).score, 0);
}

#[test]
fn an_order_earns_by_neighbours() {
    let scores = [
        &[0, 1, 2, 3, 4][..],
        &[4, 0, 1, 2, 3],
        &[1, 0, 2, 3, 4],
        &[4, 3, 2, 1, 0],
        &[0, 1],
        &[0, 1, 2, 3, 3],
        &[],
    ]
    .map(|given| order(5, given).score);
    assert_eq!(scores, [1000, 750, 500, 0, 0, 0, 0]);
    assert_eq!(order(3, &[1, 0]).marks, [Mark::Wrong, Mark::Wrong, Mark::Missed]);
}

#[test]
fn pairs_earn_one_by_one() {
    let verdict = matching(3, &[Some(0), Some(3)]);
    assert_eq!(verdict.marks, [Mark::Right, Mark::Wrong, Mark::Missed]);
    assert_eq!(verdict.score, 333);
    assert_eq!(matching(0, &[]).score, 0);
}

#[test]
fn spaces_underscores_hyphens_and_case_do_not_matter() {
    for text in ["SYN-SENT", "syn_sent", "  Syn \t sent ", "SYN\u{2011}SENT", "syn--sent"] {
        assert_eq!(fold(text), "syn sent");
    }
    assert_ne!(fold("synsent"), "syn sent");
}

#[test]
fn a_near_answer_gets_its_reason() {
    let near = ["LISTEN", "SYN-RECEIVED"];
    let reason = |given: &str| short(&["SYN-SENT"], &near, given).reason;
    assert_eq!(short(&["SYN-SENT"], &near, "syn received").near, Some(1));
    assert_eq!(short(&["SYN-SENT"], &near, "syn sent").near, None);
    for slip in ["syn-snet", "syn-set", "syn-sentt", "sym-sent", "synsent"] {
        assert_eq!(reason(slip).as_deref(), Some("Nearly: look at the spelling."), "{slip}");
    }
    for given in ["", " ", "LISTEN", "syn"] {
        assert_eq!(reason(given), None, "{given}");
    }
    assert!(short(&["SYN-SENT"], &near, "syn sent").is_right());
}

#[test]
fn a_short_word_is_not_nearly_another() {
    assert_eq!(short(&["ACK"], &[""], "ACL").reason, None);
    assert_eq!(short(&["FIN-WAIT-1"], &[""], "FIN-WAIT-2").reason, None);
}

#[test]
fn the_right_prediction_is_the_event_that_happens() {
    use Mark::{Left, Missed, Right, Wrong};
    let verdict = |chosen| trace("syn", &["syn", "ack", "nothing"], Some(chosen));
    assert_eq!((verdict(0).score, verdict(0).marks), (1000, vec![Right, Left, Left]));
    assert_eq!((verdict(2).score, verdict(2).marks), (0, vec![Missed, Left, Wrong]));
}

fn check_number(text: &str, expected: &Expect) {
    let read = match Number::parse(text) {
        Ok(number) => number.to_string(),
        Err(problem) => format!("{problem:?}"),
    };
    expected.assert_eq(&read);
}

#[test]
fn numbers_are_read_as_people_write_them() {
    check_number("1_000", &expect!["1000"]);
    check_number("1,000", &expect!["1000"]);
    check_number("1,234,567.5", &expect!["1234567.5"]);
    check_number("1 000", &expect!["1000"]);
    check_number("1\u{202f}000", &expect!["1000"]);
    check_number("0,125", &expect!["0.125"]);
    check_number("1,5", &expect!["1.5"]);
    check_number(".5", &expect!["0.5"]);
    check_number("-3", &expect!["-3"]);
    check_number("\u{2212}3.250", &expect!["-3.25"]);
    check_number("+7", &expect!["7"]);
    check_number("007", &expect!["7"]);
    check_number("", &expect!["Empty"]);
    check_number(".", &expect!["Empty"]);
    check_number("1.2.3", &expect!["Malformed"]);
    check_number("1,00,000", &expect!["Malformed"]);
    check_number("12 34", &expect!["Malformed"]);
    check_number("--3", &expect!["Malformed"]);
    check_number("1e3", &expect!["Malformed"]);
    check_number("٣", &expect!["Malformed"]);
    check_number("99999999999999999999", &expect!["OutOfRange"]);
    check_number("0.0000000001", &expect!["OutOfRange"]);
}

fn check_numeric(value: &str, unit: &str, given: &str, expected: &Expect) {
    let tolerance = Number::from_int(0);
    let value = Number::parse(value).unwrap();
    let verdict = numeric(&Numeric { value, unit, tolerance }, given);
    let reason = verdict.reason.unwrap_or_default();
    expected.assert_eq(format!("{} {reason}", verdict.score).trim());
}

#[test]
fn an_answer_may_be_in_any_unit_of_its_kind() {
    for given in
        ["150", "150ms", "150 ms", "0.15 s", "0,15s", "150,000 µs", "150 Milliseconds", "150 ms."]
    {
        check_numeric("150", "ms", given, &expect!["1000"]);
    }
    for given in ["1500", "1.5 kB", "1,500 bytes", "12000 bit", "12 kbit"] {
        check_numeric("1500", "B", given, &expect!["1000"]);
    }
    for given in ["3", "3 segments", "3 Segment"] {
        check_numeric("3", "segments", given, &expect!["1000"]);
    }
    for given in ["2.5", "2.5 %", "2.5%", "25 ‰", "25000 ppm"] {
        check_numeric("2.5", "%", given, &expect!["1000"]);
    }
}

#[test]
fn a_wrong_unit_is_told_apart_from_a_wrong_number() {
    check_numeric("150", "ms", "150 s", &expect!["0 The number is right, but in ms, not in s."]);
    check_numeric("150", "ms", "151 ms", &expect!["0"]);
    check_numeric(
        "150",
        "ms",
        "150 bytes",
        &expect!["0 This is an amount of data; a time is asked for, in ms."],
    );
    check_numeric(
        "150",
        "ms",
        "150 apples",
        &expect!["0 The unit “apples” is not known here; write ms."],
    );
    check_numeric("3", "", "3 s", &expect!["0 This is a time; a bare number is asked for."]);
    check_numeric(
        "3",
        "segments",
        "3 s",
        &expect!["0 This is a time; a number of segments is asked for."],
    );
    check_numeric("150", "ms", "", &expect!["0 Write a number, such as 150 or 1.5."]);
    check_numeric("150", "ms", "a lot", &expect!["0 Write a number, such as 150 or 1.5."]);
    check_numeric(
        "8",
        "Mbit/s",
        "8 MB/s",
        &expect!["0 The number is right, but in Mbit/s, not in MB/s."],
    );
}

#[test]
fn an_answer_at_the_edge_of_what_can_be_converted_is_only_wrong() {
    let value = Number::from_int(i64::MIN);
    let expected = Numeric { value, unit: "ns", tolerance: Number::from_int(1) };
    // The most hours whose nanoseconds an i128 holds, and one more.
    for hours in ["47261439850130342.147690917", "47261439850130343"] {
        assert!(!numeric(&expected, &format!("{hours} h")).is_right());
    }
}

#[test]
fn tolerance_includes_its_ends() {
    let right = |tolerance, given: &str| {
        let value = Number::from_int(200);
        numeric(&Numeric { value, unit: "ms", tolerance }, given).is_right()
    };
    let scores = |tolerance| ["194.9", "195", "205", "205.1"].map(|given| right(tolerance, given));
    assert_eq!(scores(Number::from_int(5)), [false, true, true, false]);
    assert_eq!(scores(Number::parse("5.05").unwrap()), [false, true, true, false]);
    assert_eq!(scores(Number::parse("5.1").unwrap()), [true; 4]);
}

#[test]
fn ratios_are_exact_to_nine_decimals() {
    let ms = Number::from_ratio(100_250_000, 1_000_000).unwrap();
    assert_eq!(ms.to_string(), "100.25");
    assert_eq!(Number::from_ratio(1, 0), None);
}

fn check_typed(expected: &str, given: &str, diff: &Expect) {
    let accept: Vec<&str> = expected.split(" | ").collect();
    let (right, pieces) = typed(&accept, given);
    let text: String = pieces
        .iter()
        .map(|piece| match piece.change {
            Change::Same => piece.text.clone(),
            Change::Missing => format!("[-{}-]", piece.text),
            Change::Extra => format!("[+{}+]", piece.text),
        })
        .collect();
    diff.assert_eq(&format!("{right} {text}"));
}

#[test]
fn a_typed_card_shows_where_it_differs() {
    check_typed("FIN-WAIT-1", "fin-wait-1", &expect!["true fin-wait-1"]);
    check_typed("FIN-WAIT-1", "FIN-WAIT-2", &expect!["false FIN-WAIT-[-1-][+2+]"]);
    check_typed("28,232 | 28232", "28231", &expect!["false 2823[-2-][+1+]"]);
    check_typed("28,232 | 28232", "28232", &expect!["true 28232"]);
    check_typed("853", "53", &expect!["false [-8-]53"]);
    check_typed("853", "", &expect!["false [-853-]"]);
    check_typed("", "x", &expect!["false [+x+]"]);
    check_typed("SYN SENT", "SYN_SENT", &expect!["true SYN_SENT"]);
}

const fn axis(name: &str, from: u64, to: u64, step: u64) -> Axis<'_> {
    Axis { name, from, to, step }
}

#[test]
fn every_combination_comes_once_before_any_comes_again() {
    let axes = [axis("delay", 10, 90, 10), axis("loss", 0, 4, 2)];
    let seen: Vec<_> = (100..127).map(|seed| vary(&axes, seed)).collect();
    assert!(seen.windows(2).all(|pair| pair[0] != pair[1]));
    let mut distinct = seen.clone();
    distinct.sort();
    distinct.dedup();
    assert_eq!(distinct.len(), 27);
    assert_eq!(vary(&axes, 127), seen[0]);
}

#[test]
fn odd_axes_still_have_a_value() {
    let axes = [
        axis("reversed", 5, 1, 1),
        axis("still", 0, 3, 0),
        axis("huge", 0, u64::MAX, 1),
        axis("also", 3, u64::MAX, 7),
    ];
    for seed in [0, 1, u64::MAX] {
        assert_eq!(vary(&axes, seed)[0].1, 5);
    }
    assert_eq!(vary(&[], 3), []);
}
