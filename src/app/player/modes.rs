//! Speed, how time is drawn, and which step it is.

use web_sys::HtmlSelectElement;
use yew::prelude::*;

use super::model::{Action, Model, SPEEDS};
use super::transport::send;
use crate::app::address::mode_name;
use crate::diagram::Mode;

/// The modes with their names for people.
const MODES: [(Mode, &str); 3] =
    [(Mode::True, "True scale"), (Mode::Gaps, "Gaps cut"), (Mode::Steps, "Steps")];

/// The row. `group` is the player's name on the page, so that its radio buttons are a group of
/// their own.
pub(crate) fn modes(model: &UseReducerHandle<Model>, group: &str, live: bool) -> Html {
    let onchange = {
        let dispatch = model.dispatcher();
        Callback::from(move |event: Event| {
            let Some(select) = event.target_dyn_into::<HtmlSelectElement>() else { return };
            let place = usize::try_from(select.selected_index()).unwrap_or(0);
            dispatch.dispatch(Action::Speed(place));
        })
    };
    let place = model.current().map_or(0, |place| place + 1);
    html! {
        <div class="modes">
            <span class="select-box">
                <select class="select" aria-label="Speed; at 1 × a round trip takes a second"
                    disabled={!live} data-control="speed" {onchange}>
                    { for SPEEDS.iter().enumerate().map(|(index, (_, name))| html! {
                        <option selected={index == model.speed} value={index.to_string()}>{ *name }</option>
                    }) }
                </select>
            </span>
            <fieldset class="segments">
                <legend class="sr">{ "Time" }</legend>
                { for MODES.iter().map(|(mode, name)| html! {
                    <label>
                        <input type="radio" name={format!("mode-{group}")} value={mode_name(*mode)}
                            checked={*mode == model.mode} disabled={!live}
                            onchange={send(model, Action::Mode(*mode))} />
                        <span>{ *name }</span>
                    </label>
                }) }
            </fieldset>
            <span class="where">{ format!("Step {place} of {}", model.steps().len()) }</span>
        </div>
    }
}
