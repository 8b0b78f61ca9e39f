//! One card: its question, and its answer once it is shown.

use yew::prelude::*;

use super::figure::Figure;
use super::typed::{FieldProps, difference, typed_field};
use super::words::{PLAIN, Words};
use crate::app::study::review::Act;
use crate::content::types::{Card, CardKind};

/// One card.
pub(crate) struct CardProps {
    /// What tells it from the card before it in the same place; may be empty.
    pub(crate) turn: String,
    pub(crate) card: Card,
    pub(crate) shown: bool,
    /// What was typed.
    pub(crate) typed: AttrValue,
    pub(crate) live: bool,
    /// The name of the question's element; unique on the page.
    pub(crate) id: AttrValue,
    /// Takes the focus when the card is put up.
    pub(crate) question: NodeRef,
    /// Takes the focus instead, on a typed card.
    pub(crate) field: NodeRef,
    pub(crate) act: Callback<Act>,
    /// The text has changed since the learner saw it last.
    pub(crate) changed: bool,
}

/// One card.
pub(crate) fn card_view(props: &CardProps) -> Html {
    let card = &props.card;
    let words = PLAIN;
    let front = Words { filled: props.shown, ..words };
    let accept = match &card.kind {
        CardKind::Typed { accept } => Some(accept),
        CardKind::Plain | CardKind::Cloze | CardKind::Diagram { .. } => None,
    };
    html! {
        <article key={props.turn.clone()} class="card" data-card={card.id.clone()}>
            if props.changed {
                <p class="changed">{ "This card has changed since you saw it last." }</p>
            }
            <div class="question" id={props.id.clone()} tabindex="-1" ref={props.question.clone()}>
                { front.show(&card.front) }
            </div>
            if let CardKind::Diagram { diagram, hide } = &card.kind {
                <Figure diagram={(**diagram).clone()} hide={Some((*hide, props.shown))}
                    id={format!("f-{}", props.id)} />
            }
            if accept.is_some() && !props.shown {
                { typed_field(&FieldProps {
                    text: props.typed.clone(),
                    asked_by: props.id.clone(),
                    live: props.live,
                    field: props.field.clone(),
                    act: props.act.clone(),
                }) }
            }
            <div aria-live="polite">
                if props.shown {
                    <div class="answer" role="group" aria-label="Answer">
                        if let Some(accept) = accept { { difference(accept, &props.typed) } }
                        if !card.back.is_empty() {
                            <div class="key">{ words.show(&card.back) }</div>
                        }
                        { words.show(&card.explain) }
                    </div>
                }
            </div>
        </article>
    }
}
