//! The reader's own network: everything follows it, but what an author has fixed.

use crate::harness::{Page, View, open};

/// Opens a page for a reader with a network of their own.
fn with_network(view: View, line: &str, path: &str) -> Page {
    let page = view.open("/cards");
    page.script(&format!("localStorage.setItem('roundtrip.network', '{line}')"));
    page.goto(path);
    page.wait_for("[data-action=network]:not(:disabled)");
    page
}

/// What the default shows in a place, and what another network shows there.
fn both(path: &str, line: &str, what: &str, wake: &str) -> (String, String) {
    let usual = open(path);
    usual.script(&format!(
        "document.querySelector(\"{wake}\").scrollIntoView({{ block: 'center' }})"
    ));
    usual.wait_for(wake);
    let before = usual.text(what);
    drop(usual);
    let page = with_network(View::default(), line, path);
    page.script(&format!(
        "document.querySelector(\"{wake}\").scrollIntoView({{ block: 'center' }})"
    ));
    let script = format!(
        "document.querySelector(\"{what}\").textContent.trim() !== {}",
        serde_json::json!(before.trim())
    );
    page.wait(&format!("{what} on {path} to follow the network"), &script);
    (before, page.text(what))
}

#[test]
fn numbers_diagrams_and_sums_follow_the_readers_network() {
    let number = ".prose .value[data-ask]:not([disabled])";
    let (before, after) = both("/course/tcp-open", "rtt=40ms", number, number);
    assert_ne!(before, after);
    let clock = "section.player[data-live=true] .clock";
    for path in ["/course/tcp-open", "/learn/tcp-open"] {
        let (before, after) = both(path, "rtt=40ms", clock, "section.player");
        assert_ne!(before, after, "{path}");
    }
    let total = ".legs-box .total b";
    let (before, after) = both("/", "rtt=40ms", total, total);
    assert!(before.contains("350") && after.contains("170"), "{before}, {after}");
    let quic = "[data-stack=quic] td.n b";
    let (before, after) = both("/", "rtt=40ms", quic, quic);
    assert!(before.contains("250") && after.contains("130"), "{before}, {after}");
}

#[test]
fn an_embed_is_of_the_page_that_holds_it_and_not_of_the_readers_network() {
    let page = View::default().open("/cards");
    page.script("localStorage.setItem('roundtrip.network', 'rtt=40ms')");
    page.goto("/embed/tcp-open?controls=full");
    page.wait_for("section.player[data-live=true]");
    assert!(page.text("section.player").contains("250"), "{}", page.text("section.player"));
}

#[test]
fn every_page_says_that_the_network_is_not_the_usual_and_one_click_resets_it() {
    for (width, path) in
        [(1280, "/course/tcp-open"), (1280, "/cards"), (390, "/"), (390, "/learn/tcp-loss")]
    {
        let view = View { width, ..View::default() };
        let page = with_network(view, "rtt=40ms loss=1%", path);
        page.wait_for(".net.own");
        assert!(page.text(".net.own").contains("40"), "{path}");
        // A drawing of another network may be taller; what says so moves nothing.
        if width > 1000 {
            assert_eq!(page.shifts(), Vec::<String>::new(), "{path} at {width} px");
        }
        page.click(".bar [data-action=reset-network]");
        page.wait("the usual network", "!document.querySelector('.net.own')");
        let kept = page.script("return localStorage.getItem('roundtrip.network')");
        assert_eq!(kept.as_str(), Some(""), "{path}");
    }
}

#[test]
fn moving_the_server_away_changes_every_bar() {
    let page = open("/");
    let distance = "[data-stacks] [data-param=my-distance]";
    page.wait_for(&format!("{distance}:not(:disabled)"));
    page.set(distance, "16");
    page.wait(
        "the other side of the Earth",
        "document.querySelector('[data-stacks]').textContent.includes('20,015')",
    );
    let slow = page.text("[data-stack=tls12] td.n b");
    assert!(slow.contains("1698"), "20 + 4 × 412 + 30 ms: {slow}");
    assert!(page.text("[data-stack=warm] .words").starts_with("Request 206"));
    page.click("[data-stacks] [data-action=reset-network]");
    page.wait(
        "the usual network",
        "document.querySelector('[data-stack=tls12] td.n b').textContent.includes('450')",
    );
}

#[test]
fn the_first_page_shows_the_stack_that_is_chosen() {
    let page = open("/");
    let choice = ".legs-box [data-param=stack]";
    page.wait_for(&format!("{choice}:not(:disabled)"));
    page.script(&format!(
        "const choice = document.querySelector('{choice}'); choice.value = 'quic-0rtt';
         choice.dispatchEvent(new Event('change', {{ bubbles: true }}))"
    ));
    page.wait(
        "the request over QUIC",
        "document.querySelector('.legs-box .total b').textContent.includes('150')",
    );
    assert_eq!(page.count(".legs-box [data-leg=QUIC]"), 1);
    page.wait(
        "its drawing",
        "!document.querySelector('.hero .player .drawing').textContent.includes('SYN-ACK')",
    );
    assert_eq!(page.console(), Vec::<String>::new());
}
