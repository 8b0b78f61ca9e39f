//! Compiles authors' files into what the pages show.
//!
//! Two passes: the first collects names (chapters, headings, diagrams, terms, cards, questions),
//! the second makes the texts and checks every reference against them. Numbers, orders and
//! predictions come from an [`Engine`], which the caller supplies: content knows no scenario.

mod engine;
mod origin;
mod reader;
mod tree;
mod units;
mod html;
mod highlight;
mod target;
mod text;
mod links;
mod table;
mod names;
mod course;
mod chapter;
mod boxes;
mod glossary;
mod deck;
mod quiz;
mod numbers;
mod kinds;
mod numeric;
mod check;
mod lint;

use core::ops::Range;
use std::cell::RefCell;
use std::collections::BTreeSet;

pub use engine::{Answer, Engine, Names, StepAt};
pub use lint::{length, lint};

use super::problem::{File, Problem};
use super::types::{Chapter, Course, Deck, Quiz, Term};
use names::Index;

/// The whole content, compiled.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Site {
    /// The map of the course.
    pub course: Course,
    /// Every written chapter, in the order of the course.
    pub chapters: Vec<Chapter>,
    /// Every deck.
    pub decks: Vec<Deck>,
    /// Every quiz.
    pub quizzes: Vec<Quiz>,
    /// Every term of the glossary, by name.
    pub terms: Vec<Term>,
    /// Every picture that a text shows, as a path below `content/`.
    pub images: BTreeSet<String>,
    /// The page of numbers to remember.
    pub numbers: Option<Chapter>,
    /// The questions whose answer the simulation gives, by id.
    pub computed: BTreeSet<String>,
}

/// Compiles the files of `content/`; their paths start with `content/`. Never fails: what is
/// wrong is in the list of problems, in the order of files and lines.
pub fn compile(files: &[File], engine: &dyn Engine) -> (Site, Vec<Problem>) {
    let problems = RefCell::new(Vec::new());
    let seen = RefCell::new(Seen::default());
    let empty = Index::default();
    let first = Cx { engine, index: &empty, files, problems: &problems, seen: &seen };
    let index = names::collect(&first);
    let cx = Cx { index: &index, ..first };
    let terms = glossary::compile(&cx);
    let decks = deck::compile(&cx);
    let quizzes = quiz::compile(&cx);
    let chapters = chapter::compile(&cx, &terms, &decks, &quizzes);
    let numbers = numbers::compile(&cx);
    let course = course::complete(&cx, &chapters, &decks, &quizzes);
    check::everything(&cx, &decks);
    let Seen { images, computed, .. } = seen.take();
    let mut problems = problems.into_inner();
    problems.sort_by(|a, b| {
        (&a.path, a.span.start, &a.message).cmp(&(&b.path, b.span.start, &b.message))
    });
    problems.dedup();
    (Site { course, chapters, decks, quizzes, terms, images, numbers, computed }, problems)
}

/// What every part of the compiler works with.
#[derive(Clone, Copy)]
struct Cx<'d> {
    engine: &'d dyn Engine,
    index: &'d Index,
    files: &'d [File],
    problems: &'d RefCell<Vec<Problem>>,
    seen: &'d RefCell<Seen>,
}

/// What the texts used.
#[derive(Default)]
struct Seen {
    images: BTreeSet<String>,
    terms: BTreeSet<String>,
    cards: BTreeSet<String>,
    computed: BTreeSet<String>,
    /// The sources that the text of a chapter refers to, by their places in its list, in order.
    cited: Vec<usize>,
}

impl<'d> Cx<'d> {
    fn report(&self, problem: Problem) {
        self.problems.borrow_mut().push(problem);
    }

    fn error(&self, file: &File, span: &Range<usize>, message: impl Into<String>) {
        self.report(Problem::error(&file.path, span.clone(), message));
    }

    fn file(&self, path: &str) -> Option<&'d File> {
        self.files.iter().find(|file| file.path == path)
    }

    /// The files of a folder of `content/` with this ending, and their names without it.
    fn folder(&self, folder: &str, ending: &str) -> impl Iterator<Item = (&'d str, &'d File)> {
        let prefix = format!("content/{folder}/");
        let ending = ending.to_owned();
        self.files.iter().filter_map(move |file| {
            let name = file.path.strip_prefix(&prefix)?.strip_suffix(&ending)?;
            (!name.contains('/')).then_some((name, file))
        })
    }
}
