//! Scenarios about TLS and certificates, and what they share.

pub(super) mod certificate;
pub(super) mod early_data;
pub(super) mod expiry;
pub(super) mod first_request;
pub(super) mod handshake;
pub(super) mod hello;
pub(super) mod interception;
pub(super) mod mutual;
mod messages;
mod named;
mod replay;
mod sides;

use super::find::at;
