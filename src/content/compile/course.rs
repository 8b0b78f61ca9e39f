//! The map of the course: `course.toml`.

use core::ops::Range;
use std::collections::BTreeMap;

use super::Cx;
use super::origin::Origin;
use super::reader::{Document, Reader};
use crate::content::types::{
    Chapter, Course, CourseChapter, Deck, DeckRef, Neighbour, Part, Quiz, QuizRef,
};

const PATH: &str = "content/course.toml";

/// Reads the parts and chapters in their order.
pub(super) fn read(cx: &Cx<'_>) -> Course {
    let Some(file) = cx.file(PATH) else { return Course::default() };
    let document = Document::parse(cx, &file.text, Origin::exact(file, 0));
    let reader = document.reader(cx, "the course");
    let title = reader.need("title", "the name of the site").map(|word| word.text);
    let mut places: BTreeMap<String, Range<usize>> = BTreeMap::new();
    let mut parts = Vec::new();
    for (index, part) in reader.tables("part", "a part").into_iter().enumerate() {
        let title = part.need("title", "what stands above its chapters");
        let chapters = part.tables("chapter", "a chapter of the course");
        let chapters =
            chapters.into_iter().filter_map(read_chapter).filter_map(|(chapter, span)| {
                let taken = places.insert(chapter.id.clone(), span.clone()).is_some();
                if taken {
                    cx.error(file, &span, format!("the chapter `{}` is listed twice", chapter.id));
                }
                (!taken).then_some(chapter)
            });
        let chapters = chapters.collect();
        part.finish();
        parts.extend(title.map(|title| Part {
            numeral: numeral(index + 1),
            title: title.text,
            chapters,
        }));
    }
    reader.finish();
    Course { title: title.unwrap_or_default(), parts, ..Course::default() }
}

fn read_chapter(reader: Reader<'_>) -> Option<(CourseChapter, Range<usize>)> {
    let id = reader.need("id", "its permanent name");
    let title = reader.need("title", "its title");
    let about = reader.need("about", "one sentence on what it holds");
    reader.finish();
    let (id, about) = (id?, about.map(|word| word.text).unwrap_or_default());
    Some((CourseChapter { id: id.text, title: title?.text, about, minutes: None }, id.span))
}

/// The map with what the chapters, decks and quizzes add to it.
pub(super) fn complete(
    cx: &Cx<'_>,
    chapters: &[Chapter],
    decks: &[Deck],
    quizzes: &[Quiz],
) -> Course {
    let mut course = cx.index.course.clone();
    for entry in course.parts.iter_mut().flat_map(|part| &mut part.chapters) {
        let written = chapters.iter().find(|chapter| chapter.id == entry.id);
        entry.minutes = written.map(|chapter| chapter.minutes);
    }
    course.decks = decks.iter().map(deck_ref).collect();
    course.quizzes = quizzes.iter().map(quiz_ref).collect();
    course
}

/// A deck without its cards.
pub(super) fn deck_ref(deck: &Deck) -> DeckRef {
    let cards = u32::try_from(deck.cards.len()).unwrap_or(u32::MAX);
    DeckRef { id: deck.id.clone(), title: deck.title.clone(), chapter: deck.chapter.clone(), cards }
}

/// A quiz without its questions.
pub(super) fn quiz_ref(quiz: &Quiz) -> QuizRef {
    let questions = u32::try_from(quiz.questions.len()).unwrap_or(u32::MAX);
    let (id, title, chapter) = (quiz.id.clone(), quiz.title.clone(), quiz.chapter.clone());
    QuizRef { id, title, chapter, questions }
}

/// A chapter as a neighbour of another.
pub(super) fn neighbour(cx: &Cx<'_>, id: &str) -> Option<Neighbour> {
    let names = cx.index.chapters.get(id)?;
    Some(Neighbour { id: id.to_owned(), title: names.title.clone(), ready: names.written })
}

/// A number in Roman figures.
fn numeral(mut number: usize) -> String {
    const FIGURES: [(usize, &str); 5] = [(10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")];
    let mut out = String::new();
    for (value, figure) in FIGURES {
        while number >= value {
            number -= value;
            out.push_str(figure);
        }
    }
    out
}

#[test]
fn parts_are_numbered_in_roman_figures() {
    let numerals: Vec<String> = [1, 4, 6, 9, 14].into_iter().map(numeral).collect();
    assert_eq!(numerals, ["I", "IV", "VI", "IX", "XIV"]);
}
