//! Room for words: what is drawn already, and whether a box would touch it.

use super::labels::{CLEAR, CROSS};
use super::parts::{Ending, Message, Text};
use super::px::{Dir, Px, Quad};

/// What is drawn already.
#[derive(Debug)]
pub(super) struct Ground {
    width: Px,
    height: Px,
    things: Vec<(Quad, Owner)>,
    /// The things that reach into each stretch of 64 px.
    shelves: Vec<Vec<usize>>,
}

/// Whose a thing is; nothing collides with its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    /// The message at this place.
    Message(usize),
    /// Lanes, strips, timers, gaps, the clock.
    Frame,
    /// Words.
    Text,
}

/// The height of a shelf.
const SHELF: i32 = 6_400;
/// A text's box is taken smaller by this on every side. The check takes 1.5 px of the picture, which
/// is one of ours in the lecture hall, and angles are drawn rounded: a little stays in between.
const SHRINK: Px = Px::hundredths(85);
/// Words keep this far from other words.
const APART: Px = Px::new(-3);

impl Ground {
    pub(super) fn new(width: Px, height: Px) -> Self {
        let count = height.as_hundredths().unsigned_abs() / SHELF.unsigned_abs() + 2;
        Self { width, height, things: Vec::new(), shelves: vec![Vec::new(); count as usize] }
    }

    fn shelf_range(&self, quad: &Quad) -> std::ops::Range<usize> {
        let (top, bottom) = quad.span();
        let shelf = |y: Px| usize::try_from(y.as_hundredths().max(0) / SHELF).unwrap_or(0);
        let last = self.shelves.len();
        shelf(top).min(last)..(shelf(bottom) + 1).min(last)
    }

    /// Remembers something drawn.
    pub(super) fn add(&mut self, quad: Quad, owner: Owner) {
        let nth = self.things.len();
        for shelf in self.shelf_range(&quad) {
            if let Some(shelf) = self.shelves.get_mut(shelf) {
                shelf.push(nth);
            }
        }
        self.things.push((quad, owner));
    }

    /// Remembers words, with some air around them.
    pub(super) fn add_text(&mut self, text: &Text) {
        let words = text.outline(APART);
        self.add(words, Owner::Text);
    }

    /// Remembers the lines, band, head and cross of a message.
    pub(super) fn add_message(&mut self, message: &Message, nth: usize) {
        let owner = Owner::Message(nth);
        let width = message.pen.width();
        let (last_start, last_end) = message.last_line();
        self.add(Quad::line(message.start, message.end, width), owner);
        if message.band.is_some() {
            self.add(Quad([message.start, message.end, last_end, last_start]), owner);
            self.add(Quad::line(last_start, last_end, width), owner);
        }
        if message.copied {
            let lower = |point: super::Point| super::Point::new(point.x, point.y + Px::new(4));
            self.add(Quad::line(lower(message.start), lower(message.end), width), owner);
        }
        let (long, high) = message.pen.head();
        let neck =
            message.end.moved(Dir::between(message.end, message.start), long + CLEAR, Px::ZERO);
        if message.ending == Ending::Arrives {
            self.add(Quad::line(neck, message.end, high), owner);
        }
        // The strokes of a cross are 2.5 px thick, and their corners reach beyond its arms.
        let (at, half) = (message.end, CROSS + Px::new(1));
        if message.ending != Ending::Arrives {
            self.add(Quad::upright(at.x - half, at.y - half, at.x + half, at.y + half), owner);
        }
    }

    /// Whether a text lies inside and touches nothing but its own message.
    pub(super) fn is_free(&self, text: &Text, own: Option<usize>) -> bool {
        let (left, right) = text.outline(Px::ZERO).sides();
        let (top, bottom) = text.outline(SHRINK).span();
        let inside = left >= Px::ZERO
            && right <= self.width
            && top >= -Px::new(1)
            && bottom <= self.height + Px::new(1);
        inside && self.is_open(&text.outline(SHRINK), own)
    }

    /// Whether a box touches nothing but its own message.
    pub(super) fn is_open(&self, quad: &Quad, own: Option<usize>) -> bool {
        self.shelf_range(quad).all(|shelf| {
            self.shelves.get(shelf).is_none_or(|shelf| {
                shelf.iter().all(|nth| {
                    self.things.get(*nth).is_none_or(|(thing, owner)| {
                        own.is_some_and(|own| *owner == Owner::Message(own)) || !quad.meets(thing)
                    })
                })
            })
        })
    }

    /// Takes the first of some texts that is free and remembers it.
    pub(super) fn take(
        &mut self,
        candidates: impl IntoIterator<Item = Text>,
        own: Option<usize>,
    ) -> Option<Text> {
        let text = candidates.into_iter().find(|text| self.is_free(text, own))?;
        self.add_text(&text);
        Some(text)
    }
}
