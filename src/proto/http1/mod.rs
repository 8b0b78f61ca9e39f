//! HTTP/1.1 (RFC 9112): a client that asks and a server that answers, on kept-alive connections.

pub mod client;
pub mod server;
mod body;

pub use client::{Client, ClientConfig};
pub use server::{Server, ServerConfig};

/// The port of HTTP (RFC 9110 section 4.2.1).
pub const PORT: u16 = 80;
