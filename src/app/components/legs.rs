//! Where the time of a first request goes: its legs, their sum, and what changes them.

use web_sys::HtmlSelectElement;
use yew::prelude::*;

use super::anchor::Anchor;
use super::course_map::address;
use super::stacks::FIRST;
use crate::app::engine;
use crate::app::player::node;
use crate::app::reading::Reading;
use crate::app::route::Route;
use crate::bridge::Report;
use crate::bridge::questions::{Legged, Legs};
use crate::content::types::{Course, Pairs};
use crate::scenario::ParamKind;

/// The legs of a run, if it came to an answer.
pub(crate) fn legs_of(run: &Report) -> Option<Legs> {
    engine::ask(&Legged { order: run.order.clone() }).flatten()
}

/// The legs of the time to the first byte, as the run has them.
pub(crate) fn legs(found: Option<&Legs>, controls: Html, act: Html) -> Html {
    html! {
        <div class="legs-box">
            <p class="total">
                <b>{ found.map_or("No answer", |found| &found.total) }</b>
                { "to the first byte" }
            </p>
            if let Some(found) = found { { node(&found.table) } }
            { controls }
            { act }
        </div>
    }
}

/// The choice of what the request travels over.
pub(crate) fn stack_choice(chosen: &UseStateHandle<Pairs>, live: bool) -> Html {
    let spec =
        engine::about(FIRST).and_then(|about| about.params.iter().find(|spec| spec.key == "stack"));
    let Some(ParamKind::Choice { options, .. }) = spec.map(|spec| spec.kind) else {
        return html! {};
    };
    let onchange = {
        let chosen = chosen.setter();
        Callback::from(move |event: Event| {
            let Some(select) = event.target_dyn_into::<HtmlSelectElement>() else { return };
            chosen.set(vec![("set.stack".to_owned(), select.value())]);
        })
    };
    let is = |word: &str| chosen.first().map_or("tls13", |(_, value)| value.as_str()) == word;
    html! {
        <label class="param choice">
            <span class="label">{ "Over" }</span>
            <span class="select-box">
                <select class="select" data-param="stack" disabled={!live} {onchange}>
                    { for options.iter().map(|(word, title)| html! {
                        <option value={*word} selected={is(word)}>{ *title }</option>
                    }) }
                </select>
            </span>
        </label>
    }
}

/// Where a reader begins: the first chapter that can be read, or where they were.
pub(crate) fn begin(course: &Course, reading: &Reading, base: &str) -> Html {
    if let Some((chapter, at)) = reading.next(course) {
        return html! {
            <p class="act">
                <a class="push main" href={address(base, chapter, at.as_deref())} data-action="continue">
                    { format!("Continue with {}", chapter.title) }
                </a>
            </p>
        };
    }
    let mut chapters = course.parts.iter().flat_map(|part| &part.chapters);
    let Some(first) = chapters.find(|chapter| chapter.ready()) else { return html! {} };
    html! {
        <p class="act">
            <Anchor to={Route::Chapter { id: first.id.clone() }} class="push main">
                { format!("Start with {}", first.title) }
            </Anchor>
        </p>
    }
}
