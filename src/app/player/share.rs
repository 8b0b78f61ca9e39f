//! Share and embed: a link, the code of a frame with its live preview, and files to take along.

use web_sys::HtmlSelectElement;
use yew::prelude::*;

use super::model::Model;
use super::save;
use super::state::whole_state;
use crate::app::browser_facts::{copy, origin};
use crate::app::route::Route;
use crate::app::site::use_site;

/// What the dialog needs.
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct ShareProps {
    pub(crate) model: UseReducerHandle<Model>,
    pub(crate) title: AttrValue,
}

/// A choice of the dialog: its key, its name, its values; the first is the default.
type Choice = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

const CHOICES: [Choice; 3] = [
    ("controls", "Controls", &[("min", "Steps"), ("full", "All"), ("none", "None")]),
    (
        "theme",
        "Theme",
        &[
            ("auto", "As the reader's system"),
            ("light", "Light"),
            ("dark", "Dark"),
            ("projector", "Projector"),
        ],
    ),
    (
        "autoplay",
        "Playing",
        &[("0", "When the reader wishes"), ("visible", "When it is seen"), ("1", "At once")],
    ),
];

/// The dialog.
#[component]
pub(crate) fn Share(props: &ShareProps) -> Html {
    let site = use_site();
    let chosen = use_state(|| [0_usize; CHOICES.len()]);
    let copied = use_state(String::new);
    let saved = use_state(String::new);
    let scenario = props.model.run.order.scenario.clone();
    // In an embed the step is where it starts.
    let state = whole_state(&props.model).replace("step=", "start=");
    let mut parts: Vec<String> = if state.is_empty() { Vec::new() } else { vec![state] };
    for ((key, _, values), place) in CHOICES.iter().zip(*chosen) {
        if place > 0 {
            parts.push(format!("{key}={}", values[place].0));
        }
    }
    let query = if parts.is_empty() { String::new() } else { format!("?{}", parts.join("&")) };
    let path = format!("{}{query}", site.href(&Route::Embed { scenario: scenario.clone() }));
    let learn = whole_state(&props.model);
    let learn = if learn.is_empty() { learn } else { format!("?{learn}") };
    let link = format!("{}{}{learn}", origin(), site.href(&Route::Learn { scenario }));
    let code = format!(
        "<iframe src=\"{}{}\"\n  title=\"{}: animated sequence diagram\"\n  width=\"960\" height=\"540\" loading=\"lazy\" style=\"border:0;max-width:100%\"\n  sandbox=\"allow-scripts allow-same-origin allow-popups\"></iframe>",
        origin(),
        path.replace('&', "&amp;"),
        props.title,
    );
    html! {
        <>
            <h3 id="share-link">{ "Link to this state" }</h3>
            { copy_text(link, "share-link", &copied) }
            <h3 id="share-embed">{ "Embed it" }</h3>
            <div class="fields">
                { for CHOICES.iter().enumerate().map(|(place, choice)| field(&chosen, place, choice)) }
            </div>
            <iframe class="preview" src={path} title="Preview of the embed" loading="lazy"></iframe>
            { copy_text(code, "share-embed", &copied) }
            { save::files(&props.model.run.order, &saved) }
        </>
    }
}

fn field(chosen: &UseStateHandle<[usize; CHOICES.len()]>, place: usize, choice: &Choice) -> Html {
    let (key, name, values) = choice;
    let onchange = {
        let chosen = chosen.clone();
        Callback::from(move |event: Event| {
            let Some(select) = event.target_dyn_into::<HtmlSelectElement>() else { return };
            let mut next = *chosen;
            next[place] = usize::try_from(select.selected_index()).unwrap_or(0);
            chosen.set(next);
        })
    };
    html! {
        <label>
            { *name }
            <span class="select-box">
                <select class="select" data-control={*key} {onchange}>
                    { for values.iter().enumerate().map(|(index, (value, title))| html! {
                        <option value={*value} selected={chosen[place] == index}>{ *title }</option>
                    }) }
                </select>
            </span>
        </label>
    }
}

/// A text to copy, with its button; `labelled` is the id of its heading.
fn copy_text(text: String, labelled: &'static str, copied: &UseStateHandle<String>) -> Html {
    let done = **copied == text;
    let onclick = {
        let (text, copied) = (text.clone(), copied.clone());
        Callback::from(move |_: MouseEvent| {
            copy(&text);
            copied.set(text.clone());
        })
    };
    html! {
        <div>
            <textarea readonly={true} rows="4" spellcheck="false" aria-labelledby={labelled} value={text} />
            <p role="status">
                <button type="button" class="push" {onclick}>{ if done { "Copied" } else { "Copy" } }</button>
            </p>
        </div>
    }
}
