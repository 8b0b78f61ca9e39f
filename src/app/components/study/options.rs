//! Options as rows: to choose from, then each with its reason.

use yew::prelude::*;

use super::words::Words;
use crate::app::components::icon::{Icon, symbol};
use crate::app::study::quiz::{Act, Asked, Given};
use crate::content::types::{Choice, Question, QuestionKind};
use crate::study::grading::Mark;

/// The options of a question, in the author's order; none for other kinds.
pub(super) fn options(question: &Question) -> Vec<&Choice> {
    match &question.kind {
        QuestionKind::Choice(options) | QuestionKind::Multi(options) => options.iter().collect(),
        QuestionKind::Trace(trace) => trace.options.iter().map(|option| &option.choice).collect(),
        _ => Vec::new(),
    }
}

/// What stands at the front of a row: A, B, C …
pub(super) fn letter(place: usize) -> String {
    let letter = u8::try_from(place).ok().filter(|place| *place < 26).map(|place| b'A' + place);
    letter.map_or_else(|| (place + 1).to_string(), |letter| char::from(letter).to_string())
}

/// The rows to choose from.
pub(super) fn choosing(
    question: &Question,
    asked: &Asked,
    (words, name): (&Words<'_>, &str),
    live: bool,
    act: &Callback<Act>,
) -> Html {
    let options = options(question);
    let many = matches!(question.kind, QuestionKind::Multi(_));
    let chosen = |option: usize| match &asked.given {
        Given::One(chosen) => *chosen == Some(option),
        Given::Many(chosen) => chosen.contains(&option),
        _ => false,
    };
    let row = |place: &usize| {
        let place = *place;
        let choice = options.get(place)?;
        let onchange =
            act.reform(move |_: Event| if many { Act::Toggle(place) } else { Act::Choose(place) });
        Some(html! {
            <li key={place}>
                <label class="option" data-option={place.to_string()}>
                    <input type={if many { "checkbox" } else { "radio" }} name={name.to_owned()}
                        checked={chosen(place)} disabled={!live} {onchange} />
                    <span class="text">{ words.unlinked().show(&choice.text) }</span>
                </label>
            </li>
        })
    };
    html! {
        <>
            if many { <p class="given">{ "Any number may be right." }</p> }
            <ul class="options">{ for asked.shown.iter().filter_map(row) }</ul>
        </>
    }
}

/// The rows with their reasons, once the answer is judged.
pub(super) fn judged(
    question: &Question,
    shown: &[usize],
    marks: &[Mark],
    words: &Words<'_>,
) -> Html {
    let options = options(question);
    let row = |(index, place): (usize, &usize)| {
        let choice = options.get(*place)?;
        let mark = marks.get(*place).copied().unwrap_or(Mark::Left);
        Some(html! {
            <li key={*place} class={classes!("option", class(mark))} data-option={place.to_string()}
                data-mark={format!("{mark:?}").to_ascii_lowercase()}>
                <span class="key" aria-hidden="true">{ letter(index) }</span>
                <span class="text">{ words.show(&choice.text) }</span>
                { tag(mark) }
                if !choice.why.is_empty() { <div class="why">{ words.show(&choice.why) }</div> }
            </li>
        })
    };
    html! { <ul class="options judged">{ for shown.iter().enumerate().filter_map(row) }</ul> }
}

/// The bar at the side of a row.
pub(super) const fn class(mark: Mark) -> &'static str {
    match mark {
        Mark::Right | Mark::Missed => "right",
        Mark::Wrong => "wrong",
        Mark::Left => "left",
    }
}

/// What is said about a row, with its sign: never by colour alone.
pub(super) fn tag(mark: Mark) -> Html {
    let (icon, words) = match mark {
        Mark::Right => (Icon::Check, "Your answer, correct"),
        Mark::Missed => (Icon::Check, "Correct"),
        Mark::Wrong => (Icon::Cross, "Your answer"),
        Mark::Left => return html! { <span class="tag"></span> },
    };
    html! { <span class="tag">{ symbol(icon) }<span>{ words }</span></span> }
}
