//! Pages without the program: what is read or printed and never changes.
//!
//! They carry no data and start nothing. Their links are relative to the page's `base`.

use super::template::escape;
use crate::content::types::{Block, Chapter, Element, Node};

/// A page with bar and foot around its text.
pub(super) fn page(main: &str, class: &str, here: &str) -> String {
    let link = |(href, name): (&str, &str)| {
        let current = if href == here { " aria-current=\"page\"" } else { "" };
        format!("<a href=\"{href}\"{current}>{name}</a>")
    };
    let links: String = LINKS.into_iter().map(link).collect();
    format!(
        "<div class=\"site\"><header class=\"bar still\">\
         <a class=\"skip\" href=\"{here}#main\">Skip to the text</a>\
         <a class=\"brand\" href=\"./\">{MARK}Roundtrip</a>\
         <nav aria-label=\"Main\">{links}</nav></header>\
         <main class=\"{class}\" id=\"main\" tabindex=\"-1\">{main}</main>\
         <footer class=\"foot-page\"><div><span>Roundtrip runs in your browser: no account, no \
         server, no tracking.</span><a href=\"truth/\">How true is this?</a>\
         <a href=\"glossary/\">Glossary</a></div></footer></div>"
    )
}

/// The links of the bar.
const LINKS: [(&str, &str); 4] =
    [("./", "Course"), ("cards/", "Review"), ("learn/", "Scenarios"), ("numbers/", "Numbers")];

/// The mark, as in the bar of other pages.
const MARK: &str = "<svg width=\"22\" height=\"20\" viewBox=\"0 0 22 20\" aria-hidden=\"true\">\
    <path d=\"M2 1v18M20 1v18\" opacity=\".45\"></path><path d=\"m2 3 18 7-18 7\"></path></svg>";

/// The text of the page of numbers.
pub(super) fn numbers(page: &Chapter) -> String {
    let mut out = format!("<h1>{}</h1>", escape(&page.title));
    out.push_str(&format!("<p class=\"lead\">{}</p><div class=\"prose\">", nodes(&page.summary)));
    for block in &page.blocks {
        match block {
            Block::Html(html) => out.push_str(html),
            Block::Text(node) => out.push_str(&nodes(core::slice::from_ref(node))),
            Block::Heading { level, id, text } => {
                let (id, text) = (escape(id), nodes(text));
                out.push_str(&format!("<h{level} id=\"{id}\">{text}</h{level}>"));
            }
            // The compiler lets nothing else into this page.
            _ => {}
        }
    }
    let sources: String = page.sources.iter().map(|source| source.html.as_str()).collect();
    out.push_str(&format!(
        "<section class=\"sources\" aria-labelledby=\"sources\"><h2 id=\"sources\">Sources</h2>\
         <ol>{sources}</ol></section></div>"
    ));
    out
}

/// A text as it stands on paper: moments and terms are links to where they can be looked at.
pub(super) fn nodes(list: &[Node]) -> String {
    list.iter().map(node).collect()
}

fn node(node: &Node) -> String {
    match node {
        Node::Html(html) => html.clone(),
        Node::Element(Element { tag, attrs, children }) => {
            let attrs = attrs.iter().map(|(key, value)| format!(" {key}=\"{}\"", escape(value)));
            format!("<{tag}{}>{}</{tag}>", attrs.collect::<String>(), nodes(children))
        }
        Node::Moment(link) => {
            format!("<a href=\"{}\">{}</a>", escape(&link.moment.href()), nodes(&link.text))
        }
        Node::Number(number) => format!("<span class=\"value\">{}</span>", escape(&number.text)),
        Node::Term { id, text } => {
            format!("<a class=\"term\" href=\"glossary/#{}\">{}</a>", escape(id), nodes(text))
        }
        Node::Link { href, text } => format!("<a href=\"{}\">{}</a>", escape(href), nodes(text)),
        Node::Blank { answer, .. } => escape(answer),
        Node::Value(name) => format!("{{{}}}", escape(name)),
    }
}
