//! What the reader has read: sections by their anchors, kept on the device.
//!
//! Its text form has a line a chapter, the one read last at the end:
//! `tcp-open 14 three-segments what-tcp-promises three-segments` is the chapter, how many sections
//! it has, where the reader was, and which sections were read. A line that cannot be read is kept
//! as it stands, for whoever can (a later version of this page, or a person).

use super::storage;
use crate::content::types::{Course, CourseChapter};

/// Under which name it is kept.
const NAME: &str = "reading";
/// Where the reader was, before the first section.
const START: &str = "-";

/// What the reader has read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Reading {
    /// The chapters that were begun, the one read last at the end.
    chapters: Vec<Begun>,
    /// What could not be read, line by line.
    pub(crate) kept: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Begun {
    id: String,
    /// How many sections the chapter has.
    sections: usize,
    /// Where the reader was.
    at: String,
    /// Which sections were read.
    read: Vec<String>,
}

/// How far a chapter is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    /// Not begun.
    None,
    /// This many of so many sections.
    Part(usize, usize),
    /// To the end.
    Done,
}

/// What has happened on the page of a chapter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Passed<'a> {
    pub(crate) chapter: &'a str,
    /// How many sections it has.
    pub(crate) sections: usize,
    /// The section in which the reader is now.
    pub(crate) at: Option<&'a str>,
    /// The section that was read to its end, if one was.
    pub(crate) read: Option<&'a str>,
}

impl Reading {
    /// What the browser kept.
    pub(crate) fn load() -> Self {
        storage::setting(NAME).map(|text| Self::parse(&text)).unwrap_or_default()
    }

    /// Keeps it; `false` where the browser refuses.
    pub(crate) fn save(&self) -> bool {
        storage::set_setting(NAME, &self.text())
    }

    fn parse(text: &str) -> Self {
        let mut reading = Self::default();
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            match Begun::parse(line) {
                Some(begun) if reading.begun(&begun.id).is_none() => reading.chapters.push(begun),
                _ => reading.kept.push(line.to_owned()),
            }
        }
        reading
    }

    fn text(&self) -> String {
        let mut text = String::new();
        for begun in &self.chapters {
            text += &format!("{} {} {}", begun.id, begun.sections, begun.at);
            for section in &begun.read {
                text.push(' ');
                text += section;
            }
            text.push('\n');
        }
        for line in &self.kept {
            text += line;
            text.push('\n');
        }
        text
    }

    fn begun(&self, id: &str) -> Option<&Begun> {
        self.chapters.iter().find(|begun| begun.id == id)
    }

    /// Marks what has happened; whether that was anything new.
    pub(crate) fn pass(&mut self, passed: &Passed<'_>) -> bool {
        let before = self.clone();
        let known = self.chapters.iter().position(|begun| begun.id == passed.chapter);
        let mut begun = match known {
            Some(place) => self.chapters.remove(place),
            None => Begun {
                id: passed.chapter.to_owned(),
                sections: 0,
                at: String::new(),
                read: Vec::new(),
            },
        };
        begun.sections = passed.sections;
        begun.at = passed.at.unwrap_or(START).to_owned();
        if let Some(read) = passed.read
            && !begun.read.iter().any(|known| known == read)
        {
            begun.read.push(read.to_owned());
        }
        self.chapters.push(begun);
        *self != before
    }

    /// Whether nothing is marked.
    pub(crate) fn is_empty(&self) -> bool {
        self.chapters.is_empty() && self.kept.is_empty()
    }

    /// How far a chapter is read.
    pub(crate) fn mark(&self, id: &str) -> Mark {
        match self.begun(id) {
            None => Mark::None,
            Some(begun) if begun.read.is_empty() => Mark::None,
            Some(begun) if begun.read.len() >= begun.sections => Mark::Done,
            Some(begun) => Mark::Part(begun.read.len(), begun.sections),
        }
    }

    /// Whether a section is read.
    pub(crate) fn has(&self, chapter: &str, section: &str) -> bool {
        self.begun(chapter).is_some_and(|begun| begun.read.iter().any(|read| read == section))
    }

    /// How many chapters of a course are read to the end.
    pub(crate) fn done(&self, course: &Course) -> usize {
        let done = |chapter: &&CourseChapter| self.mark(&chapter.id) == Mark::Done;
        course.parts.iter().flat_map(|part| &part.chapters).filter(done).count()
    }

    /// Where to go on: the chapter read last and the section there, or behind a chapter that is
    /// read the next one that is not. Nothing if nothing was begun, or all is read.
    pub(crate) fn next<'a>(
        &self,
        course: &'a Course,
    ) -> Option<(&'a CourseChapter, Option<String>)> {
        let chapters: Vec<&CourseChapter> = course
            .parts
            .iter()
            .flat_map(|part| &part.chapters)
            .filter(|chapter| chapter.ready())
            .collect();
        // What was read last may have left the course since.
        let place = |begun: &Begun| chapters.iter().position(|chapter| chapter.id == begun.id);
        let (begun, place) =
            self.chapters.iter().rev().find_map(|begun| Some((begun, place(begun)?)))?;
        let here = *chapters.get(place)?;
        if self.mark(&here.id) != Mark::Done {
            return Some((here, Some(begun.at.clone()).filter(|at| at != START)));
        }
        let unread = |chapter: &&&CourseChapter| self.mark(&chapter.id) != Mark::Done;
        let next = chapters.iter().cycle().skip(place).take(chapters.len()).find(unread)?;
        Some((next, self.begun(&next.id).map(|begun| begun.at.clone()).filter(|at| at != START)))
    }
}

impl Begun {
    fn parse(line: &str) -> Option<Self> {
        let is_name = |word: &&str| {
            word.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_'))
        };
        let mut words = line.split(' ');
        let id = words.next().filter(is_name)?.to_owned();
        let sections =
            words.next()?.parse().ok().filter(|count| (1..=SECTIONS_MAX).contains(count))?;
        let at = words.next().filter(is_name)?.to_owned();
        let mut read: Vec<String> = Vec::new();
        for word in words {
            let section = Some(word).filter(is_name)?;
            if !read.iter().any(|known| known == section) {
                read.push(section.to_owned());
            }
        }
        let whole = !id.is_empty() && !at.is_empty() && read.len() <= SECTIONS_MAX;
        whole.then_some(Self { id, sections, at, read })
    }
}

/// More sections than any chapter has.
const SECTIONS_MAX: usize = 200;

#[cfg(test)]
mod tests;
