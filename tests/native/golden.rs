//! No expectation outlives the test that looks at it.
//!
//! A file in `tests/golden/` is either named by a test, or it is called
//! `<scenario>[@<preset>].<kind>` after what exists and some test makes that kind.

use std::fs;
use std::path::Path;

use roundtrip::scenario;

#[test]
fn every_golden_file_is_asserted() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let sources = sources(&root);
    let names = names(&root.join("golden"));
    assert!(!names.is_empty(), "the golden files were not found");
    let lost: Vec<&String> = names.iter().filter(|name| !asserted(name, &sources)).collect();
    assert!(lost.is_empty(), "no test asserts {lost:?}");
}

#[test]
fn a_golden_file_without_a_test_is_found() {
    let sources =
        ["expect_file![\"../golden/log.jsonl\"]; golden(format!(\"{id}.trace\"))".to_owned()];
    for good in ["log.jsonl", "tcp-open.trace", "tcp-open@lost-syn.trace"] {
        assert!(asserted(good, &sources), "{good}");
    }
    for lost in ["old.jsonl", "tcp-opne.trace", "tcp-open@lost-sin.trace", "tcp-open.svg"] {
        assert!(!asserted(lost, &sources), "{lost}");
    }
}

fn asserted(name: &str, sources: &[String]) -> bool {
    if sources.iter().any(|source| source.contains(name)) {
        return true;
    }
    let Some((stem, kind)) = name.rsplit_once('.') else { return false };
    let (id, preset) = stem.split_once('@').map_or((stem, None), |(id, preset)| (id, Some(preset)));
    let Some(scenario) = scenario::find(id) else { return false };
    let known =
        preset.is_none_or(|name| scenario.about().presets.iter().any(|preset| preset.name == name));
    let kind = format!("}}.{kind}\"");
    known && sources.iter().any(|source| source.contains("golden") && source.contains(&kind))
}

/// The texts of the tests, without this one, which names files that need not be.
fn sources(folder: &Path) -> Vec<String> {
    let mut texts = Vec::new();
    for path in entries(folder) {
        if path.is_dir() {
            texts.extend(sources(&path));
        } else if path.extension().is_some_and(|kind| kind == "rs") && !path.ends_with("golden.rs")
        {
            texts.extend(fs::read_to_string(&path));
        }
    }
    texts
}

/// The names of the files of a folder, those of its folders too.
fn names(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for path in entries(folder) {
        if path.is_dir() {
            found.extend(names(&path));
        } else {
            found.extend(path.file_name().map(|name| name.to_string_lossy().into_owned()));
        }
    }
    found
}

fn entries(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    entries.filter_map(Result::ok).map(|entry| entry.path()).collect()
}
