//! What is well-formed and still not good enough: amounts, length, wording.
//!
//! These are warnings: a chapter that is being written builds. `roundtrip check --strict` and the
//! tests let none of them pass.

mod amounts;
mod asked;
mod style;
mod terms;

use core::ops::Range;

use pulldown_cmark::Tag;

use super::Site;
use super::tree::{Kind, Md, parse};
use crate::content::problem::{File, Problem};

/// What could be better in compiled content, in the order of files and lines.
pub fn lint(files: &[File], site: &Site) -> Vec<Problem> {
    let mut told = Told { files, problems: Vec::new() };
    for chapter in &site.chapters {
        let path = format!("content/chapters/{}.md", chapter.id);
        if let Some(file) = told.file(&path) {
            amounts::chapter(&mut told, file, chapter, site);
        }
    }
    let filler = style::filler(files);
    for file in files.iter().filter(|file| is_read(&file.path)) {
        style::phrases(&mut told, file, &filler);
        if file.path.ends_with(".md") {
            style::paragraphs(&mut told, file, &parse(&file.text));
        }
    }
    style::glossary(&mut told);
    asked::cards(&mut told, site);
    asked::questions(&mut told, site);
    terms::unmarked(&mut told, site);
    let mut problems = told.problems;
    problems.sort_by(|a, b| {
        (&a.path, a.span.start, &a.message).cmp(&(&b.path, b.span.start, &b.message))
    });
    problems.dedup();
    problems
}

/// How many words the body of a chapter has, of its Markdown.
pub fn length(chapter: &str) -> usize {
    amounts::length(&parse(chapter))
}

/// Whether readers see what stands in a file.
fn is_read(path: &str) -> bool {
    let written = path.ends_with(".md") || path.ends_with(".toml");
    written && path != "content/README.md" && path != "content/coverage.toml"
}

/// What was found so far.
struct Told<'d> {
    files: &'d [File],
    problems: Vec<Problem>,
}

impl<'d> Told<'d> {
    fn file(&self, path: &str) -> Option<&'d File> {
        self.files.iter().find(|file| file.path == path)
    }

    fn warn(&mut self, file: &File, span: Range<usize>, message: impl Into<String>) {
        self.problems.push(Problem::warning(&file.path, span, message));
    }
}

/// The first place of these words in a file that is not the beginning of a longer name.
fn place(file: &File, words: &str) -> Range<usize> {
    let found = file.text.match_indices(words).map(|(at, _)| at).find(|at| {
        let next = file.text.get(at + words.len()..).and_then(|rest| rest.chars().next());
        !next.is_some_and(|c| c.is_alphanumeric() || c == '-' || c == '.')
    });
    found.map_or(0..0, |at| at..at + words.len())
}

/// Every piece, those inside of others too, but for front matter and code.
fn each<'m>(pieces: &'m [Md], look: &mut dyn FnMut(&'m Md)) {
    for piece in pieces {
        if !matches!(piece.kind, Kind::Tag(Tag::MetadataBlock(_) | Tag::CodeBlock(_))) {
            look(piece);
            each(&piece.children, look);
        }
    }
}

/// How many words a text has.
fn count(text: &str) -> usize {
    text.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric)).count()
}
