//! From places to the index, when the site is built.

use super::index::{IN_TITLE, MAGIC, OFTEN_MAX};
use super::varint::put;
use super::words::words;
use crate::sorted::SortedMap;

/// Collects the words of places.
#[derive(Debug, Default)]
pub struct Builder {
    words: SortedMap<String, SortedMap<u32, u8>>,
    places: u32,
}

impl Builder {
    /// Adds the next place: its title and all its text.
    pub fn add(&mut self, title: &str, text: &str) {
        let place = self.places;
        self.places += 1;
        for word in words(title) {
            let weight = self.weight(word, place);
            *weight = more(*weight) | IN_TITLE;
        }
        for word in words(text) {
            let weight = self.weight(word, place);
            *weight = more(*weight);
        }
    }

    fn weight(&mut self, word: String, place: u32) -> &mut u8 {
        self.words.get_or_default(word).get_or_default(place)
    }

    /// The index as a file.
    pub fn finish(&self) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        put(&mut out, self.places);
        put(&mut out, u32::try_from(self.words.len()).unwrap_or(u32::MAX));
        let mut before: &str = "";
        for (word, places) in self.words.iter() {
            let shared = shared(before, word);
            let rest = word.get(shared..).unwrap_or_default();
            put(&mut out, low(shared));
            put(&mut out, low(rest.len()));
            out.extend(rest.bytes());
            put(&mut out, low(places.len()));
            let mut last = 0;
            for (place, weight) in places.iter() {
                put(&mut out, place - last);
                out.push(*weight);
                last = *place;
            }
            before = word;
        }
        out
    }
}

/// Once more, up to the most that is counted.
fn more(weight: u8) -> u8 {
    let often = weight & !IN_TITLE;
    (weight & IN_TITLE) | if often < OFTEN_MAX { often + 1 } else { often }
}

fn low(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// How many bytes two words share at their beginning, whole letters only.
fn shared(one: &str, other: &str) -> usize {
    let same = one.chars().zip(other.chars()).take_while(|(a, b)| a == b);
    same.map(|(sign, _)| sign.len_utf8()).sum()
}
