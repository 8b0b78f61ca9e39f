//! The body of a chapter: headings, diagrams, boxes, sidenotes.

use core::ops::Range;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use pulldown_cmark::Tag;

use super::Cx;
use super::chapter::Shelf;
use super::html::anchor;
use super::names::{ChapterNames, set};
use super::origin::Origin;
use super::reader::Document;
use super::text::Text;
use super::tree::{Fence, Kind, Md, words};
use crate::content::problem::{File, instead};
use crate::content::types::{Block, BoxKind, Exercise, Faq, Node, Section};

/// The fences that are more than code.
pub(super) const LIVE: [&str; 4] = ["diagram", "stacks", "quiz", "cards"];

/// The kinds of boxes.
const KINDS: [&str; 8] =
    ["belief", "pitfall", "note", "exercise", "hint", "solution", "takeaways", "faq"];

/// The body of a chapter while it is compiled.
pub(super) struct Body<'d> {
    cx: Cx<'d>,
    file: &'d File,
    names: &'d ChapterNames,
    shelf: Shelf<'d>,
    /// The headings so far.
    pub(super) sections: Vec<Section>,
    /// The sidenotes referred to so far.
    notes: RefCell<Vec<String>>,
    /// How many of them were set.
    set: usize,
    /// Every sidenote of the file: its place and its text.
    defined: BTreeMap<String, (Range<usize>, Vec<Md>)>,
    exercises: u32,
}

/// A box before its body is compiled.
struct Quote {
    kind: String,
    head: Vec<Md>,
    body: Vec<Md>,
}

impl<'d> Body<'d> {
    /// The body of this chapter.
    pub(super) fn new(
        cx: Cx<'d>,
        file: &'d File,
        names: &'d ChapterNames,
        shelf: Shelf<'d>,
    ) -> Self {
        let (sections, notes, defined) = (Vec::new(), RefCell::new(Vec::new()), BTreeMap::new());
        Self { cx, file, names, shelf, sections, notes, set: 0, defined, exercises: 0 }
    }

    /// Compiles pieces; `boxed` forbids what stands only at the top of a page.
    pub(super) fn blocks(&mut self, pieces: &[Md], boxed: bool) -> Vec<Block> {
        for piece in pieces {
            if let Kind::Tag(Tag::FootnoteDefinition(name)) = &piece.kind {
                let note = (piece.range.clone(), piece.children.clone());
                self.defined.insert(name.to_string(), note);
            }
        }
        let mut out = Vec::new();
        for piece in pieces {
            match &piece.kind {
                Kind::Tag(Tag::Heading { .. }) if !boxed => out.extend(self.heading(piece)),
                Kind::Tag(Tag::BlockQuote(_)) => self.quote(piece, boxed, &mut out),
                _ => match piece.fence().filter(|fence| LIVE.contains(&fence.info.as_str())) {
                    Some(fence) => out.extend(self.live(piece, &fence)),
                    None => out.extend(
                        self.text(true).flow(core::slice::from_ref(piece)).into_iter().map(block),
                    ),
                },
            }
            self.set_notes(&mut out);
        }
        out
    }

    /// Reports what is left over at the end.
    pub(super) fn finish(&self) {
        let notes = self.notes.borrow();
        for (name, (range, _)) in &self.defined {
            if !notes.contains(name) {
                self.error(range, format!("nothing refers to the sidenote `{name}`"));
            }
        }
        let mut anchors = BTreeSet::new();
        for section in &self.sections {
            if !anchors.insert(&section.id) {
                let message = format!(
                    "two headings have the anchor `{}`: give one its own with `{{#name}}`",
                    section.id
                );
                self.error(&self.find(&section.title), message);
            }
        }
    }

    /// The last place of these words.
    fn find(&self, words: &str) -> Range<usize> {
        self.file.text.rfind(words).map_or(0..0, |at| at..at + words.len())
    }

    fn error(&self, range: &Range<usize>, message: impl Into<String>) {
        self.cx.error(self.file, range, message);
    }

    fn text(&self, notes: bool) -> Text<'_> {
        let origin = Origin::exact(self.file, 0);
        let notes = notes.then_some(&self.notes);
        Text { chapter: Some(self.names), notes, ..Text::plain(self.cx, origin) }
    }

    fn heading(&mut self, piece: &Md) -> Option<Block> {
        let Kind::Tag(Tag::Heading { level, id, classes, attrs }) = &piece.kind else {
            return None;
        };
        let level = *level as u8;
        if !(2..=3).contains(&level) {
            self.error(&piece.range, "headings of a chapter are written with `##` and `###`");
        }
        if !classes.is_empty() || !attrs.is_empty() {
            self.error(&piece.range, "a heading of a chapter takes an anchor only: `{#name}`");
        }
        let title = words(&piece.children);
        let id = id.as_ref().map_or_else(|| anchor(&title), ToString::to_string);
        if id.is_empty() {
            self.error(&piece.range, "the heading has no words");
        }
        self.sections.push(Section { id: id.clone(), title, level });
        Some(Block::Heading { level, id, text: self.text(false).inline(&piece.children) })
    }

    /// A diagram, quiz or cards.
    fn live(&self, piece: &Md, fence: &Fence) -> Option<Block> {
        if fence.info == "diagram" {
            let diagrams = &self.names.diagrams;
            let found = diagrams.iter().find(|(offset, _)| *offset == piece.range.start);
            return found.map(|(_, diagram)| Block::Diagram(diagram.clone()));
        }
        let origin = Origin::pieces(self.file, fence.pieces.clone());
        let document = Document::parse(&self.cx, &fence.text, origin);
        match fence.info.as_str() {
            "quiz" => self.quiz(&document),
            "stacks" => self.stacks(&document),
            _ => self.cards(&document),
        }
    }

    /// A first request over every stack.
    fn stacks(&self, document: &Document<'_>) -> Option<Block> {
        let reader = document.reader(&self.cx, "a stacks block");
        let caption = reader.need("caption", "what it shows, in words");
        let setup = set(&self.cx, &reader, "first-request");
        if setup.iter().any(|(key, _)| key == "set.stack") {
            reader.error(&reader.span, "a stacks block shows every stack: it fixes none");
        }
        reader.finish();
        Some(Block::Stacks { caption: caption?.text, setup })
    }

    fn quiz(&self, document: &Document<'_>) -> Option<Block> {
        let reader = document.reader(&self.cx, "a quiz block");
        let name = reader.need("use", "the id of a quiz");
        let only = reader.texts("only");
        reader.finish();
        let name = name?;
        let Some(quiz) = self.shelf.quizzes.iter().find(|quiz| quiz.id == name.text) else {
            if !self.cx.index.quizzes.contains_key(&name.text) {
                let instead = instead(&name.text, self.cx.index.quizzes.keys().map(String::as_str));
                self.cx.error(
                    self.file,
                    &name.span,
                    format!("there is no quiz `{}`{instead}", name.text),
                );
            }
            return None;
        };
        let ids = self.cx.index.quizzes.get(&name.text).cloned().unwrap_or_default();
        for word in only.iter().filter(|word| !ids.contains(&word.text)) {
            let instead = instead(&word.text, ids.iter().map(String::as_str));
            let message = format!("the quiz has no question `{}`{instead}", word.text);
            self.cx.error(self.file, &word.span, message);
        }
        let asked = |id: &String| only.is_empty() || only.iter().any(|word| word.text == *id);
        let questions = quiz.questions.iter().filter(|question| asked(&question.id)).cloned();
        Some(Block::Quiz {
            id: quiz.id.clone(),
            title: quiz.title.clone(),
            questions: questions.collect(),
        })
    }

    fn cards(&self, document: &Document<'_>) -> Option<Block> {
        let reader = document.reader(&self.cx, "a cards block");
        let wanted = reader.texts("use");
        if wanted.is_empty() {
            reader.error(&reader.span, "a cards block needs `use`, a list of ids of cards");
        }
        reader.finish();
        let all = || {
            self.shelf.decks.iter().flat_map(|deck| deck.cards.iter().map(move |card| (deck, card)))
        };
        let (mut name, mut cards) = (None, Vec::new());
        for word in wanted {
            let before = cards.len();
            for (deck, card) in
                all().filter(|(_, card)| card.note == word.text || card.id == word.text)
            {
                name = name.or_else(|| Some(deck.id.clone()));
                cards.push(card.clone());
            }
            // A card whose own text is broken is reported there.
            let given = self.cx.index.ids.iter().any(|id| id.what == "card" && id.id == word.text);
            if cards.len() == before && !given {
                let instead = instead(&word.text, all().map(|(_, card)| card.note.as_str()));
                self.cx.error(
                    self.file,
                    &word.span,
                    format!("there is no card `{}`{instead}", word.text),
                );
            }
            self.cx.seen.borrow_mut().cards.insert(word.text);
        }
        name.map(|deck| Block::Cards { deck, cards })
    }

    /// Sets the sidenotes that were referred to since the last time.
    fn set_notes(&mut self, out: &mut Vec<Block>) {
        let names: Vec<String> = self.notes.borrow().iter().skip(self.set).cloned().collect();
        for name in names {
            self.set += 1;
            if let Some((_, pieces)) = self.defined.get(&name) {
                let number = u32::try_from(self.set).unwrap_or(u32::MAX);
                out.push(Block::Sidenote { number, text: self.text(false).short(pieces) });
            }
        }
    }

    fn quote(&mut self, piece: &Md, boxed: bool, out: &mut Vec<Block>) {
        let Some(quote) = Quote::read(piece) else {
            let kinds = KINDS.map(|kind| format!("`[!{kind}]`")).join(", ");
            return self
                .error(&piece.range, format!("a quotation must start with its kind: {kinds}"));
        };
        let Quote { kind, head, body } = &quote;
        if !KINDS.contains(&kind.as_str()) {
            let instead = instead(kind, KINDS);
            return self.error(&piece.range, format!("there is no box `{kind}`{instead}"));
        }
        if boxed {
            return self.error(&piece.range, "a box cannot stand in a box");
        }
        let needs_head = ["belief", "pitfall", "exercise", "faq"].contains(&kind.as_str());
        if needs_head && head.is_empty() {
            self.error(&piece.range, format!("the box `{kind}` needs words behind its kind"));
        }
        if ["hint", "solution", "takeaways"].contains(&kind.as_str()) && !head.is_empty() {
            self.error(
                &piece.range,
                format!("the words behind `[!{kind}]` belong into a paragraph of their own"),
            );
        }
        if body.is_empty() {
            self.error(&piece.range, format!("the box `{kind}` is empty"));
        }
        let head = self.text(false).inline(head);
        self.put(&quote, head, &piece.range, out);
    }

    /// Puts a box behind the others, or into the exercise or list that it belongs to.
    fn put(&mut self, quote: &Quote, head: Vec<Node>, range: &Range<usize>, out: &mut Vec<Block>) {
        let Quote { kind, body, .. } = quote;
        if kind == "takeaways" {
            return out.extend(self.takeaways(body, range));
        }
        let blocks = self.blocks(body, true);
        match (kind.as_str(), out.last_mut()) {
            ("hint", Some(Block::Exercise(exercise))) if exercise.hint.is_empty() => {
                exercise.hint = blocks;
            }
            ("solution", Some(Block::Exercise(exercise))) if exercise.solution.is_empty() => {
                exercise.solution = blocks;
            }
            ("hint" | "solution", _) => {
                self.error(range, format!("a `{kind}` stands behind its exercise"));
            }
            ("faq", Some(Block::Faq(list))) => list.push(Faq { question: head, blocks }),
            ("faq", _) => out.push(Block::Faq(vec![Faq { question: head, blocks }])),
            ("exercise", _) => {
                self.exercises += 1;
                let id = format!("exercise-{}", self.exercises);
                if !self.is_solved(range) {
                    self.error(range, "the exercise has no `> [!solution]` behind it");
                }
                let (hint, solution) = (Vec::new(), Vec::new());
                out.push(Block::Exercise(Exercise { id, head, blocks, hint, solution }));
            }
            _ => {
                let kind = match kind.as_str() {
                    "belief" => BoxKind::Belief,
                    "pitfall" => BoxKind::Pitfall,
                    _ => BoxKind::Note,
                };
                out.push(Block::Box { kind, head, blocks });
            }
        }
    }

    /// Whether a solution follows before the next exercise.
    fn is_solved(&self, exercise: &Range<usize>) -> bool {
        let rest = self.file.text.get(exercise.end..).unwrap_or_default();
        let until = rest.find("[!exercise]").unwrap_or(rest.len());
        rest.get(..until).is_some_and(|rest| rest.contains("[!solution]"))
    }

    fn takeaways(&self, body: &[Md], range: &Range<usize>) -> Option<Block> {
        let [list] = body else {
            self.error(range, "takeaways are one list");
            return None;
        };
        if !matches!(list.kind, Kind::Tag(Tag::List(_))) {
            self.error(&list.range, "takeaways are one list");
            return None;
        }
        let text = self.text(false);
        Some(Block::Takeaways(
            list.children.iter().map(|item| text.short(&item.children)).collect(),
        ))
    }
}

impl Quote {
    /// Reads `[!kind] head` and the body of a quotation.
    fn read(piece: &Md) -> Option<Self> {
        let (first, rest) = piece.children.split_first()?;
        if !matches!(first.kind, Kind::Tag(Tag::Paragraph)) {
            return None;
        }
        let (start, more) = first.children.split_first()?;
        let Kind::Text(text) = &start.kind else { return None };
        let (kind, head) = text.strip_prefix("[!")?.split_once(']')?;
        let mut line = Vec::new();
        if !head.trim().is_empty() {
            let range = start.range.end.saturating_sub(head.trim_start().len())..start.range.end;
            line.push(Md {
                kind: Kind::Text(head.trim_start().to_owned()),
                range,
                children: Vec::new(),
            });
        }
        let end = more
            .iter()
            .position(|piece| matches!(piece.kind, Kind::SoftBreak))
            .unwrap_or(more.len());
        line.extend(more.iter().take(end).cloned());
        let mut body = Vec::new();
        let children: Vec<Md> = more.iter().skip(end + 1).cloned().collect();
        if !children.is_empty() {
            body.push(Md { kind: first.kind.clone(), range: first.range.clone(), children });
        }
        body.extend(rest.iter().cloned());
        Some(Self { kind: kind.to_owned(), head: line, body })
    }
}

fn block(node: Node) -> Block {
    match node {
        Node::Html(html) => Block::Html(html),
        other => Block::Text(other),
    }
}
