//! What stands beside the lanes: states, timers, work.

use super::gather::Draft;
use super::history::{History, Wait};
use super::parts::{About, Anchor, Bar, Lane, Look, Pen, Strip, Text};
use super::place::{Ground, Owner};
use super::px::{Px, Quad};
use super::rows::{Place, Rows};
use super::text::Weight;
use super::tokens::Token;
use super::words;
use crate::sim::time::{Instant, nanos};
use crate::sim::trace::{EntryId, HostId, PacketId, Trace, TraceEvent};
use crate::sorted::{SortedMap, sort_by_key};

/// Where lanes begin.
pub(super) const LANE_TOP: Px = Px::new(4);
/// Half of a strip.
const STRIP: Px = Px::new(4);
/// From the lane to the names of its states.
const NAME: Px = Px::new(12);
/// From the lane to its first timer, and from there to the second.
const BAR: Px = Px::new(16);
const NEXT_BAR: Px = Px::new(12);
/// Half of a timer's cap.
pub(super) const CAP: Px = Px::new(6);
/// Two names nearer than this: the earlier goes.
const NAMES_APART: Px = Px::new(15);

/// Where things stand, for all that is set beside lanes.
pub(super) struct Sides<'a> {
    pub trace: &'a Trace,
    pub rows: &'a Rows,
    pub lanes: &'a [Lane],
    /// Names are short from the start.
    pub narrow: bool,
    packets: SortedMap<PacketId, (Px, Px)>,
}

impl<'a> Sides<'a> {
    pub(super) fn new(
        trace: &'a Trace,
        rows: &'a Rows,
        lanes: &'a [Lane],
        drafts: &[Draft],
        narrow: bool,
    ) -> Self {
        let mut packets = SortedMap::new();
        for (draft, place) in drafts.iter().zip(&rows.places) {
            for (nth, id) in draft.packets.iter().enumerate() {
                packets.insert(*id, within(place, nth, draft.packets.len()));
            }
        }
        Self { trace, rows, lanes, narrow, packets }
    }

    /// The height at which a timer is armed: where the packet leaves that it watches.
    fn armed(&self, id: EntryId, at: Instant) -> Px {
        let host = self.trace.entry(id).map(|entry| entry.host);
        let before = self.trace.entries.get(..id.0 as usize).unwrap_or_default().iter().rev();
        let sent = before.take_while(|entry| entry.at == at).find_map(|entry| match &entry.event {
            TraceEvent::PacketSent(sent) if Some(entry.host) == host => {
                self.packets.get(&sent.id).map(|place| place.0)
            }
            _ => None,
        });
        let own = self.y(id, at);
        sent.map_or(own, |sent| sent.max(own))
    }

    /// The height of an entry.
    fn y(&self, id: EntryId, at: Instant) -> Px {
        let Some(entry) = self.trace.entry(id) else { return self.rows.natural(at) };
        let cause = entry.cause.and_then(|id| Some((id, self.trace.entry(id)?)));
        let place = |id: EntryId| match &self.trace.entry(id)?.event {
            TraceEvent::PacketSent(sent) => self.packets.get(&sent.id).map(|place| place.0),
            TraceEvent::PacketReceived { id, .. } => self.packets.get(id).map(|place| place.1),
            TraceEvent::Endpoint(_) => None,
        };
        let caused = cause.filter(|(_, cause)| cause.at == entry.at && cause.host == entry.host);
        place(id)
            .or_else(|| caused.and_then(|(id, _)| place(id)))
            .or_else(|| self.next_sending(id, entry.host, at))
            .unwrap_or_else(|| self.rows.natural(at))
    }

    /// Where the host's next packet of the same moment leaves.
    fn next_sending(&self, id: EntryId, host: HostId, at: Instant) -> Option<Px> {
        let rest = self.trace.entries.get(id.0 as usize..)?;
        rest.iter().take_while(|entry| entry.at == at).find_map(|entry| match &entry.event {
            TraceEvent::PacketSent(sent) if entry.host == host => {
                self.packets.get(&sent.id).map(|place| place.0)
            }
            _ => None,
        })
    }

    /// -1 for the first lane, 1 for the last, 0 between.
    fn side(&self, host: HostId) -> i32 {
        match usize::from(host.0) {
            0 => -1,
            last if last + 1 == self.lanes.len() => 1,
            _ => 0,
        }
    }

    fn x(&self, host: HostId) -> Option<Px> {
        self.lanes.get(usize::from(host.0)).map(|lane| lane.x)
    }

    /// The stretches of states and work.
    pub(super) fn strips(&self, history: &History, bottom: Px) -> Vec<Strip> {
        let mut out = Vec::new();
        for (nth, stay) in history.stays.iter().enumerate() {
            let next = history.stays.iter().skip(nth + 1).find(|next| next.host == stay.host);
            let top = self.y(stay.entry, stay.at);
            let end = next.map_or(bottom, |next| self.y(next.entry, next.at));
            let lane = usize::from(stay.host.0);
            if let (Some(look), true) = (stay.look, end > top) {
                out.push(Strip { lane, top, bottom: end, look, pen: Pen::Tcp });
            }
        }
        for work in &history.works {
            let lane = usize::from(work.host.0);
            let (top, end) = self.span(work);
            out.push(Strip { lane, top, bottom: end, look: Look::Work, pen: Wait::PEN });
        }
        out
    }

    fn span(&self, work: &Wait) -> (Px, Px) {
        (self.y(work.set.1, work.set.0), self.y(work.end.1, work.end.0))
    }

    fn ends(&self, wait: &Wait) -> (Px, Px) {
        (self.armed(wait.set.1, wait.set.0), self.y(wait.end.1, wait.end.0))
    }

    /// The timers: at most two beside a lane at a time, those that fire first come first.
    pub(super) fn bars<'w>(&self, history: &'w History) -> Vec<(Bar, &'w Wait)> {
        let mut waits: Vec<&Wait> = history.waits.iter().collect();
        sort_by_key(&mut waits, |wait| (wait.end.0, wait.set.0));
        let mut out: Vec<(Bar, &Wait)> = Vec::new();
        for wait in waits {
            let (Some(lane), side) = (self.x(wait.host), self.side(wait.host)) else { continue };
            let (top, bottom) = self.ends(wait);
            if side == 0 || bottom - top < Px::new(6) {
                continue;
            }
            let column = (0..2).map(|column| lane + (BAR + NEXT_BAR * column) * side).find(|x| {
                out.iter().all(|(bar, _)| bar.x != *x || bar.bottom <= top || bottom <= bar.top)
            });
            if let Some(x) = column {
                out.push((Bar { x, top, bottom, fires: wait.fires }, wait));
            }
        }
        out
    }

    /// Sets the names of the states.
    pub(super) fn names(&self, history: &History, ground: &mut Ground, texts: &mut Vec<Text>) {
        for (nth, stay) in history.stays.iter().enumerate() {
            let (Some(x), side) = (self.x(stay.host), self.side(stay.host)) else { continue };
            let at_top = stay.look.is_none() && stay.at == Instant::START;
            let y = if at_top { LANE_TOP } else { self.y(stay.entry, stay.at) };
            let next = history.stays.iter().skip(nth + 1).find(|next| next.host == stay.host);
            let soon = next.is_some_and(|next| self.y(next.entry, next.at) - y < NAMES_APART);
            if side == 0 || soon {
                continue;
            }
            let names = [stay.name, words::short_state(stay.name), words::tiny_state(stay.name)];
            let names = &names[usize::from(self.narrow)..];
            let candidates = names.iter().flat_map(|name| {
                [NAME, NAME + BAR, NAME + BAR + NEXT_BAR].into_iter().map(move |away| {
                    let text = Text::plain(name, 11, Weight::Bold, Token::Ink2);
                    let lane = usize::from(stay.host.0);
                    let about = About::State { lane, since: stay.at, entry: stay.entry };
                    text.at(x + away * side, y + Px::new(11), outward(side)).about(about)
                })
            });
            texts.extend(ground.take(candidates, None));
        }
    }

    /// Sets the names and lengths of timers.
    pub(super) fn timer_names(
        &self,
        bars: &[(Bar, &Wait)],
        ground: &mut Ground,
        texts: &mut Vec<Text>,
    ) {
        for (bar, wait) in bars {
            let side = self.side(wait.host);
            let name = words::timer(wait.name);
            let length = words::time(nanos(wait.end.0 - wait.set.0));
            let (from, to) = self.longest_visible(bar);
            let middle = (from + to) / 2;
            let shifts = [0, 12, -12, 24, -24, 36, -36, 48];
            let short = name.split(' ').next().unwrap_or(name);
            let pairs = [name, short].into_iter().flat_map(|name| {
                shifts.into_iter().map(move |shift| (name, middle + Px::new(shift)))
            });
            let away = |text: Text, y| text.at(bar.x + Px::new(9) * side, y, outward(side));
            let set = pairs.map(|(name, y)| {
                let name = Text::plain(name, 11, Weight::Regular, Token::Ink2);
                let name = name.about(About::Timer);
                let length = Text::plain(&length, 11, Weight::Bold, Token::Ink);
                let length = length.about(About::Length);
                (away(name, y - Px::new(4)), away(length, y + Px::new(11)))
            });
            let free = |(name, length): &(Text, Text)| {
                ground.is_free(name, None) && ground.is_free(length, None)
            };
            if let Some((name, length)) = set.into_iter().find(free) {
                for text in [name, length] {
                    ground.add_text(&text);
                    texts.push(text);
                }
            }
        }
    }

    /// The longest part of a timer outside of gaps.
    fn longest_visible(&self, bar: &Bar) -> (Px, Px) {
        let mut best = (bar.top, bar.top);
        let mut from = bar.top;
        let edges = self.rows.gaps.iter().map(|gap| (gap.top, gap.bottom));
        for (top, bottom) in edges.chain([(bar.bottom, bar.bottom)]) {
            let to = top.min(bar.bottom);
            if to - from > best.1 - best.0 {
                best = (from, to);
            }
            from = from.max(bottom.min(bar.bottom));
        }
        best
    }

    /// Sets how long hosts work, outside or between lanes where no line passes.
    pub(super) fn works(&self, history: &History, ground: &mut Ground, texts: &mut Vec<Text>) {
        for work in &history.works {
            let (Some(x), side) = (self.x(work.host), self.side(work.host)) else { continue };
            let (top, bottom) = self.span(work);
            let length = words::time(nanos(work.end.0 - work.set.0));
            let long = format!("{length} of work");
            let middle = (top + bottom) / 2 + Px::new(4);
            let side = if side == 0 { 1 } else { side };
            let candidates = [long.as_str(), length.as_str()].into_iter().flat_map(|words| {
                let places = [side, -side].into_iter().flat_map(move |side| {
                    [0, 12, -12].map(|shift| (side, middle + Px::new(shift)))
                });
                places.map(move |(side, y)| {
                    let text = Text::plain(words, 11, Weight::Regular, Token::Ink2);
                    text.at(x + NAME * side, y, outward(side)).about(About::Length)
                })
            });
            texts.extend(ground.take(candidates, None));
        }
    }
}

/// Text on the left ends at its place, text on the right begins there.
const fn outward(side: i32) -> Anchor {
    if side < 0 { Anchor::End } else { Anchor::Start }
}

/// Where the `nth` of `count` packets of a draft leaves and arrives.
fn within(place: &Place, nth: usize, count: usize) -> (Px, Px) {
    let (above, below) = place.band.unwrap_or_default();
    let last = i64::try_from(count.saturating_sub(1).max(1)).unwrap_or(i64::MAX);
    let nth = i64::try_from(nth).unwrap_or(i64::MAX);
    let share = |by: Px| Px::clamp_i64(i64::from(by.as_hundredths()).saturating_mul(nth) / last);
    (place.start + share(above), place.end + share(below))
}

/// The room that strips and timers take.
pub(super) fn occupy(ground: &mut Ground, lanes: &[Lane], strips: &[Strip], bars: &[(Bar, &Wait)]) {
    for strip in strips {
        if let Some(lane) = lanes.get(strip.lane) {
            let quad = Quad::upright(lane.x - STRIP, strip.top, lane.x + STRIP, strip.bottom);
            ground.add(quad, Owner::Frame);
        }
    }
    for (bar, _) in bars {
        let quad = Quad::upright(bar.x - CAP, bar.top, bar.x + CAP, bar.bottom);
        ground.add(quad, Owner::Frame);
    }
}
