//! A diagram on the page: the tree of SVG elements as nodes, made again only where it changes.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use yew::prelude::*;
use yew::virtual_dom::{Key, VNode, VTag};

use super::stage::Laid;
use crate::app::engine;
use crate::bridge::Look;
use crate::bridge::questions::{Draw, Names, Now};
use crate::diagram::plan::Part;
use crate::diagram::svg::{Element, HEAD, Layers};
use crate::diagram::{Plan, Px, heads};
use crate::sim::time::Instant;
use crate::sim::trace::PacketId;

/// What is to be seen of a diagram.
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct DrawingProps {
    pub(crate) laid: Shared<Laid>,
    /// The playhead; none shows the finished run.
    pub(crate) playhead: Option<Instant>,
    pub(crate) selected: Option<PacketId>,
    /// Whether what is still to come is drawn.
    pub(crate) future: bool,
    /// What the ids of this drawing begin with.
    pub(crate) id: AttrValue,
    pub(crate) title: AttrValue,
    pub(crate) desc: AttrValue,
    /// The reader points at a message.
    #[prop_or_default]
    pub(crate) on_choose: Callback<PacketId>,
    #[prop_or_default]
    pub(crate) class: Classes,
}

/// Something shared that is compared by identity: it is made anew when it changes.
#[derive(Debug)]
pub(crate) struct Shared<T>(pub(crate) Rc<T>);

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Self(Rc::clone(&self.0))
    }
}

impl<T> PartialEq for Shared<T> {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

/// A diagram with the names of its lanes.
#[component]
pub(crate) fn Drawing(props: &DrawingProps) -> Html {
    let Laid { lay, plan } = &*props.laid.0;
    let look = || Look {
        playhead: props.playhead,
        selected: props.selected,
        future: props.future,
        id: props.id.to_string(),
        title: props.title.to_string(),
        desc: props.desc.to_string(),
    };
    // What does not depend on where the playhead is.
    let still = use_memo(
        (
            props.laid.clone(),
            props.playhead.is_some(),
            props.selected,
            props.future,
            props.desc.clone(),
        ),
        |_| engine::ask(&Draw { lay: lay.clone(), look: look() }).flatten().map(Still::of),
    );
    let moving = props.playhead.and_then(|_| engine::ask(&Now { lay: lay.clone(), look: look() }));
    let (now, passed) = moving.flatten().unzip();
    let labels = use_memo((Shared(Rc::clone(&still)), passed), |_| {
        let names = passed.and_then(|_| engine::ask(&Names { lay: lay.clone(), look: look() }));
        names.flatten().map(|names| Shared(Rc::new(names)))
    });
    let Some(still) = still.as_ref() else { return html! {} };
    let onclick = props.on_choose.reform(|packet| packet);
    let onclick = Callback::from(move |event: MouseEvent| {
        if let Some(packet) = packet_of(&event) {
            onclick.emit(packet);
        }
    });
    let mut root = start(&still.root);
    for child in &still.root.children {
        root.add_child(node(child));
    }
    root.add_child(drawn(&still.back));
    let window = |part| plan.window(props.playhead, part);
    if let Some(next) = &still.next {
        root.add_child(windowed(next, &window(Part::Next), "next"));
    }
    root.add_child(windowed(&still.past, &window(Part::Past), "past"));
    root.add_child(node(now.as_ref().unwrap_or(&still.now)));
    root.add_child(drawn(labels.as_ref().as_ref().unwrap_or(&still.labels)));
    root.add_child(drawn(&still.hits));
    html! {
        <div class={classes!("drawing", props.class.clone())} {onclick}>
            { lanes(plan) }
            { VNode::from(root) }
        </div>
    }
}

/// The layers, as they are until the playhead moves.
struct Still {
    root: Element,
    back: Shared<Element>,
    next: Option<Shared<Element>>,
    past: Shared<Element>,
    now: Element,
    labels: Shared<Element>,
    hits: Shared<Element>,
}

impl Still {
    fn of(layers: Layers) -> Self {
        let share = |element| Shared(Rc::new(element));
        Self {
            root: layers.root,
            back: share(layers.back),
            next: layers.next.map(share),
            past: share(layers.past),
            now: layers.now,
            labels: share(layers.labels),
            hits: share(layers.hits),
        }
    }
}

/// A part of a drawing.
#[derive(Clone, PartialEq, Properties)]
struct DrawnProps {
    element: Shared<Element>,
    /// Whether only its children are meant.
    #[prop_or_default]
    inside: bool,
}

/// A part of a drawing that is left alone as long as it is the same.
#[component]
fn Drawn(props: &DrawnProps) -> Html {
    let element = &props.element.0;
    if props.inside {
        return element.children.iter().map(node).collect();
    }
    node(element)
}

fn drawn(element: &Shared<Element>) -> VNode {
    html! { <Drawn element={element.clone()} /> }
}

/// An inner picture that shows the part above or below the playhead.
fn windowed(
    element: &Shared<Element>,
    window: &[(&'static str, String)],
    key: &'static str,
) -> VNode {
    let mut tag = VTag::new("svg");
    tag.key = Some(Key::from(key));
    tag.add_attribute("class", element.0.get("class").unwrap_or_default().to_owned());
    for (name, value) in window {
        tag.add_attribute(name, value.clone());
    }
    tag.add_child(html! { <Drawn element={element.clone()} inside={true} /> });
    VNode::from(tag)
}

fn start(element: &Element) -> VTag {
    let mut tag = VTag::new(element.tag);
    for (name, value) in &element.attrs {
        // In a page the parser knows the name space; as an attribute it would be another one.
        if *name != "xmlns" {
            tag.add_attribute(name, value.clone());
        }
    }
    tag
}

/// An element as a node of the page.
pub(crate) fn node(element: &Element) -> VNode {
    let mut tag = start(element);
    tag.key = element.key.clone().map(Key::from);
    if !element.text.is_empty() {
        tag.add_child(VNode::from(element.text.clone()));
    }
    tag.add_children(element.children.iter().map(node));
    VNode::from(tag)
}

/// The names of the lanes; they stay while the drawing scrolls.
fn lanes(diagram: &Plan) -> Html {
    let px = |length: Px| diagram.to_page(length).to_string();
    let high = px(HEAD);
    html! {
        <div class="lanes" aria-hidden="true">
            <svg width={diagram.page_width().to_string()} height={high.clone()}
                viewBox={format!("0 0 {} {high}", diagram.page_width())}>
                { for diagram.lanes.iter().map(|lane| {
                    let x = px(lane.head.x);
                    html! {
                        <>
                            <text class="f-ink" x={x.clone()} y={px(lane.head.y)} text-anchor="middle"
                                font-size={px(lane.head.size)} font-weight="600">{ lane.title }</text>
                            <text class="f-ink-2" {x} y={px(heads::UNDER)} text-anchor="middle"
                                font-size={px(heads::SMALL)}>{ lane.subtitle.clone() }</text>
                        </>
                    }
                }) }
            </svg>
        </div>
    }
}

/// The packet whose line the reader points at.
fn packet_of(event: &MouseEvent) -> Option<PacketId> {
    let target = event.target()?.dyn_into::<web_sys::Element>().ok()?;
    let line = target.closest("[data-packet]").ok().flatten()?;
    line.get_attribute("data-packet")?.parse().ok().map(PacketId)
}
