//! Golden runs: every scenario at its defaults and under each failure, as text.
//!
//! `UPDATE_EXPECT=1 cargo test` writes them anew; read what changed as a reviewer would.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

#[path = "../web/hashes.rs"]
mod hashes;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use expect_test::expect_file;
use roundtrip::scenario::{self, CATALOGUE, Scenario, Setup, report};

fn golden(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(format!("{name}.trace"))
}

/// The runs that are kept: a name and the set-up of each.
fn runs() -> Vec<(String, &'static dyn Scenario, Setup)> {
    let mut runs = Vec::new();
    for scenario in CATALOGUE {
        let defaults = Setup::new(scenario.about());
        for preset in scenario.about().presets.iter().filter(|preset| preset.failure) {
            let name = format!("{}@{}", scenario.about().id, preset.name);
            let setup = defaults.with_preset(scenario.about(), preset.name).unwrap();
            runs.push((name, *scenario, setup));
        }
        runs.push((scenario.about().id.to_owned(), *scenario, defaults));
    }
    runs
}

#[test]
fn runs_equal_their_golden_traces() {
    for (name, scenario, setup) in runs() {
        let run = scenario::run(scenario, &setup);
        expect_file![golden(&name)].assert_eq(&report::of_run(&run));
    }
}

#[test]
fn hashes_equal_those_that_the_browser_is_held_to() {
    expect_file!["../golden/hashes.txt"].assert_eq(&hashes::table());
}

#[test]
fn every_golden_trace_belongs_to_a_run() {
    let names: BTreeSet<PathBuf> = runs().iter().map(|(name, ..)| golden(name)).collect();
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "trace") {
            assert!(names.contains(&path), "no run makes {}", path.display());
        }
    }
}

#[test]
fn captions_fit_two_lines_and_name_no_empty_number() {
    for (name, scenario, setup) in runs() {
        for step in scenario::run(scenario, &setup).steps {
            let length = step.caption.chars().count();
            assert!((20..=150).contains(&length), "{name} {}: {}", step.name, step.caption);
            assert!(step.caption.ends_with('.'), "{name} {}: {}", step.name, step.caption);
        }
    }
}

#[test]
fn every_step_happens_in_some_run() {
    for scenario in CATALOGUE {
        let seen: BTreeSet<&str> = runs()
            .into_iter()
            .filter(|(_, of, _)| of.about().id == scenario.about().id)
            .flat_map(|(_, _, setup)| scenario::run(*scenario, &setup).steps)
            .map(|step| step.name)
            .collect();
        // The default object needs four rounds; later flights are tested with larger ones.
        let rare = ["flight-8"];
        for step in scenario.about().steps.iter().filter(|step| !rare.contains(&step.name)) {
            assert!(
                seen.contains(step.name),
                "{}@{} never happens",
                scenario.about().id,
                step.name
            );
        }
    }
}

#[test]
fn sums_add_up_to_their_figures() {
    for (name, scenario, setup) in runs() {
        for measure in scenario::run(scenario, &setup).measures {
            let Some(figure) = measure.figure.filter(|figure| !figure.sum.is_empty()) else {
                continue;
            };
            let sum: u64 = figure.sum.iter().map(|term| term.value).sum();
            assert_eq!(sum, figure.value, "{name} {}: {:?}", measure.name, figure.sum);
        }
    }
}

#[test]
fn names_are_unique_and_in_kebab_case() {
    let kebab =
        |name: &str| name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    for scenario in CATALOGUE {
        let groups: [Vec<&str>; 4] = [
            scenario.about().params.iter().map(|param| param.key).collect(),
            scenario.about().presets.iter().map(|preset| preset.name).collect(),
            scenario.about().steps.iter().map(|step| step.name).collect(),
            scenario.about().measures.iter().map(|measure| measure.name).collect(),
        ];
        for names in groups {
            let unique: BTreeSet<&str> = names.iter().copied().collect();
            assert_eq!(unique.len(), names.len(), "{}: {names:?}", scenario.about().id);
            assert!(names.into_iter().all(kebab), "{}", scenario.about().id);
        }
    }
}
