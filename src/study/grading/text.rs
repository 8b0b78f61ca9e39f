//! Typed words: folding, near answers, and the difference between two texts.

use crate::study::grading::Verdict;

/// Texts longer than this are compared as a whole only; no answer is that long.
const DIFF_MAX: usize = 400;

/// The form in which typed answers are compared: without case, and with every run of spaces,
/// underscores and hyphens as one space (`SYN_SENT`, `syn-sent` and ` Syn  Sent ` are one).
pub fn fold(text: &str) -> String {
    let mut folded = String::new();
    for word in text.split(is_joiner).filter(|word| !word.is_empty()) {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.extend(word.chars().flat_map(char::to_lowercase));
    }
    folded
}

fn is_joiner(c: char) -> bool {
    // U+2010 to U+2015 are the typographic hyphens and dashes, U+2212 is the minus sign.
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '_' | '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{200b}' | '\u{feff}')
}

/// A short typed answer. `accept` are the right ones; `near` are wrong ones that deserve a
/// reason of their own, which the verdict names by its place.
pub fn short(accept: &[impl AsRef<str>], near: &[impl AsRef<str>], given: &str) -> Verdict {
    let given = fold(given);
    if given.is_empty() {
        return Verdict::default();
    }
    let accept: Vec<String> = accept.iter().map(|right| fold(right.as_ref())).collect();
    if accept.contains(&given) {
        return Verdict::of_text(true, None);
    }
    if let Some(miss) = near.iter().position(|wrong| fold(wrong.as_ref()) == given) {
        return Verdict { near: Some(miss), ..Verdict::default() };
    }
    let misspelt = accept.iter().any(|right| is_one_slip(right, &given));
    Verdict::of_text(false, misspelt.then(|| "Nearly: look at the spelling.".to_owned()))
}

/// Whether a word of five letters or more differs by one letter added, left out or replaced,
/// or by two neighbours exchanged. Another digit is another thing and no slip.
fn is_one_slip(right: &str, given: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (right.chars().collect(), given.chars().collect());
    if a.len() < 5 || a.len().abs_diff(b.len()) > 1 {
        return false;
    }
    let start = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[start..], &b[start..]);
    let end = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[..a.len() - end], &b[..b.len() - end]);
    let has_digit = a.iter().chain(b).any(char::is_ascii_digit);
    match (a, b) {
        _ if has_digit => false,
        ([_] | [], [_] | []) => true,
        ([w, x], [y, z]) => w == z && x == y,
        _ => false,
    }
}

/// A run of letters in a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// What is the matter with it.
    pub change: Change,
    /// The letters, as typed (or, if missing, as expected).
    pub text: String,
}

/// What is the matter with a run of letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It is as expected.
    Same,
    /// It was expected and is not there.
    Missing,
    /// It is there and was not expected.
    Extra,
}

/// A typed card: whether `given` is one of the texts that count, by [`fold`], and how it
/// differs from the nearest of them.
///
/// The pieces compare letter by letter, as [`fold`] does; those that are not
/// [`Change::Missing`] spell what was typed (without spaces around it).
pub fn typed(accept: &[impl AsRef<str>], given: &str) -> (bool, Vec<Piece>) {
    let folded = fold(given);
    let right = !folded.is_empty() && accept.iter().any(|text| fold(text.as_ref()) == folded);
    let differing = |pieces: &Vec<Piece>| -> usize {
        let other = pieces.iter().filter(|piece| piece.change != Change::Same);
        other.map(|piece| piece.text.chars().count()).sum()
    };
    let diffs = accept.iter().map(|text| diff(text.as_ref().trim(), given.trim()));
    // Of several equally near, the first: it is the one that is shown.
    let nearest = diffs.min_by_key(differing);
    (right, nearest.unwrap_or_else(|| diff("", given.trim())))
}

fn diff(expected: &str, given: &str) -> Vec<Piece> {
    let a: Vec<char> = expected.chars().collect();
    let b: Vec<char> = given.chars().collect();
    let mut pieces = Vec::new();
    if a.len() > DIFF_MAX || b.len() > DIFF_MAX {
        push(&mut pieces, Change::Missing, &a);
        push(&mut pieces, Change::Extra, &b);
    } else {
        walk(&a, &b, &mut pieces);
    }
    pieces
}

/// Walks one longest common subsequence of `a` (expected) and `b` (typed).
fn walk(a: &[char], b: &[char], pieces: &mut Vec<Piece>) {
    let same =
        |x: char, y: char| x.to_lowercase().eq(y.to_lowercase()) || is_joiner(x) && is_joiner(y);
    let width = b.len() + 1;
    // length[i * width + j]: the longest common subsequence of a[i..] and b[j..].
    let mut length = vec![0_u16; (a.len() + 1) * width];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            length[i * width + j] = if same(a[i], b[j]) {
                length[(i + 1) * width + j + 1] + 1
            } else {
                length[(i + 1) * width + j].max(length[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    while i < a.len() || j < b.len() {
        let is_missing =
            j == b.len() || i < a.len() && length[(i + 1) * width + j] >= length[i * width + j + 1];
        if i < a.len() && j < b.len() && same(a[i], b[j]) {
            push(pieces, Change::Same, &b[j..=j]);
            (i, j) = (i + 1, j + 1);
        } else if is_missing {
            push(pieces, Change::Missing, &a[i..=i]);
            i += 1;
        } else {
            push(pieces, Change::Extra, &b[j..=j]);
            j += 1;
        }
    }
}

fn push(pieces: &mut Vec<Piece>, change: Change, letters: &[char]) {
    match pieces.last_mut() {
        _ if letters.is_empty() => {}
        Some(last) if last.change == change => last.text.extend(letters),
        _ => pieces.push(Piece { change, text: letters.iter().collect() }),
    }
}
