//! How much: numbers of a run over time, on the clock of the diagram.
//!
//! Beside lanes time runs down through the diagram's own map, so that one playhead crosses both;
//! alone it runs to the right. plotters places axes and series; text is set here.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod backend;
mod series;

pub use series::{Series, Style, metric};

use plotters::coord::types::RangedCoordi32;
use plotters::prelude::{
    Cartesian2d, ChartBuilder, ChartContext, IntoDrawingArea, LineSeries, Polygon,
};

use crate::diagram::parts::Diagram;
use crate::diagram::px::Px;
use crate::diagram::svg::Element;
use crate::diagram::text::{self, FAMILY, Weight};
use crate::diagram::tokens::{Theme, Token};
use crate::diagram::words;
use crate::sim::endpoint::MetricUnit;
use crate::sim::time::Instant;
use backend::{Ink, Sheet};

/// Which way time runs.
#[derive(Clone, Copy, Debug)]
pub enum Clock<'a> {
    /// Down, at the heights of a diagram.
    Down(&'a Diagram),
    /// To the right, up to the end of the run, in a picture of this height in whole pixels.
    Right {
        /// When the run ends.
        end: Instant,
        /// The whole height.
        height: i32,
    },
}

/// How a chart is drawn.
#[derive(Clone, Copy, Debug)]
pub struct ChartOptions<'a> {
    /// The width in whole pixels, at least 120.
    pub width: i32,
    /// Which way time runs.
    pub clock: Clock<'a>,
    /// What the values count.
    pub unit: MetricUnit,
    /// The resolved colours.
    pub theme: Theme,
    /// The title, for those who cannot see the picture.
    pub title: &'a str,
    /// The moment of the playhead.
    pub playhead: Option<Instant>,
}

/// The part of the picture in which series are drawn, in tenths of a pixel.
struct Frame {
    left: i32,
    right: i32,
    top: i32,
    bottom: i32,
    size: (i32, i32),
    /// The largest value on the axis.
    most: u64,
}

/// The most numbers on the axis of values, with the zero.
const NUMBERS: u64 = 5;

/// The distance between the numbers of an axis: 1, 2 or 5 times a power of ten.
fn grid_step(most: u64) -> u64 {
    let mut unit = 1_u64;
    loop {
        for step in [1, 2, 5] {
            let step = unit.saturating_mul(step);
            if most / step < NUMBERS || step == u64::MAX {
                return step;
            }
        }
        unit = unit.saturating_mul(10);
    }
}

impl ChartOptions<'_> {
    fn frame(&self, series: &[Series]) -> Frame {
        let most = series.iter().filter_map(Series::most).max().unwrap_or(0).max(1);
        let width = self.width.clamp(120, 1600) * 10;
        match self.clock {
            Clock::Down(diagram) => {
                let height = diagram.page_height().as_hundredths() / 10;
                let (left, right) = (160, width - 240);
                Frame { left, right, top: 0, bottom: height, size: (width, height), most }
            }
            Clock::Right { height, .. } => {
                let height = height.clamp(80, 1600) * 10;
                let (left, right) = (480, width - 1000);
                Frame { left, right, top: 120, bottom: height - 220, size: (width, height), most }
            }
        }
    }

    /// Where a value at a moment lies, in tenths of a pixel.
    fn place(&self, frame: &Frame, at: Instant, value: u64) -> (i32, i32) {
        let share = |part: u64, whole: u64, length: i32| {
            let length = i128::from(length) * i128::from(part) / i128::from(whole.max(1));
            i32::try_from(length).unwrap_or(0)
        };
        match self.clock {
            Clock::Down(diagram) => {
                let x = frame.left + share(value, frame.most, frame.right - frame.left);
                (x, diagram.y(at).tenths().as_hundredths() / 10)
            }
            Clock::Right { end, .. } => {
                let wide = frame.right - frame.left;
                let x = frame.left + share(at.as_nanos(), end.as_nanos(), wide);
                (x, frame.bottom - share(value, frame.most, frame.bottom - frame.top))
            }
        }
    }

    fn text(&self, words: &str, token: Token, weight: Weight, at: (i32, i32)) -> Element {
        let element = Element::new("text")
            .attr("class", format!("f-{}", token.name()))
            .attr("fill", token.color(self.theme))
            .attr("font-size", "11")
            .attr("x", Px::hundredths(at.0 * 10))
            .attr("y", Px::hundredths(at.1 * 10));
        match weight {
            Weight::Bold => element.attr("font-weight", "600").text(words),
            Weight::Regular => element.text(words),
        }
    }
}

/// A plotting area whose coordinates are tenths of a pixel.
type Area<'a, 'b> = ChartContext<'a, Sheet<'b>, Cartesian2d<RangedCoordi32, RangedCoordi32>>;

/// Draws series on one clock.
pub fn draw(series: &[Series], options: &ChartOptions<'_>) -> Element {
    let frame = options.frame(series);
    let (width, height) = frame.size;
    let mut shapes = Vec::new();
    sheet(series, options, &frame, &mut shapes);
    let px = |tenths: i32| Px::hundredths(tenths * 10);
    let mut svg = Element::new("svg")
        .attr("xmlns", "http://www.w3.org/2000/svg")
        .attr("class", "rt-chart")
        .attr("width", px(width))
        .attr("height", px(height))
        .attr("viewBox", format!("0 0 {} {}", px(width), px(height)))
        .attr("role", "img")
        .attr("aria-label", options.title)
        .attr("font-family", FAMILY);
    svg.children = shapes;
    svg.children.extend(numbers(options, &frame));
    svg.children.extend(names(series, options, &frame));
    if let Some(at) = options.playhead {
        svg.children.push(now(series, options, at));
    }
    svg
}

/// Lets plotters draw grid and series.
fn sheet(series: &[Series], options: &ChartOptions<'_>, frame: &Frame, out: &mut Vec<Element>) {
    let (width, height) = frame.size;
    let size = (width.unsigned_abs(), height.unsigned_abs());
    let area = Sheet { size, theme: options.theme, out }.into_drawing_area();
    // The ranges make the places of plotters ours: to the right up to its last unit, and down.
    let built = ChartBuilder::on(&area).build_cartesian_2d(0..width - 1, height..0);
    if let Ok(mut chart) = built {
        grid(&mut chart, options, frame);
        for line in series {
            plot(&mut chart, options, frame, line);
        }
    }
}

fn grid(chart: &mut Area<'_, '_>, options: &ChartOptions<'_>, frame: &Frame) {
    let rule = Ink::new(Token::Rule, 10).color();
    for nth in 0..NUMBERS {
        let value = grid_step(frame.most).saturating_mul(nth);
        if value > frame.most {
            break;
        }
        let (x, y) = options.place(frame, Instant::START, value);
        let line = match options.clock {
            Clock::Down(_) => [(x, frame.top + 160), (x, frame.bottom)],
            Clock::Right { .. } => [(frame.left, y), (frame.right, y)],
        };
        let _ = chart.draw_series(LineSeries::new(line, rule));
    }
}

fn plot(chart: &mut Area<'_, '_>, options: &ChartOptions<'_>, frame: &Frame, series: &Series) {
    let path: Vec<(i32, i32)> =
        series.corners().map(|(at, value)| options.place(frame, at, value)).collect();
    let (Some(first), Some(last)) = (series.points.first(), series.points.last()) else { return };
    if series.style.filled {
        let foot = [last.0, first.0].map(|at| options.place(frame, at, 0));
        let shape: Vec<(i32, i32)> = path.iter().copied().chain(foot).collect();
        let tint = Ink::new(series.style.tint, 0).color();
        let _ = chart.draw_series([Polygon::new(shape, tint)]);
    }
    let ink = Ink { token: series.style.line, dashed: series.style.dashed, width: 17 };
    let _ = chart.draw_series(LineSeries::new(path, ink.color()));
}

/// A value in its unit: bytes in thousands where they are many, times in milliseconds.
fn value_text(value: u64, most: u64, unit: MetricUnit) -> String {
    match unit {
        _ if value == 0 => "0".to_owned(),
        MetricUnit::Nanoseconds => words::decimal(value, 1_000_000, 1),
        MetricUnit::Bytes if most >= 10_000 => {
            format!("{}\u{a0}kB", words::decimal(value, 1000, 1))
        }
        MetricUnit::Bytes | MetricUnit::Count => words::count(value),
    }
}

/// The numbers of the axes.
fn numbers(options: &ChartOptions<'_>, frame: &Frame) -> Vec<Element> {
    let mut out = Vec::new();
    for nth in 0..NUMBERS {
        let value = grid_step(frame.most).saturating_mul(nth);
        if value > frame.most {
            break;
        }
        let (x, y) = options.place(frame, Instant::START, value);
        let shown = value_text(value, frame.most, options.unit);
        let (at, anchor) = match options.clock {
            Clock::Down(_) => ((x, 110), "middle"),
            Clock::Right { .. } => ((frame.left - 60, y + 40), "end"),
        };
        let text = options.text(&shown, Token::Ink2, Weight::Regular, at);
        out.push(text.attr("text-anchor", anchor));
    }
    if let Clock::Right { end, .. } = options.clock {
        let step = grid_step(end.as_nanos().max(1));
        for nth in 0..NUMBERS {
            let at = Instant::from_nanos(step.saturating_mul(nth));
            if at > end {
                break;
            }
            let (x, _) = options.place(frame, at, 0);
            let text = options.text(
                &words::moment(at),
                Token::Ink2,
                Weight::Regular,
                (x, frame.bottom + 160),
            );
            out.push(text.attr("text-anchor", "middle"));
        }
    }
    out
}

/// The names of the series at their ends, apart from each other.
fn names(series: &[Series], options: &ChartOptions<'_>, frame: &Frame) -> Vec<Element> {
    let mut taken: Vec<i32> = Vec::new();
    let mut out = Vec::new();
    for line in series {
        let Some((at, value)) = line.points.last().copied() else { continue };
        let (x, y) = options.place(frame, at, value);
        let mut y = match options.clock {
            Clock::Down(_) => frame.bottom - 60,
            Clock::Right { .. } => y + 40,
        };
        while let Some(other) = taken.iter().find(|other| other.abs_diff(y) < 140) {
            y = match options.clock {
                Clock::Down(_) => other - 140,
                Clock::Right { .. } => other + 140,
            };
        }
        taken.push(y);
        let width = text::width(&line.name, Px::new(11), Weight::Bold).as_hundredths() / 10;
        let x = (x + 60).min(frame.size.0 - width - 20).max(20);
        out.push(options.text(&line.name, line.style.words, Weight::Bold, (x, y)));
    }
    out
}

/// The playhead on a chart: a line, and a dot on every series with its value beside it.
pub fn now(series: &[Series], options: &ChartOptions<'_>, at: Instant) -> Element {
    let frame = options.frame(series);
    let px = |tenths: i32| Px::hundredths(tenths * 10);
    let (x, y) = options.place(&frame, at, 0);
    let (from, to) = match options.clock {
        Clock::Down(_) => ((0, y), (frame.size.0, y)),
        Clock::Right { .. } => ((x, frame.top), (x, frame.bottom)),
    };
    let line = Element::new("line")
        .attr("class", "s-ink")
        .attr("x1", px(from.0))
        .attr("y1", px(from.1))
        .attr("x2", px(to.0))
        .attr("y2", px(to.1))
        .attr("stroke", Token::Ink.color(options.theme))
        .attr("stroke-width", "1.25");
    let mut group = Element::new("g").attr("class", "rt-now").child(line);
    for series in series {
        let Some(value) = series.at(at) else { continue };
        let (x, y) = options.place(&frame, at, value);
        let token = series.style.line;
        let dot = Element::new("circle")
            .attr("class", format!("f-{} s-stage", token.name()))
            .attr("cx", px(x))
            .attr("cy", px(y))
            .attr("r", "4.5")
            .attr("fill", token.color(options.theme))
            .attr("stroke", Token::Stage.color(options.theme))
            .attr("stroke-width", "2");
        let shown = value_text(value, frame.most, options.unit);
        let width = text::width(&shown, Px::new(11), Weight::Bold).as_hundredths() / 10;
        let x = if x + 80 + width > frame.size.0 { x - 80 - width } else { x + 80 };
        let words = options.text(&shown, Token::Ink, Weight::Bold, (x, y - 60));
        group.children.extend([dot, words]);
    }
    group
}

#[cfg(test)]
mod tests {
    use super::{ChartOptions, Clock, Series, Style, draw, grid_step};
    use crate::diagram::tokens::Theme;
    use crate::sim::endpoint::MetricUnit;
    use crate::sim::time::Instant;

    #[test]
    fn an_axis_has_at_most_five_numbers() {
        for most in [1, 4, 9, 10, 99, 14_480, 1_000_000, u64::MAX] {
            assert!(most / grid_step(most) < 5, "{most}");
        }
    }

    #[test]
    fn steps_stay_steps_and_every_coordinate_is_exact() {
        let points = [(0, 10), (100, 20), (200, 40)];
        let points = points.map(|(ms, value)| (Instant::from_millis(ms), value));
        let series = Series {
            name: "cwnd".to_owned(),
            points: points.to_vec(),
            steps: true,
            style: Style::MAIN,
        };
        let options = ChartOptions {
            width: 400,
            clock: Clock::Right { end: Instant::from_millis(200), height: 200 },
            unit: MetricUnit::Count,
            theme: Theme::Light,
            title: "Congestion window",
            playhead: Some(Instant::from_millis(150)),
        };
        let drawn = draw(&[series], &options).to_string();
        assert!(drawn.contains("48,136.5 174,136.5 174,95 300,95 300,12"), "{drawn}");
        assert!(drawn.contains(">20</text>"));
    }
}
