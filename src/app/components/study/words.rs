//! The words of cards and questions: a list of nodes becomes words on the page.

use yew::prelude::*;
use yew::virtual_dom::VTag;

use crate::app::site::Site;
use crate::content::types::{Element, MomentLink, Node};

/// How a text is shown.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Words<'a> {
    /// Where the site lives, for addresses.
    pub(crate) site: &'a Site,
    /// Whether blanks show what they hide.
    pub(crate) filled: bool,
    /// Whether it may hold links: not inside a button, a label or a summary.
    pub(crate) links: bool,
    /// The values that a question has drawn.
    pub(crate) values: &'a [(String, u64)],
}

impl<'a> Words<'a> {
    /// Plain reading text.
    pub(crate) const fn new(site: &'a Site) -> Self {
        Self { site, filled: true, links: true, values: &[] }
    }

    /// The same without links.
    pub(crate) const fn unlinked(self) -> Self {
        Self { links: false, ..self }
    }

    /// The text on the page.
    pub(crate) fn show(&self, nodes: &[Node]) -> Html {
        nodes.iter().map(|node| self.node(node)).collect()
    }

    fn node(&self, node: &Node) -> Html {
        match node {
            Node::Html(html) => raw(html),
            Node::Element(element) => self.element(element),
            Node::Moment(link) => self.moment(link),
            Node::Number(number) => html! { <span class="number">{ &number.text }</span> },
            Node::Term { text, .. } => self.show(text),
            Node::Link { href, text } if self.links => {
                html! { <a href={self.site.file(href)}>{ self.show(text) }</a> }
            }
            Node::Link { text, .. } => self.show(text),
            Node::Blank { answer, hint } => self.blank(answer, hint.as_deref()),
            Node::Value(name) => {
                let value = self.values.iter().find(|(known, _)| known == name);
                let value = value.map_or_else(String::new, |(_, value)| value.to_string());
                html! { <span class="number">{ value }</span> }
            }
        }
    }

    fn element(&self, element: &Element) -> Html {
        let mut tag = VTag::new(element.tag.clone());
        for (name, value) in &element.attrs {
            if let Some(name) = NAMES.iter().find(|known| *known == name) {
                tag.add_attribute(name, value.clone());
            }
        }
        for child in &element.children {
            tag.add_child(self.node(child));
        }
        tag.into()
    }

    fn moment(&self, link: &MomentLink) -> Html {
        if !self.links {
            return self.show(&link.text);
        }
        let href = self.site.file(&link.moment.href());
        html! {
            <a {href} class={classes!("moment", link.moment.protocol.clone())}>
                <span>{ self.show(&link.text) }</span>
            </a>
        }
    }

    /// Answer and question stand in one place and one of them is invisible, so that nothing moves
    /// when the blank is filled.
    fn blank(&self, answer: &str, hint: Option<&str>) -> Html {
        let answer = answer.to_owned();
        let ask = hint.unwrap_or("?").to_owned();
        if self.filled {
            return html! {
                <mark class="blank filled"><b>{ answer }</b><i aria-hidden="true">{ ask }</i></mark>
            };
        }
        let label = hint.map_or_else(|| "blank".to_owned(), |hint| format!("blank: {hint}"));
        html! {
            <span class="blank"><b aria-hidden="true">{ answer }</b>
                <i aria-hidden="true">{ ask }</i><span class="sr">{ label }</span></span>
        }
    }
}

/// Attributes that the content may give to its elements.
const NAMES: [&str; 8] =
    ["class", "id", "start", "scope", "colspan", "role", "tabindex", "aria-label"];

/// HTML of the content compiler. Bare text stays text, so that no element is made for it.
fn raw(html: &str) -> Html {
    if html.contains('<') {
        return Html::from_html_unchecked(AttrValue::from(html.to_owned()));
    }
    let text = html
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&");
    html! { { text } }
}
