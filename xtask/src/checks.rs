//! `cargo xtask test`: every check, in order, until one fails.

use std::ffi::OsString;
use std::path::Path;

use crate::args::nearest;
use crate::browser;
use crate::counts::Counts;
use crate::failure::{Failure, Outcome};
use crate::install;
use crate::packages;
use crate::program::Program;
use crate::progress::Progress;
use crate::site::{self, is_wasm};

/// The most that the program with the pages may weigh, in bytes, with Brotli.
pub const APP_MAX: u64 = 250_000;

/// The most that the program for studying may weigh, in bytes, with Brotli; it is fetched by the
/// review, by quizzes, and when one comes near in a chapter.
pub const STUDY_MAX: u64 = 340_000;

/// The most that the engine may weigh, in bytes, with Brotli; it is fetched when a diagram first
/// needs it. The aim is 250 kB with gzip, for all protocols; until then it grows with each.
pub const ENGINE_MAX: u64 = 450_000;

/// The most that the program that writes captures may weigh, in bytes, with Brotli: the engine
/// once more, with the ciphers, for those who want a file.
pub const CAPTURE_MAX: u64 = 470_000;

/// What a check needs and adds to.
struct Context {
    counts: Counts,
    /// `PATH` with wasm-bindgen in front.
    path: OsString,
}

struct Check {
    name: &'static str,
    title: &'static str,
    run: fn(&mut Context) -> Outcome<()>,
}

/// In this order, so that the quick and the common fail first.
const CHECKS: [Check; 13] = [
    Check { name: "fmt", title: "formatting", run: |_| cargo("fmt --all --check").run() },
    Check {
        name: "clippy",
        title: "lints: engine and everything pure",
        run: |_| cargo("clippy --all-targets -- --deny warnings").run(),
    },
    Check {
        name: "clippy-cli",
        title: "lints: native tool",
        run: |_| cargo("clippy --features cli --all-targets -- --deny warnings").run(),
    },
    Check { name: "clippy-web", title: "lints: browser program", run: |_| clippy_web().run() },
    Check {
        name: "clippy-tools",
        title: "lints: xtask and end-to-end tests",
        run: |_| {
            cargo("clippy --package xtask --package e2e --all-targets -- --deny warnings").run()
        },
    },
    Check {
        name: "native",
        title: "tests of the engine and everything pure",
        run: |context| tests(context, "test"),
    },
    Check {
        name: "cli",
        title: "tests with the native tool",
        run: |context| {
            packages::tshark()?;
            tests(context, "test --features cli")
        },
    },
    Check {
        name: "tools",
        title: "tests of xtask",
        run: |context| tests(context, "test --package xtask"),
    },
    Check { name: "web", title: "tests in Chromium: traces, components, storage", run: web },
    Check { name: "doc", title: "documentation", run: |_| doc() },
    Check {
        name: "content",
        title: "content: chapters, decks, quizzes",
        run: |_| cargo("run --quiet --features cli --bin roundtrip -- check --strict").run(),
    },
    Check { name: "site", title: "release site within its size", run: |_| release_site() },
    Check { name: "e2e", title: "tests in Chromium: the release site", run: end_to_end },
];

/// Runs all checks, or the one called `only`, and ends with a line of counts.
///
/// # Errors
/// A check failed, or no check has that name.
pub fn test(only: Option<&str>) -> Outcome<()> {
    let chosen: Vec<&Check> =
        CHECKS.iter().filter(|check| only.is_none_or(|name| name == check.name)).collect();
    if let (true, Some(name)) = (chosen.is_empty(), only) {
        let names: Vec<&str> = CHECKS.iter().map(|check| check.name).collect();
        return Err(Failure::new(format!(
            "there is no check `{name}`; did you mean `{}`?",
            nearest(name, &names)
        )));
    }
    let mut progress = Progress::new(chosen.len() + 1);
    let mut context = Context { counts: Counts::default(), path: OsString::new() };
    let result = run(&mut progress, &mut context, &chosen);
    if let Err(failure) = &result {
        println!("error: {failure}");
    }
    println!("{} passed, {} failed", context.counts.passed, context.counts.failed);
    result.map_err(|_| Failure::Reported)
}

fn run(progress: &mut Progress, context: &mut Context, chosen: &[&Check]) -> Outcome<()> {
    let set_up = progress.step("tools, browser and driver", set_up);
    context.path = match set_up {
        Ok(path) => path,
        Err(failure) => {
            context.counts.check(false);
            return Err(failure);
        }
    };
    for check in chosen {
        let title = format!("{} ({})", check.title, check.name);
        let before = context.counts;
        let result = progress.step(&title, || (check.run)(context));
        // A check that is not made of tests counts as one; so does a failure outside any test.
        let counted = if result.is_ok() {
            context.counts != before
        } else {
            context.counts.failed != before.failed
        };
        if !counted {
            context.counts.check(result.is_ok());
        }
        result?;
    }
    Ok(())
}

fn set_up() -> Outcome<OsString> {
    install::check_rust()?;
    install::wasm_target()?;
    browser::ensure()?;
    install::lighthouse()?;
    install::bundler()
}

/// Cargo with a line of words.
fn cargo(line: &str) -> Program {
    Program::cargo().args(line.split(' '))
}

fn tests(context: &mut Context, line: &str) -> Outcome<()> {
    cargo(line).run_tests(&mut context.counts)
}

fn clippy_web() -> Program {
    cargo(
        "clippy --features web --target wasm32-unknown-unknown --bin app --bin study --bin engine --bin capture --test web --test bench -- --deny warnings",
    )
}

fn web(context: &mut Context) -> Outcome<()> {
    in_browser(context, "test --features web --target wasm32-unknown-unknown --test web")
        .run_tests(&mut context.counts)
}

/// Cargo whose test runner opens Chromium.
fn in_browser(context: &Context, line: &str) -> Program {
    let driver = browser::chromedriver().unwrap_or_default();
    // The runner's own limit is 20 seconds for everything.
    cargo(line)
        .env("PATH", &context.path)
        .env("CHROMEDRIVER", driver)
        .env("WASM_BINDGEN_TEST_TIMEOUT", "600")
}

fn doc() -> Outcome<()> {
    cargo("doc --no-deps --features cli").env("RUSTDOCFLAGS", "--deny warnings").run()
}

fn release_site() -> Outcome<()> {
    let files = site::build(&mut Progress::new(site::BUILD_STEPS), "/")?;
    for (name, most) in
        [("app", APP_MAX), ("study", STUDY_MAX), ("engine", ENGINE_MAX), ("capture", CAPTURE_MAX)]
    {
        let own = |file: &&site::Packed| {
            let file = file.file.file_name().unwrap_or_default().to_string_lossy();
            is_wasm(Path::new(&*file)) && file.starts_with(&format!("{name}-"))
        };
        let weight: u64 = files.iter().filter(own).map(|file| file.packed).sum();
        if weight == 0 {
            return Err(Failure::new(format!(
                "the site has no WebAssembly `{name}` that could be weighed: is Node.js missing?"
            )));
        }
        println!("{name}: {weight} bytes with Brotli of at most {most}");
        if weight > most {
            return Err(Failure::new(format!(
                "`{name}` weighs {weight} bytes with Brotli, at most {most} are allowed: find what grew"
            )));
        }
    }
    Ok(())
}

fn end_to_end(context: &mut Context) -> Outcome<()> {
    tests(context, "test --package e2e")
}
