//! Questions as people type them, and files as they get damaged.

use proptest::prelude::*;

use super::{Builder, Index, words};

const PLACES: &[(&str, &str)] = &[
    ("The handshake", "Three segments open a connection: SYN, SYN-ACK and ACK."),
    ("Slow start", "The congestion window doubles each round trip until a loss."),
    ("Congestion window", "How much a sender may have on its way. RFC 5681 section 3.1."),
    ("Retransmission time-out", "The timer of RFC 6298; after it the segment is sent again."),
    ("Zürich to São Paulo", "A distance of 9,600 km; the naïve answer is wrong."),
    ("名前解決", "DNS の基本"),
];

fn index() -> Index {
    let mut builder = Builder::default();
    for (title, text) in PLACES {
        builder.add(title, text);
    }
    Index::read(&builder.finish()).unwrap()
}

fn titles(question: &str) -> Vec<&'static str> {
    let hits = index().find(question, 10);
    hits.iter().map(|hit| PLACES[hit.place as usize].0).collect()
}

#[test]
fn words_are_lower_case_without_accents_and_signs() {
    let found: Vec<String> = words("SYN-ACK: Zürich's naïve RFC 9293 §3.5, DNS の").collect();
    assert_eq!(found, ["syn", "ack", "zurichs", "naive", "rfc", "9293", "3", "5", "dns", "の"]);
}

#[test]
fn a_word_in_the_title_comes_first() {
    assert_eq!(titles("congestion"), ["Congestion window", "Slow start"]);
}

#[test]
fn places_with_all_words_come_before_those_with_some() {
    assert_eq!(titles("window loss")[0], "Slow start");
}

#[test]
fn the_last_word_may_be_unfinished_and_the_others_not() {
    assert_eq!(titles("retrans"), ["Retransmission time-out"]);
    assert_eq!(titles("hand xyz"), [""; 0]);
    assert_eq!(titles("slow st")[0], "Slow start");
}

#[test]
fn one_letter_may_be_wrong_missing_too_many_or_swapped() {
    for typed in ["handshqke", "handshke", "handsshake", "hadnshake", "handshak", "congestoin"] {
        assert!(!titles(typed).is_empty(), "{typed}");
    }
    assert_eq!(titles("hxndshqke"), [""; 0]);
}

#[test]
fn short_words_must_be_right() {
    assert_eq!(titles("sny "), [""; 0]);
}

#[test]
fn numbers_of_rfcs_are_found_with_and_without_their_prefix() {
    assert_eq!(titles("6298"), ["Retransmission time-out"]);
    assert_eq!(titles("RFC 5681")[0], "Congestion window");
}

#[test]
fn accents_and_other_scripts_are_found() {
    assert_eq!(titles("zurich"), ["Zürich to São Paulo"]);
    assert_eq!(titles("São"), ["Zürich to São Paulo"]);
    assert_eq!(titles("名前"), ["名前解決"]);
}

#[test]
fn nothing_markup_and_endless_questions_find_nothing_and_do_no_harm() {
    assert_eq!(titles(""), [""; 0]);
    assert_eq!(titles("   -- <>&\"'"), [""; 0]);
    assert_eq!(titles("<script>"), [""; 0]);
    assert_eq!(titles(&"x".repeat(10_000)), [""; 0]);
    assert_eq!(titles(&"window ".repeat(2_000))[0], "Congestion window");
}

#[test]
fn a_file_of_something_else_or_cut_short_is_refused_in_words() {
    assert_eq!(Index::read(b"<html>").unwrap_err(), "this is no search index of this version");
    assert_eq!(Index::read(b"RTS1").unwrap_err(), "the search index ends before its first word");
    let mut builder = Builder::default();
    builder.add("One two", "three");
    let file = builder.finish();
    let cut = &file[..file.len() - 1];
    assert_eq!(Index::read(cut).unwrap_err(), "the search index is damaged at word 3");
}

proptest! {
    #[test]
    fn any_text_can_be_indexed_and_its_words_are_found(title in ".{0,40}", text in ".{0,200}") {
        let mut builder = Builder::default();
        builder.add(&title, &text);
        let index = Index::read(&builder.finish()).unwrap();
        for word in words(&title).chain(words(&text)) {
            prop_assert_eq!(index.find(&word, 5).len(), 1, "{}", word);
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = Index::read(&[b"RTS1".as_slice(), &bytes].concat());
        let _ = Index::read(&bytes);
    }
}
