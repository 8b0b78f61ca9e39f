//! Sets up the tools of Roundtrip and runs everything: what is behind `cargo xtask`.
//!
//! [`server`], [`tools`] and [`browser`] serve the end-to-end tests too.

#![expect(clippy::print_stdout, reason = "these commands talk to people")]

pub mod args;
pub mod bench;
pub mod browser;
pub mod checks;
pub mod counts;
pub mod failure;
pub mod install;
pub mod lighthouse;
pub mod module;
pub mod packages;
pub mod program;
pub mod progress;
pub mod server;
pub mod site;
pub mod tools;
