//! The line below an embed: previous, caption, dots, next.

use yew::prelude::*;

use super::model::{Action, Model};
use super::transport::send;
use crate::app::components::icon::{Icon, symbol};
use crate::app::engine;

/// The line.
pub(crate) fn embed_bar(model: &UseReducerHandle<Model>, live: bool) -> Html {
    let current = model.current();
    let summary = engine::about(&model.run.order.scenario).map_or("", |about| about.summary);
    html! {
        <div class="embed-bar">
            <button type="button" class="tool" aria-label="Step back" disabled={!live}
                data-action="previous" onclick={send(model, Action::Back)}>{ symbol(Icon::Back) }</button>
            { caption(model, summary) }
            <span class="step-dots" aria-hidden="true">
                { for (0..model.steps().len()).map(|place| {
                    let class = current.is_some_and(|current| place <= current).then_some("on");
                    html! { <svg viewBox="0 0 12 12"><circle {class} cx="6" cy="6" r="4.5" /></svg> }
                }) }
            </span>
            <button type="button" class="tool" aria-label="Step forward" disabled={!live}
                data-action="next" onclick={send(model, Action::Forward)}>{ symbol(Icon::Forward) }</button>
        </div>
    }
}

/// What happens at the playhead, in words; room for two lines is kept. Before the first step it
/// is the summary.
pub(crate) fn caption(model: &Model, summary: &'static str) -> Html {
    match model.current_step() {
        Some(step) => html! {
            <p class="caption" key={step.name} data-step={step.name}><b>{ step.title }{ "." }</b>{ " " }{ &step.caption }</p>
        },
        None => html! { <p class="caption">{ summary }</p> },
    }
}
