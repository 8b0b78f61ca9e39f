//! How high everything lies.

use super::gather::{Draft, Drafts};
use super::history::History;
use super::options::Mode;
use super::parts::Gap;
use super::px::Px;
use super::timemap::TimeMap;
use crate::sim::time::{Instant, nanos};
use crate::sim::trace::{HostId, PacketId};
use crate::sorted::{SortedMap, sort_by_key};

/// Where the first moment lies.
const TOP: Px = Px::new(18);
/// What is left below the last moment.
const BOTTOM: Px = Px::new(16);
/// Messages of one instant are this far apart.
const FAN: Px = Px::new(22);
/// A cut-out time is this high.
const GAP: Px = Px::new(26);
/// True scale that stays before and after a cut.
const LEAD: Px = Px::new(10);
const TAIL: Px = Px::new(16);
/// A cut saves more than this.
const SAVING: Px = Px::new(40);
/// The tallest drawing in true scale; longer runs have flatter slopes.
const TALLEST: Px = Px::new(9_000);
/// The height of a row with and without a message that spans it.
const ROW: Px = Px::new(48);
const SHORT_ROW: Px = Px::new(28);
/// Slopes: the height of the commonest trip between two lanes in thousandths of their distance
/// (12.6°), and the steepest (22°).
const SLOPE: i32 = 2232;
const STEEPEST: i32 = 4040;

/// The height of a draft's ends.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Place {
    pub start: Px,
    pub end: Px,
    pub band: Option<(Px, Px)>,
}

/// All heights.
#[derive(Debug)]
pub(super) struct Rows {
    /// By draft; ghosts follow.
    pub places: Vec<Place>,
    pub ghosts: Vec<Place>,
    pub gaps: Vec<Gap>,
    /// Every moment with its highest and lowest place.
    pub moments: SortedMap<Instant, (Px, Px)>,
    pub map: TimeMap,
    pub height: Px,
    base: TimeMap,
    /// How far fans have pushed everything after a moment down.
    pushed: Vec<(Instant, Px)>,
}

/// The height of the commonest trip, for lanes this far apart.
fn drop_of(distance: Px) -> (Px, Px) {
    let share = |per_mille: i32| Px::hundredths(distance.as_hundredths() / 10 * per_mille / 1000);
    let steepest = share(STEEPEST);
    (share(SLOPE).clamp(Px::new(46), Px::new(66)).min(steepest), steepest)
}

/// From how many packets on a burst becomes a band: so many that single messages, spread over
/// the height of a fan, would lie across the answers to the first of them.
pub(super) fn bundle(asked: u32, distance: Px) -> u32 {
    let fits = drop_of(distance).0.as_hundredths() / FAN.as_hundredths();
    asked.min(u32::try_from(fits + 2).unwrap_or(asked))
}

/// Time to height, cuts applied but no fans.
struct Scale {
    /// Hundredths of a pixel per `per` nanoseconds.
    height: u64,
    per: u64,
}

impl Scale {
    fn of(drafts: &Drafts, distance: Px, end: Instant, mode: Mode) -> Self {
        let (drop, steepest) = drop_of(distance);
        let hundredths = |px: Px| u64::from(px.as_hundredths().unsigned_abs());
        let trip = drafts.trip.max(1);
        // The shortest trip is at least 8 px high, if the commonest does not get too steep.
        let least = u128::from(Px::new(8).as_hundredths().unsigned_abs()) * u128::from(trip)
            / u128::from(drafts.shortest.max(1));
        let least = u64::try_from(least).unwrap_or(u64::MAX);
        let mut scale =
            Self { height: hundredths(drop).max(least).min(hundredths(steepest)), per: trip };
        if mode == Mode::True && scale.high(end.as_nanos()) > TALLEST {
            scale = Self { height: hundredths(TALLEST), per: end.as_nanos().max(1) };
        }
        scale
    }

    fn high(&self, ns: u64) -> Px {
        let high = u128::from(ns) * u128::from(self.height) / u128::from(self.per);
        Px::clamp_i64(i64::try_from(high).unwrap_or(i64::MAX))
    }

    fn time(&self, px: Px) -> u64 {
        let ns = u128::from(px.as_hundredths().unsigned_abs()) * u128::from(self.per)
            / u128::from(self.height.max(1));
        u64::try_from(ns).unwrap_or(u64::MAX)
    }
}

impl Rows {
    pub(super) fn new(
        drafts: &Drafts,
        ghosts: &[Draft],
        history: &History,
        distance: Px,
        mode: Mode,
    ) -> Self {
        let all = || drafts.drafts.iter().chain(ghosts);
        let mut moments: Vec<Instant> = history.moments().collect();
        moments.extend(all().map(|draft| draft.sent));
        // Nobody notices a loss: only arrivals are moments.
        moments.extend(all().filter(|draft| draft.arrives()).map(|draft| draft.end));
        moments.push(Instant::START);
        sort_by_key(&mut moments, |moment| *moment);
        moments.dedup();
        let end = moments.last().copied().unwrap_or_default();
        let scale = Scale::of(drafts, distance, end, mode);
        let cuts = match mode {
            Mode::Gaps => cuts(&moments, all(), &scale),
            Mode::True | Mode::Steps => Vec::new(),
        };
        let base = match mode {
            Mode::Steps => steps(&moments, all()),
            Mode::True | Mode::Gaps => straight(end, &scale, &cuts),
        };
        let mut rows = Self {
            places: Vec::new(),
            ghosts: Vec::new(),
            gaps: Vec::new(),
            moments: SortedMap::new(),
            map: TimeMap::default(),
            height: Px::ZERO,
            base,
            pushed: Vec::new(),
        };
        rows.place_live(&drafts.drafts);
        rows.place_ghosts(ghosts, &drafts.drafts);
        rows.gaps = cuts
            .iter()
            .map(|(from, to)| {
                let top = rows.natural(*from);
                Gap { top, bottom: top + GAP, from: *from, to: *to }
            })
            .collect();
        rows.meet(&moments, &drafts.drafts, ghosts);
        rows
    }

    /// The height of a moment at which no message begins or ends.
    pub(super) fn natural(&self, at: Instant) -> Px {
        let known = self.pushed.partition_point(|(when, _)| *when <= at);
        let push = known.checked_sub(1).and_then(|place| self.pushed.get(place));
        self.base.y(at) + push.map_or(Px::ZERO, |(_, by)| *by)
    }

    fn push(&mut self, at: Instant, by: Px) {
        let by = self.pushed.last().map_or(by, |(_, last)| (*last).max(by));
        self.pushed.push((at, by));
    }

    fn place_live(&mut self, drafts: &[Draft]) {
        let mut last_sent: SortedMap<(HostId, HostId), Px> = SortedMap::new();
        let mut arrivals: SortedMap<PacketId, Px> = SortedMap::new();
        for draft in drafts {
            let after = draft.after.and_then(|id| arrivals.get(&id).copied());
            let mut start = after.unwrap_or_else(|| self.natural(draft.sent));
            if let Some(last) = last_sent.get(&(draft.from, draft.to)) {
                start = start.max(*last + FAN);
            }
            let place = self.lines(draft, start);
            last_sent
                .insert((draft.from, draft.to), start + place.band.map_or(Px::ZERO, |(by, _)| by));
            self.note_arrivals(draft, &place, &mut arrivals);
            self.push(draft.sent, start - self.base.y(draft.sent));
            self.places.push(place);
        }
    }

    fn place_ghosts(&mut self, ghosts: &[Draft], drafts: &[Draft]) {
        let mut arrivals: SortedMap<PacketId, Px> = SortedMap::new();
        for ghost in ghosts {
            let rest = ghost.rest_of.and_then(|id| {
                let live = drafts.iter().position(|draft| draft.packets.contains(&id))?;
                self.places.get(live).map(|place| place.start)
            });
            let after = ghost.after.and_then(|id| arrivals.get(&id).copied());
            let start = rest.or(after).unwrap_or_else(|| self.natural(ghost.sent));
            let place = self.lines(ghost, start);
            self.note_arrivals(ghost, &place, &mut arrivals);
            self.ghosts.push(place);
        }
    }

    /// The lines of a draft that starts at this height, in true slope.
    fn lines(&self, draft: &Draft, start: Px) -> Place {
        let fall = |from: Instant, to: Instant| self.base.y(to) - self.base.y(from);
        let end = start + fall(draft.sent, draft.first_end).max(Px::ZERO);
        if draft.packets.len() < 2 {
            return Place { start, end, band: None };
        }
        let count = i32::try_from(draft.packets.len()).unwrap_or(i32::MAX).min(10_000);
        let high = Px::new(3) + Px::hundredths(17) * count;
        let above = fall(draft.sent, draft.last_sent).max(high);
        let below = fall(draft.first_end, draft.end).max(high);
        Place { start, end, band: Some((above, below)) }
    }

    /// Remembers where each packet of a draft arrives; those inside a band lie between its lines.
    fn note_arrivals(&self, draft: &Draft, place: &Place, arrivals: &mut SortedMap<PacketId, Px>) {
        let below = place.band.map_or(Px::ZERO, |(_, below)| below);
        let last = draft.packets.len().saturating_sub(1).max(1);
        for (nth, id) in draft.packets.iter().enumerate() {
            let share = i64::from(below.as_hundredths()) * nth as i64 / last as i64;
            arrivals.insert(*id, place.end + Px::clamp_i64(share));
        }
    }

    /// Finds where each moment lies, and the clock's map from that.
    fn meet(&mut self, moments: &[Instant], drafts: &[Draft], ghosts: &[Draft]) {
        // By moment: the first sending, the last arrival, the lowest place.
        let mut found: SortedMap<Instant, (Option<Px>, Option<Px>, Px)> = SortedMap::new();
        let live = drafts.iter().zip(&self.places);
        for (draft, place) in live.chain(ghosts.iter().zip(&self.ghosts)) {
            let (above, below) = place.band.unwrap_or_default();
            let sent = found.get_or_default(draft.sent);
            sent.0 = Some(sent.0.map_or(place.start, |first| first.min(place.start)));
            let spread = if draft.last_sent == draft.sent { above } else { Px::ZERO };
            sent.2 = sent.2.max(place.start + spread);
            if !draft.arrives() {
                continue;
            }
            let ended = found.get_or_default(draft.end);
            let last = place.end + below;
            ended.1 = Some(ended.1.map_or(last, |lowest| lowest.max(last)));
            ended.2 = ended.2.max(last);
            let first = if draft.first_end == draft.end { place.end } else { last };
            ended.0 = Some(ended.0.map_or(first, |highest| highest.min(first)));
        }
        let mut gaps = self.gaps.iter().peekable();
        for at in moments {
            while let Some(gap) = gaps.next_if(|gap| gap.to <= *at) {
                self.map.push(gap.from, gap.top);
                self.map.push(gap.to, gap.bottom);
            }
            let (high, arrived, low) = found.get(at).copied().unwrap_or_default();
            let high = high.unwrap_or_else(|| self.natural(*at));
            self.map.push(*at, arrived.unwrap_or(high));
            self.moments.insert(*at, (high, low.max(high)));
        }
        self.map.smooth();
        let places = self.places.iter().chain(&self.ghosts).map(|place| place.end);
        let lows = self.moments.values().map(|(_, low)| *low);
        let lowest = lows.chain(places).max().unwrap_or(TOP);
        self.height = lowest + BOTTOM;
    }
}

/// The silences worth cutting, without the true scale that stays around them.
fn cuts<'a>(
    moments: &[Instant],
    drafts: impl Iterator<Item = &'a Draft>,
    scale: &Scale,
) -> Vec<(Instant, Instant)> {
    let mut busy: Vec<(Instant, Instant)> = drafts.map(|draft| (draft.sent, draft.end)).collect();
    busy.extend(moments.iter().map(|at| (*at, *at)));
    sort_by_key(&mut busy, |span| *span);
    let (lead, tail) = (scale.time(LEAD), scale.time(TAIL));
    let worth = scale.time(LEAD + TAIL + GAP + SAVING);
    let mut out = Vec::new();
    let mut until = Instant::START;
    for (from, to) in busy {
        if from > until && nanos(from - until) > worth {
            let end = from.as_nanos() - tail;
            let length = round_down(end - until.as_nanos() - lead, scale.time(LEAD));
            out.push((Instant::from_nanos(end - length), Instant::from_nanos(end)));
        }
        until = until.max(to);
    }
    out
}

/// A length with as few digits as cost at most `least`, so that the words in a gap are round.
fn round_down(ns: u64, least: u64) -> u64 {
    let digits = ns.checked_ilog10().unwrap_or(0);
    let units = (0..=digits).rev().map(|power| 10_u64.pow(power));
    units.map(|unit| ns / unit * unit).find(|round| ns - round <= least).unwrap_or(ns)
}

/// True scale with cuts.
fn straight(end: Instant, scale: &Scale, cuts: &[(Instant, Instant)]) -> TimeMap {
    let mut map = TimeMap::default();
    let (mut at, mut y) = (Instant::START, TOP);
    map.push(at, y);
    for (from, to) in cuts {
        y += scale.high(nanos(*from - at));
        map.push(*from, y);
        y += GAP;
        map.push(*to, y);
        at = *to;
    }
    map.push(end, y + scale.high(nanos(end - at)));
    map
}

/// A row for every moment.
fn steps<'a>(moments: &[Instant], drafts: impl Iterator<Item = &'a Draft>) -> TimeMap {
    let place = |at: Instant| moments.partition_point(|moment| *moment < at);
    let mut spanned = vec![false; moments.len()];
    for draft in drafts {
        let (first, last) = (place(draft.sent), place(draft.end));
        if let (true, Some(row)) = (last == first + 1, spanned.get_mut(last)) {
            *row = true;
        }
    }
    let mut map = TimeMap::default();
    let mut y = TOP;
    for (nth, (at, spanned)) in moments.iter().zip(spanned).enumerate() {
        if nth > 0 {
            y += if spanned { ROW } else { SHORT_ROW };
        }
        map.push(*at, y);
    }
    map
}
