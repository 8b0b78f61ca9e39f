//! Left sides to match with right sides.

use web_sys::HtmlSelectElement;
use yew::prelude::*;

use super::options::class;
use super::words::Words;
use crate::app::components::icon::{Icon, symbol};
use crate::app::study::quiz::{Act, Asked, Given};
use crate::content::types::{Node, plain_text};
use crate::study::grading::Mark;

/// Both sides of a matching question, as the author wrote them.
#[derive(Clone, Copy)]
pub(super) struct Sides<'a> {
    pub(super) pairs: &'a [(Vec<Node>, Vec<Node>)],
    pub(super) extra: &'a [Vec<Node>],
}

impl<'a> Sides<'a> {
    fn right(&self, place: usize) -> Option<&'a Vec<Node>> {
        match self.pairs.get(place) {
            Some((_, right)) => Some(right),
            None => self.extra.get(place - self.pairs.len()),
        }
    }
}

/// The rows to match: each left side has a list of all right sides.
pub(super) fn matching(
    sides: Sides<'_>,
    asked: &Asked,
    words: &Words<'_>,
    live: bool,
    act: &Callback<Act>,
) -> Html {
    let Given::Pairs(given) = &asked.given else { return Html::default() };
    let row = |(left, (text, _)): (usize, &(Vec<Node>, Vec<Node>))| {
        let chosen = given.get(left).copied().flatten();
        let onchange = act.reform(move |event: Event| {
            let value = event.target_unchecked_into::<HtmlSelectElement>().value();
            Act::Pair(left, value.parse().ok())
        });
        let option = |right: &usize| {
            let name = plain_text(sides.right(*right)?);
            Some(html! {
                <option value={right.to_string()} selected={chosen == Some(*right)}>{ name }</option>
            })
        };
        html! {
            <li key={left} class="option pair" data-item={left.to_string()}>
                <span class="text" id={format!("left-{left}")}>{ words.unlinked().show(text) }</span>
                <span class="select-box">
                    <select class="select" aria-label={plain_text(text)} disabled={!live} {onchange}>
                        <option value="" selected={chosen.is_none()}>{ "Choose …" }</option>
                        { for asked.shown.iter().filter_map(option) }
                    </select>
                </span>
            </li>
        }
    };
    html! {
        <>
            if !sides.extra.is_empty() {
                <p class="given">{ "Some of what you can choose belongs to nothing." }</p>
            }
            <ul class="options">{ for sides.pairs.iter().enumerate().map(row) }</ul>
        </>
    }
}

/// The right pairs, and what the learner chose instead.
pub(super) fn judged(
    sides: Sides<'_>,
    given: &[Option<usize>],
    marks: &[Mark],
    words: &Words<'_>,
) -> Html {
    let row = |(left, (text, right)): (usize, &(Vec<Node>, Vec<Node>))| {
        let mark = marks.get(left).copied();
        let instead = given.get(left).copied().flatten().filter(|_| mark == Some(Mark::Wrong));
        let instead = instead.and_then(|place| sides.right(place));
        html! {
            <li key={left} class={classes!("option", "paired", mark.map(class))}
                data-item={left.to_string()}>
                <span class="text">{ words.show(text) }</span>
                <span class="partner">{ words.show(right) }</span>
                if mark == Some(Mark::Right) {
                    <span class="tag">{ symbol(Icon::Check) }<span>{ "Correct" }</span></span>
                }
                if let Some(instead) = instead {
                    <span class="why instead">{ symbol(Icon::Cross) }
                        <span>{ "You: " }{ words.show(instead) }</span></span>
                }
            </li>
        }
    };
    html! { <ul class="options judged">{ for sides.pairs.iter().enumerate().map(row) }</ul> }
}
