//! The bytes of a message, sixteen to a row, coloured by their layer.

use std::ops::Range;

use yew::prelude::*;

use super::drawing::Shared;
use super::inspector::Chosen;
use crate::app::text::grouped;
use crate::diagram::inspect::{HexByte, HexRow, Inspection};

/// The bytes. They are for the eye and the mouse; the fields above say the same to everyone.
pub(crate) fn hex(parts: &Shared<Inspection>, chosen: Chosen, onchoose: &Callback<Chosen>) -> Html {
    let (shared, parts) = (parts, &parts.0);
    let on = chosen
        .and_then(|(layer, place)| parts.layers.get(layer)?.fields.get(place))
        .map_or(0..0, |field| field.bytes.clone());
    let onclick = {
        let (parts, onchoose) = (shared.clone(), onchoose.clone());
        Callback::from(move |event: MouseEvent| {
            let element = event.target_dyn_into::<web_sys::Element>();
            let at = element.and_then(|element| element.get_attribute("data-byte")?.parse().ok());
            if let Some(at) = at {
                onchoose.emit(field_at(&parts.0, at));
            }
        })
    };
    html! {
        <>
            <div class="hex" tabindex="0" role="group" aria-label="Bytes" {onclick}>
                { for parts.hex.iter().map(|row| line(row, parts, &on)) }
                if parts.more > 0 {
                    <div class="at">{ format!("… {} more bytes of data", grouped(u64::from(parts.more))) }</div>
                }
            </div>
            <p class="hex-key">
                { for parts.layers.iter().map(|layer| html! {
                    <span><i class={layer.protocol.id()}></i>{ layer.name }</span>
                }) }
            </p>
        </>
    }
}

/// A row: where it begins, and its bytes.
fn line(row: &HexRow, parts: &Inspection, on: &Range<u32>) -> Html {
    let look = |byte: &HexByte| (byte.layer, on.contains(&byte.at));
    html! {
        <div>
            <span class="at">{ &row.offset }{ "  " }</span>
            { for row.bytes.iter().enumerate().map(|(place, byte)| {
                // The space behind a byte belongs to it, unless another look begins.
                let joined = row.bytes.get(place + 1).is_some_and(|next| look(next) == look(byte));
                let (inner, outer) = if joined { (" ", "") } else { ("", " ") };
                let layer = byte.layer.and_then(|layer| parts.layers.get(layer as usize));
                let class = classes!(layer.map(|layer| layer.protocol.id()), look(byte).1.then_some("on"));
                html! {
                    <>
                        <span {class} data-byte={byte.at.to_string()}>{ format!("{:02x}{inner}", byte.value) }</span>
                        { outer }
                    </>
                }
            }) }
        </div>
    }
}

/// The innermost field at a byte.
fn field_at(parts: &Inspection, at: u32) -> Chosen {
    let mut found = None;
    for (layer, rows) in parts.layers.iter().enumerate() {
        let place = rows.fields.iter().rposition(|field| field.bytes.contains(&at));
        found = place.map(|place| (layer, place)).or(found);
    }
    found
}
