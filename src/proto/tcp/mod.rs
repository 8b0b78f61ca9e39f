//! TCP: RFC 9293, RFC 5681, RFC 6298, RFC 6582, RFC 6928, RFC 7323.

pub mod profile;

pub use profile::{Config, Profile};
