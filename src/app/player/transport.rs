//! Play, pause, one step back, one step on, the scrubber and the clock.

use yew::prelude::*;

use super::model::{Action, Model};
use crate::app::components::icon::{Icon, symbol};
use crate::app::text::{NBSP, clock_number, clock_unit};
use crate::sim::time::Instant;

/// The transport. `scrubber` stands between the buttons and the clock.
pub(crate) fn transport(
    model: &UseReducerHandle<Model>,
    shown: Instant,
    live: bool,
    scrubber: Html,
) -> Html {
    let (icon, name) = if model.playing { (Icon::Pause, "Pause") } else { (Icon::Play, "Play") };
    html! {
        <div class={classes!("transport", (!live).then_some("waiting"))}>
            { tool(model, live, Icon::Back, "Step back", ("previous", Action::Back)) }
            <button type="button" class="tool play" aria-label={name} title={name} disabled={!live}
                data-action="play" onclick={send(model, Action::Toggle)}>
                { symbol(icon) }
            </button>
            { tool(model, live, Icon::Forward, "Step forward", ("next", Action::Forward)) }
            { scrubber }
            { clock(model, shown, live) }
        </div>
    }
}

/// A callback that sends an action.
pub(crate) fn send<E>(model: &UseReducerHandle<Model>, action: Action) -> Callback<E> {
    sends(&model.dispatcher(), action)
}

/// The same for a part that knows only where actions go.
pub(crate) fn sends<E>(dispatch: &UseReducerDispatcher<Model>, action: Action) -> Callback<E> {
    let dispatch = dispatch.clone();
    Callback::from(move |_| dispatch.dispatch(action.clone()))
}

fn tool(
    model: &UseReducerHandle<Model>,
    live: bool,
    icon: Icon,
    name: &'static str,
    (key, action): (&'static str, Action),
) -> Html {
    html! {
        <button type="button" class="tool" aria-label={name} title={name} disabled={!live}
            data-action={key} onclick={send(model, action)}>
            { symbol(icon) }
        </button>
    }
}

fn clock(model: &Model, shown: Instant, live: bool) -> Html {
    let end = model.end();
    let total = clock_number(end, end);
    let unit = clock_unit(end);
    html! {
        <span class="clock">
            <b>{ padded(&clock_number(shown, end), &total) }</b>
            <span>{ format!(" / {total}{NBSP}{unit}") }</span>
            if !live {
                <span class="starting">{ "Starting…" }</span>
            }
        </span>
    }
}

/// A number with as many letters as the longest: the space in front is as wide as a digit, so
/// nothing moves while the clock runs.
fn padded(number: &str, longest: &str) -> String {
    let missing = longest.chars().count().saturating_sub(number.chars().count());
    let mut text = "\u{2007}".repeat(missing);
    text.push_str(number);
    text
}
