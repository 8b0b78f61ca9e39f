//! The house rules that a program can check; each has a test that it can fail.

use std::fs;
use std::path::{Path, PathBuf};

/// A file of the repository: its path with slashes, and its text.
struct File {
    path: String,
    text: String,
}

/// What each module of `src/` may use of the others.
const LAYERS: [(&str, &[&str]); 16] = [
    ("json", &[]),
    ("sorted", &[]),
    ("wire", &[]),
    ("sim", &["wire"]),
    ("proto", &["wire", "sim"]),
    ("scenario", &["wire", "sim", "proto"]),
    ("export", &["wire", "sim", "proto", "scenario"]),
    ("diagram", &["wire", "sim"]),
    ("chart", &["wire", "sim", "diagram"]),
    ("bridge", &["wire", "sim", "scenario", "diagram", "chart"]),
    ("content", &[]),
    ("study", &[]),
    ("search", &[]),
    // The pages know what a run looks like, not how it comes about.
    ("app", &["wire", "sim", "scenario", "diagram", "bridge", "content", "study", "search"]),
    (
        "cli",
        &[
            "wire", "sim", "proto", "scenario", "export", "diagram", "chart", "content", "study",
            "search", "app",
        ],
    ),
    ("bin", &["bridge", "app", "cli", "export"]),
];

/// Below all layers: tools that every module may use.
const TOOLS: [&str; 2] = ["json", "sorted"];

/// Lines of code in a file, without its tests, comments and blank lines.
const CODE_MAX: usize = 400;

/// Lines of a file, all together.
const LINES_MAX: usize = 600;

#[test]
fn layers_only_look_down() {
    assert_clean(&sources(), layers);
}

#[test]
fn the_pages_ask_the_engine_over_the_bridge_alone() {
    assert_clean(&sources(), beside_the_bridge);
}

#[test]
fn every_file_says_first_what_it_is() {
    assert_clean(&sources(), head);
}

#[test]
fn every_file_is_part_of_a_program() {
    let files = sources();
    assert_clean(&files, |file| orphan(file, &files));
}

#[test]
fn files_and_functions_stay_small() {
    assert_clean(&sources(), sizes);
}

#[test]
fn nothing_is_left_to_do_and_nothing_speaks_of_the_workshop() {
    assert_clean(&texts(), words);
}

#[test]
fn guides_only_name_files_that_exist() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let guides: Vec<File> = texts().into_iter().filter(|file| file.path.ends_with(".md")).collect();
    let missing: Vec<String> = guides.iter().flat_map(|file| dangling(file, root)).collect();
    assert!(guides.len() > 3 && missing.is_empty(), "{missing:?}");
}

#[test]
fn a_guide_that_names_a_lost_file_is_found() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let guide = file("A.md", "see `src/lib.rs`, `src/lost.rs`, `src/<id>.rs` and `cargo test`");
    assert_eq!(dangling(&guide, root), ["A.md: there is no src/lost.rs"]);
}

#[test]
fn a_layer_that_looks_up_is_found() {
    let found = |path: &str, text: &str| layers(&file(path, text)).len();
    assert_eq!(found("src/wire/tcp.rs", "use crate::sim::Instant;"), 1);
    assert_eq!(found("src/wire/tcp.rs", "use crate::{sim::Instant, wire::Packet, proto};"), 2);
    assert_eq!(found("src/wire/tcp.rs", "fn f() -> crate::proto::Tcp {}"), 1);
    assert_eq!(found("src/wire/tcp.rs", "use super::super::sim::Instant;"), 1);
    assert_eq!(found("src/study/mod.rs", "use roundtrip::sim::Instant;"), 1);
    assert_eq!(found("src/magic/mod.rs", "//! A module that the table does not know."), 1);
    assert_eq!(found("src/sim/link.rs", "use crate::wire::Packet; // not crate::proto"), 0);
    assert_eq!(found("src/bin/roundtrip.rs", "use roundtrip::app;"), 0);
    assert_eq!(found("src/wire/tcp.rs", "    use super::super::Packet;"), 0);
}

#[test]
fn a_page_that_runs_protocols_itself_is_found() {
    let found = |path: &str, text: &str| beside_the_bridge(&file(path, text)).len();
    assert_eq!(found("src/app/text.rs", "let run = scenario::run(found, &setup);"), 1);
    assert_eq!(found("src/app/text.rs", "use crate::scenario::{CATALOGUE, Setup};"), 1);
    assert_eq!(found("src/app/text.rs", "use crate::bridge::Desk;"), 1);
    assert_eq!(
        found("src/app/text.rs", "fn f(diagram: &Diagram) { diagram.layout() } // CATALOGUE"),
        0
    );
    assert_eq!(found("src/cli/run.rs", "let run = scenario::run(found, &setup);"), 0);
}

#[test]
fn a_file_without_a_head_is_found() {
    assert_eq!(head(&file("src/a.rs", "use std::fs;")).len(), 1);
    assert_eq!(head(&file("src/a.rs", "//!\n")).len(), 1);
    assert_eq!(head(&file("src/a.rs", "//! What it is.\n")).len(), 0);
}

#[test]
fn a_file_that_no_module_names_is_found() {
    let files = [
        file("src/lib.rs", "pub mod wire;"),
        file("src/wire/mod.rs", "mod tcp;\n#[cfg(test)]\nmod tests;"),
        file("src/wire/tcp.rs", ""),
        file("src/wire/tests.rs", ""),
        file("src/wire/udp.rs", ""),
        file("src/study.rs", ""),
    ];
    let orphans: Vec<String> = files.iter().flat_map(|each| orphan(each, &files)).collect();
    assert_eq!(orphans.len(), 2, "{orphans:?}");
    assert!(orphans[0].contains("src/wire/udp.rs") && orphans[1].contains("src/study.rs"));
}

#[test]
fn a_file_that_is_too_long_is_found() {
    let code = "let a = 1;\n";
    assert_eq!(sizes(&file("src/a.rs", &code.repeat(CODE_MAX + 1))).len(), 1);
    assert_eq!(sizes(&file("src/a.rs", &code.repeat(CODE_MAX))).len(), 0);
    let tested = format!("{}#[test]\n{}", code.repeat(CODE_MAX), code.repeat(100));
    assert_eq!(sizes(&file("src/a.rs", &tested)).len(), 0);
    assert_eq!(sizes(&file("src/a/tests.rs", &code.repeat(LINES_MAX))).len(), 0);
    assert_eq!(sizes(&file("src/a.rs", &"// why\n".repeat(LINES_MAX + 1))).len(), 1);
    let excuse = format!("#[{}(clippy::too_many_lines, reason = \"\")]", "expect");
    assert_eq!(sizes(&file("src/a.rs", &excuse)).len(), 1);
}

#[test]
fn a_forbidden_word_is_found() {
    for word in forbidden() {
        assert_eq!(words(&file("a.md", &format!("see {word} there"))).len(), 1, "{word}");
    }
    assert_eq!(words(&file("a.md", "the work of a tmp")).len(), 0);
}

fn file(path: &str, text: &str) -> File {
    File { path: path.to_owned(), text: text.to_owned() }
}

fn assert_clean(files: &[File], rule: impl Fn(&File) -> Vec<String>) {
    assert!(files.len() > 10, "the files of the repository were not found");
    let problems: Vec<String> = files.iter().flat_map(rule).collect();
    assert!(problems.is_empty(), "{} problems:\n{}", problems.len(), problems.join("\n"));
}

/// The module of `src/` that a file belongs to.
fn module(path: &str) -> Option<&str> {
    let rest = path.strip_prefix("src/")?;
    let name = rest.split('/').next()?;
    (name != "lib.rs" && name != "main.rs").then(|| name.trim_end_matches(".rs"))
}

fn layers(file: &File) -> Vec<String> {
    let Some(own) = module(&file.path) else { return Vec::new() };
    let Some((_, below)) = LAYERS.iter().find(|(name, _)| *name == own) else {
        return vec![format!("{}: module `{own}` is not in the table of layers", file.path)];
    };
    let mut problems = Vec::new();
    for (number, line) in file.text.lines().enumerate() {
        for used in used_modules(&file.path, code(line)) {
            let known = LAYERS.iter().any(|(name, _)| *name == used);
            if known && used != own && !below.contains(&used) && !TOOLS.contains(&used) {
                problems.push(format!(
                    "{}:{}: `{own}` may not use `{used}`",
                    file.path,
                    number + 1
                ));
            }
        }
    }
    problems
}

/// What in a file of the pages would bring the engine into their program.
fn beside_the_bridge(file: &File) -> Vec<String> {
    const ENGINE: [&str; 6] = [
        "CATALOGUE",
        "scenario::find",
        "scenario::run",
        "dyn Scenario",
        "bridge::Desk",
        "list::rows",
    ];
    // Natively pages and engine are one program.
    if !file.path.starts_with("src/app/") || file.path == "src/app/engine/native.rs" {
        return Vec::new();
    }
    let word = |line: &str, name: &str| {
        line.match_indices(name).any(|(at, _)| {
            let letter = |c: char| c.is_ascii_alphanumeric() || c == '_';
            !line[..at].ends_with(letter) && !line[at + name.len()..].starts_with(letter)
        })
    };
    let mut problems = Vec::new();
    for (number, line) in file.text.lines().enumerate() {
        for name in ENGINE.iter().filter(|name| word(code(line), name)) {
            problems.push(format!("{}:{}: `{name}` is the engine's", file.path, number + 1));
        }
    }
    problems
}

/// The modules named after `crate::`, `roundtrip::`, or as many `super::` as lead to the root.
fn used_modules<'a>(path: &str, line: &'a str) -> Vec<&'a str> {
    let depth = path.matches('/').count() - usize::from(path.ends_with("/mod.rs"));
    // Inside a module in the same file, one more is needed.
    let indented = usize::from(line.starts_with(' '));
    let root = "super::".repeat(depth + indented);
    let roots = ["crate::", "roundtrip::", if root.is_empty() { "crate::" } else { &root }];
    let mut used = Vec::new();
    for root in roots.iter().take(if root.is_empty() { 2 } else { 3 }) {
        for (at, _) in line.match_indices(root) {
            let rest = &line[at + root.len()..];
            match rest.strip_prefix('{') {
                Some(group) => used.extend(group_names(group)),
                None => used.push(name_at(rest)),
            }
        }
    }
    used
}

/// The first names of `a::B, c::{D, E}, f}`.
fn group_names(group: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let mut depth = 0_usize;
    let mut start = 0;
    for (at, character) in group.char_indices() {
        match character {
            '{' => depth += 1,
            '}' if depth == 0 => {
                names.push(name_at(group[start..at].trim()));
                return names;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                names.push(name_at(group[start..at].trim()));
                start = at + 1;
            }
            _ => {}
        }
    }
    names.push(name_at(group[start..].trim()));
    names
}

fn name_at(text: &str) -> &str {
    text.split(|letter: char| !letter.is_alphanumeric() && letter != '_').next().unwrap_or_default()
}

/// A line without its comment.
fn code(line: &str) -> &str {
    line.split("//").next().unwrap_or_default()
}

fn head(file: &File) -> Vec<String> {
    let first = file.text.lines().next().unwrap_or_default();
    let says = first.strip_prefix("//!").is_some_and(|words| !words.trim().is_empty());
    if says {
        Vec::new()
    } else {
        vec![format!("{}:1: the first line is not `//! …`", file.path)]
    }
}

/// A file that no `mod` names; programs and tests that the manifest names are roots.
fn orphan(file: &File, files: &[File]) -> Vec<String> {
    let path = &file.path;
    let roots = ["/lib.rs", "/main.rs"];
    if roots.iter().any(|root| path.ends_with(root))
        || path.starts_with("src/bin/")
        || path.starts_with("benches/")
        || path.starts_with("examples/")
        || path == "tests/web/bench.rs"
        || path == "build.rs"
    {
        return Vec::new();
    }
    let stem = path.trim_end_matches(".rs").trim_end_matches("/mod");
    let (folder, name) = stem.rsplit_once('/').unwrap_or(("", stem));
    let parents = [
        format!("{folder}/mod.rs"),
        format!("{folder}.rs"),
        format!("{folder}/lib.rs"),
        format!("{folder}/main.rs"),
    ];
    let named = files.iter().filter(|parent| parents.contains(&parent.path)).any(|parent| {
        parent.text.lines().any(|line| {
            let mut line = line.trim();
            if let Some((visibility, rest)) = line.split_once("mod ") {
                line = if visibility.trim().is_empty() || visibility.starts_with("pub") {
                    rest
                } else {
                    ""
                };
            }
            line.strip_suffix(';') == Some(name)
        })
    });
    if named { Vec::new() } else { vec![format!("{path}: no `mod {name};` names this file")] }
}

fn sizes(file: &File) -> Vec<String> {
    let mut problems = Vec::new();
    let lines = file.text.lines().count();
    if lines > LINES_MAX {
        problems.push(format!("{}: {lines} lines, at most {LINES_MAX}", file.path));
    }
    let tests = file.path.starts_with("tests/")
        || file.path.ends_with("/tests.rs")
        || file.path.contains("/tests/");
    let code = file
        .text
        .lines()
        .map(str::trim)
        .take_while(|line| !line.starts_with("#[cfg(test)]") && !line.starts_with("#[test]"))
        .filter(|line| !line.is_empty() && !line.starts_with("//"))
        .count();
    if !tests && code > CODE_MAX {
        problems.push(format!("{}: {code} lines of code, at most {CODE_MAX}", file.path));
    }
    // Clippy counts the lines of functions; nobody may ask it not to.
    for attribute in ["allow", "expect"] {
        if file.text.contains(&format!("#[{attribute}(clippy::too_many_lines")) {
            problems.push(format!("{}: a function is too long", file.path));
        }
    }
    problems
}

/// Paths between back quotes that lead nowhere; those with a blank to fill in lead anywhere.
fn dangling(file: &File, root: &Path) -> Vec<String> {
    let folders = ["src/", "tests/", "content/", "assets/", "xtask/", "benches/", "examples/"];
    let quoted = file.text.split('`').skip(1).step_by(2);
    quoted
        .filter(|text| folders.iter().any(|folder| text.starts_with(folder)))
        .filter(|text| !text.contains(['<', '*', ' ']) && !root.join(text).exists())
        .map(|text| format!("{}: there is no {text}", file.path))
        .collect()
}

fn forbidden() -> Vec<String> {
    let marks = ["TO DO", "FIX ME", "XX X"].map(|word| word.replace(' ', ""));
    let places = ["/wo rk/", "/tm p/", "/ro ot/"].map(|word| word.replace(' ', ""));
    let hosts = [
        "index.cra tes.io",
        "static.cra tes.io",
        "registry.npm js.org",
        "pypi.o rg",
        "deb.deb ian.org",
    ]
    .map(|word| word.replace(' ', ""));
    [&marks[..], &places[..], &hosts[..]].concat()
}

fn words(file: &File) -> Vec<String> {
    let forbidden = forbidden();
    let mut problems = Vec::new();
    for (number, line) in file.text.lines().enumerate() {
        for word in forbidden.iter().filter(|word| line.contains(word.as_str())) {
            problems.push(format!("{}:{}: `{word}` has no place here", file.path, number + 1));
        }
    }
    problems
}

/// Every Rust file.
fn sources() -> Vec<File> {
    texts().into_iter().filter(|file| file.path.ends_with(".rs")).collect()
}

/// Every text that people wrote.
fn texts() -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    collect(root, root, &mut files);
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<File>) {
    let entries =
        fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    for entry in entries.filter_map(Result::ok) {
        let path: PathBuf = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        // What is made or downloaded, and the expectations, whose words are their programs'.
        let made = ["target", "dist", ".git", "node_modules", "golden", "Cargo.lock"]
            .contains(&name.as_str());
        if made {
            continue;
        }
        if path.is_dir() {
            collect(root, &path, files);
        } else if let Ok(text) = fs::read_to_string(&path) {
            let relative =
                path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            files.push(File { path: relative, text });
        }
    }
}
