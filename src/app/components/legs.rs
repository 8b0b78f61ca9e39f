//! Where the time of a first request goes: its legs, their sum, and the slider that changes them.

use yew::prelude::*;

use super::anchor::Anchor;
use crate::app::engine;
use crate::app::route::Route;
use crate::app::text::time_text;
use crate::bridge::Report;
use crate::bridge::questions::Ask;
use crate::content::types::Course;

/// The legs: whose time it is, from which step to which, and what would save it.
const LEGS: [(&str, &str, &str, &str); 4] = [
    ("tcp", "TCP", "time(established) - time(syn)", "a warm connection: 0"),
    ("http", "Request", "time(request-received) - time(request)", "a nearer server: less"),
    ("work", "Work", "time(response) - time(request-received)", "a faster server: less"),
    ("http", "Answer", "time(first-byte) - time(response)", "a nearer server: less"),
];

/// The legs of the time to the first byte, as the run has them.
pub(crate) fn legs(run: &Report, course: &Course, slider: Html) -> Html {
    let time = |what: &str| number(run, what);
    let first = course
        .parts
        .iter()
        .flat_map(|part| &part.chapters)
        .find(|chapter| chapter.ready())
        .cloned();
    html! {
        <div class="legs-box">
            <p class="total">
                <b>{ time("ttfb").map_or_else(|| "No answer".to_owned(), time_text) }</b>
                { "to the first byte" }
            </p>
            <table class="legs">
                <tbody>
                    { for LEGS.iter().filter_map(|(pen, name, what, saved)| Some(html! {
                        <tr>
                            <th scope="row">{ self::pen(pen) }{ *name }</th>
                            <td>{ time_text(time(what)?) }</td>
                            <td>{ *saved }</td>
                        </tr>
                    })) }
                </tbody>
            </table>
            { slider }
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

/// A number of a run, if it has it.
pub(crate) fn number(run: &Report, text: &str) -> Option<u64> {
    let question = Ask { order: run.order.clone(), text: text.to_owned() };
    engine::ask(&question)?.ok().map(|found| found.value)
}

/// The line of a protocol, as the diagram draws it.
fn pen(name: &'static str) -> Html {
    html! {
        <svg class={classes!("pen", name)} viewBox="0 0 22 8" aria-hidden="true"><path d="M1 4h20" /></svg>
    }
}
