//! `roundtrip check`: every mistake of the content, with its place.

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::engine::Simulation;
use super::{Failure, write};
use crate::content::compile::{Site, compile, length, lint};
use crate::content::problem::{File, Problem, Report};
use crate::content::types::{Card, CardKind, ScenarioRef};
use crate::scenario::{CATALOGUE, Scenario};

#[derive(Debug, Args)]
pub(super) struct Check {
    /// How problems are told
    #[arg(long, value_enum, default_value_t = Format::Long)]
    format: Format,
    /// Fail on warnings too
    #[arg(long)]
    strict: bool,
    /// The folder that holds `content/`
    #[arg(long, value_name = "DIR", default_value = ".")]
    root: PathBuf,
}

/// How problems are told.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// With the lines, as a compiler would
    Long,
    /// One line each: <file:line:col>: error: message
    Short,
    /// An array of objects
    Json,
}

impl Check {
    /// Reads all content and tells what is wrong with it.
    pub(super) fn execute(&self) -> Result<(), Failure> {
        let content = Content::load(&self.root)?;
        let report = content.report();
        let text = match self.format {
            Format::Long => report.long() + &summary(&content, &report),
            Format::Short => report.short(),
            Format::Json => report.json(),
        };
        write(None, text.as_bytes())?;
        let bad = report.errors() > 0 || (self.strict && report.warnings() > 0);
        if bad { Err(Failure::Content) } else { Ok(()) }
    }
}

/// The content, compiled, with what is wrong with it.
pub(super) struct Content {
    /// Every file.
    pub(super) files: Vec<File>,
    /// What the pages show.
    pub(super) site: Site,
    /// What is wrong.
    pub(super) problems: Vec<Problem>,
}

impl Content {
    /// Reads and compiles `content/` of a folder.
    pub(super) fn load(root: &Path) -> Result<Self, Failure> {
        let mut files = Vec::new();
        let folder = root.join("content");
        if !folder.is_dir() {
            let message = format!(
                "there is no folder {}: start from the repository's root or say where it is with --root",
                folder.display()
            );
            return Err(Failure::Usage(vec![message]));
        }
        read(&folder, "content", &mut files)?;
        files.sort_by(|a, b| a.path.cmp(&b.path));
        let (mut site, mut problems) = compile(&files, &Simulation::default());
        problems.extend(lint(&files, &site));
        problems.sort_by(|a, b| (&a.path, a.span.start).cmp(&(&b.path, b.span.start)));
        site.course.scenarios = scenarios();
        Ok(Self { files, site, problems })
    }

    /// What is wrong, ready to be told.
    pub(super) fn report(&self) -> Report<'_> {
        Report { files: &self.files, problems: &self.problems }
    }
}

/// Every scenario by its names, for the map of the course.
fn scenarios() -> Vec<ScenarioRef> {
    let name = |scenario: &&dyn Scenario| {
        let about = scenario.about();
        ScenarioRef { id: about.id.to_owned(), title: about.title.to_owned() }
    };
    CATALOGUE.iter().map(name).collect()
}

/// Reads a folder's files into `files`, with paths from `name` on. Pictures are known by name
/// only.
fn read(folder: &Path, name: &str, files: &mut Vec<File>) -> Result<(), Failure> {
    let failed = |path: &Path, error| Failure::Input(path.to_owned(), error);
    for entry in fs::read_dir(folder).map_err(|error| failed(folder, error))? {
        let entry = entry.map_err(|error| failed(folder, error))?;
        let path = entry.path();
        let below = format!("{name}/{}", entry.file_name().to_string_lossy());
        if path.is_dir() {
            read(&path, &below, files)?;
        } else if [".md", ".toml", ".txt"].iter().any(|ending| below.ends_with(ending)) {
            let text = fs::read_to_string(&path).map_err(|error| failed(&path, error))?;
            files.push(File { path: below, text });
        } else {
            files.push(File { path: below, text: String::new() });
        }
    }
    Ok(())
}

/// The amounts, and how many problems there are.
fn summary(content: &Content, report: &Report<'_>) -> String {
    let site = &content.site;
    let cards: Vec<&Card> = site.decks.iter().flat_map(|deck| &deck.cards).collect();
    let pictures = cards.iter().filter(|card| matches!(card.kind, CardKind::Diagram { .. }));
    let questions: usize = site.quizzes.iter().map(|quiz| quiz.questions.len()).sum();
    let chapters = content.files.iter().filter(|file| file.path.starts_with("content/chapters/"));
    let words: usize = chapters.map(|file| length(&file.text)).sum();
    format!(
        "{} chapters of {words} words, {} cards ({} with a diagram), {questions} questions \
         ({} computed), {} terms: {} errors, {} warnings\n",
        site.chapters.len(),
        cards.len(),
        pictures.count(),
        site.computed.len(),
        site.terms.len(),
        report.errors(),
        report.warnings(),
    )
}
