//! The bar above every page but the embed.

use yew::prelude::*;

use super::anchor::Anchor;
use crate::app::route::Route;

/// The bar.
#[component]
pub(crate) fn Bar() -> Html {
    html! {
        <header class="bar">
            <Anchor to={Route::Home} class="brand">{ "Roundtrip" }</Anchor>
        </header>
    }
}
