//! What is well-formed and still not good enough.

use expect_test::{Expect, expect};

use super::{FRONT, Simulation, compile, files, lint};
use roundtrip::content::problem::Report;

const DECK: &str = "+++\ndeck = \"second\"\ntitle = \"D\"\nchapter = \"second\"\n+++\n";
const QUIZ: &str = "id = \"second\"\ntitle = \"Q\"\nchapter = \"second\"\n";

/// Everything that could be better in these files.
fn told(list: &[(&str, &str)]) -> String {
    let files = files(list);
    let (site, problems) = compile(&files, &Simulation::default());
    let errors = Report { files: &files, problems: &problems };
    assert_eq!(errors.errors(), 0, "{}", errors.short());
    Report { files: &files, problems: &lint(&files, &site) }.short()
}

/// Expects these warnings.
fn check(list: &[(&str, &str)], expect: Expect) {
    expect.assert_eq(&told(list));
}

/// Expects these warnings of a chapter with this body, which starts at line 10, but for its
/// amounts.
fn check_body(body: &str, expect: Expect) {
    let text = told(&[("chapters/second.md", &format!("{FRONT}{body}"))]);
    let lines = text.lines().filter(|line| !line.contains(": warning: a chapter "));
    expect.assert_eq(&lines.map(|line| format!("{line}\n")).collect::<String>());
}

fn words(number: usize) -> String {
    vec!["word"; number].join(" ")
}

#[test]
fn a_chapter_is_told_what_it_is_short_of() {
    let text = format!("{FRONT}Short.\n").replace("[\"RFC 9293 §3.5\"]", "[]");
    check(
        &[("chapters/second.md", &text)],
        expect![[r#"
            content/chapters/second.md:1:1: warning: a chapter has 1500 to 3500 words: this has 1
            content/chapters/second.md:1:1: warning: a chapter needs at least 1 box `takeaways`: this has 0
            content/chapters/second.md:1:1: warning: a chapter needs at least 1 exercise with a hint and a solution: this has 0
            content/chapters/second.md:1:1: warning: a chapter needs at least 1 source: this has 0
            content/chapters/second.md:1:1: warning: a chapter needs at least 1 table with a verdict: this has 0
            content/chapters/second.md:1:1: warning: a chapter needs at least 2 boxes `belief`: this has 0
            content/chapters/second.md:1:1: warning: a chapter needs at least 2 boxes `pitfall`: this has 0
            content/chapters/second.md:1:1: warning: a chapter needs at least 2 diagrams of different settings: this has 0
            content/chapters/second.md:1:1: warning: a chapter needs at least 3 boxes `faq`: this has 0
            content/chapters/second.md:1:1: warning: a chapter needs at least 3 computed numbers: this has 0
            content/chapters/second.md:1:1: warning: a chapter needs at least 3 links to moments of them: this has 0
        "#]],
    );
}

/// A body with all that belongs to a chapter; `WORDS` is replaced.
const WHOLE: &str = r#"
[a](tcp-open@syn) [b](one@ack) [c](tcp-open?preset=lost-syn@syn-again)
{{tcp-open connect}} {{one connect}} {{tcp-open packets}}

```diagram
scenario = "tcp-open"
caption = "x"
```

```diagram
scenario = "tcp-open"
id = "one"
set = { rtt = "80ms" }
caption = "x"
```

WORDS

| a | b |
| --- | --- |
| x | y |
| Verdict | z |

> [!pitfall] one
>
> x

> [!pitfall] two
>
> x

> [!belief] one
>
> x

> [!belief] two
>
> x

> [!exercise] one
>
> x

> [!hint]
>
> x

> [!solution]
>
> x

> [!takeaways]
>
> 1. x

> [!faq] one
>
> x

> [!faq] two
>
> x

> [!faq] three
>
> x
"#;

#[test]
fn a_whole_chapter_is_told_nothing() {
    let paragraphs = vec![words(100); 15].join("\n\n");
    check_body(&WHOLE.replace("WORDS", &paragraphs), expect![""]);
    let text = format!("{FRONT}{}", WHOLE.replace("WORDS", &paragraphs));
    check(&[("chapters/second.md", &text)], expect![""]);
}

#[test]
fn a_chapter_may_be_too_long_and_two_diagrams_may_be_the_same() {
    let paragraphs = vec![words(100); 36].join("\n\n");
    let body = WHOLE.replace("WORDS", &paragraphs).replace("set = { rtt = \"80ms\" }\n", "");
    check(
        &[("chapters/second.md", &format!("{FRONT}{body}"))],
        expect![[r#"
            content/chapters/second.md:1:1: warning: a chapter has 1500 to 3500 words: this has 3645
            content/chapters/second.md:1:1: warning: a chapter needs at least 2 diagrams of different settings: this has 1
        "#]],
    );
}

#[test]
fn an_exercise_counts_with_hint_and_solution_and_a_small_deck_and_quiz_are_told() {
    let paragraphs = vec![words(100); 15].join("\n\n");
    let body = WHOLE.replace("WORDS", &paragraphs).replace("> [!hint]\n>\n> x\n", "");
    let deck = format!("{DECK}### A? {{#second.a}}\n\nx\n");
    let quiz = format!(
        "{QUIZ}[[short]]\nid = \"second.q\"\nprompt = \"p\"\naccept = [\"a\"]\nexplain = \"e\"\n"
    );
    check(
        &[
            ("chapters/second.md", &format!("{FRONT}{body}")),
            ("decks/second.md", &deck),
            ("quizzes/second.toml", &quiz),
        ],
        expect![[r#"
            content/chapters/second.md:1:1: warning: a chapter needs at least 1 exercise with a hint and a solution: this has 0
            content/chapters/second.md:1:1: warning: a chapter needs at least 10 questions: this has 1
            content/chapters/second.md:1:1: warning: a chapter needs at least 12 cards: this has 1
        "#]],
    );
}

#[test]
fn a_source_that_is_an_rfc_names_its_section() {
    let sources = "[\"RFC 9293 §3.5\", \"RFC 9293\", \"RFC 2018, SACK\", \"RFC 5382 REQ-5, NAT\", \
                   \"RFC 896, “The small-packet problem”\", \"Linux ip-sysctl\"]";
    let front = FRONT.replace("[\"RFC 9293 §3.5\"]", sources);
    let text = told(&[("chapters/second.md", &format!("{front}x\n"))]);
    let lines: Vec<&str> = text.lines().filter(|line| line.contains("section")).collect();
    expect![[r#"
        content/chapters/second.md:8:29: warning: `RFC 9293` names no section: write `RFC 9293 §3.5`
        content/chapters/second.md:8:41: warning: `RFC 2018, SACK` names no section: write `RFC 9293 §3.5`"#]]
    .assert_eq(&lines.join("\n"));
}

#[test]
fn a_long_paragraph_is_told_wherever_it_stands() {
    let (long, short) = (words(121), words(120));
    let body = format!("{short}\n\n{long}\n\n> [!note]\n>\n> {long}\n\n- {short}\n- {long}\n");
    check_body(
        &body,
        expect![[r#"
            content/chapters/second.md:12:1: warning: a paragraph has at most 120 words: this has 121
            content/chapters/second.md:16:3: warning: a paragraph has at most 120 words: this has 121
            content/chapters/second.md:19:1: warning: a paragraph has at most 120 words: this has 121
        "#]],
    );
    let quiz = format!(
        "{QUIZ}[[short]]\nid = \"second.q\"\nprompt = \"p\"\naccept = [\"a\"]\nexplain = \"{long}\"\n"
    );
    check(
        &[("quizzes/second.toml", &quiz)],
        expect![[r#"
            content/quizzes/second.toml:5:6: warning: an explanation has at most 120 words: this has 121
        "#]],
    );
}

#[test]
fn a_phrase_of_the_list_is_found_over_the_end_of_a_line_and_only_whole() {
    let filler = "# why\nnote that\nsimply # or not at all\n";
    let body = "Note\nthat it is simply so.\n\n> [!note]\n>\n> Please note\n> that. Simplyfied. Denote that.\n";
    let text = told(&[
        ("filler.txt", filler),
        ("chapters/second.md", &format!("{FRONT}{body}")),
        ("decks/second.md", &format!("{DECK}### A? {{#second.a}}\n\nSimply x\n")),
    ]);
    let lines: Vec<&str> = text.lines().filter(|line| line.contains("says nothing")).collect();
    expect![[r#"
        content/chapters/second.md:10:1: warning: `note that` says nothing: leave it out
        content/chapters/second.md:11:12: warning: `simply` says nothing: leave it out
        content/chapters/second.md:15:10: warning: `note that` says nothing: leave it out
        content/decks/second.md:8:1: warning: `simply` says nothing: leave it out"#]]
    .assert_eq(&lines.join("\n"));
}

#[test]
fn the_answer_of_a_card_is_short() {
    let (long, short) = (words(31), words(30));
    let deck = format!(
        "{DECK}### A? {{#second.a}}\n\n{short}\n\n{long}\n\n### B? {{#second.b}}\n\n{long}\n\n\
         ### {{#second.c type=cloze}}\n\n{{{{1:x}}}} {long}\n"
    );
    check(
        &[("decks/second.md", &deck)],
        expect![[r#"
            content/decks/second.md:12:9: warning: an answer has at most 30 words: this has 31; the rest belongs into the explanation below it
        "#]],
    );
}

#[test]
fn options_are_not_about_the_others_and_prompts_ask_for_what_is_so() {
    let questions = r#"[[multi]]
id = "second.a"
prompt = "Which of these is not a flag?"
explain = "e"
options = [{ text = "x", right = true }, { text = "All of the above.", why = "w" }]

[[choice]]
id = "second.b"
prompt = "All of these are flags EXCEPT one."
explain = "e"
options = [{ text = "x", right = true }, { text = "None of these", why = "w" }]

[[choice]]
id = "second.c"
prompt = "The server is not there. Why does the client not know?"
explain = "e"
options = [{ text = "x", right = true }, { text = "all of the above layers", why = "w" }]
"#;
    check(
        &[("quizzes/second.toml", &format!("{QUIZ}{questions}"))],
        expect![[r#"
            content/quizzes/second.toml:5:6: warning: the option `all of the above` is about the others: name what is meant
            content/quizzes/second.toml:5:6: warning: the prompt asks for what is not so: ask for what is
            content/quizzes/second.toml:11:6: warning: the option `none of these` is about the others: name what is meant
            content/quizzes/second.toml:11:6: warning: the prompt asks for what is not so: ask for what is
        "#]],
    );
}

#[test]
fn a_term_that_is_used_again_and_again_is_explained_once() {
    let glossary = "### Time to live {#ttl short=TTL}\n\nx\n\n### Edge {#edge}\n\nx\n";
    let first = "time to live, Time to live, TIME to live; time to\nlive. TTL edge, Edge.\n\n\
                 `edge` {{tcp-open edge-x}}\n"
        .replace("{{tcp-open edge-x}}", "");
    let second = "[TTL](glossary:ttl) TTL TTL TTL edge edge edge edge ledge.\n";
    let front = FRONT
        .replace("\"second\"", "\"first\"")
        .replace("\"Second\"", "\"First\"")
        .replace("after = [\"first\"]", "after = []");
    let text = told(&[
        ("glossary.md", glossary),
        ("chapters/first.md", &format!("{front}{first}")),
        ("chapters/second.md", &format!("{FRONT}{second}")),
    ]);
    let lines: Vec<&str> = text.lines().filter(|line| line.contains("the term")).collect();
    expect![[r#"
        content/chapters/first.md:1:1: warning: the term `Time to live` is used 4 times and not explained up to here: link it, `[…](glossary:ttl)`
        content/chapters/second.md:1:1: warning: the term `Edge` is used 4 times and not explained up to here: link it, `[…](glossary:edge)`"#]]
    .assert_eq(&lines.join("\n"));
}

#[test]
fn the_explanation_of_a_term_fits_into_a_sentence() {
    let glossary = format!("### A {{#a}}\n\n{}\n\n### B {{#b}}\n\n{}\n", words(40), words(41));
    check(
        &[("glossary.md", &glossary)],
        expect![[r#"
            content/glossary.md:7:1: warning: the explanation of a term has at most 40 words: this has 41
        "#]],
    );
}
