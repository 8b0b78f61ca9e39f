//! The foot of every page but the embed.

use yew::prelude::*;

use super::anchor::Anchor;
use crate::app::route::Route;

/// The foot.
pub(crate) fn foot() -> Html {
    html! {
        <footer class="foot-page">
            <div>
                <span>{ "Roundtrip runs in this page: no account, no server, no tracking." }</span>
                <span>{ "What you review stays in this browser." }</span>
                <Anchor to={Route::Truth}>{ "How true is this?" }</Anchor>
                <Anchor to={Route::Glossary}>{ "Glossary" }</Anchor>
                // Pages without the program, so the router leaves them to the browser.
                <a href="numbers/">{ "Numbers to remember" }</a>
                <a href="print/">{ "The course on paper" }</a>
            </div>
        </footer>
    }
}
