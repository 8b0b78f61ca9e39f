//! A dialog: the browser's own, so that focus, Escape and what lies behind are its business.

use gloo::events::EventListener;
use web_sys::HtmlDialogElement;
use yew::prelude::*;

use super::icon::{Icon, symbol};

/// A dialog.
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct SheetProps {
    pub(crate) title: AttrValue,
    #[prop_or_default]
    pub(crate) narrow: bool,
    pub(crate) on_close: Callback<()>,
    pub(crate) children: Html,
}

/// A dialog that is open as long as it exists; it gives the focus back where it was.
#[component]
pub(crate) fn Sheet(props: &SheetProps) -> Html {
    let place = use_node_ref();
    {
        let (place, on_close) = (place.clone(), props.on_close.clone());
        use_effect_with((), move |()| {
            let mut listeners = Vec::new();
            if let Some(dialog) = place.cast::<HtmlDialogElement>() {
                if !dialog.open() {
                    let _ = dialog.show_modal();
                }
                let close = on_close.clone();
                listeners.push(EventListener::new(&dialog, "close", move |_| close.emit(())));
                let shown = dialog.clone();
                // A click outside of the box closes it, as readers expect.
                listeners.push(EventListener::new(&dialog, "click", move |event| {
                    let outside = event.target().is_some_and(|target| shown.loose_eq(&target));
                    if outside {
                        shown.close();
                    }
                }));
            }
            move || drop(listeners)
        });
    }
    let onclose = {
        let place = place.clone();
        Callback::from(move |_: MouseEvent| {
            if let Some(dialog) = place.cast::<HtmlDialogElement>() {
                dialog.close();
            }
        })
    };
    // Keys belong to the dialog while it is open, not to the player behind it.
    let onkeydown = Callback::from(|event: KeyboardEvent| event.stop_propagation());
    html! {
        <dialog class={props.narrow.then_some("narrow")} ref={place} aria-label={props.title.clone()} {onkeydown}>
            <div class="dialog-head">
                <h2>{ props.title.clone() }</h2>
                <button type="button" class="tool" aria-label="Close" onclick={onclose}>
                    { symbol(Icon::Close) }
                </button>
            </div>
            <div class="dialog-body">{ props.children.clone() }</div>
        </dialog>
    }
}
