//! The bridge: what the pages ask the engine, and its answers as plain data.
//!
//! The browser has two programs. The one with the pages knows no protocol: what it shows of a run
//! is a [`Report`], a [`Plan`](crate::diagram::Plan) of the drawing and trees of elements. The
//! other one is the engine. A question is a value of `questions`; the [`Desk`] answers it, natively
//! at once, in the browser behind [`code`], as bytes.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

pub mod code;
mod codes;
pub mod questions;
mod report;
mod desk;
mod still;
mod stacks;

pub use desk::{Desk, answer};
pub use questions::{Lay, Look, Order, Question};
pub use report::Report;

#[cfg(test)]
mod tests;
