//! The message list: the run as a table, in the order of sending.

use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::drawing::Shared;
use super::model::{Action, Model};
use crate::app::components::icon::{Icon, symbol};
use crate::app::text::{clock_number, clock_unit, grouped};
use crate::bridge::Report;
use crate::diagram::list::{Row, RowFate};
use crate::sim::time::Instant;
use crate::sim::trace::PacketId;

/// What the list needs.
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct MessagesProps {
    pub(crate) run: Shared<Report>,
    /// The message that the step at the playhead sends.
    pub(crate) now: Option<PacketId>,
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
    let run = &props.run.0;
    let wanted = filter.to_ascii_lowercase();
    let matching: Vec<&Row> = run.rows.iter().filter(|row| matches(row, &wanted)).collect();
    let shown = if *all { matching.len() } else { ROWS_MAX };
    let end = run.end;
    let hidden = matching.len().saturating_sub(shown);
    html! {
        <>
            if run.rows.len() > 8 {
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
                        <th class="why" scope="col">{ "Why" }</th>
                        <th class="n" scope="col">{ "Bytes" }</th>
                        <th class="n" scope="col">{ "Arrives" }</th>
                    </tr></thead>
                    <tbody>
                        { for matching.iter().take(shown).map(|row| line(props, row, end)) }
                    </tbody>
                </table>
                if let Some(ending) = &run.ending {
                    <p class="quiet">{ ending }</p>
                }
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
fn matches(row: &Row, wanted: &str) -> bool {
    let lost = if row.fate.arrival().is_none() { "lost" } else { "" };
    let Row { kind, name, detail, from, to, .. } = row;
    let said = format!("{kind} {name} {detail} {from} {to} {lost}").to_ascii_lowercase();
    wanted.split_whitespace().all(|word| said.contains(word))
}

fn line(props: &MessagesProps, row: &Row, end: Instant) -> Html {
    let (id, at) = (row.id, row.sent);
    let now = props.now == Some(id);
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
    let arrow = if row.rightward { "→ " } else { "← " };
    html! {
        <tr key={id.0} class={classes!(now.then_some("now"), chosen.then_some("chosen"))}
            aria-current={now.then_some("step")} data-packet={id.0.to_string()}
            data-kind={row.kind.clone()} onclick={choose}>
            <td class="n">{ clock_number(at, end) }</td>
            <td>{ row.from }</td>
            <td>
                <button type="button" class="row" aria-pressed={chosen.to_string()} disabled={!props.live}>
                    { arrow }{ row.name.clone() }
                    if !row.detail.is_empty() {
                        <span class="detail">{ ", " }{ row.detail.clone() }</span>
                    }
                </button>
                if let Some(first) = row.repeats {
                    <span class="detail">{ format!(" (message {first} again)") }</span>
                }
            </td>
            <td class="why">{ row.cause.clone() }</td>
            <td class="n">{ grouped(u64::from(row.size)) }</td>
            <td class="n">{ fate(row.fate, end) }</td>
        </tr>
    }
}

/// When a message arrives, or what became of it.
fn fate(fate: RowFate, end: Instant) -> Html {
    match fate {
        RowFate::Arrives(at) => html! { clock_number(at, end) },
        RowFate::Twice(at) => html! { format!("{} twice", clock_number(at, end)) },
        RowFate::Marked(at) => html! { format!("{} marked", clock_number(at, end)) },
        RowFate::Damaged(at) => bad(format!("{} damaged", clock_number(at, end))),
        RowFate::Lost(how) => bad(how.to_owned()),
    }
}

fn bad(words: String) -> Html {
    html! { <span class="fate">{ symbol(Icon::Cross) }{ words }</span> }
}
