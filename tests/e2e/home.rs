//! The home page.

use crate::harness::{Theme, View, open};

#[test]
fn home_starts_without_a_word_on_the_console() {
    let page = open("/");
    assert_eq!(page.console(), Vec::<String>::new());
    assert!(page.title().contains("Roundtrip"), "{}", page.title());
}

#[test]
fn home_does_not_move_while_it_wakes_up() {
    for width in [390, 1280] {
        let page = View { width, ..View::default() }.open("/");
        assert_eq!(page.layout_shift(), 0.0, "at {width} px");
    }
}

#[test]
fn home_breaks_no_rule_of_accessibility() {
    for theme in [Theme::Light, Theme::Dark] {
        let page = View { theme, ..View::default() }.open("/");
        page.assert_accessible();
    }
}

#[test]
fn an_unknown_address_says_so_with_status_404() {
    let page = open("/lern/tcp-open");
    assert_eq!(
        page.script("return performance.getEntriesByType('navigation')[0].responseStatus"),
        404
    );
}
