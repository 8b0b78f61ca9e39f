//! `cargo xtask bench`: what the chain from a slider to a picture costs.
//!
//! Two tables over the same long run: natively (`benches/chain.rs`: run, layout, drawing) and
//! in Chromium (`tests/web/bench.rs`: the same, compiled as the site is).

use crate::browser;
use crate::failure::Outcome;
use crate::install;
use crate::program::Program;
use crate::progress::Progress;

/// Measures and prints both tables.
///
/// # Errors
/// A tool is missing, or a part does not build.
pub fn bench() -> Outcome<()> {
    let mut progress = Progress::new(3);
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
    })
}
