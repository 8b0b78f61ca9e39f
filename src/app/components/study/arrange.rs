//! Items to bring into order: with buttons and keys, never by dragging alone.

use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};
use yew::prelude::*;

use super::options::{class, tag};
use super::words::{PLAIN, Words};
use crate::app::components::icon::{Icon, symbol};
use crate::app::study::quiz::Act;
use crate::content::types::{Node, plain_text};
use crate::study::grading::Mark;

/// Items to bring into order.
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct ArrangeProps {
    /// The items in the author's order, which is the right one.
    pub(crate) items: Vec<Vec<Node>>,
    /// How they stand.
    pub(crate) order: Vec<usize>,
    pub(crate) live: bool,
    pub(crate) act: Callback<Act>,
}

/// Items to bring into order.
///
/// Each row has two buttons. While one of them has the focus, the arrow keys move the row and a
/// digit puts it at that place; the focus stays with the row.
#[component]
pub(crate) fn Arrange(props: &ArrangeProps) -> Html {
    let words = PLAIN.unlinked();
    let place = use_node_ref();
    // The item that was moved last, and whether it went up.
    let moved = use_state(|| None::<(usize, bool)>);
    {
        let place = place.clone();
        use_effect_with((props.order.clone(), *moved), move |(_, moved)| {
            if let Some((item, up)) = moved {
                focus_row(&place, *item, *up);
            }
        });
    }
    let count = props.order.len();
    let go = {
        let (act, moved, order) = (props.act.clone(), moved.clone(), props.order.clone());
        Callback::from(move |(from, to): (usize, usize)| {
            if let Some(item) = order.get(from).filter(|_| to < order.len() && to != from) {
                moved.set(Some((*item, to < from)));
                act.emit(Act::Move(from, to));
            }
        })
    };
    let said = moved.as_ref().and_then(|(item, _)| {
        let at = props.order.iter().position(|here| here == item)?;
        let name = plain_text(props.items.get(*item)?);
        Some(format!("{name}: place {} of {count}", at + 1))
    });
    let row = |(at, item): (usize, &usize)| {
        let text = props.items.get(*item)?;
        let onkeydown = {
            let go = go.clone();
            Callback::from(move |event: KeyboardEvent| on_key(&event, at, count, &go))
        };
        Some(html! {
            <li key={*item} class="option arrange" data-item={item.to_string()} {onkeydown}>
                <span class="key num">{ at + 1 }</span>
                <span class="text">{ words.show(text) }</span>
                { moves(at, count, &plain_text(text), props.live, &go) }
            </li>
        })
    };
    html! {
        <>
            <p class="given">{ "Move each into its place, the earliest first." }</p>
            <ol class="options" ref={place}>{ for props.order.iter().enumerate().filter_map(row) }</ol>
            <p class="sr" role="status">{ said.unwrap_or_default() }</p>
        </>
    }
}

fn moves(at: usize, count: usize, name: &str, live: bool, go: &Callback<(usize, usize)>) -> Html {
    let button = |up: bool| {
        let to = if up { at.checked_sub(1) } else { Some(at + 1).filter(|to| *to < count) };
        let onclick = go.reform(move |_: MouseEvent| (at, to.unwrap_or(at)));
        let (direction, icon) = if up { ("up", Icon::Back) } else { ("down", Icon::Forward) };
        html! {
            <button type="button" class="tool" data-move={direction} disabled={!live || to.is_none()}
                aria-label={format!("Move {direction}: {name}")} {onclick}>
                { symbol(icon) }
            </button>
        }
    };
    html! { <span class="moves">{ button(true) }{ button(false) }</span> }
}

fn on_key(event: &KeyboardEvent, at: usize, count: usize, go: &Callback<(usize, usize)>) {
    if event.ctrl_key() || event.meta_key() || event.alt_key() {
        return;
    }
    let key = event.key();
    let to = match key.as_str() {
        "ArrowUp" => at.checked_sub(1),
        "ArrowDown" => Some(at + 1),
        "Home" => Some(0),
        "End" => count.checked_sub(1),
        digit => digit.parse::<usize>().ok().and_then(|place| place.checked_sub(1)),
    };
    if let Some(to) = to.filter(|to| *to < count) {
        event.prevent_default();
        go.emit((at, to));
    }
}

/// Gives the focus back to the row that was moved: moving it in the page has taken it away.
fn focus_row(place: &NodeRef, item: usize, up: bool) {
    let Some(list) = place.cast::<web_sys::Element>() else { return };
    let (first, second) = if up { ("up", "down") } else { ("down", "up") };
    for direction in [first, second] {
        let selector = format!("[data-item='{item}'] [data-move='{direction}']:not(:disabled)");
        let button = list.query_selector(&selector).ok().flatten();
        if let Some(button) = button.and_then(|it| it.dyn_into::<HtmlElement>().ok()) {
            // What cannot take the focus is left alone.
            let _ = button.focus();
            return;
        }
    }
}

/// The right order, each item with the place that the learner gave it.
pub(super) fn judged(
    items: &[Vec<Node>],
    given: &[usize],
    marks: &[Mark],
    words: &Words<'_>,
) -> Html {
    let row = |(item, text): (usize, &Vec<Node>)| {
        let mark = marks.get(item).copied();
        let at = given.iter().position(|here| *here == item);
        let wrong = mark == Some(Mark::Wrong);
        html! {
            <li key={item} class={classes!("option", mark.map(class))} data-item={item.to_string()}>
                <span class="key num">{ item + 1 }</span>
                <span class="text">{ words.show(text) }</span>
                if let (true, Some(at)) = (wrong, at) {
                    <span class="tag">{ symbol(Icon::Cross) }
                        <span>{ format!("you: {}", at + 1) }</span></span>
                } else if let Some(mark) = mark.filter(|mark| *mark == Mark::Right) {
                    { tag_of_place(mark) }
                }
            </li>
        }
    };
    html! { <ol class="options judged">{ for items.iter().enumerate().map(row) }</ol> }
}

fn tag_of_place(mark: Mark) -> Html {
    match mark {
        Mark::Right => html! {
            <span class="tag">{ symbol(Icon::Check) }<span>{ "in its place" }</span></span>
        },
        other => tag(other),
    }
}
