//! Quizzes: `quizzes/*.toml`, a table for each question, named after its kind.

use core::ops::Range;

use super::Cx;
use super::deck::{is_id, revision};
use super::kinds;
use super::origin::Origin;
use super::reader::{Document, Reader};
use super::target::Place;
use super::text::Text;
use crate::content::problem::File;
use crate::content::types::{Question, QuestionKind, Quiz, plain_text};

const KINDS: [&str; 7] = ["choice", "multi", "order", "match", "short", "numeric", "trace"];

/// The ids of the questions of a file, with their places.
pub(super) fn ids(cx: &Cx<'_>, file: &File) -> Vec<(String, Range<usize>)> {
    let document = Document::parse(cx, &file.text, Origin::exact(file, 0));
    let reader = document.reader(cx, "a quiz");
    let tables = KINDS.into_iter().flat_map(|kind| reader.tables(kind, "a question"));
    let ids = tables.filter_map(|table| table.text("id"));
    ids.map(|id| (id.text, id.span)).collect()
}

/// Compiles every quiz.
pub(super) fn compile(cx: &Cx<'_>) -> Vec<Quiz> {
    cx.folder("quizzes", ".toml").filter_map(|(name, file)| quiz(cx, name, file)).collect()
}

fn quiz(cx: &Cx<'_>, name: &str, file: &File) -> Option<Quiz> {
    let document = Document::parse(cx, &file.text, Origin::exact(file, 0));
    let reader = document.reader(cx, "a quiz");
    let id = reader.need("id", "its name, that of the file");
    let title = reader.need("title", "its title");
    let chapter = reader.need("chapter", "the chapter it belongs to");
    let mut tables: Vec<(&str, Reader<'_>)> = Vec::new();
    for kind in KINDS {
        tables.extend(reader.tables(kind, "a question").into_iter().map(|table| (kind, table)));
    }
    tables.sort_by_key(|(_, table)| table.span.start);
    reader.finish();
    if let Some(id) = id.filter(|id| id.text != name) {
        cx.error(
            file,
            &id.span,
            format!("the file is named `{name}.toml`, the quiz `{}`", id.text),
        );
    }
    if let Some(chapter) = &chapter {
        cx.known_chapter(&chapter.text, file, &chapter.span);
    }
    if tables.is_empty() {
        cx.error(file, &(0..0), "the quiz has no questions");
    }
    let questions = tables.into_iter().filter_map(|(kind, table)| question(cx, file, kind, table));
    let questions = questions.collect();
    Some(Quiz { id: name.to_owned(), title: title?.text, chapter: chapter?.text, questions })
}

fn question(cx: &Cx<'_>, file: &File, kind: &str, reader: Reader<'_>) -> Option<Question> {
    let id = reader.need("id", "its permanent name");
    if let Some(id) = id.as_ref().filter(|id| !is_id(&id.text)) {
        cx.error(
            file,
            &id.span,
            format!("`{}` is no id: use lower case, digits, hyphens and dots", id.text),
        );
    }
    let prompt = reader.need("prompt", "what is asked");
    let explain = reader.need("explain", "why the answer is right");
    let see = reader.text("see");
    let hint = reader.text("hint");
    let tags = reader.texts("tags").into_iter().map(|word| word.text).collect();
    let computed = matches!(kind, "numeric" | "trace") || reader.has("from");
    if let Some(id) = id.as_ref().filter(|_| computed) {
        cx.seen.borrow_mut().computed.insert(id.text.clone());
    }
    let kind = match kind {
        "choice" => kinds::options(cx, &reader, true).map(QuestionKind::Choice),
        "multi" => kinds::options(cx, &reader, false).map(QuestionKind::Multi),
        "order" => kinds::order(cx, file, &reader),
        "match" => kinds::pairs(cx, file, &reader),
        "short" => kinds::short(cx, &reader),
        "numeric" => super::numeric::read(cx, file, &reader, prompt.as_ref()),
        _ => kinds::trace(cx, file, &reader, prompt.as_ref()),
    };
    let see = see.and_then(|word| {
        let place = Place { file, chapter: None };
        cx.moment(&word.text, &word.span, place).map(|(moment, _)| moment)
    });
    reader.finish();
    let values = match &kind {
        Some(QuestionKind::Numeric(numeric)) => {
            numeric.vary.iter().map(|vary| vary.name.clone()).collect()
        }
        _ => Vec::new(),
    };
    let text = |word: &super::reader::Word<'_>| {
        Text { values: &values, ..Text::plain(*cx, word.origin.clone()) }.read(&word.text)
    };
    let (prompt, explain) = (prompt.as_ref().map(text), explain.as_ref().map(text));
    let hint = hint.as_ref().map(text).unwrap_or_default();
    let (id, prompt, kind, explain) = (id?.text, prompt?, kind?, explain?);
    let said = serde_json::to_string(&kind).unwrap_or_default();
    let revision = revision(&format!("{}\n{}\n{said}", plain_text(&prompt), plain_text(&explain)));
    Some(Question { id, prompt, kind, explain, see, hint, tags, revision })
}
