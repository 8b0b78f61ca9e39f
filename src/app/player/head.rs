//! The line above a player: its title, share, full page.

use yew::prelude::*;

use super::model::Model;
use super::state::whole_state;
use crate::app::components::anchor::Anchor;
use crate::app::components::icon::{Icon, symbol};
use crate::app::route::Route;

/// The line; on a page of its own it does not lead to the full page.
pub(crate) fn head(
    title: AttrValue,
    model: &Model,
    (live, full): (bool, bool),
    on_share: &Callback<()>,
) -> Html {
    let scenario = model.run.order.scenario.clone();
    let share = on_share.reform(|_: MouseEvent| ());
    html! {
        <header class="player-head">
            <p class="player-title">{ title }</p>
            <button type="button" class="tool" aria-label="Share, embed and save" title="Share and embed"
                disabled={!live} data-action="share" onclick={share}>{ symbol(Icon::More) }</button>
            if !full {
                <Anchor to={Route::Learn { scenario }} query={whole_state(model)} class="tool"
                    label="Full page">{ symbol(Icon::FullPage) }</Anchor>
            }
        </header>
    }
}
