//! Terms of the glossary that a chapter uses before any chapter has explained them.

use std::collections::BTreeSet;

use pulldown_cmark::Tag;

use super::{Told, each};
use crate::content::compile::Site;
use crate::content::compile::tree::{Kind, Md, parse};
use crate::content::types::Term;

/// How often a term is used before it has to be explained.
const USES: usize = 4;

/// Warns at terms that a reader who goes from chapter to chapter meets again and again, and never
/// with their explanation.
pub(super) fn unmarked(told: &mut Told<'_>, site: &Site) {
    let mut marked = BTreeSet::new();
    for chapter in &site.chapters {
        let Some(file) = told.file(&format!("content/chapters/{}.md", chapter.id)) else {
            continue;
        };
        let pieces = parse(&file.text);
        marked.extend(links(&pieces));
        let words = said(&pieces);
        for term in site.terms.iter().filter(|term| !marked.contains(&term.id)) {
            let uses = uses(&words, term);
            if uses >= USES {
                let message = format!(
                    "the term `{}` is used {uses} times and not explained up to here: \
                     link it, `[…](glossary:{})`",
                    term.name, term.id
                );
                told.warn(file, 0..0, message);
            }
        }
    }
}

/// The terms that a text links.
fn links(pieces: &[Md]) -> Vec<String> {
    let mut out = Vec::new();
    each(pieces, &mut |piece| {
        if let Kind::Tag(Tag::Link { dest_url, .. }) = &piece.kind {
            out.extend(dest_url.strip_prefix("glossary:").map(str::to_owned));
        }
    });
    out
}

/// The words of a text; those in braces are for the engine.
fn said(pieces: &[Md]) -> Vec<String> {
    let mut out = Vec::new();
    each(pieces, &mut |piece| {
        let Kind::Text(text) = &piece.kind else { return };
        for (index, part) in text.split("{{").enumerate() {
            let part = part.rsplit("}}").next().unwrap_or_default();
            // What stands on both sides of a number is not one name.
            out.extend((index > 0).then(String::new));
            let words = part.split(|c: char| !(c.is_alphanumeric() || c == '-'));
            out.extend(words.filter(|word| !word.is_empty()).map(str::to_owned));
        }
    });
    out
}

/// How often a term is used. Names in capitals are looked for as they are, others in any case.
fn uses(words: &[String], term: &Term) -> usize {
    // Short forms in small letters are words with other meanings too.
    let short = term.short.as_ref().filter(|short| is_loud(short));
    let names = [Some(&term.name), short];
    let times = |name: &String| {
        let parts: Vec<&str> = name.split_whitespace().collect();
        let alike = |word: &String, part: &&str| {
            if is_loud(part) { word == part } else { word.eq_ignore_ascii_case(part) }
        };
        let found = words.windows(parts.len().max(1));
        found.filter(|found| found.iter().zip(&parts).all(|(word, part)| alike(word, part))).count()
    };
    names.into_iter().flatten().map(times).max().unwrap_or(0)
}

/// Whether a name is written in capitals.
fn is_loud(name: &str) -> bool {
    name.chars().filter(|c| c.is_uppercase()).count() > 1
}
