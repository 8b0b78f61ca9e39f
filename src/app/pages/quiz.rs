//! A quiz on a page of its own.

use std::rc::Rc;

use yew::prelude::*;

use crate::app::arrival::use_title;
use crate::app::components::anchor::Anchor;
use crate::app::components::loading::waiting;
use crate::app::components::study::{Answers, QuizDesk, Stand};
use crate::app::data::{Load, use_course, use_quiz};
use crate::app::route::Route;

/// Which quiz.
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct QuizProps {
    pub(crate) id: AttrValue,
}

/// A quiz on a page of its own.
#[component]
pub(crate) fn Quiz(props: &QuizProps) -> Html {
    let course = use_course();
    let quiz = use_quiz(&props.id);
    let known = course.quizzes.iter().find(|quiz| quiz.id == *props.id);
    use_title(known.map_or("Quiz", |quiz| quiz.title.as_str()));
    let quiz = match quiz {
        Load::Ready(quiz) => quiz,
        Load::Waiting => return waiting(),
        Load::Failed(message) => {
            return html! {
                <main id="main" class="study" tabindex="-1">
                    <h1>{ "This quiz did not come" }</h1>
                    <p role="alert">{ message }</p>
                    <ul>
                        { for course.quizzes.iter().map(|quiz| html! {
                            <li><Anchor to={Route::Quiz { id: quiz.id.clone() }}>{ &quiz.title }</Anchor></li>
                        }) }
                    </ul>
                </main>
            };
        }
    };
    let questions = Rc::new(quiz.questions.clone());
    html! {
        <main id="main" class="study" tabindex="-1">
            <h1 class="sr">{ &quiz.title }</h1>
            <p class="without-script">
                { "Answering needs script. All questions with their answers are in the list below." }
            </p>
            <QuizDesk key={quiz.id.clone()} id={quiz.id.clone()} title={quiz.title.clone()}
                questions={Rc::clone(&questions)} stand={Stand::Page}>
                <Anchor to={Route::Chapter { id: quiz.chapter.clone() }} class="push">
                    { "Back to the chapter" }
                </Anchor>
                <Anchor to={Route::Cards} class="push">{ "Review cards" }</Anchor>
            </QuizDesk>
            <Answers {questions} />
        </main>
    }
}
