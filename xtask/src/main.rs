//! `cargo xtask`: sets up the tools of Roundtrip and runs everything.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "this program talks to people")]

use std::env;
use std::path::Path;
use std::process::ExitCode;

use xtask::args::{self, Command};
use xtask::failure::Outcome;
use xtask::program::Program;
use xtask::progress::Progress;
use xtask::{bench, checks, install, lighthouse, site};

fn main() -> ExitCode {
    let mut words = env::args();
    let name = words.next().unwrap_or_default();
    let words: Vec<String> = words.collect();
    let result = if Path::new(&name).file_stem().is_some_and(|stem| stem == "wasm-opt") {
        install::as_wasm_opt(&words)
    } else {
        args::parse(&words).and_then(run)
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            let message = failure.to_string();
            if !message.is_empty() {
                eprintln!("error: {message}");
            }
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Outcome<()> {
    match command {
        Command::Serve { port } => site::serve(port),
        Command::Dev { port } => site::dev(port),
        Command::Test { only } => checks::test(only.as_deref()),
        Command::Build { public_url } => {
            site::build(&mut Progress::new(site::BUILD_STEPS), &public_url).map(drop)
        }
        Command::Fmt => Program::cargo().args(["fmt", "--all"]).run(),
        Command::Reality => Program::cargo().args("run --quiet --example reality".split(' ')).run(),
        Command::Bench => bench::bench(),
        Command::Lighthouse { paths } => lighthouse::lighthouse(&paths),
        Command::PostBuild => site::post_build(),
        Command::Help => {
            println!("{}", args::USAGE);
            Ok(())
        }
    }
}
