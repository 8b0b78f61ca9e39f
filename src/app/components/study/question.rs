//! One question: asked, or judged with every reason.

use yew::prelude::*;

use super::arrange::{self, Arrange};
use super::options;
use super::pairs::{self, Sides};
use super::words::{PLAIN, Words};
use super::written;
use crate::app::components::icon::{Icon, symbol};
use crate::app::study::quiz::{Act, Asked, Given};
use crate::content::types::{Question, QuestionKind};
use crate::study::grading::{FULL, Mark, Verdict};

/// One question.
pub(crate) struct QuestionProps {
    /// What tells it from the question before it in the same place.
    pub(crate) turn: String,
    /// The page is awake.
    pub(crate) live: bool,
    pub(crate) question: Question,
    pub(crate) asked: Asked,
    /// What keeps the answer from being judged; empty otherwise.
    pub(crate) said: AttrValue,
    pub(crate) act: Callback<Act>,
    /// Takes the focus when the question is put up.
    pub(crate) head: NodeRef,
    /// Takes the focus when the answer is judged.
    pub(crate) verdict: NodeRef,
    /// What stands behind the explanation: where to go from here.
    pub(crate) children: Html,
}

/// One question.
pub(crate) fn question_view(props: &QuestionProps) -> Html {
    let QuestionProps { question, asked, .. } = props;
    let words = Words { values: &asked.values, ..PLAIN };
    let id = format!("ask-{}", question.id.replace('.', "-"));
    let head = html! {
        <div class="question" id={id.clone()} tabindex="-1" ref={props.head.clone()}>
            { words.show(&question.prompt) }
        </div>
    };
    if let Some(verdict) = &asked.verdict {
        return html! {
            <section key={props.turn.clone()} data-question={question.id.clone()} aria-labelledby={id}>
                { head }
                { judged(question, asked, &verdict.marks, &words) }
                { verdict_line(verdict, &props.verdict) }
                <div class="explain">{ words.show(&question.explain) }</div>
                { props.children.clone() }
            </section>
        };
    }
    let onsubmit = {
        let act = props.act.clone();
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            act.emit(Act::Check);
        })
    };
    html! {
        <section key={props.turn.clone()} data-question={question.id.clone()} aria-labelledby={id.clone()}>
            { head }
            <form {onsubmit}>
                <fieldset aria-labelledby={id.clone()}>
                    { asking(props, &words, &id, props.live) }
                </fieldset>
                if !question.hint.is_empty() {
                    <details class="hint">
                        <summary>{ "Hint" }</summary>
                        <div>{ words.show(&question.hint) }</div>
                    </details>
                }
                <div class="act">
                    <button type="submit" class="push main" disabled={!props.live}>
                        { "Check" }<kbd aria-hidden="true">{ "Enter" }</kbd>
                    </button>
                    <p role="status" class="missing">{ &props.said }</p>
                </div>
            </form>
        </section>
    }
}

/// What the answer is given with.
fn asking(props: &QuestionProps, words: &Words<'_>, id: &str, live: bool) -> Html {
    let QuestionProps { question, asked, act, .. } = props;
    match &question.kind {
        QuestionKind::Choice(_) | QuestionKind::Multi(_) | QuestionKind::Trace(_) => {
            options::choosing(question, asked, (words, id), live, act)
        }
        QuestionKind::Order(items) => {
            let Given::Order(order) = &asked.given else { return Html::default() };
            html! {
                <Arrange key={asked.attempt.to_string()} items={items.clone()} order={order.clone()} {live}
                    act={act.clone()} />
            }
        }
        QuestionKind::Match { pairs, extra } => {
            pairs::matching(Sides { pairs, extra }, asked, words, live, act)
        }
        QuestionKind::Short { .. } | QuestionKind::Numeric(_) => {
            written::writing(question, asked, id, live, act)
        }
    }
}

/// The answer with what is right.
pub(super) fn judged(
    question: &Question,
    asked: &Asked,
    marks: &[Mark],
    words: &Words<'_>,
) -> Html {
    match (&question.kind, &asked.given) {
        (QuestionKind::Order(items), Given::Order(given)) => {
            arrange::judged(items, given, marks, words)
        }
        (QuestionKind::Match { pairs, extra }, Given::Pairs(given)) => {
            pairs::judged(Sides { pairs, extra }, given, marks, words)
        }
        (QuestionKind::Short { .. } | QuestionKind::Numeric(_), _) => {
            written::judged(question, asked, words)
        }
        _ => options::judged(question, &asked.shown, marks, words),
    }
}

/// The judgement in one line.
fn verdict_line(verdict: &Verdict, place: &NodeRef) -> Html {
    let (icon, words) = match verdict.score {
        FULL => (Icon::Check, "Correct".to_owned()),
        0 => (Icon::Cross, "Not correct".to_owned()),
        score => (Icon::Cross, format!("Partly correct: {}\u{a0}% of the point", (score + 5) / 10)),
    };
    let wrong = !verdict.is_right();
    html! {
        <h2 class={classes!("verdict-line", wrong.then_some("wrong"))} tabindex="-1" ref={place.clone()}
            data-score={verdict.score.to_string()}>
            { symbol(icon) }<span>{ words }</span>
        </h2>
    }
}
