//! What a run costs, and what is modelled of it.

use yew::prelude::*;

use crate::app::text::{NBSP, grouped, shown_text, time_text};
use crate::bridge::Report;
use crate::scenario::{About, Ledger, Unit};

/// The results of a run and what it cost.
pub(crate) fn ledger_table(run: &Report) -> Html {
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
        </section>
    }
}

/// What a run cost, whatever the scenario; what its own results say already is left out.
pub(crate) fn costs(run: &Report) -> Html {
    let own = |name: &str| run.measure(name).is_some();
    html! {
        <section class="second" aria-labelledby="costs">
            <h2 id="costs">{ "Ledger" }</h2>
            <table class="data">
                <tbody>
                    { for ledger_lines(&run.ledger).into_iter().filter(|(name, ..)| !own(name)).map(
                        |(name, title, value)| line(title, &value, name)
                    ) }
                </tbody>
            </table>
        </section>
    }
}

/// Name, title and value of each.
fn ledger_lines(ledger: &Ledger) -> Vec<(&'static str, &'static str, String)> {
    let time = |ns: Option<u64>| ns.map_or_else(|| "none".to_owned(), time_text);
    let trips = Unit::Count.shown(ledger.round_trips_milli / 1_000).number;
    let tenth = ledger.round_trips_milli % 1_000 / 100;
    vec![
        ("round-trips", "Round trips, first packet to last byte", format!("{trips}.{tenth}")),
        ("first-payload", "First payload at a receiver", time(ledger.first_byte_ns)),
        ("last-payload", "Last payload at a receiver", time(ledger.last_byte_ns)),
        ("packets", "Packets", grouped(ledger.packets)),
        (
            "bytes-on-wire",
            "Bytes on the wire, IP",
            format!("{}{NBSP}B", grouped(ledger.bytes_on_wire)),
        ),
        ("header-overhead", "Header overhead", shown_text(&Unit::Percent.shown(ledger.header_ppm))),
        ("retransmissions", "Retransmissions", grouped(ledger.retransmissions)),
        ("lost", "Lost packets", grouped(ledger.lost)),
        ("waiting", "Waiting behind holes", time_text(ledger.head_of_line_ns)),
    ]
}

fn line(title: &str, value: &str, name: &str) -> Html {
    html! {
        <tr data-measure={name.to_owned()}><th scope="row">{ title.to_owned() }</th><td class="n">{ value.to_owned() }</td></tr>
    }
}

/// What is modelled of a scenario and what is not.
pub(crate) fn fidelity(scenario: &About) -> Html {
    let card = &scenario.fidelity;
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
