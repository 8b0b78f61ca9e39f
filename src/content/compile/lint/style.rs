//! Length of paragraphs, and phrases that say nothing.

use core::ops::Range;

use pulldown_cmark::Tag;

use super::{Told, count, each};
use crate::content::compile::tree::{Kind, Md, parse, words};
use crate::content::problem::File;

/// The list of phrases, one on a line.
const FILLER: &str = "content/filler.txt";
/// How many words a paragraph may have.
const PARAGRAPH_MAX: usize = 120;
/// How many words the explanation of a term may have: it opens inside of a sentence.
const TERM_MAX: usize = 40;

/// The phrases that are looked for, in lower case.
pub(super) fn filler(files: &[File]) -> Vec<String> {
    let list = files.iter().find(|file| file.path == FILLER);
    let lines = list.map(|file| file.text.as_str()).unwrap_or_default().lines();
    let phrases = lines.map(|line| line.split('#').next().unwrap_or_default().trim());
    phrases.filter(|phrase| !phrase.is_empty()).map(str::to_lowercase).collect()
}

/// Warns at every phrase of the list.
pub(super) fn phrases(told: &mut Told<'_>, file: &File, filler: &[String]) {
    let (text, places) = flat(&file.text);
    for phrase in filler {
        for (at, _) in text.match_indices(phrase.as_str()) {
            let end = at + phrase.len();
            let before = text.get(..at).and_then(|text| text.chars().next_back());
            let after = text.get(end..).and_then(|text| text.chars().next());
            let whole = |c: Option<char>| !c.is_some_and(|c| c.is_alphanumeric() || c == '-');
            if !whole(before) || !whole(after) {
                continue;
            }
            let span = |at: usize| places.get(at).copied().unwrap_or(file.text.len());
            let message = format!("`{phrase}` says nothing: leave it out");
            told.warn(file, span(at)..span(end), message);
        }
    }
}

/// A text in lower case on one line, without the marks of quotations, and where each of its bytes
/// comes from.
fn flat(text: &str) -> (String, Vec<usize>) {
    let (mut out, mut places) = (String::with_capacity(text.len()), Vec::new());
    let mut line_start = false;
    for (at, c) in text.char_indices() {
        line_start = c == '\n' || (line_start && (c.is_whitespace() || c == '>'));
        let c = match c {
            '’' => '\'',
            _ if line_start || c.is_whitespace() => ' ',
            _ => c.to_ascii_lowercase(),
        };
        if c != ' ' || !out.ends_with(' ') {
            out.push(c);
            places.resize(out.len(), at);
        }
    }
    (out, places)
}

/// Warns at paragraphs that are too long to be read.
pub(super) fn paragraphs(told: &mut Told<'_>, file: &File, pieces: &[Md]) {
    let mut long: Vec<(Range<usize>, usize)> = Vec::new();
    each(pieces, &mut |piece| {
        let text = match &piece.kind {
            Kind::Tag(Tag::Paragraph) => words(&piece.children),
            Kind::Tag(Tag::Item) => {
                // An item without a paragraph is one itself.
                let parts = piece.children.iter();
                let own = parts.filter(|part| !matches!(part.kind, Kind::Tag(_)));
                own.map(|part| words(core::slice::from_ref(part)) + " ").collect()
            }
            _ => return,
        };
        let length = count(&text);
        if length > PARAGRAPH_MAX {
            long.push((piece.range.clone(), length));
        }
    });
    for (at, length) in long {
        let message = format!("a paragraph has at most {PARAGRAPH_MAX} words: this has {length}");
        told.warn(file, at, message);
    }
}

/// Warns at terms whose explanation is too long to be read in the middle of a sentence.
pub(super) fn glossary(told: &mut Told<'_>) {
    let Some(file) = told.file("content/glossary.md") else { return };
    let pieces = parse(&file.text);
    for piece in &pieces {
        let length = count(&words(&piece.children));
        if matches!(piece.kind, Kind::Tag(Tag::Paragraph)) && length > TERM_MAX {
            let message = format!(
                "the explanation of a term has at most {TERM_MAX} words: this has {length}"
            );
            told.warn(file, piece.range.clone(), message);
        }
    }
}
