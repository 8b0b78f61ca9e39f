//! The still picture of a scenario, for places that show no live diagram.

use crate::diagram::Theme;
use crate::diagram::options::{LayoutOptions, StepMark};
use crate::diagram::parts::Diagram;
use crate::diagram::svg::{View, standalone};
use crate::scenario::{self, Scenario, Setup};

/// The width of a poster in CSS pixels.
const WIDTH: i32 = 720;

/// The finished run of a scenario at its defaults, as an SVG file.
pub(super) fn poster(scenario: &dyn Scenario, theme: Theme) -> String {
    let run = scenario::run(scenario, &Setup::new(scenario.about()));
    let steps: Vec<StepMark> = run
        .steps
        .iter()
        .map(|step| StepMark { name: step.name, title: step.title, at: step.at, entry: step.entry })
        .collect();
    let options = LayoutOptions { width: WIDTH, steps: &steps, ..LayoutOptions::default() };
    let diagram = Diagram::layout(&run.trace, &options);
    let captions: Vec<&str> = run.steps.iter().map(|step| step.caption.as_str()).collect();
    let desc = captions.join(" ");
    let view = View { title: scenario.about().title, desc: &desc, theme, ..View::default() };
    standalone(&diagram.scene(view)).to_string()
}
