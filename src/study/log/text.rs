//! The log as text: one JSON object a line, and what to do with lines that cannot be read.

use serde::{Deserialize, Serialize};

use crate::study::log::{Deed, Entry, Log, Mode};
use crate::study::{Grade, Moment};

/// The version of the lines that are written.
pub const VERSION: u64 = 1;

/// The last millisecond of the year 9999.
const TIME_MAX: i64 = 253_402_300_799_999;
const ZONE_MAX: i32 = 24 * 60;
const SCORE_MAX: u16 = 1_000;

/// A line that could not be taken in, or not fully.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Its number in the text, from 1.
    pub line: u64,
    /// What is wrong with it, for a person.
    pub what: String,
    /// The line itself.
    pub text: String,
    /// Whether the log keeps it word for word (a newer version), or it was left out (damaged).
    pub kept: bool,
}

/// What every line of every version has.
#[derive(Deserialize)]
struct Head {
    v: u64,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Review,
    Void,
    Suspend,
    Flag,
    Bury,
    Quiz,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum ModeWord {
    Review,
    Cram,
}

/// A line of version 1: one flat object, so that a mistake is named by its field.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    v: u64,
    kind: Kind,
    device: String,
    seq: u64,
    time: i64,
    #[serde(default, skip_serializing_if = "is_zero")]
    zone: i32,
    #[serde(skip_serializing_if = "Option::is_none")]
    card: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    quiz: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    question: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    grade: Option<Grade>,
    #[serde(skip_serializing_if = "Option::is_none")]
    score: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ms: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mode: Option<ModeWord>,
    #[serde(skip_serializing_if = "Option::is_none")]
    attempt: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    revision: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    of: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    on: Option<bool>,
}

const fn is_zero(zone: &i32) -> bool {
    *zone == 0
}

impl Line {
    const fn empty(kind: Kind) -> Self {
        Self {
            v: VERSION,
            kind,
            device: String::new(),
            seq: 0,
            time: 0,
            zone: 0,
            card: None,
            quiz: None,
            question: None,
            grade: None,
            score: None,
            ms: None,
            mode: None,
            attempt: None,
            revision: None,
            of: None,
            on: None,
        }
    }

    fn of_deed(deed: &Deed) -> Self {
        match deed.clone() {
            Deed::Review { card, grade, answer_ms, mode, revision } => Self {
                card: Some(card),
                grade: Some(grade),
                ms: Some(answer_ms),
                mode: (mode == Mode::Cram).then_some(ModeWord::Cram),
                revision: Some(revision).filter(|revision| !revision.is_empty()),
                ..Self::empty(Kind::Review)
            },
            Deed::Void { of } => Self { of: Some(of), ..Self::empty(Kind::Void) },
            Deed::Suspend { card, on } => {
                Self { card: Some(card), on: Some(on), ..Self::empty(Kind::Suspend) }
            }
            Deed::Flag { card, on } => {
                Self { card: Some(card), on: Some(on), ..Self::empty(Kind::Flag) }
            }
            Deed::Bury { card } => Self { card: Some(card), ..Self::empty(Kind::Bury) },
            Deed::Quiz { quiz, question, score, answer_ms, attempt, revision } => Self {
                quiz: Some(quiz),
                question: Some(question),
                score: Some(score),
                ms: Some(answer_ms),
                attempt: (attempt != 0).then_some(attempt),
                revision: Some(revision).filter(|revision| !revision.is_empty()),
                ..Self::empty(Kind::Quiz)
            },
        }
    }

    fn into_entry(self) -> Result<Entry, String> {
        if self.device.is_empty() {
            return Err("`device` is empty".to_owned());
        }
        if self.seq == 0 {
            return Err("`seq` counts from 1".to_owned());
        }
        if !(0..=TIME_MAX).contains(&self.time) {
            return Err(format!("`time` {} is not between 1970 and 9999", self.time));
        }
        if !(-ZONE_MAX..=ZONE_MAX).contains(&self.zone) {
            return Err(format!("`zone` {} is more than a day from UTC", self.zone));
        }
        let at = Moment { ms: self.time, zone: self.zone };
        Ok(Entry { device: self.device.clone(), seq: self.seq, at, deed: self.into_deed()? })
    }

    fn into_deed(self) -> Result<Deed, String> {
        let seq = self.seq;
        Ok(match self.kind {
            Kind::Review => Deed::Review {
                card: need_id(self.card, "card")?,
                grade: need(self.grade, "grade")?,
                answer_ms: self.ms.unwrap_or(0),
                mode: match self.mode {
                    Some(ModeWord::Cram) => Mode::Cram,
                    Some(ModeWord::Review) | None => Mode::Review,
                },
                revision: self.revision.unwrap_or_default(),
            },
            Kind::Void => match need(self.of, "of")? {
                of if of < seq => Deed::Void { of },
                of => return Err(format!("`of` {of} is not before its own `seq` {seq}")),
            },
            Kind::Suspend => {
                Deed::Suspend { card: need_id(self.card, "card")?, on: need(self.on, "on")? }
            }
            Kind::Flag => {
                Deed::Flag { card: need_id(self.card, "card")?, on: need(self.on, "on")? }
            }
            Kind::Bury => Deed::Bury { card: need_id(self.card, "card")? },
            Kind::Quiz => Deed::Quiz {
                quiz: need_id(self.quiz, "quiz")?,
                question: need_id(self.question, "question")?,
                score: match need(self.score, "score")? {
                    score if score <= SCORE_MAX => score,
                    score => return Err(format!("`score` {score} is more than {SCORE_MAX}")),
                },
                answer_ms: self.ms.unwrap_or(0),
                attempt: self.attempt.unwrap_or(0),
                revision: self.revision.unwrap_or_default(),
            },
        })
    }
}

fn need<T>(field: Option<T>, name: &str) -> Result<T, String> {
    field.ok_or_else(|| format!("`{name}` is missing"))
}

fn need_id(field: Option<String>, name: &str) -> Result<String, String> {
    match need(field, name)? {
        id if id.is_empty() => Err(format!("`{name}` is empty")),
        id => Ok(id),
    }
}

impl Entry {
    /// The stored form, without a line end. Equal entries have equal lines.
    pub fn line(&self) -> String {
        let line = Line {
            device: self.device.clone(),
            seq: self.seq,
            time: self.at.ms,
            zone: self.at.zone,
            ..Line::of_deed(&self.deed)
        };
        // A flat object of numbers and strings has no way to fail.
        serde_json::to_string(&line).unwrap_or_default()
    }
}

/// The key under which the store holds a line: the name of its entry, or the line itself if
/// this version cannot read it.
pub fn store_key(line: &str) -> String {
    let line = line.trim();
    let read = |line| -> Option<Entry> {
        let line: Line = serde_json::from_str(line).ok()?;
        if line.v == VERSION { line.into_entry().ok() } else { None }
    };
    match read(line) {
        Some(entry) => format!("{} {}", entry.device, entry.seq),
        None => line.to_owned(),
    }
}

impl Log {
    /// The log in `text`, and each line that could not be taken in. Never fails.
    ///
    /// Empty lines, Windows line ends and a byte-order mark are fine.
    pub fn parse(text: &str) -> (Self, Vec<Problem>) {
        let mut log = Self::default();
        let mut problems = Vec::new();
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        for (number, line) in (1_u64..).zip(text.lines()) {
            let line = line.trim();
            if line.is_empty() {
                continue;
            }
            let (what, kept) = match log.read_line(line) {
                Ok(()) => continue,
                Err(refusal) => refusal,
            };
            problems.push(Problem { line: number, what, text: line.to_owned(), kept });
        }
        (log, problems)
    }

    fn read_line(&mut self, line: &str) -> Result<(), (String, bool)> {
        let damaged = |what: String| (what, false);
        if !line.starts_with('{') {
            return Err(damaged("not a line of a review log: it must start with `{`".to_owned()));
        }
        let head: Head = serde_json::from_str(line).map_err(|e| damaged(plain(&e)))?;
        if head.v > VERSION {
            self.newer.insert(line.to_owned());
            return Err((
                format!("version {} is newer than {VERSION}; the line is kept as it is", head.v),
                true,
            ));
        }
        if head.v == 0 {
            return Err(damaged("there is no version 0".to_owned()));
        }
        let line: Line = serde_json::from_str(line).map_err(|e| damaged(plain(&e)))?;
        let entry = line.into_entry().map_err(damaged)?;
        let (device, seq) = (entry.device.clone(), entry.seq);
        match self.insert(entry) {
            super::Insertion::New | super::Insertion::Known => Ok(()),
            super::Insertion::Replaced | super::Insertion::Refused => Err(damaged(format!(
                "another entry is named {device} {seq} too; the one that sorts first is taken"
            ))),
        }
    }

    /// The whole log as text, entries by device and number, then the lines of newer versions.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for line in self.entries.values().map(Entry::line).chain(self.newer.iter().cloned()) {
            text.push_str(&line);
            text.push('\n');
        }
        text
    }
}

/// The parser's own words, for a text of one line: the line number says nothing there.
fn plain(error: &serde_json::Error) -> String {
    if error.is_eof() {
        return format!("cut off after {} characters", error.column());
    }
    let text = error.to_string();
    match text.split_once(" at line 1 column ") {
        Some((what, column)) if column != "0" => format!("{what} (column {column})"),
        Some((what, _)) => what.to_owned(),
        None => text,
    }
}
