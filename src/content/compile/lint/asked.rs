//! Cards and questions: answers that are short, options that can be told apart, prompts without a
//! negation.

use super::{Told, count, place};
use crate::content::compile::Site;
use crate::content::types::{Card, CardKind, Node, Question, QuestionKind, plain_text};

/// How many words the answer of a card may have.
const ANSWER_MAX: usize = 30;
/// How many words the explanation of a question may have.
const EXPLAIN_MAX: usize = 120;
/// Options that are about the other options.
const ABOUT_OTHERS: [&str; 8] = [
    "all of the above",
    "none of the above",
    "all of these",
    "none of these",
    "both of the above",
    "all the above",
    "any of the above",
    "all of them",
];

/// Warns at answers that are too long to be recalled.
pub(super) fn cards(told: &mut Told<'_>, site: &Site) {
    for deck in &site.decks {
        let Some(file) = told.file(&format!("content/decks/{}.md", deck.id)) else { continue };
        let asks = |card: &&Card| !matches!(card.kind, CardKind::Cloze);
        for card in deck.cards.iter().filter(asks) {
            let length = count(&plain_text(&card.back));
            if length > ANSWER_MAX {
                let message = format!(
                    "an answer has at most {ANSWER_MAX} words: this has {length}; \
                     the rest belongs into the explanation below it"
                );
                told.warn(file, place(file, &format!("#{}", card.note)), message);
            }
        }
    }
}

/// Warns at questions that can be answered without knowing, or that ask for what is wrong.
pub(super) fn questions(told: &mut Told<'_>, site: &Site) {
    for quiz in &site.quizzes {
        let Some(file) = told.file(&format!("content/quizzes/{}.toml", quiz.id)) else { continue };
        for question in &quiz.questions {
            let at = place(file, &format!("\"{}\"", question.id));
            for message in about(question) {
                told.warn(file, at.clone(), message);
            }
        }
    }
}

/// What could be better in a question.
fn about(question: &Question) -> Vec<String> {
    let mut messages = Vec::new();
    let prompt = plain_text(&question.prompt);
    if is_negated(&prompt) {
        messages.push("the prompt asks for what is not so: ask for what is".to_owned());
    }
    let length = count(&plain_text(&question.explain));
    if length > EXPLAIN_MAX {
        messages.push(format!("an explanation has at most {EXPLAIN_MAX} words: this has {length}"));
    }
    let options: Vec<&Vec<Node>> = match &question.kind {
        QuestionKind::Choice(list) | QuestionKind::Multi(list) => {
            list.iter().map(|option| &option.text).collect()
        }
        QuestionKind::Trace(trace) => {
            trace.options.iter().map(|option| &option.choice.text).collect()
        }
        _ => Vec::new(),
    };
    for option in options {
        let text = plain_text(option).to_lowercase();
        let text = text.trim().trim_end_matches('.');
        if ABOUT_OTHERS.contains(&text) {
            messages.push(format!("the option `{text}` is about the others: name what is meant"));
        }
    }
    messages
}

/// Whether a prompt asks which of its options does not hold.
fn is_negated(prompt: &str) -> bool {
    let shouts = prompt
        .split(|c: char| !c.is_alphabetic())
        .any(|word| word == "NOT" || word == "EXCEPT" || word == "NEVER");
    let asks = prompt.split_inclusive(['.', '?', '!', ':']).map(|part| part.trim().to_lowercase());
    let negated =
        asks.filter(|part| part.starts_with("which") && part.ends_with('?')).any(|part| {
            let words = part.split(|c: char| !(c.is_alphabetic() || c == '\'' || c == '’'));
            let mut words = words.map(|word| word.replace('’', "'"));
            words.any(|word| {
                ["not", "never", "except", "cannot"].contains(&word.as_str())
                    || word.ends_with("n't")
            })
        });
    shouts || negated
}

#[test]
fn a_prompt_is_negated_if_it_asks_for_what_is_not_so() {
    for negated in [
        "Which of these is NOT a flag?",
        "The server waits. Which segment does it not send?",
        "Which of these isn’t one?",
        "All of these are states EXCEPT one.",
    ] {
        assert!(is_negated(negated), "{negated}");
    }
    for plain in [
        "Why does the server not answer?",
        "The ACK is not answered. Which timer runs?",
        "Which note is the last?",
    ] {
        assert!(!is_negated(plain), "{plain}");
    }
}
