//! Installing what is missing, into the cache, each version in a folder of its own.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use crate::failure::{Failure, Outcome};
use crate::program::Program;
use crate::tools::{self, AXE, BINARYEN, LIGHTHOUSE, TRUNK};

/// The oldest compiler that builds the product; `Cargo.toml` says the same.
const RUST: (u32, u32) = (1, 95);

/// The target of the browser program.
const WASM: &str = "wasm32-unknown-unknown";

/// Tries of a download before it is given up.
const TRIES: u32 = 3;

/// Checks that the compiler is new enough.
///
/// # Errors
/// It is too old or missing.
pub fn check_rust() -> Outcome<()> {
    let version = Program::new("rustc").args(["--version"]).output()?;
    match version_of(&version) {
        Some(found) if found >= RUST => Ok(()),
        _ => Err(Failure::new(format!(
            "Rust {}.{} or newer is needed, this is {}: run `rustup update stable`",
            RUST.0,
            RUST.1,
            version.trim()
        ))),
    }
}

/// `rustc 1.95.0 (…)` as two numbers.
fn version_of(text: &str) -> Option<(u32, u32)> {
    let mut numbers = text.split_whitespace().nth(1)?.split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

/// Makes sure that the compiler can write WebAssembly.
///
/// # Errors
/// The target is missing and cannot be downloaded.
pub fn wasm_target() -> Outcome<()> {
    let folder =
        Program::new("rustc").args(["--print", "target-libdir", "--target", WASM]).output()?;
    if Path::new(folder.trim()).is_dir() {
        return Ok(());
    }
    let cure = format!(
        "the Rust target {WASM} is missing and could not be added: check the network, then run `rustup target add {WASM}`"
    );
    retried(&cure, || Program::new("rustup").args(["target", "add", WASM]).run())
}

/// Trunk and wasm-bindgen, and wasm-opt where npm is there; their folders go in front of `PATH`.
///
/// # Errors
/// One of them is missing and cannot be installed.
pub fn bundler() -> Outcome<OsString> {
    let trunk = cargo_tool("trunk", TRUNK, "trunk")?;
    let bindgen = wasm_bindgen()?;
    let optimiser = match npm_tool("binaryen", BINARYEN, &[], "node_modules/.bin/wasm-opt")? {
        Some(folder) => folder.join("node_modules/.bin"),
        None => {
            println!(
                "note: npm was not found, so the WebAssembly is NOT optimised: larger and slower to load"
            );
            stand_in_for_wasm_opt()?
        }
    };
    joined(&[trunk.join("bin"), bindgen.join("bin"), optimiser])
}

/// wasm-bindgen and its test runner, at exactly the version of the library in `Cargo.lock`.
///
/// # Errors
/// They are missing and cannot be installed, or the lock file does not name the library.
pub fn wasm_bindgen() -> Outcome<PathBuf> {
    let lock = fs::read_to_string(tools::workspace().join("Cargo.lock"))
        .map_err(|error| Failure::new(format!("Cargo.lock cannot be read: {error}")))?;
    let version = locked_version(&lock, "wasm-bindgen").ok_or_else(|| {
        Failure::new("Cargo.lock does not name wasm-bindgen: run `cargo update --workspace`")
    })?;
    cargo_tool("wasm-bindgen-cli", &version, "wasm-bindgen-test-runner")
}

/// Lighthouse and axe-core.
///
/// # Errors
/// npm is missing, or they cannot be installed.
pub fn lighthouse() -> Outcome<PathBuf> {
    let axe = format!("axe-core@{AXE}");
    match npm_tool("lighthouse", LIGHTHOUSE, &[&axe], "node_modules/axe-core/axe.min.js")? {
        Some(folder) => Ok(folder),
        None => Err(Failure::new(
            "npm was not found, and Lighthouse and axe-core need it: install Node.js 20 or newer",
        )),
    }
}

/// `PATH` with these folders in front.
///
/// # Errors
/// A folder's name cannot be part of `PATH`.
pub fn joined(folders: &[PathBuf]) -> Outcome<OsString> {
    let path = env::var_os("PATH").unwrap_or_default();
    env::join_paths(folders.iter().cloned().chain(env::split_paths(&path)))
        .map_err(|error| Failure::new(format!("the cache folder cannot be put on PATH: {error}")))
}

/// A program from crates.io; hands back its folder.
fn cargo_tool(name: &str, version: &str, file: &str) -> Outcome<PathBuf> {
    let folder = tools::cache().join(format!("{name}-{version}"));
    if folder.join(format!("bin/{file}{}", env::consts::EXE_SUFFIX)).is_file() {
        return Ok(folder);
    }
    println!("building {name} {version} into {}, once; this takes some minutes", folder.display());
    let install = |locked: &[&str]| {
        Program::cargo()
            .args(["install", name, "--version", version, "--root"])
            .args([folder.as_os_str()])
            .args(locked)
            // The settings of this workspace are not those of the tool.
            .without_env("CARGO_TARGET_DIR")
            .without_env("RUSTFLAGS")
            .run()
    };
    // The lock file in the package may name a dependency that the registry no longer has.
    install(&["--locked"]).or_else(|_| install(&[])).map_err(|_| {
        Failure::new(format!(
            "{name} {version} could not be installed: check the network, then run the same command again"
        ))
    })?;
    Ok(folder)
}

/// A package from npm with `more` beside it; nothing when npm is missing.
fn npm_tool(name: &str, version: &str, more: &[&str], file: &str) -> Outcome<Option<PathBuf>> {
    let folder = tools::cache().join(format!("{name}-{version}"));
    if folder.join(file).is_file() {
        return Ok(Some(folder));
    }
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    if Program::new(npm).args(["--version"]).output().is_err() {
        return Ok(None);
    }
    println!("installing {name} {version} into {}, once", folder.display());
    let cure = format!(
        "{name} {version} could not be installed: check the network, then run the same command again"
    );
    // Not in place until it is complete.
    let partial = tools::cache().join(format!("{name}-{version}.partial"));
    drop(fs::remove_dir_all(&partial));
    fs::create_dir_all(&partial).map_err(|error| cannot_write(&partial, &error))?;
    retried(&cure, || {
        Program::new(npm)
            .args(["install", "--no-audit", "--no-fund", "--loglevel=error", "--prefix"])
            .args([partial.as_os_str()])
            .args([format!("{name}@{version}").as_str()])
            .args(more)
            .run()
    })?;
    drop(fs::remove_dir_all(&folder));
    fs::rename(&partial, &folder).map_err(|error| cannot_write(&folder, &error))?;
    Ok(Some(folder))
}

/// A copy of this program under the name `wasm-opt`: Trunk insists on one, see [`as_wasm_opt`].
fn stand_in_for_wasm_opt() -> Outcome<PathBuf> {
    let folder = tools::workspace().join("target/no-wasm-opt");
    let file = folder.join(format!("wasm-opt{}", env::consts::EXE_SUFFIX));
    let copy = || {
        fs::create_dir_all(&folder)?;
        drop(fs::remove_file(&file));
        fs::copy(env::current_exe()?, &file)
    };
    copy().map_err(|error| cannot_write(&file, &error))?;
    Ok(folder)
}

/// What the stand-in does: hands the file on as it is.
///
/// # Errors
/// The file cannot be copied.
pub fn as_wasm_opt(words: &[String]) -> Outcome<()> {
    if words.iter().any(|word| word == "--version") {
        println!("wasm-opt version {} (stand-in)", BINARYEN.split('.').next().unwrap_or_default());
        return Ok(());
    }
    let output = words.iter().find_map(|word| word.strip_prefix("--output="));
    let input = words.iter().find(|word| !word.starts_with('-'));
    let (Some(output), Some(input)) = (output, input) else {
        return Err(Failure::new("the stand-in for wasm-opt needs --output=FILE and a file"));
    };
    fs::copy(input, output).map_err(|error| cannot_write(Path::new(output), &error))?;
    Ok(())
}

/// Runs a download until it works, a few times; time-outs are common.
fn retried(cure: &str, mut work: impl FnMut() -> Outcome<()>) -> Outcome<()> {
    for nth in 1..=TRIES {
        if work().is_ok() {
            return Ok(());
        }
        if nth < TRIES {
            println!("that did not work; trying again ({} of {TRIES})", nth + 1);
            thread::sleep(Duration::from_secs(u64::from(2 * nth)));
        }
    }
    Err(Failure::new(cure))
}

fn cannot_write(path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(format!("{} cannot be written: {error}", path.display()))
}

/// The version of a package in a lock file.
fn locked_version(lock: &str, name: &str) -> Option<String> {
    let mut lines = lock.lines().skip_while(|line| *line != format!("name = \"{name}\""));
    lines.next()?;
    Some(lines.next()?.strip_prefix("version = \"")?.strip_suffix('"')?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{RUST, locked_version, version_of};
    use crate::tools::workspace;

    #[test]
    fn the_version_is_that_of_the_package_and_not_of_a_longer_name() {
        let lock = "name = \"wasm-bindgen-macro\"\nversion = \"1.0.0\"\n\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(locked_version(lock, "wasm-bindgen").as_deref(), Some("0.2.130"));
        assert_eq!(locked_version(lock, "yew"), None);
    }

    #[test]
    fn the_compiler_that_is_asked_for_is_the_one_of_the_manifest() {
        let manifest = std::fs::read_to_string(workspace().join("Cargo.toml")).unwrap();
        assert!(manifest.contains(&format!("rust-version = \"{}.{}\"", RUST.0, RUST.1)));
        assert_eq!(version_of("rustc 1.95.0 (59807616e 2026-04-14)"), Some((1, 95)));
        assert_eq!(version_of("bash: rustc: not found"), None);
    }
}
