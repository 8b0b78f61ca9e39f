//! A graph beside the lanes: the same clock downwards, so one playhead crosses both.

use yew::prelude::*;

use super::drawing::node;
use crate::app::engine;
use crate::bridge::Lay;
use crate::bridge::questions::{Graph, Long};
use crate::sim::time::Instant;

/// The congestion window and what is in flight, if the run has a window that changes.
pub(crate) fn graph(lay: &Lay, playhead: Option<Instant>) -> Html {
    let found = engine::ask(&Graph { lay: lay.clone(), playhead });
    let Some((host, picture)) = found.flatten() else { return html! {} };
    html! {
        <div class="graph drawing">
            <p class="lanes"><b>{ "Congestion window" }</b><span>{ format!("{host}, bytes") }</span></p>
            { node(&picture) }
        </div>
    }
}

/// The numbers of a long run over all its time; its drawing has the first messages only.
pub(crate) fn long(lay: &Lay, playhead: Option<Instant>, class: Option<String>) -> Html {
    let Some(charts) = engine::ask(&Long { lay: lay.clone(), playhead }) else { return html! {} };
    let key = class.clone().unwrap_or_default();
    html! {
        <div class={classes!("long", class)} {key}>
            { for charts.iter().map(|(title, picture)| html! {
                <div key={title.clone()} class="chart drawing">
                    <p>{ title.clone() }</p>
                    { node(picture) }
                </div>
            }) }
        </div>
    }
}
