//! The scrubber: where the playhead stands, with ticks at steps and crosses at losses.

use std::cell::RefCell;
use std::rc::Rc;

use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::drawing::Shared;
use super::model::{Action, Model};
use super::stage::Laid;
use crate::app::text::{percent, time_text};
use crate::diagram::{Plan, Px};
use crate::sim::time::Instant;

/// The scrubber's positions.
const POSITIONS: u32 = 1_000;
/// How near to a step it snaps, in CSS pixels.
const SNAP_PX: i32 = 6;

/// What the scrubber needs.
pub(crate) struct Scrub<'a> {
    pub(crate) model: &'a UseReducerHandle<Model>,
    pub(crate) diagram: &'a Shared<Laid>,
    /// Where the playhead is drawn, which differs from where it goes while it travels.
    pub(crate) shown: Instant,
    pub(crate) live: bool,
    /// Whether Shift is held, which lets go of the steps.
    pub(crate) shift: &'a Rc<RefCell<bool>>,
}

/// The scrubber.
pub(crate) fn scrubber(scrub: &Scrub<'_>) -> Html {
    let Scrub { model, diagram, shown, live, shift } = scrub;
    let place = |at: Instant| share(&diagram.0.plan, at);
    let now = place(*shown);
    let oninput = {
        let (dispatch, diagram) = (model.dispatcher(), (*diagram).clone());
        let steps: Vec<Instant> = model.steps().iter().map(|step| step.at).collect();
        let shift = Rc::clone(shift);
        Callback::from(move |event: InputEvent| {
            let Some(input) = event.target_dyn_into::<HtmlInputElement>() else { return };
            let free = *shift.borrow();
            let width = input.client_width();
            let chosen = input.value().parse().unwrap_or(POSITIONS);
            let at = snapped(&diagram.0.plan, &steps, chosen, if free { 0 } else { width });
            dispatch.dispatch(Action::Pause);
            dispatch.dispatch(Action::Seek(at));
        })
    };
    let onpointer = {
        let shift = Rc::clone(shift);
        Callback::from(move |event: PointerEvent| *shift.borrow_mut() = event.shift_key())
    };
    // The arrows of a slider would crawl; here they go from step to step like everywhere else.
    let onkeydown = Callback::from(|event: KeyboardEvent| {
        if matches!(
            event.key().as_str(),
            "ArrowLeft" | "ArrowRight" | "ArrowUp" | "ArrowDown" | "Home" | "End"
        ) {
            event.prevent_default();
        }
    });
    let said = format!(
        "{} of {}{}",
        time_text(shown.as_nanos()),
        time_text(model.end().as_nanos()),
        model.current_step().map_or_else(String::new, |step| format!(", {}", step.title)),
    );
    html! {
        <div class="scrub">
            <input type="range" min="0" max={POSITIONS.to_string()} step="1" value={now.to_string()}
                aria-label="Time" aria-valuetext={said} disabled={!live} data-control="time"
                {oninput} onpointerdown={onpointer.clone()} onpointermove={onpointer} {onkeydown} />
            <svg aria-hidden="true">
                <line class="line" x1="0" x2="100%" y1="22" y2="22" />
                <line class="passed" x1="0" x2={percent(now)} y1="22" y2="22" />
                { for model.steps().iter().map(|step| tick(place(step.at), step.at <= *shown)) }
                { for model.run.losses.iter().map(|at| cross(place(*at))) }
                <circle class="thumb" cx={percent(now)} cy="22" r="6.5" />
            </svg>
        </div>
    }
}

fn tick(at: u32, past: bool) -> Html {
    let class = if past { "tick past" } else { "tick" };
    html! { <line {class} x1={percent(at)} x2={percent(at)} y1="15" y2="29" /> }
}

fn cross(at: u32) -> Html {
    html! {
        <svg x={percent(at)} y="22" overflow="visible">
            <path class="lost" d="m-4 -4 8 8M4 -4l-8 8" />
        </svg>
    }
}

/// How far down the drawing a moment lies, in thousandths.
fn share(diagram: &Plan, at: Instant) -> u32 {
    let (top, bottom) = (diagram.y(Instant::START), diagram.y(diagram.end));
    let height = (bottom - top).as_hundredths().max(1);
    let down = i64::from((diagram.y(at) - top).as_hundredths());
    u32::try_from(down * i64::from(POSITIONS) / i64::from(height)).unwrap_or(0).min(POSITIONS)
}

/// The moment at a place, or the step that is nearer than the snapping distance.
fn snapped(diagram: &Plan, steps: &[Instant], chosen: u32, width: i32) -> Instant {
    let near = u32::try_from(SNAP_PX * 1_000 / width.max(1)).unwrap_or(0);
    let near = if width == 0 { 0 } else { near };
    let distance = |at: &Instant| share(diagram, *at).abs_diff(chosen);
    let nearest = steps.iter().min_by_key(|at| distance(at));
    if let Some(step) = nearest.filter(|step| distance(step) < near) {
        return *step;
    }
    if chosen >= POSITIONS {
        return diagram.end;
    }
    let (top, bottom) = (diagram.y(Instant::START), diagram.y(diagram.end));
    let height = i64::from((bottom - top).as_hundredths());
    let down = i32::try_from(height * i64::from(chosen) / i64::from(POSITIONS)).unwrap_or(0);
    diagram.instant(top + Px::hundredths(down))
}
