//! What to repeat: scheduling, sessions and grading.
//!
//! - [`fsrs`]: the model of memory, formulas only.
//! - [`log`]: all that the learner did, and its stored form. The only truth.
//! - [`progress`]: what the log says about each card, day and question, by replay.
//! - [`session`]: which card is next, its buttons, answering, undo, and the end screen.
//! - [`grading`]: answers to quiz questions and typed cards.
//!
//! The page holds one [`session::Session`]. Each of its methods that changes something returns
//! the entry to append to the store; nothing else has to be saved but the settings.
//!
//! This module is pure. It knows no clock, no browser and no content type: times, the zone,
//! the texts and the ids are arguments, so everything here can be replayed and tested.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod day;
pub mod fsrs;
pub mod grading;
pub mod log;
pub mod progress;
pub mod session;
mod summary;

pub use day::{Day, Moment, days_text};
pub use progress::Progress;
pub use summary::{Strength, Summary};

use crate::json::readable;

readable! {
    /// How well a card was remembered, in the learner's own judgement.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum Grade {
        /// Forgotten.
        Again,
        /// Remembered with trouble.
        Hard,
        /// Remembered.
        Good,
        /// Remembered at once.
        Easy,
    }
}

impl Grade {
    /// All four, worst first.
    pub const ALL: [Self; 4] = [Self::Again, Self::Hard, Self::Good, Self::Easy];

    /// The word on its button.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Again => "Again",
            Self::Hard => "Hard",
            Self::Good => "Good",
            Self::Easy => "Easy",
        }
    }

    /// G of the formulas: 1 to 4.
    pub(crate) const fn value(self) -> f64 {
        match self {
            Self::Again => 1.0,
            Self::Hard => 2.0,
            Self::Good => 3.0,
            Self::Easy => 4.0,
        }
    }
}
