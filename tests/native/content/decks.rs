//! Mistakes in decks, and what cards become.

use expect_test::{Expect, expect};
use roundtrip::content::types::{CardKind, Node, plain_text};

use super::{check, compiled};

const FRONT: &str = "+++\ndeck = \"second\"\ntitle = \"D\"\nchapter = \"second\"\n+++\n";

/// Expects these problems of a deck with these cards, which start at line 6.
fn check_cards(cards: &str, expect: Expect) {
    check(&[("decks/second.md", &format!("{FRONT}{cards}"))], expect);
}

#[test]
fn a_deck_belongs_to_its_file_and_chapter() {
    let text = "+++\ndeck = \"secnd\"\nchapter = \"secnd\"\nlevel = 3\n+++\n";
    check(
        &[("decks/second.md", text), ("decks/first.md", "### x {#a}\n\ny\n")],
        expect![[r#"
        content/decks/first.md:1:1: error: a deck starts with its front matter between two lines `+++`
        content/decks/second.md:1:1: error: the deck has no cards
        content/decks/second.md:2:1: error: a deck needs `title`, its title
        content/decks/second.md:2:8: error: the file is named `second.md`, the deck `secnd`
        content/decks/second.md:3:11: error: the course has no chapter `secnd`: did you mean `second`?
        content/decks/second.md:4:1: error: a deck has no key `level`: there is `deck`, `title`, `chapter`
    "#]],
    );
}

#[test]
fn the_heading_of_a_card_is_checked() {
    let cards = r"stray

### No id?

x

### Bad id? {#Second_A}

x

### Type? {#second.a type=clozed}

x

### Key? {#second.b se=tcp-open@syn}

x

### See? {#second.c see=tcp-open@sin}

x

### {#second.d}

x

### No answer? {#second.e}

### Hide? {#second.f hide=label}

x
";
    check_cards(
        cards,
        expect![[r#"
            content/decks/second.md:6:1: error: this text belongs to nothing: it stands before the first heading
            content/decks/second.md:8:1: error: the heading needs a permanent name: `{#name}`
            content/decks/second.md:12:15: error: `Second_A` is no id: use lower case, digits, hyphens and dots
            content/decks/second.md:16:1: error: there is no type `clozed`: did you mean `cloze`?
            content/decks/second.md:20:21: error: a heading has no key `se`: did you mean `see`?
            content/decks/second.md:24:25: error: `tcp-open` has no step `sin`: did you mean `syn`?
            content/decks/second.md:28:1: error: the card has no question
            content/decks/second.md:32:1: error: the card `second.e` has no answer: a paragraph must follow
            content/decks/second.md:34:1: error: `hide` belongs to cards with `type=diagram`
        "#]],
    );
}

#[test]
fn blanks_are_numbered_from_one_without_gaps() {
    let cards = "### {#second.a type=cloze}\n\nNo blank.\n\n### {#second.b type=cloze}\n\n{{1:a}} {{3:b}}\n\n\
                 ### {#second.c type=cloze}\n\n{{1:}}\n\n### {#second.d type=cloze}\n\n{{1:a}}\n\n{{2:b}}\n";
    check_cards(
        cards,
        expect![[r#"
        content/decks/second.md:8:1: error: a cloze card needs a blank such as `{{1:words}}`
        content/decks/second.md:12:9: error: blanks are numbered from 1 without gaps: 2 is missing
        content/decks/second.md:16:1: error: the blank is empty
        content/decks/second.md:22:1: error: a blank stands only in the first block of a card with `type=cloze`
    "#]],
    );
}

#[test]
fn typed_answers_are_one_line() {
    let cards =
        "### A? {#second.a type=typed}\n\none\ntwo\n\n### B? {#second.b type=typed}\n\none | \n";
    check_cards(
        cards,
        expect![[r#"
        content/decks/second.md:8:1: error: a typed answer is one line, other spellings after ` | `
        content/decks/second.md:13:1: error: a typed answer is one line, other spellings after ` | `
    "#]],
    );
}

#[test]
fn a_diagram_card_says_what_it_hides_and_where() {
    let cards = "### A? {#second.a type=diagram}\n\nx\n\n### B? {#second.b type=diagram see=tcp-open@syn hide=lable}\n\nx\n";
    check_cards(
        cards,
        expect![[r#"
            content/decks/second.md:6:1: error: a diagram card needs `hide=…`: there is `label`, `detail`, `message`, `state`, `time`
            content/decks/second.md:10:1: error: nothing named `lable` can be hidden: did you mean `label`?
        "#]],
    );
}

#[test]
fn two_cards_never_ask_the_same() {
    let cards = "### What is a SYN? {#second.a}\n\nx\n\n### What is a  *SYN*? {#second.b}\n\ny\n\n\
                 ### what is a SYN? {#second.c}\n\nz\n";
    check_cards(
        cards,
        expect![[r#"
            content/decks/second.md:10:24: error: the card asks the same as `second.a`
            content/decks/second.md:14:21: error: the card asks the same as `second.b`
        "#]],
    );
}

#[test]
fn each_number_of_a_cloze_text_is_a_card_and_hides_its_own_blanks() {
    let cards = "### {#second.a .states type=cloze}\n\nFirst {{1:FIN-WAIT-1}}, then *{{2:FIN-WAIT-2::a state}}*.\n\nWhy.\n";
    let (_, site, _) = compiled(&[("decks/second.md", &format!("{FRONT}{cards}"))]);
    let deck = &site.decks[0].cards;
    let ids: Vec<&str> = deck.iter().map(|card| card.id.as_str()).collect();
    assert_eq!(ids, ["second.a/1", "second.a/2"]);
    for card in deck {
        assert_eq!((card.note.as_str(), &card.kind), ("second.a", &CardKind::Cloze));
        assert_eq!(plain_text(&card.front), "First FIN-WAIT-1, then FIN-WAIT-2.");
        assert_eq!(card.tags, ["states"]);
    }
    let blank = |card: usize| {
        serde_json::to_string(&deck[card].front).unwrap().matches("\"blank\"").count()
    };
    assert_eq!([blank(0), blank(1)], [1, 1]);
    let first = Node::Blank { answer: "FIN-WAIT-1".into(), hint: None };
    assert!(deck[0].front.contains(&first) && !deck[1].front.contains(&first));
}

#[test]
fn the_revision_of_a_card_changes_with_its_words_only() {
    let revision = |cards: &str| {
        let (_, site, _) = compiled(&[("decks/second.md", &format!("{FRONT}{cards}"))]);
        site.decks[0].cards[0].revision.clone()
    };
    let before = revision("### A? {#second.a}\n\nx\n");
    assert_eq!(before, revision("### A? {#second.a .tag see=tcp-open@syn}\n\nx\n"));
    assert_ne!(before, revision("### A? {#second.a}\n\ny\n"));
    assert_ne!(before, revision("### A? {#second.a}\n\nx\n\nWhy.\n"));
}
