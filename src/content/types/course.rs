//! The course as a whole, and what one page is given.

use serde::Serialize;

use super::chapter::{Chapter, Term};
use super::quiz::Quiz;
use super::study::Deck;
use crate::json::readable;

readable! {
    /// The map of the course: small, on every page.
    #[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
    pub struct Course {
        /// The name of the site.
        pub title: String,
        /// Its parts in order.
        pub parts: Vec<Part>,
        /// Every deck.
        pub decks: Vec<DeckRef>,
        /// Every quiz.
        pub quizzes: Vec<QuizRef>,
        /// Every scenario, in the order of the index.
        pub scenarios: Vec<ScenarioRef>,
    }
}

readable! {
    /// A recorded figure of a real stack beside the engine's, as words.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct Compared {
        /// The run: `growth; Reno`.
        pub run: String,
        /// What was measured.
        pub measure: String,
        /// What the real stack did.
        pub real: String,
        /// What the engine does.
        pub engine: String,
        /// The engine's figure less the real one.
        pub difference: String,
        /// How far it may be off.
        pub tolerance: String,
        /// `holds`, or not.
        pub verdict: String,
    }
}

readable! {
    /// A scenario in the index.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct Listed {
        /// Its permanent name.
        pub id: String,
        /// Its title.
        pub title: String,
        /// One sentence on what it shows.
        pub summary: String,
        /// What it is about: `TCP`.
        pub topic: String,
    }
}

readable! {
    /// A scenario, by its names.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct ScenarioRef {
        /// Its permanent name.
        pub id: String,
        /// Its title.
        pub title: String,
    }
}

readable! {
    /// A part of the course.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct Part {
        /// Its number in Roman figures.
        pub numeral: String,
        /// Its title.
        pub title: String,
        /// Its chapters in order.
        pub chapters: Vec<CourseChapter>,
    }
}

readable! {
    /// A chapter in the map.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct CourseChapter {
        /// Its permanent name.
        pub id: String,
        /// Its title.
        pub title: String,
        /// One sentence on what it holds.
        pub about: String,
        /// How long reading takes; none for a chapter that is still to come and is not linked.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub minutes: Option<u32>,
    }
}

readable! {
    /// A chapter beside another.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct Neighbour {
        /// Its permanent name.
        pub id: String,
        /// Its title.
        pub title: String,
        /// Whether it is written and can be linked.
        pub ready: bool,
    }
}

readable! {
    /// A deck, without its cards.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct DeckRef {
        /// Its permanent name.
        pub id: String,
        /// Its title.
        pub title: String,
        /// The chapter it belongs to.
        pub chapter: String,
        /// How many cards it has.
        pub cards: u32,
    }
}

readable! {
    /// A quiz, without its questions.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct QuizRef {
        /// Its permanent name.
        pub id: String,
        /// Its title.
        pub title: String,
        /// The chapter it belongs to.
        pub chapter: String,
        /// How many questions it has.
        pub questions: u32,
    }
}

readable! {
    /// What a page needs to be drawn; inlined in its HTML so that hydration finds the same.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct PageData {
        /// The map of the course.
        pub course: Course,
        /// What is special to the page.
        pub page: Page,
    }
}

readable! {
    /// What is special to a page.
    #[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
    #[serde(rename_all = "kebab-case")]
    pub enum Page {
        /// Nothing: home, the full player, the embed, not found.
        #[default]
        Plain,
        /// A chapter.
        Chapter(Box<Chapter>),
        /// Every deck.
        Cards(Vec<Deck>),
        /// A quiz.
        Quiz(Box<Quiz>),
        /// Every term of the glossary.
        Glossary(Vec<Term>),
        /// Every scenario.
        Scenarios(Vec<Listed>),
        /// Every recorded figure.
        Truth(Vec<Compared>),
    }
}

impl Course {
    /// The chapter of this name with its part.
    pub fn chapter(&self, id: &str) -> Option<(&Part, &CourseChapter)> {
        self.parts.iter().find_map(|part| {
            part.chapters.iter().find(|chapter| chapter.id == id).map(|chapter| (part, chapter))
        })
    }
}

impl CourseChapter {
    /// Whether it is written.
    pub const fn ready(&self) -> bool {
        self.minutes.is_some()
    }
}
