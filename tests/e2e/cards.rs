//! The review of cards: by keyboard, by thumb, over reloads and tabs, and with a store that is
//! damaged, newer or refused.

use serde_json::Value;

use crate::harness::{Page, Theme, View, open};

/// Waits until the log was read and a card is on the screen.
fn ready(page: &Page) {
    page.wait("the log was read", "document.querySelector('.all-cards .state')");
}

fn review(view: View) -> Page {
    let page = view.open("/cards");
    ready(&page);
    page
}

fn card(page: &Page) -> String {
    page.attribute("article.card", "data-card").unwrap_or_default()
}

/// Waits until another card than this is on the screen.
fn wait_for_other(page: &Page, than: &str) {
    page.wait(
        "another card",
        &format!("document.querySelector('article.card').dataset.card !== '{than}'"),
    );
}

fn wait_for_card(page: &Page, id: &str) {
    page.wait(
        "that card",
        &format!("document.querySelector('article.card')?.dataset.card === '{id}'"),
    );
}

/// Answers the card on the screen by keyboard.
fn answer(page: &Page, key: &str) -> String {
    let id = card(page);
    show(page);
    page.press(key);
    wait_for_other(page, &id);
    id
}

/// Shows the answer; a field takes Space for itself.
fn show(page: &Page) {
    let typed = page.count("#typed-answer") == 1;
    page.press(if typed { "Enter" } else { "Space" });
    page.wait_for(".answer[role=group]");
}

/// The lines of the store.
const LINES: &str = "const done = arguments[arguments.length - 1];
    const open = indexedDB.open('roundtrip');
    open.onsuccess = () => {
        const all = open.result.transaction('log').objectStore('log').getAll();
        all.onsuccess = () => { open.result.close(); done(all.result); };
    };";

fn wait_for_lines(page: &Page, count: usize) -> Vec<String> {
    page.wait(
        "the store has the lines",
        &format!(
            "(() => {{
                const open = indexedDB.open('roundtrip');
                open.onsuccess = () => {{
                    const all = open.result.transaction('log').objectStore('log').getAll();
                    all.onsuccess = () => {{ open.result.close(); window.lines = all.result; }};
                }};
                return window.lines?.length === {count};
            }})()"
        ),
    );
    let lines = page.later("the lines", LINES);
    let lines = lines.as_array().cloned().unwrap_or_default();
    lines.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

#[test]
fn a_card_is_reviewed_by_keyboard_and_the_answer_is_kept() {
    let page = review(View::default());
    assert!(page.text(".progress").starts_with("1 of 10"), "{}", page.text(".progress"));
    let first = card(&page);
    page.press("Space");
    page.wait_for(".answer[role=group]");
    assert_eq!(page.script("return document.activeElement.dataset.grade"), "good");
    assert!(page.text("[data-grade=again]").contains("10 min"));
    page.press("Space");
    wait_for_other(&page, &first);
    assert!(page.text(".said").starts_with("Good. Comes back in "), "{}", page.text(".said"));
    let second = card(&page);
    answer(&page, "1");
    let lines = wait_for_lines(&page, 2);
    assert!(lines[0].contains(&first) && lines[0].contains("\"good\""), "{lines:?}");
    page.reload();
    ready(&page);
    wait_for_other(&page, &first);
    assert_ne!(card(&page), second, "a forgotten card waits for its minutes");
    assert!(page.text(".progress").starts_with("3 of "), "{}", page.text(".progress"));
    assert_eq!(page.console(), Vec::<String>::new());
}

#[test]
fn undo_goes_back_over_a_reload_and_redo_forth() {
    let page = review(View::default());
    let first = answer(&page, "Space");
    let second = answer(&page, "Space");
    wait_for_lines(&page, 2);
    page.reload();
    ready(&page);
    page.press("u");
    wait_for_card(&page, &second);
    assert_eq!(page.text(".said"), "Taken back: Good.");
    page.press("Control+z");
    wait_for_card(&page, &first);
    page.press("u");
    page.wait(
        "it says so",
        "document.querySelector('.said').textContent.includes('nothing to undo')",
    );
    page.press("Control+Shift+z");
    wait_for_card(&page, &second);
    // Nothing was deleted: two answers, two voids, and the void of one of them.
    wait_for_lines(&page, 5);
    assert_eq!(page.console(), Vec::<String>::new());
}

#[test]
fn flag_bury_and_the_keys_have_keys_of_their_own() {
    let page = review(View::default());
    let first = card(&page);
    page.press("f");
    page.wait("it is flagged", "document.querySelector('[data-act=flag]').ariaPressed === 'true'");
    page.press("-");
    wait_for_other(&page, &first);
    assert_eq!(page.text(".said"), "Buried until tomorrow.");
    page.press("?");
    page.wait_for("dialog[open]");
    page.assert_accessible();
    page.press("Escape");
    page.wait("it is closed", "!document.querySelector('dialog')");
    page.press("u");
    wait_for_card(&page, &first);
    assert_eq!(page.console(), Vec::<String>::new());
}

#[test]
fn explain_opens_the_moment_and_closes_it() {
    let page = review(View::default());
    page.press("e");
    assert_eq!(page.count(".aside .player"), 0, "it would give the answer away");
    show(&page);
    page.press("e");
    page.wait_for(".aside .player svg");
    page.assert_accessible();
    page.press("e");
    page.wait("it is closed", "!document.querySelector('.aside .player')");
    assert_eq!(page.console(), Vec::<String>::new());
}

#[test]
fn four_buttons_are_a_choice_that_lasts() {
    let page = review(View::default());
    page.click("[name=four-buttons]");
    page.click("[data-act=show]");
    assert_eq!(page.count(".grades button"), 4);
    let first = card(&page);
    page.press("4");
    wait_for_other(&page, &first);
    page.reload();
    ready(&page);
    show(&page);
    assert_eq!(page.count(".grades button"), 4);
}

#[test]
fn a_typed_answer_is_laid_beside_the_right_one() {
    let page = review(View::default());
    // Typed cards come later in the deck: as many new cards as it takes.
    page.set("[name=new-per-day]", "50");
    for _ in 0..60 {
        if page.count("#typed-answer") == 1 {
            break;
        }
        answer(&page, "3");
    }
    assert_eq!(page.script("return document.activeElement.id"), "typed-answer");
    page.write("#typed-answer", "1 23");
    page.press("Enter");
    page.wait_for(".diff");
    assert!(page.count(".diff del") + page.count(".diff ins") > 0);
    assert_eq!(page.script("return document.activeElement.dataset.grade"), "again");
    page.assert_accessible();
    assert_eq!(page.console(), Vec::<String>::new());
}

#[test]
fn the_day_ends_with_what_was_done_and_what_comes() {
    let page = review(View { width: 390, touch: true, ..View::default() });
    page.set("[name=new-per-day]", "2");
    page.wait(
        "two are left",
        "document.querySelector('.progress').textContent.startsWith('1 of 2')",
    );
    for _ in 0..2 {
        page.click("[data-act=show]");
        page.click("[data-grade=good]");
    }
    page.wait_for(".end");
    let end = page.text(".end");
    assert!(end.contains("Done for today") && end.contains("Due tomorrow"), "{end}");
    assert_eq!(page.script("return document.activeElement.id"), "end-title");
    page.assert_accessible();
    page.click("[data-act=undo]");
    page.wait_for("article.card");
    assert_eq!(page.console(), Vec::<String>::new());
}

#[test]
fn a_card_put_aside_is_taken_back_from_the_list() {
    let page = review(View::default());
    let first = card(&page);
    page.press("@");
    wait_for_other(&page, &first);
    let item = format!(".all-cards [data-card='{first}']");
    page.click(".all-cards > details > summary");
    page.click(&format!("{item} summary"));
    page.click(&format!("{item} [data-act=aside]"));
    page.wait(
        "it is new again",
        &format!("document.querySelector(\"{item} .state\").textContent === 'new'"),
    );
    assert_eq!(page.console(), Vec::<String>::new());
}

#[test]
fn the_log_goes_to_another_browser_as_a_file() {
    let page = review(View::default());
    let first = answer(&page, "Space");
    answer(&page, "1");
    wait_for_lines(&page, 2);
    // What the button saves is caught instead of downloaded.
    page.script(
        "URL.createObjectURL = (blob) => { blob.text().then((text) => window.saved = text); return 'data:,'; };
         HTMLAnchorElement.prototype.click = function () { window.named = this.download; };",
    );
    page.click("[data-act=export]");
    page.wait("it is saved", "window.saved && window.named");
    let saved = page.script("return window.saved");
    let saved = saved.as_str().unwrap_or_default();
    assert_eq!(saved.lines().count(), 2);
    let name = page.script("return window.named");
    assert!(name.as_str().is_some_and(|name| name.ends_with(".jsonl")), "{name}");

    let other = review(View::default());
    let text = serde_json::json!(format!("{saved}this is no line\n"));
    let choose = format!(
        "const input = document.querySelector('.file input'), files = new DataTransfer();
         files.items.add(new File([{text}], 'log.jsonl'));
         input.files = files.files;
         input.dispatchEvent(new Event('change', {{ bubbles: true }}));"
    );
    other.script(&choose);
    other.wait("it says so", "document.querySelector('.imported').textContent");
    let said = other.text(".imported");
    assert!(said.starts_with("2 answers added. Line 3 cannot be read"), "{said}");
    wait_for_other(&other, &first);
    wait_for_lines(&other, 2);
    other.script(&choose);
    other.wait(
        "it says so",
        "document.querySelector('.imported').textContent.includes('Nothing new')",
    );
    wait_for_lines(&other, 2);
    assert_eq!(other.console(), Vec::<String>::new());
}

/// Puts these lines into the store under these keys, then loads the page again.
fn put(page: &Page, lines: &Value) {
    let script = format!(
        "const done = arguments[arguments.length - 1];
         const open = indexedDB.open('roundtrip');
         open.onsuccess = () => {{
             const change = open.result.transaction('log', 'readwrite');
             for (const [key, value] of {lines}) change.objectStore('log').put(value, key);
             change.oncomplete = () => {{ open.result.close(); done(true); }};
         }};"
    );
    page.later("the lines are put", &script);
    page.reload();
    ready(page);
}

#[test]
fn a_store_that_is_damaged_or_newer_is_used_as_far_as_it_can_be_read() {
    let page = review(View::default());
    let first = answer(&page, "Space");
    wait_for_lines(&page, 1);
    let device = page.later(
        "the device",
        "const done = arguments[arguments.length - 1];
         const open = indexedDB.open('roundtrip');
         open.onsuccess = () => {
             const get = open.result.transaction('meta').objectStore('meta').get('device');
             get.onsuccess = () => { open.result.close(); done(get.result); };
         };",
    );
    let device = device.as_str().unwrap_or_default().to_owned();
    let newer = r#"{"v":7,"kind":"dream","device":"x","seq":1}"#;
    put(
        &page,
        &serde_json::json!([
            [format!("{device} 2"), r#"{"v":1,"kind":"revi"#],
            ["another", newer],
            ["a number", 42],
        ]),
    );
    page.wait_for("[data-damaged='2']");
    page.wait_for("[data-newer='1']");
    wait_for_other(&page, &first);
    // The next answer's name is taken by a line that cannot be read; it is stored all the same.
    answer(&page, "Space");
    let lines = wait_for_lines(&page, 5);
    assert!(lines.iter().any(|line| line == newer), "{lines:?}");
    page.assert_accessible();
    assert_eq!(page.console(), Vec::<String>::new());
}

#[test]
fn two_tabs_lose_nothing() {
    let page = review(View::default());
    answer(&page, "Space");
    wait_for_lines(&page, 1);
    // The other tab: the same page in a frame of this one, with the same store.
    page.script(
        "const frame = document.createElement('iframe');
         frame.id = 'tab'; frame.src = location.href; frame.width = 1000; frame.height = 700;
         document.body.append(frame);",
    );
    page.wait(
        "the other tab has read the log",
        "document.querySelector('#tab').contentDocument.querySelector('.all-cards .state')",
    );
    // Here one more, which the other does not know of; then one there.
    answer(&page, "Space");
    wait_for_lines(&page, 2);
    page.enter_frame("#tab");
    page.click("[data-act=show]");
    page.click("[data-grade=again]");
    page.leave_frame();
    wait_for_lines(&page, 3);
    // Back here: what was done there is known.
    page.script("window.dispatchEvent(new Event('focus'))");
    page.wait(
        "three answers",
        "document.querySelector('.progress').textContent.startsWith('4 of')",
    );
    assert_eq!(page.console(), Vec::<String>::new());
}

#[test]
fn without_storage_the_review_works_from_memory_and_says_so() {
    let page = open("/");
    // What a sandboxed frame and some private windows answer.
    let refuse = "for (const name of ['indexedDB', 'localStorage'])
        Object.defineProperty(window, name, {
            get() { throw new DOMException('The operation is insecure.', 'SecurityError'); }
        });";
    page.devtools("Page.addScriptToEvaluateOnNewDocument", serde_json::json!({ "source": refuse }));
    page.goto("/cards");
    page.wait_for("[data-keeping=memory]");
    let first = card(&page);
    page.click("[data-act=show]");
    page.click("[data-grade=good]");
    wait_for_other(&page, &first);
    page.click("[data-act=undo]");
    wait_for_card(&page, &first);
    page.assert_accessible();
    assert_eq!(page.console(), Vec::<String>::new());
}

#[test]
fn the_review_holds_in_both_themes_and_on_a_phone() {
    for (theme, width) in [(Theme::Light, 1280), (Theme::Dark, 390)] {
        let page = review(View { theme, width, touch: width < 500, ..View::default() });
        assert_eq!(page.shifts(), Vec::<String>::new(), "at {width} px");
        page.click("[data-act=show]");
        page.wait_for(".answer[role=group]");
        page.assert_accessible();
        page.screenshot(&format!("cards-{width}"));
    }
}

#[test]
fn every_card_reads_without_script() {
    let page = View { script: false, ..View::default() }.open("/cards");
    let cards = page.count(".all-cards li");
    assert!(cards >= 20, "{cards}");
    assert_eq!(page.count(".all-cards li .answer"), cards);
}

#[test]
fn a_diagram_card_hides_one_thing_and_then_marks_it() {
    let page = open("/cards");
    ready(&page);
    page.set("[name=new-per-day]", "50");
    for _ in 0..60 {
        if page.count(".card .figure") == 1 {
            break;
        }
        answer(&page, "3");
    }
    let shown = ".card .figure > :not([style*=none]) .rt-cover";
    page.wait_for(shown);
    let height = page.script("return document.querySelector('.card .figure').offsetHeight");
    page.assert_accessible();
    show(&page);
    assert!(page.count(shown) > 0, "and marked");
    assert_eq!(page.script("return document.querySelector('.card .figure').offsetHeight"), height);
    assert_eq!(page.console(), Vec::<String>::new());
}
