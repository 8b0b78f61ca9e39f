//! Everything that needs no browser, as one program: one module per subject.

#![cfg(not(target_arch = "wasm32"))]

#[cfg(feature = "cli")]
mod cli;
#[cfg(feature = "cli")]
mod content;
#[cfg(feature = "cli")]
mod coverage;
#[cfg(feature = "capture")]
mod captures;
mod cover;
mod deps;
mod dns;
mod diagrams;
mod golden;
mod logs;
mod peer;
mod properties;
mod reality;
mod scenarios;
mod sketch;
#[cfg(feature = "cli")]
mod pages;
#[cfg(feature = "cli")]
mod site;
#[cfg(feature = "cli")]
mod still;
mod study;
mod study_properties;
mod tidy;
