//! Who: protocols without I/O, and the hosts that run them.
//!
//! A protocol takes input, and is polled for output; it never reads a clock. A
//! [`host::Host`] puts connections ([`tcp`]) under an application ([`app`]).

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

pub mod app;
pub mod tcp;
pub mod host;
pub mod router;
pub mod dns;
pub mod tls;
pub mod http1;
pub mod quic;

use crate::sim::machine::Machine;

/// Every state machine, with the table from which its diagram is drawn.
pub const MACHINES: &[Machine] =
    &[tcp::state::MACHINE, tls::state::CLIENT, tls::state::SERVER, quic::state::MACHINE];

#[cfg(test)]
mod tests;
