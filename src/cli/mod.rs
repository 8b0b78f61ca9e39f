//! The command line: `roundtrip list | run | check | build`.
//!
//! What a person mistypes ends with exit code 2, a message on standard error that names what is
//! wrong and the nearest right name, and nothing on standard output.

mod list;
mod run;
mod search;
mod engine;
mod check;
mod build;
mod template;
mod still;
mod paper;
mod poster;
#[cfg(unix)]
mod peer;

pub use engine::Simulation;

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Learn network protocols by watching them run.
#[derive(Debug, Parser)]
#[command(name = "roundtrip", version, disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List the scenarios with their parameters, presets, steps and measures
    List(list::List),
    /// Run a scenario and print what happened
    Run(run::Run),
    /// Check the content: every mistake with its place
    Check(check::Check),
    /// Write every page of the site into the folder that the browser program was built into
    Build(build::Build),
    /// Speak the engine's TCP to a real one, in real time, and check what arrives
    #[cfg(unix)]
    Peer(peer::Peer),
}

/// Why a command did not do what was asked.
#[derive(Debug)]
enum Failure {
    /// The command line asks for something that does not exist: exit code 2.
    Usage(Vec<String>),
    /// The content has mistakes, which have been told: exit code 1.
    Content,
    /// A file could not be read: exit code 1.
    Input(PathBuf, io::Error),
    /// The exchange with another stack went wrong: exit code 1.
    #[cfg(unix)]
    Peer(String),
    /// A file could not be written: exit code 1.
    Output(PathBuf, io::Error),
}

/// Runs the program with the arguments of the process.
pub fn main() -> ExitCode {
    run_with(std::env::args_os())
}

fn run_with(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => {
            let code = u8::try_from(error.exit_code()).unwrap_or(2);
            // Nothing is left to do if the message cannot be written.
            let _ = error.print();
            return ExitCode::from(code);
        }
    };
    let result = match &arguments.command {
        Command::List(list) => list.execute(),
        Command::Run(run) => run.execute(),
        Command::Check(check) => check.execute(),
        Command::Build(build) => build.execute(),
        #[cfg(unix)]
        Command::Peer(peer) => peer.execute(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Usage(messages)) => {
            complain(&messages);
            ExitCode::from(2)
        }
        Err(Failure::Content) => ExitCode::FAILURE,
        Err(Failure::Input(path, error)) => {
            complain(&[format!("cannot read {}: {error}", path.display())]);
            ExitCode::FAILURE
        }
        #[cfg(unix)]
        Err(Failure::Peer(problem)) => {
            complain(&[problem]);
            ExitCode::FAILURE
        }
        Err(Failure::Output(path, error)) => {
            complain(&[format!("cannot write {}: {error}", path.display())]);
            ExitCode::FAILURE
        }
    }
}

fn complain(messages: &[String]) {
    let mut text = String::new();
    for message in messages {
        text.push_str("error: ");
        text.push_str(message);
        text.push('\n');
    }
    write_error(&text);
}

/// Writes to standard error.
fn write_error(text: &str) {
    // Nothing is left to do if the message cannot be written.
    let _ = io::stderr().write_all(text.as_bytes());
}

/// Writes to a file, or to standard output.
fn write(path: Option<&Path>, bytes: &[u8]) -> Result<(), Failure> {
    let Some(path) = path else {
        let mut out = io::stdout().lock();
        return match out.write_all(bytes).and_then(|()| out.flush()) {
            // Whoever read the output has seen enough, as `head` does.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            Err(error) => Err(Failure::Output(PathBuf::from("standard output"), error)),
            Ok(()) => Ok(()),
        };
    };
    std::fs::write(path, bytes).map_err(|error| Failure::Output(path.to_owned(), error))
}
