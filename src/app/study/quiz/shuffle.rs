//! The order in which options, items and right sides are shown: mixed, and the same for the same
//! try, so that the page that was sent and the page that wakes up agree.

use crate::content::types::{Question, QuestionKind};

/// The places of the author's list in the order shown.
pub(super) fn shown(question: &Question, attempt: u64) -> Vec<usize> {
    let count = match &question.kind {
        QuestionKind::Choice(options) | QuestionKind::Multi(options) => options.len(),
        QuestionKind::Trace(trace) => trace.options.len(),
        QuestionKind::Order(items) => items.len(),
        QuestionKind::Match { pairs, extra } => pairs.len() + extra.len(),
        QuestionKind::Short { .. } | QuestionKind::Numeric(_) => 0,
    };
    let mut order: Vec<usize> = (0..count).collect();
    let mut state = seed(&question.id, attempt);
    for last in (1..count).rev() {
        state = step(state);
        let bound = u64::try_from(last).unwrap_or(u64::MAX).saturating_add(1);
        let place = usize::try_from((state >> 16) % bound).unwrap_or(0);
        order.swap(last, place);
    }
    // An order that happens to be right would be answered by leaving it.
    if matches!(question.kind, QuestionKind::Order(_)) && order.is_sorted() {
        order.rotate_left(1);
    }
    order
}

/// FNV-1a of the id, and the try.
fn seed(id: &str, attempt: u64) -> u64 {
    let hash = id.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    hash ^ attempt.wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// The finaliser of `SplitMix64`.
const fn step(state: u64) -> u64 {
    let state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}
