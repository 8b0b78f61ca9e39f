//! End-to-end tests: the built site in Chromium, as a reader meets it.
//!
//! `cargo xtask test --only e2e` builds the site first; after `cargo xtask build` plain
//! `cargo test --package e2e` is enough. One module per subject; [`harness`] says how to write
//! a test.

#[cfg(test)]
mod bench;
#[cfg(test)]
mod cards;
#[cfg(test)]
mod find;
#[cfg(test)]
mod harness;
#[cfg(test)]
mod network;
#[cfg(test)]
mod pages;
#[cfg(test)]
mod player;
#[cfg(test)]
mod quiz;
#[cfg(test)]
mod reading;
#[cfg(test)]
mod waking;
