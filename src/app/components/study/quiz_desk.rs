//! A quiz: one question after the other, then the score with every choice.

use std::cell::RefCell;
use std::rc::Rc;

use gloo::events::EventListener;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};
use yew::prelude::*;

use super::figure::Figure;
use super::progress::{ProgressProps, progress};
use super::question::{QuestionProps, question_view};
use super::result::{ResultProps, quiz_result};
use super::see::{SeeProps, see};
use crate::app::engine;
use crate::app::player::{Chrome, Player};
use crate::app::site::use_site;
use crate::app::study::clock::now;
use crate::app::study::desk::Keeping;
use crate::app::study::quiz::{Act, Asked, Quiz};
use crate::app::study::use_study;
use crate::content::types::{Diagram, Question, QuestionKind};

/// Where a quiz stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stand {
    /// On a page of its own.
    Page,
    /// Between the paragraphs of a chapter.
    Chapter,
}

/// A quiz.
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct QuizDeskProps {
    /// Its permanent name.
    pub(crate) id: AttrValue,
    pub(crate) title: AttrValue,
    pub(crate) questions: Rc<Vec<Question>>,
    pub(crate) stand: Stand,
    /// Where to go from its end.
    #[prop_or_default]
    pub(crate) children: Html,
}

/// A quiz.
#[component]
pub(crate) fn QuizDesk(props: &QuizDeskProps) -> Html {
    let quiz = {
        let (id, questions) = (props.id.clone(), Rc::clone(&props.questions));
        use_mut_ref(move || Quiz::new(&id, questions))
    };
    let act = use_acting(&quiz);
    let live = use_site().live;
    let (head, verdict) = (use_node_ref(), use_node_ref());
    let shown = quiz.borrow().clone();
    use_focus(&shown, &head, &verdict);
    use_enter(&shown, &act, props.stand);
    let body = if shown.over {
        let on_restart = act.reform(|()| Act::Restart);
        let on_back = act.reform(|()| Act::Back);
        let (quiz, children) = (shown.clone(), props.children.clone());
        quiz_result(&ResultProps { quiz, head, on_restart, on_back, children })
    } else {
        asking(&shown, &act, &head, &verdict, live)
    };
    let (done, all) = (shown.answered(), shown.questions.len());
    let words = if shown.over {
        format!("{done} of {all} answered")
    } else {
        format!("Question {} of {all}", shown.place + 1)
    };
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    html! {
        <div class={match props.stand { Stand::Page => "quiz-page", Stand::Chapter => "quiz-rows" }}
            data-quiz={props.id.clone()}>
            if all > 1 {
                { progress(&ProgressProps {
                    words: words.into(),
                    done: number(if shown.over { all } else { shown.place + 1 }),
                    all: number(all),
                    title: props.title.clone(),
                    full: true,
                }) }
            }
            { body }
        </div>
    }
}

/// How the learner's deeds reach the log, and how often each question was answered before.
#[hook]
fn use_acting(quiz: &Rc<RefCell<Quiz>>) -> Callback<Act> {
    let study = use_study();
    let update = use_force_update();
    let act = {
        let (study, quiz, update) = (study.clone(), Rc::clone(quiz), update.clone());
        Callback::from(move |act: Act| {
            let (study, quiz, update) = (study.clone(), Rc::clone(&quiz), update.clone());
            let numeric = quiz.borrow().current().is_some_and(|(question, _)| is_numeric(question));
            let checks = act == Act::Check;
            let does = move || {
                let deed = quiz.borrow_mut().act(act, now());
                if let Some(deed) = deed {
                    study.record(deed);
                }
                update.force_update();
            };
            // A number is judged by the engine, which comes while the answer is written.
            match (numeric, checks) {
                (true, true) => engine::then(does),
                (true, false) => {
                    engine::start();
                    does();
                }
                (false, _) => does(),
            }
        })
    };
    let opened = study.desk().keeping() != Keeping::Opening;
    let quiz = Rc::clone(quiz);
    use_effect_with(opened, move |opened| {
        if *opened {
            let attempts: Vec<u64> = {
                let (desk, quiz) = (study.desk(), quiz.borrow());
                let progress = desk.session().progress();
                let tried = |question: &Question| {
                    progress.question(&quiz.id, &question.id).map_or(0, |it| it.attempts.into())
                };
                quiz.questions.iter().map(tried).collect()
            };
            quiz.borrow_mut().act(Act::Attempts(attempts), now());
            update.force_update();
        }
    });
    act
}

const fn is_numeric(question: &Question) -> bool {
    matches!(question.kind, QuestionKind::Numeric(_))
}

/// The focus goes to the judgement, and to the next question.
#[hook]
fn use_focus(quiz: &Quiz, head: &NodeRef, verdict: &NodeRef) {
    let (head, verdict) = (head.clone(), verdict.clone());
    let asked = quiz.current().map(|(_, asked)| (asked.attempt, asked.verdict.is_some()));
    let untouched = quiz.current().is_some_and(|(_, asked)| !asked.touched) && quiz.answered() == 0;
    let state = (quiz.place, quiz.over, asked);
    use_effect_with(state, move |(place, over, asked)| {
        // A page does not take the focus by itself.
        if *place == 0 && !over && untouched {
            return;
        }
        let judged = !over && asked.is_some_and(|(_, judged)| judged);
        let place = if judged { &verdict } else { &head };
        if let Some(element) = place.cast::<HtmlElement>() {
            // What cannot take the focus is left alone.
            let _ = element.focus();
        }
    });
}

/// Enter goes on, wherever the focus is on the quiz's own page.
#[hook]
fn use_enter(quiz: &Quiz, act: &Callback<Act>, stand: Stand) {
    let judged = quiz.current().is_some_and(|(_, asked)| asked.verdict.is_some());
    let active = stand == Stand::Page && judged && !quiz.over;
    let act = act.clone();
    use_effect_with((active, quiz.place), move |(active, _)| {
        let listener = active.then(|| {
            EventListener::new(&gloo::utils::document(), "keydown", move |event| {
                let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return };
                let element = event.target().and_then(|it| it.dyn_into::<web_sys::Element>().ok());
                let pressed = element.is_some_and(|it| {
                    let what = "button, a[href], summary, input, select, textarea, dialog";
                    it.closest(what).ok().flatten().is_some()
                });
                let plain = !event.ctrl_key() && !event.meta_key() && !event.alt_key();
                if event.key() == "Enter" && plain && !pressed && !event.repeat() {
                    act.emit(Act::Next);
                }
            })
        });
        move || drop(listener)
    });
}

/// The question on the screen, with where to go from it.
fn asking(quiz: &Quiz, act: &Callback<Act>, head: &NodeRef, verdict: &NodeRef, live: bool) -> Html {
    let Some((question, asked)) = quiz.current() else { return Html::default() };
    let on = |deed: Act| act.reform(move |_: MouseEvent| deed.clone());
    let again = match question.kind {
        QuestionKind::Numeric(_) => "Try with other numbers",
        _ => "Try again",
    };
    let alone = quiz.questions.len() == 1;
    let go_on = if quiz.is_last() { "See the result" } else { "Next question" };
    let beside = beside(question, asked);
    let children = html! {
        <div class="act">
            if !alone {
                <button type="button" class="push main" data-act="next" onclick={on(Act::Next)}>
                    { go_on }<kbd aria-hidden="true">{ "Enter" }</kbd>
                </button>
            }
            <button type="button" class="push" data-act="again" onclick={on(Act::Again)}>
                { again }
            </button>
        </div>
    };
    let view = QuestionProps {
        turn: format!("{} {}", question.id, asked.attempt),
        live,
        question: question.clone(),
        asked: asked.clone(),
        said: quiz.said.clone().into(),
        act: act.clone(),
        head: head.clone(),
        verdict: verdict.clone(),
        children,
    };
    html! {
        <div class="quiz">
            { question_view(&view) }
            if let Some(beside) = beside { <aside class="beside-question">{ beside }</aside> }
        </div>
    }
}

/// What stands beside a question: the paused run that it asks about, then the moment that decides.
fn beside(question: &Question, asked: &Asked) -> Option<Html> {
    let paused = match &question.kind {
        QuestionKind::Trace(trace) => Some(trace),
        _ => None,
    };
    if asked.verdict.is_none() {
        let trace = paused?;
        let id = format!("t-{}", question.id.replace('.', "-"));
        return Some(html! {
            <Figure diagram={trace.diagram.clone()} at={trace.pause_at.clone()} cut={true} {id} />
        });
    }
    let title = "The moment that decides it";
    if let Some(mut moment) = question.see.clone() {
        // A number was asked for these very values: that is the run to look at.
        if let QuestionKind::Numeric(numeric) = &question.kind
            && numeric.scenario == moment.scenario
        {
            moment.setup = numeric.fill(&asked.values);
        }
        return Some(see(&SeeProps { moment, title: title.into() }));
    }
    let diagram = Diagram { start: None, id: "see".to_owned(), ..paused?.diagram.clone() };
    Some(html! { <Player {diagram} {title} chrome={Chrome::Beside} own_network={false} /> })
}
