//! The bytes of a message, sixteen to a row, coloured by their layer.

use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

use yew::prelude::*;

use super::inspector::Chosen;
use crate::app::text::grouped;
use crate::wire::Packet;
use crate::wire::layers::Layer;

/// What the bytes need.
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct HexProps {
    pub(crate) packet: Arc<Packet>,
    pub(crate) layers: Rc<Vec<Layer>>,
    pub(crate) chosen: Chosen,
    pub(crate) onchoose: Callback<Chosen>,
}

/// How many bytes are shown; behind them is payload that says nothing more.
const SHOWN: usize = 192;
/// Bytes in a row.
const ROW: usize = 16;

/// The bytes.
#[component]
pub(crate) fn Hex(props: &HexProps) -> Html {
    let bytes = props.packet.to_vec();
    let shown = bytes.get(..SHOWN).unwrap_or(&bytes);
    let on = props
        .chosen
        .and_then(|(layer, place)| props.layers.get(layer)?.fields.get(place))
        .map_or(0..0, |field| byte_range(&field.bits));
    let onclick = {
        let (layers, onchoose) = (Rc::clone(&props.layers), props.onchoose.clone());
        Callback::from(move |event: MouseEvent| {
            let element = event.target_dyn_into::<web_sys::Element>();
            let at = element.and_then(|element| element.get_attribute("data-byte")?.parse().ok());
            if let Some(at) = at {
                onchoose.emit(field_at(&layers, at));
            }
        })
    };
    let more = bytes.len() - shown.len();
    html! {
        <>
            <div class="hex" tabindex="0" role="group" aria-label="Bytes" {onclick}>
                { for shown.chunks(ROW).enumerate().map(|(row, chunk)| {
                    html! { <div>{ line(row * ROW, chunk, &props.layers, &on) }</div> }
                }) }
                if more > 0 {
                    <div class="at">{ format!("… {} more bytes of data", grouped(more as u64)) }</div>
                }
            </div>
            <p class="hex-key">
                { for props.layers.iter().map(|layer| html! {
                    <span><i class={layer.protocol.id()}></i>{ layer.protocol.name() }</span>
                }) }
            </p>
        </>
    }
}

/// A row: where it begins, and its bytes in runs of one look.
fn line(start: usize, bytes: &[u8], layers: &[Layer], on: &Range<usize>) -> Html {
    let looks = (start..start + bytes.len()).map(|at| (layer_of(layers, at), on.contains(&at)));
    let looks: Vec<(Option<&'static str>, bool)> = looks.collect();
    html! {
        <>
            <span class="at">{ format!("{start:04x}  ") }</span>
            { for bytes.iter().enumerate().map(|(place, byte)| {
                let (layer, on) = looks[place];
                // The space behind a byte belongs to it, unless another look begins.
                let joined = looks.get(place + 1) == Some(&(layer, on));
                let text = if joined { format!("{byte:02x} ") } else { format!("{byte:02x}") };
                html! {
                    <>
                        <span class={classes!(layer, on.then_some("on"))} data-byte={(start + place).to_string()}>{ text }</span>
                        if !joined { { " " } }
                    </>
                }
            }) }
        </>
    }
}

fn layer_of(layers: &[Layer], at: usize) -> Option<&'static str> {
    let at = u32::try_from(at).ok()?;
    let inside = |layer: &&Layer| (layer.offset..layer.offset + layer.size).contains(&at);
    layers.iter().find(inside).map(|layer| layer.protocol.id())
}

/// The bytes that a field touches.
fn byte_range(bits: &Range<u32>) -> Range<usize> {
    if bits.is_empty() {
        return 0..0;
    }
    let start = usize::try_from(bits.start / 8).unwrap_or(0);
    start..usize::try_from(bits.end.div_ceil(8)).unwrap_or(start)
}

/// The innermost field at a byte.
fn field_at(layers: &[Layer], at: usize) -> Chosen {
    let mut found = None;
    for (layer, rows) in layers.iter().enumerate() {
        for (place, field) in rows.fields.iter().enumerate() {
            if byte_range(&field.bits).contains(&at) {
                found = Some((layer, place));
            }
        }
    }
    found
}
