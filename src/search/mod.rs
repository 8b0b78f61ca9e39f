//! Where to find it: the words of the course, and the places that have them.
//!
//! [`Builder`] makes the index when the site is built; [`Index`] answers in the browser. The index
//! is one file of sorted words, each with its places; titles and teasers are another.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod words;
mod varint;
mod build;
mod index;
mod rank;

pub use build::Builder;
pub use index::Index;
pub use words::words;

use serde::Serialize;

use crate::json::readable;

readable! {
    /// Something that can be found.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct Place {
        /// What it is: `chapter`, `section`, `scenario`, `step`, `card`, `term`.
        pub kind: String,
        /// What a person reads first.
        pub title: String,
        /// Where it belongs: the chapter of a section, the scenario of a step; may be empty.
        pub within: String,
        /// Its address behind the site's base.
        pub path: String,
        /// The beginning of its text.
        pub teaser: String,
    }
}

/// A place that has what was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Which place, by its number in the list of places.
    pub place: u32,
    /// How well it fits; more is better.
    pub score: u32,
}

#[cfg(test)]
mod tests;
