//! The inspector: the layers of the chosen message, their fields, their bytes, what they mean.

use std::rc::Rc;

use yew::prelude::*;

use super::drawing::Shared;
use super::hex::hex;
use crate::app::engine;
use crate::app::text::{NBSP, grouped, time_text};
use crate::bridge::Report;
use crate::bridge::questions::Inspect;
use crate::diagram::inspect::{FieldView, Inspection, LayerView};
use crate::diagram::list::{Row, RowFate};
use crate::sim::trace::PacketId;
use crate::wire::Protocol;

/// What the inspector needs.
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct InspectorProps {
    pub(crate) run: Shared<Report>,
    /// The message: the chosen one, or the last that was sent.
    pub(crate) packet: Option<PacketId>,
}

/// A chosen field: the place of its layer and its own.
pub(super) type Chosen = Option<(usize, usize)>;

/// The inspector.
#[component]
pub(crate) fn Inspector(props: &InspectorProps) -> Html {
    let field = use_state(|| None::<(usize, usize)>);
    let outside = use_state(|| false);
    let run = &props.run.0;
    let parts = use_memo((props.run.clone(), props.packet), |(run, packet)| {
        let question = Inspect { order: run.0.order.clone(), packet: (*packet)? };
        engine::ask(&question).flatten().map(Rc::new)
    });
    let row = props.packet.and_then(|id| run.row(id));
    let (Some(row), Some(parts)) = (row, parts.as_ref()) else {
        return html! {
            <section class="inspector" aria-label="Inspector">
                <header><h2>{ "Inspector" }</h2><p>{ "No message has been sent yet." }</p></header>
            </section>
        };
    };
    // The layer in question is open: the highest one that is not plain data.
    let last = parts.layers.iter().rposition(|layer| layer.protocol != Protocol::Data);
    let chosen = field.filter(|(layer, place)| {
        parts.layers.get(*layer).is_some_and(|layer| layer.fields.get(*place).is_some())
    });
    let onchoose = {
        let field = field.clone();
        Callback::from(move |chosen: Chosen| field.set(chosen))
    };
    html! {
        <section class="inspector" aria-label="Inspector" data-packet={row.id.0.to_string()}>
            { header(run, row) }
            if parts.layers.iter().any(|layer| layer.lock.is_some()) { { viewpoint(&outside) } }
            { for parts.layers.iter().enumerate().map(|(place, layer)| {
                if *outside && layer.lock.is_some_and(|lock| !lock.public) {
                    sealed(place, layer)
                } else {
                    layer_rows((place, last == Some(place)), layer, chosen, &onchoose)
                }
            }) }
            { meaning(parts, chosen) }
            { hex(&Shared(Rc::clone(parts)), chosen, &onchoose) }
        </section>
    }
}

fn header(run: &Report, row: &Row) -> Html {
    let ends = match row.fate {
        RowFate::Arrives(at) | RowFate::Twice(at) => format!("→ {}", time_text(at.as_nanos())),
        RowFate::Marked(at) => format!("→ {}, marked", time_text(at.as_nanos())),
        RowFate::Damaged(at) => format!("→ {}, damaged", time_text(at.as_nanos())),
        RowFate::Lost(how) => format!("→ {how}"),
    };
    html! {
        <header>
            <h2>{ row.name.clone() }{ " " }<span class="unit">
                { format!("{} of {}", row.number, grouped(u64::from(run.packets()))) }
            </span></h2>
            <p>
                { format!("{} → {} · {} {ends} · {}{NBSP}B", row.from, row.to,
                    time_text(row.sent.as_nanos()), grouped(u64::from(row.size))) }
            </p>
            if let Some(first) = row.repeats {
                <p>{ format!("Sends message {first} again.") }</p>
            }
        </header>
    }
}

/// Whose eyes look at the message: those of its two ends, or anybody's on the way.
fn viewpoint(outside: &UseStateHandle<bool>) -> Html {
    let choice = |name: &'static str, value: bool| {
        let onclick = {
            let outside = outside.setter();
            Callback::from(move |_: MouseEvent| outside.set(value))
        };
        let pressed = (**outside == value).to_string();
        html! { <button type="button" class="chip" aria-pressed={pressed} {onclick}>{ name }</button> }
    };
    html! {
        <div class="chips viewpoint" role="group" aria-label="Who looks">
            { choice("Client and server", false) }{ choice("Anyone on the path", true) }
        </div>
    }
}

/// A layer for whoever has no keys: its place and its size, nothing else.
fn sealed(place: usize, layer: &LayerView) -> Html {
    html! {
        <div class="layer sealed" key={place}>
            <p>{ "Encrypted" }<i>{ &layer.size }</i></p>
        </div>
    }
}

fn layer_rows(
    (place, open): (usize, bool),
    layer: &LayerView,
    chosen: Chosen,
    onchoose: &Callback<Chosen>,
) -> Html {
    let inside = chosen.filter(|(layer, _)| *layer == place).map(|(_, field)| field);
    let open = open || inside.is_some();
    let groups = layer.fields.chunk_by(|_, next| next.depth > 0);
    let mut at = 0;
    html! {
        <details class={classes!("layer", layer.protocol.id())} {open} key={place}>
            <summary>
                { layer.name }
                <span>{ summary(layer) }{ lock_words(layer) }</span>
                <i>{ &layer.size }</i>
            </summary>
            { for groups.map(|group| {
                let start = at;
                at += group.len();
                // The parts of a field are seen while it, or one of them, is chosen.
                let unfolded = inside.is_some_and(|field| (start..at).contains(&field));
                let seen = if unfolded { group.len() } else { 1 };
                group.iter().take(seen).enumerate().map(|(index, field)| {
                    field_row((place, start + index), field, chosen, onchoose)
                }).collect::<Html>()
            }) }
        </details>
    }
}

/// Who can read a protected layer.
fn lock_words(layer: &LayerView) -> Option<String> {
    let lock = layer.lock?;
    let who = if lock.public { "readable by all" } else { "encrypted" };
    Some(format!(" {who}, keys {}", lock.keys))
}

/// A few words about a layer: its ends, its flags, its first line.
fn summary(layer: &LayerView) -> String {
    let value = |name: &str| {
        layer.fields.iter().find(|field| field.name == name).map(|field| field.value.clone())
    };
    match layer.protocol {
        Protocol::Ipv4 => match (value("src"), value("dst")) {
            (Some(from), Some(to)) => format!("{from} → {to}"),
            _ => String::new(),
        },
        Protocol::Tcp | Protocol::Quic => value("flags").unwrap_or_default(),
        Protocol::Icmp => value("code").unwrap_or_default(),
        Protocol::Udp => match (value("src-port"), value("dst-port")) {
            (Some(from), Some(to)) => format!("{from} → {to}"),
            _ => String::new(),
        },
        Protocol::Dns => value("dns-flags").unwrap_or_default(),
        Protocol::Tls | Protocol::Http1 | Protocol::Data => String::new(),
    }
}

fn field_row(
    place: (usize, usize),
    field: &FieldView,
    chosen: Chosen,
    onchoose: &Callback<Chosen>,
) -> Html {
    let on = chosen == Some(place);
    let onclick = onchoose.reform(move |_: MouseEvent| (!on).then_some(place));
    let class = classes!("field", (field.depth > 0).then_some("part"));
    html! {
        <button type="button" {class} key={place.1} aria-pressed={on.to_string()} {onclick}
            data-field={field.name}>
            <span>{ field.label }</span>
            <span class="val">{ &field.value }</span>
            <span class="len">{ &field.size }</span>
        </button>
    }
}

fn meaning(parts: &Inspection, chosen: Chosen) -> Html {
    let field = chosen.and_then(|(layer, place)| parts.layers.get(layer)?.fields.get(place));
    html! {
        <p class="meaning" role="status">
            if let Some(field) = field {
                <b>{ field.label }</b>{ field.meaning }{ " " }
                <span class="clause">{ clause(field.clause) }</span>
            } else {
                <span class="unit">{ "Choose a field to see its bytes and what it means." }</span>
            }
        </p>
    }
}

/// A clause of an RFC as a link to it.
fn clause(text: &'static str) -> Html {
    let number = text.strip_prefix("RFC ").and_then(|rest| rest.split(' ').next());
    let section = text.split("section ").nth(1).and_then(|rest| rest.split([' ', ',']).next());
    let Some(number) = number.filter(|number| number.chars().all(|c| c.is_ascii_digit())) else {
        return html! { text };
    };
    let anchor = section.map_or_else(String::new, |section| format!("#section-{section}"));
    html! {
        <a href={format!("https://www.rfc-editor.org/rfc/rfc{number}{anchor}")} rel="noreferrer">{ text }</a>
    }
}
