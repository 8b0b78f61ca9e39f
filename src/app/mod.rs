//! The browser: Yew pages and components, and the only place with web crates.
//!
//! The same components run twice. [`render`] writes a page as text when the site is built;
//! `start` takes the page over in the reader's browser. Both get the same data, so the first
//! picture that the browser draws is the one that is already there, and nothing jumps.
//! Whatever depends on the reader (address, settings, review log, width of the window) is read
//! after that first picture.

mod root;
mod route;
mod way;
mod data;
mod engine;
mod island;
mod site;
mod text;
mod address;
mod browser_facts;
mod network;
mod settings;
mod reading;
mod moments;
mod arrival;
mod due;
mod parts;
mod components;
pub mod storage;
mod study;
mod player;
mod pages;
#[cfg(feature = "cli")]
mod server;
#[cfg(feature = "web")]
mod panic;
#[cfg(feature = "web")]
mod browser;
#[cfg(feature = "web")]
mod guest;

#[cfg(feature = "web")]
pub use browser::{start, whole};
#[cfg(feature = "web")]
pub use guest::mount;
#[cfg(target_arch = "wasm32")]
use panic::stopped;
pub use route::Route;
#[cfg(feature = "cli")]
pub use server::render;
