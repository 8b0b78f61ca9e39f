//! A link to a page of the site.

use yew::prelude::*;

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

/// A link to a page of the site; [`super::links::use_links`] takes its clicks.
#[component]
pub(crate) fn Anchor(props: &AnchorProps) -> Html {
    let mut href = use_site().href(&props.to);
    if !props.query.is_empty() {
        href.push('?');
        href.push_str(&props.query);
    }
    html! {
        <a {href} class={props.class.clone()} aria-current={props.current.clone()}
            aria-label={props.label.clone()}>{ props.children.clone() }</a>
    }
}
