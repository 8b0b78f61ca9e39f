//! Decks: `decks/*.md`, a heading for each card.

use core::ops::Range;
use std::cell::RefCell;

use pulldown_cmark::{HeadingLevel, Tag};

use super::Cx;
use super::html::escape;
use super::origin::Origin;
use super::reader::Document;
use super::target::{Place, narrow};
use super::text::{Blank, Text};
use super::tree::{Kind, Md, parse, words};
use crate::content::problem::{File, instead};
use crate::content::types::{Card, CardKind, Deck, Diagram, Hide, Mode, Moment, Node, plain_text};

/// Compiles every deck.
pub(super) fn compile(cx: &Cx<'_>) -> Vec<Deck> {
    cx.folder("decks", ".md").filter_map(|(name, file)| deck(cx, name, file)).collect()
}

fn deck(cx: &Cx<'_>, name: &str, file: &File) -> Option<Deck> {
    let pieces = parse(&file.text);
    let Some(front) = pieces.first().and_then(Md::front) else {
        cx.error(file, &(0..0), "a deck starts with its front matter between two lines `+++`");
        return None;
    };
    let document = Document::parse(cx, &front.text, Origin::pieces(file, front.pieces));
    let reader = document.reader(cx, "a deck");
    let id = reader.need("deck", "its name, that of the file");
    let title = reader.need("title", "its title");
    let chapter = reader.need("chapter", "the chapter it belongs to");
    reader.finish();
    if let Some(id) = id.filter(|id| id.text != name) {
        cx.error(file, &id.span, format!("the file is named `{name}.md`, the deck `{}`", id.text));
    }
    if let Some(chapter) = &chapter {
        cx.known_chapter(&chapter.text, file, &chapter.span);
    }
    let mut cards = Vec::new();
    let sections = sections(cx, file, &pieces);
    if sections.is_empty() {
        cx.error(file, &(0..0), "the deck has no cards");
    }
    for (heading, body) in sections {
        cards.extend(
            Draft::read(cx, file, heading)
                .and_then(|draft| draft.compile(body))
                .unwrap_or_default(),
        );
    }
    Some(Deck { id: name.to_owned(), title: title?.text, chapter: chapter?.text, cards })
}

/// The headings of level 3 with what stands below each; other headings and text before the first
/// are reported.
pub(super) fn sections<'m>(cx: &Cx<'_>, file: &File, pieces: &'m [Md]) -> Vec<(&'m Md, &'m [Md])> {
    let mut out: Vec<(&Md, &[Md])> = Vec::new();
    let mut index = 0;
    while let Some(piece) = pieces.get(index) {
        index += 1;
        match &piece.kind {
            Kind::Tag(Tag::MetadataBlock(_)) => {}
            Kind::Tag(Tag::Heading { level: HeadingLevel::H3, .. }) => {
                let rest = pieces.get(index..).unwrap_or_default();
                let end = rest
                    .iter()
                    .position(|piece| matches!(piece.kind, Kind::Tag(Tag::Heading { .. })));
                let body = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
                out.push((piece, body));
                index += body.len();
            }
            Kind::Tag(Tag::Heading { .. }) => {
                cx.error(file, &piece.range, "headings are written with `###` here");
            }
            _ => cx.error(
                file,
                &piece.range,
                "this text belongs to nothing: it stands before the first heading",
            ),
        }
    }
    out
}

/// What stands in the braces of a heading.
pub(super) struct Attributes {
    pub(super) id: Option<String>,
    pub(super) classes: Vec<String>,
    pub(super) attrs: Vec<(String, String)>,
}

impl Attributes {
    /// The value of a key.
    pub(super) fn value(&self, key: &str) -> Option<&str> {
        self.attrs.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }
}

/// Reads the braces of a heading, which has to have an id.
pub(super) fn attributes(
    cx: &Cx<'_>,
    file: &File,
    heading: &Md,
    keys: &[&str],
    tags: bool,
) -> Attributes {
    let origin = Origin::exact(file, 0);
    let Kind::Tag(Tag::Heading { id, classes, attrs, .. }) = &heading.kind else {
        return Attributes { id: None, classes: Vec::new(), attrs: Vec::new() };
    };
    let id = id.as_ref().map(ToString::to_string);
    match &id {
        None => cx.error(file, &heading.range, "the heading needs a permanent name: `{#name}`"),
        Some(id) if !is_id(id) => {
            let at = narrow(&origin, &heading.range, id);
            cx.error(
                file,
                &at,
                format!("`{id}` is no id: use lower case, digits, hyphens and dots"),
            );
        }
        Some(_) => {}
    }
    let mut read = Vec::new();
    for (key, value) in attrs {
        if keys.contains(&key.as_ref()) {
            read.push((
                key.to_string(),
                value.as_ref().map(ToString::to_string).unwrap_or_default(),
            ));
        } else {
            let at = narrow(&origin, &heading.range, &format!(" {key}"));
            let at = at.start + 1..at.end;
            let instead = instead(key, keys.iter().copied());
            cx.error(file, &at, format!("a heading has no key `{key}`{instead}"));
        }
    }
    let classes: Vec<String> = classes.iter().map(ToString::to_string).collect();
    if let (false, Some(class)) = (tags, classes.first()) {
        let at = narrow(&origin, &heading.range, class);
        cx.error(file, &at, format!("`.{class}` has no meaning here"));
    }
    Attributes { id, classes, attrs: read }
}

/// Whether this can be an id.
pub(super) fn is_id(text: &str) -> bool {
    let right = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '.';
    !text.is_empty() && text.chars().all(right)
}

/// What a card says.
struct Sides {
    front: Vec<Node>,
    back: Vec<Node>,
    explain: Vec<Node>,
}

/// A card whose heading was read.
struct Draft<'m, 'd> {
    cx: &'m Cx<'d>,
    file: &'d File,
    heading: &'m Md,
    id: String,
    given: Attributes,
    see: Option<Moment>,
}

impl<'m, 'd> Draft<'m, 'd> {
    fn read(cx: &'m Cx<'d>, file: &'d File, heading: &'m Md) -> Option<Self> {
        let given = attributes(cx, file, heading, &["type", "see", "hide"], true);
        let see = given.value("see").and_then(|see| {
            let at = narrow(&Origin::exact(file, 0), &heading.range, see);
            cx.moment(see, &at, Place { file, chapter: None }).map(|(moment, _)| moment)
        });
        Some(Self { cx, file, heading, id: given.id.clone()?, given, see })
    }

    fn text(&self, blanks: Option<&'m RefCell<Vec<Blank>>>) -> Text<'m>
    where
        'd: 'm,
    {
        Text { blanks, ..Text::plain(*self.cx, Origin::exact(self.file, 0)) }
    }

    fn error(&self, message: impl Into<String>) {
        self.cx.error(self.file, &self.heading.range, message);
    }

    fn compile(&self, body: &[Md]) -> Option<Vec<Card>> {
        let Some((first, rest)) = body.split_first() else {
            self.error(format!("the card `{}` has no answer: a paragraph must follow", self.id));
            return None;
        };
        let explain = self.text(None).flow(rest);
        let front = self.text(None).inline(&self.heading.children);
        let kind = self.given.value("type").unwrap_or("plain");
        if kind != "cloze" && words(&self.heading.children).trim().is_empty() {
            self.error("the card has no question");
        }
        if kind != "diagram" && self.given.value("hide").is_some() {
            self.error("`hide` belongs to cards with `type=diagram`");
        }
        let plain = |kind: CardKind, back| {
            let (front, explain) = (front.clone(), explain.clone());
            self.card(&self.id, kind, Sides { front, back, explain })
        };
        match kind {
            "plain" => Some(vec![plain(
                CardKind::Plain,
                self.text(None).short(core::slice::from_ref(first)),
            )]),
            "typed" => {
                let (kind, back) = self.typed(first);
                Some(vec![plain(kind, back)])
            }
            "diagram" => {
                let kind = self.diagram()?;
                Some(vec![plain(kind, self.text(None).short(core::slice::from_ref(first)))])
            }
            "cloze" => Some(self.cloze(&front, first, &explain)),
            other => {
                let instead = instead(other, ["plain", "cloze", "typed", "diagram"]);
                self.error(format!("there is no type `{other}`{instead}"));
                None
            }
        }
    }

    fn card(&self, id: &str, kind: CardKind, sides: Sides) -> Card {
        let Sides { front, back, explain } = sides;
        let (tags, see) = (self.given.classes.clone(), self.see.clone());
        let said = [&front, &back, &explain].map(|nodes| plain_text(nodes)).join("\n");
        let revision = revision(&format!("{said}\n{}", words(&self.heading.children)));
        Card {
            id: id.to_owned(),
            note: self.id.clone(),
            kind,
            front,
            back,
            explain,
            tags,
            see,
            revision,
        }
    }

    fn typed(&self, first: &Md) -> (CardKind, Vec<Node>) {
        let source = self.file.text.get(first.range.clone()).unwrap_or_default();
        let accept: Vec<String> =
            source.split('|').map(|word| word.trim().trim_matches('`').to_owned()).collect();
        if source.trim().contains('\n') || accept.iter().any(String::is_empty) {
            self.cx.error(
                self.file,
                &first.range,
                "a typed answer is one line, other spellings after ` | `",
            );
        }
        let shown = accept.first().cloned().unwrap_or_default();
        (CardKind::Typed { accept }, vec![Node::Html(escape(&shown))])
    }

    fn diagram(&self) -> Option<CardKind> {
        let hide = match self.given.value("hide") {
            Some("label") => Hide::Label,
            Some("detail") => Hide::Detail,
            Some("message") => Hide::Message,
            Some("state") => Hide::State,
            Some("time") => Hide::Time,
            other => {
                let instead = instead(
                    other.unwrap_or_default(),
                    ["label", "detail", "message", "state", "time"],
                );
                let said = other.map_or_else(
                    || "a diagram card needs `hide=…`".to_owned(),
                    |other| format!("nothing named `{other}` can be hidden"),
                );
                self.error(format!("{said}{instead}"));
                return None;
            }
        };
        if self.given.value("see").is_none() {
            self.error("a diagram card needs `see=scenario@step`");
        }
        let see = self.see.clone()?;
        let diagram = Diagram {
            id: self.id.clone(),
            scenario: see.scenario,
            setup: see.setup,
            start: Some(see.step),
            stop: None,
            mode: Mode::Gaps,
            caption: words(&self.heading.children),
            ask: Vec::new(),
        };
        Some(CardKind::Diagram { diagram: Box::new(diagram), hide })
    }

    /// A card for each number of the blanks; the blanks of the other numbers are words.
    fn cloze(&self, front: &[Node], first: &Md, explain: &[Node]) -> Vec<Card> {
        let blanks = RefCell::default();
        let text =
            Text { blanks: Some(&blanks), ..Text::plain(*self.cx, Origin::exact(self.file, 0)) };
        let mut nodes = front.to_vec();
        if !nodes.is_empty() {
            nodes.push(Node::Html("<br>".to_owned()));
        }
        nodes.extend(text.short(core::slice::from_ref(first)));
        let blanks = blanks.into_inner();
        let last = self.gaps(&blanks, first);
        let numbers: Vec<u32> = blanks.iter().map(|(number, _)| *number).collect();
        (1..=last)
            .map(|number| {
                let mut order = numbers.iter().map(|other| *other == number);
                let front = keep(&nodes, &mut order);
                let id = if last == 1 { self.id.clone() } else { format!("{}/{number}", self.id) };
                let sides = Sides { front, back: Vec::new(), explain: explain.to_vec() };
                self.card(&id, CardKind::Cloze, sides)
            })
            .collect()
    }

    /// The largest number of the blanks, if they count from 1 without gaps.
    fn gaps(&self, blanks: &[(u32, Range<usize>)], first: &Md) -> u32 {
        let last = blanks.iter().map(|(number, _)| *number).max().unwrap_or(0);
        if last == 0 {
            self.cx.error(
                self.file,
                &first.range,
                "a cloze card needs a blank such as `{{1:words}}`",
            );
        }
        let missing =
            (1..=last.min(100)).find(|wanted| !blanks.iter().any(|(number, _)| number == wanted));
        if let (Some(missing), Some((_, at))) = (missing, blanks.last()) {
            self.cx.error(
                self.file,
                at,
                format!("blanks are numbered from 1 without gaps: {missing} is missing"),
            );
            return 0;
        }
        last
    }
}

/// The nodes with the blanks that are kept; the others become words.
fn keep(nodes: &[Node], kept: &mut impl Iterator<Item = bool>) -> Vec<Node> {
    let mut out = super::html::Out::default();
    for node in nodes {
        match node {
            Node::Blank { answer, .. } if !kept.next().unwrap_or(true) => out.text(answer),
            Node::Element(element) => {
                let mut element = element.clone();
                element.children = keep(&element.children, kept);
                out.node(Node::Element(element));
            }
            other => out.node(other.clone()),
        }
    }
    out.done()
}

/// A hash of words (FNV-1a, 64 bits) in 16 hexadecimal digits.
pub(super) fn revision(words: &str) -> String {
    let hash = words.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}")
}
