//! A link to a page of the site.

use yew::prelude::*;
use yew_router::hooks::use_navigator;
use yew_router::query::Raw;

use crate::app::route::Route;
use crate::app::site::use_site;

/// A link to a page of the site.
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct AnchorProps {
    /// Where it goes.
    pub(crate) to: Route,
    /// A query without its question mark.
    #[prop_or_default]
    pub(crate) query: AttrValue,
    #[prop_or_default]
    pub(crate) class: Classes,
    /// `page` on the link to where the reader is.
    #[prop_or_default]
    pub(crate) current: Option<AttrValue>,
    /// The name, where the content is not text.
    #[prop_or_default]
    pub(crate) label: Option<AttrValue>,
    pub(crate) children: Html,
}

/// A link that changes the page without loading it anew; with a modifier key it stays a link.
#[component]
pub(crate) fn Anchor(props: &AnchorProps) -> Html {
    let site = use_site();
    let navigator = use_navigator();
    let mut href = site.href(&props.to);
    if !props.query.is_empty() {
        href.push('?');
        href.push_str(&props.query);
    }
    let onclick = {
        let (to, query) = (props.to.clone(), props.query.clone());
        Callback::from(move |event: MouseEvent| {
            let modified =
                event.meta_key() || event.ctrl_key() || event.shift_key() || event.alt_key();
            let Some(navigator) = navigator.as_ref().filter(|_| !modified) else { return };
            event.prevent_default();
            // An address that cannot be written is a link that does nothing; ours all can.
            let _ = navigator.push_with_query(&to, Raw(query.as_str()));
        })
    };
    html! {
        <a {href} class={props.class.clone()} aria-current={props.current.clone()}
            aria-label={props.label.clone()} {onclick}>{ props.children.clone() }</a>
    }
}
