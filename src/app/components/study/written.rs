//! Answers that are written: a word or a number.

use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::words::Words;
use crate::app::components::icon::{Icon, symbol};
use crate::app::study::quiz::{Act, Asked, Given, numeric_answer};
use crate::content::types::{Question, QuestionKind};

/// The field.
pub(super) fn writing(
    question: &Question,
    asked: &Asked,
    asked_by: &str,
    live: bool,
    act: &Callback<Act>,
) -> Html {
    let Given::Text(text) = &asked.given else { return Html::default() };
    let unit = match &question.kind {
        QuestionKind::Numeric(numeric) => numeric.unit.clone(),
        _ => String::new(),
    };
    let number = matches!(question.kind, QuestionKind::Numeric(_));
    let id = format!("answer-{}", question.id);
    let oninput = act.reform(|event: InputEvent| {
        Act::Type(event.target_unchecked_into::<HtmlInputElement>().value())
    });
    html! {
        <div class="free">
            <label for={id.clone()}>{ "Your answer" }</label>
            <span class="with-unit">
                <input {id} class="line-input" type="text" autocomplete="off" autocapitalize="off"
                    spellcheck="false" inputmode={if number { "decimal" } else { "text" }}
                    aria-describedby={asked_by.to_owned()} disabled={!live} value={text.clone()} {oninput} />
                if !unit.is_empty() { <span class="unit">{ unit }</span> }
            </span>
        </div>
    }
}

/// What was written and what is right.
pub(super) fn judged(question: &Question, asked: &Asked, words: &Words<'_>) -> Html {
    let given = match &asked.given {
        Given::Text(text) => text.trim(),
        _ => "",
    };
    let right = match &question.kind {
        QuestionKind::Short { accept, .. } => accept.first().cloned(),
        _ => numeric_answer(question, asked),
    };
    let near = asked.verdict.as_ref().and_then(|verdict| verdict.near);
    let near = match (&question.kind, near) {
        (QuestionKind::Short { near, .. }, Some(place)) => near.get(place).map(|(_, why)| why),
        _ => None,
    };
    let reason = asked.verdict.as_ref().and_then(|verdict| verdict.reason.clone());
    let is_right = asked.verdict.as_ref().is_some_and(|verdict| verdict.is_right());
    html! {
        <>
            <ul class="options judged">
                if !given.is_empty() && !is_right {
                    <li class="option wrong written" data-mark="wrong">
                        <span class="text">{ given.to_owned() }</span>
                        <span class="tag">{ symbol(Icon::Cross) }<span>{ "Your answer" }</span></span>
                        if let Some(near) = near { <div class="why">{ words.show(near) }</div> }
                        if let Some(reason) = reason { <div class="why">{ reason }</div> }
                    </li>
                }
                if let Some(right) = right {
                    <li class="option right written" data-mark="right">
                        <span class="text" data-answer={right.clone()}>{ right }</span>
                        <span class="tag">{ symbol(Icon::Check) }
                            <span>{ if is_right { "Your answer, correct" } else { "Correct" } }</span></span>
                    </li>
                }
            </ul>
            { sum(asked) }
        </>
    }
}

/// How a number comes about, as the engine adds it up.
fn sum(asked: &Asked) -> Html {
    let Some(Ok(solved)) = &asked.solved else { return Html::default() };
    if solved.sum.len() < 2 {
        return Html::default();
    }
    html! {
        <div class="sum">
            <p class="kick">{ "How it adds up" }</p>
            { for solved.sum.iter().map(|(label, value)| html! {
                <div class="sum-row"><span>{ label }</span><b>{ value }</b></div>
            }) }
            <div class="sum-row total"><span>{ "Together" }</span><b>{ &solved.total }</b></div>
        </div>
    }
}
