//! The command line of `cargo xtask`: parsed by hand, for this must build without libraries.

use crate::failure::{Failure, Outcome};

/// What is printed for `help`, and under a mistake.
pub const USAGE: &str = "\
cargo xtask <command>

  serve [--port N]              set up what is missing, build the release site, serve it (8080)
  test [--only CHECK]           run every check, or one of them; the first failure ends it
  dev [--port N]                debug build that reloads the page at every change
  build [--public-url /sub/]    build the release site into dist/
  fmt                           format all sources
  reality                       recorded figures of real stacks beside the engine's
  bench                         measure the chain from slider to picture, natively and in Chromium
  lighthouse [PATH …]           measure pages of the built site as Lighthouse's phone does
";

const COMMANDS: [&str; 9] =
    ["serve", "test", "dev", "build", "fmt", "reality", "bench", "lighthouse", "help"];

/// What to do.
#[derive(Debug, PartialEq, Eq)]
pub enum Command {
    /// Builds and serves the release site.
    Serve {
        /// Where to listen on 127.0.0.1.
        port: u16,
    },
    /// Runs all checks, or the named one.
    Test {
        /// The name of a check.
        only: Option<String>,
    },
    /// Serves a debug build that follows the sources.
    Dev {
        /// Where to listen on 127.0.0.1.
        port: u16,
    },
    /// Builds the release site.
    Build {
        /// The folder at which the site will live: begins and ends with a slash.
        public_url: String,
    },
    /// Formats all sources.
    Fmt,
    /// Lays recorded figures of real stacks beside the engine's.
    Reality,
    /// Measures the chain from slider to picture.
    Bench,
    /// Measures pages with Lighthouse.
    Lighthouse {
        /// Paths of the site.
        paths: Vec<String>,
    },
    /// Trunk's hook: pre-renders the routes into the staging folder.
    PostBuild,
    /// Prints the commands.
    Help,
}

/// Reads a command line, without the program's name.
///
/// # Errors
/// Names what is wrong and the nearest right thing.
pub fn parse(words: &[String]) -> Outcome<Command> {
    let Some((command, rest)) = words.split_first() else { return Ok(Command::Help) };
    match command.as_str() {
        "serve" => Ok(Command::Serve { port: port(&option("serve", rest, "--port")?)? }),
        "dev" => Ok(Command::Dev { port: port(&option("dev", rest, "--port")?)? }),
        "test" => Ok(Command::Test { only: option("test", rest, "--only")? }),
        "build" => {
            let public_url = option("build", rest, "--public-url")?;
            Ok(Command::Build { public_url: folder(public_url)? })
        }
        "fmt" => nothing("fmt", rest, Command::Fmt),
        "reality" => nothing("reality", rest, Command::Reality),
        "bench" => nothing("bench", rest, Command::Bench),
        "post-build" => nothing("post-build", rest, Command::PostBuild),
        "help" | "--help" | "-h" => Ok(Command::Help),
        "lighthouse" => paths(rest),
        other => Err(Failure::new(format!(
            "there is no command `{other}`; did you mean `cargo xtask {}`?",
            nearest(other, &COMMANDS)
        ))),
    }
}

/// The value of the one option that a command has: `--name value` or `--name=value`.
fn option(command: &str, words: &[String], name: &str) -> Outcome<Option<String>> {
    let mut value = None;
    let mut words = words.iter();
    while let Some(word) = words.next() {
        if let Some(given) = word.strip_prefix(name).and_then(|rest| rest.strip_prefix('=')) {
            value = Some(given.to_owned());
        } else if word == name {
            let given =
                words.next().ok_or_else(|| Failure::new(format!("`{name}` needs a value")))?;
            value = Some(given.clone());
        } else {
            return Err(Failure::new(format!(
                "`cargo xtask {command}` does not take `{word}`; it takes `{name}` and a value"
            )));
        }
    }
    Ok(value)
}

fn nothing(command: &str, words: &[String], is: Command) -> Outcome<Command> {
    match words.first() {
        None => Ok(is),
        Some(word) => {
            Err(Failure::new(format!("`cargo xtask {command}` takes nothing more, not `{word}`")))
        }
    }
}

fn paths(words: &[String]) -> Outcome<Command> {
    if let Some(wrong) = words.iter().find(|word| !word.starts_with('/')) {
        return Err(Failure::new(format!(
            "`{wrong}` is not a path of the site: it begins with a slash, as /course/tcp-open does"
        )));
    }
    let paths = if words.is_empty() { vec!["/course/tcp-open".to_owned()] } else { words.to_vec() };
    Ok(Command::Lighthouse { paths })
}

fn port(value: &Option<String>) -> Outcome<u16> {
    let Some(value) = value else { return Ok(8080) };
    match value.parse() {
        Ok(port) if port > 0 => Ok(port),
        _ => Err(Failure::new(format!("`--port {value}` is not a port: 1 to 65535"))),
    }
}

fn folder(value: Option<String>) -> Outcome<String> {
    let Some(value) = value else { return Ok("/".to_owned()) };
    if !value.starts_with('/') || value.contains([' ', '?', '#', '"', '\'']) {
        return Err(Failure::new(format!(
            "`--public-url {value}` is not a folder of a host: it begins with a slash, as /sub/ does"
        )));
    }
    Ok(if value.ends_with('/') { value } else { format!("{value}/") })
}

/// The word of `known` that needs the fewest changed letters.
#[must_use]
pub fn nearest<'a>(word: &str, known: &[&'a str]) -> &'a str {
    known.iter().copied().min_by_key(|candidate| distance(word, candidate)).unwrap_or_default()
}

/// Levenshtein's distance in characters.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let change = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::{Command, parse};

    fn check(line: &str) -> Result<Command, String> {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        parse(&words).map_err(|failure| failure.to_string())
    }

    #[test]
    fn serve_listens_on_8080_unless_told() {
        assert_eq!(check("serve"), Ok(Command::Serve { port: 8080 }));
        assert_eq!(check("serve --port 9000"), Ok(Command::Serve { port: 9000 }));
        assert_eq!(check("serve --port=9000"), Ok(Command::Serve { port: 9000 }));
    }

    #[test]
    fn a_public_url_always_ends_with_a_slash() {
        let sub = Ok(Command::Build { public_url: "/sub/".to_owned() });
        assert_eq!(check("build --public-url /sub/"), sub);
        assert_eq!(check("build --public-url /sub"), sub);
        assert_eq!(check("build"), Ok(Command::Build { public_url: "/".to_owned() }));
    }

    #[test]
    fn no_command_prints_the_commands() {
        assert_eq!(check(""), Ok(Command::Help));
    }

    #[test]
    fn mistakes_name_the_nearest_right_thing() {
        let cases = [
            ("sevre", "there is no command `sevre`; did you mean `cargo xtask serve`?"),
            ("tset", "there is no command `tset`; did you mean `cargo xtask test`?"),
            (
                "serve --prot 1",
                "`cargo xtask serve` does not take `--prot`; it takes `--port` and a value",
            ),
            ("serve --port", "`--port` needs a value"),
            ("serve --port eighty", "`--port eighty` is not a port: 1 to 65535"),
            ("serve --port 0", "`--port 0` is not a port: 1 to 65535"),
            ("fmt now", "`cargo xtask fmt` takes nothing more, not `now`"),
            (
                "build --public-url sub",
                "`--public-url sub` is not a folder of a host: it begins with a slash, as /sub/ does",
            ),
            (
                "lighthouse course",
                "`course` is not a path of the site: it begins with a slash, as /course/tcp-open does",
            ),
        ];
        for (line, message) in cases {
            assert_eq!(check(line), Err(message.to_owned()));
        }
    }
}
