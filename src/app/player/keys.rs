//! The player's keys. They act only while the player has the focus.

use wasm_bindgen::JsCast;
use yew::prelude::*;

use super::model::{Action, Model};
use crate::diagram::Mode;
use crate::sim::trace::PacketId;

/// The keys and what they do, for the list that `?` opens.
pub(crate) const KEYS: [(&str, &str); 9] = [
    ("Space or K", "Play or pause"),
    ("← →", "One step back, one step on"),
    ("Home End", "To the start, to the end"),
    ("[ ]", "Choose the message before, the message behind"),
    ("D", "Drop the chosen message"),
    ("M", "Change how time is drawn"),
    ("- +", "Slower, faster"),
    ("R", "Reset"),
    ("?", "Show these keys"),
];

/// What a key asks for.
pub(crate) enum Wish {
    /// Something that the model does.
    Do(Action),
    /// The list of keys.
    Help,
    /// The chosen message is dropped.
    Drop,
    /// Another message is chosen, this many further.
    Choose(i32),
    /// The next way to draw time.
    NextMode,
}

/// What a key asks for, unless the control under it needs the key itself.
pub(crate) fn wish(event: &KeyboardEvent, model: &Model) -> Option<Wish> {
    if event.ctrl_key() || event.meta_key() || event.alt_key() {
        return None;
    }
    let key = event.key();
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    if target.as_ref().is_some_and(|element| keeps(element, &key)) {
        return None;
    }
    Some(match key.as_str() {
        " " | "k" | "K" => Wish::Do(Action::Toggle),
        "ArrowRight" | "ArrowDown" | "PageDown" | "n" | "N" => Wish::Do(Action::Forward),
        "ArrowLeft" | "ArrowUp" | "PageUp" | "p" | "P" => Wish::Do(Action::Back),
        "Home" => Wish::Do(Action::Home),
        "End" => Wish::Do(Action::End),
        "+" | "=" => Wish::Do(Action::Speed(model.speed + 1)),
        "-" => Wish::Do(Action::Speed(model.speed.saturating_sub(1))),
        "r" | "R" => Wish::Do(Action::Reset),
        "Escape" if model.chosen.is_some() => Wish::Do(Action::Choose(None)),
        "]" | "." => Wish::Choose(1),
        "[" | "," => Wish::Choose(-1),
        "d" | "D" if model.chosen.is_some() => Wish::Drop,
        "m" | "M" => Wish::NextMode,
        "?" => Wish::Help,
        _ => return None,
    })
}

/// Whether a control under the focus needs this key for itself.
fn keeps(element: &web_sys::Element, key: &str) -> bool {
    let tag = element.tag_name();
    let arrows = matches!(
        key,
        "ArrowLeft"
            | "ArrowRight"
            | "ArrowUp"
            | "ArrowDown"
            | "Home"
            | "End"
            | "PageUp"
            | "PageDown"
    );
    match tag.as_str() {
        "BUTTON" | "A" | "SUMMARY" => key == " ",
        "SELECT" | "TEXTAREA" => true,
        "INPUT" => match element.get_attribute("type").as_deref() {
            // The scrubber's own arrows would crawl: here they go from step to step.
            Some("range") if element.has_attribute("data-control") => false,
            Some("range" | "radio") => arrows || key == " ",
            Some("checkbox") => key == " ",
            _ => true,
        },
        // The scrolling stage keeps what moves it up and down.
        _ => {
            let class = element.get_attribute("class").unwrap_or_default();
            let scrolls = class.split(' ').any(|class| class == "stage" || class == "messages");
            scrolls && matches!(key, "PageUp" | "PageDown" | "ArrowUp" | "ArrowDown")
        }
    }
}

/// The way to draw time that comes after this one.
pub(crate) const fn next_mode(mode: Mode) -> Mode {
    match mode {
        Mode::True => Mode::Gaps,
        Mode::Gaps => Mode::Steps,
        Mode::Steps => Mode::True,
    }
}

/// The packet before or behind the chosen one; the first or last where none is chosen.
pub(crate) fn beside(model: &Model, by: i32) -> Option<PacketId> {
    let last = model.run.packets().checked_sub(1)?;
    let place = match model.chosen {
        Some(PacketId(place)) => place.saturating_add_signed(by).min(last),
        None if by > 0 => 0,
        None => last,
    };
    Some(PacketId(place))
}
