//! What the chain from a slider to a picture costs in a browser: `cargo xtask bench`.

#![cfg(target_arch = "wasm32")]

#[path = "../../benches/stages.rs"]
mod stages;

use wasm_bindgen_test::{console_log, wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
fn the_chain_is_measured() {
    let clock = web_sys::window().and_then(|window| window.performance());
    let table =
        stages::table("in Chromium", || clock.as_ref().map_or(0.0, web_sys::Performance::now));
    console_log!("{table}");
}
