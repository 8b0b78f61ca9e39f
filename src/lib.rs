//! Roundtrip: learn network protocols by watching them run.
//!
//! The engine is a function from a scenario, its parameters, faults and seed to a
//! trace; everything that a reader sees is derived from that trace.
//!
//! Layers look down only: [`wire`] (what travels) < [`sim`] (when) < [`proto`] (who) <
//! [`scenario`] (what if) < [`export`] (to other programs); [`diagram`] and `chart` (where, how much, on one clock) stand beside them over
//! [`sim`]; `bridge` asks them all and answers with plain data; [`content`] (what to read) and [`study`] (what to repeat) know no other module;
//! `app` (the browser) stands on all of them. Below everything are [`json`] and [`sorted`],
//! which all may use.

pub mod json;
pub mod sorted;
pub mod wire;
pub mod sim;
pub mod proto;
pub mod scenario;
pub mod export;
pub mod diagram;
#[cfg(feature = "chart")]
pub mod chart;
#[cfg(feature = "chart")]
pub mod bridge;
pub mod content;
pub mod study;
pub mod search;
#[cfg(feature = "ui")]
pub mod app;
#[cfg(feature = "cli")]
pub mod cli;
