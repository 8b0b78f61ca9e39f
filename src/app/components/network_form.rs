//! The reader's own network.

use yew::prelude::*;

use crate::app::network::Network;
use crate::app::player::Slider;
use crate::app::settings::{Settings, SettingsContext};
use crate::scenario::ParamSpec;
use crate::scenario::slider::POSITIONS;

/// One slider of the reader's own network, for a page that it changes at once.
pub(crate) fn network_slider(context: &SettingsContext, name: &str, live: bool) -> Html {
    let Some(spec) = Network::specs().iter().find(|spec| spec.key == name) else {
        return html! {};
    };
    slider(spec, &context.settings.network, &setter(context), live)
}

/// Changes the network and leaves the other settings.
pub(crate) fn setter(context: &SettingsContext) -> Callback<Network> {
    let context = context.clone();
    Callback::from(move |network: Network| {
        context.set.emit(Settings { network, ..context.settings.clone() });
    })
}

/// The sliders of the reader's own network.
pub(crate) fn network_form(context: &SettingsContext) -> Html {
    let network = context.settings.network.clone();
    let set = setter(context);
    html! {
        <>
            <p>{ "Every diagram and every number in the text starts from it, unless the text fixes another." }</p>
            <div>{ for Network::specs().iter().map(|spec| slider(spec, &network, &set, true)) }</div>
            <p>{ reset_network(context) }</p>
        </>
    }
}

/// One click back to the default.
pub(crate) fn reset_network(context: &SettingsContext) -> Html {
    let onclick = setter(context).reform(|_: MouseEvent| Network::default());
    html! { <button type="button" class="plain" data-action="reset-network" {onclick}>{ "Reset my network" }</button> }
}

fn slider(
    spec: &'static ParamSpec,
    network: &Network,
    set: &Callback<Network>,
    live: bool,
) -> Html {
    let value = network.value(spec);
    let stops = spec.kind.stops();
    let last = stops.len().saturating_sub(1);
    let near = usize::from(spec.kind.position(value)) * last / usize::from(POSITIONS);
    let place = stops.iter().position(|stop| *stop == value).unwrap_or(near);
    let shown = spec.kind.shown(value);
    let on_place = {
        let network = network.clone();
        set.reform(move |place: usize| {
            stops.get(place).map_or_else(|| network.clone(), |value| network.with(spec.key, *value))
        })
    };
    html! {
        <Slider key={spec.key} name={format!("my-{}", spec.key)} label={spec.label} help={spec.help} {place} {last}
            number={shown.number} unit={shown.unit} {live} {on_place} />
    }
}
