//! The page of numbers to remember: `numbers.md`.

use super::Cx;
use super::boxes::Body;
use super::chapter::{Shelf, listed, source};
use super::names::{ChapterNames, NUMBERS, collect_anchors, collect_sources};
use super::origin::Origin;
use super::reader::Document;
use super::text::Text;
use super::tree::{Md, parse};
use crate::content::types::{Block, Chapter, plain_text};

/// Compiles the page, if there is one.
pub(super) fn compile(cx: &Cx<'_>) -> Option<Chapter> {
    let file = cx.file("content/numbers.md")?;
    let pieces = parse(&file.text);
    let Some(front) = pieces.first().and_then(Md::front) else {
        cx.error(file, &(0..0), "the page starts with its front matter between two lines `+++`");
        return None;
    };
    let document = Document::parse(cx, &front.text, Origin::pieces(file, front.pieces));
    let reader = document.reader(cx, "the page of numbers");
    let title = reader.need("title", "its title");
    let summary = reader.need("summary", "what it holds");
    let sources = reader.texts("sources").iter().map(|word| source(cx, file, word)).collect();
    reader.finish();
    let (title, summary) = (title?.text, summary?);
    let mut names =
        ChapterNames { id: NUMBERS.to_owned(), title: title.clone(), ..ChapterNames::default() };
    collect_anchors(&pieces, &mut names);
    collect_sources(cx, file, &pieces, &mut names);
    cx.seen.borrow_mut().cited.clear();
    let summary = Text::word(*cx, &summary);
    let mut body = Body::new(*cx, file, &names, Shelf { terms: &[], decks: &[], quizzes: &[] });
    let blocks = body.blocks(&pieces, false);
    body.finish();
    if !blocks
        .iter()
        .all(|it| matches!(it, Block::Html(_) | Block::Text(_) | Block::Heading { .. }))
    {
        cx.error(file, &(0..0), "this page has headings, text and tables only");
    }
    Some(Chapter {
        id: names.id.clone(),
        title,
        part: (String::new(), String::new()),
        minutes: 1,
        description: plain_text(&summary),
        aims: Vec::new(),
        summary,
        sections: body.sections,
        blocks,
        sources: listed(cx, &names, sources),
        terms: Vec::new(),
        after: Vec::new(),
        prev: None,
        next: None,
        deck: None,
        quiz: None,
    })
}
