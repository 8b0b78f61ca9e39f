//! Scenarios about distance, bandwidth, addresses and paths.

pub(super) mod distance;
pub(super) mod far;
pub(super) mod bandwidth;
pub(super) mod encapsulation;
pub(super) mod nat_table;
