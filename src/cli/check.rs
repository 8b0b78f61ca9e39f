//! `roundtrip check`: every mistake of the content, with its place.

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::engine::Simulation;
use super::{Failure, write};
use crate::content::compile::{Site, compile};
use crate::content::problem::{File, Problem, Report};
use crate::content::types::ScenarioRef;
use crate::scenario::{CATALOGUE, Scenario};

#[derive(Debug, Args)]
pub(super) struct Check {
    /// How problems are told
    #[arg(long, value_enum, default_value_t = Format::Long)]
    format: Format,
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
        if report.errors() > 0 { Err(Failure::Content) } else { Ok(()) }
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
        let (mut site, problems) = compile(&files, &Simulation::default());
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

fn summary(content: &Content, report: &Report<'_>) -> String {
    let site = &content.site;
    let cards: usize = site.decks.iter().map(|deck| deck.cards.len()).sum();
    let questions: usize = site.quizzes.iter().map(|quiz| quiz.questions.len()).sum();
    format!(
        "{} chapters, {cards} cards, {questions} questions, {} terms: {} errors, {} warnings\n",
        site.chapters.len(),
        site.terms.len(),
        report.errors(),
        report.warnings(),
    )
}
