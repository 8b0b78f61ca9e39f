//! The run as a Mermaid sequence diagram, for pages that draw those.

use std::fmt::Write;

use super::list::{self, Row, RowFate};
use super::words;
use crate::sim::trace::Trace;

/// The longest text that Mermaid reads unless it is set up otherwise (`maxTextSize`).
const LONGEST: usize = 50_000;

/// The run as text for Mermaid. A run too long for it is cut short with a note that says so.
pub fn mermaid(trace: &Trace) -> String {
    let mut out = String::from("sequenceDiagram\n");
    for host in &trace.hosts {
        // `end` is a word of the language: names get a letter in front.
        let _ = writeln!(out, "    participant h_{} as {}", id(host.name), escape(host.title));
    }
    let last = trace.hosts.last().map_or("", |host| host.name);
    let first = trace.hosts.first().map_or("", |host| host.name);
    let packets = trace.packets_len();
    for packet in trace.packets() {
        let row = list::row(trace, &packet);
        let names = (trace.host(packet.from).name, trace.host(packet.sent.to).name);
        let line = line(&row, names);
        let rest = packets - packet.sent.id.0;
        let note = format!(
            "    Note over h_{},h_{}: {} more messages are left out: this format ends at 50,000 \
             characters\n",
            id(first),
            id(last),
            words::count(u64::from(rest)),
        );
        if out.len() + line.len() + note.len() > LONGEST {
            out += &note;
            return out;
        }
        out += &line;
    }
    out
}

fn line(row: &Row, (from, to): (&str, &str)) -> String {
    let arrow = match row.fate {
        RowFate::Arrives(_) | RowFate::Twice(_) | RowFate::Marked(_) => "->>",
        RowFate::Damaged(_) | RowFate::Lost(_) => "-x",
    };
    let detail = if row.detail.is_empty() { String::new() } else { format!(" ({})", row.detail) };
    let fate = match row.fate {
        RowFate::Arrives(_) => String::new(),
        fate => format!(", {}", fate.words()),
    };
    let sent = words::moment(row.sent);
    let text = format!("{sent} {}{detail}{fate}", row.name);
    format!("    h_{}{arrow}h_{}: {}\n", id(from), id(to), escape(&text))
}

/// A name of letters, digits and underscores.
fn id(name: &str) -> String {
    name.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '_' }).collect()
}

/// Text that Mermaid shows as it is: `;` ends a line and `#` begins a code.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            ';' => out.push_str("#59;"),
            '#' => out.push_str("#35;"),
            '<' => out.push_str("#lt;"),
            '>' => out.push_str("#gt;"),
            '\n' | '\r' | '\u{a0}' => out.push(' '),
            letter => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{escape, id};

    #[test]
    fn what_mermaid_would_read_as_its_own_is_escaped() {
        assert_eq!(escape("a;b #1"), "a#59;b #35;1");
        assert_eq!(id("end-user"), "end_user");
    }
}
