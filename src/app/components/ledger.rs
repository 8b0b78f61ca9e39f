//! What a run costs, and what is modelled of it.

use yew::prelude::*;

use crate::app::text::{NBSP, grouped, shown_text, time_text};
use crate::scenario::{Ledger, Run, Scenario, Unit};

/// The results of a run and what it cost.
pub(crate) fn ledger_table(run: &Run) -> Html {
    html! {
        <section aria-labelledby="ledger">
            <h2 id="ledger">{ "Results" }</h2>
            <table class="data">
                <tbody>
                    { for run.measures.iter().filter_map(|measure| {
                        let figure = measure.figure.as_ref()?;
                        Some(line(measure.title, &shown_text(&measure.unit.shown(figure.value)), measure.name))
                    }) }
                </tbody>
            </table>
            <h2 class="second">{ "Ledger" }</h2>
            <table class="data"><tbody>{ for ledger_lines(&run.ledger) }</tbody></table>
        </section>
    }
}

fn ledger_lines(ledger: &Ledger) -> Vec<Html> {
    let time = |ns: Option<u64>| ns.map_or_else(|| "none".to_owned(), time_text);
    let trips = Unit::Count.shown(ledger.round_trips_milli / 1_000).number;
    let tenth = ledger.round_trips_milli % 1_000 / 100;
    vec![
        line("Round trips", &format!("{trips}.{tenth}"), "round-trips"),
        line("First byte", &time(ledger.first_byte_ns), "first-byte"),
        line("Last byte", &time(ledger.last_byte_ns), "last-byte"),
        line("Packets", &grouped(ledger.packets), "packets"),
        line(
            "Bytes on the wire, IP",
            &format!("{}{NBSP}B", grouped(ledger.bytes_on_wire)),
            "bytes",
        ),
        line("Header overhead", &shown_text(&Unit::Percent.shown(ledger.header_ppm)), "overhead"),
        line("Retransmissions", &grouped(ledger.retransmissions), "retransmissions"),
        line("Lost packets", &grouped(ledger.lost), "lost"),
        line("Waiting behind holes", &time_text(ledger.head_of_line_ns), "waiting"),
    ]
}

fn line(title: &str, value: &str, name: &str) -> Html {
    html! {
        <tr data-measure={name.to_owned()}><th scope="row">{ title.to_owned() }</th><td class="n">{ value.to_owned() }</td></tr>
    }
}

/// What is modelled of a scenario and what is not.
pub(crate) fn fidelity(scenario: &dyn Scenario) -> Html {
    let card = scenario.fidelity();
    let row = |name: &'static str, text: String| {
        html! {
            <tr><th scope="row">{ name }</th><td>{ text }</td></tr>
        }
    };
    html! {
        <section aria-labelledby="fidelity">
            <h2 id="fidelity">{ "What is modelled" }</h2>
            <table class="data">
                <tbody>
                    { row("Modelled", card.modelled.to_owned()) }
                    { row("Left out", card.left_out.to_owned()) }
                    { row("Standards", card.standards.join(", ")) }
                    { row("Checked", card.checked.to_owned()) }
                </tbody>
            </table>
        </section>
    }
}
