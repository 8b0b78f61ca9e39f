//! `cargo xtask bench`: what the chain from a slider to a picture costs.
//!
//! Three tables over the same long run: natively (`benches/chain.rs`: run, layout, drawing), in
//! Chromium (`tests/web/bench.rs`: the same, as WebAssembly), and from the slider to the DOM in
//! the program that is shipped (`tests/e2e/bench.rs`; of the site in `dist/`).

use crate::browser;
use crate::failure::{Failure, Outcome};
use crate::program::Program;
use crate::progress::Progress;
use crate::{install, site};

/// Measures and prints the tables.
///
/// # Errors
/// There is no site, a tool is missing, or a part does not build.
pub fn bench() -> Outcome<()> {
    if !site::dist().join("index.html").is_file() {
        return Err(Failure::new(
            "there is no site in dist/: build it first with `cargo xtask build`",
        ));
    }
    let mut progress = Progress::new(4);
    let path = progress.step("tools, browser and driver", || {
        install::check_rust()?;
        install::wasm_target()?;
        browser::ensure()?;
        install::joined(&[install::wasm_bindgen()?.join("bin")])
    })?;
    progress.step("natively", || {
        Program::cargo().args("bench --profile native --bench chain".split(' ')).run()
    })?;
    progress.step("in Chromium", || {
        let line = "test --release --features web --target wasm32-unknown-unknown --test bench -- --nocapture";
        Program::cargo()
            .args(line.split(' '))
            .env("PATH", &path)
            .env("CHROMEDRIVER", browser::chromedriver().unwrap_or_default())
            .env("WASM_BINDGEN_TEST_TIMEOUT", "600")
            .run()
    })?;
    progress.step("in Chromium, the site in dist/", || {
        Program::cargo().args("test --package e2e -- bench:: --nocapture".split(' ')).run()
    })
}
