//! What makes time move: animation frames while playing, nothing otherwise.

use std::cell::RefCell;
use std::rc::Rc;

use gloo::events::EventListener;
use gloo::render::{AnimationFrame, request_animation_frame};
use gloo::timers::callback::Interval;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use yew::prelude::*;

use super::model::{Action, Model, SPEEDS};
use super::pace::Pace;
use super::stage::Laid;
use crate::app::browser_facts::{hidden, reduced_motion};

/// How long the playhead travels from step to step.
const TRAVEL_MICROS: u64 = 240_000;
/// The longest stretch that one frame may show, so that a stall does not skip the lesson.
const FRAME_MICROS: u64 = 100_000;

/// What the clock needs to know on every frame.
struct Moving {
    model: Rc<Model>,
    dispatch: UseReducerDispatcher<Model>,
    diagram: Rc<Laid>,
    /// When the last frame was, in microseconds of the browser's clock.
    last: Option<u64>,
    frame: Option<AnimationFrame>,
}

/// Moves the playhead while the player plays, is on the screen and its page is shown.
#[hook]
pub(crate) fn use_clock(model: &UseReducerHandle<Model>, diagram: &Rc<Laid>, on_screen: bool) {
    let moving: Rc<RefCell<Option<Moving>>> = use_mut_ref(|| None);
    let shown = use_shown();
    let running = on_screen && shown;
    // Every render brings the newest state; the loop below reads it on its next frame.
    let current = Rc::new((**model).clone());
    if let Some(moving) = moving.borrow_mut().as_mut() {
        moving.model = Rc::clone(&current);
        moving.diagram = Rc::clone(diagram);
    }
    let diagram = Rc::clone(diagram);
    let dispatch = model.dispatcher();
    let active = running && (model.playing || model.travel.is_some());
    use_effect_with((active, model.playing), move |(active, playing)| {
        let mut steps = None;
        if *active && *playing && reduced_motion() {
            let dispatch = dispatch.clone();
            let state = Rc::clone(&moving);
            *state.borrow_mut() = Some(Moving {
                model: current,
                dispatch: dispatch.clone(),
                diagram,
                last: None,
                frame: None,
            });
            steps = Some(Interval::new(1_000, move || step_on(&state, &dispatch)));
        } else if *active {
            *moving.borrow_mut() =
                Some(Moving { model: current, dispatch, diagram, last: None, frame: None });
            next_frame(&moving);
        }
        move || {
            drop(steps);
            *moving.borrow_mut() = None;
        }
    });
}

/// Reduced motion: a step a second, until the end.
fn step_on(state: &Rc<RefCell<Option<Moving>>>, dispatch: &UseReducerDispatcher<Model>) {
    let next = state.borrow().as_ref().map(|moving| {
        let model = &moving.model;
        let place = model.current().map_or(0, |place| place + 1);
        (model.steps().get(place).map_or_else(|| model.end(), |step| step.at), model.stop_at())
    });
    let Some((next, stop)) = next else { return };
    // Several steps at one instant count as one: each second shows something new.
    dispatch.dispatch(Action::Advance(next.min(stop)));
}

fn next_frame(state: &Rc<RefCell<Option<Moving>>>) {
    let again = Rc::clone(state);
    let frame = request_animation_frame(move |millis| on_frame(&again, millis));
    if let Some(moving) = state.borrow_mut().as_mut() {
        moving.frame = Some(frame);
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a browser's clock is positive and far below the range"
)]
fn on_frame(state: &Rc<RefCell<Option<Moving>>>, millis: f64) {
    let now = (millis * 1_000.0) as u64;
    let action = {
        let mut borrowed = state.borrow_mut();
        let Some(moving) = borrowed.as_mut() else { return };
        let passed = now.saturating_sub(moving.last.unwrap_or(now)).min(FRAME_MICROS);
        moving.last = Some(now);
        if passed > 0 { moving.after(passed) } else { None }
    };
    if let Some(action) = action {
        let dispatch = state.borrow().as_ref().map(|moving| moving.dispatch.clone());
        if let Some(dispatch) = dispatch {
            dispatch.dispatch(action);
        }
    }
    next_frame(state);
}

impl Moving {
    /// What has happened after so many microseconds.
    fn after(&self, micros: u64) -> Option<Action> {
        if let Some((_, part)) = self.model.travel {
            let gone = u32::try_from(micros * 1_000 / TRAVEL_MICROS).unwrap_or(1_000);
            return Some(Action::Travel(part + gone.max(1)));
        }
        if !self.model.playing {
            return None;
        }
        let pace = Pace {
            rtt_ns: crate::sim::time::nanos(self.model.setup.params.duration("rtt")),
            percent: SPEEDS[self.model.speed].0,
        };
        let at = pace.advance(&self.diagram.plan, self.model.mode, self.model.at, micros);
        Some(Action::Advance(at))
    }
}

/// Whether the page is shown: not in a tab behind another.
#[hook]
fn use_shown() -> bool {
    let shown = use_state(|| true);
    {
        let shown = shown.setter();
        use_effect_with((), move |()| {
            let document = gloo::utils::document();
            let listener = EventListener::new(&document, "visibilitychange", move |_| {
                shown.set(!hidden());
            });
            move || drop(listener)
        });
    }
    *shown
}

/// Whether an element is on the screen, at least a little; true until the browser says.
#[hook]
pub(crate) fn use_on_screen(element: &NodeRef) -> bool {
    let on_screen = use_state(|| true);
    {
        let setter = on_screen.setter();
        use_effect_with(element.clone(), move |element| {
            let observed = element.cast::<web_sys::Element>().and_then(|target| {
                let seen =
                    Closure::<dyn FnMut(js_sys::Array)>::new(move |entries: js_sys::Array| {
                        let last = entries.pop().dyn_into::<web_sys::IntersectionObserverEntry>();
                        if let Ok(entry) = last {
                            setter.set(entry.is_intersecting());
                        }
                    });
                let function = seen.as_ref().unchecked_ref();
                let observer = web_sys::IntersectionObserver::new(function).ok()?;
                observer.observe(&target);
                Some((observer, seen))
            });
            move || {
                if let Some((observer, _seen)) = observed {
                    observer.disconnect();
                }
            }
        });
    }
    *on_screen
}
