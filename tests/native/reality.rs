//! The engine beside recordings of real stacks: `tests/reference/*.csv`.

#![allow(clippy::unwrap_used, reason = "a test fails where it happens")]

use std::fs;
use std::path::Path;

use roundtrip::scenario::reality::{self, Row};

#[test]
fn every_recorded_figure_of_a_real_stack_is_met() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference");
    let mut count = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|kind| kind != "csv") {
            continue;
        }
        let rows = reality::compare(&fs::read_to_string(&path).unwrap()).unwrap();
        count += rows.len();
        let off: Vec<Row> = rows.into_iter().filter(|row| !row.holds).collect();
        assert!(off.is_empty(), "{}:\n{}", path.display(), reality::table(&off));
    }
    assert!(count > 100, "only {count} figures were found");
}
