//! Decks of cards.

use serde::Serialize;

use super::chapter::Diagram;
use super::node::{Moment, Node};
use crate::json::readable;

readable! {
    /// A deck.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct Deck {
        /// Its permanent name: `tcp-open`.
        pub id: String,
        /// Its title.
        pub title: String,
        /// The chapter it belongs to.
        pub chapter: String,
        /// Its cards in the order of learning.
        pub cards: Vec<Card>,
    }
}

readable! {
    /// A card.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct Card {
        /// Its permanent name: `tcp-open.syn-seq`; blanks of a cloze text have `/1`, `/2` behind it.
        pub id: String,
        /// What it shares with its siblings, which are not shown on the same day.
        pub note: String,
        /// How it is asked.
        pub kind: CardKind,
        /// The question. The blanks of a cloze card are [`Node::Blank`], hidden until answered.
        pub front: Vec<Node>,
        /// The answer; empty for a cloze card, whose answer stands in its blanks.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        pub back: Vec<Node>,
        /// Why.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        pub explain: Vec<Node>,
        /// Its topics.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        pub tags: Vec<String>,
        /// The moment that shows why.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub see: Option<Moment>,
        /// Changes when the words change: 16 hexadecimal digits.
        pub revision: String,
    }
}

readable! {
    /// How a card is asked.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    #[serde(rename_all = "kebab-case")]
    pub enum CardKind {
        /// Think, then look.
        Plain,
        /// Fill the blanks.
        Cloze,
        /// Type the answer.
        Typed {
            /// What counts as right; the first is shown.
            accept: Vec<String>,
        },
        /// A diagram paused at a moment with one thing hidden.
        Diagram {
            /// The diagram, its `start` being the moment.
            diagram: Box<Diagram>,
            /// What is hidden.
            hide: Hide,
        },
    }
}

readable! {
    /// What a diagram card hides.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
    #[serde(rename_all = "kebab-case")]
    pub enum Hide {
        /// The name of the message.
        Label,
        /// The numbers of the message.
        Detail,
        /// The message itself.
        Message,
        /// The names of the states.
        State,
        /// The numbers of the clock.
        Time,
    }
}
