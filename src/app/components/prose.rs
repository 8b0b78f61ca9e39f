//! Text with something alive in it: the words of chapters, cards and questions.

use yew::prelude::*;
use yew::virtual_dom::{VNode, VTag};

use super::moment::MomentWords;
use super::number::ComputedNumber;
use super::term::TermWords;
use crate::app::site::use_site;
use crate::content::types::{Element, MomentLink, Node};

/// A text.
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct TextProps {
    pub(crate) nodes: Vec<Node>,
    /// Whether the blanks of a cloze card show what they hide.
    #[prop_or(true)]
    pub(crate) shown: bool,
    /// The values that a question has drawn.
    #[prop_or_default]
    pub(crate) values: Vec<(String, u64)>,
    /// Whether something in it may be pressed: not inside a label, a button or a summary.
    #[prop_or(true)]
    pub(crate) links: bool,
}

/// A text.
#[component]
pub(crate) fn Text(props: &TextProps) -> Html {
    let base = use_site().base;
    let TextProps { shown, values, links, .. } = props;
    let writer = Writer { base, shown: *shown, values, links: *links };
    writer.all(&props.nodes)
}

/// What all nodes of a text share.
struct Writer<'a> {
    base: AttrValue,
    shown: bool,
    values: &'a [(String, u64)],
    links: bool,
}

impl Writer<'_> {
    fn all(&self, nodes: &[Node]) -> Html {
        nodes.iter().map(|node| self.node(node)).collect()
    }

    fn node(&self, node: &Node) -> Html {
        match node {
            Node::Html(html) => raw(html),
            Node::Moment(MomentLink { text, .. })
            | Node::Term { text, .. }
            | Node::Link { text, .. }
                if !self.links =>
            {
                self.all(text)
            }
            Node::Element(element) => self.element(element),
            Node::Moment(link) => {
                html! { <MomentWords link={link.clone()}>{ self.all(&link.text) }</MomentWords> }
            }
            Node::Number(number) => {
                html! { <ComputedNumber number={number.clone()} opens={self.links} /> }
            }
            Node::Term { id, text } => {
                html! { <TermWords id={id.clone()}>{ self.all(text) }</TermWords> }
            }
            Node::Link { href, text } => {
                let href = format!("{}/{href}", self.base);
                html! { <a {href}>{ self.all(text) }</a> }
            }
            Node::Blank { answer, hint } => blank(answer, hint.as_deref(), self.shown),
            Node::Value(name) => {
                let value = self.values.iter().find(|(known, _)| known == name);
                let text =
                    value.map_or_else(|| format!("{{{name}}}"), |(_, value)| value.to_string());
                html! { <b class="num">{ text }</b> }
            }
        }
    }

    fn element(&self, element: &Element) -> Html {
        let mut tag = VTag::new(element.tag.clone());
        for (key, value) in &element.attrs {
            if let Some(key) = ATTRS.iter().find(|known| *known == key) {
                tag.add_attribute(key, value.clone());
            }
        }
        tag.add_children(element.children.iter().map(|child| self.node(child)));
        VNode::from(tag)
    }
}

/// The attributes that an element of a text may have.
const ATTRS: [&str; 10] =
    ["class", "id", "start", "scope", "colspan", "role", "tabindex", "aria-label", "href", "rel"];

/// Our own HTML; words alone stay words.
pub(crate) fn raw(html: &str) -> Html {
    if html.contains(['<', '&']) {
        return Html::from_html_unchecked(AttrValue::from(html.to_owned()));
    }
    html! { html.to_owned() }
}

/// A blank of a cloze card. Answer and question stand in one place and one of them is invisible,
/// so that nothing moves when the blank is filled.
fn blank(answer: &str, hint: Option<&str>, shown: bool) -> Html {
    let answer = answer.to_owned();
    let ask = hint.unwrap_or("?").to_owned();
    if shown {
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
