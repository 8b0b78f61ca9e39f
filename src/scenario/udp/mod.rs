//! UDP: datagrams, and what programs make of them.

pub(super) mod retry;
pub(super) mod voice;
