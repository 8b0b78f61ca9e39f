//! The capture module for the browser: a run as a file for another program. The engine is a
//! function, so it runs once more here, and the ciphers are fetched by those who want a file.

use roundtrip::bridge::{self, Order};
use roundtrip::export::{self, File};
use wasm_bindgen::prelude::wasm_bindgen;

/// The file of a run; none if there is no such run or no such file.
#[wasm_bindgen]
pub fn file(order: &[u8], name: &str) -> Option<Vec<u8>> {
    let order: Order = bridge::code::from_bytes(order)?;
    let run = bridge::Desk::default().whole(&order)?;
    Some(export::file(&run, File::named(name)?))
}

fn main() {
    std::panic::set_hook(Box::new(|info| {
        web_sys::console::error_1(&info.to_string().into());
    }));
}
