//! The order of a layout: lanes, heights, lines, then words where there is room.

use super::gather::{self, Draft, Drafts};
use super::history::History;
use super::options::LayoutOptions;
use super::parts::{About, Anchor, Diagram, Ending, Lane, Message, Text, Tick};
use super::place::{Ground, Owner};
use super::px::{Point, Px, Quad};
use super::rows::{self, Place, Rows};
use super::sides::{self, LANE_TOP, Sides};
use super::text::Weight;
use super::tokens::Token;
use super::{heads, labels, words};
use crate::sim::time::nanos;
use crate::sim::trace::Trace;
use crate::sorted::SortedSet;

/// Below this width the kernel's short state names are used.
const NARROW: Px = Px::new(420);
/// More than this between lanes is waste.
const WIDEST: Px = Px::new(300);
/// What stays beside the outer lanes if there are too many for names of states.
const CROWDED: Px = Px::new(26);
/// Clock numbers nearer than this to the one before are left out.
const NUMBERS_APART: Px = Px::new(16);
/// A bracket joins what lies at least this far apart at one instant.
const BRACKET: Px = Px::new(16);

/// What the width decides.
struct Columns {
    left: Px,
    gutter: Px,
    xs: Vec<Px>,
    distance: Px,
}

fn columns(width: Px, count: usize) -> Columns {
    let (gutter, first, right) = match width {
        w if w < Px::new(350) => (Px::new(34), Px::new(112), Px::new(77)),
        w if w < NARROW => (Px::new(38), Px::new(122), Px::new(78)),
        _ => (Px::new(44), Px::new(150), Px::new(106)),
    };
    let spaces = i32::try_from(count.saturating_sub(1)).unwrap_or(i32::MAX).max(1);
    let apart = |first: Px, right: Px| (width - first - right) / spaces;
    // Where many lanes stand in little room, they come before the names of states beside them.
    let crowded = apart(first, right) < Px::new(60);
    let (first, right) = if crowded { (gutter + CROWDED, CROWDED) } else { (first, right) };
    let distance = apart(first, right).min(WIDEST).max(Px::new(24));
    let used = first + distance * spaces + right;
    let left = Px::new(((width - used) / 2).max(Px::ZERO).round());
    let xs = (0..count).zip(0_i32..).map(|(_, nth)| left + first + distance * nth).collect();
    Columns { left, gutter, xs, distance }
}

pub(super) fn layout(trace: &Trace, options: &LayoutOptions<'_>) -> Diagram {
    let width = options.page_width();
    let columns = columns(width, trace.hosts.len());
    let bundle = rows::bundle(options.bundle, columns.distance);
    let drafts = gather::gather(trace, options, bundle);
    let ghosts = gather::ghosts(trace, options);
    let history = History::read(trace, options);
    let rows = Rows::new(&drafts, &ghosts, &history, columns.distance, options.mode);
    let lanes = lanes(trace, options, &columns);
    let mut messages = lines(&drafts.drafts, &rows.places, &lanes);
    messages.extend(lines(&ghosts, &rows.ghosts, &lanes));
    cut_ghosts(&mut messages, &drafts.drafts, &ghosts);

    let mut ground = Ground::new(width, rows.height);
    let sides = Sides::new(trace, &rows, &lanes, &drafts.drafts, width < NARROW);
    let strips = sides.strips(&history, rows.height);
    let bars = sides.bars(&history);
    for lane in &lanes {
        let half = Px::hundredths(60);
        let quad = Quad::upright(lane.x - half, LANE_TOP, lane.x + half, rows.height);
        ground.add(quad, Owner::Frame);
    }
    sides::occupy(&mut ground, &lanes, &strips, &bars);
    for (nth, message) in messages.iter().enumerate() {
        ground.add_message(message, nth);
    }

    let mut texts = Vec::new();
    gap_words(&rows, &lanes, &mut ground, &mut texts);
    let digits = words::clock_digits(drafts.trip);
    let ticks = clock(&rows, (&columns, digits), &mut ground, &mut texts);
    name_messages(&mut ground, &mut messages, &drafts, &ghosts);
    sides.names(&history, &mut ground, &mut texts);
    sides.timer_names(&bars, &mut ground, &mut texts);
    sides.works(&history, &mut ground, &mut texts);
    Diagram {
        scale: options.scale,
        width,
        height: rows.height,
        left: columns.left,
        gutter: columns.gutter,
        bundled: messages.iter().any(|message| message.band.is_some()),
        end: rows.moments.keys().next_back().copied().unwrap_or_default(),
        digits,
        lanes,
        ticks,
        gaps: rows.gaps,
        strips,
        timers: bars.into_iter().map(|(bar, _)| bar).collect(),
        messages,
        texts,
        hidden: drafts.hidden,
        map: rows.map,
    }
}

fn lanes(trace: &Trace, options: &LayoutOptions<'_>, columns: &Columns) -> Vec<Lane> {
    let subtitle = |nth: usize| options.subtitles.get(nth).copied().unwrap_or_default();
    let hosts = trace.hosts.iter().zip(&columns.xs).enumerate();
    let mut lanes: Vec<Lane> = hosts
        .map(|(nth, (host, x))| Lane {
            name: host.name,
            title: host.title,
            subtitle: subtitle(nth).to_owned(),
            x: *x,
            head: heads::NOWHERE,
        })
        .collect();
    heads::place(&mut lanes, options.page_width());
    lanes
}

/// Gives drafts their lines.
fn lines(drafts: &[Draft], places: &[Place], lanes: &[Lane]) -> Vec<Message> {
    let line = |(draft, place): (&Draft, &Place)| {
        let from = usize::from(draft.from.0);
        let mut to = usize::from(draft.to.0);
        if from == to {
            // Nobody has the destination address: it leaves towards the neighbour.
            to = if from == 0 { 1 } else { from - 1 };
        }
        let (from_x, to_x) = (lanes.get(from)?.x, lanes.get(to).or_else(|| lanes.first())?.x);
        let x = match draft.ending {
            Ending::Lost(_) => (from_x + to_x) / 2,
            Ending::Arrives | Ending::Damaged => to_x,
        };
        // One that dies at once still has a line that can be seen.
        let fall = (x - from_x).abs() / 10;
        let end = if place.end > place.start { place.end } else { place.start + fall };
        Some(Message {
            packets: draft.packets.clone(),
            from,
            to,
            pen: draft.pen,
            ending: draft.ending,
            sent: draft.sent,
            ended: draft.end,
            start: Point::new(from_x, place.start),
            end: Point::new(x, end),
            band: place.band,
            copied: draft.copied,
            label: None,
            fate: None,
            title: format!("{} {}", draft.name, draft.detail).trim_end().to_owned(),
            covered: false,
        })
    };
    drafts.iter().zip(places).filter_map(line).collect()
}

/// The ghost of a packet that is lost now begins at the cross.
fn cut_ghosts(messages: &mut [Message], drafts: &[Draft], ghosts: &[Draft]) {
    let (live, dead) = messages.split_at_mut(drafts.len().min(messages.len()));
    for (ghost, draft) in dead.iter_mut().zip(ghosts) {
        let Some(id) = draft.rest_of else { continue };
        if let Some(lost) = live.iter().find(|message| message.packets.contains(&id)) {
            ghost.start = lost.end;
        }
    }
}

fn name_messages(ground: &mut Ground, messages: &mut [Message], drafts: &Drafts, ghosts: &[Draft]) {
    let ends: SortedSet<(usize, Px)> =
        messages.iter().map(|message| (message.to, message.last_line().1.y)).collect();
    for (nth, message) in messages.iter_mut().enumerate() {
        message.fate = labels::fate(ground, message, nth);
    }
    for (nth, (message, draft)) in messages.iter_mut().zip(&drafts.drafts).enumerate() {
        let near = Px::new(6);
        let y = message.start.y;
        let reply = ends
            .at_or_after(&(message.from, y - near))
            .is_some_and(|end| *end <= (message.from, y + near));
        message.label = labels::name(ground, message, nth, draft, reply);
    }
    let live = drafts.drafts.len();
    for (nth, (message, draft)) in messages.iter_mut().skip(live).zip(ghosts).enumerate() {
        message.label = labels::ghost(ground, message, live + nth, draft);
    }
}

/// Says how much time each gap cuts out.
fn gap_words(rows: &Rows, lanes: &[Lane], ground: &mut Ground, texts: &mut Vec<Text>) {
    let middle = match lanes {
        [first, second, ..] => (first.x + second.x) / 2,
        _ => return,
    };
    for gap in &rows.gaps {
        let time = words::time(nanos(gap.to - gap.from));
        let wordings = [format!("{time}, nothing is sent"), format!("{time} cut"), time];
        let candidates = wordings.iter().map(|words| {
            let text = Text::plain(words, 11, Weight::Regular, Token::Ink2);
            text.at(middle, gap.top + Px::new(17), Anchor::Middle).about(About::Clock)
        });
        texts.extend(ground.take(candidates, None));
        let left = lanes.first().map_or(Px::ZERO, |lane| lane.x);
        let right = lanes.last().map_or(Px::ZERO, |lane| lane.x);
        ground.add(Quad::upright(left, gap.top, right, gap.bottom), Owner::Frame);
    }
}

/// Sets the clock: a mark for every moment that has room, its number, its bracket.
fn clock(
    rows: &Rows,
    (columns, digits): (&Columns, u32),
    ground: &mut Ground,
    texts: &mut Vec<Text>,
) -> Vec<Tick> {
    let room = columns.gutter - Px::new(6);
    let mut ticks: Vec<Tick> = Vec::new();
    for (at, (high, low)) in rows.moments.iter() {
        let above = ticks.last().map(|tick| (tick.y + NUMBERS_APART, tick.bracket));
        if above.is_some_and(|(free, _)| *high < free) {
            continue;
        }
        let wide = *low - *high >= BRACKET && above.is_none_or(|(_, bracket)| bracket < *high);
        let bracket = if wide { *low } else { *high };
        let plain = |number: String| {
            Text::plain(&number, 11, Weight::Regular, Token::Ink2).about(About::Clock)
        };
        let mut wordings = words::clock(*at, digits);
        if ticks.is_empty() && columns.gutter > Px::new(34) {
            wordings.insert(0, format!("{}\u{a0}ms", wordings.first().map_or("0", String::as_str)));
        }
        let x = columns.left + columns.gutter;
        let text = wordings.into_iter().map(plain).find(|text| text.width() <= room);
        let right = x - Px::new(6);
        let text = text.map(|text| text.at(right, *high + Px::new(4), Anchor::End));
        // A mark without its number says nothing.
        let Some(text) = ground.take(text, None) else { continue };
        texts.push(text);
        ground.add(
            Quad::upright(x - Px::new(2), *high - Px::new(1), x + Px::new(8), *high + Px::new(1)),
            Owner::Frame,
        );
        if bracket > *high {
            let quad = Quad::upright(x + Px::new(1), *high, x + Px::new(3), bracket);
            ground.add(quad, Owner::Frame);
        }
        ticks.push(Tick { y: *high, bracket, at: *at });
    }
    ticks
}
