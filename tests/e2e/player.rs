//! The player by mouse, keyboard and address, in every place where it stands.

use crate::harness::{Page, View, open, open_foreign};

const SLIDER: &str = "input[data-param=rtt]";

fn clean(page: &Page) {
    assert_eq!(page.console(), Vec::<String>::new());
}

#[test]
fn a_slider_changes_diagram_list_and_address_together() {
    let page = open("/learn/tcp-open");
    let before = page.text("tr[data-kind=syn] td:last-child");
    page.set(SLIDER, "2");
    page.wait("the setting in the address", "location.search.includes('set.rtt=')");
    assert_ne!(page.text("tr[data-kind=syn] td:last-child"), before, "the SYN arrives then");
    assert_eq!(page.attribute("[data-preset=atlantic]", "aria-pressed").as_deref(), Some("false"));
    page.click("[data-action=reset]");
    page.wait("the address as before", "location.search === ''");
    assert_eq!(page.text("tr[data-kind=syn] td:last-child"), before);
    clean(&page);
}

#[test]
fn the_state_in_the_address_survives_a_reload() {
    let page = open("/learn/tcp-open?set.rtt=40ms&mode=steps&step=syn-ack");
    page.wait_for("p.caption[data-step=syn-ack]");
    assert_eq!(page.attribute(SLIDER, "aria-valuetext").as_deref(), Some("40\u{a0}ms"));
    page.click("[data-action=next]");
    page.wait("the next step in the address", "!location.search.includes('step=syn-ack')");
    page.reload();
    page.wait("the same round trip", "location.search.includes('set.rtt=40ms')");
    assert_eq!(page.attribute(SLIDER, "aria-valuetext").as_deref(), Some("40\u{a0}ms"));
    clean(&page);
}

#[test]
fn steps_go_forward_and_back_by_button_and_by_key() {
    let page = open("/learn/tcp-open?step=syn");
    page.wait_for("p.caption[data-step=syn]");
    page.click("[data-action=next]");
    page.wait("another step", "!document.querySelector('p.caption[data-step=syn]')");
    page.click("[data-action=previous]");
    page.wait_for("p.caption[data-step=syn]");
    page.press("End");
    page.wait("the end", "document.querySelector('.clock').textContent.trim().startsWith('250')");
    page.press("Home");
    page.wait("the start", "document.querySelector('.clock').textContent.trim().startsWith('0')");
    clean(&page);
}

#[test]
fn playing_moves_the_clock_and_stops_at_the_end() {
    let page = open("/learn/tcp-open");
    page.click("[data-action=play]");
    page.wait("it plays", "document.querySelector('[data-action=play]').ariaLabel === 'Pause'");
    page.wait(
        "it ends",
        "document.querySelector('[data-action=play]').ariaLabel === 'Play' \
         && document.querySelector('.clock').textContent.trim().startsWith('250')",
    );
    clean(&page);
}

#[test]
fn with_reduced_motion_playing_goes_from_step_to_step() {
    let page = View { still: true, ..View::default() }.open("/learn/tcp-open");
    page.click("[data-action=play]");
    page.wait("the first step", "!!document.querySelector('p.caption[data-step]')");
    let clock = page.text(".clock b").trim().to_owned();
    page.wait(
        "the next one",
        &format!("document.querySelector('.clock b').textContent.trim() !== '{clock}'"),
    );
    let steps = "['0', '50', '100', '150', '200', '250']";
    page.wait(
        "a moment of a step",
        &format!("{steps}.includes(document.querySelector('.clock b').textContent.trim())"),
    );
    clean(&page);
}

#[test]
fn a_message_is_dropped_by_mouse_and_the_old_future_is_compared() {
    let page = open("/learn/tcp-open");
    page.click("tr[data-kind=syn-ack] button");
    page.click("[data-deed=drop]");
    page.wait("the fault in the address", "location.search.includes('fault=drop:syn-ack%231')");
    assert!(page.text(".fault").contains("You dropped"), "{}", page.text(".fault"));
    page.click("[data-action=changes]");
    page.wait_for("dialog[open] .changes li");
    assert!(page.count(".changes li") > 1);
    page.press("Escape");
    page.wait("no dialog", "!document.querySelector('dialog[open]')");
    page.click("[data-action=mend]");
    page.wait("no fault", "!document.querySelector('.fault')");
    clean(&page);
}

#[test]
fn a_message_is_dropped_by_keyboard_alone() {
    let page = open("/learn/tcp-open");
    page.script("document.querySelector('.stage').focus()");
    page.press("]");
    page.wait_for(".hand");
    page.press("d");
    page.wait("the fault in the address", "location.search.includes('fault=drop:syn%231')");
    clean(&page);
}

#[test]
fn keys_outside_of_the_player_do_nothing_to_it() {
    let page = open("/learn/tcp-open");
    page.script("document.activeElement.blur()");
    page.press("Home");
    assert!(page.text(".clock").trim().starts_with("250"), "{}", page.text(".clock"));
    clean(&page);
}

#[test]
fn a_field_and_its_bytes_light_up_together() {
    let page = open("/learn/tcp-open");
    page.click(".layer.tcp [data-field=seq]");
    page.wait("four bytes", "document.querySelectorAll('.hex .on').length === 4");
    assert!(page.text(".meaning").contains("RFC 9293"), "{}", page.text(".meaning"));
    clean(&page);
}

#[test]
fn the_list_is_filtered_by_words() {
    let page = open("/learn/tcp-slow-start");
    page.write(".list-tools input", "syn server");
    page.wait("one row", "document.querySelectorAll('.messages tbody tr').length <= 2");
    page.write(".list-tools input", " nonsense");
    page.wait("a way out", "document.querySelector('.messages').textContent.includes('Show all')");
    clean(&page);
}

#[test]
fn what_an_address_gets_wrong_is_named_and_the_rest_works() {
    let page = open(
        "/learn/tcp-open?set.rtt=banana&set.lost-syn=1&step=sin-ack&mode=slow&foo=1&set.loss=2%25",
    );
    page.wait_for("[data-notice=address]");
    let said = page.text("[data-notice=address]");
    for part in ["banana", "lost-syns", "syn-ack", "slow", "foo"] {
        assert!(said.contains(part), "{part} is not in: {said}");
    }
    assert_eq!(
        page.attribute("input[data-param=loss]", "aria-valuetext").as_deref(),
        Some("2\u{a0}%")
    );
    page.click("[data-notice=address] button");
    page.wait("it goes", "!document.querySelector('[data-notice=address]')");
    clean(&page);
}

#[test]
fn words_of_a_chapter_move_the_diagram_beside_them() {
    let page = open("/course/tcp-open");
    page.click("a[data-moment=syn-ack]");
    page.wait_for("p.caption[data-step=syn-ack]");
    page.wait_for("a.moment.now[data-moment=syn-ack]");
    clean(&page);
}

#[test]
fn the_readers_network_changes_the_numbers_of_a_chapter() {
    let page = open("/course/tcp-open");
    let before = page.text(".value[data-ask=connect]");
    page.click("[data-action=network]");
    page.set("input[data-param=my-rtt]", "3");
    page.wait(
        "another number",
        &format!("document.querySelector('.value[data-ask=connect]').textContent !== '{before}'"),
    );
    page.reload();
    page.wait(
        "the network is kept",
        &format!("document.querySelector('.value[data-ask=connect]').textContent !== '{before}'"),
    );
    clean(&page);
}

#[test]
fn an_embed_runs_in_somebody_elses_page() {
    let page = open_foreign(
        "<!doctype html><title>Slides</title><button>slide</button>\
         <iframe src='SITE/embed/tcp-open?start=syn-ack&controls=min&theme=dark' \
         width='960' height='540' sandbox='allow-scripts allow-same-origin'></iframe>",
    );
    page.enter_frame("iframe");
    page.wait_for("section.player[data-live=true] p.caption[data-step=syn-ack]");
    assert_eq!(page.attribute("html", "data-theme").as_deref(), Some("dark"));
    page.click("[data-action=next]");
    page.wait("the next step", "!document.querySelector('p.caption[data-step=syn-ack]')");
    page.leave_frame();
    let focus = page.script("return document.activeElement.tagName");
    assert_eq!(focus, "BODY", "the frame must not take the keyboard");
}

#[test]
fn an_embed_runs_in_a_frame_without_an_origin() {
    let page = open_foreign(
        "<!doctype html><title>Slides</title>\
         <iframe src='SITE/embed/tcp-open?controls=min&theme=projector' \
         width='960' height='540' sandbox='allow-scripts'></iframe>",
    );
    page.enter_frame("iframe");
    page.wait_for("section.player[data-live=true]");
    let ground = page
        .script("return getComputedStyle(document.querySelector('.embed-page')).backgroundColor");
    assert_eq!(ground, "rgb(0, 0, 0)", "the style sheets must be readable from there");
}

#[test]
fn an_embed_names_what_it_leaves_out() {
    let page = open("/embed/tcp-open?theme=pink&controls=many&set.rtt=40ms");
    page.wait("one notice", "document.querySelectorAll('.notice li').length === 3");
    page.wait_for("section.player[data-live=true]");
    clean(&page);
}

#[test]
fn the_menu_writes_a_capture_with_its_keys_and_a_log() {
    let page = open("/learn/tls-handshake");
    page.script(
        "const make = URL.createObjectURL;
         URL.createObjectURL = (blob) => {
             blob.text().then((text) => { window.saved = text; });
             return make.call(URL, blob);
         }",
    );
    page.click("[data-action=share]");
    page.click("[data-save=pcapng]");
    page.wait("a capture", "window.saved?.startsWith('\\n\\r\\r\\n')");
    assert_eq!(page.script("return window.saved.includes('CLIENT_TRAFFIC_SECRET_0')"), true);
    page.wait(
        "the word",
        "document.querySelector('[data-saved]').textContent.includes('.pcapng is with')",
    );
    page.click("[data-save=qlog]");
    page.wait("a log", "window.saved.startsWith('\\u001e{\"file_schema\"')");
    clean(&page);
}

#[test]
fn the_dialog_gives_the_code_of_a_live_preview() {
    let page = open("/learn/tcp-open?set.rtt=40ms");
    page.click("[data-action=share]");
    page.wait_for("dialog[open] iframe");
    let code = page.script("return document.querySelectorAll('dialog textarea')[1].value");
    let code = code.as_str().unwrap_or_default();
    assert!(code.contains("/embed/tcp-open?set.rtt=40ms") && code.contains("<iframe"), "{code}");
}

#[test]
fn every_kind_of_wrong_address_says_what_there_is_instead() {
    for path in ["/course/nope", "/learn/tcp-opn", "/lern/tcp-open"] {
        let page = open(path);
        page.wait_for("main[data-missing] h1");
        assert!(page.count("main[data-missing] a") > 3, "{path} leads nowhere");
        assert_eq!(page.count(".stopped"), 0, "{path}");
    }
    let page = open("/learn/tcp-opn");
    page.wait(
        "the nearest",
        "document.querySelector('.nearest a').href.endsWith('/learn/tcp-open')",
    );
    let quiz = open("/quiz/nope");
    quiz.wait("a way on", "document.querySelectorAll('main h1, main a').length > 1");
    let embed = open("/embed/tcp-opn");
    embed.wait_for(".notice");
    assert_eq!(embed.count("header.bar"), 0, "an embed has no bar");
    assert!(embed.text(".notice").contains("tcp-open"), "{}", embed.text(".notice"));
}
