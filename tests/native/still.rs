//! The pages without the program: numbers to remember, and the course on paper.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;

use super::site::{read, site};

/// The values of an attribute in a page.
fn values<'a>(html: &'a str, key: &str) -> Vec<&'a str> {
    let mark = format!(" {key}=\"");
    html.split(mark.as_str()).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

#[test]
fn pages_without_the_program_start_nothing_and_leave_nothing_to_press() {
    for file in ["numbers/index.html", "print/index.html"] {
        let html = read(site(), file);
        assert!(!html.contains("start.js") && !html.contains("rt-data"), "{file}");
        assert!(!html.contains("<button") && !html.contains("<form"), "{file}");
        assert!(!html.contains("<!--["), "{file}: marks of components");
        assert!(html.contains("href=\"glossary/\""), "{file} has the foot");
    }
}

#[test]
fn names_are_given_once_and_links_within_a_page_lead_somewhere() {
    for (file, own) in [("numbers/index.html", "numbers/#"), ("print/index.html", "print/#")] {
        let html = read(site(), file);
        let ids = values(&html, "id");
        let known: BTreeSet<&str> = ids.iter().copied().collect();
        assert_eq!(ids.len(), known.len(), "{file}");
        let links = values(&html, "href").into_iter().filter_map(|href| href.strip_prefix(own));
        let lost: Vec<&str> = links.filter(|anchor| !known.contains(anchor)).collect();
        assert_eq!(lost, Vec::<&str>::new(), "{file}");
    }
}

#[test]
fn the_course_on_paper_has_every_chapter_with_its_pictures_and_messages() {
    let html = read(site(), "print/index.html");
    let course = read(site(), "data/course.json");
    let course: serde_json::Value = serde_json::from_str(&course).unwrap();
    let parts = course["parts"].as_array().unwrap();
    let chapters = parts.iter().flat_map(|part| part["chapters"].as_array().unwrap());
    for chapter in chapters.filter(|chapter| !chapter["minutes"].is_null()) {
        let id = chapter["id"].as_str().unwrap();
        let start = format!("<article class=\"paper-chapter\" id=\"{id}\">");
        let (_, text) = html.split_once(&start).unwrap_or_else(|| panic!("{id} is missing"));
        let text = text.split("</article>").next().unwrap();
        assert!(text.contains("<svg") && text.contains("class=\"messages"), "{id}");
        assert!(text.contains("<details open>"), "{id}");
    }
    assert!(html.contains("noindex"));
    assert!(!read(site(), "sitemap.xml").contains("/print/"));
}

#[test]
fn the_numbers_are_those_of_the_engine() {
    let html = read(site(), "numbers/index.html");
    let row = html.split("<tr>").find(|row| row.contains("one lost SYN")).unwrap();
    assert!(row.contains("<span class=\"value\">1100\u{a0}ms</span>"), "{row}");
    assert!(read(site(), "sitemap.xml").contains("/numbers/</loc>"));
    assert!(read(site(), "data/search.json").contains("numbers/#waiting"));
}
