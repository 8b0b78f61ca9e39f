//! The foot of every page but the embed.

use yew::prelude::*;

/// The foot.
#[component]
pub(crate) fn Foot() -> Html {
    html! {
        <footer class="foot-page">
            <div>
                <span>{ "Roundtrip runs in this page: no account, no server, no tracking." }</span>
                <span>{ "What you review stays in this browser." }</span>
            </div>
        </footer>
    }
}
