//! The log as text: one JSON object a line, and what to do with lines that cannot be read.

use crate::json::{self, Json, Read, push_text, readable};
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

readable! {
    /// What every line of every version has.
    struct Head {
        v: u64,
    }
}

readable! {
    #[derive(Clone, Copy, PartialEq, Eq)]
    enum Kind {
        Review,
        Void,
        Suspend,
        Flag,
        Bury,
        Quiz,
    }
}

readable! {
    #[derive(Clone, Copy)]
    enum ModeWord {
        Review,
        Cram,
    }
}

readable! {
    /// A line of version 1: one flat object, so that a mistake is named by its field.
    struct Line {
        v: u64,
        kind: Kind,
        device: String,
        seq: u64,
        time: i64,
        zone: Option<i32>,
        card: Option<String>,
        quiz: Option<String>,
        question: Option<String>,
        grade: Option<Grade>,
        score: Option<u16>,
        ms: Option<u32>,
        mode: Option<ModeWord>,
        attempt: Option<u64>,
        revision: Option<String>,
        of: Option<u64>,
        on: Option<bool>,
    }
}

impl Line {
    /// Reads a line of this version; every field must be known.
    fn read(json: Json) -> Result<Self, String> {
        if let Json::Object(fields) = &json {
            let known = |name: &str| <Self as Read>::FIELDS.contains(&name);
            if let Some((name, _)) = fields.iter().find(|(name, _)| !known(name)) {
                let fields = <Self as Read>::FIELDS.join("`, `");
                return Err(
                    ["unknown field `", name, "`, expected one of `", &fields, "`"].concat()
                );
            }
        }
        json::read_value(json)
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
        let zone = self.zone.unwrap_or(0);
        if !(-ZONE_MAX..=ZONE_MAX).contains(&zone) {
            return Err(format!("`zone` {zone} is more than a day from UTC"));
        }
        let at = Moment { ms: self.time, zone };
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
        let mut line = Writer(String::new());
        line.number("v", VERSION);
        line.text("kind", self.deed.kind());
        line.text("device", &self.device);
        line.number("seq", self.seq);
        line.number("time", self.at.ms);
        if self.at.zone != 0 {
            line.number("zone", self.at.zone);
        }
        line.deed(&self.deed);
        line.0.push('}');
        line.0
    }
}

impl Deed {
    const fn kind(&self) -> &'static str {
        match self {
            Self::Review { .. } => "review",
            Self::Void { .. } => "void",
            Self::Suspend { .. } => "suspend",
            Self::Flag { .. } => "flag",
            Self::Bury { .. } => "bury",
            Self::Quiz { .. } => "quiz",
        }
    }
}

/// An object in the making, without its end.
struct Writer(String);

impl Writer {
    fn name(&mut self, name: &str) {
        self.0.push_str(if self.0.is_empty() { "{\"" } else { ",\"" });
        self.0.push_str(name);
        self.0.push_str("\":");
    }

    fn number(&mut self, name: &str, number: impl ToString) {
        self.name(name);
        self.0.push_str(&number.to_string());
    }

    fn text(&mut self, name: &str, text: &str) {
        self.name(name);
        push_text(&mut self.0, text);
    }

    fn revision(&mut self, revision: &str) {
        if !revision.is_empty() {
            self.text("revision", revision);
        }
    }

    fn deed(&mut self, deed: &Deed) {
        match deed {
            Deed::Review { card, grade, answer_ms, mode, revision } => {
                self.text("card", card);
                self.text("grade", &grade.label().to_ascii_lowercase());
                self.number("ms", *answer_ms);
                if *mode == Mode::Cram {
                    self.text("mode", "cram");
                }
                self.revision(revision);
            }
            Deed::Void { of } => self.number("of", *of),
            Deed::Suspend { card, on } | Deed::Flag { card, on } => {
                self.text("card", card);
                self.number("on", on);
            }
            Deed::Bury { card } => self.text("card", card),
            Deed::Quiz { quiz, question, score, answer_ms, attempt, revision } => {
                self.text("quiz", quiz);
                self.text("question", question);
                self.number("score", *score);
                self.number("ms", *answer_ms);
                if *attempt != 0 {
                    self.number("attempt", *attempt);
                }
                self.revision(revision);
            }
        }
    }
}

/// The key under which the store holds a line: the name of its entry, or the line itself if
/// this version cannot read it.
pub fn store_key(line: &str) -> String {
    let line = line.trim();
    let read = |line| -> Option<Entry> {
        let line = Line::read(json::parse(line).ok()?).ok()?;
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
        let json = json::parse(line).map_err(damaged)?;
        let head: Head = json::read_value(json.clone()).map_err(damaged)?;
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
        let line = Line::read(json).map_err(damaged)?;
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
