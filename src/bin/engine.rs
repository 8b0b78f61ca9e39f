//! The engine's module for the browser: a question comes in as bytes, its answer goes out.

use std::cell::RefCell;

use roundtrip::bridge::{self, Desk};
use wasm_bindgen::prelude::wasm_bindgen;

thread_local! {
    static DESK: RefCell<Desk> = RefCell::default();
}

/// Answers a question; none if it is none.
#[wasm_bindgen]
pub fn answer(question: &[u8]) -> Option<Vec<u8>> {
    DESK.with_borrow_mut(|desk| bridge::answer(desk, question))
}

fn main() {
    std::panic::set_hook(Box::new(|info| {
        web_sys::console::error_1(&info.to_string().into());
    }));
}
