//! The review of cards.

use yew::prelude::*;

use crate::app::arrival::use_title;
use crate::app::components::loading::waiting;
use crate::app::components::study::ReviewDesk;
use crate::app::data::{Load, use_decks};

/// The review of cards.
#[component]
pub(crate) fn Cards() -> Html {
    use_title("Review");
    match use_decks() {
        Load::Ready(decks) if decks.iter().any(|deck| !deck.cards.is_empty()) => {
            html! { <ReviewDesk {decks} /> }
        }
        Load::Ready(_) => html! {
            <main id="main" class="study" tabindex="-1">
                <h1>{ "Review" }</h1>
                <p>{ "There are no cards yet. They come with the chapters." }</p>
            </main>
        },
        Load::Waiting => waiting(),
        Load::Failed(message) => html! {
            <main id="main" class="study" tabindex="-1">
                <h1>{ "The cards did not come" }</h1>
                <p role="alert">{ message }</p>
            </main>
        },
    }
}
