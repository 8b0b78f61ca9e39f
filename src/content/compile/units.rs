//! Keeps a number and its unit on one line.

/// The units that authors write behind a number.
const UNITS: &[&str] = &[
    "%", "B", "GB", "Gbit/s", "MB", "Mbit/s", "bit/s", "h", "kB", "kbit/s", "km", "min", "ms", "s",
    "µs",
];

/// The words with a space that does not break between each number and its unit; `after` says that
/// a number stands right before them.
pub(super) fn unbroken(words: &str, after: bool) -> String {
    let mut out = String::with_capacity(words.len());
    let mut number = after;
    for (place, c) in words.char_indices() {
        let rest = words.get(place + c.len_utf8()..).unwrap_or_default();
        out.push(if c == ' ' && number && starts_with_unit(rest) { '\u{a0}' } else { c });
        number = c.is_ascii_digit();
    }
    out
}

fn starts_with_unit(rest: &str) -> bool {
    let ends = |c: char| !(c.is_alphanumeric() || c == '/' || c == '%');
    let unit = rest.split(ends).next().unwrap_or_default();
    UNITS.contains(&unit)
}

#[cfg(test)]
mod tests {
    use super::unbroken;

    #[test]
    fn a_number_keeps_its_unit() {
        assert_eq!(unbroken("after 1.5 s, not 2 s.", false), "after 1.5\u{a0}s, not 2\u{a0}s.");
        assert_eq!(unbroken("10 Mbit/s and 2 %", false), "10\u{a0}Mbit/s and 2\u{a0}%");
        assert_eq!(unbroken(" ms later", true), "\u{a0}ms later");
    }

    #[test]
    fn other_spaces_may_break() {
        for words in ["5 segments", "route 7 some", " ms later", "a s", "RFC 9293 §3.5"] {
            assert_eq!(unbroken(words, false), words);
        }
    }
}
