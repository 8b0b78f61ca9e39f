//! Where the time of a first request goes: its legs, their sum, and the slider that changes them.

use std::rc::Rc;

use yew::prelude::*;

use super::anchor::Anchor;
use super::network_form::NetworkSlider;
use crate::app::data::use_course;
use crate::app::route::Route;
use crate::app::text::time_text;
use crate::scenario::Run;

/// The run.
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct LegsProps {
    pub(crate) run: Rc<Run>,
}

/// The legs of the time to the first byte, as the run itself adds them up.
#[component]
pub(crate) fn Legs(props: &LegsProps) -> Html {
    let course = use_course();
    let figure = props.run.measure("ttfb").and_then(|measure| measure.figure.clone());
    let Some(figure) = figure else { return html! {} };
    let chapters = course.parts.iter().flat_map(|part| &part.chapters);
    let first = chapters.clone().find(|chapter| chapter.ready()).cloned();
    html! {
        <div class="legs-box">
            <p class="total"><b>{ time_text(figure.value) }</b>{ "to the first byte" }</p>
            <table class="legs">
                <tbody>
                    { for figure.sum.iter().map(|term| html! {
                        <tr><th scope="row">{ &term.label }</th><td>{ time_text(term.value) }</td></tr>
                    }) }
                </tbody>
            </table>
            <NetworkSlider name="rtt" />
            if let Some(first) = first {
                <p class="act">
                    <Anchor to={Route::Chapter { id: first.id.clone() }} class="push main">
                        { format!("Start with {}", first.title) }
                    </Anchor>
                </p>
            }
        </div>
    }
}
