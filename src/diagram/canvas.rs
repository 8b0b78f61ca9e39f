//! From lengths at scale 1 and tokens to elements.

use super::cover::Cover;
use super::element::Element;
use super::options::Scale;
use super::parts::{Anchor, Span, Text};
use super::px::{Dir, Point, Px};
use super::text::Weight;
use super::tokens::{Theme, Token};

/// What every element of a picture has in common.
#[derive(Clone, Copy, Debug)]
pub(super) struct Canvas {
    theme: Theme,
    percent: i32,
}

/// From a text to the cover beside it.
const APART: Px = Px::new(4);

/// A line's look.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stroke {
    pub token: Token,
    pub width: Px,
    pub dashes: &'static [i32],
    /// Faint: still to come.
    pub faint: bool,
}

impl Stroke {
    pub(super) const fn new(token: Token, hundredths: i32) -> Self {
        Self { token, width: Px::hundredths(hundredths), dashes: &[], faint: false }
    }

    pub(super) const fn dashed(self, dashes: &'static [i32]) -> Self {
        Self { dashes, ..self }
    }
}

impl Canvas {
    pub(super) const fn new(theme: Theme, scale: Scale) -> Self {
        Self { theme, percent: scale.percent() }
    }

    /// A place or length on the page, in tenths of a pixel.
    pub(super) const fn page(&self, length: Px) -> Px {
        length.percent(self.percent).tenths()
    }

    /// The resolved colour of a token.
    pub(super) const fn color(&self, token: Token) -> &'static str {
        token.color(self.theme)
    }

    fn class(element: Element, prefix: &str, token: Token) -> Element {
        let class = format!("{prefix}-{}", token.name());
        match element.attrs.iter().position(|(name, _)| *name == "class") {
            Some(place) => {
                let mut element = element;
                if let Some((_, value)) = element.attrs.get_mut(place) {
                    value.push(' ');
                    value.push_str(&class);
                }
                element
            }
            None => element.attr("class", class),
        }
    }

    pub(super) fn fill(&self, element: Element, token: Token) -> Element {
        Self::class(element, "f", token).attr("fill", token.color(self.theme))
    }

    pub(super) fn stroke(&self, element: Element, stroke: &Stroke) -> Element {
        let mut element = Self::class(element, "s", stroke.token)
            .attr("stroke", stroke.token.color(self.theme))
            .attr("stroke-width", stroke.width.percent(self.percent));
        if !stroke.dashes.is_empty() {
            let dash = |part: &i32| Px::hundredths(*part).percent(self.percent).to_string();
            let dashes: Vec<String> = stroke.dashes.iter().map(dash).collect();
            element = element.attr("stroke-dasharray", dashes.join(" "));
            // A dash shorter than its line is wide is a dot.
            if stroke.dashes.first().is_some_and(|first| *first < 50) {
                element = element.attr("stroke-linecap", "round");
            }
        }
        if stroke.faint { element.attr("stroke-opacity", "0.55") } else { element }
    }

    pub(super) fn line(&self, from: Point, to: Point, stroke: &Stroke) -> Element {
        let line = Element::new("line")
            .attr("x1", self.page(from.x))
            .attr("y1", self.page(from.y))
            .attr("x2", self.page(to.x))
            .attr("y2", self.page(to.y));
        self.stroke(line, stroke)
    }

    pub(super) fn rect(&self, from: Point, to: Point) -> Element {
        Element::new("rect")
            .attr("x", self.page(from.x))
            .attr("y", self.page(from.y))
            .attr("width", self.page((to.x - from.x).max(Px::ZERO)))
            .attr("height", self.page((to.y - from.y).max(Px::ZERO)))
    }

    pub(super) fn polygon(&self, points: &[Point]) -> Element {
        let place = |point: &Point| format!("{},{}", self.page(point.x), self.page(point.y));
        let places: Vec<String> = points.iter().map(place).collect();
        Element::new("polygon").attr("points", places.join(" "))
    }

    pub(super) fn circle(&self, center: Point, radius: Px) -> Element {
        Element::new("circle")
            .attr("cx", self.page(center.x))
            .attr("cy", self.page(center.y))
            .attr("r", self.page(radius))
    }

    /// A text; `faded` sets ink in the second voice.
    pub(super) fn text(&self, text: &Text, faded: bool) -> Element {
        if text.cover.is_some() {
            return self.covered(text);
        }
        let (x, y) = (self.page(text.at.x), self.page(text.at.y));
        let token = |token| if faded && token == Token::Ink { Token::Ink2 } else { token };
        let size = text.size.percent(self.percent);
        let mut out = Element::new("text");
        if text.halo {
            out = out.attr("class", "h");
        }
        let only = match text.spans.as_slice() {
            [only] => Some(only),
            _ => None,
        };
        let main = only.or_else(|| text.spans.first()).map_or(Token::Ink, |span| span.token);
        out = self.fill(out.attr("x", x).attr("y", y), token(main)).attr("font-size", size);
        match text.anchor {
            Anchor::Start => {}
            Anchor::Middle => out = out.attr("text-anchor", "middle"),
            Anchor::End => out = out.attr("text-anchor", "end"),
        }
        if text.italic {
            out = out.attr("font-style", "italic");
        }
        if text.halo {
            out = out
                .attr("stroke", Token::Stage.color(self.theme))
                .attr("stroke-width", Px::new(4).percent(self.percent))
                .attr("stroke-linejoin", "round")
                .attr("paint-order", "stroke");
        }
        if text.dir != Dir::RIGHT {
            let angle = Px::hundredths(text.dir.angle()).tenths();
            out = out.attr("transform", format!("rotate({angle} {x} {y})"));
        }
        if let Some(span) = only {
            if span.weight == Weight::Bold {
                out = out.attr("font-weight", "600");
            }
            return out.text(&span.text);
        }
        for span in &text.spans {
            let weight = if span.weight == Weight::Bold { "600" } else { "400" };
            let tspan = self.fill(Element::new("tspan"), token(span.token));
            out.children.push(tspan.attr("font-weight", weight).text(&span.text));
        }
        out
    }

    /// A text with a cover over some of its pieces: as large as they are, so that nothing moves
    /// when it is lifted.
    fn covered(&self, text: &Text) -> Element {
        let Some((cover, from, to)) = text.cover else { return Element::new("g") };
        let (x, y) = (self.page(text.at.x), self.page(text.at.y));
        let mut group = Element::new("g").attr("class", "rt-cover");
        if text.dir != Dir::RIGHT {
            let angle = Px::hundredths(text.dir.angle()).tenths();
            group = group.attr("transform", format!("rotate({angle} {x} {y})"));
        }
        let part = |spans: &[Span]| Text { spans: spans.to_vec(), cover: None, ..text.clone() };
        let (before, rest) = text.spans.split_at(from.min(text.spans.len()));
        let (under, behind) = rest.split_at((to - from).min(rest.len()));
        let whole = text.width();
        let left = match text.anchor {
            Anchor::Start => text.at.x,
            Anchor::Middle => text.at.x - whole / 2,
            Anchor::End => text.at.x - whole,
        };
        let start = left + part(before).width();
        let wide = part(under).width();
        let set = |spans: &[Span], x: Px, anchor: Anchor| {
            let upright = Text { dir: Dir::RIGHT, ..part(spans) };
            self.text(&upright.at(x, text.at.y, anchor), false)
        };
        if !before.is_empty() {
            group.children.push(set(before, start - APART, Anchor::End));
        }
        group.children.extend(self.cover(text, (start, start + wide), (cover, under)));
        if !behind.is_empty() {
            group.children.push(set(behind, start + wide + APART, Anchor::Start));
        }
        group
    }

    fn cover(
        &self,
        text: &Text,
        (left, right): (Px, Px),
        (cover, under): (Cover, &[Span]),
    ) -> Vec<Element> {
        let y = text.at.y;
        let rect = self.rect(Point::new(left, y - Px::new(13)), Point::new(right, y + Px::new(5)));
        let rect = self.fill(rect.attr("rx", self.page(Px::new(2))), Token::Mark);
        let words: String = under.iter().map(|span| span.text.as_str()).collect();
        let (rect, words) = match cover {
            Cover::Asked => {
                let rim = Stroke::new(Token::Ink, 125).dashed(&[300, 200]);
                (self.stroke(rect, &rim), "?")
            }
            Cover::Told => (rect, words.trim()),
        };
        let size = text.size.round();
        let words = Text::plain(words, size, Weight::Bold, Token::Ink);
        vec![rect, self.text(&words.at((left + right) / 2, y, Anchor::Middle), false)]
    }
}
