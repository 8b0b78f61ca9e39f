//! `roundtrip run`: one run of a scenario, in one of several formats.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{Failure, write};
use crate::diagram::mermaid::mermaid;
use crate::diagram::{Diagram, LayoutOptions, StepMark, View, svg};
use crate::scenario::{self, CATALOGUE, Scenario, Setup};

/// The arguments of `run`.
#[derive(Debug, Args)]
pub(super) struct Run {
    /// The scenario: see `roundtrip list`
    scenario: String,
    /// Parameters, such as rtt=80ms or lost-syns=1
    #[arg(value_name = "KEY=VALUE")]
    settings: Vec<String>,
    /// A network or a failure; parameters given by name win over it
    #[arg(long, value_name = "NAME")]
    preset: Vec<String>,
    /// Something that goes wrong, such as drop:syn-ack#1, delay:ack#1:200ms or outage:1s..3s
    #[arg(long, value_name = "FAULT")]
    fault: Vec<String>,
    /// Where chance comes from
    #[arg(long, value_name = "NUMBER")]
    seed: Option<String>,
    /// What to print
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    /// Write to this file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// What a run is printed as.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// A line for each thing that happened, then the moments and the results
    Text,
    /// Everything, for programs; times are whole nanoseconds
    Json,
    /// The picture of the whole run
    Svg,
    /// A Mermaid sequence diagram
    Mermaid,
}

impl Run {
    pub(super) fn execute(&self) -> Result<(), Failure> {
        let scenario = find(&self.scenario)?;
        let setup = self.setup(scenario)?;
        let run = scenario::run(scenario, &setup);
        let text = match self.format {
            Format::Text => scenario::report::of_run(&run),
            Format::Json => {
                let mut json = scenario::json::of_run(&run);
                json.push('\n');
                json
            }
            Format::Svg => picture(scenario, &run),
            Format::Mermaid => mermaid(&run.trace),
        };
        write(self.output.as_deref(), &text)
    }

    /// The set-up that the arguments ask for, or everything that is wrong with them.
    fn setup(&self, scenario: &dyn Scenario) -> Result<Setup, Failure> {
        let mut pairs = Vec::new();
        let mut problems = Vec::new();
        let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        for setting in &self.settings {
            match setting.split_once('=') {
                Some((key, value)) => pairs.push(pair(&format!("set.{key}"), value)),
                None => problems
                    .push(format!("`{setting}` sets nothing: write KEY=VALUE, such as rtt=80ms")),
            }
        }
        pairs.extend(self.preset.iter().map(|name| pair("preset", name)));
        pairs.extend(self.fault.iter().map(|fault| pair("fault", fault)));
        pairs.extend(self.seed.iter().map(|seed| pair("seed", seed)));
        let (setup, wrong) = Setup::from_query(scenario.about(), &pairs);
        problems.extend(wrong.into_iter().map(|problem| problem.message));
        if problems.is_empty() { Ok(setup) } else { Err(Failure::Usage(problems)) }
    }
}

/// The width of a picture in CSS pixels: that of a column of text.
const WIDTH: i32 = 712;

/// The picture of a finished run, as a file of its own.
fn picture(scenario: &dyn Scenario, run: &scenario::Run) -> String {
    let steps: Vec<StepMark> = run
        .steps
        .iter()
        .map(|step| StepMark { name: step.name, title: step.title, at: step.at, entry: step.entry })
        .collect();
    let options = LayoutOptions { width: WIDTH, steps: &steps, ..LayoutOptions::default() };
    let diagram = Diagram::layout(&run.trace, &options);
    let view =
        View { title: scenario.about().title, desc: scenario.about().summary, ..View::default() };
    format!("{}\n", svg::standalone(&diagram.scene(view)))
}

fn find(name: &str) -> Result<&'static dyn Scenario, Failure> {
    scenario::find(name).ok_or_else(|| {
        let names = CATALOGUE.iter().map(|scenario| scenario.about().id);
        let instead = scenario::text::instead(name, names);
        Failure::Usage(vec![format!("there is no scenario `{name}`: {instead}")])
    })
}
