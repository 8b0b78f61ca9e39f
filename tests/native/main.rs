//! Everything that needs no browser, as one program: one module per subject.

#![cfg(not(target_arch = "wasm32"))]

mod deps;
mod study;
mod study_properties;
mod tidy;
