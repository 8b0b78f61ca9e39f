//! Markdown as a tree with places.

use core::ops::Range;

use pulldown_cmark::{CodeBlockKind, CowStr, Event, Options, Parser, Tag};

/// A piece of Markdown.
#[derive(Clone, Debug)]
pub(super) struct Md {
    /// What it is.
    pub(super) kind: Kind,
    /// Where it stands in its text, in bytes.
    pub(super) range: Range<usize>,
    /// What stands in it.
    pub(super) children: Vec<Self>,
}

/// What a piece of Markdown is.
#[derive(Clone, Debug)]
pub(super) enum Kind {
    /// An element with children.
    Tag(Tag<'static>),
    /// Words.
    Text(String),
    /// Code between backquotes.
    Code(String),
    /// HTML, which authors do not write.
    Html,
    /// A reference to a footnote.
    Footnote(String),
    /// A line break that does not count.
    SoftBreak,
    /// A line break that counts.
    HardBreak,
    /// A rule across the page.
    Rule,
}

/// A fenced block: its words behind the fence and its lines with their places.
pub(super) struct Fence {
    /// What stands behind the opening fence: `diagram`, `console mark=3`.
    pub(super) info: String,
    /// Its lines.
    pub(super) text: String,
    /// The pieces of `text`: where each starts in it, and in the Markdown.
    pub(super) pieces: Vec<(usize, usize)>,
}

/// The Markdown that authors write: tables, footnotes, heading attributes, front matter,
/// typographic quotation marks.
pub(super) fn parse(text: &str) -> Vec<Md> {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_SMART_PUNCTUATION
        | Options::ENABLE_PLUSES_DELIMITED_METADATA_BLOCKS;
    let root = Md { kind: Kind::Rule, range: 0..text.len(), children: Vec::new() };
    let mut stack = vec![root];
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        match event {
            Event::Start(tag) => {
                let kind = Kind::Tag(tag.into_static());
                stack.push(Md { kind, range, children: Vec::new() });
            }
            Event::End(_) => {
                if let Some(done) = stack.pop() {
                    push(&mut stack, done);
                }
            }
            other => push(&mut stack, Md { kind: leaf(other), range, children: Vec::new() }),
        }
    }
    stack.into_iter().next().map(|root| root.children).unwrap_or_default()
}

fn leaf(event: Event<'_>) -> Kind {
    let text = |text: CowStr<'_>| text.into_string();
    match event {
        Event::Text(words) => Kind::Text(text(words)),
        Event::Code(code) => Kind::Code(text(code)),
        Event::FootnoteReference(name) => Kind::Footnote(text(name)),
        Event::SoftBreak => Kind::SoftBreak,
        Event::HardBreak => Kind::HardBreak,
        Event::Rule => Kind::Rule,
        _ => Kind::Html,
    }
}

/// Adds a piece to the element that is open; neighbouring words become one.
fn push(stack: &mut [Md], piece: Md) {
    let Some(parent) = stack.last_mut() else { return };
    let in_code = matches!(parent.kind, Kind::Tag(Tag::CodeBlock(_) | Tag::MetadataBlock(_)));
    if let (false, Kind::Text(words), Some(last)) =
        (in_code, &piece.kind, parent.children.last_mut())
        && let Kind::Text(before) = &mut last.kind
    {
        before.push_str(words);
        last.range.end = piece.range.end;
        return;
    }
    parent.children.push(piece);
}

impl Md {
    /// The fence that this is, if it is one.
    pub(super) fn fence(&self) -> Option<Fence> {
        let Kind::Tag(Tag::CodeBlock(kind)) = &self.kind else { return None };
        let info = match kind {
            CodeBlockKind::Fenced(info) => info.trim().to_owned(),
            CodeBlockKind::Indented => String::new(),
        };
        Some(self.lines(info))
    }

    /// The front matter that this is, if it is that.
    pub(super) fn front(&self) -> Option<Fence> {
        let front = matches!(self.kind, Kind::Tag(Tag::MetadataBlock(_)));
        front.then(|| self.lines(String::new()))
    }

    fn lines(&self, info: String) -> Fence {
        let (mut text, mut pieces) = (String::new(), Vec::new());
        for child in &self.children {
            if let Kind::Text(words) = &child.kind {
                pieces.push((text.len(), child.range.start));
                text.push_str(words);
            }
        }
        if pieces.is_empty() {
            pieces.push((0, self.range.start));
        }
        Fence { info, text, pieces }
    }
}

/// The words of pieces of Markdown, without marks.
pub(super) fn words(pieces: &[Md]) -> String {
    let mut out = String::new();
    for piece in pieces {
        match &piece.kind {
            Kind::Text(text) | Kind::Code(text) => out.push_str(text),
            Kind::SoftBreak | Kind::HardBreak => out.push(' '),
            Kind::Tag(_) => out.push_str(&words(&piece.children)),
            Kind::Html | Kind::Footnote(_) | Kind::Rule => {}
        }
    }
    out
}
