//! The index in the browser: which places have a word.

use super::Hit;
use super::rank::{Match, close, rank};
use super::varint::Bytes;
use super::words::words;
use crate::sorted::SortedMap;

/// The first bytes of the file; the digit is its version.
pub(super) const MAGIC: &[u8] = b"RTS1";
/// The bit of a weight that says that the word stands in the title.
pub(super) const IN_TITLE: u8 = 0x80;
/// The most that is counted of a word in one place.
pub(super) const OFTEN_MAX: u8 = 0x7f;
/// From how many letters on a word may have one wrong.
const TOLERANT: usize = 5;
/// The most words of a question that are looked up; more says nothing new.
const ASKED_MAX: usize = 12;

/// A place that has a word, and how much of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Posting {
    pub(super) place: u32,
    pub(super) weight: u8,
}

/// The words of the course and the places that have them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Index {
    places: u32,
    words: Vec<(String, Vec<Posting>)>,
}

impl Index {
    /// Reads the file that [`super::Builder::finish`] has made.
    ///
    /// # Errors
    /// Says that the file is none of ours, or at which word it ends too early.
    pub fn read(file: &[u8]) -> Result<Self, String> {
        let rest = file.strip_prefix(MAGIC).ok_or("this is no search index of this version")?;
        let mut bytes = Bytes(rest);
        let cut = || "the search index ends before its first word".to_owned();
        let places = bytes.number().ok_or_else(cut)?;
        let count = bytes.number().ok_or_else(cut)?;
        let mut words: Vec<(String, Vec<Posting>)> = Vec::new();
        for nth in 1..=count {
            let before = words.last().map_or("", |(word, _)| word.as_str());
            let read = entry(&mut bytes, before, places);
            words.push(read.ok_or_else(|| format!("the search index is damaged at word {nth}"))?);
        }
        Ok(Self { places, words })
    }

    /// The places that fit a question, best first, at most `max`. The last word counts as begun;
    /// words of five letters or more may have one letter wrong. Places that have all words come
    /// before those that have some.
    pub fn find(&self, question: &str, max: usize) -> Vec<Hit> {
        let asked: Vec<String> = words(question).take(ASKED_MAX).collect();
        let mut found: SortedMap<u32, (u32, u32)> = SortedMap::new();
        for (nth, word) in asked.iter().enumerate() {
            let begun = nth + 1 == asked.len();
            for (place, score) in self.places_of(word, begun).iter() {
                let (count, sum) = found.get_or_default(*place);
                *count += 1;
                *sum = sum.saturating_add(*score);
            }
        }
        rank(found.iter().map(|(place, (count, score))| (*place, *count, *score)), max)
    }

    /// The best score of each place for one word.
    fn places_of(&self, word: &str, begun: bool) -> SortedMap<u32, u32> {
        let mut best: SortedMap<u32, u32> = SortedMap::new();
        let from = self.words.partition_point(|(known, _)| known.as_str() < word);
        let after = self.words.get(from..).unwrap_or_default();
        for (known, postings) in after.iter().take_while(|(known, _)| known.starts_with(word)) {
            let exact = known == word;
            if exact || begun {
                let how = if exact { Match::Exact } else { Match::Begun };
                self.note(&mut best, postings, how);
            }
        }
        if best.iter().next().is_none() && word.chars().count() >= TOLERANT {
            for (known, postings) in &self.words {
                if close(word, known, begun) {
                    self.note(&mut best, postings, Match::Close);
                }
            }
        }
        best
    }

    fn note(&self, best: &mut SortedMap<u32, u32>, postings: &[Posting], how: Match) {
        for posting in postings {
            let score = how.score(posting.weight, postings.len(), self.places);
            let known = best.get_or_default(posting.place);
            *known = (*known).max(score);
        }
    }
}

fn entry(bytes: &mut Bytes<'_>, before: &str, places: u32) -> Option<(String, Vec<Posting>)> {
    let shared = usize::try_from(bytes.number()?).ok()?;
    let len = usize::try_from(bytes.number()?).ok()?;
    let rest = core::str::from_utf8(bytes.take(len)?).ok()?;
    let word = [before.get(..shared)?, rest].concat();
    let mut postings = Vec::new();
    let mut place = 0_u32;
    for _ in 0..bytes.number()? {
        place = place.checked_add(bytes.number()?)?;
        if place >= places {
            return None;
        }
        postings.push(Posting { place, weight: bytes.byte()? });
    }
    Some((word, postings))
}
