//! Writes static HTML, and keeps what is alive apart from it.

use super::units::unbroken;
use crate::content::types::{Element, Node, Pairs};

/// Words as HTML.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            _ => out.push(c),
        }
    }
    out
}

/// Collects nodes; neighbouring static ones become one.
#[derive(Default)]
pub(super) struct Out {
    nodes: Vec<Node>,
}

impl Out {
    /// Adds static HTML.
    pub(super) fn html(&mut self, html: &str) {
        match self.nodes.last_mut() {
            Some(Node::Html(last)) => last.push_str(html),
            _ if html.is_empty() => {}
            _ => self.nodes.push(Node::Html(html.to_owned())),
        }
    }

    /// Adds words.
    pub(super) fn text(&mut self, text: &str) {
        let number = matches!(self.nodes.last(), Some(Node::Value(_)));
        self.html(&escape(&unbroken(text, number)));
    }

    /// Adds a node.
    pub(super) fn node(&mut self, node: Node) {
        match node {
            Node::Html(html) => self.html(&html),
            other => self.nodes.push(other),
        }
    }

    /// Adds nodes.
    pub(super) fn nodes(&mut self, nodes: Vec<Node>) {
        nodes.into_iter().for_each(|node| self.node(node));
    }

    /// What was collected.
    pub(super) fn done(self) -> Vec<Node> {
        self.nodes
    }
}

/// An element around children; static if nothing in it is alive.
pub(super) fn wrap(tag: &str, attrs: &[(&str, &str)], children: Vec<Node>) -> Node {
    let attrs = attrs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    let element = Element { tag: tag.to_owned(), attrs, children };
    // Browsers throw parts of a table away when they stand outside of it, and live text is put
    // together from parts: within a live table every part stays an element.
    let part = ["thead", "tbody", "tfoot", "tr", "th", "td"].contains(&tag);
    match (part, write(&element)) {
        (false, Some(html)) => Node::Html(html),
        _ => Node::Element(element),
    }
}

/// The HTML of an element, if nothing in it is alive.
fn write(element: &Element) -> Option<String> {
    let Element { tag, attrs, children } = element;
    let mut out = open(tag, attrs);
    for child in children {
        match child {
            Node::Html(html) => out.push_str(html),
            Node::Element(element) => out.push_str(&write(element)?),
            Node::Moment(_)
            | Node::Number(_)
            | Node::Term { .. }
            | Node::Link { .. }
            | Node::Blank { .. }
            | Node::Value(_) => return None,
        }
    }
    out.push_str(&format!("</{tag}>"));
    Some(out)
}

fn open(tag: &str, attrs: &Pairs) -> String {
    let attrs: String =
        attrs.iter().map(|(key, value)| format!(" {key}=\"{}\"", escape(value))).collect();
    format!("<{tag}{attrs}>")
}

/// An anchor made from words: `When nothing comes behind` is `when-nothing-comes-behind`.
pub(super) fn anchor(words: &str) -> String {
    let mut out = String::new();
    for c in words.chars() {
        if c.is_alphanumeric() {
            out.extend(c.to_lowercase());
        } else if !out.is_empty() && !out.ends_with('-') && c != '’' && c != '\'' {
            out.push('-');
        }
    }
    out.trim_end_matches('-').to_owned()
}
