//! A dialog over the page.

use web_sys::HtmlDialogElement;
use yew::prelude::*;

use crate::app::components::icon::{Icon, Symbol};

/// A dialog.
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct DialogProps {
    pub(crate) title: AttrValue,
    pub(crate) on_close: Callback<()>,
    pub(crate) children: Html,
}

/// A dialog that is open as long as it is there. Escape closes it; the focus goes back to where
/// it was, which the browser sees to.
#[component]
pub(crate) fn Dialog(props: &DialogProps) -> Html {
    let place = use_node_ref();
    {
        let place = place.clone();
        use_effect_with((), move |()| {
            let dialog = place.cast::<HtmlDialogElement>();
            if let Some(dialog) = &dialog {
                // Fails only if it is open already.
                let _ = dialog.show_modal();
            }
            move || {
                if let Some(dialog) = dialog {
                    dialog.close();
                }
            }
        });
    }
    let close = props.on_close.reform(|_: MouseEvent| ());
    let on_end = props.on_close.reform(|_: Event| ());
    html! {
        <dialog class="narrow" ref={place} aria-labelledby="dialog-title" onclose={on_end}>
            <div class="dialog-head">
                <h2 id="dialog-title">{ &props.title }</h2>
                <button type="button" class="tool" aria-label="Close" onclick={close}>
                    <Symbol icon={Icon::Close} />
                </button>
            </div>
            <div class="dialog-body">{ props.children.clone() }</div>
        </dialog>
    }
}
