//! Everything that needs no browser, as one program: one module per subject.

#![cfg(not(target_arch = "wasm32"))]

#[cfg(feature = "cli")]
mod cli;
mod deps;
mod golden;
mod properties;
mod scenarios;
mod study;
mod study_properties;
mod tidy;
