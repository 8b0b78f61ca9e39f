//! What is wrong with an author's file, and how that is told.
//!
//! Three forms: as a compiler would with the lines (`annotate-snippets`), one line each for
//! editors (`file:line:col: error: message`), and JSON for machines.

use core::fmt;
use core::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

/// An author's file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its path from the root of the repository: `content/chapters/tcp-open.md`.
    pub path: String,
    /// What stands in it.
    pub text: String,
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// It must be mended.
    Error,
    /// It should be looked at.
    Warning,
}

/// Something wrong with an author's file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The path of the file.
    pub path: String,
    /// Where in it, in bytes.
    pub span: Range<usize>,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, with the nearest right thing.
    pub message: String,
    /// What to do, if that is not plain from the message.
    pub help: Option<String>,
}

impl Problem {
    /// Something that must be mended.
    pub fn error(path: &str, span: Range<usize>, message: impl Into<String>) -> Self {
        let (path, message) = (path.to_owned(), message.into());
        Self { path, span, severity: Severity::Error, message, help: None }
    }

    /// Something that should be looked at.
    pub fn warning(path: &str, span: Range<usize>, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(path, span, message) }
    }

    /// The same with what to do.
    #[must_use]
    pub fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }
}

/// Files and what is wrong with them.
#[derive(Clone, Debug)]
pub struct Report<'a> {
    /// Every file that was read.
    pub files: &'a [File],
    /// What is wrong, in the order of files and lines.
    pub problems: &'a [Problem],
}

impl Report<'_> {
    /// How many problems must be mended.
    pub fn errors(&self) -> usize {
        self.count(Severity::Error)
    }

    /// How many problems should be looked at.
    pub fn warnings(&self) -> usize {
        self.count(Severity::Warning)
    }

    fn count(&self, severity: Severity) -> usize {
        self.problems.iter().filter(|problem| problem.severity == severity).count()
    }

    fn text(&self, path: &str) -> Option<&str> {
        self.files.iter().find(|file| file.path == path).map(|file| file.text.as_str())
    }

    /// Line and column of a problem, both from 1; a file that was not read has 1:1.
    pub fn position(&self, problem: &Problem) -> (usize, usize) {
        self.text(&problem.path).map_or((1, 1), |text| position(text, problem.span.start))
    }

    /// One line each: `file:line:col: error: message`.
    pub fn short(&self) -> String {
        let mut out = String::new();
        for problem in self.problems {
            let (line, column) = self.position(problem);
            let Problem { path, severity, message, .. } = problem;
            out.push_str(&format!("{path}:{line}:{column}: {severity}: {message}\n"));
        }
        out
    }

    /// An array of objects with `path`, `line`, `column`, `severity`, `message` and `help`.
    pub fn json(&self) -> String {
        let list: Vec<serde_json::Value> = self
            .problems
            .iter()
            .map(|problem| {
                let (line, column) = self.position(problem);
                serde_json::json!({
                    "path": problem.path, "line": line, "column": column,
                    "severity": problem.severity.to_string(),
                    "message": problem.message, "help": problem.help,
                })
            })
            .collect();
        format!("{:#}\n", serde_json::Value::Array(list))
    }

    /// With the lines, as a compiler would.
    pub fn long(&self) -> String {
        let renderer = Renderer::plain();
        let mut out = String::new();
        for problem in self.problems {
            out.push_str(&renderer.render(&[self.group(problem)]));
            out.push_str("\n\n");
        }
        out
    }

    fn group<'b>(&'b self, problem: &'b Problem) -> Group<'b> {
        let level = match problem.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let text = self.text(&problem.path).unwrap_or_default();
        let title = level.primary_title(problem.message.as_str());
        let snippet = Snippet::source(text)
            .path(problem.path.as_str())
            .annotation(AnnotationKind::Primary.span(within(text, &problem.span)));
        let group = title.element(snippet);
        match &problem.help {
            Some(help) => group.element(Level::HELP.message(help.as_str())),
            None => group,
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
        })
    }
}

/// The part of `span` that is on its first line and inside `text`.
fn within(text: &str, span: &Range<usize>) -> Range<usize> {
    let floor = |mut at: usize| {
        at = at.min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let start = floor(span.start);
    let end = floor(span.end).max(start);
    let line = text.get(start..end).and_then(|part| part.find('\n'));
    start..line.map_or(end, |length| start + length)
}

/// Line and column of a byte, both from 1.
fn position(text: &str, at: usize) -> (usize, usize) {
    let start = within(text, &(at..at)).start;
    let before = text.get(..start).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    (line, column)
}

/// The name among `names` that `word` most probably means, if one is near.
pub fn nearest<'a>(word: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    let (best, distance) = names
        .into_iter()
        .map(|name| (name, strsim::osa_distance(&word, name)))
        .min_by_key(|(_, distance)| *distance)?;
    let near = distance <= word.len().max(best.len()) / 3 + 1 && distance < best.len();
    (near || (word.len() >= 2 && best.contains(&word))).then_some(best)
}

/// The end of a message about an unknown name: what is near, or else all there is if that is
/// short enough to read.
pub fn instead<'a>(word: &str, names: impl IntoIterator<Item = &'a str> + Clone) -> String {
    const LISTED_MAX: usize = 12;
    if let Some(name) = nearest(word, names.clone()) {
        return format!(": did you mean `{name}`?");
    }
    let all: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    match all.len() {
        1..=LISTED_MAX => format!(": there is {}", all.join(", ")),
        _ => String::new(),
    }
}
