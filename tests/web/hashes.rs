//! The hash of every scenario at its defaults and under each preset, as a table.
//!
//! The native tests write it down; the tests in a browser must get the same.

use roundtrip::scenario::{self, CATALOGUE, Setup, json};

/// A line per run: its name and the hash of its JSON.
pub(crate) fn table() -> String {
    let mut table = String::new();
    for scenario in CATALOGUE {
        let mut line = |name: &str, setup: &Setup| {
            let hash = json::trace_hash(&scenario::run(*scenario, setup));
            table.push_str(&format!("{name} {hash:016x}\n"));
        };
        let defaults = Setup::new(scenario.about());
        line(scenario.about().id, &defaults);
        for preset in scenario.about().presets {
            if let Ok(setup) = defaults.with_preset(scenario.about(), preset.name) {
                line(&format!("{}@{}", scenario.about().id, preset.name), &setup);
            }
        }
    }
    table
}
