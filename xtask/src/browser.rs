//! Finding Chromium and its driver, and the flags with which both are started.

use std::env;
use std::path::PathBuf;

use crate::failure::Outcome;
use crate::packages;
use crate::tools;

/// Flags for a Chromium that is driven by a program and asks nobody outside.
pub const FLAGS: [&str; 9] = [
    "--headless",
    // Containers and continuous integration often run as root, where the sandbox cannot start.
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-color-profile=srgb",
];

/// Chromium: `$CHROMIUM`, or the first of its usual names on `PATH`.
#[must_use]
pub fn chromium() -> Option<PathBuf> {
    find("CHROMIUM", &["chromium", "chromium-browser", "google-chrome"])
}

/// `ChromeDriver`: `$CHROMEDRIVER`, or the one on `PATH`.
#[must_use]
pub fn chromedriver() -> Option<PathBuf> {
    find("CHROMEDRIVER", &["chromedriver"])
}

/// Makes sure that both are there: as root on Debian and its kin by installing them.
///
/// # Errors
/// They are missing and cannot be installed; the message names the packages.
pub fn ensure() -> Outcome<()> {
    let found = chromium().is_some() && chromedriver().is_some();
    let cure = "Chromium and ChromeDriver are missing: run `sudo apt-get install chromium chromium-driver`, \
        or name your own with CHROMIUM and CHROMEDRIVER";
    packages::ensure(found, cure, &["chromium", "chromium-driver"])
}

fn find(variable: &str, names: &[&str]) -> Option<PathBuf> {
    match env::var_os(variable) {
        Some(path) => Some(PathBuf::from(path)),
        None => names.iter().find_map(|name| tools::on_path(name)),
    }
}
