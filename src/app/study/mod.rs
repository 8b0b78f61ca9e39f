//! What pages share for studying: the learner's log, the review and the quiz as machines.

pub(crate) mod clock;
pub(crate) mod desk;
mod keeper;
mod provider;
pub(crate) mod quiz;
pub(crate) mod review;

pub(crate) use provider::{Study, use_study};

use crate::content::types::{Card, plain_text};
use crate::study::session::Item;

/// Cards as far as scheduling is concerned. The first tag is the topic.
pub(crate) fn items<'a>(cards: impl Iterator<Item = &'a Card>) -> Vec<Item> {
    let item = |card: &Card| Item {
        id: card.id.clone(),
        note: card.note.clone(),
        topic: card.tags.first().cloned().unwrap_or_else(|| plain_text(&card.front)),
        revision: card.revision.clone(),
    };
    cards.map(item).collect()
}
