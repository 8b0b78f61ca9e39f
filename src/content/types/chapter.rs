//! A chapter: what a page of the course is made of.

use serde::Serialize;

use super::course::{DeckRef, Neighbour, QuizRef};
use super::node::{Moment, Node};
use super::quiz::Question;
use super::study::Card;
use super::url::{Pairs, query};
use crate::json::readable;

readable! {
    /// A chapter of the course.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct Chapter {
        /// Its permanent name: `tcp-open`.
        pub id: String,
        /// Its title, plain text.
        pub title: String,
        /// Its part: `II`, `Moving bytes`.
        pub part: (String, String),
        /// How long reading takes.
        pub minutes: u32,
        /// One or two sentences for search engines, plain text.
        pub description: String,
        /// What the reader will be able to do.
        pub aims: Vec<Vec<Node>>,
        /// The chapter in three sentences.
        pub summary: Vec<Node>,
        /// Its headings in order.
        pub sections: Vec<Section>,
        /// What is read.
        pub blocks: Vec<Block>,
        /// Where the facts come from.
        pub sources: Vec<Source>,
        /// The glossary terms that it links.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        pub terms: Vec<Term>,
        /// Chapters that help to have read.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        pub after: Vec<Neighbour>,
        /// The chapter before.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub prev: Option<Neighbour>,
        /// The chapter behind.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub next: Option<Neighbour>,
        /// Its deck.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub deck: Option<DeckRef>,
        /// Its quiz.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub quiz: Option<QuizRef>,
    }
}

readable! {
    /// A heading in the table of contents.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct Section {
        /// Its anchor.
        pub id: String,
        /// Its words, plain text.
        pub title: String,
        /// 2 or 3.
        pub level: u8,
    }
}

readable! {
    /// A source of a chapter.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct Source {
        /// Its name: `RFC 9293 §3.5`.
        pub text: String,
        /// The same as an item of a list, with a link to where it can be read, and links back to
        /// where the text refers to it.
        pub html: String,
    }
}

readable! {
    /// A term of the glossary.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct Term {
        /// Its permanent name: `rto`.
        pub id: String,
        /// Its words: `Retransmission time-out`.
        pub name: String,
        /// Its short form: `RTO`.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub short: Option<String>,
        /// What it means, one paragraph.
        pub text: Vec<Node>,
        /// The moment that shows it.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub see: Option<Moment>,
    }
}

readable! {
    /// A piece of a page.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    #[serde(rename_all = "kebab-case")]
    pub enum Block {
        /// Whole HTML elements: a paragraph, a list, a table, code.
        Html(String),
        /// The same with something alive in it.
        Text(Node),
        /// A heading; it opens the section of this anchor.
        Heading {
            /// 2 or 3.
            level: u8,
            /// Its anchor.
            id: String,
            /// Its words.
            text: Vec<Node>,
        },
        /// A diagram.
        Diagram(Diagram),
        /// A first request over every stack, side by side.
        Stacks {
            /// What it shows, plain text.
            caption: String,
            /// The settings that the author fixed.
            #[serde(skip_serializing_if = "Vec::is_empty")]
            setup: Pairs,
        },
        /// A note beside or under the paragraph before it.
        Sidenote {
            /// The number that refers to it, from 1.
            number: u32,
            /// The note.
            text: Vec<Node>,
        },
        /// A box around other blocks.
        Box {
            /// What it is.
            kind: BoxKind,
            /// Its head: the belief, the name of the pitfall; may be empty for a note.
            head: Vec<Node>,
            /// Its body.
            blocks: Vec<Self>,
        },
        /// An exercise.
        Exercise(Exercise),
        /// What to remember, in order.
        Takeaways(Vec<Vec<Node>>),
        /// Questions that readers ask.
        Faq(Vec<Faq>),
        /// Questions of a quiz.
        Quiz {
            /// The quiz.
            id: String,
            /// Its title.
            title: String,
            /// The questions that are asked here.
            questions: Vec<Question>,
        },
        /// Cards of a deck.
        Cards {
            /// The deck of the first card.
            deck: String,
            /// The cards.
            cards: Vec<Card>,
        },
    }
}

readable! {
    /// What a box is.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
    #[serde(rename_all = "kebab-case")]
    pub enum BoxKind {
        /// Commonly believed, but: the head is the belief, the body corrects it.
        Belief,
        /// What goes wrong in practice.
        Pitfall,
        /// An aside.
        Note,
    }
}

readable! {
    /// An exercise with its help.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct Exercise {
        /// Its anchor: `exercise-1`.
        pub id: String,
        /// Its head.
        pub head: Vec<Node>,
        /// The task.
        pub blocks: Vec<Block>,
        /// A hint; may be empty.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        pub hint: Vec<Block>,
        /// The solution.
        pub solution: Vec<Block>,
    }
}

readable! {
    /// A question that readers ask.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct Faq {
        /// The question.
        pub question: Vec<Node>,
        /// The answer.
        pub blocks: Vec<Block>,
    }
}

readable! {
    /// A diagram of a page.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct Diagram {
        /// Its name on this page.
        pub id: String,
        /// The scenario that it runs.
        pub scenario: String,
        /// The settings that the author fixed.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        pub setup: Pairs,
        /// The step at which the playhead stands at first; none means the end of the run.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub start: Option<String>,
        /// The step at which playing stops; none means the end of the run.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub stop: Option<String>,
        /// How time is drawn.
        pub mode: Mode,
        /// What it shows, plain text; also its name for those who cannot see it.
        pub caption: String,
        /// A question to think about before playing; may be empty.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        pub ask: Vec<Node>,
    }
}

readable! {
    /// How time is drawn.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
    #[serde(rename_all = "kebab-case")]
    pub enum Mode {
        /// Long silences are cut.
        #[default]
        Gaps,
        /// To scale.
        True,
        /// One row for each step.
        Steps,
    }
}

impl Mode {
    /// Its name in the URL.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Gaps => "gaps",
            Self::True => "true",
            Self::Steps => "steps",
        }
    }
}

impl Diagram {
    /// Its address in the full player, relative to the site's root.
    pub fn href(&self) -> String {
        let mut pairs = self.setup.clone();
        if self.mode != Mode::Gaps {
            pairs.push(("mode".to_owned(), self.mode.name().to_owned()));
        }
        if let Some(start) = &self.start {
            pairs.push(("step".to_owned(), start.clone()));
        }
        format!("learn/{}/{}", self.scenario, query(&pairs))
    }
}
