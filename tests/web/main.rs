//! What only a browser can show: mounting, storage, focus, the same traces as natively.
//!
//! Runs in Chromium: `cargo xtask test --only web`. One module per subject.

#![cfg(target_arch = "wasm32")]

mod hashes;
mod storage;

use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
fn the_tests_run_in_a_page() {
    assert!(web_sys::window().and_then(|window| window.document()).is_some());
}

#[wasm_bindgen_test]
fn every_run_is_the_same_as_natively() {
    assert_eq!(hashes::table(), include_str!("../golden/hashes.txt"));
}
