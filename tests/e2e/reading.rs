//! Reading progress: marked by scrolling past, kept on the device, forgotten on request.

use crate::harness::{Page, View, open};

const CHAPTER: &str = "/course/tcp-open";

/// The anchors of the chapter's sections.
fn sections(page: &Page) -> Vec<String> {
    let found = page.script(
        "return [...document.querySelectorAll('.rail .inner a')].map((it) => it.hash.slice(1))",
    );
    serde_json::from_value(found).unwrap()
}

/// Scrolls until a heading is at the top of the window, and waits until the page knows.
fn scroll_to(page: &Page, id: &str) {
    page.later(
        "the page has scrolled",
        &format!(
            "const done = arguments[arguments.length - 1];
             const heading = document.getElementById('{id}');
             scrollTo({{ top: heading.getBoundingClientRect().top + scrollY - 100, behavior: 'instant' }});
             requestAnimationFrame(() => requestAnimationFrame(() => done(true)))"
        ),
    );
    page.wait(id, &format!("document.querySelector('.rail .here')?.hash === '#{id}'"));
}

fn read_marks(page: &Page) -> usize {
    page.count(".rail .inner a.read")
}

#[test]
fn what_was_scrolled_past_is_marked_and_the_first_page_leads_back() {
    let page = open(CHAPTER);
    page.wait_for("[data-action=theme]:not(:disabled)");
    let ids = sections(&page);
    for id in &ids[..3] {
        scroll_to(&page, id);
    }
    page.wait("two marks", "document.querySelectorAll('.rail .inner a.read').length === 2");
    assert_eq!(page.count(".rail a[aria-current=page] .dot .part"), 1);
    // Who jumps has read nothing.
    scroll_to(&page, &ids[6]);
    assert_eq!(read_marks(&page), 2);
    page.reload();
    page.wait(
        "the marks are kept",
        "document.querySelectorAll('.rail .inner a.read').length === 2",
    );
    page.goto("/");
    page.wait_for("[data-action=continue]");
    assert!(page.text(".part .row .sr").contains("2 of"));
    assert_eq!(page.count("[data-action=resume]"), 1);
    assert_eq!(page.shifts(), Vec::<String>::new());
    page.click("[data-action=continue]");
    page.wait("the section", &format!("location.hash === '#{}'", ids[6]));
    page.wait(
        "it is on the screen",
        &format!(
            "Math.abs(document.getElementById('{}').getBoundingClientRect().top) < 300",
            ids[6]
        ),
    );
    assert_eq!(page.console(), Vec::<String>::new());
}

#[test]
fn a_chapter_that_is_read_to_its_sources_is_done() {
    let page = View { width: 1440, ..View::default() }.open(CHAPTER);
    page.wait_for("[data-action=theme]:not(:disabled)");
    let ids = sections(&page);
    for id in &ids {
        scroll_to(&page, id);
    }
    page.script("document.getElementById('sources').scrollIntoView()");
    page.wait(
        "the chapter is read",
        "document.querySelector('.rail a[aria-current=page] .dot.done')",
    );
    assert_eq!(read_marks(&page), ids.len());
    assert!(page.text(".rail .foot").starts_with("1 of"));
    page.goto("/");
    page.wait_for("[data-action=continue]");
    let next = page.attribute("[data-action=continue]", "href").unwrap();
    assert!(!next.contains("tcp-open"), "the next one: {next}");
}

#[test]
fn damaged_marks_cost_nothing_else_are_kept_and_can_be_cleared() {
    let page = View { width: 390, ..View::default() }.open("/cards");
    let damaged = "{\"v\":9}\\nnothing at all <b>\\ntcp-open 14 closing closing";
    page.script(&format!("localStorage.setItem('roundtrip.reading', '{damaged}')"));
    page.goto("/");
    page.wait_for("[data-action=continue]");
    assert!(page.text(".part .row .sr").contains("1 of 14"));
    page.click("[data-action=theme]");
    page.wait_for("dialog [data-damaged='2']");
    let kept = page.script("return document.querySelector('dialog textarea').value");
    assert_eq!(kept.as_str(), Some("{\"v\":9}\nnothing at all <b>"));
    page.assert_accessible();
    page.click("[data-action=clear-reading]");
    page.wait(
        "nothing is marked",
        "!document.querySelector('[data-action=continue], [data-action=clear-reading]')",
    );
    assert_eq!(page.script("return localStorage.getItem('roundtrip.reading')"), "");
    assert_eq!(page.console(), Vec::<String>::new());
}
