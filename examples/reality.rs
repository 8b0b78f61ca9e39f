//! Prints recorded figures of real stacks beside the engine's: `cargo xtask reality`.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "this program talks to people")]

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use roundtrip::scenario::reality;

fn main() -> ExitCode {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference");
    let mut files: Vec<_> =
        fs::read_dir(&folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    files.retain(|path| path.extension().is_some_and(|kind| kind == "csv"));
    files.sort();
    let mut off = 0;
    let mut all = 0;
    for path in files {
        let rows = fs::read_to_string(&path)
            .map_err(|error| error.to_string())
            .and_then(|text| reality::compare(&text));
        match rows {
            Ok(rows) => {
                println!("{}", reality::table(&rows));
                all += rows.len();
                off += rows.iter().filter(|row| !row.holds).count();
            }
            Err(problem) => {
                eprintln!("{}: {problem}", path.display());
                return ExitCode::FAILURE;
            }
        }
    }
    println!("{} of {all} figures hold", all - off);
    if off == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
