//! The native program `roundtrip`.

use std::process::ExitCode;

fn main() -> ExitCode {
    roundtrip::cli::main()
}
