//! The pages, one in a file.

mod cards;
mod home;
mod not_found;

pub(crate) use cards::Cards;
pub(crate) use home::Home;
pub(crate) use not_found::NotFound;
