//! The player's state beside the reader: address, network, words that jump.

use std::rc::Rc;

use gloo::timers::callback::Timeout;
use yew::prelude::*;

use super::model::{Action, Model};
use super::{Address, Chrome, PlayerProps};
use crate::app::address::{self, mode_name};
use crate::app::browser_facts::{query_pairs, replace_query};
use crate::app::moments::{Place, use_moments};
use crate::app::settings::use_network;
use crate::app::site::use_site;
use crate::content::types::{self, Diagram, Pairs, query};
use crate::diagram::Mode;
use crate::scenario::{About, Setup};
use crate::sim::time::Instant;

/// The key that says which diagram of a page an address is about.
const WHICH: &str = "diagram";

/// How a content file names the modes.
pub(crate) const fn mode_of(mode: types::Mode) -> Mode {
    match mode {
        types::Mode::Gaps => Mode::Gaps,
        types::Mode::True => Mode::True,
        types::Mode::Steps => Mode::Steps,
    }
}

/// The set-up of a diagram: the author's settings over the reader's network.
fn setup_of(scenario: &About, diagram: &Diagram, network: &Pairs) -> Setup {
    let names_network = diagram.setup.iter().any(|(key, value)| {
        let named = scenario.presets.iter().find(|preset| preset.name == value);
        key == "preset" && named.is_some_and(|preset| !preset.failure)
    });
    let mut pairs = if names_network { Pairs::new() } else { network.clone() };
    pairs.extend(diagram.setup.iter().cloned());
    Setup::from_query(scenario, &pairs).0
}

/// The state as it is drawn before the page is awake: nothing of the reader in it.
pub(crate) fn first(scenario: &About, props: &PlayerProps) -> Option<Model> {
    let diagram = &props.diagram;
    let setup = setup_of(scenario, diagram, &Pairs::new());
    let mode = mode_of(diagram.mode);
    let wanted = diagram.stop.as_deref();
    let stop = scenario.steps.iter().map(|step| step.name).find(|name| Some(*name) == wanted);
    // On the first page the story ends with its stop; elsewhere the reader may look further.
    let until = stop.filter(|_| props.chrome == Chrome::Hero);
    let mut model = Model::until(scenario, setup, mode, until)?;
    model.stop = stop;
    Some(model.standing_at(diagram.start.as_deref()))
}

/// Connects a player with the address, the reader's network and the words of its page. Returns
/// what of the address could not be followed.
#[hook]
pub(crate) fn use_surroundings(
    props: &PlayerProps,
    scenario: &'static About,
    model: &UseReducerHandle<Model>,
) -> UseStateHandle<Vec<String>> {
    let live = use_site().live;
    let network = use_network();
    let problems = use_state(Vec::new);
    // Whether the address has been read, and may be written from then on.
    let read = use_state(|| false);
    {
        let (props, dispatch, problems) = (props.clone(), model.dispatcher(), problems.setter());
        let (first, read) = (!*read, read.setter());
        let pairs = if props.own_network { network.pairs() } else { Pairs::new() };
        use_effect_with((live, pairs), move |(live, network)| {
            if !live {
                return;
            }
            let base = setup_of(scenario, &props.diagram, network);
            let found = if first { address_pairs(&props) } else { None };
            read.set(true);
            if !network.is_empty() || !first {
                dispatch.dispatch(Action::Restart(base));
            }
            if let Some(found) = found {
                load(&props, scenario, (network, &found), &dispatch, &problems);
            } else if first && matches!(props.chrome, Chrome::Embed(_)) {
                dispatch.dispatch(Action::Seek(Instant::START));
            }
        });
    }
    use_writing(props, model, *read);
    use_words(props, model);
    problems
}

/// Whether a player is asked for before anybody sees it: by the words of its page, or by the
/// address.
#[hook]
pub(crate) fn use_wanted(props: &PlayerProps) -> bool {
    let live = use_site().live;
    let named = live && props.address == Address::Named && address_pairs(props).is_some();
    use_moments().jump_for(&props.diagram.id).is_some() || named
}

/// Tells the words of the page that there is this diagram, before it is awake.
#[hook]
pub(crate) fn use_naming(id: &str, awake: bool) {
    let live = use_site().live;
    let moments = use_moments();
    use_effect_with((id.to_owned(), live && !awake), move |(id, asleep)| {
        if *asleep {
            moments.stands(id, Place::default());
        }
    });
}

/// The pairs of the address, if they are about this player.
fn address_pairs(props: &PlayerProps) -> Option<Pairs> {
    let mut pairs = match props.address {
        Address::None => return None,
        Address::Own | Address::Named | Address::Read(_) => query_pairs(),
    };
    if props.address == Address::Named {
        let about = |(key, value): &(String, String)| key == WHICH && *value == props.diagram.id;
        if !pairs.iter().any(about) {
            return None;
        }
        pairs.retain(|(key, _)| key != WHICH);
    }
    (!pairs.is_empty()).then_some(pairs)
}

/// Brings a player into the state of an address.
fn load(
    props: &PlayerProps,
    scenario: &'static About,
    (network, found): (&Pairs, &Pairs),
    dispatch: &UseReducerDispatcher<Model>,
    problems: &UseStateSetter<Vec<String>>,
) {
    let also = if let Address::Read(also) = props.address { also } else { &[] };
    let stated = address::read(scenario, found, also);
    let mut pairs = network.clone();
    pairs.extend(props.diagram.setup.iter().cloned());
    pairs.extend(found.iter().cloned());
    let (setup, _) = Setup::from_query(scenario, &pairs);
    let mode = stated.mode.unwrap_or_else(|| mode_of(props.diagram.mode));
    let step = stated.step.or_else(|| props.diagram.start.clone());
    // An embed is stepped through: unless told otherwise it begins at the beginning.
    let begin = step.is_none() && matches!(props.chrome, Chrome::Embed(_));
    dispatch.dispatch(Action::Load(setup, mode, step));
    if begin {
        dispatch.dispatch(Action::Seek(Instant::START));
    }
    problems.set(stated.problems);
}

/// Writes the state into the address, without a step in the history.
#[hook]
fn use_writing(props: &PlayerProps, model: &UseReducerHandle<Model>, read: bool) {
    let step = model.standing().filter(|_| model.at < model.end()).map(|step| step.name);
    let state = (model.setup.clone(), model.mode, step.filter(|_| !model.playing), model.playing);
    let (props, model) = (props.clone(), model.clone());
    let written = use_mut_ref(|| None::<String>);
    use_effect_with((state, read), move |((setup, mode, step, playing), read)| {
        let writes = matches!(props.address, Address::Own | Address::Named);
        let mut timer = None;
        if writes && *read && !playing {
            let mut pairs = state_pairs(&model, setup);
            if *mode != mode_of(props.diagram.mode) {
                pairs.push(("mode".to_owned(), mode_name(*mode).to_owned()));
            }
            if let Some(step) = step.filter(|step| props.diagram.start.as_deref() != Some(step)) {
                pairs.push(("step".to_owned(), step.to_owned()));
            }
            if props.address == Address::Named && !pairs.is_empty() {
                pairs.insert(0, (WHICH.to_owned(), props.diagram.id.clone()));
            }
            let text = query(&pairs);
            // The first state is the address's own; a diagram that nobody touched leaves the
            // address to the others of its page.
            let known = written.borrow().clone();
            if known.as_ref() != Some(&text) {
                *written.borrow_mut() = Some(text.clone());
                if known.is_some() {
                    timer = Some(Timeout::new(WRITE_MS, move || replace_query(&text)));
                }
            }
        }
        move || drop(timer)
    });
}

/// Browsers refuse an address that changes too often; nobody reads it while a slider moves.
const WRITE_MS: u32 = 150;

/// What differs from the defaults, and what differs from what this player began with.
pub(crate) fn state_pairs(model: &Model, setup: &Setup) -> Pairs {
    if *setup == model.origin {
        return Pairs::new();
    }
    let mut pairs = setup.to_query();
    for (key, value) in setup.params.all() {
        let name = format!("set.{key}");
        let began = model.origin.params.value(key);
        if began != Some(value) && !pairs.iter().any(|(known, _)| *known == name) {
            pairs.push((name, value.to_string()));
        }
    }
    pairs
}

/// Words of the page jump to steps, and know which step it is.
#[hook]
fn use_words(props: &PlayerProps, model: &UseReducerHandle<Model>) {
    let live = use_site().live;
    let moments = use_moments();
    let id = props.diagram.id.clone();
    {
        let (moments, model, id) = (moments.clone(), model.clone(), id.clone());
        let step = model.current_step().map(|step| step.name);
        let finished = model.at >= model.end() && !model.playing;
        use_effect_with((live, model.serial, step, finished), move |(live, _, step, finished)| {
            if *live {
                let times = model.steps().iter().map(|step| (step.name, step.at.as_nanos()));
                let step = step.filter(|_| !finished).map(str::to_owned);
                moments.stands(&id, Place { step, times: Rc::new(times.collect()) });
            }
        });
    }
    let dispatch = model.dispatcher();
    use_effect_with(moments.jump_for(&id), move |jump| {
        if let Some((_, step)) = jump {
            dispatch.dispatch(Action::Named(step.clone()));
        }
    });
}

/// Everything about a player as a query without its question mark, for another page.
pub(crate) fn whole_state(model: &Model) -> String {
    let mut pairs = model.setup.to_query();
    if model.mode != Mode::Gaps {
        pairs.push(("mode".to_owned(), mode_name(model.mode).to_owned()));
    }
    if let Some(step) = model.standing().filter(|_| model.at < model.end()) {
        pairs.push(("step".to_owned(), step.name.to_owned()));
    }
    query(&pairs).trim_start_matches('?').to_owned()
}
