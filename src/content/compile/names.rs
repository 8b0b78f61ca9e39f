//! The first pass: every name that a text may refer to.

use core::ops::Range;
use std::collections::{BTreeMap, BTreeSet};

use pulldown_cmark::Tag;

use super::Cx;
use super::course;
use super::html::anchor;
use super::origin::Origin;
use super::reader::{Document, Reader};
use super::target::Place;
use super::tree::{Kind, Md, parse, words};
use crate::content::problem::{File, instead};
use crate::content::types::{Course, Diagram, Mode, Pairs};

/// The page of numbers to remember, which is no chapter of the course.
pub(super) const NUMBERS: &str = "numbers";

/// Every name of the content.
#[derive(Default)]
pub(super) struct Index {
    /// The map of the course, without what is known only later.
    pub(super) course: Course,
    /// Every chapter of the course.
    pub(super) chapters: BTreeMap<String, ChapterNames>,
    /// Every term.
    pub(super) terms: BTreeSet<String>,
    /// Every quiz with its questions.
    pub(super) quizzes: BTreeMap<String, Vec<String>>,
    /// Every id of a card or question with its place.
    pub(super) ids: Vec<Id>,
}

/// An id and where it is given.
pub(super) struct Id {
    /// What it names: `card`, `question`.
    pub(super) what: &'static str,
    /// The id.
    pub(super) id: String,
    /// Its file.
    pub(super) path: String,
    /// Its place there.
    pub(super) span: Range<usize>,
}

/// The names of a chapter.
#[derive(Default)]
pub(super) struct ChapterNames {
    /// Its id.
    pub(super) id: String,
    /// Its title in the course.
    pub(super) title: String,
    /// Whether there is a file.
    pub(super) written: bool,
    /// The anchors of its headings.
    pub(super) anchors: BTreeSet<String>,
    /// Its diagrams and where they stand in the file.
    pub(super) diagrams: Vec<(usize, Diagram)>,
    /// Its sources.
    pub(super) sources: Vec<String>,
}

impl ChapterNames {
    /// The diagram of this id.
    pub(super) fn diagram(&self, id: &str) -> Option<&Diagram> {
        self.diagrams.iter().map(|(_, diagram)| diagram).find(|diagram| diagram.id == id)
    }

    /// Its address below the site's base, to which links of a page are relative.
    pub(super) fn page(&self) -> String {
        if self.id == NUMBERS { format!("{NUMBERS}/") } else { format!("course/{}/", self.id) }
    }

    /// The ids of its diagrams.
    pub(super) fn diagram_ids(&self) -> Vec<&str> {
        self.diagrams.iter().map(|(_, diagram)| diagram.id.as_str()).collect()
    }
}

/// Collects every name.
pub(super) fn collect(cx: &Cx<'_>) -> Index {
    let mut index = Index { course: course::read(cx), ..Index::default() };
    for chapter in index.course.parts.iter().flat_map(|part| &part.chapters) {
        let names = ChapterNames {
            id: chapter.id.clone(),
            title: chapter.title.clone(),
            ..ChapterNames::default()
        };
        index.chapters.insert(chapter.id.clone(), names);
    }
    for (id, file) in cx.folder("chapters", ".md") {
        let Some(names) = index.chapters.get_mut(id) else {
            let instead = instead(id, index.chapters.keys().map(String::as_str));
            cx.error(file, &(0..0), format!("the course has no chapter `{id}`{instead}"));
            continue;
        };
        names.written = true;
        let pieces = parse(&file.text);
        collect_anchors(&pieces, names);
        collect_sources(cx, file, &pieces, names);
        collect_diagrams(cx, file, &pieces, names);
    }
    if let Some(file) = cx.file("content/glossary.md") {
        index.terms.extend(heading_ids(file).into_iter().map(|(id, _)| id));
    }
    for (_, file) in cx.folder("decks", ".md") {
        let ids = heading_ids(file).into_iter();
        index.ids.extend(ids.map(|(id, span)| Id {
            what: "card",
            id,
            path: file.path.clone(),
            span,
        }));
    }
    for (name, file) in cx.folder("quizzes", ".toml") {
        let ids = super::quiz::ids(cx, file);
        index.quizzes.insert(name.to_owned(), ids.iter().map(|(id, _)| id.clone()).collect());
        let ids = ids.into_iter();
        index.ids.extend(ids.map(|(id, span)| Id {
            what: "question",
            id,
            path: file.path.clone(),
            span,
        }));
    }
    index
}

/// The anchors of the headings of a page.
pub(super) fn collect_anchors(pieces: &[Md], names: &mut ChapterNames) {
    for piece in pieces {
        if let Kind::Tag(Tag::Heading { id, .. }) = &piece.kind {
            let given = id.as_ref().map(ToString::to_string);
            names.anchors.insert(given.unwrap_or_else(|| anchor(&words(&piece.children))));
        }
    }
}

/// The names of the sources of a page.
pub(super) fn collect_sources(cx: &Cx<'_>, file: &File, pieces: &[Md], names: &mut ChapterNames) {
    let Some(front) = pieces.first().and_then(Md::front) else { return };
    let document = Document::parse(cx, &front.text, Origin::pieces(file, front.pieces));
    let sources = document.reader(cx, "a chapter").texts("sources");
    names.sources = sources.into_iter().map(|word| word.text).collect();
}

/// The ids of headings with their places.
fn heading_ids(file: &File) -> Vec<(String, Range<usize>)> {
    let pieces = parse(&file.text);
    let headings = pieces.iter().filter_map(|piece| match &piece.kind {
        Kind::Tag(Tag::Heading { id: Some(id), .. }) => Some((id.to_string(), piece)),
        _ => None,
    });
    headings
        .map(|(id, piece)| {
            let at =
                super::target::narrow(&Origin::exact(file, 0), &piece.range, &format!("#{id}"));
            (id, at)
        })
        .collect()
}

fn collect_diagrams(cx: &Cx<'_>, file: &File, pieces: &[Md], names: &mut ChapterNames) {
    for piece in pieces {
        let Some(fence) = piece.fence() else {
            collect_diagrams(cx, file, &piece.children, names);
            continue;
        };
        if fence.info != "diagram" {
            continue;
        }
        let document = Document::parse(cx, &fence.text, Origin::pieces(file, fence.pieces.clone()));
        let reader = document.reader(cx, "a diagram");
        if let Some(diagram) = read_diagram(cx, reader, file, names) {
            names.diagrams.push((piece.range.start, diagram));
        }
    }
}

fn read_diagram(
    cx: &Cx<'_>,
    reader: Reader<'_>,
    file: &File,
    names: &ChapterNames,
) -> Option<Diagram> {
    let scenario = reader.need("scenario", "the name of what it runs");
    let id = reader.text("id");
    let caption = reader.need("caption", "what it shows, in words");
    let ask = reader.text("ask");
    let start = reader.text("start");
    let stop = reader.text("stop");
    let mode = reader.text("mode");
    let place = Place { file, chapter: None };
    let known =
        scenario.as_ref().is_some_and(|word| cx.known_scenario(&word.text, place, &word.span));
    let scenario = scenario.filter(|_| known)?.text;
    let setup = settings(cx, &reader, &scenario);
    for step in [&start, &stop].into_iter().flatten() {
        if cx.known_step(&scenario, &step.text, file, &step.span)
            && cx.engine.step(&scenario, &setup, &step.text).is_none()
        {
            let message = format!("the step `{}` does not happen with these settings", step.text);
            cx.error(file, &step.span, message);
        }
    }
    let mode = mode.map_or(Mode::Gaps, |word| match word.text.as_str() {
        "gaps" => Mode::Gaps,
        "true" => Mode::True,
        "steps" => Mode::Steps,
        other => {
            let instead = instead(other, ["gaps", "true", "steps"]);
            cx.error(file, &word.span, format!("there is no mode `{other}`{instead}"));
            Mode::Gaps
        }
    });
    if let Some(id) = &id
        && (names.diagram(&id.text).is_some() || cx.engine.scenarios().contains(&id.text.as_str()))
    {
        cx.error(file, &id.span, format!("the name `{}` is taken", id.text));
    }
    reader.finish();
    let alike = names.diagrams.iter().filter(|(_, diagram)| diagram.scenario == scenario).count();
    let numbered = if alike == 0 { scenario.clone() } else { format!("{scenario}-{}", alike + 1) };
    Some(Diagram {
        id: id.map_or(numbered, |word| word.text),
        scenario,
        setup,
        start: start.map(|word| word.text),
        stop: stop.map(|word| word.text),
        mode,
        caption: caption?.text,
        ask: ask.map(|word| super::text::Text::word(*cx, &word)).unwrap_or_default(),
    })
}

/// Reads `preset`, `set`, `faults` and `seed`; reports what the scenario does not have.
pub(super) fn settings(cx: &Cx<'_>, reader: &Reader<'_>, scenario: &str) -> Pairs {
    let mut setup = circumstances(cx, reader, scenario);
    setup.extend(set(cx, reader, scenario));
    setup
}

/// Reads `set`.
pub(super) fn set(cx: &Cx<'_>, reader: &Reader<'_>, scenario: &str) -> Pairs {
    let mut setup = Pairs::new();
    for (key, value) in reader.pairs("set") {
        let pair = (format!("set.{}", key.text), value.text);
        match cx.engine.check(scenario, &pair) {
            Ok(()) => setup.push(pair),
            Err(message) => {
                let known =
                    cx.engine.names(scenario).unwrap_or_default().params.contains(&key.text);
                reader.error(if known { &value.span } else { &key.span }, message);
            }
        }
    }
    setup
}

/// Reads `preset`, `faults` and `seed`.
pub(super) fn circumstances(cx: &Cx<'_>, reader: &Reader<'_>, scenario: &str) -> Pairs {
    let mut setup = Pairs::new();
    let mut add = |key: &str, value: String, span: &Range<usize>| {
        let pair = (key.to_owned(), value);
        match cx.engine.check(scenario, &pair) {
            Ok(()) => setup.push(pair),
            Err(message) => reader.error(span, message),
        }
    };
    if let Some(word) = reader.text("preset") {
        add("preset", word.text, &word.span);
    }
    for word in reader.texts("faults") {
        add("fault", word.text, &word.span);
    }
    if let Some((seed, span)) = reader.number("seed") {
        add("seed", seed.to_string(), &span);
    }
    setup
}
