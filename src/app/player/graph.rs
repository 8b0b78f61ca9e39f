//! A graph beside the lanes: the same clock downwards, so one playhead crosses both.

use yew::prelude::*;

use super::drawing::node;
use crate::chart::{ChartOptions, Clock, Series, Style, draw, metric};
use crate::diagram::{Diagram, Theme};
use crate::scenario::Run;
use crate::sim::endpoint::MetricUnit;
use crate::sim::time::Instant;
use crate::sim::trace::{HostId, Trace};

/// How wide a graph is.
pub(crate) const WIDTH: i32 = 236;

/// The congestion window and what is in flight, if the run has a window that changes.
pub(crate) fn graph(run: &Run, diagram: &Diagram, playhead: Option<Instant>) -> Html {
    let Some((host, series, unit)) = series(&run.trace) else { return html! {} };
    let title = format!("Congestion window of the {host}");
    let options = ChartOptions {
        width: WIDTH,
        clock: Clock::Down(diagram),
        unit,
        theme: Theme::Light,
        title: &title,
        playhead,
    };
    html! {
        <div class="graph drawing">
            <p class="lanes"><b>{ "Congestion window" }</b><span>{ format!("{host}, bytes") }</span></p>
            { node(&draw(&series, &options)) }
        </div>
    }
}

/// The window of the host that sends the most, and what it has in flight.
fn series(trace: &Trace) -> Option<(String, Vec<Series>, MetricUnit)> {
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

/// Whether a run has something to draw.
pub(crate) fn has_graph(run: &Run) -> bool {
    series(&run.trace).is_some()
}
