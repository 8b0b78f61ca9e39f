//! Building the site with Trunk, packing its files, and serving it.

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::failure::{Failure, Outcome};
use crate::install;
use crate::module;
use crate::program::Program;
use crate::progress::Progress;
use crate::server::Server;
use crate::tools;

/// Steps of [`build`].
pub const BUILD_STEPS: usize = 4;

/// Packs each file given by name with Brotli's best, as `<file>.br`, and prints both sizes.
const PACK: &str = r#"
const fs = require("fs"), zlib = require("zlib");
for (const file of fs.readFileSync(0, "utf8").split("\n").filter(Boolean)) {
  const bytes = fs.readFileSync(file);
  const packed = zlib.brotliCompressSync(bytes, { params: {
    [zlib.constants.BROTLI_PARAM_QUALITY]: 11,
    [zlib.constants.BROTLI_PARAM_LGWIN]: 22,
    [zlib.constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } });
  fs.writeFileSync(file + ".br", packed);
  console.log(`${bytes.length}\t${packed.length}\t${file}`);
}
"#;

/// A file of the site and its sizes in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packed {
    /// Where it is.
    pub file: PathBuf,
    /// As it is.
    pub plain: u64,
    /// With Brotli.
    pub packed: u64,
}

/// The folder of the built site.
#[must_use]
pub fn dist() -> PathBuf {
    tools::workspace().join("dist")
}

/// Builds the release site into `dist/`, with a `.br` beside each file that gains by it.
///
/// # Errors
/// A tool is missing or a part does not build.
pub fn build(progress: &mut Progress, public_url: &str) -> Outcome<Vec<Packed>> {
    progress.step("compiler and its WebAssembly target", || {
        install::check_rust()?;
        install::wasm_target()
    })?;
    let path = progress.step("bundler: Trunk, wasm-bindgen, wasm-opt", install::bundler)?;
    progress.step("site: WebAssembly, then every page as HTML", || {
        trunk(&path).args(["build", "--release", "--public-url", public_url]).run()
    })?;
    let packed = progress.step("packing with Brotli", || pack(&dist()))?;
    for file in packed.iter().filter(|file| is_wasm(&file.file)) {
        let name = file.file.file_name().unwrap_or_default().to_string_lossy();
        println!("{name}: {} bytes, {} with Brotli", file.plain, file.packed);
    }
    Ok(packed)
}

fn trunk(path: &std::ffi::OsStr) -> Program {
    // Trunk reads NO_COLOR as a flag of its own and refuses the usual value.
    Program::new("trunk").env("TRUNK_OFFLINE", "true").env("PATH", path).without_env("NO_COLOR")
}

/// Trunk's hook: the native tool writes every route into the staging folder.
///
/// # Errors
/// The tool does not build or finds a mistake in the content.
pub fn post_build() -> Outcome<()> {
    let Some(folder) = env::var_os("TRUNK_STAGING_DIR") else {
        return Err(Failure::new(
            "`post-build` is Trunk's hook and needs TRUNK_STAGING_DIR: run `cargo xtask build`",
        ));
    };
    module::rename(Path::new(&folder))?;
    Program::cargo()
        .args([
            "run",
            "--quiet",
            "--features",
            "cli",
            "--bin",
            "roundtrip",
            "--",
            "build",
            "--dist",
        ])
        .args([folder])
        .run()
}

/// Whether this is WebAssembly.
#[must_use]
pub fn is_wasm(file: &Path) -> bool {
    file.extension().is_some_and(|extension| extension == "wasm")
}

/// Writes the `.br` files; without Node.js a note, for the site works without them.
fn pack(folder: &Path) -> Outcome<Vec<Packed>> {
    let mut files = Vec::new();
    collect(folder, &mut files)
        .map_err(|error| Failure::new(format!("dist/ cannot be read: {error}")))?;
    files.sort();
    let names: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
    let Some(node) = tools::on_path("node") else {
        println!("note: Node.js was not found, so the files stay unpacked and their size unknown");
        return Ok(Vec::new());
    };
    let report = Program::new(node).args(["-e", PACK]).output_of(&names.join("\n"))?;
    Ok(report.lines().filter_map(packed).collect())
}

fn packed(line: &str) -> Option<Packed> {
    let mut parts = line.splitn(3, '\t');
    let (plain, packed) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    Some(Packed { file: PathBuf::from(parts.next()?), plain, packed })
}

/// Files whose text or code gains by packing.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let extension = path.extension().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            collect(&path, files)?;
        } else if ["html", "css", "js", "wasm", "json", "svg", "xml", "txt", "webmanifest"]
            .contains(&extension.as_str())
        {
            files.push(path);
        }
    }
    Ok(())
}

/// `cargo xtask serve`: builds and serves until the reader has enough.
///
/// # Errors
/// The site does not build, or the port is taken.
pub fn serve(port: u16) -> Outcome<()> {
    let mut progress = Progress::new(BUILD_STEPS + 1);
    // Before minutes of building.
    check_port(port, "serve")?;
    build(&mut progress, "/")?;
    let server = progress.step("server", || {
        Server::start(&dist(), port).map_err(|error| cannot_listen(port, "serve", &error))
    })?;
    println!("\nRoundtrip is at {}\n(Ctrl-C ends it)", server.url());
    server.wait();
    Ok(())
}

/// `cargo xtask dev`: a debug build that follows the sources.
///
/// # Errors
/// A tool is missing, or the port is taken.
pub fn dev(port: u16) -> Outcome<()> {
    let mut progress = Progress::new(3);
    check_port(port, "dev")?;
    progress.step("compiler and its WebAssembly target", || {
        install::check_rust()?;
        install::wasm_target()
    })?;
    let path = progress.step("bundler: Trunk and wasm-bindgen", install::bundler)?;
    progress.step(&format!("http://127.0.0.1:{port}, built again at every change"), || {
        trunk(&path).args(["serve", "--port", &port.to_string()]).run()
    })
}

fn check_port(port: u16, command: &str) -> Outcome<()> {
    match std::net::TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, port)) {
        Ok(_) => Ok(()),
        Err(error) => Err(cannot_listen(port, command, &error)),
    }
}

fn cannot_listen(port: u16, command: &str, error: &io::Error) -> Failure {
    let other = if port < 65_000 { port + 1 } else { 8_081 };
    let why = match error.kind() {
        io::ErrorKind::AddrInUse => "is taken".to_owned(),
        io::ErrorKind::PermissionDenied => "may not be used".to_owned(),
        _ => format!("cannot be used ({error})"),
    };
    Failure::new(format!(
        "port {port} {why}: choose another, `cargo xtask {command} --port {other}`"
    ))
}

#[test]
fn a_taken_port_is_named_with_the_cure() {
    let taken = std::net::TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = taken.local_addr().unwrap().port();
    let failure = check_port(port, "serve").unwrap_err().to_string();
    assert!(failure.starts_with(&format!("port {port} is taken: choose another")), "{failure}");
}

#[test]
fn sizes_are_read_back_from_the_packer() {
    let file = Packed { file: PathBuf::from("dist/a b.js"), plain: 10, packed: 4 };
    assert_eq!(packed("10\t4\tdist/a b.js"), Some(file));
    assert_eq!(packed("nonsense"), None);
}
