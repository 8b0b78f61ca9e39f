//! The line above a player: its title, share, full page.

use yew::prelude::*;

use super::model::Model;
use super::state::whole_state;
use crate::app::components::anchor::Anchor;
use crate::app::components::icon::{Icon, Symbol};
use crate::app::route::Route;

/// What the line needs.
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct HeadProps {
    pub(crate) title: AttrValue,
    pub(crate) model: UseReducerHandle<Model>,
    pub(crate) live: bool,
    /// Whether this is the full page.
    pub(crate) full: bool,
    pub(crate) on_share: Callback<()>,
}

/// The line.
#[component]
pub(crate) fn Head(props: &HeadProps) -> Html {
    let HeadProps { title, model, live, full, on_share } = props;
    let scenario = model.run.scenario.to_owned();
    let share = on_share.reform(|_: MouseEvent| ());
    html! {
        <header class="player-head">
            <p class="player-title">{ title.clone() }</p>
            <button type="button" class="tool" aria-label="Share and embed" title="Share and embed"
                disabled={!live} data-action="share" onclick={share}><Symbol icon={Icon::More} /></button>
            if !full {
                <Anchor to={Route::Learn { scenario }} query={whole_state(model)} class="tool"
                    label="Full page"><Symbol icon={Icon::FullPage} /></Anchor>
            }
        </header>
    }
}
