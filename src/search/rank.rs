//! What fits better: in the title, often, rare elsewhere, spelled as asked.

use super::Hit;
use super::index::IN_TITLE;
use crate::sorted::sort_by_key;

/// How a word of the index fits a word of the question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Match {
    /// It is the same.
    Exact,
    /// It begins with it.
    Begun,
    /// One letter is wrong, missing, too many, or two have changed places.
    Close,
}

impl Match {
    /// The score of a place: `weight` says how much of the word it has; `common` places of all
    /// `places` have the word.
    pub(super) fn score(self, weight: u8, common: usize, places: u32) -> u32 {
        let often = u32::from(weight & !IN_TITLE).min(8);
        let title = if weight & IN_TITLE == 0 { 0 } else { 24 };
        let common = u32::try_from(common).unwrap_or(u32::MAX).max(1);
        // Twice the number of halvings: integers are enough to tell rare from common.
        let rarity = (places / common).max(1).ilog2() + 1;
        let fit = match self {
            Self::Exact => 8,
            Self::Begun => 5,
            Self::Close => 2,
        };
        (often + title + 4) * rarity * fit
    }
}

/// The best of `found`, which are places with how many words they have and their scores.
pub(super) fn rank(found: impl Iterator<Item = (u32, u32, u32)>, max: usize) -> Vec<Hit> {
    let mut hits: Vec<(u32, Hit)> =
        found.map(|(place, count, score)| (count, Hit { place, score })).collect();
    sort_by_key(&mut hits, |(count, hit)| (u32::MAX - *count, u32::MAX - hit.score, hit.place));
    hits.into_iter().map(|(_, hit)| hit).take(max).collect()
}

/// Whether two words differ by one letter at most; `begun`: `known` may go on.
pub(super) fn close(asked: &str, known: &str, begun: bool) -> bool {
    let (asked, known): (Vec<char>, Vec<char>) = (asked.chars().collect(), known.chars().collect());
    // Nobody mistypes the first letter often enough to pay for looking at every word.
    if asked.first() != known.first() {
        return false;
    }
    let same = asked.iter().zip(&known).take_while(|(a, b)| a == b).count();
    let (a, b) = (asked.get(same..).unwrap_or_default(), known.get(same..).unwrap_or_default());
    let ends = |rest: &[char], other: &[char]| {
        if begun { other.starts_with(rest) } else { rest == other }
    };
    let [after_a, after_b] = [a.get(1..).unwrap_or_default(), b.get(1..).unwrap_or_default()];
    let swapped = a.len() >= 2
        && b.len() >= 2
        && a.first() == b.get(1)
        && a.get(1) == b.first()
        && ends(a.get(2..).unwrap_or_default(), b.get(2..).unwrap_or_default());
    ends(after_a, after_b) || ends(after_a, b) || ends(a, after_b) || swapped
}
