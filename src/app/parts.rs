//! What only some programs of the browser have: the parts for studying. The program of the pages
//! has none; it leaves the places of quizzes and cards to the one that is fetched when they are
//! near, and its pages to a new load.

use yew::prelude::*;

use super::route::Route;
use crate::content::types::{Block, Card, Question};

/// The parts for studying.
pub(crate) struct Parts {
    /// The page of a route, if it is one for studying.
    pub(crate) page: fn(&Route) -> Option<Html>,
    /// Some questions of a quiz in a chapter: id, title, questions.
    pub(crate) quiz: fn(&str, &str, &[Question]) -> Html,
    /// Some cards in a chapter.
    pub(crate) cards: fn(&[Card]) -> Html,
}

impl Parts {
    /// What stands in the place of a block for studying.
    pub(crate) fn of(&self, block: &Block) -> Html {
        match block {
            Block::Quiz { id, title, questions } => (self.quiz)(id, title, questions),
            Block::Cards { cards, .. } => (self.cards)(cards),
            _ => html! {},
        }
    }
}

#[cfg(target_arch = "wasm32")]
thread_local! {
    static PARTS: core::cell::Cell<Option<&'static Parts>> = const { core::cell::Cell::new(None) };
}

/// Gives this program the parts.
#[cfg(target_arch = "wasm32")]
pub(crate) fn give(parts: &'static Parts) {
    PARTS.set(Some(parts));
}

/// The parts, if this program has them. The native one has all.
pub(crate) fn parts() -> Option<&'static Parts> {
    #[cfg(target_arch = "wasm32")]
    return PARTS.get();
    #[cfg(not(target_arch = "wasm32"))]
    Some(&super::components::study::WHOLE)
}

/// Whether a route is a page of this program.
pub(crate) fn has(route: &Route) -> bool {
    parts().is_some() || !matches!(route, Route::Cards | Route::Quiz { .. })
}
