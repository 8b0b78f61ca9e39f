//! Everything that needs no browser, as one program: one module per subject.

#![cfg(not(target_arch = "wasm32"))]

#[cfg(feature = "cli")]
mod cli;
mod deps;
<<<<<<< HEAD
mod golden;
mod properties;
mod scenarios;
=======
mod diagrams;
mod sketch;
>>>>>>> 6687b63 (diagram: check that no word touches anything, and golden pictures)
mod study;
mod study_properties;
mod tidy;
