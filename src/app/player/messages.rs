//! The message list: the run as a table, in the order of sending.

use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::drawing::Shared;
use super::model::{Action, Model};
use crate::app::components::icon::{Icon, Symbol};
use crate::app::text::{clock_number, clock_unit, grouped};
use crate::scenario::Run;
use crate::sim::link::Outcome;
use crate::sim::time::Instant;
use crate::sim::trace::{EntryId, PacketId, PacketView, Trace};

/// What the list needs.
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct MessagesProps {
    pub(crate) run: Shared<Run>,
    /// The entry of the step at the playhead.
    pub(crate) now: Option<EntryId>,
    pub(crate) chosen: Option<PacketId>,
    pub(crate) dispatch: UseReducerDispatcher<Model>,
    pub(crate) live: bool,
}

/// More rows than this are shown on request: nobody reads them, and a phone would feel them.
const ROWS_MAX: usize = 120;

/// The message list.
#[component]
pub(crate) fn Messages(props: &MessagesProps) -> Html {
    let filter = use_state(String::new);
    let all = use_state(|| false);
    let trace = &props.run.0.trace;
    let wanted = filter.to_lowercase();
    let matching: Vec<PacketView<'_>> =
        trace.packets().filter(|packet| matches(trace, packet, &wanted)).collect();
    let shown = if *all { matching.len() } else { ROWS_MAX };
    let end = trace.duration();
    let hidden = matching.len().saturating_sub(shown);
    html! {
        <>
            if trace.packets_len() > 8 {
                <div class="list-tools">
                    <input type="search" placeholder="Filter: syn, server, lost" aria-label="Filter the messages"
                        disabled={!props.live} value={(*filter).clone()} oninput={typed(&filter)} />
                </div>
            }
            <div class="messages" tabindex="0" role="group" aria-label="Message list">
                <table class="data">
                    <caption class="sr">{ "Every message of this run, in order. Choose one to go there, or to drop, delay, copy or damage it." }</caption>
                    <thead><tr>
                        <th class="n" scope="col">{ clock_unit(end) }</th>
                        <th scope="col">{ "From" }</th>
                        <th scope="col">{ "Message" }</th>
                        <th class="n" scope="col">{ "Bytes" }</th>
                        <th class="n" scope="col">{ "Arrives" }</th>
                    </tr></thead>
                    <tbody>
                        { for matching.iter().take(shown).map(|packet| row(props, packet)) }
                    </tbody>
                </table>
                if matching.is_empty() {
                    <p class="quiet">{ "No message matches. " }
                        <button type="button" class="plain" onclick={cleared(&filter)}>{ "Show all" }</button>
                    </p>
                }
                if hidden > 0 {
                    <p class="quiet">
                        <button type="button" class="plain" onclick={Callback::from(move |_: MouseEvent| all.set(true))}>
                            { format!("Show the other {}", grouped(hidden as u64)) }
                        </button>
                    </p>
                }
            </div>
        </>
    }
}

fn typed(filter: &UseStateHandle<String>) -> Callback<InputEvent> {
    let filter = filter.clone();
    Callback::from(move |event: InputEvent| {
        if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
            filter.set(input.value());
        }
    })
}

fn cleared(filter: &UseStateHandle<String>) -> Callback<MouseEvent> {
    let filter = filter.clone();
    Callback::from(move |_| filter.set(String::new()))
}

/// Whether a message has every word of the filter in what its row says.
fn matches(trace: &Trace, packet: &PacketView<'_>, wanted: &str) -> bool {
    if wanted.trim().is_empty() {
        return true;
    }
    let label = packet.sent.packet.label();
    let lost = if packet.sent.fate.arrival().is_none() { "lost" } else { "" };
    let from = trace.host(packet.from).title;
    let said =
        format!("{} {} {} {from} {lost}", label.kind, label.name, label.detail).to_lowercase();
    wanted.split_whitespace().all(|word| said.contains(word))
}

fn row(props: &MessagesProps, packet: &PacketView<'_>) -> Html {
    let trace = &props.run.0.trace;
    let end = trace.duration();
    let (id, at) = (packet.sent.id, packet.at);
    let label = packet.sent.packet.label();
    let from = trace.host(packet.from).title;
    let now = props.now == Some(packet.entry);
    let chosen = props.chosen == Some(id);
    let choose = {
        let dispatch = props.dispatch.clone();
        let live = props.live;
        Callback::from(move |_: MouseEvent| {
            if live {
                dispatch.dispatch(Action::Seek(at));
                dispatch.dispatch(Action::Choose(Some(id)));
            }
        })
    };
    let arrow = if packet.from.0 <= packet.sent.to.0 { "→ " } else { "← " };
    html! {
        <tr key={id.0} class={classes!(now.then_some("now"), chosen.then_some("chosen"))}
            aria-current={now.then_some("step")} data-packet={id.0.to_string()}
            data-kind={label.kind.clone()} onclick={choose}>
            <td class="n">{ clock_number(at, end) }</td>
            <td>{ from }</td>
            <td>
                <button type="button" class="row" aria-pressed={chosen.to_string()} disabled={!props.live}>
                    { arrow }{ label.name }
                    if !label.detail.is_empty() {
                        <span class="detail">{ ", " }{ label.detail }</span>
                    }
                </button>
            </td>
            <td class="n">{ grouped(u64::from(packet.sent.packet.size())) }</td>
            <td class="n">{ fate(end, packet) }</td>
        </tr>
    }
}

/// When a message arrives, or what became of it.
fn fate(end: Instant, packet: &PacketView<'_>) -> Html {
    match packet.sent.fate.outcome {
        Outcome::Delivered { at } => {
            let again = packet.sent.fate.copy.map(|_| " twice");
            html! { <>{ clock_number(at, end) }{ again }</> }
        }
        Outcome::Corrupted { at } => bad(format!("{} damaged", clock_number(at, end))),
        Outcome::Dropped { reason, .. } => bad(reason.name().to_owned()),
    }
}

fn bad(words: String) -> Html {
    html! { <span class="fate"><Symbol icon={Icon::Cross} />{ words }</span> }
}
