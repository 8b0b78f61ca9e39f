//! A labelled slider: a native control under a drawn track.

use std::rc::Rc;

use gloo::render::{AnimationFrame, request_animation_frame};
use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::app::text::{NBSP, percent};

/// A labelled slider.
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct SliderProps {
    /// The parameter's permanent name.
    pub(crate) name: AttrValue,
    pub(crate) label: AttrValue,
    /// One sentence on what it does.
    pub(crate) help: AttrValue,
    /// Where it stands, from 0 to `last`.
    pub(crate) place: usize,
    pub(crate) last: usize,
    /// Its value for people.
    pub(crate) number: AttrValue,
    pub(crate) unit: AttrValue,
    pub(crate) live: bool,
    /// The reader moves it; at most once per picture of the screen.
    pub(crate) on_place: Callback<usize>,
}

/// A labelled slider.
#[component]
pub(crate) fn Slider(props: &SliderProps) -> Html {
    let waiting = use_mut_ref(|| None::<AnimationFrame>);
    let newest = use_mut_ref(|| props.place);
    let oninput = {
        let on_place = props.on_place.clone();
        Callback::from(move |event: InputEvent| {
            let Some(input) = event.target_dyn_into::<HtmlInputElement>() else { return };
            *newest.borrow_mut() = input.value().parse().unwrap_or(0);
            if waiting.borrow().is_some() {
                return;
            }
            let (slot, newest, on_place) =
                (Rc::clone(&waiting), Rc::clone(&newest), on_place.clone());
            let frame = request_animation_frame(move |_| {
                slot.borrow_mut().take();
                let place = *newest.borrow();
                on_place.emit(place);
            });
            *waiting.borrow_mut() = Some(frame);
        })
    };
    let share = u32::try_from(props.place * 1_000 / props.last.max(1)).unwrap_or(0).min(1_000);
    let (at, text) = (percent(share), format!("{}{NBSP}{}", props.number, props.unit));
    html! {
        <label class="param" title={props.help.clone()}>
            <span class="label">{ props.label.clone() }</span>
            <span class="track">
                <input type="range" aria-label={props.label.clone()} min="0" max={props.last.to_string()} step="1"
                    value={props.place.to_string()} disabled={!props.live}
                    aria-valuetext={text.trim_end().to_owned()}
                    data-param={props.name.clone()} {oninput} />
                <svg aria-hidden="true">
                    <line class="line" x1="0" x2="100%" y1="50%" y2="50%" />
                    <line class="passed" x1="0" x2={at.clone()} y1="50%" y2="50%" />
                    <circle class="thumb" cx={at} cy="50%" r="7.5" />
                </svg>
            </span>
            <span class="reading">
                <b>{ props.number.clone() }</b>
                if !props.unit.is_empty() {
                    <span class="unit">{ format!("{NBSP}{}", props.unit) }</span>
                }
            </span>
        </label>
    }
}
