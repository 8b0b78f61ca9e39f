//! The compiled content: plain data, written as JSON by the build and read by the browser.
//!
//! A page is a list of [`Block`]s, a text is a list of [`Node`]s. What is alive on a page (a
//! diagram, a moment link, a computed number) is a block or a node of its own, so that the browser
//! renders components in order and never searches the document for them.

mod chapter;
mod course;
mod node;
mod quiz;
mod study;
mod url;

pub use chapter::{Block, BoxKind, Chapter, Diagram, Exercise, Faq, Mode, Section, Source, Term};
pub use course::{
    Compared, Course, CourseChapter, DeckRef, Listed, Neighbour, Page, PageData, Part, QuizRef,
    ScenarioRef,
};
pub use node::{Element, Moment, MomentLink, Node, Number, SumTerm, plain_text};
pub use quiz::{Choice, Numeric, Question, QuestionKind, Quiz, Trace, TraceChoice, Vary};
pub use study::{Card, CardKind, Deck, Hide};
pub use url::{Pairs, encode, query};

#[cfg(test)]
mod tests;
