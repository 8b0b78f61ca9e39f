//! Links: to terms, pages, headings, moments and away from the site.

use core::ops::Range;

use super::html::{Out, wrap};
use super::names::ChapterNames;
use super::target::{Place, narrow, rfc};
use super::text::Text;
use super::tree::{Md, words};
use crate::content::problem::{Problem, instead};
use crate::content::types::{MomentLink, Node, query};

impl Text<'_> {
    /// A link, by the kind of its address.
    pub(super) fn link(&self, dest: &str, piece: &Md, out: &mut Out) {
        let text = self.inline(&piece.children);
        let at = narrow(&self.origin, &piece.range, dest);
        if words(&piece.children).trim().is_empty() {
            self.cx.error(self.origin.file, &at, "the link has no words");
        }
        let kind = dest.split_once(':');
        match kind {
            Some(("glossary", id)) => {
                if !self.cx.index.terms.contains(id) {
                    let instead = instead(id, self.cx.index.terms.iter().map(String::as_str));
                    self.cx.error(
                        self.origin.file,
                        &at,
                        format!("there is no term `{id}`{instead}"),
                    );
                }
                self.cx.seen.borrow_mut().terms.insert(id.to_owned());
                out.node(Node::Term { id: id.to_owned(), text });
            }
            Some(("rfc", clause)) => match rfc(clause) {
                Ok(href) => out.nodes(away(&href, text)),
                Err(message) => self.cx.error(self.origin.file, &at, message),
            },
            Some(("https", rest)) => {
                let host = rest.strip_prefix("//").and_then(|rest| rest.split('/').next());
                if !host.is_some_and(|host| host.contains('.')) {
                    self.cx.error(self.origin.file, &at, format!("`{dest}` is no address"));
                }
                out.nodes(away(dest, text));
            }
            Some((page @ ("chapter" | "learn" | "cards" | "quiz"), rest)) => {
                match self.page(page, rest, &at) {
                    Some(href) => out.node(Node::Link { href, text }),
                    None => out.nodes(text),
                }
            }
            _ if dest.starts_with('#') => match self.heading(dest, &at) {
                Some(href) => out.node(Node::Link { href, text }),
                None => out.nodes(text),
            },
            _ if dest.contains('@') => match self.cx.moment(dest, &at, self.place()) {
                Some((moment, diagram)) => {
                    out.node(Node::Moment(MomentLink { moment, diagram, text }));
                }
                None => out.nodes(text),
            },
            _ => {
                let problem = Problem::error(
                    &self.origin.file.path,
                    at,
                    format!("the link `{dest}` leads nowhere"),
                );
                self.cx.report(problem.help(LINKS));
            }
        }
    }

    fn heading(&self, dest: &str, at: &Range<usize>) -> Option<String> {
        let anchor = dest.strip_prefix('#')?;
        let Some(chapter) = self.chapter else {
            self.cx.error(
                self.origin.file,
                at,
                "there is no heading here: write `chapter:id#heading`",
            );
            return None;
        };
        self.anchor(chapter, anchor, at);
        Some(format!("{}#{anchor}", chapter.page()))
    }

    fn anchor(&self, chapter: &ChapterNames, anchor: &str, at: &Range<usize>) {
        if !chapter.anchors.contains(anchor) {
            let instead = instead(anchor, chapter.anchors.iter().map(String::as_str));
            let message = format!("`{}` has no heading `#{anchor}`{instead}", chapter.id);
            self.cx.error(self.origin.file, at, message);
        }
    }

    /// The address of another page of the site; none for a chapter that is still to come.
    fn page(&self, page: &str, rest: &str, at: &Range<usize>) -> Option<String> {
        match page {
            "cards" => Some("cards/".to_owned()),
            "quiz" => {
                let quizzes = &self.cx.index.quizzes;
                if !quizzes.contains_key(rest) {
                    let instead = instead(rest, quizzes.keys().map(String::as_str));
                    self.cx.error(
                        self.origin.file,
                        at,
                        format!("there is no quiz `{rest}`{instead}"),
                    );
                }
                Some(format!("quiz/{rest}/"))
            }
            "learn" => {
                let target = self.cx.target(rest, at, Place { chapter: None, ..self.place() })?;
                let query = query(&target.setup);
                Some(format!("learn/{}/{query}", target.scenario))
            }
            _ => {
                let (id, anchor) =
                    rest.split_once('#').map_or((rest, None), |(id, a)| (id, Some(a)));
                let Some(chapter) = self.cx.index.chapters.get(id) else {
                    let instead = instead(id, self.cx.index.chapters.keys().map(String::as_str));
                    self.cx.error(
                        self.origin.file,
                        at,
                        format!("there is no chapter `{id}`{instead}"),
                    );
                    return None;
                };
                if !chapter.written {
                    return None;
                }
                if let Some(anchor) = anchor {
                    self.anchor(chapter, anchor, at);
                }
                let anchor = anchor.map(|anchor| format!("#{anchor}")).unwrap_or_default();
                Some(format!("course/{id}/{anchor}"))
            }
        }
    }
}

/// A link away from the site.
fn away(href: &str, text: Vec<Node>) -> Vec<Node> {
    vec![wrap("a", &[("href", href), ("rel", "noopener")], text)]
}

const LINKS: &str = "write `scenario@step`, `glossary:term`, `chapter:id`, `learn:scenario`, `cards:`, \
                     `quiz:id`, `#heading`, `rfc:9293#section-3.5` or `https://…`";
