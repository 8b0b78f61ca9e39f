//! A run for people who read terminals: like tcpdump, then the moments and the results.

use core::fmt::Write;

use super::{Ledger, Run, Unit};

/// The text of a run.
pub fn of_run(run: &Run) -> String {
    let title = super::find(run.scenario).map_or("", |scenario| scenario.about().title);
    let mut text = format!("# {title} ({})\n", run.scenario);
    // Writing to a string never fails.
    let mut set: Vec<String> =
        run.setup.params.all().map(|(key, value)| format!("{key}={value}")).collect();
    set.extend(run.setup.faults.iter().map(|fault| format!("fault={fault}")));
    let _ = writeln!(text, "# {} seed={}\n\n{}", set.join(" "), run.setup.seed, run.trace);
    let _ = writeln!(text, "Steps");
    let width = run.steps.iter().map(|step| step.name.len()).max().unwrap_or(0);
    for step in &run.steps {
        let at = step.at.to_string();
        let _ = writeln!(text, "{at:<10} {:<width$}  {}", step.name, step.caption);
    }
    let _ = writeln!(text, "\nMeasures");
    let width = run.measures.iter().map(|measure| measure.name.len()).max().unwrap_or(0);
    for measure in &run.measures {
        let Some(figure) = &measure.figure else {
            let _ = writeln!(text, "{:<width$}  -", measure.name);
            continue;
        };
        let shown = |value| measure.unit.shown(value).to_string();
        let _ = write!(text, "{:<width$}  {}", measure.name, shown(figure.value));
        let terms: Vec<String> =
            figure.sum.iter().map(|term| format!("{} {}", shown(term.value), term.label)).collect();
        if !terms.is_empty() {
            let _ = write!(text, "  = {}", terms.join(" + "));
        }
        text.push('\n');
    }
    text.push_str("\nLedger\n");
    for (name, value) in ledger(&run.ledger) {
        let _ = writeln!(text, "{name:<16}  {value}");
    }
    text
}

fn ledger(ledger: &Ledger) -> [(&'static str, String); 9] {
    let time = |ns: Option<u64>| {
        ns.map_or_else(|| "-".to_owned(), |ns| Unit::Milliseconds.shown(ns).to_string())
    };
    let trips = ledger.round_trips_milli;
    [
        ("round trips", format!("{}.{:03}", trips / 1_000, trips % 1_000)),
        ("first byte", time(ledger.first_byte_ns)),
        ("last byte", time(ledger.last_byte_ns)),
        ("packets", Unit::Count.shown(ledger.packets).to_string()),
        ("bytes on wire", Unit::Bytes.shown(ledger.bytes_on_wire).to_string()),
        ("headers", Unit::Percent.shown(ledger.header_ppm).to_string()),
        ("retransmissions", Unit::Count.shown(ledger.retransmissions).to_string()),
        ("lost", Unit::Count.shown(ledger.lost).to_string()),
        ("head of line", time(Some(ledger.head_of_line_ns))),
    ]
}
