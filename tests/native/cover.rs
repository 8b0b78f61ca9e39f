//! What a cover hides of a diagram.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use roundtrip::diagram::parts::About;
use roundtrip::diagram::svg::standalone;
use roundtrip::diagram::{Cover, Diagram, Hidden, LayoutOptions, StepMark, View};
use roundtrip::scenario::{Run, Setup, find, run};
use roundtrip::sim::trace::EntryId;

fn preset(scenario: &str, name: &str) -> Run {
    let scenario = find(scenario).unwrap();
    run(scenario, &Setup::new(scenario.about()).with_preset(scenario.about(), name).unwrap())
}

fn lost_syn() -> Run {
    preset("tcp-open", "lost-syn")
}

/// The picture with one thing of a step covered.
fn drawn(step: &str, hidden: Hidden, cover: Cover) -> String {
    let run = lost_syn();
    let mark = |step: &roundtrip::scenario::Step| StepMark {
        name: step.name,
        title: step.title,
        at: step.at,
        entry: step.entry,
    };
    let steps: Vec<StepMark> = run.steps.iter().map(mark).collect();
    let options = LayoutOptions { steps: &steps, ..LayoutOptions::default() };
    let mut diagram = Diagram::layout(&run.trace, &options);
    let entry = run.step(step).unwrap().entry;
    assert!(diagram.cover(&run.trace, entry, hidden, cover), "{step} {hidden:?}");
    standalone(&diagram.scene(View::default())).to_string()
}

/// Place and size of the first cover.
fn place(picture: &str) -> Vec<String> {
    let rect = picture.split("<rect").find(|part| part.contains("f-mark")).unwrap();
    let value = |name: &str| {
        let (_, rest) = rect.split_once(&format!(" {name}=\"")).unwrap();
        rest.split('"').next().unwrap().to_owned()
    };
    ["x", "y", "width", "height"].map(value).to_vec()
}

#[test]
fn a_name_is_asked_for_and_then_told_in_the_same_box() {
    let asked = drawn("syn-ack", Hidden::Name, Cover::Asked);
    let told = drawn("syn-ack", Hidden::Name, Cover::Told);
    assert!(!asked.contains("SYN-ACK") && asked.contains(">?<"), "{asked}");
    assert!(told.contains("SYN-ACK") && !told.contains(">?<"));
    assert_eq!(place(&asked), place(&told));
}

#[test]
fn numbers_are_hidden_and_the_name_stays() {
    let asked = drawn("syn-ack", Hidden::Detail, Cover::Asked);
    assert!(asked.contains("SYN-ACK") && asked.contains(">?<"), "{asked}");
}

#[test]
fn a_message_that_is_asked_for_has_no_line() {
    let heads = |text: &str| text.matches("<polygon").count();
    let told = drawn("syn-ack", Hidden::Message, Cover::Told);
    let asked = drawn("syn-ack", Hidden::Message, Cover::Asked);
    assert_eq!(heads(&asked) + 1, heads(&told));
}

#[test]
fn the_state_of_the_moment_is_hidden_and_no_other() {
    let asked = drawn("established", Hidden::State, Cover::Asked);
    assert_eq!(asked.matches(">?<").count(), 1);
    assert!(asked.contains("SYN-SENT"));
}

#[test]
fn of_two_states_at_one_instant_the_moment_s_own_is_hidden() {
    let run = preset("tcp-close", "lost-last-ack");
    let mut diagram = Diagram::layout(&run.trace, &LayoutOptions::default());
    let entry = run.step("time-wait").unwrap().entry;
    assert!(diagram.cover(&run.trace, entry, Hidden::State, Cover::Asked));
    let hidden: Vec<String> =
        diagram.texts.iter().filter(|text| text.cover.is_some()).map(|text| text.words()).collect();
    assert_eq!(hidden, ["TIME-WAIT"]);
}

#[test]
fn a_run_up_to_a_moment_keeps_what_is_on_its_way_and_tells_no_more() {
    let run = preset("tcp-open", "lost-syn-ack");
    let mut diagram = Diagram::layout(&run.trace, &LayoutOptions::default());
    let (full, height) = (diagram.messages.len(), diagram.height);
    let at = run.step("syn-ack").unwrap().at;
    let end = diagram.until(at);
    let titles: Vec<&str> = diagram.messages.iter().map(|message| message.title.as_str()).collect();
    assert_eq!(titles, ["SYN seq 0", "SYN-ACK seq 0, ack 1"]);
    assert!(full > 2 && end < height);
    assert!(diagram.texts.iter().all(|text| text.about != About::Length));
    assert!(diagram.timers.iter().all(|bar| !bar.fires && bar.bottom <= diagram.y(at)));
    assert!(!standalone(&diagram.scene(View::default())).to_string().contains("ESTAB"));
}

#[test]
fn a_hidden_time_is_not_told_by_the_clock() {
    let asked = drawn("syn-again", Hidden::Time, Cover::Asked);
    for number in ["1,000", "1000", "1 s", "1\u{a0}s", "nothing is sent"] {
        assert!(!asked.contains(number), "{number} in {asked}");
    }
    let told = drawn("syn-again", Hidden::Time, Cover::Told);
    assert!(told.contains("nothing is sent"));
}

#[test]
fn a_moment_that_is_not_there_covers_nothing() {
    let run = lost_syn();
    let mut diagram = Diagram::layout(&run.trace, &LayoutOptions::default());
    let before = diagram.clone();
    assert!(!diagram.cover(&run.trace, EntryId(u32::MAX), Hidden::Name, Cover::Asked));
    assert_eq!(diagram, before);
    assert!(diagram.texts.iter().any(|text| text.about == About::Clock));
}
