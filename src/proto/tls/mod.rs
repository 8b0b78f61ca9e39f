//! TLS 1.3 (RFC 8446) and TLS 1.2 (RFC 5246): who is there, and keys that nobody else has.
//!
//! [`Handshake`] takes and gives handshake messages by [`Level`] and knows nothing of records, so
//! that QUIC can carry the same messages. [`Secure`] puts it and the record layer between an
//! application and TCP.
//!
//! There are no ciphers, but knowledge is real: keys come out of a small Diffie–Hellman exchange
//! ([`secret`]), so who lacks a private half cannot work them out.

pub mod chain;
pub mod config;
pub mod secret;
pub mod session;
pub mod state;
mod client;
mod core;
mod old;
mod record;
mod secure;
mod server;
#[cfg(test)]
mod tests;

pub use chain::{Identity, Pki, Trust};
pub use config::{ClientConfig, Replay, ServerConfig};
pub use secure::Secure;
pub use session::Session;

use std::sync::Arc;

use crate::sim::rng::Rng;
use crate::sim::time::Instant;
use crate::wire::tls::{Alert, Version};
use crate::wire::{Keys, Side};

/// The port of HTTP over TLS (RFC 9110 section 4.2.2).
pub const PORT: u16 = 443;

/// How well a message is protected (RFC 9001 section 2.1 calls it so).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Not at all; in QUIC with keys that everyone can compute.
    Initial,
    /// With keys of an earlier connection.
    Early,
    /// With the keys of the handshake.
    Handshake,
    /// With the keys of the connection. In TLS 1.2 also the Finished messages.
    Application,
}

/// What a handshake wants done, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Send a message.
    Send {
        /// How it is protected.
        level: Level,
        /// The message.
        bytes: Vec<u8>,
        /// What a person reads and the stable name.
        names: (&'static str, &'static str),
    },
    /// Send ChangeCipherSpec; never in QUIC.
    ChangeCipherSpec,
    /// From now on these keys protect what is sent at this level.
    Write(Level, Arc<Keys>),
    /// From now on these keys open what arrives at this level.
    Read(Level, Arc<Keys>),
    /// The state changed.
    State(&'static str, &'static str),
    /// The server takes early data, or not; the client has to send it again then.
    Early(bool),
    /// What the peer says of QUIC.
    Parameters(Vec<u8>),
    /// The handshake is complete on this side.
    Complete,
    /// A session to keep.
    Keep(Session),
    /// Say something in the trace: a name and a text.
    Note(&'static str, String),
    /// Give up with this alert; why, in words.
    Fail(Alert, &'static str),
}

/// One side of a handshake.
#[derive(Debug)]
pub struct Handshake {
    role: Role,
}

#[derive(Debug)]
enum Role {
    Client(Box<client::Client>),
    Server(Box<server::Server>),
}

impl Handshake {
    /// A client's side; it speaks first, as soon as it is polled.
    pub fn client(config: Arc<ClientConfig>, rng: Rng, now: Instant) -> Self {
        Self { role: Role::Client(Box::new(client::Client::new(config, rng, now))) }
    }

    /// A server's side.
    pub fn server(config: Arc<ServerConfig>, rng: Rng) -> Self {
        Self { role: Role::Server(Box::new(server::Server::new(config, rng))) }
    }

    const fn core(&self) -> &core::Core {
        match &self.role {
            Role::Client(client) => &client.core,
            Role::Server(server) => &server.core,
        }
    }

    const fn core_mut(&mut self) -> &mut core::Core {
        match &mut self.role {
            Role::Client(client) => &mut client.core,
            Role::Server(server) => &mut server.core,
        }
    }

    /// Takes bytes of messages that arrived at a level.
    pub fn receive(&mut self, now: Instant, level: Level, bytes: &[u8]) {
        self.core_mut().push(bytes);
        loop {
            match self.core_mut().next_message() {
                Ok(Some((message, bytes))) => match &mut self.role {
                    Role::Client(client) => client.receive(now, level, message, &bytes),
                    Role::Server(server) => server.receive(now, level, message, &bytes),
                },
                Ok(None) => return,
                Err(alert) => return self.core_mut().fail(alert, "a message cannot be read"),
            }
        }
    }

    /// The next thing to do, until nothing is left.
    pub fn poll(&mut self) -> Option<Step> {
        self.core_mut().out.pop_front()
    }

    /// Renews the own keys (RFC 8446 section 4.6.3); only when the handshake is complete.
    pub fn update_keys(&mut self, request: bool) {
        self.core_mut().update_keys(request);
    }

    /// Whether the handshake is complete on this side.
    pub const fn is_complete(&self) -> bool {
        self.core().complete
    }

    /// The side.
    pub const fn side(&self) -> Side {
        self.core().side
    }

    /// The version, as far as it is known.
    pub const fn version(&self) -> Version {
        self.core().version
    }

    /// The protocol that was chosen for inside.
    pub fn alpn(&self) -> Option<&str> {
        self.core().alpn.as_deref()
    }
}
