//! What the engine is built from: no crate of the web, and none that nobody decided on.

use std::collections::BTreeSet;
use std::env;
use std::process::Command;

/// Everything that the default features may bring, libraries and derive macros.
const ALLOWED: [&str; 14] = [
    "roundtrip",
    "serde",
    "serde_core",
    "serde_derive",
    "serde_json",
    "itoa",
    "memchr",
    "zmij",
    "libm",
    "strsim",
    "proc-macro2",
    "quote",
    "syn",
    "unicode-ident",
];

#[test]
fn the_engine_needs_no_crate_of_the_web() {
    let tree = tree();
    assert_eq!(strangers(&tree), BTreeSet::new(), "not among the crates that were decided on");
}

#[test]
fn a_crate_of_the_web_is_found() {
    let tree = "roundtrip v0.1.0 (path)\nserde v1.0.229\n\ngloo v0.12.0\nweb-sys v0.3.107\nserde v1.0.229 (*)\n";
    assert_eq!(strangers(tree), BTreeSet::from(["gloo", "web-sys"]));
}

/// The names in a tree that are not allowed.
fn strangers(tree: &str) -> BTreeSet<&str> {
    tree.lines()
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| !ALLOWED.contains(name))
        .collect()
}

/// The crates of a build for the browser with default features, one a line.
fn tree() -> String {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["tree", "--offline", "--locked", "--package", "roundtrip", "--edges", "normal"])
        .args(["--target", "wasm32-unknown-unknown", "--prefix", "none"])
        .output();
    match output {
        Ok(output) if output.status.success() => {
            String::from_utf8_lossy(&output.stdout).into_owned()
        }
        Ok(output) => panic!("cargo tree: {}", String::from_utf8_lossy(&output.stderr)),
        Err(error) => panic!("cargo tree: {error}"),
    }
}
