//! Who answers for names: authoritative servers, recursive resolvers and stubs.
//!
//! RFC 1034 and 1035, negative answers RFC 2308, TCP RFC 7766, EDNS RFC 6891, client subnet
//! RFC 7871, DNSSEC RFC 4033 to 4035. Signatures have their true length and place, and are made
//! of a checksum instead of cryptography: a changed record fails its check, a forger is not
//! kept from making one.

mod cache;
mod frames;
pub mod resolver;
pub mod server;
pub mod sign;
pub mod stub;
pub mod zone;

pub use cache::Cache;
pub use resolver::{Resolver, ResolverConfig};
pub use server::{Change, Server, ServerConfig};
pub use sign::Signer;
pub use stub::{Lookup, Stub, StubConfig, Transport};
pub use zone::{Steer, Zone};

use super::app::{AppOutput, ConnId};

/// The port of DNS over TLS (RFC 7858 section 3.1).
pub const PORT_TLS: u16 = 853;
/// The size of datagrams that servers and resolvers ask for since the DNS Flag Day of 2020: what
/// no path of IPv6 cuts (1,280 bytes without the headers).
pub const EDNS_SIZE: u16 = 1_232;

/// A line in the trace that belongs to no connection.
fn note(name: &'static str, text: String, amount: u64) -> AppOutput {
    AppOutput::Note { conn: ConnId(0), name, text, amount }
}

#[cfg(test)]
mod tests;
