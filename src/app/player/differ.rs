//! Where two runs part.

use crate::sim::trace::{EntryId, Trace};

/// The first entry of the run before that is not in the run shown; none if all are.
pub(crate) fn first_difference(before: &Trace, now: &Trace) -> Option<EntryId> {
    let same = before.entries.iter().zip(&now.entries).take_while(|(old, new)| old == new).count();
    if same == before.entries.len() {
        return None;
    }
    u32::try_from(same).ok().map(EntryId)
}
