//! Running other programs.

use std::ffi::{OsStr, OsString};
use std::io::{self, BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::counts::Counts;
use crate::failure::{Failure, Outcome};
use crate::tools;

/// A program with its arguments, run in the checkout without standard input.
#[derive(Debug)]
pub struct Program {
    command: Command,
    name: String,
}

impl Program {
    /// A program by its name on `PATH`, or by its file.
    pub fn new(program: impl AsRef<OsStr>) -> Self {
        let name = PathBuf::from(program.as_ref());
        let name = name.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let mut command = Command::new(program);
        // Expectations are only ever rewritten by hand.
        command.stdin(Stdio::null()).current_dir(tools::workspace()).env_remove("UPDATE_EXPECT");
        Self { command, name }
    }

    /// The cargo that runs this program.
    #[must_use]
    pub fn cargo() -> Self {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
        Self { name: "cargo".to_owned(), ..Self::new(cargo) }
    }

    /// Adds arguments.
    #[must_use]
    pub fn args<A: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = A>) -> Self {
        self.command.args(args);
        self
    }

    /// Sets a variable of the environment.
    #[must_use]
    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Removes a variable of the environment.
    #[must_use]
    pub fn without_env(mut self, name: &str) -> Self {
        self.command.env_remove(name);
        self
    }

    /// Runs it to its end; its output is ours.
    ///
    /// # Errors
    /// It cannot be started or reports a failure.
    pub fn run(mut self) -> Outcome<()> {
        let status = self.command.status().map_err(|error| self.cannot_start(&error))?;
        if status.success() { Ok(()) } else { Err(self.failed()) }
    }

    /// Runs it silently and hands back what it printed.
    ///
    /// # Errors
    /// It cannot be started or reports a failure.
    pub fn output(mut self) -> Outcome<String> {
        let output = self.command.output().map_err(|error| self.cannot_start(&error))?;
        if !output.status.success() {
            io::stderr().write_all(&output.stderr).ok();
            return Err(self.failed());
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// Like [`Program::output`], with a text on its standard input.
    ///
    /// # Errors
    /// It cannot be started or reports a failure.
    pub fn output_of(mut self, input: &str) -> Outcome<String> {
        self.command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = self.command.spawn().map_err(|error| self.cannot_start(&error))?;
        if let Some(mut pipe) = child.stdin.take() {
            pipe.write_all(input.as_bytes()).map_err(|error| self.cannot_start(&error))?;
        }
        let output = child.wait_with_output().map_err(|error| self.cannot_start(&error))?;
        if !output.status.success() {
            return Err(self.failed());
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// Runs it, shows what it prints and counts the tests that it reports.
    ///
    /// # Errors
    /// It cannot be started or reports a failure; the counts are kept all the same.
    pub fn run_tests(mut self, counts: &mut Counts) -> Outcome<()> {
        self.command.stdout(Stdio::piped());
        let mut child = self.command.spawn().map_err(|error| self.cannot_start(&error))?;
        let output = child.stdout.take().map(BufReader::new);
        for line in output.into_iter().flat_map(BufRead::lines).map_while(Result::ok) {
            println!("{line}");
            counts.read(&line);
        }
        let status = child.wait().map_err(|error| self.cannot_start(&error))?;
        if status.success() { Ok(()) } else { Err(self.failed()) }
    }

    fn cannot_start(&self, error: &io::Error) -> Failure {
        Failure::new(format!("`{}` cannot be started ({error}): is it installed?", self.name))
    }

    fn failed(&self) -> Failure {
        let words: Vec<_> =
            self.command.get_args().take(6).map(|word| word.to_string_lossy()).collect();
        Failure::new(format!("`{} {}` failed; its messages are above", self.name, words.join(" ")))
    }
}
