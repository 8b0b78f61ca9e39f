//! Pages of cards and quizzes as they are written when the site is built: what a reader without
//! script gets.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use roundtrip::app::render;
use roundtrip::content::types::{
    Card, CardKind, Choice, Course, Deck, Diagram, Hide, Mode, Node, Numeric, Page, PageData,
    Question, QuestionKind, Quiz, QuizRef, Vary,
};

fn words(text: &str) -> Vec<Node> {
    vec![Node::Html(text.to_owned())]
}

fn card(id: &str, kind: CardKind, front: Vec<Node>) -> Card {
    Card {
        id: id.to_owned(),
        note: id.to_owned(),
        kind,
        front,
        back: words("The answer &amp; more"),
        explain: words("<p>Why</p>"),
        tags: vec!["topic".to_owned()],
        see: None,
        revision: "r".to_owned(),
    }
}

fn diagram() -> Diagram {
    Diagram {
        id: "d".to_owned(),
        scenario: "tcp-open".to_owned(),
        setup: Vec::new(),
        start: Some("syn-ack".to_owned()),
        stop: None,
        mode: Mode::Gaps,
        caption: "Three segments".to_owned(),
        ask: Vec::new(),
    }
}

fn cards(cards: Vec<Card>) -> String {
    let deck =
        Deck { id: "d".to_owned(), title: "The deck".to_owned(), chapter: "c".to_owned(), cards };
    render("/cards", "", &PageData { course: Course::default(), page: Page::Cards(vec![deck]) })
}

fn quiz(kinds: Vec<QuestionKind>) -> String {
    let question = |(n, kind)| Question {
        id: format!("q.{n}"),
        prompt: vec![Node::Html(format!("Question {n} of ")), Node::Value("rtt".to_owned())],
        kind,
        explain: words("Explained."),
        see: None,
        hint: words("Count."),
        tags: Vec::new(),
        revision: "r".to_owned(),
    };
    let quiz = Quiz {
        id: "q".to_owned(),
        title: "The quiz".to_owned(),
        chapter: "c".to_owned(),
        questions: kinds.into_iter().enumerate().map(question).collect(),
    };
    let known = QuizRef {
        id: "q".to_owned(),
        title: "The quiz".to_owned(),
        chapter: "c".to_owned(),
        questions: 1,
    };
    let course = Course { quizzes: vec![known], ..Course::default() };
    render("/quiz/q", "", &PageData { course, page: Page::Quiz(Box::new(quiz)) })
}

/// The text between two marks, the first time.
fn between<'a>(page: &'a str, from: &str, to: &str) -> &'a str {
    let (_, rest) = page.split_once(from).unwrap_or_else(|| panic!("no {from} in {page}"));
    rest.split_once(to).map_or(rest, |(inside, _)| inside)
}

#[test]
fn the_first_card_is_asked_and_every_card_can_be_read() {
    let page = cards(vec![
        card("d.1", CardKind::Plain, words("What is it?")),
        card("d.2", CardKind::Plain, words("And this?")),
    ]);
    let article = between(&page, "<article", "</article>");
    assert!(article.contains("What is it?") && !article.contains("The answer"), "{article}");
    let list = between(&page, "class=\"all-cards\"", "</section>");
    assert_eq!(list.matches("The answer &amp; more").count(), 2, "{list}");
    assert!(page.contains("1 of 2"), "{page}");
    // Before the program runs there is nothing to press.
    let show = page.split("<button").find(|tag| tag.contains("data-act=\"show\"")).unwrap();
    assert!(show.split('>').next().unwrap().contains("disabled"), "{show}");
}

#[test]
fn a_blank_is_hidden_in_the_question_and_filled_in_the_list() {
    let blank = Node::Blank { answer: "SYN".to_owned(), hint: None };
    let mut only = card("d.1", CardKind::Cloze, vec![blank]);
    only.back.clear();
    let page = cards(vec![only]);
    assert!(!between(&page, "<article", "</article>").contains("filled"));
    let list = between(&page, "class=\"all-cards\"", "</section>");
    assert!(between(list, "class=\"answer\"", "</li>").contains("filled"), "{list}");
}

#[test]
fn a_diagram_card_is_drawn_with_its_thing_hidden() {
    let kind = CardKind::Diagram { diagram: Box::new(diagram()), hide: Hide::Label };
    let page = cards(vec![card("d.1", kind, words("Which one?"))]);
    let figure = between(&page, "class=\"figure", "</article>");
    assert!(figure.contains("rt-cover") && figure.contains(">?<"), "{figure}");
    assert!(!figure.contains("SYN-ACK"), "{figure}");
}

#[test]
fn a_diagram_that_cannot_be_run_is_said_in_words() {
    for (scenario, start, said) in [
        ("tcp-opn", "syn", "There is no scenario `tcp-opn`."),
        ("tcp-open", "sin", "This diagram has no such moment"),
    ] {
        let mut broken = diagram();
        broken.scenario = scenario.to_owned();
        broken.start = Some(start.to_owned());
        let kind = CardKind::Diagram { diagram: Box::new(broken), hide: Hide::Label };
        let page = cards(vec![card("d.1", kind, words("Which one?"))]);
        assert!(page.contains(said), "{page}");
    }
}

#[test]
fn without_cards_the_page_says_so() {
    let page = cards(Vec::new());
    assert!(page.contains("There are no cards yet"), "{page}");
}

#[test]
fn the_first_question_is_asked_and_every_answer_can_be_read() {
    let option = |text: &str, right| Choice { text: words(text), right, why: words("Because.") };
    let numeric = Numeric {
        unit: "ms".to_owned(),
        tolerance_milli: 0,
        vary: vec![Vary { name: "rtt".to_owned(), from: 40, to: 80, step: 20 }],
        scenario: "tcp-open".to_owned(),
        setup: vec![("set.rtt".to_owned(), "{rtt}ms".to_owned())],
        ask: "first-reply".to_owned(),
    };
    let page = quiz(vec![
        QuestionKind::Choice(vec![option("one", true), option("two", false)]),
        QuestionKind::Numeric(Box::new(numeric)),
        QuestionKind::Order(vec![words("first"), words("second"), words("third")]),
        QuestionKind::Match { pairs: vec![(words("left"), words("right"))], extra: Vec::new() },
        QuestionKind::Short { accept: vec!["word".to_owned()], near: Vec::new() },
    ]);
    let form = between(&page, "<form", "</form>");
    assert!(form.contains("one") && !form.contains("Because."), "{form}");
    assert!(page.contains("Question 1 of 5"), "{page}");
    let answers = between(&page, "class=\"all-answers\"", "</main>");
    assert_eq!(answers.matches("Explained.").count(), 5, "{answers}");
    assert_eq!(answers.matches("Because.").count(), 2);
    // The engine's own answer for the values of the first try.
    assert!(answers.contains("80\u{a0}ms"), "{answers}");
    for text in ["first", "second", "third", "right", "word"] {
        assert!(answers.contains(text), "{text}");
    }
}
