//! Chapters: `chapters/*.md`.

use core::ops::Range;
use std::collections::BTreeMap;

use super::Cx;
use super::boxes::Body;
use super::course::{deck_ref, neighbour, quiz_ref};
use super::html::escape;
use super::names::ChapterNames;
use super::origin::Origin;
use super::reader::{Document, Reader, Word};
use super::target::rfc;
use super::text::Text;
use super::tree::{Md, parse};
use crate::content::problem::{File, Problem};
use crate::content::types::{Chapter, Deck, Neighbour, Node, Quiz, Source, Term, plain_text};

/// What chapters take from elsewhere.
#[derive(Clone, Copy)]
pub(super) struct Shelf<'d> {
    pub(super) terms: &'d [Term],
    pub(super) decks: &'d [Deck],
    pub(super) quizzes: &'d [Quiz],
}

/// Compiles every written chapter, in the order of the course.
pub(super) fn compile(
    cx: &Cx<'_>,
    terms: &[Term],
    decks: &[Deck],
    quizzes: &[Quiz],
) -> Vec<Chapter> {
    let shelf = Shelf { terms, decks, quizzes };
    let mut files: BTreeMap<&str, &File> = cx.folder("chapters", ".md").collect();
    let parts = &cx.index.course.parts;
    let mut chapters = Vec::new();
    for (part, entry) in parts.iter().flat_map(|part| part.chapters.iter().map(move |c| (part, c)))
    {
        let (Some(file), Some(names)) =
            (files.remove(entry.id.as_str()), cx.index.chapters.get(&entry.id))
        else {
            continue;
        };
        let part = (part.numeral.clone(), part.title.clone());
        chapters.extend(chapter(cx, file, names, shelf).map(|chapter| Chapter { part, ..chapter }));
    }
    chapters
}

/// What the front matter says.
#[derive(Default)]
struct Front {
    minutes: u32,
    after: Vec<Neighbour>,
    aims: Vec<Vec<Node>>,
    summary: Vec<Node>,
    sources: Vec<Cited>,
}

/// A source before it is known who refers to it: its name, and where to read it.
type Cited = (String, Option<String>);

fn chapter(cx: &Cx<'_>, file: &File, names: &ChapterNames, shelf: Shelf<'_>) -> Option<Chapter> {
    let before = core::mem::take(&mut cx.seen.borrow_mut().terms);
    cx.seen.borrow_mut().cited.clear();
    let pieces = parse(&file.text);
    let Some(matter) = pieces.first().and_then(Md::front) else {
        cx.error(file, &(0..0), "a chapter starts with its front matter between two lines `+++`");
        return None;
    };
    let document = Document::parse(cx, &matter.text, Origin::pieces(file, matter.pieces));
    let reader = document.reader(cx, "a chapter");
    let front = front(cx, file, names, &reader);
    reader.know(&["tags"]);
    reader.finish();
    let mut body = Body::new(*cx, file, names, shelf);
    let blocks = body.blocks(&pieces, false);
    body.finish();
    let used = core::mem::replace(&mut cx.seen.borrow_mut().terms, before);
    cx.seen.borrow_mut().terms.extend(used.iter().cloned());
    let terms = shelf.terms.iter().filter(|term| used.contains(&term.id)).cloned().collect();
    let (prev, next) = neighbours(cx, &names.id);
    let deck = shelf.decks.iter().find(|deck| deck.chapter == names.id).map(deck_ref);
    let quiz = shelf.quizzes.iter().find(|quiz| quiz.chapter == names.id).map(quiz_ref);
    for (missing, what) in [(deck.is_none(), "deck"), (quiz.is_none(), "quiz")] {
        if missing {
            cx.report(Problem::warning(&file.path, 0..0, format!("the chapter has no {what}")));
        }
    }
    Some(Chapter {
        id: names.id.clone(),
        title: names.title.clone(),
        part: (String::new(), String::new()),
        minutes: front.minutes,
        description: description(&plain_text(&front.summary)),
        aims: front.aims,
        summary: front.summary,
        sections: body.sections,
        blocks,
        sources: listed(cx, names, front.sources),
        terms,
        after: front.after,
        prev,
        next,
        deck,
        quiz,
    })
}

fn front(cx: &Cx<'_>, file: &File, names: &ChapterNames, reader: &Reader<'_>) -> Front {
    let same = |word: Option<Word<'_>>, what: &str, wanted: &str| {
        if let Some(word) = word.filter(|word| word.text != wanted) {
            cx.error(
                file,
                &word.span,
                format!("the {what} is `{wanted}`, this says `{}`", word.text),
            );
        }
    };
    same(reader.need("id", "its permanent name"), "name of the file", &names.id);
    same(reader.need("title", "its title"), "title in `course.toml`", &names.title);
    let minutes = match reader.number("minutes") {
        Some((minutes, _)) if (1..=600).contains(&minutes) => u32::try_from(minutes).unwrap_or(1),
        Some((_, span)) => {
            cx.error(file, &span, "`minutes` must be from 1 to 600");
            1
        }
        None => {
            if !reader.has("minutes") {
                reader.error(&reader.span, "a chapter needs `minutes`, how long reading takes");
            }
            1
        }
    };
    let text = Text { chapter: Some(names), ..Text::plain(*cx, Origin::exact(file, 0)) };
    let read =
        |word: &Word<'_>| Text { origin: word.origin.clone(), ..text.clone() }.read(&word.text);
    let aims = reader.texts("aims");
    if aims.is_empty() {
        reader.error(&reader.span, "a chapter needs `aims`, what the reader will be able to do");
    }
    let order = order(cx);
    let place = |id: &str| order.iter().position(|other| *other == id);
    let after = reader.texts("after").into_iter().filter(|word| {
        let known = cx.known_chapter(&word.text, file, &word.span);
        if known && place(&word.text) >= place(&names.id) {
            let message =
                format!("`{}` does not come before this chapter in the course", word.text);
            cx.error(file, &word.span, message);
        }
        known
    });
    Front {
        minutes,
        after: after.filter_map(|word| neighbour(cx, &word.text)).collect(),
        aims: aims.iter().map(read).collect(),
        summary: reader
            .need("summary", "the chapter in three sentences")
            .as_ref()
            .map(read)
            .unwrap_or_default(),
        sources: reader.texts("sources").iter().map(|word| source(cx, file, word)).collect(),
    }
}

/// `RFC 9293 §3.5` and `name https://…` get an address.
pub(super) fn source(cx: &Cx<'_>, file: &File, word: &Word<'_>) -> Cited {
    if let Some((text, rest)) = word.text.split_once(" https://") {
        return (text.to_owned(), Some(format!("https://{rest}")));
    }
    let text = word.text.clone();
    let Some(rest) = text.strip_prefix("RFC") else { return (text, None) };
    let number: String = rest.trim_start().chars().take_while(|c| !",; ".contains(*c)).collect();
    let clause = rest.split_once('§').map(|(_, clause)| {
        let end =
            clause.find(|c: char| !c.is_ascii_alphanumeric() && c != '.').unwrap_or(clause.len());
        clause.get(..end).unwrap_or_default().trim_end_matches('.').to_owned()
    });
    let address = match clause {
        Some(clause) if clause.starts_with(|c: char| c.is_ascii_digit()) => {
            format!("{number}#section-{clause}")
        }
        Some(clause) => format!("{number}#appendix-{clause}"),
        None => number,
    };
    match rfc(&address) {
        Ok(href) => (text, Some(href)),
        Err(message) => {
            cx.error(file, &word.span, format!("{message}: write `RFC 9293 §3.5`"));
            (text, None)
        }
    }
}

/// The sources as items of a list, with links back to where the text refers to them.
pub(super) fn listed(cx: &Cx<'_>, names: &ChapterNames, sources: Vec<Cited>) -> Vec<Source> {
    let (seen, page) = (cx.seen.borrow(), names.page());
    let item = |(index, (text, href)): (usize, Cited)| {
        let mut html = match href {
            Some(href) => format!("<a href=\"{}\">{}</a>", escape(&href), escape(&text)),
            None => escape(&text),
        };
        let from = (1_usize..).zip(&seen.cited).filter(|(_, cited)| **cited == index);
        for (number, _) in from {
            html.push_str(&format!(
                " <a class=\"back\" href=\"{page}#cite-{number}\" \
                 aria-label=\"Back to the text, reference {number}\">↩</a>"
            ));
        }
        let html = format!("<li id=\"source-{}\">{html}</li>", index + 1);
        Source { text, html }
    };
    sources.into_iter().enumerate().map(item).collect()
}

/// The ids of all chapters in their order.
fn order<'d>(cx: &Cx<'d>) -> Vec<&'d str> {
    let chapters = cx.index.course.parts.iter().flat_map(|part| &part.chapters);
    chapters.map(|chapter| chapter.id.as_str()).collect()
}

/// The chapters before and behind in the course.
fn neighbours(cx: &Cx<'_>, id: &str) -> (Option<Neighbour>, Option<Neighbour>) {
    let order = order(cx);
    let Some(at) = order.iter().position(|other| *other == id) else { return (None, None) };
    let of = |at: Option<usize>| at.and_then(|at| order.get(at)).and_then(|id| neighbour(cx, id));
    (of(at.checked_sub(1)), of(at.checked_add(1)))
}

/// The whole sentences that fit into what search engines show.
fn description(summary: &str) -> String {
    const SHOWN_MAX: usize = 160;
    let mut end: Range<usize> = 0..0;
    for (at, _) in summary.match_indices(". ").chain([(summary.len(), "")]) {
        let next = (at + 1).min(summary.len());
        if end.end > 0 && next > SHOWN_MAX {
            break;
        }
        end.end = next;
    }
    summary.get(end).unwrap_or(summary).trim().to_owned()
}

#[test]
fn a_description_is_whole_sentences() {
    assert_eq!(description("One. Two."), "One. Two.");
    let long = format!("First is short. {}.", "x".repeat(160));
    assert_eq!(description(&long), "First is short.");
}
