//! The pages, one in a file.

mod cards;
mod chapter;
mod glossary;
mod home;
mod learn;
mod embed;
mod not_found;
mod quiz;
mod scenarios;
mod truth;

pub(crate) use cards::Cards;
pub(crate) use chapter::Chapter;
pub(crate) use embed::Embed;
pub(crate) use glossary::Glossary;
pub(crate) use home::Home;
pub(crate) use learn::Learn;
pub(crate) use not_found::NotFound;
pub(crate) use quiz::Quiz;
pub(crate) use scenarios::Scenarios;
pub(crate) use truth::Truth;
