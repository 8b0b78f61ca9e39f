//! Scenarios about TLS and certificates, and what they share.

pub(super) mod handshake;
mod messages;
mod sides;
