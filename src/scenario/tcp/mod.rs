//! Scenarios about the corners of TCP.

pub(super) mod nagle;
