//! Words along messages: names, fates, ghosts.

use super::gather::Draft;
use super::parts::{Anchor, Ending, Label, Message, Span, Text};
use super::place::{Ground, Owner};
use super::px::{Dir, Px, Quad, distance};
use super::text::Weight;
use super::tokens::Token;

/// From the lane to the first letter: half a strip, then 12 px and a little for the slope.
const FIRST: Px = Px::new(18);
/// What a label leaves before the head.
const BEFORE_HEAD: Px = Px::new(6);
/// How far a line ends from the middle of the lane.
pub(super) const CLEAR: Px = Px::hundredths(550);
/// Half of a cross.
pub(super) const CROSS: Px = Px::hundredths(550);
/// The radius of a number's circle.
pub(super) const CIRCLE: Px = Px::new(8);
/// How far a label slides in one go.
const SLIDE: Px = Px::new(7);
/// The most places that are tried for one wording.
const TRIES: usize = 24;
/// The size of labels.
const SIZE: i32 = 12;

/// A line along which words are set.
struct Along {
    /// From sender to receiver.
    dir: Dir,
    /// The same for reading.
    read: Dir,
    rightward: bool,
    length: Px,
}

impl Along {
    fn of(message: &Message) -> Self {
        let dir = Dir::between(message.start, message.end);
        Self {
            dir,
            read: dir.readable(),
            rightward: message.end.x >= message.start.x,
            length: distance(message.start, message.end),
        }
    }

    /// The text with its sender's end `along` the line from the sender and `up` above it.
    fn set(&self, message: &Message, text: &Text, along: Px, up: Px) -> Text {
        let (signed, anchor) =
            if self.rightward { (along, Anchor::Start) } else { (-along, Anchor::End) };
        let mut text = text.clone();
        text.at = message.start.moved(self.read, signed, up);
        text.dir = self.read;
        text.anchor = anchor;
        text
    }
}

fn label(spans: Vec<Span>) -> Text {
    let mut text = Text::plain("", SIZE, Weight::Regular, Token::Ink);
    text.spans = spans;
    text.halo = true;
    text
}

/// The wordings of a label, best first: all, the name, the first word of the name.
fn wordings(draft: &Draft) -> Vec<Text> {
    let name = |text: &str| Span { text: text.to_owned(), weight: Weight::Bold, token: Token::Ink };
    let mut out = Vec::new();
    if !draft.detail.is_empty() {
        let detail = format!("\u{2002}{}", draft.detail);
        let detail = Span { text: detail, weight: Weight::Regular, token: Token::Ink2 };
        out.push(label(vec![name(&draft.name), detail]));
        if let Some((first, _)) = draft.detail.split_once(", ") {
            let detail = format!("\u{2002}{first}");
            let detail = Span { text: detail, weight: Weight::Regular, token: Token::Ink2 };
            out.push(label(vec![name(&draft.name), detail]));
        }
    }
    out.push(label(vec![name(&draft.name)]));
    // A number alone says nothing.
    let short = draft.name.split_once(' ').filter(|_| draft.packets.len() == 1);
    if let Some((first, _)) = short {
        out.push(label(vec![name(first)]));
    }
    out
}

/// Sets the name of the message at `nth`.
pub(super) fn name(
    ground: &mut Ground,
    message: &Message,
    nth: usize,
    draft: &Draft,
    reply: bool,
) -> Option<Label> {
    let along = Along::of(message);
    let up = if message.pen.width() > Px::new(2) { Px::hundredths(750) } else { Px::new(6) };
    let spare = match message.ending {
        Ending::Arrives => CLEAR + message.pen.head().0 + BEFORE_HEAD,
        Ending::Lost(_) | Ending::Damaged => CROSS + BEFORE_HEAD,
    };
    let room = along.length - spare;
    // The wedge rule: a reply's label stands clear of the arrow that it answers.
    let wedge = along.dir.reach(Px::new(10)).filter(|_| reply).unwrap_or(FIRST).max(FIRST);
    for text in wordings(draft) {
        let last = room - text.width();
        let places = (0_i32..).map(|step| wedge + SLIDE * step).take_while(|at| *at <= last);
        let nearer = (FIRST < wedge && wedge > last && FIRST <= last).then_some(last);
        let set = places.take(TRIES).chain(nearer).map(|at| along.set(message, &text, at, up));
        if let Some(text) = ground.take(set, Some(nth)) {
            return Some(Label::Text(text));
        }
    }
    number(ground, message, nth, room)
}

/// Sets the number of a row of the list in a circle on the line.
fn number(ground: &mut Ground, message: &Message, nth: usize, room: Px) -> Option<Label> {
    let along = Along::of(message);
    let shown = (message.packets.first()?.0 + 1).to_string();
    if shown.len() > 2 {
        return None;
    }
    let places = (0_i32..).map(|step| FIRST + CIRCLE + SLIDE * step);
    for at in places.take_while(|at| *at <= room - CIRCLE).take(TRIES) {
        let center = message.start.moved(along.dir, at, Px::ZERO);
        let quad = Quad::upright(
            center.x - CIRCLE,
            center.y - CIRCLE,
            center.x + CIRCLE,
            center.y + CIRCLE,
        );
        if ground.is_open(&quad, Some(nth)) {
            ground.add(quad, Owner::Text);
            return Some(Label::Number(center, shown));
        }
    }
    None
}

/// Sets the word beside a cross or a second line.
pub(super) fn fate(ground: &mut Ground, message: &Message, nth: usize) -> Option<Text> {
    let along = Along::of(message);
    let (word, token, beyond) = match message.ending {
        Ending::Lost(word) => (word, Token::LossInk, true),
        Ending::Damaged => ("damaged", Token::LossInk, false),
        Ending::Arrives if message.copied => ("twice", Token::Ink2, false),
        Ending::Arrives => return None,
    };
    let mut text = label(vec![Span { text: word.to_owned(), weight: Weight::Bold, token }]);
    text.halo = true;
    let width = text.width();
    let first =
        if beyond { along.length + Px::new(13) } else { along.length - width - Px::new(22) };
    let slide = if beyond { SLIDE } else { -SLIDE };
    let above = Px::hundredths(600);
    let below = if message.copied { -Px::new(20) } else { -Px::new(16) };
    let set = (0..8).flat_map(|step| [(step, above), (step, below)]);
    let set = set.map(|(step, up)| along.set(message, &text, first + slide * step, up));
    ground.take(set, Some(nth))
}

/// Sets the name of a ghost, below its line.
pub(super) fn ghost(
    ground: &mut Ground,
    message: &Message,
    nth: usize,
    draft: &Draft,
) -> Option<Label> {
    if draft.name.is_empty() {
        return None;
    }
    let along = Along::of(message);
    let room = along.length - CLEAR - message.pen.head().0;
    let short = draft.name.split_once(" at ").map_or(draft.name.as_str(), |(name, _)| name);
    for wording in [draft.name.as_str(), short] {
        let mut text = Text::plain(wording, SIZE, Weight::Regular, Token::Ink2);
        (text.italic, text.halo) = (true, true);
        let last = room - text.width();
        let places = (0_i32..).map(|step| Px::new(14) + SLIDE * step);
        let places = places.take_while(|at| *at <= last).take(TRIES);
        let set = places.map(|at| along.set(message, &text, at, -Px::new(15)));
        if let Some(text) = ground.take(set, Some(nth)) {
            return Some(Label::Text(text));
        }
    }
    None
}
