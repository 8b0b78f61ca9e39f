//! How true is this? Recorded figures of real stacks beside the engine's.

use yew::prelude::*;

use crate::app::arrival::use_title;
use crate::app::components::loading::waiting;
use crate::app::data::{Load, use_truth};
use crate::content::types::Compared;

/// How true is this?
#[component]
pub(crate) fn Truth() -> Html {
    use_title("How true is this?");
    let rows = match use_truth() {
        Load::Ready(rows) => rows,
        Load::Waiting => return waiting(),
        Load::Failed(message) => {
            return html! {
                <main id="main" class="page" tabindex="-1">
                    <h1>{ "The figures did not come" }</h1>
                    <p role="alert">{ message }</p>
                </main>
            };
        }
    };
    let hold = rows.iter().filter(|row| row.verdict == "holds").count();
    html! {
        <main id="main" class="page truth" tabindex="-1">
            <h1>{ "How true is this?" }</h1>
            <p class="lead">{ "The diagrams of this course come out of a simulation. Here it stands beside the real thing: Linux 6.18, recorded on an emulated link with the same losses, then repeated by the engine under the same conditions." }</p>
            <p class="lead"><b>{ format!("{hold} of {} figures hold.", rows.len()) }</b>
                { " The build of this page fails if one does not. Real timers are a little late, so some tolerances are lopsided; each scenario says on its own page what is left out." }</p>
            <div class="table" tabindex="0" role="region" aria-label="Recorded figures">
                <table>
                    <thead><tr>
                        <th scope="col">{ "Run" }</th><th scope="col">{ "Measure" }</th>
                        <th scope="col" class="n">{ "Linux" }</th><th scope="col" class="n">{ "Engine" }</th>
                        <th scope="col" class="n">{ "Difference" }</th><th scope="col">{ "Tolerance" }</th>
                        <th scope="col">{ "Verdict" }</th>
                    </tr></thead>
                    <tbody>{ for rows.iter().enumerate().map(|(nth, row)| line(&rows, nth, row)) }</tbody>
                </table>
            </div>
        </main>
    }
}

/// A row; a run is named once.
fn line(rows: &[Compared], nth: usize, row: &Compared) -> Html {
    let before = nth.checked_sub(1).and_then(|before| rows.get(before));
    let first = before.is_none_or(|before| before.run != row.run);
    html! {
        <tr key={nth} class={classes!(first.then_some("first"))}>
            <th scope="row">
                if first { { row.run.clone() } } else { <span class="sr">{ row.run.clone() }</span> }
            </th>
            <td>{ row.measure.clone() }</td>
            <td class="n">{ row.real.clone() }</td>
            <td class="n">{ row.engine.clone() }</td>
            <td class="n">{ row.difference.clone() }</td>
            <td>{ row.tolerance.clone() }</td>
            <td>{ row.verdict.clone() }</td>
        </tr>
    }
}
