//! While a page is on its way.

use yew::prelude::*;

/// While a page is on its way: a word that appears after a moment only.
pub(crate) fn waiting() -> Html {
    html! { <main class="page loading" id="main" tabindex="-1" aria-busy="true"><p>{ "Loading…" }</p></main> }
}
