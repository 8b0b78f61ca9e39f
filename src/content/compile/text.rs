//! Markdown to nodes: words, links, moments, numbers, terms, blanks.

use core::ops::Range;
use std::cell::RefCell;

use pulldown_cmark::Tag;

use super::Cx;
use super::boxes::LIVE;
use super::highlight;
use super::html::{Out, escape, wrap};
use super::names::ChapterNames;
use super::origin::Origin;
use super::reader::Word;
use super::target::{Place, narrow};
use super::tree::{Kind, Md, parse, words};
use crate::content::problem::instead;
use crate::content::types::{Node, Number};

/// A blank of a cloze text: its number, and where it stands.
pub(super) type Blank = (u32, Range<usize>);

/// A text and what may stand in it.
#[derive(Clone)]
pub(super) struct Text<'d> {
    pub(super) cx: Cx<'d>,
    pub(super) origin: Origin<'d>,
    /// The chapter it stands in.
    pub(super) chapter: Option<&'d ChapterNames>,
    /// The values that a numeric question draws.
    pub(super) values: &'d [String],
    /// Where the blanks of a cloze text are noted down; none forbids blanks.
    pub(super) blanks: Option<&'d RefCell<Vec<Blank>>>,
    /// The names of the sidenotes referred to, in order; none forbids sidenotes.
    pub(super) notes: Option<&'d RefCell<Vec<String>>>,
}

impl<'d> Text<'d> {
    /// A text outside of chapters with nothing special in it.
    pub(super) const fn plain(cx: Cx<'d>, origin: Origin<'d>) -> Self {
        Self { cx, origin, chapter: None, values: &[], blanks: None, notes: None }
    }

    /// The nodes of an author's text: those of its only paragraph, or its block elements.
    pub(super) fn word(cx: Cx<'d>, word: &Word<'d>) -> Vec<Node> {
        Self::plain(cx, word.origin.clone()).read(&word.text)
    }

    /// The same for a text with this setting.
    pub(super) fn read(&self, text: &str) -> Vec<Node> {
        self.short(&parse(text))
    }

    /// The inline nodes of an only paragraph, or the block elements.
    pub(super) fn short(&self, pieces: &[Md]) -> Vec<Node> {
        match pieces {
            [only] if matches!(only.kind, Kind::Tag(Tag::Paragraph)) => self.inline(&only.children),
            _ => self.flow(pieces),
        }
    }

    /// Reports a problem in the text.
    pub(super) fn error(&self, range: &Range<usize>, message: impl Into<String>) {
        self.cx.error(self.origin.file, &self.origin.at(range), message);
    }

    /// Where the text stands.
    pub(super) const fn place(&self) -> Place<'d> {
        Place { file: self.origin.file, chapter: self.chapter }
    }

    /// Block elements.
    pub(super) fn flow(&self, pieces: &[Md]) -> Vec<Node> {
        let mut out = Out::default();
        for piece in pieces {
            out.nodes(self.block(piece));
        }
        out.done()
    }

    /// A block element.
    fn block(&self, piece: &Md) -> Vec<Node> {
        let Kind::Tag(tag) = &piece.kind else {
            return match &piece.kind {
                Kind::Rule => vec![Node::Html("<hr>".to_owned())],
                // A tight list's items hold words without a paragraph.
                _ => self.inline(core::slice::from_ref(piece)),
            };
        };
        let inside =
            |tag: &str, attrs: &[(&str, &str)]| vec![wrap(tag, attrs, self.flow(&piece.children))];
        match tag {
            Tag::Paragraph => vec![wrap("p", &[], self.inline(&piece.children))],
            Tag::List(None) => inside("ul", &[]),
            Tag::List(Some(1)) => inside("ol", &[]),
            Tag::List(Some(start)) => inside("ol", &[("start", start.to_string().as_str())]),
            Tag::Item => inside("li", &[]),
            Tag::CodeBlock(_) => vec![self.code(piece)],
            Tag::Table(alignment) => vec![self.table(piece, alignment)],
            Tag::BlockQuote(_) => {
                self.error(
                    &piece.range,
                    "a quotation must start with its kind, such as `> [!note]`",
                );
                Vec::new()
            }
            Tag::Heading { .. } => {
                self.error(&piece.range, "a heading cannot stand here");
                Vec::new()
            }
            Tag::FootnoteDefinition(_) | Tag::MetadataBlock(_) => Vec::new(),
            Tag::HtmlBlock => {
                self.error(&piece.range, NO_HTML);
                Vec::new()
            }
            _ => self.inline(core::slice::from_ref(piece)),
        }
    }

    fn code(&self, piece: &Md) -> Node {
        let Some(fence) = piece.fence() else { return Node::Html(String::new()) };
        let mut info = fence.info.split_whitespace();
        let language = info.next().unwrap_or_default();
        if language.is_empty() {
            self.error(
                &piece.range,
                "code needs its language behind the fence, such as `console` or `text`",
            );
        } else if LIVE.contains(&language) {
            self.error(&piece.range, format!("a `{language}` block cannot stand here"));
        } else if !highlight::known(language) {
            let instead = instead(language, highlight::languages());
            self.error(&piece.range, format!("there is no language `{language}`{instead}"));
        }
        let lines = fence.text.lines().count();
        let mut marked = None;
        for word in info {
            match word.strip_prefix("mark=").and_then(|line| line.parse::<usize>().ok()) {
                Some(line) if (1..=lines).contains(&line) => marked = Some(line),
                Some(line) => {
                    self.error(
                        &piece.range,
                        format!("`mark={line}`: the code ends at line {lines}"),
                    );
                }
                None => self.error(
                    &piece.range,
                    format!("a fence has no setting `{word}`: there is `mark=3`"),
                ),
            }
        }
        Node::Html(highlight::code(language, &fence.text, marked))
    }

    /// Inline nodes.
    pub(super) fn inline(&self, pieces: &[Md]) -> Vec<Node> {
        let mut out = Out::default();
        for piece in pieces {
            match &piece.kind {
                Kind::Text(text) => self.text(text, &piece.range, &mut out),
                Kind::Code(code) => out.html(&format!("<code>{}</code>", escape(code))),
                Kind::SoftBreak => out.html("\n"),
                Kind::HardBreak => out.html("<br>"),
                Kind::Footnote(name) => self.note(name, &piece.range, &mut out),
                Kind::Html => self.error(&piece.range, NO_HTML),
                Kind::Rule => out.html("<hr>"),
                Kind::Tag(tag) => self.element(tag, piece, &mut out),
            }
        }
        out.done()
    }

    fn element(&self, tag: &Tag<'_>, piece: &Md, out: &mut Out) {
        match tag {
            Tag::Emphasis => out.node(wrap("em", &[], self.inline(&piece.children))),
            Tag::Strong => out.node(wrap("strong", &[], self.inline(&piece.children))),
            Tag::Link { dest_url, .. } => self.link(dest_url, piece, out),
            Tag::Image { dest_url, .. } => self.image(dest_url, piece, out),
            _ => out.nodes(self.block(piece)),
        }
    }

    /// Words, with what stands in braces.
    fn text(&self, text: &str, range: &Range<usize>, out: &mut Out) {
        if let Some((_, rest)) = text.split_once("[^") {
            let name = rest.split(']').next().unwrap_or_default();
            let at = narrow(&self.origin, range, &format!("[^{name}]"));
            self.cx.error(self.origin.file, &at, format!("there is no sidenote `[^{name}]: …`"));
        }
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("{{") {
            self.values(before, out);
            let Some((inside, after)) = after.split_once("}}") else {
                let at = narrow(&self.origin, range, "{{");
                self.cx.error(self.origin.file, &at, "`{{` has no `}}`");
                return;
            };
            let at = narrow(&self.origin, range, &format!("{{{{{inside}}}}}"));
            self.braces(inside.trim(), &at, out);
            rest = after;
        }
        self.values(rest, out);
    }

    /// Words, with the values that a numeric question draws.
    fn values(&self, text: &str, out: &mut Out) {
        let mut rest = text;
        while let Some((before, name)) = self.values.iter().find_map(|name| {
            let (before, _) = rest.split_once(&format!("{{{name}}}"))?;
            // The first in the text, not the first in the list.
            let first = !self.values.iter().any(|other| before.contains(&format!("{{{other}}}")));
            first.then_some((before, name))
        }) {
            out.text(before);
            out.node(Node::Value(name.clone()));
            rest = rest.get(before.len() + name.len() + 2..).unwrap_or_default();
        }
        out.text(rest);
    }

    /// A computed number or a blank.
    fn braces(&self, inside: &str, at: &Range<usize>, out: &mut Out) {
        let number =
            inside.split_once(':').and_then(|(n, rest)| Some((n.parse::<u32>().ok()?, rest)));
        if let Some((number, rest)) = number {
            let Some(blanks) = self.blanks else {
                self.cx.error(
                    self.origin.file,
                    at,
                    "a blank stands only in the first block of a card with `type=cloze`",
                );
                return;
            };
            let (answer, hint) = rest.split_once("::").map_or((rest, None), |(a, h)| (a, Some(h)));
            if answer.trim().is_empty() {
                self.cx.error(self.origin.file, at, "the blank is empty");
            }
            blanks.borrow_mut().push((number, at.clone()));
            let hint = hint.map(str::to_owned);
            return out.node(Node::Blank { answer: answer.to_owned(), hint });
        }
        let Some((target, ask)) = inside.split_once(char::is_whitespace) else {
            let message =
                format!("`{{{{{inside}}}}}` is no number: write `{{{{scenario measure}}}}`");
            return self.cx.error(self.origin.file, at, message);
        };
        if target == "source" {
            return self.cite(ask.trim(), at, out);
        }
        let Some(target) = self.cx.target(target, at, self.place()) else { return };
        match self.cx.engine.ask(&target.scenario, &target.setup, ask.trim()) {
            Ok(answer) => out.node(Node::Number(Number {
                scenario: target.scenario,
                setup: target.setup,
                ask: ask.trim().to_owned(),
                text: answer.text,
                sum: answer.sum,
            })),
            Err(message) => {
                self.cx.error(self.origin.file, at, format!("`{}`: {message}", target.scenario));
            }
        }
    }

    /// A reference to the source whose name starts with these words.
    fn cite(&self, words: &str, at: &Range<usize>, out: &mut Out) {
        let Some(chapter) = self.chapter else {
            let message = "a source is referred to in the text of its chapter only";
            return self.cx.error(self.origin.file, at, message);
        };
        let names = chapter.sources.iter();
        let found: Vec<usize> = names
            .enumerate()
            .filter(|(_, name)| {
                let rest = name.strip_prefix(words);
                // `RFC 9293 §3.1` is not the beginning of `RFC 9293 §3.10`.
                rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric()))
            })
            .map(|(index, _)| index)
            .collect();
        let [index] = found.as_slice() else {
            let names = chapter.sources.iter().map(String::as_str);
            let message = match found.len() {
                0 => format!("no source starts with `{words}`{}", instead(words, names)),
                many => format!("{many} sources start with `{words}`: write more of the name"),
            };
            return self.cx.error(self.origin.file, at, message);
        };
        let mut seen = self.cx.seen.borrow_mut();
        seen.cited.push(*index);
        let (number, source, page) = (seen.cited.len(), index + 1, chapter.page());
        out.html(&format!(
            "<sup class=\"cite\" id=\"cite-{number}\"><a href=\"{page}#source-{source}\">\
             <span class=\"sr\">Source </span>{source}</a></sup>"
        ));
    }

    fn note(&self, name: &str, range: &Range<usize>, out: &mut Out) {
        let Some(notes) = self.notes else {
            return self.error(range, "a sidenote cannot be referred to here");
        };
        let mut notes = notes.borrow_mut();
        if notes.iter().any(|known| known == name) {
            return self.error(range, format!("the sidenote `{name}` is referred to twice"));
        }
        notes.push(name.to_owned());
        out.html(&format!("<sup class=\"noteref\">{}</sup>", notes.len()));
    }

    fn image(&self, dest: &str, piece: &Md, out: &mut Out) {
        let alt = words(&piece.children);
        if alt.trim().is_empty() {
            self.error(
                &piece.range,
                "the picture has no words: say between the brackets what it shows",
            );
        }
        let path = format!("content/{dest}");
        if !dest.starts_with("images/") || self.cx.file(&path).is_none() {
            let images = self.cx.files.iter().filter_map(|file| file.path.strip_prefix("content/"));
            let images: Vec<&str> = images.filter(|path| path.starts_with("images/")).collect();
            let instead = instead(dest, images.iter().copied());
            let at = narrow(&self.origin, &piece.range, dest);
            self.cx.error(self.origin.file, &at, format!("there is no picture `{dest}`{instead}"));
        }
        self.cx.seen.borrow_mut().images.insert(dest.to_owned());
        let (dest, alt) = (escape(dest), escape(&alt));
        out.html(&format!("<img src=\"{dest}\" alt=\"{alt}\" loading=\"lazy\">"));
    }
}

const NO_HTML: &str = "HTML is not written here: write `\\<` for the sign itself";
