//! HTTP/1.1 (RFC 9112): a client that asks, a server that answers and a balancer between them, on
//! kept-alive connections.

pub mod balancer;
pub mod client;
pub mod server;
mod body;

pub use balancer::{Balancer, BalancerConfig};
pub use body::{Decode, Found, HasHeaders, Reader};
pub use client::{Client, ClientConfig};
pub use server::{Server, ServerConfig};

/// The port of HTTP (RFC 9110 section 4.2.1).
pub const PORT: u16 = 80;
