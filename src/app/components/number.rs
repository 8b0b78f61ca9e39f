//! Computed numbers: the instrument speaks inside the sentence.

use std::rc::Rc;

use yew::prelude::*;

use crate::app::engine::{self, use_engine};
use crate::app::network::Network;
use crate::app::settings::use_network;
use crate::app::site::use_site;
use crate::app::text::shown_text;
use crate::bridge::Order;
use crate::bridge::questions::Ask;
use crate::content::types::{Number, Pairs, SumTerm};
use crate::scenario::Setup;

/// A computed number.
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct NumberProps {
    pub(crate) number: Number,
    /// Whether it opens its sum: not inside a label, a button or a summary.
    #[prop_or(true)]
    pub(crate) opens: bool,
}

/// A computed number. It opens its sum, and follows the reader's own network.
#[component]
pub(crate) fn ComputedNumber(props: &NumberProps) -> Html {
    let live = use_site().live;
    let open = use_state(|| false);
    let number = &props.number;
    let found = use_own(number);
    let (text, sum) = match found.as_ref() {
        Some((text, sum)) => (text.clone(), sum.clone()),
        None => (number.text.clone(), number.sum.clone()),
    };
    if sum.is_empty() || !props.opens {
        return html! { <span class="value" data-ask={number.ask.clone()}>{ text }</span> };
    }
    let onclick = {
        let open = open.clone();
        Callback::from(move |_: MouseEvent| open.set(!*open))
    };
    html! {
        <>
            <button type="button" class="value" aria-expanded={open.to_string()} disabled={!live}
                title="How it adds up" data-ask={number.ask.clone()} {onclick}>{ text.clone() }</button>
            if *open {
                <span class="sum" role="note">
                    { for sum.iter().map(|term| html! {
                        <span class="sum-row"><span>{ &term.label }</span><b>{ &term.text }</b></span>
                    }) }
                    <span class="sum-row total"><span>{ "Together" }</span><b>{ text }</b></span>
                </span>
            }
        </>
    }
}

/// The number and its sum under the reader's network; none if that is the default.
#[hook]
pub(crate) fn use_own(number: &Number) -> Rc<Option<(String, Vec<SumTerm>)>> {
    let network = use_network();
    let engine = use_engine(network != Network::default());
    use_memo((number.clone(), network.pairs(), engine), |(number, network, _)| {
        if network.is_empty() { None } else { compute(number, network) }
    })
}

/// The number under the reader's network; what the author fixed stays fixed.
fn compute(number: &Number, network: &Pairs) -> Option<(String, Vec<SumTerm>)> {
    let about = engine::about(&number.scenario)?;
    let mut pairs = network.clone();
    pairs.extend(number.setup.iter().cloned());
    let (setup, _) = Setup::from_query(about, &pairs);
    let order = Order::new(about.id, &setup);
    let answer = engine::ask(&Ask { order, text: number.ask.clone() })?.ok()?;
    let unit = answer.unit;
    let sum = answer.sum.iter().map(|term| SumTerm {
        label: term.label.clone(),
        text: shown_text(&unit.shown(term.value)),
    });
    Some((shown_text(&answer.shown), sum.collect()))
}
