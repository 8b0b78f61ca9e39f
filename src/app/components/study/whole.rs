//! The parts for studying, all of them.

use std::rc::Rc;

use yew::prelude::*;

use super::{QuizDesk, Stand, card_rows};
use crate::app::pages;
use crate::app::parts::Parts;
use crate::app::route::Route;

/// The parts for studying.
pub(crate) static WHOLE: Parts = Parts {
    page: |route| match route {
        Route::Cards => Some(html! { <pages::Cards /> }),
        Route::Quiz { id } => Some(html! { <pages::Quiz id={id.clone()} /> }),
        _ => None,
    },
    quiz: |id, title, questions| {
        html! {
            <QuizDesk id={id.to_owned()} title={title.to_owned()} stand={Stand::Chapter}
                questions={Rc::new(questions.to_vec())} />
        }
    },
    cards: card_rows,
};
