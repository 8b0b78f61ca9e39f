//! What belongs to a chapter, and how much of it.

use std::collections::BTreeSet;

use pulldown_cmark::Tag;

use super::{Told, count, each};
use crate::content::compile::Site;
use crate::content::compile::tree::{Kind, Md, parse, words};
use crate::content::problem::File;
use crate::content::types::{Block, BoxKind, Chapter};

/// How many words the body of a chapter has.
const WORDS: core::ops::RangeInclusive<usize> = 1_500..=3_500;

/// Warns where a chapter is short of its amounts.
pub(super) fn chapter(told: &mut Told<'_>, file: &File, chapter: &Chapter, site: &Site) {
    let pieces = parse(&file.text);
    let length = length(&pieces);
    if !WORDS.contains(&length) {
        let (from, to) = (WORDS.start(), WORDS.end());
        told.warn(file, 0..0, format!("a chapter has {from} to {to} words: this has {length}"));
    }
    for (wanted, what, found) in body(chapter, &pieces) {
        if found < wanted {
            let message = format!("a chapter needs at least {wanted} {what}: this has {found}");
            told.warn(file, 0..0, message);
        }
    }
    let decks = site.decks.iter().filter(|deck| deck.chapter == chapter.id);
    let quizzes = site.quizzes.iter().filter(|quiz| quiz.chapter == chapter.id);
    let cards: usize = decks.map(|deck| deck.cards.len()).sum();
    let questions: usize = quizzes.map(|quiz| quiz.questions.len()).sum();
    // That there are none at all is told as such.
    for (wanted, what, found) in [(12, "cards", cards), (10, "questions", questions)] {
        if (1..wanted).contains(&found) {
            let message = format!("a chapter needs at least {wanted} {what}: this has {found}");
            told.warn(file, 0..0, message);
        }
    }
    for source in &chapter.sources {
        if is_whole_rfc(&source.text) {
            let at = super::place(file, &format!("\"{}\"", source.text));
            let message = format!("`{}` names no section: write `RFC 9293 §3.5`", source.text);
            told.warn(file, at, message);
        }
    }
}

/// How many words the body of a chapter has; code is not counted.
pub(super) fn length(pieces: &[Md]) -> usize {
    let mut length = 0;
    each(pieces, &mut |piece| {
        if let Kind::Text(text) = &piece.kind {
            length += count(text);
        }
    });
    length
}

/// What has to be in a chapter: how many at least, what, and how many there are.
fn body(chapter: &Chapter, pieces: &[Md]) -> Vec<(usize, &'static str, usize)> {
    let blocks = &chapter.blocks;
    let boxes = |wanted: BoxKind| {
        blocks.iter().filter(|it| matches!(it, Block::Box { kind, .. } if *kind == wanted)).count()
    };
    let exercises = blocks.iter().filter(|it| match it {
        Block::Exercise(exercise) => !exercise.hint.is_empty() && !exercise.solution.is_empty(),
        _ => false,
    });
    let takeaways = blocks.iter().filter(|it| matches!(it, Block::Takeaways(_)));
    let faq = blocks.iter().map(|it| if let Block::Faq(list) = it { list.len() } else { 0 });
    let (mut verdicts, mut moments, mut numbers) = (0, 0, 0);
    each(pieces, &mut |piece| match &piece.kind {
        Kind::Tag(Tag::TableRow) => {
            let first = piece.children.first().map(|cell| words(&cell.children));
            verdicts += usize::from(first.is_some_and(|first| first.trim() == "Verdict"));
        }
        Kind::Tag(Tag::Link { dest_url, .. }) => {
            moments += usize::from(dest_url.contains('@') && !dest_url.contains("://"));
        }
        Kind::Text(text) => numbers += text.matches("{{").count(),
        _ => {}
    });
    vec![
        (2, "diagrams of different settings", diagrams(blocks)),
        (3, "links to moments of them", moments),
        (3, "computed numbers", numbers),
        (1, "table with a verdict", verdicts),
        (2, "boxes `pitfall`", boxes(BoxKind::Pitfall)),
        (2, "boxes `belief`", boxes(BoxKind::Belief)),
        (1, "exercise with a hint and a solution", exercises.count()),
        (1, "box `takeaways`", takeaways.count()),
        (3, "boxes `faq`", faq.sum()),
        (1, "source", chapter.sources.len()),
    ]
}

fn diagrams(blocks: &[Block]) -> usize {
    let settings = blocks.iter().filter_map(|block| match block {
        Block::Diagram(diagram) => Some((&diagram.scenario, &diagram.setup)),
        _ => None,
    });
    settings.collect::<BTreeSet<_>>().len()
}

/// Whether a source is an RFC from its first page to its last: nothing stands between its number
/// and the words on it. Old ones have no numbers for their sections, whose names are quoted.
fn is_whole_rfc(source: &str) -> bool {
    let Some(rest) = source.strip_prefix("RFC ").filter(|rest| !rest.contains('“')) else {
        return false;
    };
    let name = rest.split([',', ';', ':']).next().unwrap_or_default();
    name.trim().bytes().all(|byte| byte.is_ascii_digit())
}
