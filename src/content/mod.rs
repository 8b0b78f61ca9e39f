//! What to read: chapters, decks, quizzes and terms.
//!
//! [`types`] is what the pages show, the same on both sides of the wire: the compiler writes it as
//! JSON and static HTML, the browser reads it. Authors' files (Markdown, TOML) are read natively
//! only; `content/README.md` says how they are written.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

pub mod types;
#[cfg(feature = "cli")]
pub mod problem;
#[cfg(feature = "cli")]
pub mod compile;
