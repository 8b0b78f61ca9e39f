//! Where: from a trace to a drawing.
//!
//! [`Diagram::layout`] gives every message, state and timer of a trace its place, once per trace
//! and width. A [`Scene`] is one picture of it: a playhead, a selection, a theme. [`svg::draw`]
//! makes a tree of [`svg::Element`]s from a scene, which is written as text or mounted in a page.
//!
//! The geometry is that of a sequence diagram whose slopes are true: the height of a message is
//! its time on the way. All measures are [`Px`] at scale 1; [`Diagram::to_page`] gives those of
//! the page. Nothing here asks a browser for anything, so results are equal on every machine.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

pub mod px;
pub mod text;
pub mod words;
pub mod tokens;
pub mod options;
pub mod timemap;
pub mod cover;
pub mod parts;
mod gather;
mod history;
mod rows;
mod place;
mod labels;
mod sides;
pub mod heads;
mod layout;
pub mod element;
mod canvas;
mod draw;
pub mod plan;
pub mod svg;
pub mod changes;
pub mod check;
pub mod list;
pub mod inspect;
pub mod mermaid;
pub mod state;

pub use cover::{Cover, Hidden};
pub use options::{Ghost, LayoutOptions, Mode, Scale, StepMark, Timers};
pub use parts::{Diagram, Lane, Message};
pub use plan::Plan;
pub use px::{Point, Px};
pub use svg::{Scene, View};
pub use tokens::Theme;
