//! Moment links: words that move the playhead of a diagram on the same page.

use yew::prelude::*;

use super::number::use_own;
use crate::app::moments::use_moments;
use crate::app::site::use_site;
use crate::app::text::time_text;
use crate::content::types::{MomentLink, Number};

/// A moment link.
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct MomentWordsProps {
    pub(crate) link: MomentLink,
    pub(crate) children: Html,
}

/// A moment link. Without script, or without a diagram on the page, it leads to the full player.
#[component]
pub(crate) fn MomentWords(props: &MomentWordsProps) -> Html {
    let site = use_site();
    let moments = use_moments();
    let moment = &props.link.moment;
    let diagram = props.link.diagram.as_ref().filter(|id| moments.has(id));
    let place = diagram.and_then(|id| moments.place(id));
    let now = place.is_some_and(|place| place.step.as_deref() == Some(moment.step.as_str()));
    // The time of the step in the diagram as the reader has set it, else on the reader's network.
    let own = use_own(&Number {
        scenario: moment.scenario.clone(),
        setup: moment.setup.clone(),
        ask: format!("time({})", moment.step),
        text: time_text(moment.at_ns),
        sum: Vec::new(),
    });
    let own = own.as_ref().as_ref().map(|(text, _)| text.clone());
    let set = place.and_then(|place| place.time(&moment.step)).map(time_text);
    let time = set.or(own).unwrap_or_else(|| time_text(moment.at_ns));
    let onclick = diagram.map(|id| {
        let (moments, id, step) = (moments.clone(), id.clone(), moment.step.clone());
        Callback::from(move |event: MouseEvent| {
            if event.meta_key() || event.ctrl_key() || event.shift_key() {
                return;
            }
            event.prevent_default();
            moments.jump(&id, &step);
        })
    });
    let class = classes!("moment", moment.protocol.clone(), now.then_some("now"));
    html! {
        <a {class} href={format!("{}/{}", site.base, moment.href())} {onclick}
            data-moment={moment.step.clone()} aria-current={now.then_some("true")}>
            <span>{ props.children.clone() }</span><time>{ time }</time>
        </a>
    }
}
