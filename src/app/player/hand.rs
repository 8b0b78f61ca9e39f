//! Faults by hand: what can be done to the chosen message.

use core::time::Duration;

use yew::prelude::*;

use super::model::{Action, Model};
use super::transport::send;
use crate::app::components::icon::{Icon, symbol};
use crate::app::text::time_text;
use crate::sim::fault::{Effect, Fault, Select};
use crate::sim::time::nanos;
use crate::sim::trace::PacketId;

/// The line: the chosen message and the deeds.
pub(crate) fn hand(model: &UseReducerHandle<Model>, live: bool) -> Html {
    let Some(row) = model.chosen.and_then(|id| model.run.row(id)) else {
        return html! {};
    };
    let deeds = [
        ("drop", "Drop", Effect::Drop),
        ("delay", "Delay", Effect::Delay(delay(model))),
        ("duplicate", "Send twice", Effect::Duplicate),
        ("corrupt", "Damage", Effect::Corrupt),
    ];
    html! {
        <div class="hand" role="group" aria-label={format!("The chosen message: {}", row.name)}>
            <b>{ row.name.clone() }{ " " }<span>{ time_text(row.sent.as_nanos()) }</span></b>
            { for deeds.into_iter().filter_map(|(key, name, effect)| {
                let fault = fault(model, row.id, effect)?;
                Some(html! {
                    <button type="button" class="chip" data-deed={key} disabled={!live}
                        title={(key == "delay").then(|| delay_text(model))}
                        onclick={send(model, Action::Fault(fault))}>{ name }</button>
                })
            }) }
            <button type="button" class="tool" aria-label="Choose nothing" title="Choose nothing"
                onclick={send(model, Action::Choose(None))}>{ symbol(Icon::Close) }</button>
        </div>
    }
}

/// Two round trips: enough that others overtake it.
fn delay(model: &Model) -> Duration {
    model.setup.params.duration("rtt").saturating_mul(2)
}

/// A fault of a packet by its name and number; none if the world would not find it.
pub(crate) fn fault(model: &Model, id: PacketId, effect: Effect) -> Option<Fault> {
    let kind = &model.run.row(id)?.kind;
    let before = model.run.rows.iter().take_while(|row| row.id != id);
    let same = before.filter(|row| row.kind == *kind).count();
    let nth = u32::try_from(same + 1).ok()?;
    Some(Fault::Packet { select: Select { name: kind.clone(), nth }, effect })
}

/// How long a delay by hand is, for people.
fn delay_text(model: &Model) -> String {
    format!("By {}", time_text(nanos(delay(model))))
}
