//! Text: what stands inside a paragraph, an answer, a caption.

use serde::Serialize;

use super::url::{Pairs, query};
use crate::json::readable;

readable! {
    /// A piece of text.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    #[serde(rename_all = "kebab-case")]
    pub enum Node {
        /// Whole HTML elements or escaped text with nothing alive in it.
        Html(String),
        /// An HTML element that has something alive in it.
        Element(Element),
        /// Words that move the playhead.
        Moment(MomentLink),
        /// A number that the engine computed.
        Number(Number),
        /// A word of the glossary.
        Term {
            /// Its id in the glossary.
            id: String,
            /// The words.
            text: Vec<Self>,
        },
        /// A link to another page of this site.
        Link {
            /// The address relative to the site's root, without a slash at its start: `cards/`,
            /// `course/tcp-flow/#windows`.
            href: String,
            /// The words.
            text: Vec<Self>,
        },
        /// A blank of a cloze card: hidden on the front, shown with the answer.
        Blank {
            /// What is hidden.
            answer: String,
            /// What stands in the blank instead.
            #[serde(skip_serializing_if = "Option::is_none")]
            hint: Option<String>,
        },
        /// A value that a numeric question draws on every try, by its name.
        Value(String),
    }
}

readable! {
    /// An HTML element that has something alive in it.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct Element {
        /// Its tag: `p`, `li`, `em` …
        pub tag: String,
        /// Its attributes; the names are `class`, `start`, `scope`, `colspan`, `role`, `tabindex`,
        /// `aria-label`, `href` and `rel` only.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        pub attrs: Pairs,
        /// What stands in it.
        pub children: Vec<Node>,
    }
}

readable! {
    /// A named moment of a run.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct Moment {
        /// The scenario.
        pub scenario: String,
        /// The settings of the run that is meant.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        pub setup: Pairs,
        /// The step.
        pub step: String,
        /// The step's title: `SYN-ACK`.
        pub title: String,
        /// The protocol whose pen underlines it: `tcp`, `http`.
        pub protocol: String,
        /// When it happens with these settings, in nanoseconds since the start of the run.
        pub at_ns: u64,
    }
}

readable! {
    /// Words that move the playhead of a diagram of the same page.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct MomentLink {
        /// Where they lead.
        pub moment: Moment,
        /// The id of the diagram of this page that shows it; none leads to the full player.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub diagram: Option<String>,
        /// The words.
        pub text: Vec<Node>,
    }
}

readable! {
    /// A number that the engine computed.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct Number {
        /// The scenario that is run.
        pub scenario: String,
        /// Settings that the author fixed; the reader's own network fills the rest.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        pub setup: Pairs,
        /// What is asked of the run, as `scenario::ask` reads it: `connect`, `time(syn-ack)`.
        pub ask: String,
        /// The answer for the default network, with its unit.
        pub text: String,
        /// The parts that add up to it; empty if there is nothing to add.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        pub sum: Vec<SumTerm>,
    }
}

readable! {
    /// A part of a sum.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct SumTerm {
        /// What it is.
        pub label: String,
        /// Its value with its unit.
        pub text: String,
    }
}

impl Moment {
    /// The address of this moment in the full player, relative to the site's root.
    pub fn href(&self) -> String {
        let mut pairs = self.setup.clone();
        pairs.push(("step".to_owned(), self.step.clone()));
        format!("learn/{}/{}", self.scenario, query(&pairs))
    }
}

/// The words of a text without any mark-up: for names, descriptions and search.
pub fn plain_text(nodes: &[Node]) -> String {
    let mut out = String::new();
    for node in nodes {
        match node {
            Node::Html(html) => push_html(&mut out, html),
            Node::Element(element) => out.push_str(&plain_text(&element.children)),
            Node::Moment(link) => out.push_str(&plain_text(&link.text)),
            Node::Number(number) => out.push_str(&number.text),
            Node::Term { text, .. } | Node::Link { text, .. } => out.push_str(&plain_text(text)),
            Node::Blank { answer, .. } => out.push_str(answer),
            Node::Value(name) => {
                out.push('{');
                out.push_str(name);
                out.push('}');
            }
        }
    }
    out
}

/// Appends the text of our own HTML: tags go, the four escapes come back.
fn push_html(out: &mut String, html: &str) {
    let mut in_tag = false;
    let mut text = String::new();
    for c in html.chars() {
        match c {
            '<' => in_tag = true,
            '>' if in_tag => in_tag = false,
            _ if in_tag => {}
            _ => text.push(c),
        }
    }
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    out.push_str(&text.replace("&#39;", "'").replace("&amp;", "&"));
}
