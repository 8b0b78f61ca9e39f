//! How far the reader is, as a line and in words.

use yew::prelude::*;

/// How far the reader is.
pub(crate) struct ProgressProps {
    /// In words: `5 of 12`.
    pub(crate) words: AttrValue,
    /// What is finished.
    pub(crate) done: u32,
    /// What there is in all.
    pub(crate) all: u32,
    /// What it is about.
    pub(crate) title: AttrValue,
    /// Whether it is as wide as the page.
    pub(crate) full: bool,
}

/// The line above a card or a question.
pub(crate) fn progress(props: &ProgressProps) -> Html {
    let part = props.done.min(props.all) * 1000 / props.all.max(1);
    html! {
        <div class={classes!("progress", props.full.then_some("full"))}>
            <span data-progress={props.words.clone()}>{ &props.words }</span>
            <svg viewBox="0 0 1000 4" preserveAspectRatio="none" aria-hidden="true">
                <rect class="all" y="1" width="1000" height="2" />
                <rect class="done" width={part.to_string()} height="4" />
            </svg>
            <span>{ &props.title }</span>
        </div>
    }
}
