//! What opens above the player: keys, differences, share and embed.

use yew::prelude::*;

use super::changed::differences;
use super::keys::KEYS;
use super::model::Action;
use super::share::Share;
use super::transport::send;
use super::view::{Dialog, Seen};
use crate::app::components::dialog::Sheet;

/// A dialog of the player.
pub(super) fn show(seen: &Seen, dialog: Dialog, on_close: Callback<()>) -> Html {
    match dialog {
        Dialog::Keys => html! {
            <Sheet title="Keys of the player" narrow={true} {on_close}>{ keys() }</Sheet>
        },
        Dialog::Changes => html! {
            <Sheet title="What changed" narrow={true} on_close={on_close.clone()}>
                { changed(seen, &on_close) }
            </Sheet>
        },
        Dialog::Share => html! {
            <Sheet title="Share, embed and save" {on_close}>
                <Share model={seen.model.clone()} title={seen.title()} />
            </Sheet>
        },
    }
}

/// The list of keys.
fn keys() -> Html {
    html! {
        <>
            <p>{ "They act while the player has the focus: click it, or go there with Tab." }</p>
            <dl class="keys">
                { for KEYS.iter().map(|(key, deed)| html! {
                    <><dt><kbd>{ *key }</kbd></dt><dd>{ *deed }</dd></>
                }) }
            </dl>
        </>
    }
}

fn changed(seen: &Seen, on_close: &Callback<()>) -> Html {
    let model = &seen.model;
    let Some(before) = &model.before else {
        return html! { <p>{ "Nothing is compared any more." }</p> };
    };
    let list = differences(before, &model.run);
    let forget = {
        let (forget, close) = (send::<MouseEvent>(model, Action::Forget), on_close.clone());
        Callback::from(move |event| {
            forget.emit(event);
            close.emit(());
        })
    };
    html! {
        <>
            if list.is_empty() {
                <p>{ "Nothing: the run comes out the same." }</p>
            }
            <ul class="changes">
                { for list.iter().map(|change| html! {
                    <li><b>{ &change.about }</b><span>{ &change.text }</span></li>
                }) }
            </ul>
            <p><button type="button" class="push" data-action="forget" onclick={forget}>{ "Hide the ghost" }</button></p>
        </>
    }
}
