//! The parts of a picture, each as elements.

use super::canvas::{Canvas, Stroke};
use super::element::Element;
use super::labels::{CIRCLE, CLEAR, CROSS};
use super::parts::{Anchor, Ending, Label, Look, Message, Text};
use super::px::{Dir, Point, Px, distance};
use super::sides::{CAP, LANE_TOP};
use super::svg::{HEAD, Part, Scene};
use super::text::Weight;
use super::tokens::Token;
use super::{heads, words};
use crate::sim::time::Instant;

/// The width of hairlines: lanes, strips, the playhead.
const HAIR: i32 = 125;
/// Half of a strip on a lane.
const STRIP: Px = Px::new(4);
/// Half of a timer's bar.
const BAR: Px = Px::hundredths(250);
/// The tag of the playhead.
const TAG: (Px, Px) = (Px::new(40), Px::new(20));
/// Dashes through a gap, of a waiting state, of a timer through a gap.
const GAP_DASHES: &[i32] = &[150, 350];
const WAITING_DASHES: &[i32] = &[200, 200];
const TIMER_DASHES: &[i32] = &[200, 300];

fn at(x: Px, y: Px) -> Point {
    Point::new(x, y)
}

/// Lanes and gaps.
pub(super) fn frame(scene: &Scene<'_>, canvas: &Canvas) -> Vec<Element> {
    let diagram = scene.diagram;
    let edge = Stroke::new(Token::Edge, HAIR);
    let gutter = diagram.left + diagram.gutter;
    let mut out = Vec::new();
    for gap in &diagram.gaps {
        let band = canvas.rect(at(gutter + Px::new(2), gap.top), at(diagram.width, gap.bottom));
        out.push(canvas.fill(band, Token::Sunken));
    }
    for lane in &diagram.lanes {
        for (top, bottom) in pieces(scene, LANE_TOP, diagram.height) {
            out.push(canvas.line(at(lane.x, top), at(lane.x, bottom), &edge));
        }
        for gap in &diagram.gaps {
            let dotted = edge.dashed(GAP_DASHES);
            out.push(canvas.line(at(lane.x, gap.top), at(lane.x, gap.bottom), &dotted));
        }
    }
    out
}

/// The marks of the clock, and the brackets that join what happens at one time.
pub(super) fn ticks(scene: &Scene<'_>, canvas: &Canvas) -> Vec<Element> {
    let diagram = scene.diagram;
    let edge = Stroke::new(Token::Edge, HAIR);
    let gutter = diagram.left + diagram.gutter;
    let mut out = Vec::new();
    for tick in &diagram.ticks {
        let thin = Stroke::new(Token::Edge, 100);
        let from = at(gutter - Px::new(2), tick.y);
        out.push(canvas.line(from, at(gutter + Px::new(4), tick.y), &thin));
        if tick.bracket > tick.y {
            let x = gutter + Px::new(2);
            out.push(canvas.line(at(x, tick.y), at(x, tick.bracket), &edge));
        }
    }
    out
}

/// The parts of a stretch that lie outside of gaps.
fn pieces(scene: &Scene<'_>, top: Px, bottom: Px) -> Vec<(Px, Px)> {
    let mut out = Vec::new();
    let mut from = top;
    for gap in &scene.diagram.gaps {
        if gap.bottom <= top || bottom <= gap.top {
            continue;
        }
        if gap.top > from {
            out.push((from, gap.top));
        }
        from = gap.bottom;
    }
    if bottom > from {
        out.push((from, bottom));
    }
    out
}

/// State strips and all upright words.
pub(super) fn states(scene: &Scene<'_>, canvas: &Canvas) -> Vec<Element> {
    let diagram = scene.diagram;
    let mut out = Vec::new();
    for strip in &diagram.strips {
        let Some(lane) = diagram.lanes.get(strip.lane) else { continue };
        let (fill, line) = match strip.look {
            Look::Hollow | Look::Waiting => (Token::Stage, Stroke::new(Token::Edge, HAIR)),
            Look::Open | Look::Work => (strip.pen.tint(), Stroke::new(strip.pen.token(), HAIR)),
        };
        let line = if strip.look == Look::Waiting { line.dashed(WAITING_DASHES) } else { line };
        for (top, bottom) in pieces(scene, strip.top, strip.bottom) {
            let rect = canvas.rect(at(lane.x - STRIP, top), at(lane.x + STRIP, bottom));
            out.push(canvas.stroke(canvas.fill(rect, fill), &line));
        }
    }
    out.extend(diagram.texts.iter().map(|text| canvas.text(text, false)));
    out
}

/// Timers: run down in the past, hollow in the future.
pub(super) fn timers(scene: &Scene<'_>, canvas: &Canvas, part: Part) -> Vec<Element> {
    let mut out = Vec::new();
    let cap = Stroke::new(Token::Ink2, 150);
    for bar in &scene.diagram.timers {
        for (top, bottom) in pieces(scene, bar.top, bar.bottom) {
            let rect = canvas.rect(at(bar.x - BAR, top), at(bar.x + BAR, bottom));
            out.push(match part {
                Part::Past => canvas.fill(rect, Token::Ink2),
                Part::Next => {
                    let line = Stroke::new(Token::Ink2, HAIR);
                    canvas.stroke(canvas.fill(rect, Token::Stage), &line)
                }
            });
        }
        for gap in &scene.diagram.gaps {
            if bar.top <= gap.top && gap.bottom <= bar.bottom {
                let dotted = Stroke::new(Token::Ink2, 200).dashed(TIMER_DASHES);
                out.push(canvas.line(at(bar.x, gap.top), at(bar.x, gap.bottom), &dotted));
            }
        }
        let caps = [Some(bar.top), bar.fires.then_some(bar.bottom)];
        for y in caps.into_iter().flatten() {
            out.push(canvas.line(at(bar.x - CAP, y), at(bar.x + CAP, y), &cap));
        }
    }
    out
}

/// Every message: full in the past, thin in the future.
pub(super) fn messages(scene: &Scene<'_>, canvas: &Canvas, part: Part) -> Vec<Element> {
    let faint = part == Part::Next;
    let group = |message: &Message, prefix: &str, children| Element {
        children,
        ..Element::new("g").key(format!("{prefix}{}", key(message)))
    };
    let seen = scene.diagram.messages.iter().filter(|message| !message.covered);
    // Ghosts lie under everything live, bands under the lines that cross them.
    let mut order: Vec<&Message> = seen.collect();
    order.sort_by_key(|message| (!message.is_ghost(), message.band.is_none()));
    let lines = order.iter().map(|message| group(message, "", line(message, canvas, faint, 100)));
    // A cross is what the picture is about: nothing lies over it.
    let lost = order.iter().filter(|message| message.ending != Ending::Arrives);
    let crosses = lost.map(|message| group(message, "x", cross(message.end, canvas, faint)));
    lines.chain(crosses).collect()
}

fn key(message: &Message) -> String {
    let first = message.packets.first().map_or(0, |id| id.0);
    if message.is_ghost() { format!("g{first}") } else { format!("p{first}") }
}

/// The line of a message with its head, its band, its second copy.
fn line(message: &Message, canvas: &Canvas, faint: bool, percent: i32) -> Vec<Element> {
    let pen = message.pen;
    let width = pen.width().percent(if faint { 60 } else { 100 }).percent(percent);
    let stroke = Stroke { token: pen.token(), width, dashes: pen.dashes(), faint };
    let mut out = Vec::new();
    if message.band.is_some() {
        let (low_start, low_end) = message.last_line();
        let inner = |from: Point, to: Point| {
            let dir = Dir::between(from, to);
            (from.moved(dir, CLEAR, Px::ZERO), to.moved(dir, -CLEAR, Px::ZERO))
        };
        let (a, b) = inner(message.start, message.end);
        let (d, c) = inner(low_start, low_end);
        let band = canvas.fill(canvas.polygon(&[a, b, c, d]), pen.tint());
        out.push(if faint { band.attr("fill-opacity", "0.55") } else { band });
        out.push(canvas.line(d, c, &Stroke { width: Px::hundredths(HAIR).min(width), ..stroke }));
    }
    out.extend(shaft(message, canvas, &stroke, Px::ZERO));
    if message.copied {
        out.extend(shaft(message, canvas, &stroke, Px::new(4)));
    }
    out
}

/// One line with its head, `below` the place of the message.
fn shaft(message: &Message, canvas: &Canvas, stroke: &Stroke, below: Px) -> Vec<Element> {
    let lower = |point: Point| Point::new(point.x, point.y + below);
    let (start, end) = (lower(message.start), lower(message.end));
    let dir = Dir::between(start, end);
    let length = distance(start, end);
    // A ghost may begin at a cross instead of a lane.
    let clear = if message.is_ghost() { Px::new(9) } else { CLEAR };
    let from = start.moved(dir, clear, Px::ZERO);
    if message.ending != Ending::Arrives {
        return vec![canvas.line(from, end, stroke)];
    }
    let (long, high) = message.pen.head();
    let tip = length - CLEAR;
    let corner = |along, up| start.moved(dir, along, up);
    let head = [corner(tip, Px::ZERO), corner(tip - long, high / 2), corner(tip - long, -high / 2)];
    let neck = corner((tip - long).max(clear), Px::ZERO);
    let head = canvas.polygon(&head);
    let head = if message.is_ghost() {
        let rim = Stroke { dashes: &[], ..*stroke };
        canvas.stroke(canvas.fill(head, Token::Stage), &rim).attr("stroke-linejoin", "round")
    } else {
        let head = canvas.fill(head, stroke.token);
        if stroke.faint { head.attr("fill-opacity", "0.55") } else { head }
    };
    vec![canvas.line(from, neck, stroke), head]
}

fn cross(center: Point, canvas: &Canvas, faint: bool) -> Vec<Element> {
    let stroke = Stroke { faint, ..Stroke::new(Token::Loss, 250) };
    let (x, y) = (center.x, center.y);
    [(-CROSS, CROSS), (CROSS, -CROSS)]
        .into_iter()
        .map(|(from, to)| {
            let line = canvas.line(at(x - CROSS, y + from), at(x + CROSS, y + to), &stroke);
            line.attr("stroke-linecap", "round")
        })
        .collect()
}

/// Where the playhead lies, at scale 1.
fn playhead(scene: &Scene<'_>) -> Option<Px> {
    scene.view.playhead.map(|at| scene.diagram.map.y(at))
}

/// How many messages have begun.
pub(super) fn passed(scene: &Scene<'_>) -> u32 {
    let Some(y) = playhead(scene) else { return u32::MAX };
    let begun = scene.diagram.messages.iter().filter(|message| message.start.y <= y);
    u32::try_from(begun.count()).unwrap_or(u32::MAX)
}

/// The names of messages, of those that have begun in ink.
pub(super) fn labels(scene: &Scene<'_>, canvas: &Canvas) -> Vec<Element> {
    let y = playhead(scene);
    let mut out = Vec::new();
    for message in &scene.diagram.messages {
        let begun = y.is_none_or(|y| message.start.y <= y);
        if !begun && !scene.view.future {
            continue;
        }
        match &message.label {
            Some(Label::Text(text)) => {
                out.push(canvas.text(text, !begun).key(format!("n{}", key(message))));
            }
            Some(Label::Number(center, number)) => {
                let circle = canvas.fill(canvas.circle(*center, CIRCLE), Token::Stage);
                let rim = Stroke::new(Token::Ink2, 100);
                out.push(canvas.stroke(circle, &rim).key(format!("c{}", key(message))));
                let text = Text::plain(number, 11, Weight::Bold, Token::Ink);
                let text = text.at(center.x, center.y + Px::new(4), Anchor::Middle);
                out.push(canvas.text(&text, !begun).key(format!("n{}", key(message))));
            }
            None => {}
        }
        let ended = y.is_none_or(|y| message.end.y <= y);
        if let (Some(text), true) = (&message.fate, ended || scene.view.future) {
            out.push(canvas.text(text, !ended).key(format!("f{}", key(message))));
        }
    }
    out
}

/// The selection, the playhead with its tag, and packets on their way.
pub(super) fn now(scene: &Scene<'_>, canvas: &Canvas) -> Vec<Element> {
    let diagram = scene.diagram;
    let mut out = Vec::new();
    if let Some(message) = scene.view.selected.and_then(|id| diagram.message(id)) {
        out.extend(selection(message, canvas));
    }
    let (Some(y), Some(moment)) = (playhead(scene), scene.view.playhead) else { return out };
    let (wide, high) = TAG;
    let line = Stroke::new(Token::Ink, HAIR);
    out.push(canvas.line(at(diagram.left + wide, y), at(diagram.width, y), &line));
    let (left, top) = (diagram.left, y - high / 2);
    // A number of the clock that stands too near to the tag gives way.
    for tick in diagram.ticks.iter().filter(|tick| (tick.y - y).abs() < Px::new(18)) {
        let from = at(left, tick.y - Px::new(8));
        let number = canvas.rect(from, at(left + diagram.gutter - Px::new(4), tick.y + Px::new(8)));
        out.push(canvas.fill(number, Token::Stage));
    }
    let tag = canvas.rect(at(left, top), at(left + wide, top + high));
    out.push(canvas.fill(tag.attr("rx", canvas.page(Px::new(2))), Token::Ink));
    let shown = clock_text(moment, diagram.digits);
    let text = Text::plain(&shown, 11, Weight::Bold, Token::Stage);
    out.push(canvas.text(&text.at(left + wide / 2, y + Px::new(4), Anchor::Middle), false));
    for message in diagram.messages.iter().filter(|message| !message.is_ghost()) {
        out.extend(dot(message, y, canvas));
    }
    out
}

/// The number on the playhead's tag.
fn clock_text(now: Instant, digits: u32) -> String {
    let room = TAG.0 - Px::new(3);
    let fits = |text: &String| super::text::width(text, Px::new(11), Weight::Bold) <= room;
    let wordings = words::clock(now, digits);
    let coarsest = wordings.last().cloned().unwrap_or_default();
    wordings.into_iter().find(fits).unwrap_or(coarsest)
}

/// A packet on its way: where its line meets the playhead.
fn dot(message: &Message, y: Px, canvas: &Canvas) -> Option<Element> {
    let on = |(from, to): (Point, Point)| {
        let part = i64::from((y - from.y).as_hundredths());
        let whole = i64::from((to.y - from.y).as_hundredths());
        let inside = y >= from.y && y < to.y;
        inside.then(|| {
            let wide = i64::from((to.x - from.x).as_hundredths());
            at(from.x + Px::clamp_i64(wide * part / whole.max(1)), y)
        })
    };
    if message.covered {
        return None;
    }
    let center = on((message.start, message.end)).or_else(|| on(message.last_line()))?;
    let dot = canvas.fill(canvas.circle(center, Px::hundredths(550)), message.pen.token());
    Some(canvas.stroke(dot, &Stroke::new(Token::Stage, 200)).key(format!("d{}", key(message))))
}

/// Doubled width and a handle on both lanes; a band is filled.
fn selection(message: &Message, canvas: &Canvas) -> Vec<Element> {
    let mut out = Vec::new();
    if message.band.is_some() {
        let (low_start, low_end) = message.last_line();
        let band = canvas.polygon(&[message.start, message.end, low_end, low_start]);
        out.push(canvas.fill(band, Token::Mark));
    }
    let percent = if message.pen.width() > Px::new(2) { 160 } else { 200 };
    out.extend(line(message, canvas, false, percent).into_iter().filter(|part| {
        message.band.is_none() || part.get("fill") != Some(canvas.color(message.pen.tint()))
    }));
    let half = Px::new(5);
    let far = if message.band.is_some() { message.last_line().1 } else { message.end };
    let mut ends = vec![message.start];
    if !matches!(message.ending, Ending::Lost(_)) {
        ends.push(far);
    }
    for end in ends {
        let rect = canvas.rect(at(end.x - half, end.y - half), at(end.x + half, end.y + half));
        let rim = Stroke::new(Token::Ink, 200);
        out.push(canvas.stroke(canvas.fill(rect, Token::Stage), &rim));
    }
    if message.ending != Ending::Arrives {
        out.extend(cross(message.end, canvas, false));
    }
    out
}

/// Wide invisible lines that take the pointer.
pub(super) fn hits(scene: &Scene<'_>, canvas: &Canvas) -> Vec<Element> {
    let mut out = Vec::new();
    for message in scene.diagram.messages.iter().filter(|message| !message.is_ghost()) {
        let (low_start, low_end) = message.last_line();
        let shape = if message.band.is_some() {
            canvas.polygon(&[message.start, message.end, low_end, low_start])
        } else {
            Element::new("line")
                .attr("x1", canvas.page(message.start.x))
                .attr("y1", canvas.page(message.start.y))
                .attr("x2", canvas.page(message.end.x))
                .attr("y2", canvas.page(message.end.y))
        };
        let id = message.packets.first().map_or(0, |id| id.0);
        let hit = shape
            .attr("class", "rt-hit")
            .attr("data-packet", id)
            .attr("fill", "none")
            .attr("stroke", "none")
            .attr("stroke-width", canvas.page(Px::new(18)))
            .attr("pointer-events", "all");
        out.push(hit.key(format!("h{}", key(message))));
    }
    out
}

/// The names of the lanes above the stage.
pub(super) fn head(scene: &Scene<'_>, canvas: &Canvas) -> Vec<Element> {
    let diagram = scene.diagram;
    let mut out = Vec::new();
    for lane in &diagram.lanes {
        let at = lane.head;
        let title = Text::plain(lane.title, at.size.round(), Weight::Bold, Token::Ink);
        out.push(canvas.text(&title.at(at.x, at.y, Anchor::Middle), false));
        if !lane.subtitle.is_empty() {
            let away =
                Text::plain(&lane.subtitle, heads::SMALL.round(), Weight::Regular, Token::Ink2);
            out.push(canvas.text(&away.at(at.x, heads::UNDER, Anchor::Middle), false));
        }
    }
    let rule = Stroke::new(Token::Rule, 100);
    let y = HEAD - Px::hundredths(50);
    out.push(canvas.line(at(Px::ZERO, y), at(diagram.width, y), &rule));
    out
}
