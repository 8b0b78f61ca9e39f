//! Finding things: search, the index of scenarios, the glossary.

use crate::harness::{Page, View, open};

/// Waits until the search has answered for this many results or more.
fn found(page: &Page, least: usize) {
    page.wait("results", &format!("document.querySelectorAll('#found li').length >= {least}"));
}

fn search(page: &Page, question: &str) {
    page.press("/");
    page.wait_for("dialog[open] input[type=search]");
    page.write("dialog input[type=search]", question);
}

#[test]
fn a_question_is_answered_as_it_is_typed_and_opened_by_keyboard() {
    let page = open("/");
    search(&page, "lost sy");
    found(&page, 2);
    assert_eq!(page.text("#found li[aria-selected=true] b"), "When the SYN is lost");
    // Down and up again: the arrows choose, the field keeps the focus.
    page.press("ArrowDown");
    assert_eq!(page.attribute("#found li:nth-child(2)", "aria-selected").as_deref(), Some("true"));
    page.press("ArrowUp");
    page.press("Enter");
    page.wait("the chapter", "location.pathname.endsWith('/course/tcp-open/')");
    assert_eq!(page.script("return location.hash"), "#lost-syn");
}

#[test]
fn a_wrong_letter_a_number_and_nonsense_are_understood() {
    let page = open("/cards/");
    search(&page, "handshqke");
    found(&page, 1);
    let again = |question: &str| page.set("dialog input[type=search]", question);
    again("rfc 6298");
    page.wait("the standard", "document.querySelector('#found mark')?.textContent === 'RFC'");
    for nothing in ["<zzzz onload=\"qqqq\">", "网络网络网络", "qqqqqqqqqqqq"] {
        again(nothing);
        page.wait(
            "words",
            "document.querySelector('.search .status').textContent.startsWith('Nothing has')",
        );
    }
    assert_eq!(page.console(), Vec::<String>::new());
    page.assert_accessible();
}

#[test]
fn the_index_is_not_fetched_before_it_is_needed() {
    let page = open("/course/tcp-open/");
    let asked = "return performance.getEntriesByType('resource').filter(it => it.name.includes('data/search')).length";
    assert_eq!(page.script(asked), 0);
    search(&page, "fin");
    found(&page, 1);
    assert_eq!(page.script(asked), 2);
}

#[test]
fn a_slash_in_a_field_is_only_a_slash() {
    let page = open("/learn/tcp-loss/");
    page.wait_for(".player[data-live=true] .list-tools input");
    page.script("document.querySelector('.player details').open = true");
    page.write(".player .list-tools input", "a/b");
    assert_eq!(page.count("dialog[open]"), 0);
}

#[test]
fn scenarios_are_listed_by_topic_and_lead_to_their_page() {
    let page = open("/learn/");
    let all = page.count(".scenarios li");
    assert!(all >= 5, "{all} scenarios");
    page.click("[data-topic=HTTP]");
    page.wait("one topic", "document.querySelectorAll('.scenarios section').length === 1");
    page.click(".scenarios li[data-scenario=http1-get] a");
    page.wait("its page", "location.pathname.endsWith('/learn/http1-get')");
    page.wait("its heading", "document.querySelector('h1').textContent === 'An HTTP request'");
}

#[test]
fn the_glossary_reads_without_script_and_has_an_anchor_for_each_term() {
    let page = View { script: false, ..View::default() }.open("/glossary/#rto");
    assert!(page.count(".term-entry[id]") > 40);
    assert_eq!(page.count(".term-entry:target"), 1);
}
