//! Any other address.

use yew::prelude::*;

/// Any other address.
#[component]
pub(crate) fn NotFound() -> Html {
    html! { <main id="main"><h1>{ "There is no such page" }</h1></main> }
}
