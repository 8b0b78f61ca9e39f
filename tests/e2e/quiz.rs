//! Quizzes: each kind of question answered right and wrong, by mouse, thumb and keyboard.

use crate::harness::{Page, Theme, View, open};

/// Opens the quiz and goes to the first question of a kind.
fn question(view: View, id: &str) -> Page {
    let page = view.open("/quiz/tcp-open");
    go_to(&page, id);
    page
}

/// Goes on, answering nothing of substance, until this question is on the screen.
fn go_to(page: &Page, id: &str) {
    for _ in 0..40 {
        let asked = here(page);
        if asked == id {
            return;
        }
        give_any(page);
        check(page);
        next(page, &asked);
    }
    panic!("there is no question {id}");
}

/// The question on the screen.
fn here(page: &Page) -> String {
    let id =
        page.script("return document.querySelector('[data-question]')?.dataset.question ?? ''");
    id.as_str().unwrap_or_default().to_owned()
}

/// Gives an answer, whatever it is.
fn give_any(page: &Page) {
    let given = page.script(
        "const form = document.querySelector('form');
         const set = (field, value) => {
             Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), 'value').set.call(field, value);
             field.dispatchEvent(new Event('input', { bubbles: true }));
             field.dispatchEvent(new Event('change', { bubbles: true }));
         };
         form.querySelector('.option input')?.click();
         for (const select of form.querySelectorAll('select')) set(select, select.options[1].value);
         const field = form.querySelector('.line-input');
         if (field) set(field, '1');
         return true;",
    );
    assert_eq!(given, true);
}

fn check(page: &Page) {
    page.click("form button[type=submit]");
    page.wait_for(".verdict-line");
}

fn next(page: &Page, than: &str) {
    page.click("[data-act=next]");
    page.wait(
        "the next question",
        &format!(
            "(document.querySelector('[data-question]')?.dataset.question ?? '') !== '{than}'"
        ),
    );
}

fn score(page: &Page) -> String {
    page.attribute(".verdict-line", "data-score").unwrap_or_default()
}

/// Asks the same question again.
fn again(page: &Page) {
    page.click("[data-act=again]");
    page.wait("it is asked again", "document.querySelector('form')");
}

/// Chooses the options whose text begins like one of these.
fn choose(page: &Page, texts: &[&str]) {
    for text in texts {
        let place = page.script(&format!(
            "return [...document.querySelectorAll('label.option')]
                 .find((row) => row.textContent.trim().startsWith({text:?}))?.dataset.option ?? 'none'"
        ));
        page.click(&format!("label.option[data-option='{}']", place.as_str().unwrap_or("none")));
    }
}

#[test]
fn a_choice_has_a_reason_on_every_row() {
    let page = question(View::default(), "tcp-open.q-ack-means");
    check_missing(&page, "Choose an answer first.");
    choose(&page, &["The request was carried out"]);
    check(&page);
    assert_eq!(score(&page), "0");
    assert_eq!(page.script("return document.activeElement.className"), "verdict-line wrong");
    assert!(page.text(".quiz .option.wrong").contains("Your answer"));
    assert!(page.text(".quiz .option.wrong .why").contains("Only an answer from the program"));
    assert!(page.text(".quiz .option.right").contains("Correct"));
    assert_eq!(page.count(".quiz .option .why"), 3);
    page.assert_accessible();
    again(&page);
    choose(&page, &["The bytes reached the server"]);
    check(&page);
    assert_eq!(score(&page), "1000");
    page.wait_for(".beside-question .player svg");
    assert_eq!(page.console(), Vec::<String>::new());
}

fn check_missing(page: &Page, said: &str) {
    page.click("form button[type=submit]");
    page.wait(
        "it says what is missing",
        &format!("document.querySelector('.missing').textContent === {said:?}"),
    );
}

#[test]
fn a_question_is_answered_by_keyboard_alone() {
    let page = open("/quiz/tcp-open");
    page.script("document.querySelector('label.option input').focus()");
    page.press("Space");
    page.press("ArrowDown");
    page.press("Enter");
    page.wait_for(".verdict-line");
    let asked = here(&page);
    page.press("Enter");
    page.wait(
        "the next",
        &format!("document.querySelector('[data-question]').dataset.question !== '{asked}'"),
    );
    assert!(page.text(".progress").starts_with("Question 2 of"), "{}", page.text(".progress"));
    assert_eq!(page.console(), Vec::<String>::new());
}

#[test]
fn several_choices_earn_their_share() {
    let page = question(View::default(), "tcp-open.q-takes-seq");
    choose(&page, &["SYN"]);
    check(&page);
    assert_eq!(score(&page), "333");
    again(&page);
    choose(&page, &["SYN", "FIN", "A byte of data"]);
    check(&page);
    assert_eq!(score(&page), "1000");
    assert_eq!(page.console(), Vec::<String>::new());
}

/// The items as they stand, by their place in the right order.
fn order(page: &Page) -> Vec<usize> {
    let items = page.script(
        "return [...document.querySelectorAll('.arrange')].map((row) => +row.dataset.item)",
    );
    let items = items.as_array().cloned().unwrap_or_default();
    items.iter().filter_map(|item| usize::try_from(item.as_u64()?).ok()).collect()
}

#[test]
fn items_are_ordered_by_buttons_and_by_keys() {
    let page = question(View::default(), "tcp-open.q-order");
    let start = order(&page);
    assert!(!start.is_sorted(), "{start:?}");
    check(&page);
    assert_ne!(score(&page), "1000");
    page.assert_accessible();
    again(&page);
    // By mouse: the item that belongs first goes up until it is there.
    while order(&page)[0] != 0 {
        page.click(".arrange[data-item='0'] [data-move=up]");
    }
    // By keyboard: the others by their number, with the focus on one of their buttons.
    for place in 1..start.len() {
        page.script(&format!(
            "document.querySelector(\".arrange[data-item='{place}'] button:not(:disabled)\").focus()"
        ));
        page.press(&(place + 1).to_string());
        page.wait(
            "it has moved",
            &format!(
                "[...document.querySelectorAll('.arrange')][{place}].dataset.item === '{place}'"
            ),
        );
        let focus =
            page.script("return document.activeElement.closest('.arrange')?.dataset.item ?? ''");
        assert_eq!(focus, place.to_string().as_str(), "the focus stays with the row");
    }
    check(&page);
    assert_eq!(score(&page), "1000");
    assert_eq!(page.console(), Vec::<String>::new());
}

#[test]
fn a_word_is_compared_kindly_and_near_misses_have_their_reason() {
    let page = question(View::default(), "tcp-open.q-close-wait");
    page.write(".line-input", "time wait");
    check(&page);
    assert_eq!(score(&page), "0");
    assert!(page.text(".quiz .option.wrong .why").contains("closed first"));
    again(&page);
    page.write(".line-input", "close_wait");
    page.press("Enter");
    page.wait_for(".verdict-line");
    assert_eq!(score(&page), "1000");
    assert_eq!(page.console(), Vec::<String>::new());
}

/// The first number in the question.
fn rtt(page: &Page) -> u64 {
    let text = page.text(".question .num");
    text.parse().unwrap_or_else(|_| panic!("{text:?} is no number"))
}

#[test]
fn numbers_are_fresh_on_every_try_and_come_from_the_engine() {
    let page = question(View::default(), "tcp-open.q-first-reply");
    let mut seen = Vec::new();
    for _ in 0..3 {
        let rtt = rtt(&page);
        assert!(!seen.contains(&rtt), "{rtt} again");
        seen.push(rtt);
        page.write(".line-input", &format!("{} ms", 2 * rtt));
        check(&page);
        assert_eq!(score(&page), "1000", "{rtt}");
        again(&page);
    }
    page.write(".line-input", "7");
    check(&page);
    assert_eq!(score(&page), "0");
    again(&page);
    page.write(".line-input", "soon");
    check_missing(&page, "Write a number, such as 150 or 1.5.");
    assert_eq!(page.console(), Vec::<String>::new());
}

#[test]
fn the_next_event_of_a_paused_run_is_predicted() {
    let page = question(View::default(), "tcp-open.q-lost-syn-ack");
    page.wait_for(".beside-question .figure svg");
    choose(&page, &["It waits for the server"]);
    check(&page);
    assert_eq!(score(&page), "0");
    again(&page);
    choose(&page, &["It sends the same SYN again"]);
    check(&page);
    assert_eq!(score(&page), "1000");
    page.wait_for(".beside-question .player svg");
    page.assert_accessible();
    assert_eq!(page.console(), Vec::<String>::new());
}

#[test]
fn pairs_are_matched_from_lists_by_thumb() {
    let page = question(View { width: 390, touch: true, ..View::default() }, "tcp-open.q-failures");
    check_missing(&page, "4 lines are still without their match.");
    let pair = |left: usize, right: usize| {
        page.set(&format!("[data-item='{left}'] select"), &right.to_string());
    };
    for left in 0..4 {
        pair(left, (left + 1) % 4);
    }
    check(&page);
    assert_eq!(score(&page), "0");
    assert_eq!(page.count(".instead"), 4);
    again(&page);
    for left in 0..4 {
        pair(left, left);
    }
    check(&page);
    assert_eq!(score(&page), "1000");
    assert_eq!(page.console(), Vec::<String>::new());
}

#[test]
fn the_end_has_the_score_and_every_choice_and_the_log_has_the_attempts() {
    let page = open("/quiz/tcp-open");
    let all = page
        .script("return +document.querySelector('.progress').textContent.match(/of (\\d+)/)[1]");
    let all = all.as_u64().unwrap_or(0);
    assert!(all >= 12, "{all}");
    for _ in 0..all {
        let asked = here(&page);
        give_any(&page);
        check(&page);
        if page.text("[data-act=next]").starts_with("See the result") {
            page.click("[data-act=next]");
            break;
        }
        next(&page, &asked);
    }
    page.wait_for(".result");
    assert!(page.text(".result h2").contains(&format!("of {all}")), "{}", page.text(".result h2"));
    assert_eq!(page.count(".result .review-list > li"), usize::try_from(all).unwrap_or(0));
    page.click(".result .review-list > li summary");
    page.wait_for(".result details[open] .option .why");
    page.assert_accessible();
    page.screenshot("quiz-result");
    page.reload();
    // Question 3 is a number: it has been tried once, so the next values are asked for.
    page.wait("the log was read", "true");
    go_to(&page, "tcp-open.q-first-reply");
    assert_ne!(rtt(&page), 10);
    assert_eq!(page.console(), Vec::<String>::new());
}

#[test]
fn the_quiz_holds_in_both_themes_and_on_a_phone() {
    for (theme, width) in [(Theme::Light, 1280), (Theme::Dark, 390)] {
        let view = View { theme, width, touch: width < 500, ..View::default() };
        let page = view.open("/quiz/tcp-open");
        assert_eq!(page.shifts(), Vec::<String>::new(), "at {width} px");
        give_any(&page);
        check(&page);
        page.wait_for(".beside-question .player svg");
        page.assert_accessible();
        page.screenshot(&format!("quiz-{width}"));
        let wide = page.script("return document.documentElement.scrollWidth");
        assert!(wide.as_u64() <= Some(u64::from(width)), "{wide} at {width}");
    }
}

#[test]
fn a_quiz_reads_without_script() {
    let page = View { script: false, ..View::default() }.open("/quiz/tcp-open");
    let answers = page.count(".all-answers .review-list > li");
    assert!(answers >= 12, "{answers}");
    assert_eq!(page.count(".all-answers .explain"), answers);
    assert!(page.count(".all-answers .option.right") >= answers);
}

#[test]
fn an_unknown_quiz_names_those_that_there_are() {
    let page = View { script: false, ..View::default() }.open("/quiz/tcp-opn");
    assert!(page.count("h1") == 1);
}
