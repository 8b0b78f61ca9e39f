//! What else can be done to a card.

use yew::prelude::*;

use crate::app::study::review::{Act, Review};

/// What else can be done to a card.
pub(crate) struct ActsProps {
    pub(crate) review: Review,
    /// The page is awake.
    pub(crate) live: bool,
    /// The card has a moment that explains it.
    pub(crate) explains: bool,
    pub(crate) act: Callback<Act>,
    pub(crate) on_keys: Callback<()>,
}

/// A row of small buttons with their keys.
pub(crate) fn acts(props: &ActsProps) -> Html {
    let ActsProps { review, live, .. } = props;
    let on = |act: Act| props.act.reform(move |_: MouseEvent| act.clone());
    let card = review.turn.as_ref();
    let flagged = card.is_some_and(|turn| turn.flagged);
    let explain = *live && props.explains && review.shown;
    html! {
        <div class="acts" role="group" aria-label="This card">
            if card.is_some() {
                <button type="button" data-act="explain" aria-keyshortcuts="e" disabled={!explain}
                    aria-expanded={review.explain.to_string()} onclick={on(Act::Explain)}>
                    { "Explain" }<kbd aria-hidden="true">{ "E" }</kbd>
                </button>
            }
            <button type="button" data-act="undo" aria-keyshortcuts="u" disabled={!live}
                onclick={on(Act::Undo)}>
                { "Undo" }<kbd aria-hidden="true">{ "U" }</kbd>
            </button>
            if card.is_some() {
                <button type="button" data-act="flag" aria-keyshortcuts="f" disabled={!live}
                    aria-pressed={flagged.to_string()} onclick={on(Act::Flag)}>
                    { "Flag" }<kbd aria-hidden="true">{ "F" }</kbd>
                </button>
                <button type="button" data-act="bury" aria-keyshortcuts="-" disabled={!live}
                    onclick={on(Act::Bury)}>
                    { "Bury" }<kbd aria-hidden="true">{ "-" }</kbd>
                </button>
            }
            <button type="button" data-act="keys" aria-keyshortcuts="?" disabled={!live}
                onclick={props.on_keys.reform(|_: MouseEvent| ())}>
                { "All keys" }<kbd aria-hidden="true">{ "?" }</kbd>
            </button>
        </div>
    }
}
