//! The quiz as a machine, with every kind of question.

use std::rc::Rc;

use super::{Act, Given, Quiz, solution};
use crate::content::types::{
    Choice, Diagram, Mode, Node, Numeric, Question, QuestionKind, Trace, TraceChoice, Vary,
};
use crate::study::Moment;
use crate::study::grading::Mark;
use crate::study::log::Deed;

fn at(seconds: i64) -> Moment {
    Moment { ms: 1_795_089_600_000 + seconds * 1000, zone: 0 }
}

fn words(text: &str) -> Vec<Node> {
    vec![Node::Html(text.to_owned())]
}

fn option(text: &str, right: bool) -> Choice {
    Choice { text: words(text), right, why: words("because") }
}

fn question(id: &str, kind: QuestionKind) -> Question {
    Question {
        id: id.to_owned(),
        prompt: words(id),
        kind,
        explain: words("explained"),
        see: None,
        hint: Vec::new(),
        tags: Vec::new(),
        revision: "r".to_owned(),
    }
}

fn numeric() -> QuestionKind {
    QuestionKind::Numeric(Box::new(Numeric {
        unit: "ms".to_owned(),
        tolerance_milli: 500,
        vary: vec![Vary { name: "rtt".to_owned(), from: 20, to: 200, step: 20 }],
        scenario: "tcp-open".to_owned(),
        setup: vec![("set.rtt".to_owned(), "{rtt}ms".to_owned())],
        ask: "connect".to_owned(),
    }))
}

fn trace() -> QuestionKind {
    let option =
        |event: &str, right| TraceChoice { event: event.to_owned(), choice: option(event, right) };
    QuestionKind::Trace(Box::new(Trace {
        diagram: Diagram {
            id: "t".to_owned(),
            scenario: "tcp-open".to_owned(),
            setup: Vec::new(),
            start: None,
            stop: None,
            mode: Mode::Gaps,
            caption: String::new(),
            ask: Vec::new(),
        },
        pause_at: "syn".to_owned(),
        ask: "next-send(server)".to_owned(),
        options: vec![option("syn-ack", true), option("nothing", false)],
    }))
}

fn quiz(kinds: Vec<QuestionKind>) -> Quiz {
    let questions =
        kinds.into_iter().enumerate().map(|(n, kind)| question(&format!("q.{n}"), kind));
    Quiz::new("q", Rc::new(questions.collect()))
}

fn choices() -> Vec<Choice> {
    vec![option("one", true), option("two", false), option("three", true), option("four", false)]
}

/// Does all of it and returns the score of the last answer.
fn score(quiz: &mut Quiz, acts: Vec<Act>) -> Option<u16> {
    let mut score = None;
    for act in acts {
        if let Some(Deed::Quiz { score: new, .. }) = quiz.act(act, at(5)) {
            score = Some(new);
        }
    }
    score
}

#[test]
fn each_kind_can_be_answered_right_and_wrong() {
    let check = |kind: QuestionKind, right: Vec<Act>, wrong: Vec<Act>, worth: u16| {
        for (mut acts, expected) in [(right, 1000), (wrong, worth)] {
            acts.push(Act::Check);
            assert_eq!(score(&mut quiz(vec![kind.clone()]), acts), Some(expected), "{kind:?}");
        }
    };
    let one = vec![option("one", true), option("two", false)];
    check(QuestionKind::Choice(one), vec![Act::Choose(0)], vec![Act::Choose(1)], 0);
    let (many, many_again) = (QuestionKind::Multi(choices()), QuestionKind::Multi(choices()));
    check(many, vec![Act::Toggle(0), Act::Toggle(2)], vec![Act::Toggle(0)], 500);
    check(many_again, vec![Act::Toggle(2), Act::Toggle(0)], vec![Act::Toggle(1)], 0);
    check(trace(), vec![Act::Choose(0)], vec![Act::Choose(1)], 0);
    let short = QuestionKind::Short {
        accept: vec!["SYN-SENT".to_owned()],
        near: vec![("LISTEN".to_owned(), words("That is the server."))],
    };
    check(short, vec![Act::Type("syn sent".to_owned())], vec![Act::Type("listen".to_owned())], 0);
    let number = |text: &str| vec![Act::Type(text.to_owned())];
    check(numeric(), number("0.02 s"), number("21"), 0);
    let pairs = QuestionKind::Match {
        pairs: vec![(words("a"), words("1")), (words("b"), words("2"))],
        extra: vec![words("3")],
    };
    let right = vec![Act::Pair(0, Some(0)), Act::Pair(1, Some(1))];
    let wrong = vec![Act::Pair(0, Some(0)), Act::Pair(1, Some(2))];
    check(pairs, right, wrong, 500);
}

#[test]
fn items_are_brought_into_order_one_move_after_the_other() {
    let items = (0..4).map(|n| words(&n.to_string())).collect();
    let mut quiz = quiz(vec![QuestionKind::Order(items)]);
    let Given::Order(start) = quiz.asked[0].given.clone() else { panic!("an order") };
    assert!(!start.is_sorted(), "an order that is right already asks nothing");
    for place in 0..4 {
        let Given::Order(order) = quiz.asked[0].given.clone() else { panic!("an order") };
        let from = order.iter().position(|item| *item == place).unwrap();
        quiz.act(Act::Move(from, place), at(1));
    }
    assert_eq!(score(&mut quiz, vec![Act::Check]), Some(1000));
}

#[test]
fn an_answer_that_is_not_complete_is_not_judged() {
    let pairs = QuestionKind::Match { pairs: vec![(words("a"), words("1"))], extra: Vec::new() };
    let kinds = vec![
        QuestionKind::Choice(choices()),
        QuestionKind::Multi(choices()),
        pairs,
        QuestionKind::Short { accept: vec!["x".to_owned()], near: Vec::new() },
        numeric(),
    ];
    let mut quiz = quiz(kinds);
    let mut said = Vec::new();
    for _ in 0..5 {
        assert_eq!(quiz.act(Act::Check, at(1)), None);
        said.push(quiz.said.clone());
        quiz.act(Act::Next, at(2));
    }
    assert_eq!(
        said.join(" "),
        "Choose an answer first. Choose at least one first. \
        One line is still without its match. Write an answer first. Write an answer first."
    );
}

#[test]
fn what_is_no_number_costs_nothing() {
    let mut quiz = quiz(vec![numeric()]);
    assert_eq!(score(&mut quiz, vec![Act::Type("soon".to_owned()), Act::Check]), None);
    assert_eq!(quiz.said, "Write a number, such as 150 or 1.5.");
    assert_eq!(score(&mut quiz, vec![Act::Type("20".to_owned()), Act::Check]), Some(1000));
}

#[test]
fn a_further_try_has_other_numbers_and_another_answer() {
    let mut quiz = quiz(vec![numeric()]);
    assert_eq!(quiz.asked[0].values, [("rtt".to_owned(), 20)]);
    score(&mut quiz, vec![Act::Type("20".to_owned()), Act::Check]);
    quiz.act(Act::Again, at(9));
    let rtt = quiz.asked[0].values[0].1;
    assert_ne!(rtt, 20);
    assert!(quiz.asked[0].verdict.is_none());
    assert_eq!(score(&mut quiz, vec![Act::Type(rtt.to_string()), Act::Check]), Some(1000));
    assert_eq!(quiz.first, [Some(1000)], "only the first answer counts");
}

#[test]
fn earlier_attempts_give_the_next_numbers_unless_the_reader_was_faster() {
    let mut quiz = quiz(vec![numeric(), numeric()]);
    quiz.act(Act::Type("2".to_owned()), at(1));
    quiz.act(Act::Attempts(vec![3, 3]), at(2));
    assert_eq!([quiz.asked[0].attempt, quiz.asked[1].attempt], [0, 3]);
}

#[test]
fn a_log_that_is_read_late_takes_no_word_back_unless_the_question_changes() {
    let mut quiz = quiz(vec![QuestionKind::Choice(choices())]);
    quiz.act(Act::Check, at(1));
    assert_eq!(quiz.said, "Choose an answer first.");
    quiz.act(Act::Attempts(vec![0]), at(2));
    assert_eq!(quiz.said, "Choose an answer first.");
    quiz.act(Act::Attempts(vec![1]), at(3));
    assert_eq!(quiz.said, "");
}

#[test]
fn options_are_mixed_and_named_by_their_author_s_place() {
    let mut orders: Vec<Vec<usize>> = Vec::new();
    for attempt in 0..8 {
        let mut quiz = quiz(vec![QuestionKind::Choice(choices())]);
        quiz.act(Act::Attempts(vec![attempt]), at(0));
        let mut shown = quiz.asked[0].shown.clone();
        orders.push(shown.clone());
        shown.sort_unstable();
        assert_eq!(shown, [0, 1, 2, 3]);
    }
    orders.sort();
    orders.dedup();
    assert!(orders.len() > 3, "{orders:?}");
}

#[test]
fn the_end_counts_first_answers_and_restart_asks_all_anew() {
    let mut quiz = quiz(vec![QuestionKind::Choice(choices()), numeric()]);
    score(&mut quiz, vec![Act::Choose(1), Act::Check, Act::Next, Act::Next]);
    assert!(quiz.over);
    assert_eq!((quiz.answered(), quiz.score()), (1, 0));
    quiz.act(Act::Back, at(1));
    assert!(!quiz.over);
    quiz.act(Act::Restart, at(2));
    assert_eq!((quiz.place, quiz.answered()), (0, 0));
    assert_eq!([quiz.asked[0].attempt, quiz.asked[1].attempt], [1, 0]);
}

#[test]
fn an_answer_is_stored_with_its_try_and_its_time() {
    let mut quiz = quiz(vec![QuestionKind::Choice(choices())]);
    quiz.act(Act::Attempts(vec![2]), at(0));
    quiz.act(Act::Choose(0), at(3));
    let Some(Deed::Quiz { answer_ms, attempt, .. }) = quiz.act(Act::Check, at(4)) else {
        panic!("it is judged")
    };
    assert_eq!((answer_ms, attempt), (4000, 2));
    assert_eq!(quiz.act(Act::Check, at(5)), None, "an answer is judged once");
}

#[test]
fn a_solution_marks_what_is_right_and_nothing_as_chosen() {
    let shown = solution(&question("q.0", QuestionKind::Choice(choices())), 0);
    let marks = shown.verdict.unwrap().marks;
    assert_eq!(marks, [Mark::Missed, Mark::Left, Mark::Missed, Mark::Left]);
    let shown = solution(&question("q.0", numeric()), 0);
    assert_eq!(shown.solved.unwrap().unwrap().value.to_string(), "20");
}

#[test]
fn a_question_that_the_engine_cannot_answer_says_so() {
    let QuestionKind::Numeric(mut broken) = numeric() else { panic!("numeric") };
    broken.ask = "conect".to_owned();
    let mut quiz = quiz(vec![QuestionKind::Numeric(broken)]);
    assert_eq!(score(&mut quiz, vec![Act::Type("20".to_owned()), Act::Check]), None);
    assert!(quiz.said.contains("connect"), "{}", quiz.said);
}
