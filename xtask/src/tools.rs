//! Where the tools are: outside the checkout, by version, so that a fresh clone has them.

use std::env;
use std::path::{Path, PathBuf};

/// Trunk: bundles the site. 0.22 needs a newer compiler.
pub const TRUNK: &str = "0.21.14";
/// The npm package `binaryen`, for `wasm-opt`.
pub const BINARYEN: &str = "132.0.0";
/// The npm package `lighthouse`; its folder has `axe-core` too.
pub const LIGHTHOUSE: &str = "13.5.0";
/// The npm package `axe-core`: the accessibility rules of the end-to-end tests.
pub const AXE: &str = "4.14.1";

/// The root of the checkout.
#[must_use]
pub fn workspace() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// The folder of all tools: `$ROUNDTRIP_CACHE`, or `roundtrip` in the user's cache.
#[must_use]
pub fn cache() -> PathBuf {
    let from = |variable: &str| env::var_os(variable).filter(|value| !value.is_empty());
    if let Some(folder) = from("ROUNDTRIP_CACHE") {
        return PathBuf::from(folder);
    }
    if let Some(folder) = from("XDG_CACHE_HOME") {
        return PathBuf::from(folder).join("roundtrip");
    }
    let home = from("HOME").or_else(|| from("USERPROFILE")).unwrap_or_default();
    PathBuf::from(home).join(".cache").join("roundtrip")
}

/// The file of axe-core that a page loads.
#[must_use]
pub fn axe() -> PathBuf {
    cache().join(format!("lighthouse-{LIGHTHOUSE}/node_modules/axe-core/axe.min.js"))
}

/// The first file of that name in the folders of `PATH`.
#[must_use]
pub fn on_path(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    let file = format!("{name}{}", env::consts::EXE_SUFFIX);
    env::split_paths(&path).map(|folder| folder.join(&file)).find(|file| file.is_file())
}
