//! Packages of Debian that checks need: as root they are installed.

use crate::failure::{Failure, Outcome};
use crate::program::Program;
use crate::tools;

/// Makes sure that packages are there whose programs were looked for: `found` says whether they
/// are; `cure` says in words how to get them.
///
/// # Errors
/// They are missing and cannot be installed.
pub fn ensure(found: bool, cure: &str, packages: &[&str]) -> Outcome<()> {
    if found {
        return Ok(());
    }
    if tools::on_path("apt-get").is_none() || !is_root() {
        return Err(Failure::new(cure));
    }
    let apt = |words: &[&str]| {
        Program::new("apt-get").args(words).env("DEBIAN_FRONTEND", "noninteractive").run()
    };
    println!("installing the packages {}", packages.join(" and "));
    let mut install = vec!["-q", "install", "--yes", "--no-install-recommends"];
    install.extend(packages);
    apt(&["-q", "update"])
        .and_then(|()| apt(&install))
        .map_err(|_| Failure::new(format!("{cure}; the network may be down")))
}

/// Makes sure that Wireshark's reader is there.
///
/// # Errors
/// It is missing and cannot be installed.
pub fn tshark() -> Outcome<()> {
    let cure =
        "tshark, which reads the exported captures, is missing: run `sudo apt-get install tshark`";
    ensure(tools::on_path("tshark").is_some(), cure, &["tshark"])
}

fn is_root() -> bool {
    Program::new("id").args(["-u"]).output().is_ok_and(|id| id.trim() == "0")
}
