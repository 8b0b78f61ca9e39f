//! The engine, wherever it runs: the one place of the pages that talks to it.
//!
//! When the site is built it is called at once. In the browser it is a module of its own, which is
//! fetched when a page first needs it; questions and answers cross as bytes, and until it is there
//! nothing is answered.

use std::rc::Rc;

use yew::prelude::*;

use crate::bridge::questions::{Play, Question, Tell};
use crate::bridge::{Order, Report};
use crate::scenario::{About, Setup};

#[cfg(not(target_arch = "wasm32"))]
mod native;
#[cfg(target_arch = "wasm32")]
mod remote;

#[cfg(not(target_arch = "wasm32"))]
use native as place;
#[cfg(target_arch = "wasm32")]
use remote as place;

/// How far the engine is.
#[cfg_attr(not(target_arch = "wasm32"), expect(dead_code, reason = "natively it is always there"))]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Engine {
    /// Nobody has needed it yet.
    Asleep,
    /// It is on its way.
    Coming,
    /// It answers.
    Ready,
    /// It did not come, or has stopped.
    Failed,
}

/// What is said where the engine is missed.
pub(crate) const MISSING: &str = "The simulation could not be loaded, so nothing moves here. The text is complete; load the page \
     again to try once more.";

/// How far the engine is.
pub(crate) fn state() -> Engine {
    place::state()
}

/// Has the engine come, if it has not.
pub(crate) fn start() {
    place::start();
}

/// Answers a question; none while the engine is not there.
pub(crate) fn ask<Q: Question>(question: &Q) -> Option<Q::Answer> {
    place::ask(question)
}

/// What is known of a scenario; none if there is none of this name, or no engine.
pub(crate) fn about(scenario: &str) -> Option<&'static About> {
    place::about(scenario, || ask(&Tell { scenario: scenario.to_owned() }).flatten())
}

/// Runs a scenario.
pub(crate) fn play(order: &Order) -> Option<Rc<Report>> {
    ask(&Play { order: order.clone() }).flatten().map(Rc::new)
}

/// Runs a scenario as it is unless set; none without an engine, or if there is none of this name.
pub(crate) fn first_run(scenario: &str) -> Option<Rc<Report>> {
    play(&Order::new(scenario, &Setup::new(about(scenario)?)))
}

/// Calls when the engine has come or failed: at once, if it has.
pub(crate) fn then(call: impl FnOnce() + 'static) {
    match state() {
        Engine::Ready | Engine::Failed => call(),
        Engine::Asleep | Engine::Coming => {
            place::listen(Box::new(call));
            start();
        }
    }
}

/// Says that the engine did not come, where it is missed.
pub(crate) fn missed(engine: Engine, awake: bool) -> Html {
    if engine != Engine::Failed || awake {
        return html! {};
    }
    html! { <p class="notice bad" role="status" data-notice="engine">{ MISSING }</p> }
}

/// How far the engine is, for a component that has it come once it is `wanted`.
#[hook]
pub(crate) fn use_engine(wanted: bool) -> Engine {
    let update = use_force_update();
    use_effect_with(wanted, move |wanted| {
        // Natively nothing has effects; in a browser a component that is gone hears of it too,
        // which does nothing.
        if *wanted && state() != Engine::Ready {
            then(move || update.force_update());
        }
    });
    state()
}
