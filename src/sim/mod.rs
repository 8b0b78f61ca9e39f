//! When: the discrete-event core.
//!
//! [`world::World`] holds hosts and links. It hands each host what arrives and the time-outs it
//! asked for ([`endpoint`]), gives each packet its fate ([`link`], [`fault`]) and writes all of it
//! down ([`trace`]). Time is an argument and chance comes from a seed, so a run is a function.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

pub mod time;
pub mod rng;
pub mod endpoint;
pub mod fault;
pub mod link;
pub mod route;
pub mod trace;
mod coarse;
pub mod world;
pub mod machine;
