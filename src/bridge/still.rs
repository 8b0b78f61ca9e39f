//! Pictures that stand still, and graphs: on a card with one thing hidden, beside a question up
//! to the moment that is asked about, beside the lanes of a diagram.

use super::desk::{Desk, marks, subtitles};
use super::questions::Still;
use crate::chart::{ChartOptions, Clock, Series, Style, draw as draw_chart, metric};
use crate::diagram::parts::{Label, Span};
use crate::diagram::svg::{self, Element, standalone};
use crate::diagram::text::Weight;
use crate::diagram::tokens::Token;
use crate::diagram::{Cover, Diagram, LayoutOptions, Px, Theme, View};
use crate::scenario::Run;
use crate::scenario::ask::moment;
use crate::sim::endpoint::{Event, MetricUnit};
use crate::sim::time::Instant;
use crate::sim::trace::{EntryId, HostId, Trace, TraceEvent};

/// The widths that a picture is laid out for; the page shows the widest that fits.
const WIDTHS: [i32; 4] = [320, 390, 480, 640];

/// Pixels that are shown below the last thing of a picture that is cut.
const BELOW: i32 = 24;

/// Pixels above which a picture is cut below what is asked about.
const TALL: i32 = 400;

/// How wide a graph is.
const GRAPH: i32 = 236;

/// A picture for every width.
pub(super) fn draw(still: &Still, desk: &mut Desk) -> Result<Vec<(i32, Element)>, String> {
    let run = desk
        .run(&still.order)
        .ok_or_else(|| format!("There is no scenario `{}`.", still.order.scenario))?;
    let entry = still.at.as_ref().map(|at| moment(&run, at)).transpose();
    let entry =
        entry.map_err(|error| format!("This diagram has no such moment: {}.", error.message()))?;
    Ok(WIDTHS.iter().map(|width| (*width, picture(still, &run, entry, *width))).collect())
}

fn picture(still: &Still, run: &Run, entry: Option<EntryId>, width: i32) -> Element {
    let steps = marks(run);
    let away = subtitles(run);
    let away: Vec<&str> = away.iter().map(String::as_str).collect();
    let options = LayoutOptions {
        width,
        mode: still.mode,
        steps: &steps,
        subtitles: &away,
        ..LayoutOptions::default()
    };
    let mut laid = Diagram::layout(&run.trace, &options);
    if let (Some(entry), Some((hidden, told))) = (entry, still.hide) {
        let cover = if told { Cover::Told } else { Cover::Asked };
        laid.cover(&run.trace, entry, hidden, cover);
    }
    let entry_at = entry.and_then(|entry| run.trace.entry(entry)).map(|it| it.at);
    name_lost(&mut laid, run);
    let mut end = laid.height;
    if let (Some(at), true) = (entry_at, still.cut) {
        end = laid.until(at);
    } else if let Some(entry) = entry {
        // A long run goes on below; what is asked about is above.
        end = end.min(laid.reach(&run.trace, entry).max(Px::new(TALL)));
    }
    let below = whole_lines(&laid, end + Px::new(BELOW));
    let high = svg::HEAD.round() + below.round();
    let words: Vec<&str> = laid.messages.iter().map(|message| message.title.as_str()).collect();
    let (id, desc) = (format!("{}-{width}", still.id), words.join(", "));
    let view = View {
        // A cover says itself which moment is meant, and a playhead would lie over it.
        playhead: entry_at.filter(|_| still.cut),
        id: &id,
        title: if still.caption.is_empty() { "Sequence diagram" } else { &still.caption },
        desc: &desc,
        ..View::default()
    };
    let mut picture = standalone(&laid.scene(view));
    if high < svg::HEAD.round() + laid.height.round() {
        crop(&mut picture, width, high);
    }
    picture
}

/// The height below which to cut, so that no word is cut through.
fn whole_lines(laid: &Diagram, height: Px) -> Px {
    let (above, below) = (Px::new(11), Px::new(6));
    let through = |y: Px| y - above < height && y + below > height;
    let cut = laid.texts.iter().map(|text| text.at.y).filter(|y| through(*y)).max();
    cut.map_or(height, |y| y + below)
}

/// A lost message whose name found no room has a number, which refers to a list. There is none
/// here, so the word beside its cross says what is lost.
fn name_lost(laid: &mut Diagram, run: &Run) {
    for message in &mut laid.messages {
        let packet = message.packets.first().and_then(|id| run.trace.packet(*id));
        let (Some(Label::Number(..)), Some(fate), Some(packet)) =
            (&message.label, &mut message.fate, packet)
        else {
            continue;
        };
        let text = format!("{} ", packet.sent.packet.label().name);
        fate.spans.insert(0, Span { text, weight: Weight::Bold, token: Token::Ink });
        message.label = None;
    }
}

/// Shows only the upper part of a picture.
fn crop(picture: &mut Element, width: i32, high: i32) {
    for (name, value) in &mut picture.attrs {
        match *name {
            "height" => *value = high.to_string(),
            "viewBox" => *value = format!("0 0 {width} {high}"),
            _ => {}
        }
    }
}

/// The congestion window and what is in flight, if the run has a window that changes, on the
/// clock of its drawing; first the host whose it is.
pub(super) fn graph(
    trace: &Trace,
    diagram: &Diagram,
    playhead: Option<Instant>,
) -> Option<(String, Element)> {
    let (host, series, unit) = series(trace)?;
    let title = format!("Congestion window of the {host}");
    let options = ChartOptions {
        width: GRAPH,
        clock: Clock::Down(diagram),
        unit,
        theme: Theme::Light,
        title: &title,
        playhead,
    };
    let element = draw_chart(&series, &options);
    Some((host, element))
}

/// The most charts of a long run; more would push its diagram off the screen.
const CHARTS_MAX: usize = 3;

/// What is drawn of a long run, best first, with its name for people; anything else that
/// applications report comes behind. The rest is detail of one connection.
const CHARTED: [(&str, &str); 6] = [
    ("kept", "Kept by the program"),
    ("send-buffer", "Send buffer"),
    ("receive-buffer", "Receive buffer"),
    ("cwnd", "Congestion window"),
    ("srtt", "Round trip, smoothed"),
    ("queue", "Waiting in the queue"),
];
const DETAIL: [&str; 7] =
    ["bytes-in-flight", "ssthresh", "rttvar", "rto", "rwnd", "head-of-line", "received"];

/// The numbers of a long run over all its time: the name of each chart, with its host, and itself.
pub(super) fn long(trace: &Trace, width: i32, playhead: Option<Instant>) -> Vec<(String, Element)> {
    let mut out = Vec::new();
    for name in charted(trace) {
        let hosts = (0..u8::try_from(trace.hosts.len()).unwrap_or(0)).map(HostId);
        let found = hosts.filter_map(|host| Some((host, metric(trace, host, &name)?)));
        let longest = found.max_by_key(|(_, (series, _))| series.points.len());
        let Some((host, (mut series, unit))) = longest else { continue };
        let first = series.points.first().map(|(_, value)| *value);
        if series.points.iter().all(|(_, value)| Some(*value) == first) {
            continue;
        }
        let known = CHARTED.iter().find(|(known, _)| *known == name);
        let words = known.map_or_else(|| spoken(&name), |(_, words)| (*words).to_owned());
        let title = format!("{words}, {}", trace.host(host).title.to_ascii_lowercase());
        series.name = String::new();
        let clock = Clock::Right { end: trace.duration(), height: 120 };
        let options =
            ChartOptions { width, clock, unit, theme: Theme::Light, title: &title, playhead };
        out.push((title.clone(), draw_chart(&[series], &options)));
        if out.len() == CHARTS_MAX {
            break;
        }
    }
    out
}

/// The names of a run's numbers that are drawn, best first.
fn charted(trace: &Trace) -> Vec<String> {
    let mut names: Vec<String> = CHARTED.iter().map(|(name, _)| (*name).to_owned()).collect();
    for entry in &trace.entries {
        if let TraceEvent::Endpoint(Event::MetricUpdated { name, .. }) = &entry.event
            && !DETAIL.contains(name)
            && !names.iter().any(|known| known == name)
        {
            names.push((*name).to_owned());
        }
    }
    names
}

/// A name in kebab-case as words.
fn spoken(name: &str) -> String {
    let words = name.replace('-', " ");
    let mut letters = words.chars();
    let first: String = letters.next().map(|sign| sign.to_ascii_uppercase()).into_iter().collect();
    first + letters.as_str()
}

/// The window of the host that sends the most, and what it has in flight.
pub(super) fn series(trace: &Trace) -> Option<(String, Vec<Series>, MetricUnit)> {
    let hosts = (0..u8::try_from(trace.hosts.len()).unwrap_or(0)).map(HostId);
    let windows = hosts.filter_map(|host| Some((host, metric(trace, host, "cwnd")?)));
    let changing = |(_, (series, _)): &(HostId, (Series, MetricUnit))| {
        let first = series.points.first().map(|(_, value)| *value);
        series.points.iter().any(|(_, value)| Some(*value) != first)
    };
    let (host, (mut window, unit)) =
        windows.filter(changing).max_by_key(|(_, (series, _))| series.points.len())?;
    window.name = "window".to_owned();
    let mut all = Vec::new();
    if let Some((flight, _)) = metric(trace, host, "bytes-in-flight") {
        all.push(Series { name: "in flight".to_owned(), style: Style::FILLED, ..flight });
    }
    all.push(window);
    Some((trace.host(host).title.to_ascii_lowercase(), all, unit))
}
