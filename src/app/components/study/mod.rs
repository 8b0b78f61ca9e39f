//! What cards and quizzes are made of, one part in a file.

mod acts;
mod all_cards;
mod arrange;
mod card;
mod card_row;
mod end;
mod figure;
mod file;
mod foot;
mod grades;
mod notices;
mod options;
mod pairs;
mod progress;
mod question;
mod quiz_desk;
mod result;
mod review_desk;
mod see;
mod typed;
mod whole;
mod words;
mod written;

use card_row::card_rows;
pub(crate) use quiz_desk::{QuizDesk, Stand};
pub(crate) use result::Answers;
pub(crate) use review_desk::ReviewDesk;
pub(crate) use whole::WHOLE;
