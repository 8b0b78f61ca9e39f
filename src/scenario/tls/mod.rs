//! Scenarios about TLS and certificates, and what they share.

pub(super) mod first_request;
pub(super) mod handshake;
mod messages;
mod named;
mod sides;

use super::find::at;
