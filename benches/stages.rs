//! The stages from a slider to a picture, measured over one long run; shared by the native
//! bench and the one in the browser, each of which brings its own clock.

use std::fmt::Write as _;
use std::hint::black_box;

use roundtrip::diagram::svg::draw;
use roundtrip::diagram::{Diagram, LayoutOptions, StepMark, View};
use roundtrip::scenario::{self, Run, Scenario, Setup};

/// Entries that the run must have at least, for the figures to mean something.
const ENTRIES_MIN: usize = 2_000;

/// What is run: a download that slow start takes some round trips for.
const SCENARIO: &str = "tcp-slow-start";
const SIZE: &str = "700kB";

/// Repetitions of a stage: the first ones warm up and do not count.
const WARM: usize = 3;
const COUNTED: usize = 21;

/// Measures every stage and returns a table; `clock` tells milliseconds.
///
/// # Panics
/// The scenario is unknown or its run too short to be worth measuring.
pub(crate) fn table(place: &str, clock: impl Fn() -> f64) -> String {
    let Some(scenario) = scenario::find(SCENARIO) else { panic!("there is no {SCENARIO}") };
    let mut setup = Setup::new(scenario.about());
    if let Err(problem) = setup.params.set("size", SIZE) {
        panic!("{problem:?}");
    }
    let run = scenario::run(scenario, &setup);
    let entries = run.trace.entries.len();
    assert!(entries >= ENTRIES_MIN, "{entries} entries are too few: at least {ENTRIES_MIN}");
    let marks = marks(&run);
    let options = LayoutOptions { steps: &marks, ..LayoutOptions::default() };
    let diagram = Diagram::layout(&run.trace, &options);
    let picture = draw(&diagram.scene(View::default()));

    let mut text = format!(
        "{place}: {SCENARIO} size={SIZE}, {entries} entries, {} elements\n",
        picture.count()
    );
    row(&mut text, "run", &clock, || drop(black_box(scenario::run(scenario, &setup))));
    row(&mut text, "layout", &clock, || drop(black_box(Diagram::layout(&run.trace, &options))));
    row(&mut text, "drawing", &clock, || drop(black_box(draw(&diagram.scene(View::default())))));
    row(&mut text, "together", &clock, || drop(black_box(together(scenario, &setup))));
    row(&mut text, "to text", &clock, || drop(black_box(picture.to_string())));
    text
}

/// The whole chain, once.
fn together(scenario: &dyn Scenario, setup: &Setup) -> roundtrip::diagram::svg::Element {
    let run = scenario::run(scenario, setup);
    let marks = marks(&run);
    let options = LayoutOptions { steps: &marks, ..LayoutOptions::default() };
    draw(&Diagram::layout(&run.trace, &options).scene(View::default()))
}

fn marks(run: &Run) -> Vec<StepMark> {
    let mark = |step: &scenario::Step| StepMark {
        name: step.name,
        title: step.title,
        at: step.at,
        entry: step.entry,
    };
    run.steps.iter().map(mark).collect()
}

/// Appends the median and the slowest of a stage.
fn row(text: &mut String, name: &str, clock: &impl Fn() -> f64, mut work: impl FnMut()) {
    let mut times: Vec<f64> = (0..WARM + COUNTED)
        .map(|_| {
            let begin = clock();
            work();
            clock() - begin
        })
        .skip(WARM)
        .collect();
    times.sort_by(f64::total_cmp);
    let (median, slowest) = (times[times.len() / 2], times[times.len() - 1]);
    writeln!(text, "  {name:<10} {median:>8.2} ms    slowest {slowest:>8.2} ms").ok();
}
