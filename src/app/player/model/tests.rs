//! What the reader's deeds do to a player, without a browser.

use std::rc::Rc;
use std::time::Duration;

use yew::Reducible;

use super::{Action, Model};
use crate::app::engine;
use crate::diagram::Mode;
use crate::scenario::{Setup, Value};
use crate::sim::time::Instant;

fn player() -> Model {
    let about = engine::about("tcp-open").expect("the scenario exists");
    Model::until(about, Setup::new(about), Mode::Gaps, None).expect("the engine runs it")
}

fn after(model: Model, actions: impl IntoIterator<Item = Action>) -> Model {
    let model = actions.into_iter().fold(Rc::new(model), |model, action| model.reduce(action));
    (*model).clone()
}

fn at_step(model: &Model) -> Option<&'static str> {
    model.standing().map(|step| step.name)
}

#[test]
fn a_player_begins_with_the_finished_run() {
    let model = player();
    assert_eq!(model.at, model.end());
    assert!(!model.playing);
}

#[test]
fn playing_from_the_end_starts_at_the_beginning() {
    let model = after(player(), [Action::Toggle]);
    assert!(model.playing);
    assert_eq!(model.at, Instant::START);
}

#[test]
fn playing_ends_at_the_end() {
    let far = Instant::from_millis(10_000);
    let model = after(player(), [Action::Toggle, Action::Advance(far)]);
    assert!(!model.playing);
    assert_eq!(model.at, model.end());
}

#[test]
fn steps_at_one_instant_are_visited_one_by_one() {
    let model = after(player(), [Action::Home]);
    let mut names = Vec::new();
    let mut model = model;
    for _ in 0..model.steps().len() {
        model = after(model, [Action::Forward]);
        names.push(at_step(&model).unwrap_or_default());
    }
    let all: Vec<&str> = model.steps().iter().map(|step| step.name).collect();
    // The first step stands where `Home` is, so the first key goes on to the second.
    assert_eq!(names[..all.len() - 1], all[1..]);
}

#[test]
fn a_step_back_between_two_steps_goes_to_the_one_before() {
    let model = after(player(), [Action::Seek(Instant::from_millis(60)), Action::Back]);
    assert!(model.at <= Instant::from_millis(50), "{}", model.at);
    let again = after(model.clone(), [Action::Back]);
    assert!(again.at <= model.at);
}

#[test]
fn a_dropped_message_leaves_the_old_future_as_a_ghost() {
    let fault = "drop:syn#1".parse().expect("a fault");
    let model = after(player(), [Action::Fault(fault)]);
    assert!(model.before.is_some());
    assert!(model.end() > player().end(), "the SYN is sent again after a second");
    let mended = after(model, [Action::Mend(0)]);
    assert!(mended.before.is_none());
    assert_eq!(mended.end(), player().end());
}

#[test]
fn an_address_with_a_fault_shows_what_the_last_one_changed() {
    let fault = |text: &str| text.parse().expect("a fault");
    let faults = ["drop:syn#1", "drop:syn-ack#1"].map(fault);
    let done = after(player(), faults.clone().map(Action::Fault));
    let load = |setup: &Setup| Action::Load(setup.clone(), Mode::Gaps, None);
    let opened = after(player(), [load(&done.setup)]);
    assert_eq!((&opened.run, &opened.before), (&done.run, &done.before));
    assert!(opened.before.is_some());
    // The author's own faults are no change.
    let plain = after(player(), [Action::Restart(done.setup.clone()), load(&done.setup)]);
    assert!(plain.before.is_none());
}

#[test]
fn the_ghost_follows_a_slider() {
    let fault = "drop:syn#1".parse().expect("a fault");
    let rtt = Action::Set("rtt", Value::Duration(Duration::from_millis(200)));
    let model = after(player(), [Action::Fault(fault), rtt.clone()]);
    let before = model.before.as_ref().map(|run| run.end);
    assert_eq!(before, Some(after(player(), [rtt]).end()));
}

#[test]
fn a_slider_keeps_the_playhead_at_its_step() {
    let rtt = Action::Set("rtt", Value::Duration(Duration::from_millis(200)));
    let model = after(player(), [Action::Named("syn-ack".to_owned()), rtt]);
    assert_eq!(at_step(&model), Some("syn-ack"));
    assert_eq!(model.at, Instant::from_millis(100));
}

#[test]
fn a_slider_keeps_a_finished_run_finished() {
    let rtt = Action::Set("rtt", Value::Duration(Duration::from_millis(200)));
    let model = after(player(), [rtt]);
    assert_eq!(model.at, model.end());
}

#[test]
fn reset_undoes_everything_that_the_reader_did() {
    let fault = "drop:syn#1".parse().expect("a fault");
    let model = after(player(), [Action::Preset("satellite"), Action::Fault(fault), Action::Reset]);
    assert_eq!(model.setup, player().setup);
    assert!(model.before.is_none());
}

#[test]
fn an_unknown_step_moves_nothing() {
    let model = after(player(), [Action::Named("nonsense".to_owned())]);
    assert_eq!(model.at, player().at);
}
