//! A scenario on a page of its own: player, inspector, results, and what is modelled.

use std::rc::Rc;

use yew::prelude::*;

use super::NotFound;
use crate::app::arrival::use_title;
use crate::app::components::anchor::Anchor;
use crate::app::components::ledger::{costs, fidelity, ledger_table};
use crate::app::player::{Address, Chrome, Player, plain_diagram};
use crate::app::route::Route;
use crate::scenario::{self, CATALOGUE, Run, Scenario, Setup};

/// Which scenario.
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct LearnProps {
    pub(crate) scenario: AttrValue,
}

/// A scenario on a page of its own.
#[component]
pub(crate) fn Learn(props: &LearnProps) -> Html {
    let found = scenario::find(&props.scenario);
    use_title(found.map_or("Scenarios", |found| found.about().title));
    let run =
        use_state(|| found.map(|found| Rc::new(scenario::run(found, &Setup::new(found.about())))));
    let on_run = {
        let run = run.setter();
        Callback::from(move |new: Rc<Run>| run.set(Some(new)))
    };
    let Some(found) = found else { return html! { <NotFound /> } };
    html! {
        <main class="learn" id="main" tabindex="-1">
            <div class="learn-head">
                <div>
                    <h1>{ found.about().title }</h1>
                    <p>{ found.about().summary }</p>
                </div>
                { picker(found) }
            </div>
            <Player diagram={plain_diagram(found.about().id, found.about().title)} chrome={Chrome::Full}
                address={Address::Own} {on_run} />
            <div class="under">
                if let Some(run) = run.as_ref() { { ledger_table(run) } }
                <div>
                    { fidelity(found) }
                    if let Some(run) = run.as_ref() { { costs(run) } }
                </div>
            </div>
        </main>
    }
}

/// The other scenarios.
fn picker(here: &dyn Scenario) -> Html {
    html! {
        <nav class="picker" aria-label="Scenarios">
            { for CATALOGUE.iter().map(|known| {
                let current = (known.about().id == here.about().id).then_some(AttrValue::Static("page"));
                let to = Route::Learn { scenario: known.about().id.to_owned() };
                html! { <Anchor key={known.about().id} {to} class="chip" {current}>{ known.about().title }</Anchor> }
            }) }
        </nav>
    }
}
