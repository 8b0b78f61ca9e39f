//! The program for studying: it keeps the pages of the review and of quizzes, as the one with the
//! pages keeps all others, and draws quizzes and cards into chapters.

use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::Element;

/// Takes the page over.
#[wasm_bindgen]
pub fn page() {
    roundtrip::app::whole();
}

/// Draws quiz or cards into a place of a chapter.
#[wasm_bindgen]
pub fn part(island: Element) {
    roundtrip::app::mount(island);
}

fn main() {}
