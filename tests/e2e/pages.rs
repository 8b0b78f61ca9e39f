//! What holds for every page of the site, whatever it shows.

use crate::harness::{Page, Theme, View, open, routes};

/// Opens every page in turn and hands it over.
fn on_every_page(view: View, look: impl Fn(&Page, &str)) {
    let routes = routes();
    let page = view.open(&routes[0]);
    look(&page, &routes[0]);
    for route in &routes[1..] {
        page.goto(route);
        look(&page, route);
    }
}

#[test]
fn every_page_starts_without_a_word_on_the_console() {
    on_every_page(View::default(), |page, route| {
        assert_eq!(page.console(), Vec::<String>::new(), "{route}");
        assert!(!page.title().is_empty(), "{route} has no title");
    });
}

/// Scenarios whose pages stand for those of all: what wakes up is the same player.
const SAMPLE: [&str; 5] = ["tcp-open", "tcp-close", "tcp-loss", "tcp-slow-start", "http1-get"];

#[test]
fn no_page_moves_while_it_wakes_up() {
    for width in [390, 1280] {
        on_every_page(View { width, ..View::default() }, |page, route| {
            let of_scenario =
                ["/learn/", "/embed/"].iter().find_map(|kind| route.strip_prefix(kind));
            if of_scenario.is_some_and(|name| !SAMPLE.contains(&name.trim_end_matches('/'))) {
                return;
            }
            assert_eq!(page.shifts(), Vec::<String>::new(), "{route} at {width} px");
        });
    }
}

#[test]
fn no_page_breaks_a_rule_of_accessibility() {
    for (theme, width) in [(Theme::Light, 1280), (Theme::Dark, 390)] {
        on_every_page(View { theme, width, ..View::default() }, |page, _| page.assert_accessible());
    }
}

#[test]
fn no_page_is_wider_than_a_phone() {
    for width in [320, 390] {
        on_every_page(View { width, touch: true, ..View::default() }, |page, route| {
            assert_eq!(page.overhang(), Vec::<String>::new(), "{route} at {width} px");
        });
    }
}

#[test]
fn every_page_reads_without_script() {
    on_every_page(View { script: false, ..View::default() }, |page, route| {
        assert_eq!(page.count("h1"), 1, "{route}: one heading says what it is");
        let words = page.text("main").split_whitespace().count();
        assert!(words > 10, "{route}: {words} words are no page");
        assert!(
            page.count("figure svg") <= page.count("table"),
            "{route}: a diagram without its list"
        );
    });
}

#[test]
fn an_unknown_address_says_so_with_status_404() {
    let page = View { script: false, ..View::default() }.open("/lern/tcp-open");
    let status = "return performance.getEntriesByType('navigation')[0].responseStatus";
    assert_eq!(page.script(status), 404);
    assert_eq!(page.count("h1"), 1);
}

#[test]
fn a_link_leads_on_and_back_without_loading_anew() {
    let page = open("/");
    page.script("window.kept = true");
    page.click("main a[href*='/course/tcp-open']");
    page.wait("the chapter", "location.pathname.includes('/course/tcp-open')");
    page.wait("its heading", "document.querySelector('h1').textContent.includes('TCP')");
    page.script("history.back()");
    page.wait("home again", "location.pathname === '/'");
    assert_eq!(page.script("return window.kept"), true);
    assert_eq!(page.console(), Vec::<String>::new());
}
