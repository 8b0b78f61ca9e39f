//! Reading JSON with little code: text to a value, and a value to our types.
//!
//! Libraries compile a reader anew for every type, some 50 kB of a compressed program. Here one
//! reader makes a [`Json`], and `readable!` takes each type out of it. What is written is
//! serde's: a variant is its name, or an object of one field with its name.

mod parse;
mod read;
pub(crate) mod write;

pub use parse::{Json, parse};
pub(crate) use read::readable;
pub use read::{Read, Trouble, read, read_value};

/// Appends a text as JSON writes it, in quotes.
pub fn push_text(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\0'..='\u{1f}' => {
                out.push_str("\\u00");
                let code = u32::from(c);
                out.extend([code >> 4, code & 15].iter().filter_map(|d| char::from_digit(*d, 16)));
            }
            _ => out.push(c),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests;
