//! Whether words touch what they should not, found in the drawing itself.
//!
//! The check knows nothing of the layout: it reads the finished tree of elements, takes every
//! text's box in the widest face, smaller by 1.5 px on every side, and intersects it with every
//! line, lane, strip, head and band, with every other text, and with the edge of the drawing. A
//! label may touch its own line only.

use super::element::Element;
use super::px::{Dir, Point, Px, Quad};
use super::text::{self, Weight};

/// Words that touch something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Collision {
    /// The words.
    pub words: String,
    /// What they touch: the words of another text, the name of a shape, or `edge`.
    pub with: String,
    /// Where the words begin, in whole pixels of the page.
    pub at: (i32, i32),
}

/// What is taken off a text's box on every side.
const SHRINK: Px = Px::hundredths(150);

struct Words {
    text: String,
    owner: String,
    at: Point,
    full: Quad,
    inner: Quad,
}

struct Shape {
    name: &'static str,
    owner: String,
    quad: Quad,
}

#[derive(Default)]
struct Found {
    words: Vec<Words>,
    shapes: Vec<Shape>,
}

/// Every collision in a drawing made by [`super::svg::draw`].
pub fn collisions(drawing: &Element) -> Vec<Collision> {
    let mut found = Found::default();
    found.read(drawing, "");
    let (width, height) = (length(drawing, "width"), length(drawing, "height"));
    let mut out = Vec::new();
    for (nth, words) in found.words.iter().enumerate() {
        let mut report = |with: &str| {
            let at = (words.at.x.round(), words.at.y.round());
            out.push(Collision { words: words.text.clone(), with: with.to_owned(), at });
        };
        let (left, right) = words.inner.sides();
        let (top, bottom) = words.inner.span();
        if left < Px::ZERO || top < Px::ZERO || right > width || bottom > height {
            report("edge");
        }
        for shape in &found.shapes {
            let own = !shape.owner.is_empty() && shape.owner == words.owner;
            if !own && words.inner.meets(&shape.quad) {
                report(shape.name);
            }
        }
        for other in found.words.iter().skip(nth + 1) {
            if words.inner.meets(&other.full) || words.full.meets(&other.inner) {
                report(&other.text);
            }
        }
    }
    out
}

fn length(element: &Element, name: &str) -> Px {
    element.get(name).map_or(Px::ZERO, number)
}

/// Reads a decimal number with at most two digits after the point.
fn number(text: &str) -> Px {
    let (minus, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let part = format!("{part:0<2}");
    let hundredths = whole.parse::<i32>().unwrap_or(0).saturating_mul(100)
        + part.get(..2).and_then(|part| part.parse::<i32>().ok()).unwrap_or(0);
    Px::hundredths(if minus { -hundredths } else { hundredths })
}

/// Whose a thing is: keys are a letter for the kind, then `p` or `g` and the packet's number.
fn owner(key: &str) -> &str {
    let place = key.find(['p', 'g']).unwrap_or(key.len());
    key.get(place..).unwrap_or_default()
}

impl Found {
    fn read(&mut self, element: &Element, inherited: &str) {
        let key = element.key.as_deref().map_or(inherited, owner);
        if element.get("class").is_some_and(|class| class == "rt-hits" || class == "rt-now") {
            return;
        }
        match element.tag {
            "text" => self.words.push(words(element, key)),
            "line" | "polygon" | "rect" | "circle" => self.shapes.extend(shape(element, key)),
            _ => element.children.iter().for_each(|child| self.read(child, key)),
        }
    }
}

fn shape(element: &Element, owner: &str) -> Option<Shape> {
    let get = |name| length(element, name);
    // A cut-out time is ground to write on.
    if element.get("class") == Some("f-sunken") {
        return None;
    }
    let (name, quad) = match element.tag {
        "line" => {
            let from = Point::new(get("x1"), get("y1"));
            ("line", Quad::line(from, Point::new(get("x2"), get("y2")), get("stroke-width")))
        }
        "rect" => {
            let (x, y) = (get("x"), get("y"));
            ("strip", Quad::upright(x, y, x + get("width"), y + get("height")))
        }
        "circle" => {
            let (x, y, r) = (get("cx"), get("cy"), get("r"));
            ("circle", Quad::upright(x - r, y - r, x + r, y + r))
        }
        _ => ("shape", polygon(element.get("points")?)?),
    };
    Some(Shape { name, owner: owner.to_owned(), quad })
}

/// The corners of a polygon of three or four.
fn polygon(points: &str) -> Option<Quad> {
    let corner = |pair: &str| {
        let (x, y) = pair.split_once(',')?;
        Some(Point::new(number(x), number(y)))
    };
    let corners: Vec<Point> = points.split(' ').filter_map(corner).collect();
    let last = corners.last().copied()?;
    let at = |nth: usize| corners.get(nth).copied().unwrap_or(last);
    Some(Quad([at(0), at(1), at(2), at(3)]))
}

fn words(element: &Element, owner: &str) -> Words {
    let size = length(element, "font-size");
    let bold = |element: &Element| match element.get("font-weight") {
        Some("600") => Weight::Bold,
        _ => Weight::Regular,
    };
    let mut letters = element.text.clone();
    let mut width = text::width(&element.text, size, bold(element));
    for part in &element.children {
        letters.push_str(&part.text);
        width += text::width(&part.text, size, bold(part));
    }
    let at = Point::new(length(element, "x"), length(element, "y"));
    let left = match element.get("text-anchor") {
        Some("middle") => -width / 2,
        Some("end") => -width,
        _ => Px::ZERO,
    };
    let turn = element.get("transform").and_then(|text| text.strip_prefix("rotate("));
    let turn = turn.and_then(|text| text.split(' ').next()).map_or(Px::ZERO, number);
    let dir = Dir::of_angle(turn.as_hundredths());
    let above = Px::hundredths(size.as_hundredths() * text::ASCENT / 1000);
    let below = -Px::hundredths(size.as_hundredths() * text::DESCENT / 1000);
    let outline = |shrink: Px| {
        let (left, right) = (left + shrink, left + width - shrink);
        let corner = |along, up| at.moved(dir, along, up);
        Quad([
            corner(left, above - shrink),
            corner(right, above - shrink),
            corner(right, below + shrink),
            corner(left, below + shrink),
        ])
    };
    let (full, inner) = (outline(Px::ZERO), outline(SHRINK));
    Words { text: letters, owner: owner.to_owned(), at, full, inner }
}

#[cfg(test)]
mod tests {
    use super::{Element, collisions};

    fn text(words: &str, x: i32, y: i32) -> Element {
        Element::new("text").attr("x", x).attr("y", y).attr("font-size", 12).text(words)
    }

    fn line(y: i32) -> Element {
        let line = Element::new("line").attr("x1", 0).attr("y1", y).attr("x2", 200).attr("y2", y);
        line.attr("stroke-width", "1.25")
    }

    fn drawing(children: Vec<Element>) -> Element {
        let svg = Element::new("svg").attr("width", 200).attr("height", 100);
        Element { children, ..svg }
    }

    fn found(children: Vec<Element>) -> Vec<String> {
        collisions(&drawing(children)).into_iter().map(|found| found.with).collect()
    }

    #[test]
    fn words_on_a_line_are_found() {
        assert_eq!(found(vec![text("SYN", 20, 50), line(46)]), ["line"]);
        assert_eq!(found(vec![text("SYN", 20, 50), line(56)]), Vec::<String>::new());
    }

    #[test]
    fn words_on_words_and_over_the_edge_are_found() {
        assert_eq!(found(vec![text("SYN", 20, 50), text("ACK", 40, 50)]), ["ACK"]);
        assert_eq!(found(vec![text("SYN", 190, 50)]), ["edge"]);
    }

    #[test]
    fn a_label_may_touch_its_own_line_only() {
        let own = Element::new("g").key("p3").child(line(46));
        assert_eq!(found(vec![text("SYN", 20, 50).key("np3"), own.clone()]), Vec::<String>::new());
        assert_eq!(found(vec![text("SYN", 20, 50).key("np4"), own]), ["line"]);
    }
}
