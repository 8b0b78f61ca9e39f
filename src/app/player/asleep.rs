//! The player before it is needed: what was sent of it, and how it wakes.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::Element;
use yew::prelude::*;

use super::PlayerProps;
use super::drawing::Shared;
use super::state::{first, use_naming, use_wanted};
use super::view::Known;
use crate::app::engine;
use crate::app::island::{Island, Needs, use_waking};

/// The player: what was sent of it until it is needed. A scenario that does not exist is said in
/// words.
#[component]
pub(crate) fn Player(props: &PlayerProps) -> Html {
    let place = use_node_ref();
    let scenario = &props.diagram.scenario;
    let wanted = use_wanted(props);
    let (awake, engine) = use_waking(&place, wanted, Needs::Engine);
    use_naming(&props.diagram.id, awake);
    let about = if awake { engine::about(scenario) } else { None };
    let begin = use_memo((awake, props.diagram.clone()), |_| {
        about.and_then(|about| first(about, props)).map(|model| Shared(Rc::new(model)))
    });
    // The page knows already how much room there is.
    let room = use_memo(awake, |_| place.cast::<Element>().and_then(|island| width(&island)));
    let known = match (begin.as_ref(), awake) {
        (Some(begin), _) => html! {
            <Known player={props.clone()} begin={begin.clone()} room={*room} />
        },
        (None, true) => html! {
            <p class="notice bad">{ format!("There is no scenario `{scenario}`.") }</p>
        },
        (None, false) => html! {},
    };
    html! {
        <>
            <Island {awake} {place} waiting={waiting(props)}>{ known }</Island>
            { engine::missed(engine, awake) }
        </>
    }
}

/// What stands where a player will be, on a page that was not sent.
fn waiting(props: &PlayerProps) -> Html {
    let name = props.title.clone().unwrap_or_default();
    html! {
        <section class="player coming" data-diagram={props.diagram.id.clone()} aria-busy="true">
            <p class="quiet">{ name }{ " …" }</p>
        </section>
    }
}

/// The width of the drawing that is shown of those that were sent.
fn width(island: &Element) -> Option<i32> {
    let drawings = island.query_selector_all(".drawing").ok()?;
    let drawings = (0..drawings.length()).filter_map(|place| drawings.get(place));
    let mut shown = drawings
        .filter_map(|drawing| drawing.dyn_into::<Element>().ok())
        .filter(|drawing| drawing.client_width() > 0);
    let names = shown.next()?.get_attribute("class")?;
    names.split(' ').find_map(|name| name.strip_prefix('w')?.parse().ok())
}
