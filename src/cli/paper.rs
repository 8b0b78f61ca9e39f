//! The whole course as one page, to be printed.
//!
//! Each chapter is what its own page shows before the program runs, so pictures and lists of
//! messages are there; what can only be pressed goes, and every name gets its chapter's in front.

use super::still;
use super::template::escape;
use crate::content::compile::Site;
use crate::content::types::Term;

/// The text of the page; `chapters` are the pages of the chapters by their names, as HTML.
pub(super) fn course(site: &Site, base: &str, chapters: &[(String, String)]) -> String {
    let mut out = format!("<h1>{}</h1>", escape(&site.course.title));
    out.push_str(
        "<p class=\"lead\">The whole course for paper or a PDF: every chapter with its diagrams as \
         pictures and their messages as lists, the glossary, and the numbers to remember. Computed \
         numbers are those of a network with a round trip of 100 ms.</p>\
         <nav class=\"paper-list\" aria-label=\"Chapters\"><ol>",
    );
    for (id, _) in chapters {
        let title = site.course.chapter(id).map_or("", |(_, chapter)| chapter.title.as_str());
        out.push_str(&format!("<li><a href=\"{PAGE}#{id}\">{}</a></li>", escape(title)));
    }
    out.push_str("</ol></nav>");
    for (id, page) in chapters {
        let text = below(&own(&plain(page), id, base));
        out.push_str(&format!("<article class=\"paper-chapter\" id=\"{id}\">{text}</article>"));
    }
    out.push_str("<article class=\"paper-chapter prose\" id=\"glossary\">");
    out.push_str(&below("<h1>Glossary</h1><dl>"));
    out.extend(site.terms.iter().map(term));
    out.push_str("</dl></article>");
    if let Some(numbers) = &site.numbers {
        let text = below(&own(&still::numbers(numbers), "numbers", base));
        out.push_str(&format!("<article class=\"paper-chapter\" id=\"numbers\">{text}</article>"));
    }
    out
}

/// A text whose title is one of several on the page.
fn below(text: &str) -> String {
    text.replace("<h1>", "<h2 class=\"paper-title\">").replace("</h1>", "</h2>")
}

/// The address of the page.
pub(super) const PAGE: &str = "print/";

fn term(term: &Term) -> String {
    let short = term.short.as_ref().filter(|short| **short != term.name);
    let short = short.map(|short| format!(" ({})", escape(short))).unwrap_or_default();
    let text = still::nodes(&term.text);
    format!("<dt id=\"term-{}\">{}{short}</dt><dd>{text}</dd>", term.id, escape(&term.name))
}

/// What stands in the main part of a page, without what needs the program.
fn plain(page: &str) -> String {
    let main = page.split_once("<main").and_then(|(_, rest)| rest.split_once('>'));
    let main = main.map_or("", |(_, rest)| rest.split("</main>").next().unwrap_or_default());
    let mut text = uncommented(main);
    // Words that open something stay words.
    for class in ["value", "term", "moment", "row"] {
        text = worded(&text, class);
    }
    for start in [
        "<button",
        "<form",
        "<input",
        "<select",
        "<g class=\"rt-hits\"",
        "<section aria-label=\"Check",
        "<div class=\"inline-cards\"",
        "<nav aria-label=\"Onward\"",
        "<div class=\"drawing w320\"",
        "<div class=\"drawing w720\"",
    ] {
        text = without(&text, start);
    }
    // What every chapter has is no landmark of a page with all of them.
    for name in ["able", "short", "sources", "takeaways"] {
        text = text.replace(&format!(" aria-labelledby=\"{name}\""), "");
    }
    text = text.replace(" role=\"region\"", " role=\"group\"");
    text.replace("<details>", "<details open>")
}

/// The text without comments.
fn uncommented(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("<!--") {
        out.push_str(before);
        rest = after.split_once("-->").map_or("", |(_, after)| after);
    }
    out + rest
}

/// The text with the buttons of a class as words.
fn worded(text: &str, class: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("<button") {
        out.push_str(before);
        let (head, body) = after.split_once('>').unwrap_or((after, ""));
        let (words, behind) = body.split_once("</button>").unwrap_or((body, ""));
        if head.contains(&format!("class=\"{class}")) {
            out.push_str(&format!("<span class=\"{class}\">{words}</span>"));
        } else {
            out.push_str(&format!("<button{head}>{words}</button>"));
        }
        rest = behind;
    }
    out + rest
}

/// The text without the elements that start like this.
fn without(text: &str, start: &str) -> String {
    let name: String = start.chars().skip(1).take_while(char::is_ascii_alphanumeric).collect();
    let (open, close) = (format!("<{name}"), format!("</{name}>"));
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(start) {
        let (before, element) = rest.split_at(at);
        out.push_str(before);
        rest = element.get(end(element, &open, &close)..).unwrap_or_default();
    }
    out + rest
}

/// Where the element that a text starts with ends.
fn end(element: &str, open: &str, close: &str) -> usize {
    let head = element.find('>').map_or(element.len(), |at| at + 1);
    if open == "<input" || element.get(..head).is_some_and(|head| head.ends_with("/>")) {
        return head;
    }
    let (mut at, mut depth) = (head, 1_u32);
    while depth > 0 {
        let Some(rest) = element.get(at..) else { return element.len() };
        let (next_open, next_close) = (rest.find(open), rest.find(close));
        match (next_open, next_close) {
            (_, None) => return element.len(),
            (Some(inner), Some(outer)) if inner < outer => {
                at += inner + open.len();
                depth += 1;
            }
            (_, Some(outer)) => {
                at += outer + close.len();
                depth -= 1;
            }
        }
    }
    at
}

/// The text with the name of its chapter in front of every name of its own, and links between
/// chapters within this page.
fn own(text: &str, id: &str, base: &str) -> String {
    let mut text = text.to_owned();
    for key in ["id", "for", "aria-labelledby", "aria-describedby", "aria-controls"] {
        text = text.replace(&format!(" {key}=\""), &format!(" {key}=\"{id}-"));
    }
    text = text.replace("url(#", &format!("url(#{id}-"));
    for course in [format!("href=\"{base}/course/"), "href=\"course/".to_owned()] {
        let mut out = String::with_capacity(text.len());
        let mut rest = text.as_str();
        while let Some((before, after)) = rest.split_once(&course) {
            let (path, behind) = after.split_once('"').unwrap_or((after, ""));
            let (chapter, anchor) = path.split_once('#').unwrap_or((path, ""));
            let chapter = chapter.trim_end_matches('/');
            let anchor = if anchor.is_empty() { String::new() } else { format!("-{anchor}") };
            out.push_str(&format!("{before}href=\"{PAGE}#{chapter}{anchor}\""));
            rest = behind;
        }
        text = out + rest;
    }
    text.replace("href=\"numbers/#", &format!("href=\"{PAGE}#numbers-"))
}

#[test]
fn an_element_goes_with_all_that_is_in_it() {
    let text = "a<div class=\"x\"><div>b</div>c</div>d<div>e</div>";
    assert_eq!(without(text, "<div class=\"x\""), "ad<div>e</div>");
    assert_eq!(without("a<input id=\"i\">b", "<input"), "ab");
    assert_eq!(without("a<button>b", "<button"), "a");
}

#[test]
fn names_and_links_belong_to_their_chapter() {
    let text = "<h2 id=\"a\"></h2><a href=\"/s/course/x/#b\"></a><a href=\"course/x/\"></a>";
    assert_eq!(
        own(text, "c", "/s"),
        "<h2 id=\"c-a\"></h2><a href=\"print/#x-b\"></a><a href=\"print/#x\"></a>"
    );
}

#[test]
fn a_number_stays_and_what_is_pressed_goes() {
    let page = "<main id=\"m\"><!-- x --><p><button type=\"button\" class=\"value\">1 ms</button>\
                <button>Play</button></p></main>";
    assert_eq!(plain(page), "<p><span class=\"value\">1 ms</span></p>");
}
