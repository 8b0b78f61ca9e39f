//! The glossary: `glossary.md`, a heading for each term.

use pulldown_cmark::Tag;

use super::Cx;
use super::deck::{attributes, sections};
use super::origin::Origin;
use super::target::{Place, narrow};
use super::text::Text;
use super::tree::{Kind, parse, words};
use crate::content::problem::File;
use crate::content::types::Term;

/// Compiles every term, by name.
pub(super) fn compile(cx: &Cx<'_>) -> Vec<Term> {
    let Some(file) = cx.file("content/glossary.md") else { return Vec::new() };
    let pieces = parse(&file.text);
    let mut terms: Vec<Term> = sections(cx, file, &pieces)
        .into_iter()
        .filter_map(|(heading, body)| term(cx, file, heading, body))
        .collect();
    terms.sort_by_key(|term| (term.name.to_lowercase(), term.id.clone()));
    for pair in terms.windows(2) {
        if let [a, b] = pair
            && a.id == b.id
        {
            cx.error(file, &find(file, &b.id), format!("the term `{}` is explained twice", b.id));
        }
    }
    terms
}

/// The last place where an id is given.
fn find(file: &File, id: &str) -> core::ops::Range<usize> {
    let needle = format!("#{id}");
    file.text.rfind(&needle).map_or(0..0, |at| at..at + needle.len())
}

fn term(
    cx: &Cx<'_>,
    file: &File,
    heading: &super::tree::Md,
    body: &[super::tree::Md],
) -> Option<Term> {
    let origin = Origin::exact(file, 0);
    let given = attributes(cx, file, heading, &["short", "see"], false);
    let name = words(&heading.children);
    if name.trim().is_empty() {
        cx.error(file, &heading.range, "the term has no words");
    }
    let paragraph = body.first().filter(|piece| matches!(piece.kind, Kind::Tag(Tag::Paragraph)));
    let Some(paragraph) = paragraph else {
        cx.error(
            file,
            &heading.range,
            format!("the term `{name}` is not explained: a paragraph must follow"),
        );
        return None;
    };
    if let Some(more) = body.get(1) {
        cx.error(file, &more.range, "a term has one paragraph");
    }
    let see = given.value("see").and_then(|see| {
        let at = narrow(&origin, &heading.range, see);
        cx.moment(see, &at, Place { file, chapter: None }).map(|(moment, _)| moment)
    });
    Some(Term {
        id: given.id?,
        name,
        short: given.attrs.iter().find(|(key, _)| key == "short").map(|(_, value)| value.clone()),
        text: Text::plain(*cx, origin).inline(&paragraph.children),
        see,
    })
}
