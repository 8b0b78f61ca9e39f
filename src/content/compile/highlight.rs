//! Code: highlighted at build time with a few classes of our own.
//!
//! Kinds of words differ by weight and slant as much as by shade, so a handful is enough:
//! `hl-c` comment, `hl-s` string, `hl-n` number, `hl-k` keyword, `hl-f` name of a function.

use std::sync::OnceLock;

use syntect::parsing::{ParseState, Scope, ScopeStack, SyntaxSet};

use super::html::escape;

/// Languages that are written as they are.
const PLAIN: [&str; 5] = ["console", "text", "http", "dns", "mermaid"];
/// Other names of languages.
const ALIASES: [(&str, &str); 3] = [("console", "text"), ("sh", "bash"), ("shell", "bash")];

/// Whether code of this language can be shown.
pub(super) fn known(language: &str) -> bool {
    PLAIN.contains(&language) || syntaxes().find_syntax_by_token(alias(language)).is_some()
}

/// The names of languages that an author may have meant.
pub(super) fn languages() -> Vec<&'static str> {
    let mut names = PLAIN.to_vec();
    names.extend([
        "sh",
        "c",
        "json",
        "python",
        "rust",
        "go",
        "java",
        "html",
        "css",
        "javascript",
        "sql",
        "yaml",
    ]);
    names
}

/// What ends a listing. The button is shown where the program runs, which answers it.
const COPY: &str = "</code></pre>\
    <button type=\"button\" class=\"copy\" title=\"Copy the code\">Copy</button>\
    <span class=\"sr\" role=\"status\"></span></div>";

/// Code as HTML; `marked` is a line from 1 that is marked.
pub(super) fn code(language: &str, text: &str, marked: Option<usize>) -> String {
    let set = syntaxes();
    let syntax = set.find_syntax_by_token(alias(language));
    let mut state = syntax.filter(|_| !PLAIN.contains(&language)).map(ParseState::new);
    let mut stack = ScopeStack::new();
    let mut out = String::from("<div class=\"listing\"><pre tabindex=\"0\"><code>");
    for (index, line) in text.split_inclusive('\n').enumerate() {
        let body = line.strip_suffix('\n').unwrap_or(line);
        let html = state
            .as_mut()
            .and_then(|state| state.parse_line(line, set).ok())
            .map_or_else(|| escape(body), |ops| spans(body, &ops, &mut stack));
        if marked == Some(index + 1) {
            out.push_str(&format!("<mark>{html}</mark>\n"));
        } else {
            out.push_str(&html);
            out.push('\n');
        }
    }
    let end = out.trim_end_matches('\n').len();
    out.truncate(end);
    out.push_str(COPY);
    out
}

fn alias(language: &str) -> &str {
    ALIASES.iter().find(|(name, _)| *name == language).map_or(language, |(_, name)| *name)
}

fn syntaxes() -> &'static SyntaxSet {
    static SYNTAXES: OnceLock<SyntaxSet> = OnceLock::new();
    SYNTAXES.get_or_init(SyntaxSet::load_defaults_newlines)
}

/// One line as spans; no span reaches over the end of a line.
fn spans(
    line: &str,
    ops: &[(usize, syntect::parsing::ScopeStackOp)],
    stack: &mut ScopeStack,
) -> String {
    let mut out = String::new();
    let mut from = 0;
    for (at, op) in ops {
        let at = (*at).min(line.len());
        span(&mut out, line.get(from..at).unwrap_or_default(), stack);
        from = at;
        // A grammar that contradicts itself costs the colour of a word, nothing else.
        let _ = stack.apply(op);
    }
    span(&mut out, line.get(from..).unwrap_or_default(), stack);
    out
}

fn span(out: &mut String, text: &str, stack: &ScopeStack) {
    match class(stack) {
        Some(class) if !text.trim().is_empty() => {
            out.push_str(&format!("<span class=\"hl-{class}\">{}</span>", escape(text)));
        }
        _ => out.push_str(&escape(text)),
    }
}

/// The class of the innermost scope that has one.
fn class(stack: &ScopeStack) -> Option<&'static str> {
    const CLASSES: [(&str, &str); 8] = [
        ("comment", "c"),
        ("string", "s"),
        ("constant.numeric", "n"),
        ("constant.language", "n"),
        ("keyword", "k"),
        ("storage", "k"),
        ("entity.name.function", "f"),
        ("support.function", "f"),
    ];
    static SCOPES: OnceLock<Vec<(Scope, &'static str)>> = OnceLock::new();
    let scopes = SCOPES.get_or_init(|| {
        CLASSES.iter().filter_map(|(name, class)| Some((Scope::new(name).ok()?, *class))).collect()
    });
    let of = |scope: &Scope| {
        scopes.iter().find(|(prefix, _)| prefix.is_prefix_of(*scope)).map(|(_, class)| *class)
    };
    stack.as_slice().iter().rev().find_map(of)
}
