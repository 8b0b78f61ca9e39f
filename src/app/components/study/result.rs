//! The end of a quiz: the score, and every question with all its choices.

use std::rc::Rc;

use yew::prelude::*;

use super::question::judged;
use super::words::{PLAIN, Words};
use crate::app::components::icon::{Icon, symbol};
use crate::app::engine::{Engine, use_engine};
use crate::app::island::Island;
use crate::app::site::use_site;
use crate::app::study::quiz::{Asked, Quiz, solution};
use crate::content::types::Question;
use crate::study::grading::FULL;

/// The end of a quiz.
pub(crate) struct ResultProps {
    pub(crate) quiz: Quiz,
    pub(crate) head: NodeRef,
    pub(crate) on_restart: Callback<()>,
    pub(crate) on_back: Callback<()>,
    /// Where to go from here.
    pub(crate) children: Html,
}

/// The end of a quiz.
pub(crate) fn quiz_result(props: &ResultProps) -> Html {
    let words = PLAIN;
    let quiz = &props.quiz;
    let all = quiz.questions.len();
    let restart = props.on_restart.reform(|_: MouseEvent| ());
    let back = props.on_back.reform(|_: MouseEvent| ());
    html! {
        <section class="result" aria-labelledby="result-title">
            <h2 id="result-title" tabindex="-1" ref={props.head.clone()}>
                <span class="score">{ points(quiz.score()) }</span>
                <span class="of">{ format!(" of {all}") }</span>
            </h2>
            <p class="lead">{ words_of(quiz) }</p>
            <ul class="review-list">
                { for quiz.questions.iter().zip(&quiz.asked).zip(&quiz.first).enumerate().map(
                    |(place, ((question, asked), first))| {
                        one(place, question, asked, *first, &words)
                    }) }
            </ul>
            <div class="act">
                <button type="button" class="push main" data-act="restart" onclick={restart}>
                    { "Again with other numbers" }
                </button>
                if quiz.answered() < all {
                    <button type="button" class="push" data-act="back" onclick={back}>
                        { "Back to the questions" }
                    </button>
                }
                { props.children.clone() }
            </div>
        </section>
    }
}

/// Thousandths of a point: `7.5`.
fn points(milli: u32) -> String {
    let tenths = (milli + 50) / 100;
    if tenths.is_multiple_of(10) {
        (tenths / 10).to_string()
    } else {
        format!("{}.{}", tenths / 10, tenths % 10)
    }
}

fn words_of(quiz: &Quiz) -> String {
    let (all, answered) = (quiz.questions.len(), quiz.answered());
    if answered == all {
        "First answers count. Open a question to see every choice with its reason.".to_owned()
    } else {
        format!("{answered} of {all} answered. First answers count.")
    }
}

fn one(
    place: usize,
    question: &Question,
    asked: &Asked,
    first: Option<u16>,
    words: &Words<'_>,
) -> Html {
    let words = Words { values: &asked.values, ..*words };
    let (icon, said, wrong) = match first {
        Some(FULL) => (Some(Icon::Check), "correct".to_owned(), false),
        Some(0) => (Some(Icon::Cross), "not correct".to_owned(), true),
        Some(score) => (Some(Icon::Cross), format!("{}\u{a0}%", (score + 5) / 10), true),
        None => (None, "not answered".to_owned(), false),
    };
    let shown =
        asked.verdict.as_ref().map_or_else(|| solution(question, asked.attempt), |_| asked.clone());
    let marks = shown.verdict.clone().unwrap_or_default().marks;
    html! {
        <li key={question.id.clone()} data-question={question.id.clone()}>
            <details>
                <summary>
                    <span class="num">{ format!("{}.", place + 1) }</span>
                    <span class="front">{ words.unlinked().show(&question.prompt) }</span>
                    <span class={classes!("tag", wrong.then_some("wrong"))}>
                        if let Some(icon) = icon { { symbol(icon) } }
                        <span>{ said }</span>
                    </span>
                </summary>
                { judged(question, &shown, &marks, &words) }
                <div class="explain">{ words.show(&question.explain) }</div>
            </details>
        </li>
    }
}

/// Every question with its answer.
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct AnswersProps {
    pub(crate) questions: Rc<Vec<Question>>,
}

/// Every question with its answer, folded: to read without script, or instead of being asked.
/// Numbers come from the engine; what was sent has them, and needs nothing more.
#[component]
pub(crate) fn Answers(props: &AnswersProps) -> Html {
    let live = use_site().live;
    let (place, fresh) = (use_node_ref(), use_state(|| live));
    let engine = use_engine(*fresh);
    let awake = engine == Engine::Ready && (*fresh || cfg!(not(target_arch = "wasm32")));
    html! {
        <Island {awake} {place}>
            if awake { { all(&props.questions) } }
        </Island>
    }
}

fn all(questions: &[Question]) -> Html {
    let words = PLAIN;
    let row = |question: &Question| {
        let shown = solution(question, 0);
        let words = Words { values: &shown.values, ..words };
        let marks = shown.verdict.clone().unwrap_or_default().marks;
        html! {
            <li key={question.id.clone()}>
                <details>
                    <summary><span class="front">{ words.unlinked().show(&question.prompt) }</span></summary>
                    { judged(question, &shown, &marks, &words) }
                    <div class="explain">{ words.show(&question.explain) }</div>
                </details>
            </li>
        }
    };
    html! {
        <details class="all-answers">
            <summary>{ "All questions with their answers" }</summary>
            <ul class="review-list">{ for questions.iter().map(row) }</ul>
        </details>
    }
}
