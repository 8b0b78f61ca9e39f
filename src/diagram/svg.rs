//! A picture of a diagram as a tree of elements.
//!
//! [`draw`] makes a whole picture. A page that moves the playhead takes the same picture in
//! [`Layers`], so that only what depends on the playhead is made again:
//!
//! - `back`, `next`, `past` and `hits` depend on the diagram, the theme and the selection, and on
//!   whether there is a playhead, not on where it is. `next` holds the future, thin; `past` holds
//!   what has happened. Each is an inner `svg` element that shows the part above or below the
//!   playhead: only the attributes that [`Plan::window`](plan::Plan::window) gives change, their children never.
//! - `labels` changes when a message begins ([`passed`] grows), `now` with every move.
//!
//! They lie above each other in the order `back`, `next`, `past`, `now`, `labels`, `hits`.
//! Colours are resolved values, and every coloured element also has the class `f-…` (fill) or
//! `s-…` (stroke) of its token, by which a page's style sheet changes the theme.

use super::canvas::Canvas;
use super::draw;
pub use super::element::Element;
use super::parts::Diagram;
use super::plan;
pub use super::plan::Part;
use super::px::Px;
use super::text::FAMILY;
use super::tokens::{Theme, Token};
use crate::sim::time::Instant;
use crate::sim::trace::PacketId;

/// What is to be seen of a diagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct View<'a> {
    /// The moment shown; `None` shows the finished run without a playhead.
    pub playhead: Option<Instant>,
    /// The chosen packet.
    pub selected: Option<PacketId>,
    /// Whether what is still to come is drawn, thin.
    pub future: bool,
    /// The resolved colours.
    pub theme: Theme,
    /// What the ids of this picture begin with; unique on a page.
    pub id: &'a str,
    /// The title, for those who cannot see the picture.
    pub title: &'a str,
    /// What is to be seen, in words.
    pub desc: &'a str,
}

impl Default for View<'_> {
    fn default() -> Self {
        Self {
            playhead: None,
            selected: None,
            future: true,
            theme: Theme::Light,
            id: "rt",
            title: "Sequence diagram",
            desc: "",
        }
    }
}

/// One picture of a diagram.
#[derive(Clone, Copy, Debug)]
pub struct Scene<'a> {
    /// The diagram.
    pub diagram: &'a Diagram,
    /// What is to be seen of it.
    pub view: View<'a>,
}

impl Diagram {
    /// A picture of it.
    pub const fn scene<'a>(&'a self, view: View<'a>) -> Scene<'a> {
        Scene { diagram: self, view }
    }
}

/// A picture in the parts that change at different times; see the module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layers {
    /// The `svg` element with title and description, without anything drawn.
    pub root: Element,
    /// Lanes, clock, gaps and, if the future is drawn, states.
    pub back: Element,
    /// What is still to come; `None` without a playhead or a future.
    pub next: Option<Element>,
    /// What has happened.
    pub past: Element,
    /// The playhead, packets on their way, handles of the selection.
    pub now: Element,
    /// The names of messages.
    pub labels: Element,
    /// Wide invisible lines that take the pointer: each has `data-packet`.
    pub hits: Element,
}

/// How many messages have begun, or are drawn at all: the labels change only with it.
pub fn passed(scene: &Scene<'_>) -> u32 {
    draw::passed(scene)
}

/// The layer `now` alone, for a page that moves the playhead.
pub fn now(scene: &Scene<'_>) -> Element {
    let canvas = Canvas::new(scene.view.theme, scene.diagram.scale);
    group("rt-now", draw::now(scene, &canvas))
}

/// The layer `labels` alone, for a page that moves the playhead.
pub fn labels(scene: &Scene<'_>) -> Element {
    let canvas = Canvas::new(scene.view.theme, scene.diagram.scale);
    group("rt-labels", draw::labels(scene, &canvas))
}

fn group(class: &'static str, children: Vec<Element>) -> Element {
    Element { children, ..Element::new("g").attr("class", class).key(class) }
}

/// The picture in its layers.
pub fn layers(scene: &Scene<'_>) -> Layers {
    let canvas = Canvas::new(scene.view.theme, scene.diagram.scale);
    let diagram = scene.diagram;
    let (width, height) = (diagram.page_width(), diagram.page_height());
    let cut = scene.view.playhead.map_or(height, |at| diagram.y(at));
    let window = |part| plan::window((width, height), cut, part);
    let inner = |class, part, children| Element {
        attrs: [("class", String::from(class))].into_iter().chain(window(part)).collect(),
        children,
        ..Element::new("svg").key(class)
    };
    let with_future = scene.view.future || scene.view.playhead.is_none();
    let mut back = draw::frame(scene, &canvas);
    let mut past = Vec::new();
    let known = if with_future { &mut back } else { &mut past };
    known.extend(draw::ticks(scene, &canvas));
    known.extend(draw::states(scene, &canvas));
    past.extend(draw::timers(scene, &canvas, Part::Past));
    past.extend(draw::messages(scene, &canvas, Part::Past));
    let next = (scene.view.future && scene.view.playhead.is_some()).then(|| {
        let mut next = draw::timers(scene, &canvas, Part::Next);
        next.extend(draw::messages(scene, &canvas, Part::Next));
        inner("rt-next", Part::Next, next)
    });
    Layers {
        root: root(scene, scene.diagram.page_height()),
        back: group("rt-back", back),
        next,
        past: inner("rt-past", Part::Past, past),
        now: group("rt-now", draw::now(scene, &canvas)),
        labels: group("rt-labels", draw::labels(scene, &canvas)),
        hits: group("rt-hits", draw::hits(scene, &canvas)),
    }
}

/// The whole picture, for a page or as the beginning of a file.
pub fn draw(scene: &Scene<'_>) -> Element {
    let layers = layers(scene);
    let mut svg = layers.root;
    svg.children.push(layers.back);
    svg.children.extend(layers.next);
    svg.children.extend([layers.past, layers.now, layers.labels, layers.hits]);
    svg
}

/// The picture for a file: with its ground and the names of the lanes, without hit lines.
pub fn standalone(scene: &Scene<'_>) -> Element {
    let canvas = Canvas::new(scene.view.theme, scene.diagram.scale);
    let head = scene.diagram.to_page(HEAD);
    let (width, height) = (scene.diagram.page_width(), scene.diagram.page_height() + head);
    let layers = layers(scene);
    let mut svg = root(scene, height);
    let ground = Element::new("rect").attr("width", width).attr("height", height);
    svg.children.push(canvas.fill(ground, Token::Stage));
    svg.children.extend(draw::head(scene, &canvas));
    let mut stage = Element::new("g").attr("transform", format!("translate(0 {head})"));
    stage.children.push(layers.back);
    stage.children.extend(layers.next);
    stage.children.extend([layers.past, layers.now, layers.labels]);
    svg.child(stage)
}

/// The height of the names of the lanes above the stage, at scale 1.
pub const HEAD: Px = Px::new(42);

fn root(scene: &Scene<'_>, height: Px) -> Element {
    let (width, id) = (scene.diagram.page_width(), scene.view.id);
    Element::new("svg")
        .attr("xmlns", "http://www.w3.org/2000/svg")
        .attr("class", "rt")
        .attr("width", width)
        .attr("height", height)
        .attr("viewBox", format!("0 0 {width} {height}"))
        .attr("role", "img")
        .attr("aria-labelledby", format!("{id}-t {id}-d"))
        .attr("font-family", FAMILY)
        .child(Element::new("title").attr("id", format!("{id}-t")).text(scene.view.title))
        .child(Element::new("desc").attr("id", format!("{id}-d")).text(scene.view.desc))
}
