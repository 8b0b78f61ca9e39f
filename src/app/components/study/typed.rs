//! A card that asks for a typed answer: the field, then how it differs.

use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::app::study::review::Act;
use crate::study::grading::{Change, typed};

/// The field of a typed card.
pub(crate) struct FieldProps {
    pub(crate) text: AttrValue,
    /// The element that asks.
    pub(crate) asked_by: AttrValue,
    pub(crate) live: bool,
    pub(crate) field: NodeRef,
    pub(crate) act: Callback<Act>,
}

/// The field of a typed card. Enter shows the answer.
pub(crate) fn typed_field(props: &FieldProps) -> Html {
    let oninput = props.act.reform(|event: InputEvent| {
        Act::Type(event.target_unchecked_into::<HtmlInputElement>().value())
    });
    let act = props.act.clone();
    let onsubmit = Callback::from(move |event: SubmitEvent| {
        event.prevent_default();
        act.emit(Act::Show);
    });
    html! {
        <form class="typed" {onsubmit}>
            <label for="typed-answer">{ "Your answer" }</label>
            <input id="typed-answer" class="line-input" type="text" autocomplete="off"
                autocapitalize="off" spellcheck="false" enterkeyhint="done" disabled={!props.live}
                ref={props.field.clone()} aria-describedby={props.asked_by.clone()}
                value={props.text.clone()} {oninput} />
        </form>
    }
}

/// How a typed answer differs from the nearest that counts; nothing if nothing was typed.
pub(crate) fn difference(accept: &[String], given: &str) -> Html {
    if given.trim().is_empty() {
        return Html::default();
    }
    let (right, pieces) = typed(accept, given);
    if right {
        return html! { <p class="diff"><span class="label">{ "You typed: " }</span>{ given.trim() }{ ", which is right." }</p> };
    }
    let piece = |change: Change, text: &str| match change {
        Change::Same => html! { { text.to_owned() } },
        Change::Missing => {
            html! { <ins><span class="sr">{ " missing: " }</span>{ text.to_owned() }</ins> }
        }
        Change::Extra => {
            html! { <del><span class="sr">{ " too much: " }</span>{ text.to_owned() }</del> }
        }
    };
    html! {
        <p class="diff">
            <span class="label">{ "You typed: " }</span>
            { for pieces.iter().map(|it| piece(it.change, &it.text)) }
        </p>
    }
}

/// Whether a typed answer counts as right.
pub(crate) fn is_right(accept: &[String], given: &str) -> bool {
    typed(accept, given).0
}
