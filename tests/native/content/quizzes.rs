//! Mistakes in quizzes, and what the engine decides.

use expect_test::{Expect, expect};
use roundtrip::content::types::{QuestionKind, plain_text};

use super::{check, compiled};

const FRONT: &str = "id = \"second\"\ntitle = \"Q\"\nchapter = \"second\"\n";

/// Expects these problems of a quiz with these questions, which start at line 4.
fn check_questions(questions: &str, expect: Expect) {
    check(&[("quizzes/second.toml", &format!("{FRONT}{questions}"))], expect);
}

/// The first question of a quiz without mistakes.
fn kind(question: &str) -> QuestionKind {
    let (files, site, problems) =
        compiled(&[("quizzes/second.toml", &format!("{FRONT}{question}"))]);
    let report = roundtrip::content::problem::Report { files: &files, problems: &problems };
    assert_eq!(report.short(), "");
    site.quizzes[0].questions[0].kind.clone()
}

#[test]
fn a_quiz_belongs_to_its_file_and_has_questions() {
    let text = "id = \"secnd\"\ntitle = \"Q\"\nchapter = \"secnd\"\n[[chioce]]\nid = \"x\"\n";
    check(
        &[("quizzes/second.toml", text)],
        expect![[r#"
        content/quizzes/second.toml:1:1: error: the quiz has no questions
        content/quizzes/second.toml:1:6: error: the file is named `second.toml`, the quiz `secnd`
        content/quizzes/second.toml:3:11: error: the course has no chapter `secnd`: did you mean `second`?
        content/quizzes/second.toml:4:3: error: a quiz has no key `chioce`: did you mean `choice`?
    "#]],
    );
}

#[test]
fn what_all_questions_have_is_checked() {
    let question = r#"[[short]]
id = "Second Q"
promt = "p"
accept = ["a"]
see = "tcp-open@sin"
"#;
    check_questions(
        question,
        expect![[r#"
        content/quizzes/second.toml:4:1: error: a question needs `explain`, why the answer is right
        content/quizzes/second.toml:4:1: error: a question needs `prompt`, what is asked
        content/quizzes/second.toml:5:6: error: `Second Q` is no id: use lower case, digits, hyphens and dots
        content/quizzes/second.toml:6:1: error: a question has no key `promt`: did you mean `prompt`?
        content/quizzes/second.toml:8:7: error: `tcp-open` has no step `sin`: did you mean `syn`?
    "#]],
    );
}

#[test]
fn options_are_right_or_say_why_not() {
    let questions = r#"[[choice]]
id = "second.a"
prompt = "p"
explain = "e"
options = [{ text = "x" }, { text = "y", why = "w" }]

[[choice]]
id = "second.b"
prompt = "p"
explain = "e"
options = [{ text = "x", right = true }, { text = "y", right = true }, { text = "z", why = "w" }]

[[multi]]
id = "second.c"
prompt = "p"
explain = "e"
options = [{ text = "x", right = true }, { text = "y", rigth = true, why = "w" }, { text = "z", right = "yes", why = "w" }]

[[multi]]
id = "second.d"
prompt = "p"
explain = "e"
options = [{ text = "x", right = true }]

[[choice]]
id = "second.e"
prompt = "p"
explain = "e"
"#;
    check_questions(
        questions,
        expect![[r#"
            content/quizzes/second.toml:4:1: error: no option is right: mark it with `right = true`
            content/quizzes/second.toml:8:12: error: a wrong option needs `why`, the reason that it is wrong
            content/quizzes/second.toml:10:1: error: 2 options are right: a choice has one, use `[[multi]]` for several
            content/quizzes/second.toml:20:56: error: an option has no key `rigth`: did you mean `right`?
            content/quizzes/second.toml:20:105: error: `right` must be `true` or `false`, this is a text
            content/quizzes/second.toml:22:1: error: no option is wrong
            content/quizzes/second.toml:28:1: error: the question needs `options`
        "#]],
    );
}

#[test]
fn an_order_comes_from_a_run_or_from_a_list() {
    let questions = r#"[[order]]
id = "second.a"
prompt = "p"
explain = "e"

[[order]]
id = "second.b"
prompt = "p"
explain = "e"
from = { scenario = "tcp-open", steps = ["syn", "established", "syn-ak", "syn-again"] }
labels = { ack = "x" }

[[order]]
id = "second.c"
prompt = "p"
explain = "e"
from = { scenario = "tcp-open", steps = ["established", "syn", "syn-received"] }
expect = ["syn", "established", "syn-received"]

[[order]]
id = "second.d"
prompt = "p"
explain = "e"
from = { scenario = "tcp-open", steps = ["syn", "syn-received", "syn-ack"] }
"#;
    check_questions(
        questions,
        expect![[r#"
        content/quizzes/second.toml:4:1: error: an order needs either `from`, a run with its steps, or `items`
        content/quizzes/second.toml:9:1: error: an order needs at least three items
        content/quizzes/second.toml:13:64: error: `tcp-open` has no step `syn-ak`: did you mean `syn-ack`?
        content/quizzes/second.toml:13:74: error: the step `syn-again` does not happen with these settings
        content/quizzes/second.toml:14:12: error: `ack` is not among the steps
        content/quizzes/second.toml:21:11: error: the engine says another order: syn, syn-received, established
        content/quizzes/second.toml:23:1: error: an order needs at least three items
        content/quizzes/second.toml:27:65: error: `syn-ack` happens at the same time as another step
    "#]],
    );
}

#[test]
fn pairs_are_pairs() {
    let question = r#"[[match]]
id = "second.a"
prompt = "p"
explain = "e"
pairs = [["a", "b"], ["c"], ["a", "d"]]

[[match]]
id = "second.b"
prompt = "p"
explain = "e"
pairs = ["a", "b"]
"#;
    check_questions(
        question,
        expect![[r#"
            content/quizzes/second.toml:8:22: error: a pair has a left and a right side
            content/quizzes/second.toml:8:30: error: the left side `a` stands there twice
            content/quizzes/second.toml:10:1: error: a match needs at least two `pairs`
            content/quizzes/second.toml:14:10: error: `pairs` must be a list of pairs `["left", "right"]`, this is a text
            content/quizzes/second.toml:14:15: error: `pairs` must be a list of pairs `["left", "right"]`, this is a text
        "#]],
    );
}

#[test]
fn a_short_answer_is_not_a_near_miss_too() {
    let question = r#"[[short]]
id = "second.a"
prompt = "p"
explain = "e"
accept = ["SYN"]
near = { SYN = "x" }

[[short]]
id = "second.b"
prompt = "p"
explain = "e"
accept = []
"#;
    check_questions(
        question,
        expect![[r#"
        content/quizzes/second.toml:9:10: error: `SYN` is right and a near miss at once
        content/quizzes/second.toml:11:1: error: the question needs `accept`, what counts as right
    "#]],
    );
}

#[test]
fn a_numeric_question_agrees_with_the_engine() {
    let questions = r#"[[numeric]]
id = "second.a"
prompt = "With {rtt} ms?"
explain = "e"
unit = "ms"
vary = { rtt = { from = 20, to = 200, step = 20 } }
answer = { scenario = "tcp-open", set = { rtt = "{rtt}ms" }, measure = "connect" }
expect = { rtt = 100, answer = 101 }

[[numeric]]
id = "second.b"
prompt = "With 100 ms?"
explain = "e"
unit = "ms"
vary = { rtt = { from = 20, to = 40, step = 20 } }
answer = { scenario = "tcp-open", set = { rtt = "{rt}ms" }, measure = "connect" }

[[numeric]]
id = "second.c"
prompt = "With {rtt} ms?"
explain = "e"
unit = "B"
vary = { rtt = { from = 20, to = 200, step = 20 } }
answer = { scenario = "tcp-open", set = { rtt = "{rtt}ms" }, measure = "connect" }

[[numeric]]
id = "second.d"
prompt = "With {rtt} ms?"
explain = "e"
unit = "ms"
vary = { rtt = { from = 200, to = 20, step = 20 } }
answer = { scenario = "tcp-open", set = { rt = "{rtt}ms" }, measure = "conect" }

[[numeric]]
id = "second.e"
prompt = "With {n} bytes?"
explain = "e"
unit = "ms"
tolerance = -1
vary = { n = { from = 100, to = 300, step = 100 } }
answer = { scenario = "tcp-open", set = { data = "{n}" }, measure = "connect" }

[[numeric]]
id = "second.f"
prompt = "?"
explain = "e"
unit = "ms"
"#;
    check_questions(
        questions,
        expect![[r#"
            content/quizzes/second.toml:11:32: error: the engine says 100 ms, not 101 ms
            content/quizzes/second.toml:13:1: error: the question has 1 different answers: `vary` must give at least 3
            content/quizzes/second.toml:15:10: error: the prompt does not say `{rtt}`, which is drawn
            content/quizzes/second.toml:19:49: error: `rt` is not drawn: did you mean `rtt`?
            content/quizzes/second.toml:25:8: error: the answer is in `ms`, not in `B`
            content/quizzes/second.toml:29:1: error: the question needs `vary`, the values that are drawn
            content/quizzes/second.toml:34:16: error: `rtt` has no values from 200 to 20 in steps of 20
            content/quizzes/second.toml:35:48: error: `rtt` is not drawn
            content/quizzes/second.toml:35:71: error: there is no measure `conect`: did you mean `connect`?
            content/quizzes/second.toml:37:1: error: the question has 1 different answers: `vary` must give at least 3
            content/quizzes/second.toml:42:13: error: `tolerance` must be a number from 0 with at most three decimals
            content/quizzes/second.toml:46:1: error: the question needs `answer = { scenario = …, set = …, measure = … }`
            content/quizzes/second.toml:46:1: error: the question needs `vary`, the values that are drawn
        "#]],
    );
}

#[test]
fn a_trace_question_has_the_answer_of_the_engine_among_its_options() {
    let questions = r#"[[trace]]
id = "second.a"
prompt = "p"
explain = "e"
scenario = "tcp-open"
faults = ["drop:syn-ack#1"]
pause-at = "syn-ack#1"
ask = "next-send(client)"
options = [{ event = "ack", text = "x", why = "w" }, { event = "nothing", text = "y", why = "w" }]

[[trace]]
id = "second.b"
prompt = "p"
explain = "e"
scenario = "tcp-open"
pause-at = "syn-ak#1"
ask = "next-send(client)"
options = [{ event = "ack", text = "x" }]

[[trace]]
id = "second.c"
prompt = "p"
explain = "e"
scenario = "tcp-open"
pause-at = "syn-ack"
ask = "next-send(cleint)"
options = [{ event = "ack", text = "x" }]

[[trace]]
id = "second.d"
prompt = "p"
explain = "e"
scenario = "tcp-open"
pause-at = "established"
ask = "next-sent(client)"

[[trace]]
id = "second.e"
prompt = "p"
explain = "e"
scenario = "tcp-open"
pause-at = "syn"
ask = "next-send(server)"
options = [{ event = "syn-ack", text = "x" }]
"#;
    check_questions(
        questions,
        expect![[r#"
        content/quizzes/second.toml:4:1: error: the engine says `syn`, and no option has that event
        content/quizzes/second.toml:19:12: error: `syn-ak#1`: no packet is named `syn-ak`: did you mean `syn-ack`?
        content/quizzes/second.toml:29:7: error: there is no host `cleint`: did you mean `client`?
        content/quizzes/second.toml:38:7: error: nothing can be asked by `next-sent(client)`: did you mean `next-send`?
        content/quizzes/second.toml:40:1: error: the question needs a wrong option too
    "#]],
    );
}

#[test]
fn the_engine_marks_the_right_option_of_a_trace() {
    let question = r#"[[trace]]
id = "second.a"
prompt = "p"
explain = "e"
scenario = "tcp-open"
faults = ["drop:syn-ack#1"]
pause-at = "syn-ack#1"
ask = "next-send(client)"
options = [{ event = "ack", text = "x", why = "w" }, { event = "syn", text = "y" }]
"#;
    let QuestionKind::Trace(trace) = kind(question) else { panic!("another kind") };
    let right: Vec<(&str, bool)> =
        trace.options.iter().map(|option| (option.event.as_str(), option.choice.right)).collect();
    assert_eq!(right, [("ack", false), ("syn", true)]);
}

#[test]
fn the_engine_puts_steps_in_order() {
    let question = r#"[[order]]
id = "second.a"
prompt = "p"
explain = "e"
from = { scenario = "tcp-open", steps = ["server-established", "syn", "established"] }
labels = { established = "The client *may* send" }
"#;
    let QuestionKind::Order(items) = kind(question) else { panic!("another kind") };
    let words: Vec<String> = items.iter().map(|item| plain_text(item)).collect();
    assert_eq!(words[1], "The client may send");
    assert_eq!(words.len(), 3);
}

#[test]
fn drawn_values_stand_in_the_prompt_as_values() {
    let question = r#"[[numeric]]
id = "second.a"
prompt = "With {rtt} ms and *{n}* losses?"
explain = "e"
unit = "s"
tolerance = 0.5
vary = { rtt = { from = 20, to = 200, step = 20 }, n = { from = 0, to = 3 } }
answer = { scenario = "tcp-open", set = { rtt = "{rtt}ms", lost-syns = "{n}" }, measure = "connect" }
expect = { rtt = 100, n = 1, answer = 1.1 }
"#;
    let QuestionKind::Numeric(numeric) = kind(question) else { panic!("another kind") };
    assert_eq!(numeric.tolerance_milli, 500);
    assert_eq!(
        numeric.fill(&[("rtt".into(), 40), ("n".into(), 2)]),
        [("set.rtt".to_owned(), "40ms".to_owned()), ("set.lost-syns".to_owned(), "2".to_owned()),]
    );
}
