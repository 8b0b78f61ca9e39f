//! The first page.

use yew::prelude::*;

/// The first page.
#[component]
pub(crate) fn Home() -> Html {
    html! { <main id="main"><h1>{ "Where do the milliseconds of a first request go?" }</h1></main> }
}
