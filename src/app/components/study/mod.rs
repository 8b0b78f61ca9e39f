//! What cards and quizzes are made of, one part in a file.

mod acts;
mod all_cards;
mod card;
mod dialog;
mod end;
mod file;
mod foot;
mod grades;
mod notices;
mod progress;
mod review_desk;
mod typed;
mod words;

pub(crate) use review_desk::ReviewDesk;
