//! A scenario on a page of its own: player, inspector, results, and what is modelled.

use std::rc::Rc;

use yew::prelude::*;

use super::NotFound;
use crate::app::arrival::use_title;
use crate::app::components::anchor::Anchor;
use crate::app::components::ledger::{costs, fidelity, ledger_table};
use crate::app::data::use_course;
use crate::app::engine;
use crate::app::island::Island;
use crate::app::player::{Address, Chrome, Player, plain_diagram};
use crate::app::route::Route;
use crate::bridge::Report;
use crate::content::types::{Course, ScenarioRef};

/// Which scenario.
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct LearnProps {
    pub(crate) scenario: AttrValue,
}

/// A scenario on a page of its own.
#[component]
pub(crate) fn Learn(props: &LearnProps) -> Html {
    let course = use_course();
    let found = course.scenarios.iter().find(|known| known.id == *props.scenario);
    use_title(found.map_or("Scenarios", |found| &found.title));
    let run = use_state(|| engine::first_run(&props.scenario));
    let on_run = {
        let run = run.setter();
        Callback::from(move |new: Rc<Report>| run.set(Some(new)))
    };
    let (summary, under) = (use_node_ref(), use_node_ref());
    let Some(found) = found else { return html! { <NotFound /> } };
    let run = run.as_deref();
    let about = run.and_then(|_| engine::about(&found.id));
    html! {
        <main class="learn" id="main" tabindex="-1">
            <div class="learn-head">
                <div>
                    <h1>{ &found.title }</h1>
                    <Island awake={about.is_some()} place={summary}>
                        if let Some(about) = about { <p>{ about.summary }</p> }
                    </Island>
                </div>
                <nav class="onward" aria-label="Scenarios">
                    <Anchor to={Route::Scenarios}>{ "All scenarios" }</Anchor>
                    { beside(&course, found) }
                </nav>
            </div>
            <Player diagram={plain_diagram(&found.id, &found.title)} chrome={Chrome::Full}
                address={Address::Own} {on_run} />
            <Island awake={about.is_some()} place={under}>
                if let (Some(run), Some(about)) = (run, about) {
                    <div class="under">
                        { ledger_table(run) }
                        <div>{ fidelity(about) }{ costs(run) }</div>
                    </div>
                }
            </Island>
        </main>
    }
}

/// The scenario behind this one in the index.
fn beside(course: &Course, here: &ScenarioRef) -> Html {
    let mut others = course.scenarios.iter().skip_while(|known| known.id != here.id).skip(1);
    let Some(next) = others.next() else { return html! {} };
    let to = Route::Learn { scenario: next.id.clone() };
    html! { <Anchor {to}>{ "Next: " }{ &next.title }</Anchor> }
}
