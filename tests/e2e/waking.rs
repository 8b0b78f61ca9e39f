//! Players sleep until somebody needs them, and the engine with them.

use crate::harness::{Page, View, open};

/// A phone, on which a chapter begins with text.
const PHONE: View = View {
    width: 390,
    height: 500,
    theme: crate::harness::Theme::Light,
    still: false,
    touch: true,
    script: true,
};

const LAST: &str = "section.player[data-diagram=half]";

/// How many files of the engine were asked for.
fn engine_files(page: &Page) -> u64 {
    let script = "return performance.getEntriesByType('resource').filter((it) => it.name.includes('/engine-')).length";
    page.script(script).as_u64().unwrap_or(u64::MAX)
}

/// Waits for the browser to be idle twice: whatever begins by itself has begun.
fn rest(page: &Page) {
    let script = "const done = arguments[arguments.length - 1];
        requestIdleCallback(() => requestAnimationFrame(() => requestIdleCallback(() => done(true))));";
    page.later("the browser is idle", script);
}

fn live(page: &Page, player: &str) -> bool {
    page.attribute(player, "data-live").as_deref() == Some("true")
}

/// Presses the mouse in the middle of an element, whatever becomes of it.
fn press(page: &Page, selector: &str) {
    let at = page.script(&format!(
        "const element = document.querySelector(\"{selector}\");
         element.scrollIntoView({{ block: 'center' }});
         const {{ x, y, width, height }} = element.getBoundingClientRect();
         return [x + width / 2, y + height / 2]"
    ));
    for kind in ["mousePressed", "mouseReleased"] {
        let button = serde_json::json!({
            "type": kind, "x": at[0], "y": at[1], "button": "left", "clickCount": 1,
        });
        page.devtools("Input.dispatchMouseEvent", button);
    }
}

#[test]
fn the_engine_is_not_fetched_before_a_player_nears_the_screen() {
    for path in ["/cards", "/quiz/tcp-open", "/course/tcp-open"] {
        let page = PHONE.open(path);
        rest(&page);
        assert_eq!(engine_files(&page), 0, "{path} has no diagram on its first screen");
    }
    let page = PHONE.open("/course/tcp-open");
    page.script(&format!("document.querySelector('{LAST}').scrollIntoView()"));
    page.wait_for(&format!("{LAST}[data-live=true]"));
    assert_eq!(engine_files(&page), 2);
    assert!(!live(&page, "section.player[data-diagram=tcp-open]"), "the first is far away now");
    assert_eq!(page.shifts(), Vec::<String>::new());
    assert_eq!(page.console(), Vec::<String>::new());
}

#[test]
fn a_player_that_is_far_away_keeps_the_picture_that_was_sent() {
    let page = open("/course/tcp-open");
    rest(&page);
    assert!(!live(&page, LAST));
    let rows = page.count(&format!("{LAST} .messages tr"));
    assert!(rows > 3 && page.count(&format!("{LAST} .drawing svg")) > 0, "{rows}");
    page.script(&format!("document.querySelector('{LAST}').scrollIntoView()"));
    page.wait_for(&format!("{LAST}[data-live=true]"));
    assert_eq!(page.count(&format!("{LAST} .messages tr")), rows, "it is the same picture");
    assert_eq!(page.shifts(), Vec::<String>::new());
}

#[test]
fn a_link_of_the_text_wakes_its_player_and_moves_it() {
    let page = PHONE.open("/course/tcp-open");
    rest(&page);
    page.script("document.querySelector('a.moment[data-moment=syn-ack]').click()");
    page.wait_for("section.player[data-live=true] p.caption[data-step=syn-ack]");
    assert_eq!(page.console(), Vec::<String>::new());
}

#[test]
fn an_address_that_names_a_diagram_wakes_it() {
    let page = PHONE.open("/course/tcp-open?diagram=half&set.rtt=40ms");
    page.wait_for(&format!("{LAST}[data-live=true]"));
    let slider = format!("{LAST} input[data-param=rtt]");
    assert_eq!(page.attribute(&slider, "aria-valuetext").as_deref(), Some("40\u{a0}ms"));
}

#[test]
fn the_focus_wakes_a_player_and_stays_where_it_is() {
    let page = PHONE.open("/course/tcp-open");
    let place = "section.player[data-diagram=tcp-open]";
    page.script(&format!(
        "document.querySelector('{place} .player-head a').focus({{ preventScroll: true, focusVisible: true }})"
    ));
    page.wait_for(&format!("{place}[data-live=true]"));
    let focus = page.script("return document.activeElement.getAttribute('aria-label')");
    assert_eq!(focus, "Full page");
}

#[test]
fn a_click_on_a_sleeping_player_wakes_it_and_is_done() {
    let page = PHONE.open("/course/tcp-open");
    let place = "section.player[data-diagram=tcp-open]";
    assert!(!live(&page, place));
    press(&page, &format!("{place} [data-action=play]"));
    page.wait(
        "it plays",
        &format!("document.querySelector('{place} [data-action=play]').ariaLabel === 'Pause'"),
    );
}

#[test]
fn a_question_and_a_card_between_paragraphs_wake_when_they_are_touched() {
    let page = PHONE.open("/course/tcp-open");
    rest(&page);
    let field = ".inline-quiz input.line-input";
    let asleep = format!("return document.querySelector('{field}').disabled");
    assert_eq!(page.script(&asleep), true);
    press(&page, field);
    page.wait(
        "it has the focus",
        &format!("document.activeElement === document.querySelector('{field}')"),
    );
    page.write(field, "20");
    press(&page, ".inline-quiz button[type=submit]");
    page.wait_for(".inline-quiz .verdict-line");
    // The second of several.
    press(&page, ".inline-cards .card-row:nth-child(2) [data-act=show]");
    page.wait_for(".inline-cards .card-row:nth-child(2) .answer");
    assert_eq!(page.count(".inline-cards .answer"), 1);
    assert_eq!(page.shifts(), Vec::<String>::new());
    assert_eq!(page.console(), Vec::<String>::new());
}

#[test]
fn what_was_folded_open_stays_open() {
    let page = PHONE.open("/course/tcp-open");
    let fold = "section.player[data-diagram=half] details[data-fold=messages]";
    page.script(&format!("document.querySelector('{fold}').open = true"));
    page.script(&format!("document.querySelector('{LAST}').scrollIntoView()"));
    page.wait_for(&format!("{LAST}[data-live=true]"));
    assert_eq!(page.script(&format!("return document.querySelector('{fold}').open")), true);
}

#[test]
fn without_its_engine_a_page_says_so_and_keeps_its_text() {
    let page = open("/404");
    page.devtools("Network.enable", serde_json::json!({}));
    page.devtools("Network.setBlockedURLs", serde_json::json!({ "urls": ["*/engine-*"] }));
    for path in ["/course/tcp-open", "/learn/tcp-open", "/", "/embed/tcp-open"] {
        page.goto(path);
        page.wait_for("[data-notice=engine]");
        assert!(page.text("[data-notice=engine]").contains("could not be loaded"), "{path}");
        assert_eq!(page.count(".stopped"), 0, "{path}: nothing stopped");
        assert!(page.count("section.player .drawing svg") > 0, "{path}: the picture stays");
    }
    page.goto("/course/tcp-open");
    page.wait_for("[data-notice=engine]");
    page.click("a[href*='/cards']");
    page.wait_for("main.study .card");
}

#[test]
fn the_module_of_the_engine_gives_the_numbers_that_the_pages_were_written_with() {
    let page = open("/learn/tcp-slow-start");
    let rows = "return [...document.querySelectorAll('[data-measure]')].map((it) => it.textContent).join()";
    let live = page.script(rows);
    let written = page.later(
        "the page as it was sent",
        "const done = arguments[arguments.length - 1];
         fetch(location.href).then((it) => it.text()).then((text) => {
             const sent = new DOMParser().parseFromString(text, 'text/html');
             done([...sent.querySelectorAll('[data-measure]')].map((it) => it.textContent).join());
         });",
    );
    assert_eq!(live, written);
    assert!(live.as_str().is_some_and(|text| text.len() > 100), "{live}");
}
