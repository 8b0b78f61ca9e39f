//! Where the time goes: a first request over every stack, part by part, laid side by side.
//!
//! The engine makes the table, which is its own picture. Distance, bandwidth and loss are the
//! reader's own, and all of the course follows them.

use core::time::Duration;

use yew::prelude::*;

use super::network_form::{network_slider, reset_network, setter};
use crate::app::engine;
use crate::app::island::{Island, Needs, use_waking};
use crate::app::network::Network;
use crate::app::player::{Slider, node};
use crate::app::settings::{SettingsContext, use_settings};
use crate::app::site::{Site, use_site};
use crate::bridge::Order;
use crate::bridge::questions::{Reach, Stacks as Ladder};
use crate::content::types::{Pairs, query};
use crate::scenario::Value;

/// The scenario that every row is a run of.
pub(crate) const FIRST: &str = "first-request";

/// What is compared.
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct StacksProps {
    /// What it shows.
    pub(crate) caption: AttrValue,
    /// What is fixed, for all rows; the rest is the reader's own network.
    #[prop_or_default]
    pub(crate) setup: Pairs,
}

/// A first request over every stack.
#[component]
pub(crate) fn Stacks(props: &StacksProps) -> Html {
    let place = use_node_ref();
    let (awake, engine) = use_waking(&place, false, Needs::Engine);
    let (context, site) = (use_settings(), use_site());
    let shown = if awake { table(&props.caption, &props.setup, &context, &site) } else { None };
    html! {
        <>
            <Island {awake} {place}>{ shown.unwrap_or_default() }</Island>
            { engine::missed(engine, awake) }
        </>
    }
}

fn table(caption: &str, fixed: &Pairs, context: &SettingsContext, site: &Site) -> Option<Html> {
    let live = site.live;
    let mut setup = context.settings.network.pairs();
    setup.extend(fixed.iter().cloned());
    let order = Order { scenario: FIRST.to_owned(), setup, until: None };
    let ladder =
        Ladder { order, base: site.base.to_string(), fixed: query(fixed).replace('?', "&") };
    let table = engine::ask(&ladder)??;
    let free = |key: &str| !fixed.iter().any(|(known, _)| known.strip_prefix("set.") == Some(key));
    let own = ["rtt", "rate", "loss"].into_iter().filter(|key| free(key));
    Some(html! {
        <div class="stacks" data-stacks="">
            <p class="shows">{ caption.to_owned() }</p>
            <div class="own-network">
                if free("rtt") { { distance(context, live)? } }
                { for own.map(|key| network_slider(context, key, live)) }
            </div>
            { node(&table) }
        </div>
    })
}

/// How far away the server is: the same as the round trip, in kilometres.
fn distance(context: &SettingsContext, live: bool) -> Option<Html> {
    let network = context.settings.network.clone();
    let Some(Value::Duration(rtt)) = network.value_of("rtt") else { return None };
    let far = engine::ask(&Reach { rtt: u64::try_from(rtt.as_nanos()).unwrap_or(u64::MAX) })?;
    let (last, rtts) = (far.rtts.len().saturating_sub(1), far.rtts);
    let own = network != Network::default();
    let on_place = setter(context).reform(move |place: usize| {
        let rtt = rtts.get(place).copied().unwrap_or_default();
        network.with("rtt", Value::Duration(Duration::from_nanos(rtt)))
    });
    Some(html! {
        <>
            <Slider name="my-distance" label="Distance" help="How far away the server is, on a usual path."
                place={far.place} {last} number={far.km} unit="km" {live} {on_place} />
            <p class="quiet">{ far.words }{ " " }if own { { reset_network(context) } }</p>
        </>
    })
}
