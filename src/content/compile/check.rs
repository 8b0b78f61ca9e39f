//! Checks across files: ids, fronts of cards, unused terms.

use std::collections::{BTreeMap, BTreeSet};

use super::Cx;
use crate::content::problem::Problem;
use crate::content::types::{CardKind, Deck, plain_text};

const RETIRED: &str = "content/retired-ids.txt";

/// Checks what no single file shows.
pub(super) fn everything(cx: &Cx<'_>, decks: &[Deck]) {
    if cx.file("content/course.toml").is_none() {
        cx.report(Problem::error(
            "content/course.toml",
            0..0,
            "the file is missing: it lists the chapters",
        ));
    }
    unique(cx);
    fronts(cx, decks);
    unused(cx);
}

/// Every id is given once, and none is retired.
fn unique(cx: &Cx<'_>) {
    let retired: BTreeSet<&str> = cx
        .file(RETIRED)
        .map(|file| file.text.as_str())
        .unwrap_or_default()
        .lines()
        .map(|line| line.split('#').next().unwrap_or_default().trim())
        .filter(|line| !line.is_empty())
        .collect();
    let mut first: BTreeMap<&str, &super::names::Id> = BTreeMap::new();
    for id in &cx.index.ids {
        if retired.contains(id.id.as_str()) {
            let message = format!("the id `{}` is retired and cannot be used again", id.id);
            cx.report(Problem::error(&id.path, id.span.clone(), message));
        }
        if let Some(other) = first.insert(&id.id, id) {
            let message = format!(
                "the id `{}` is given twice: also to a {} in {}",
                id.id, other.what, other.path
            );
            cx.report(Problem::error(&id.path, id.span.clone(), message));
        }
    }
}

/// No two cards ask the same.
fn fronts(cx: &Cx<'_>, decks: &[Deck]) {
    let mut fronts: BTreeMap<String, &str> = BTreeMap::new();
    for card in decks.iter().flat_map(|deck| &deck.cards) {
        let words = plain_text(&card.front).to_lowercase();
        let mut front = words.split_whitespace().collect::<Vec<_>>().join(" ");
        match &card.kind {
            // The blanks of one text look alike but hide different words.
            CardKind::Cloze => front.push_str(&format!("\n{}", card.id)),
            CardKind::Diagram { diagram, hide } => {
                front.push_str(&format!("\n{}\n{hide:?}", diagram.href()));
            }
            CardKind::Plain | CardKind::Typed { .. } => {}
        }
        if let Some(other) = fronts.insert(front, &card.id) {
            let place = cx.index.ids.iter().find(|id| id.id == card.note);
            if let Some(place) = place.filter(|_| other != card.id) {
                let message = format!("the card asks the same as `{other}`");
                cx.report(Problem::error(&place.path, place.span.clone(), message));
            }
        }
    }
}

/// Terms that no text links are worth a look.
fn unused(cx: &Cx<'_>) {
    let Some(file) = cx.file("content/glossary.md") else { return };
    let seen = cx.seen.borrow();
    for id in cx.index.terms.difference(&seen.terms) {
        let needle = format!("#{id}");
        let at = file.text.match_indices(&needle).map(|(at, _)| at).find(|at| {
            let next = file.text.get(at + needle.len()..).and_then(|rest| rest.chars().next());
            !next.is_some_and(|c| c.is_alphanumeric() || c == '-')
        });
        let span = at.map_or(0..0, |at| at..at + needle.len());
        cx.report(Problem::warning(&file.path, span, format!("nothing links the term `{id}`")));
    }
}
