//! The inspector: the layers of the chosen message, their fields, their bytes, what they mean.

use std::rc::Rc;

use yew::prelude::*;

use super::drawing::Shared;
use super::hex::Hex;
use crate::app::text::{NBSP, grouped, time_text};
use crate::scenario::Run;
use crate::sim::link::Outcome;
use crate::sim::trace::{PacketId, PacketView, Trace};
use crate::wire::Protocol;
use crate::wire::encoder::Field;
use crate::wire::layers::Layer;

/// What the inspector needs.
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct InspectorProps {
    pub(crate) run: Shared<Run>,
    /// The message: the chosen one, or the last that was sent.
    pub(crate) packet: Option<PacketId>,
}

/// A chosen field: the place of its layer and its own.
pub(super) type Chosen = Option<(usize, usize)>;

/// The inspector.
#[component]
pub(crate) fn Inspector(props: &InspectorProps) -> Html {
    let field = use_state(|| None::<(usize, usize)>);
    let trace = &props.run.0.trace;
    let Some(packet) = props.packet.and_then(|id| trace.packet(id)) else {
        return html! {
            <aside class="inspector" aria-label="Inspector">
                <header><h2>{ "Inspector" }</h2><p>{ "No message has been sent yet." }</p></header>
            </aside>
        };
    };
    let layers = Rc::new(packet.sent.packet.layers());
    // The layer in question is open: the highest one that is not plain data.
    let open = layers.iter().rposition(|layer| layer.protocol != Protocol::Data).unwrap_or(0);
    let chosen = field.filter(|(layer, place)| {
        layers.get(*layer).is_some_and(|layer| layer.fields.get(*place).is_some())
    });
    let onchoose = {
        let field = field.clone();
        Callback::from(move |chosen: Chosen| field.set(chosen))
    };
    html! {
        <aside class="inspector" aria-label="Inspector" data-packet={packet.sent.id.0.to_string()}>
            { header(trace, &packet) }
            { for layers.iter().enumerate().map(|(place, layer)| {
                layer_rows(place, layer, place == open, chosen, &onchoose)
            }) }
            { meaning(&layers, chosen) }
            <Hex packet={packet.sent.packet.clone()} layers={Rc::clone(&layers)} {chosen} {onchoose} />
        </aside>
    }
}

fn header(trace: &Trace, packet: &PacketView<'_>) -> Html {
    let label = packet.sent.packet.label();
    let ends = match packet.sent.fate.outcome {
        Outcome::Delivered { at } => format!("→ {}", time_text(at.as_nanos())),
        Outcome::Corrupted { at } => format!("→ {}, damaged", time_text(at.as_nanos())),
        Outcome::Dropped { reason, .. } => reason.name().to_owned(),
    };
    html! {
        <header>
            <h2>{ label.name }{ " " }<span class="unit">
                { format!("{} of {}", packet.sent.id.0 + 1, grouped(u64::from(trace.packets_len()))) }
            </span></h2>
            <p>
                { format!("{} → {} · {} {ends} · {}{NBSP}B", trace.host(packet.from).title,
                    trace.host(packet.sent.to).title, time_text(packet.at.as_nanos()),
                    grouped(u64::from(packet.sent.packet.size()))) }
            </p>
            if let Some(first) = packet.sent.retransmits {
                <p>{ format!("Sends message {} again.", first.0 + 1) }</p>
            }
        </header>
    }
}

fn layer_rows(
    place: usize,
    layer: &Layer,
    open: bool,
    chosen: Chosen,
    onchoose: &Callback<Chosen>,
) -> Html {
    let open = open || chosen.is_some_and(|(layer, _)| layer == place);
    html! {
        <details class={classes!("layer", layer.protocol.id())} {open} key={place}>
            <summary>
                { layer.protocol.name() }
                <span>{ summary(layer) }</span>
                <i>{ format!("{}{NBSP}B", grouped(u64::from(layer.size))) }</i>
            </summary>
            { for layer.fields.iter().enumerate().map(|(index, field)| {
                field_row((place, index), field, chosen, onchoose)
            }) }
        </details>
    }
}

/// A few words about a layer: its ends, its flags, its first line.
fn summary(layer: &Layer) -> String {
    let shown = |name: &str| {
        layer.fields.iter().find(|field| field.spec.name == name).map(|field| field.shown.clone())
    };
    match layer.protocol {
        Protocol::Ipv4 => match (shown("src"), shown("dst")) {
            (Some(from), Some(to)) => format!("{from} → {to}"),
            _ => String::new(),
        },
        Protocol::Tcp => shown("flags").unwrap_or_default(),
        Protocol::Http1 | Protocol::Data => String::new(),
    }
}

fn field_row(
    place: (usize, usize),
    field: &Field,
    chosen: Chosen,
    onchoose: &Callback<Chosen>,
) -> Html {
    let on = chosen == Some(place);
    let onclick = onchoose.reform(move |_: MouseEvent| (!on).then_some(place));
    let class = classes!("field", (field.depth > 0).then_some("part"));
    html! {
        <button type="button" {class} key={place.1} aria-pressed={on.to_string()} {onclick}
            data-field={field.spec.name}>
            <span>{ field.spec.label }</span>
            <span class="val">{ &field.shown }</span>
            <span class="len">{ length(field) }</span>
        </button>
    }
}

/// How many bytes a field takes, or bits if it is not whole bytes.
fn length(field: &Field) -> String {
    let bits = field.bits.end.saturating_sub(field.bits.start);
    match bits {
        0 => String::new(),
        bits if bits.is_multiple_of(8) => grouped(u64::from(bits / 8)),
        bits => format!("{bits}{NBSP}bit"),
    }
}

fn meaning(layers: &[Layer], chosen: Chosen) -> Html {
    let field = chosen.and_then(|(layer, place)| layers.get(layer)?.fields.get(place));
    html! {
        <p class="meaning" role="status">
            if let Some(field) = field {
                <b>{ field.spec.label }</b>{ field.spec.meaning }{ " " }
                <span class="clause">{ clause(field.spec.clause) }</span>
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
