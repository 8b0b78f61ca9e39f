//! Quizzes.

use serde::Serialize;

use super::chapter::Diagram;
use super::node::{Moment, Node};
use super::url::Pairs;
use crate::json::readable;

readable! {
    /// A quiz.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct Quiz {
        /// Its permanent name: `tcp-open`.
        pub id: String,
        /// Its title.
        pub title: String,
        /// The chapter it belongs to.
        pub chapter: String,
        /// Its questions in order.
        pub questions: Vec<Question>,
    }
}

readable! {
    /// A question.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct Question {
        /// Its permanent name: `tcp-open.who-accepts`.
        pub id: String,
        /// What is asked.
        pub prompt: Vec<Node>,
        /// How it is answered.
        pub kind: QuestionKind,
        /// Why the answer is right.
        pub explain: Vec<Node>,
        /// The moment that decides.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub see: Option<Moment>,
        /// Help before answering; may be empty.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        pub hint: Vec<Node>,
        /// Its topics.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        pub tags: Vec<String>,
        /// Changes when the words change: 16 hexadecimal digits.
        pub revision: String,
    }
}

readable! {
    /// How a question is answered.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    #[serde(rename_all = "kebab-case")]
    pub enum QuestionKind {
        /// One option is right.
        Choice(Vec<Choice>),
        /// Any number of options is right.
        Multi(Vec<Choice>),
        /// The items in their right order.
        Order(Vec<Vec<Node>>),
        /// Pairs that belong together.
        Match {
            /// Left and right sides.
            pairs: Vec<(Vec<Node>, Vec<Node>)>,
            /// Right sides that belong to nothing.
            #[serde(skip_serializing_if = "Vec::is_empty")]
            extra: Vec<Vec<Node>>,
        },
        /// A word.
        Short {
            /// What counts as right; the first is shown.
            accept: Vec<String>,
            /// Near misses and what to say about them.
            #[serde(skip_serializing_if = "Vec::is_empty")]
            near: Vec<(String, Vec<Node>)>,
        },
        /// A number that the engine computes for values drawn on every try.
        Numeric(Box<Numeric>),
        /// The next event of a paused run.
        Trace(Box<Trace>),
    }
}

readable! {
    /// An option.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct Choice {
        /// Its words.
        pub text: Vec<Node>,
        /// Whether it is right.
        #[serde(skip_serializing_if = "is_false")]
        pub right: bool,
        /// Why it is wrong; may be empty for a right one.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        pub why: Vec<Node>,
    }
}

readable! {
    /// A question for a number.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct Numeric {
        /// The unit of the answer: `ms`, `B`, `segments`.
        pub unit: String,
        /// How far an answer may be off, in thousandths of the unit.
        pub tolerance_milli: u64,
        /// The values that are drawn.
        pub vary: Vec<Vary>,
        /// The scenario that is run.
        pub scenario: String,
        /// Its settings; `{name}` stands for a drawn value.
        pub setup: Pairs,
        /// What is asked of the run, as `scenario::ask` reads it.
        pub ask: String,
    }
}

readable! {
    /// A value that is drawn.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct Vary {
        /// Its name in the prompt and in the settings.
        pub name: String,
        /// The smallest.
        pub from: u64,
        /// The largest.
        pub to: u64,
        /// The distance between two; at least 1.
        pub step: u64,
    }
}

readable! {
    /// A question for the next event.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct Trace {
        /// The diagram.
        pub diagram: Diagram,
        /// Where it pauses: a step, or the n-th packet of a name as it is sent (`syn-ack#1`).
        pub pause_at: String,
        /// What is asked, as `scenario::ask` reads it: `next-send(client)`.
        pub ask: String,
        /// What can be answered.
        pub options: Vec<TraceChoice>,
    }
}

readable! {
    /// An option of a question for the next event.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct TraceChoice {
        /// The event: the name of a packet, a state, or `nothing`.
        pub event: String,
        /// The option.
        pub choice: Choice,
    }
}

impl Numeric {
    /// Its settings with these values in place of their names.
    pub fn fill(&self, values: &[(String, u64)]) -> Pairs {
        let fill = |text: &String| {
            values.iter().fold(text.clone(), |text, (name, value)| {
                text.replace(&format!("{{{name}}}"), &value.to_string())
            })
        };
        self.setup.iter().map(|(key, value)| (key.clone(), fill(value))).collect()
    }
}

impl Vary {
    /// All its values, smallest first.
    pub fn values(&self) -> impl Iterator<Item = u64> + use<> {
        let step = self.step.max(1);
        let (from, to) = (self.from, self.to);
        (0..)
            .map_while(move |n: u64| from.checked_add(n.checked_mul(step)?))
            .take_while(move |v| *v <= to)
    }
}

/// Whether a flag can be left out.
const fn is_false(flag: &bool) -> bool {
    !*flag
}
