//! The pages, one in a file.

mod cards;
mod chapter;
mod home;
mod learn;
mod embed;
mod not_found;
mod quiz;

pub(crate) use cards::Cards;
pub(crate) use chapter::Chapter;
pub(crate) use embed::Embed;
pub(crate) use home::Home;
pub(crate) use learn::Learn;
pub(crate) use not_found::NotFound;
pub(crate) use quiz::Quiz;
