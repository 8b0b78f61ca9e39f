//! The `_headers` file of the site, in the form that common static hosts read:
//! a path with `*` on a line of its own, then indented `Name: value` lines.
//!
//! All rules that match a path apply. `! Name` takes away what an earlier rule gave.

use std::fs;
use std::path::Path;

/// What `_headers` says.
#[derive(Debug, Default)]
pub(super) struct Rules {
    rules: Vec<(String, Vec<Change>)>,
}

#[derive(Debug)]
enum Change {
    Set(String, String),
    Remove(String),
}

impl Rules {
    /// The rules of the site in `root`; none when it has no such file.
    pub(super) fn read(root: &Path) -> Self {
        fs::read_to_string(root.join("_headers")).map(|text| Self::parse(&text)).unwrap_or_default()
    }

    pub(super) fn parse(text: &str) -> Self {
        let mut rules: Vec<(String, Vec<Change>)> = Vec::new();
        for line in text.lines() {
            let trimmed = line.trim();
            if trimmed.is_empty() || trimmed.starts_with('#') {
                continue;
            }
            if !line.starts_with([' ', '\t']) {
                rules.push((trimmed.to_owned(), Vec::new()));
                continue;
            }
            let Some((_, changes)) = rules.last_mut() else { continue };
            if let Some(name) = trimmed.strip_prefix('!') {
                changes.push(Change::Remove(name.trim().to_owned()));
            } else if let Some((name, value)) = trimmed.split_once(':') {
                changes.push(Change::Set(name.trim().to_owned(), value.trim().to_owned()));
            }
        }
        Self { rules }
    }

    /// Applies the rules for `path`: over the server's own headers, joined among themselves.
    pub(super) fn apply(&self, path: &str, headers: &mut Vec<(String, String)>) {
        let mut given: Vec<(String, String)> = Vec::new();
        let matching = self.rules.iter().filter(|(pattern, _)| matches(pattern, path));
        for change in matching.flat_map(|(_, changes)| changes) {
            match change {
                Change::Remove(name) => {
                    given.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
                }
                Change::Set(name, value) => {
                    match given.iter_mut().find(|(known, _)| known.eq_ignore_ascii_case(name)) {
                        Some((_, known)) => *known = format!("{known}, {value}"),
                        None => given.push((name.clone(), value.clone())),
                    }
                }
            }
        }
        headers
            .retain(|(known, _)| !given.iter().any(|(name, _)| name.eq_ignore_ascii_case(known)));
        headers.extend(given);
    }
}

/// `*` stands for anything, slashes too.
fn matches(pattern: &str, path: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|start| path.strip_prefix(start)) else {
        return false;
    };
    let mut open = false;
    for part in parts {
        open = true;
        let Some(at) = (if part.is_empty() { Some(rest.len()) } else { rest.rfind(part) }) else {
            return false;
        };
        rest = &rest[at + part.len()..];
        if !part.is_empty() {
            open = false;
        }
    }
    rest.is_empty() || open
}
