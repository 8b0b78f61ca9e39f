//! Scenarios about the corners of TCP.

mod long;
pub(super) mod nagle;
pub(super) mod ports;
pub(super) mod flood;
pub(super) mod sawtooth;
