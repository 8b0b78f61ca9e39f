//! A state machine drawn from its table.
//!
//! States stand in rows by their distance from the first; arrows carry the numbers of a list that
//! says what makes the machine move. The first state stands again at the foot, so that the way
//! home does not cross the way out. What leads home from many states is said in words only.

use super::canvas::{Canvas, Stroke};
use super::element::Element;
use super::options::Scale;
use super::parts::{Anchor, Text};
use super::px::{Dir, Point, Px, Quad, distance};
use super::text::{self, FAMILY, Weight};
use super::tokens::{Theme, Token};
use crate::sim::machine::Machine;
use crate::sorted::{SortedMap, sort_by_key};

/// A drawn state machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatePicture {
    /// The picture.
    pub svg: Element,
    /// What the numbers on the arrows mean.
    pub arrows: Vec<ArrowNote>,
    /// What leads from many states to the first: the words, and from which.
    pub home: Vec<(&'static str, Vec<&'static str>)>,
}

/// What a number on an arrow means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArrowNote {
    /// The number.
    pub number: u32,
    /// The state before.
    pub from: &'static str,
    /// What makes it move, in words.
    pub on: &'static str,
    /// The state after.
    pub to: &'static str,
}

/// From how many states on an arrow home is said in words.
const MANY: usize = 4;
/// The height of a box, and the distance of rows.
const BOX: Px = Px::new(28);
const ROW: Px = Px::new(74);
/// The radius of a number's circle.
const CIRCLE: Px = Px::new(8);

/// A box: a state, or the first state again at the foot.
struct Node {
    state: &'static str,
    center: Point,
    half: Px,
}

/// Draws a machine in this width; `current` is the state it is in, filled.
pub fn draw(machine: &Machine, width: i32, current: Option<&str>, theme: Theme) -> StatePicture {
    let width = Px::new(width.clamp(280, 1600));
    let canvas = Canvas::new(theme, Scale::Page);
    let (arrows, home) = arrows(machine);
    let nodes = nodes(machine, &arrows, width);
    let rows = nodes.iter().map(|node| node.center.y).max().unwrap_or_default();
    let height = rows + BOX / 2 + Px::new(10);
    let mut svg = Element::new("svg")
        .attr("xmlns", "http://www.w3.org/2000/svg")
        .attr("class", "rt-states")
        .attr("width", width)
        .attr("height", height)
        .attr("viewBox", format!("0 0 {width} {height}"))
        .attr("role", "img")
        .attr("aria-label", machine.title)
        .attr("font-family", FAMILY);
    let mut numbers: Vec<Quad> = Vec::new();
    let mut circles = Vec::new();
    for arrow in &arrows {
        let Some((start, end)) = ends(&nodes, arrow, machine) else { continue };
        let bend = bend(&nodes, (start, end));
        if let Some(bend) = bend {
            svg.children.push(canvas.line(start, bend, &Stroke::new(Token::Edge, 125)));
        }
        svg.children.extend(line(&canvas, bend.unwrap_or(start), end));
        let way = (bend.unwrap_or(start), end);
        circles.extend(number(&canvas, way, bend, arrow.number, &mut numbers));
    }
    for node in &nodes {
        svg.children.extend(state(&canvas, node, current == Some(node.state)));
    }
    svg.children.extend(circles);
    StatePicture { svg, arrows, home }
}

type Home = Vec<(&'static str, Vec<&'static str>)>;

/// The arrows that are drawn, numbered, and those that lead home from many states.
fn arrows(machine: &Machine) -> (Vec<ArrowNote>, Home) {
    let first = machine.states.first().copied().unwrap_or_default();
    let mut homeward: SortedMap<&str, Vec<&'static str>> = SortedMap::new();
    for arrow in machine.transitions.iter().filter(|arrow| arrow.to == first) {
        homeward.get_or_default(arrow.on).push(arrow.from);
    }
    let many = |on: &str| homeward.get(on).is_some_and(|from| from.len() >= MANY);
    let mut out: Vec<ArrowNote> = Vec::new();
    let mut home: Home = Vec::new();
    for arrow in machine.transitions {
        if arrow.to == first && many(arrow.on) {
            if home.iter().all(|(on, _)| *on != arrow.on) {
                home.push((arrow.on, homeward.get(arrow.on).cloned().unwrap_or_default()));
            }
            continue;
        }
        let number = u32::try_from(out.len() + 1).unwrap_or(u32::MAX);
        out.push(ArrowNote { number, from: arrow.from, on: arrow.on, to: arrow.to });
    }
    (out, home)
}

/// How many arrows a state is from the first, by the longest way that does not turn back.
fn ranks(machine: &Machine, arrows: &[ArrowNote]) -> SortedMap<&'static str, usize> {
    let place = |state: &str| machine.states.iter().position(|other| *other == state);
    let mut ranks: SortedMap<&'static str, usize> =
        machine.states.iter().map(|state| (*state, 0)).collect();
    // The table lists states in the order of a life; arrows against it do not count.
    for _ in machine.states {
        for arrow in arrows.iter().filter(|arrow| place(arrow.from) < place(arrow.to)) {
            let from = ranks.get(arrow.from).copied().unwrap_or(0);
            let to = ranks.get_or_default(arrow.to);
            *to = (*to).max(from + 1);
        }
    }
    ranks
}

fn nodes(machine: &Machine, arrows: &[ArrowNote], width: Px) -> Vec<Node> {
    let ranks = ranks(machine, arrows);
    let last = ranks.values().max().copied().unwrap_or(0);
    let first = machine.states.first().copied();
    let mut out: Vec<Node> = Vec::new();
    for rank in 0..=last + 1 {
        let of_rank = machine.states.iter().filter(|state| ranks.get(*state) == Some(&rank));
        let mut row: Vec<&'static str> = of_rank.copied().collect();
        if rank == last + 1 {
            row.extend(first);
        }
        // Each stands as nearly as may be below those from which it is reached.
        let wish = |state: &&'static str| {
            let above = arrows.iter().filter(|arrow| arrow.to == *state);
            let xs: Vec<Px> = above
                .filter_map(|arrow| out.iter().find(|node| node.state == arrow.from))
                .map(|node| node.center.x)
                .collect();
            let count = i32::try_from(xs.len()).unwrap_or(1).max(1);
            xs.into_iter().fold(Px::ZERO, |sum, x| sum + x) / count
        };
        sort_by_key(&mut row, wish);
        let count = i32::try_from(row.len()).unwrap_or(1).max(1);
        let y = Px::new(10) + BOX / 2 + ROW * i32::try_from(rank).unwrap_or(0);
        for (state, nth) in row.into_iter().zip(0_i32..) {
            let x = width * (nth * 2 + 1) / (count * 2);
            let half = text::width(state, Px::new(11), Weight::Bold) / 2 + Px::new(8);
            out.push(Node { state, center: Point::new(x, y), half });
        }
    }
    out
}

/// The box of a state: the upper one for the way out, the lower one for the way home.
fn find<'a>(nodes: &'a [Node], state: &str, lower: bool) -> Option<&'a Node> {
    let mut found = nodes.iter().filter(|node| node.state == state);
    if lower { found.next_back() } else { found.next() }
}

/// Where an arrow leaves its first box and meets its second.
fn ends(nodes: &[Node], arrow: &ArrowNote, machine: &Machine) -> Option<(Point, Point)> {
    let home = machine.states.first() == Some(&arrow.to);
    let (from, to) = (find(nodes, arrow.from, false)?, find(nodes, arrow.to, home)?);
    let border = |node: &Node, other: &Node| {
        let toward = other.center.x;
        let side = if other.center.y > node.center.y { 1 } else { -1 };
        if other.center.y == node.center.y {
            let side = if other.center.x > node.center.x { 1 } else { -1 };
            return Point::new(node.center.x + node.half * side, node.center.y);
        }
        // Arrows of one box spread along its border towards where they go.
        let lean = (toward - node.center.x).percent(15);
        let most = node.half - Px::new(8);
        let lean = lean.max(-most).min(most);
        Point::new(node.center.x + lean, node.center.y + BOX / 2 * side)
    };
    Some((border(from, to), border(to, from)))
}

/// Where an arrow goes round a box that stands in its way.
fn bend(nodes: &[Node], (start, end): (Point, Point)) -> Option<Point> {
    let way = Quad::line(start, end, Px::new(12));
    let hit = nodes.iter().find(|node| {
        let (x, y) = (node.center.x, node.center.y);
        let inside = y > start.y.min(end.y) && y < start.y.max(end.y);
        let corners = Quad::upright(x - node.half, y - BOX / 2, x + node.half, y + BOX / 2);
        inside && way.meets(&corners)
    })?;
    let aside = hit.half + CIRCLE + Px::new(8);
    let left = (start.x + end.x) / 2 < hit.center.x;
    let x = if left { hit.center.x - aside } else { hit.center.x + aside };
    Some(Point::new(x, hit.center.y))
}

fn line(canvas: &Canvas, start: Point, end: Point) -> Vec<Element> {
    let dir = Dir::between(start, end);
    let stroke = Stroke::new(Token::Edge, 125);
    let length = distance(start, end);
    let corner = |along, up| start.moved(dir, along, up);
    let (tip, neck) = (length - Px::new(1), length - Px::new(9));
    let half = Px::hundredths(350);
    let head = [corner(tip, Px::ZERO), corner(neck, half), corner(neck, -half)];
    let head = canvas.fill(canvas.polygon(&head), Token::Edge);
    vec![canvas.line(start, corner(neck, Px::ZERO), &stroke), head]
}

/// The number of an arrow in a circle on it, clear of other numbers.
fn number(
    canvas: &Canvas,
    (start, end): (Point, Point),
    bend: Option<Point>,
    number: u32,
    taken: &mut Vec<Quad>,
) -> Vec<Element> {
    let dir = Dir::between(start, end);
    let length = distance(start, end);
    // On a bend it stands at the bend, where no other arrow comes near.
    let shares = [42, 55, 30, 65, 22, 75].map(|share| length.percent(share));
    let on_line = shares.into_iter().map(|along| start.moved(dir, along, Px::ZERO));
    let places: Vec<Point> = bend.into_iter().chain(on_line).collect();
    let quad = |center: Point| {
        let reach = CIRCLE + Px::new(1);
        Quad::upright(center.x - reach, center.y - reach, center.x + reach, center.y + reach)
    };
    let free = places
        .iter()
        .copied()
        .find(|center| taken.iter().all(|other| !other.meets(&quad(*center))));
    let Some(center) = free.or_else(|| places.first().copied()) else { return Vec::new() };
    taken.push(quad(center));
    let circle = canvas.fill(canvas.circle(center, CIRCLE), Token::Stage);
    let circle = canvas.stroke(circle, &Stroke::new(Token::Edge, 100));
    let text = Text::plain(&number.to_string(), 11, Weight::Regular, Token::Ink2);
    let text = text.at(center.x, center.y + Px::new(4), Anchor::Middle);
    vec![circle, canvas.text(&text, false)]
}

fn state(canvas: &Canvas, node: &Node, current: bool) -> Vec<Element> {
    let (x, y, high) = (node.center.x, node.center.y, BOX / 2);
    let rect =
        canvas.rect(Point::new(x - node.half, y - high), Point::new(x + node.half, y + high));
    let (fill, rim) =
        if current { (Token::TcpTint, Token::Tcp) } else { (Token::Stage, Token::Edge) };
    let rect = canvas.stroke(canvas.fill(rect.attr("rx", "2"), fill), &Stroke::new(rim, 125));
    let text = Text::plain(node.state, 11, Weight::Bold, Token::Ink);
    vec![rect, canvas.text(&text.at(x, y + Px::new(4), Anchor::Middle), false)]
}

#[cfg(test)]
mod tests {
    use super::draw;
    use crate::diagram::tokens::Theme;
    use crate::sim::machine::{Machine, Transition};

    const ARROWS: [Transition; 4] = [
        Transition { from: "OFF", on: "a switch", to: "WARM" },
        Transition { from: "WARM", on: "time", to: "ON" },
        Transition { from: "OFF", on: "a kick", to: "ON" },
        Transition { from: "ON", on: "a switch", to: "OFF" },
    ];

    #[test]
    fn every_state_and_arrow_is_drawn_and_the_first_state_twice() {
        let machine = Machine {
            name: "lamp",
            title: "Lamp",
            states: &["OFF", "WARM", "ON"],
            transitions: &ARROWS,
        };
        let picture = draw(&machine, 320, Some("ON"), Theme::Light);
        let svg = picture.svg.to_string();
        assert_eq!(svg.matches(">OFF</text>").count(), 2);
        assert_eq!(svg.matches("<polygon").count(), 4);
        assert_eq!(picture.arrows.len(), 4);
        assert_eq!(picture.home, []);
    }
}
