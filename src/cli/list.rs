//! `roundtrip list`: what there is to run.

use core::fmt::Write;

use clap::Args;
use serde_json::{Value as Json, json};

use super::{Failure, write};
use crate::scenario::slider::POSITIONS;
use crate::scenario::{CATALOGUE, ParamKind, ParamSpec, Scenario};

/// The arguments of `list`.
#[derive(Debug, Args)]
pub(super) struct List {
    /// For programs
    #[arg(long)]
    json: bool,
}

impl List {
    pub(super) fn execute(&self) -> Result<(), Failure> {
        let text = if self.json {
            let list: Vec<Json> = CATALOGUE.iter().map(|scenario| as_json(*scenario)).collect();
            format!("{:#}\n", json!({ "scenarios": list }))
        } else {
            CATALOGUE.iter().map(|scenario| as_text(*scenario)).collect::<Vec<_>>().join("\n")
        };
        write(None, &text)
    }
}

fn as_text(scenario: &dyn Scenario) -> String {
    let mut text = format!("{}  {}\n", scenario.about().id, scenario.about().title);
    // Writing to a string never fails.
    let _ = writeln!(text, "  {}", scenario.about().summary);
    for spec in scenario.about().params {
        let default = spec.kind.default_value();
        let _ = writeln!(text, "    {}={default}  {}", spec.key, range(spec));
    }
    let rows = [
        ("presets", names(scenario.about().presets.iter().map(|preset| preset.name))),
        ("steps", names(scenario.about().steps.iter().map(|step| step.name))),
        ("measures", names(scenario.about().measures.iter().map(|measure| measure.name))),
    ];
    for (what, names) in rows {
        let _ = writeln!(text, "  {what}: {names}");
    }
    text
}

fn names<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.collect::<Vec<_>>().join(", ")
}

fn range(spec: &ParamSpec) -> String {
    match spec.kind {
        ParamKind::Choice { options, .. } => {
            format!("{} ({})", spec.label, names(options.iter().map(|(word, _)| *word)))
        }
        kind => {
            format!("{} ({} to {})", spec.label, kind.value_at(0), kind.value_at(POSITIONS))
        }
    }
}

fn as_json(scenario: &dyn Scenario) -> Json {
    let params: Vec<Json> = scenario.about().params.iter().map(param).collect();
    let presets: Vec<Json> = scenario
        .about()
        .presets
        .iter()
        .map(|preset| {
            let set: serde_json::Map<String, Json> = preset
                .set
                .iter()
                .map(|(key, value)| ((*key).to_owned(), Json::from(*value)))
                .collect();
            json!({
                "name": preset.name,
                "title": preset.title,
                "failure": preset.failure,
                "set": set,
                "faults": preset.faults,
            })
        })
        .collect();
    let steps: Vec<Json> = scenario
        .about()
        .steps
        .iter()
        .map(|step| json!({ "name": step.name, "title": step.title }))
        .collect();
    let measures: Vec<Json> = scenario
        .about()
        .measures
        .iter()
        .map(|measure| {
            json!({ "name": measure.name, "title": measure.title, "unit": measure.unit.id() })
        })
        .collect();
    let fidelity = &scenario.about().fidelity;
    json!({
        "id": scenario.about().id,
        "title": scenario.about().title,
        "summary": scenario.about().summary,
        "params": params,
        "presets": presets,
        "steps": steps,
        "measures": measures,
        "fidelity": {
            "modelled": fidelity.modelled,
            "left_out": fidelity.left_out,
            "standards": fidelity.standards,
            "checked": fidelity.checked,
        },
    })
}

fn param(spec: &ParamSpec) -> Json {
    let mut param = json!({
        "key": spec.key,
        "label": spec.label,
        "help": spec.help,
        "default": spec.kind.default_value().to_string(),
    });
    match spec.kind {
        ParamKind::Choice { options, .. } => {
            param["options"] = options.iter().map(|(word, _)| *word).collect();
        }
        kind => {
            param["min"] = Json::from(kind.value_at(0).to_string());
            param["max"] = Json::from(kind.value_at(POSITIONS).to_string());
        }
    }
    param
}
