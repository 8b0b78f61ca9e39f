//! `content/coverage.toml`: what chapters must cover is where it is said to be.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::path::Path;

use roundtrip::scenario::CATALOGUE;

/// The chapters of the first three parts.
const CHAPTERS: [&str; 11] = [
    "round-trip",
    "layers",
    "tcp-open",
    "tcp-flow",
    "tcp-congestion",
    "udp",
    "quic",
    "dns",
    "dns-systems",
    "tls",
    "tls-practice",
];

/// An item of the table.
struct Row {
    chapter: String,
    item: String,
    heading: String,
    scenarios: Vec<String>,
    cards: Vec<String>,
    questions: Vec<String>,
}

fn file(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("content").join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn rows() -> Vec<Row> {
    let table: toml::Table = file("coverage.toml").parse().unwrap();
    let text = |row: &toml::Value, key: &str| row[key].as_str().unwrap().to_owned();
    let texts = |row: &toml::Value, key: &str| {
        let list = row.get(key).and_then(toml::Value::as_array).cloned().unwrap_or_default();
        list.iter().map(|word| word.as_str().unwrap().to_owned()).collect()
    };
    let row = |row: &toml::Value| Row {
        chapter: text(row, "chapter"),
        item: text(row, "item"),
        heading: text(row, "heading"),
        scenarios: texts(row, "scenarios"),
        cards: texts(row, "cards"),
        questions: texts(row, "questions"),
    };
    table["row"].as_array().unwrap().iter().map(row).collect()
}

/// Whether a chapter shows a scenario: as a diagram, a moment, a number or a link to its player.
fn shows(chapter: &str, scenario: &str) -> bool {
    let starts = ["(", "{{", "(learn:", "scenario = \""].map(|start| format!("{start}{scenario}"));
    starts.iter().any(|start| {
        let mut ends = chapter.match_indices(start.as_str()).map(|(at, _)| at + start.len());
        ends.any(|end| chapter[end..].starts_with(['?', '@', ' ', ')', '"']))
    })
}

/// What is missing of an item.
fn missing(row: &Row) -> Vec<String> {
    let Row { chapter, item, heading, scenarios, cards, questions } = row;
    let text = file(&format!("chapters/{chapter}.md"));
    let deck = file(&format!("decks/{chapter}.md"));
    let quiz = file(&format!("quizzes/{chapter}.toml"));
    let given = |id: &String| [" ", "}"].map(|end| format!("{{#{chapter}.{id}{end}"));
    let mut lost = Vec::new();
    if !text.contains(&format!("{{#{heading}}}")) {
        lost.push(format!("the heading `#{heading}`"));
    }
    let known = |id: &String| CATALOGUE.iter().any(|scenario| scenario.about().id == *id);
    lost.extend(
        scenarios.iter().filter(|id| !known(id) || !shows(&text, id)).map(|id| format!("`{id}`")),
    );
    let no_card = |id: &&String| !given(id).iter().any(|mark| deck.contains(mark));
    lost.extend(cards.iter().filter(no_card).map(|id| format!("the card `{id}`")));
    let no_question = |id: &&String| !quiz.contains(&format!("id = \"{chapter}.{id}\""));
    lost.extend(questions.iter().filter(no_question).map(|id| format!("the question `{id}`")));
    if cards.is_empty() || questions.is_empty() {
        lost.push("cards or questions".to_owned());
    }
    lost.into_iter().map(|what| format!("{chapter}, {item}: {what}")).collect()
}

#[test]
fn every_item_has_its_heading_scenarios_cards_and_questions() {
    let lost: Vec<String> = rows().iter().flat_map(missing).collect();
    assert_eq!(lost, Vec::<String>::new());
}

#[test]
fn every_chapter_of_the_first_three_parts_is_in_the_table() {
    let rows = rows();
    let there: BTreeSet<&str> = rows.iter().map(|row| row.chapter.as_str()).collect();
    assert_eq!(there, BTreeSet::from(CHAPTERS));
    for chapter in CHAPTERS {
        let items = rows.iter().filter(|row| row.chapter == chapter);
        assert!(items.clone().count() >= 5, "{chapter}");
        assert!(items.flat_map(|row| &row.scenarios).count() >= 2, "{chapter}");
    }
}

#[test]
fn what_is_not_there_is_found_missing() {
    let row = Row {
        chapter: "tcp-open".to_owned(),
        item: "x".to_owned(),
        heading: "nowhere".to_owned(),
        scenarios: vec!["tcp-opn".to_owned(), "dns-walk".to_owned(), "tcp-open".to_owned()],
        cards: vec!["promise".to_owned(), "promis".to_owned()],
        questions: vec!["q-order".to_owned(), "q-orde".to_owned()],
    };
    let lost = missing(&row);
    let what: Vec<&str> = lost.iter().map(|line| line.split(": ").nth(1).unwrap()).collect();
    let wanted = [
        "the heading `#nowhere`",
        "`tcp-opn`",
        "`dns-walk`",
        "the card `promis`",
        "the question `q-orde`",
    ];
    assert_eq!(what, wanted);
}
