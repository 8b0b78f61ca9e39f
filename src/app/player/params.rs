//! The parameters as sliders, the presets as chips, the faults as lines.

use web_sys::HtmlSelectElement;
use yew::prelude::*;

use super::model::{Action, Model};
use super::slider::Slider;
use super::transport::sends;
use crate::app::components::icon::{Icon, symbol};
use crate::app::text::time_text;
use crate::scenario::slider::POSITIONS;
use crate::scenario::{About, ParamKind, ParamSpec, Preset, Setup, Value};
use crate::sim::fault::{Effect, Fault};
use crate::sim::time::{Instant, nanos};

/// What the controls need.
pub(crate) struct ParamsProps {
    pub(crate) scenario: &'static About,
    pub(crate) setup: Setup,
    pub(crate) dispatch: UseReducerDispatcher<Model>,
    /// The keys that are shown; none means all.
    pub(crate) only: Option<Vec<AttrValue>>,
    /// Whether failures are offered beside the networks.
    pub(crate) failures: bool,
    pub(crate) live: bool,
    /// Opens the list of differences.
    pub(crate) on_changes: Callback<()>,
    /// How many differences there are, while a ghost is shown.
    pub(crate) changes: Option<usize>,
}

/// The controls.
pub(crate) fn param_controls(props: &ParamsProps) -> Html {
    let ParamsProps { scenario, setup, only, live, failures, .. } = props;
    let shown =
        |spec: &&ParamSpec| only.as_ref().is_none_or(|only| only.iter().any(|key| key == spec.key));
    let (networks, failing): (Vec<&Preset>, Vec<&Preset>) =
        scenario.presets.iter().partition(|preset| !preset.failure);
    // A row that scrolls is reached by the keyboard, also while nothing in it answers.
    let tabindex = (!live).then_some("0");
    html! {
        <div class="params">
            { for scenario.params.iter().filter(shown).map(|spec| control(props, spec)) }
            { for setup.faults.iter().enumerate().map(|(place, fault)| fault_line(props, place, fault)) }
            <div class="chips" role="group" aria-label="Networks" tabindex={tabindex}>
                { for networks.iter().map(|preset| chip(props, preset)) }
                <button type="button" class="tool" aria-label="Reset" title="Reset" disabled={!live}
                    data-action="reset" onclick={sends(&props.dispatch, Action::Reset)}>
                    { symbol(Icon::Reset) }
                </button>
            </div>
            if *failures {
                <div class="chips" role="group" aria-label="What may go wrong" tabindex={tabindex}>
                    { for failing.iter().map(|preset| chip(props, preset)) }
                </div>
            }
        </div>
    }
}

fn chip(props: &ParamsProps, preset: &'static Preset) -> Html {
    let with = props.setup.with_preset(props.scenario, preset.name);
    let on = with.is_ok_and(|with| with == props.setup);
    html! {
        <button type="button" class="chip" key={preset.name} aria-pressed={on.to_string()}
            disabled={!props.live} data-preset={preset.name}
            onclick={sends(&props.dispatch, Action::Preset(preset.name))}>
            { preset.title }
        </button>
    }
}

/// One parameter: a slider, or a menu for words.
fn control(props: &ParamsProps, spec: &'static ParamSpec) -> Html {
    let Some(value) = props.setup.params.value(spec.key) else { return html! {} };
    let set = {
        let dispatch = props.dispatch.clone();
        let key = spec.key;
        Callback::from(move |value| dispatch.dispatch(Action::Set(key, value)))
    };
    if let ParamKind::Choice { options, .. } = spec.kind {
        return choice(spec, options, value, props.live, set);
    }
    let stops = spec.kind.stops();
    let place = stops.iter().position(|stop| *stop == value);
    let place = place.unwrap_or_else(|| {
        let near = usize::from(spec.kind.position(value)) * stops.len().saturating_sub(1);
        near / usize::from(POSITIONS)
    });
    let shown = spec.kind.shown(value);
    let on_place = set.reform(move |place: usize| stops.get(place).copied().unwrap_or(value));
    html! {
        <Slider key={spec.key} name={spec.key} label={spec.label} help={spec.help} {place} live={props.live}
            last={spec.kind.stops().len().saturating_sub(1)} number={shown.number} unit={shown.unit}
            {on_place} />
    }
}

fn choice(
    spec: &'static ParamSpec,
    options: &'static [(&'static str, &'static str)],
    value: Value,
    live: bool,
    set: Callback<Value>,
) -> Html {
    let onchange = Callback::from(move |event: Event| {
        let Some(select) = event.target_dyn_into::<HtmlSelectElement>() else { return };
        let place = usize::try_from(select.selected_index()).unwrap_or(0);
        if let Some((word, _)) = options.get(place) {
            set.emit(Value::Choice(word));
        }
    });
    html! {
        <label class="param choice" title={spec.help}>
            <span class="label">{ spec.label }</span>
            <span class="select-box">
                <select class="select" disabled={!live} data-param={spec.key} {onchange}>
                    { for options.iter().map(|(word, title)| html! {
                        <option value={*word} selected={value == Value::Choice(word)}>{ *title }</option>
                    }) }
                </select>
            </span>
        </label>
    }
}

fn fault_line(props: &ParamsProps, place: usize, fault: &Fault) -> Html {
    let ParamsProps { setup, dispatch, live, changes, on_changes, .. } = props;
    let newest = place + 1 == setup.faults.len();
    let open = on_changes.reform(|_: MouseEvent| ());
    html! {
        <div class="fault" key={format!("fault-{place}")}>
            { symbol(Icon::Cross) }
            <span>{ in_words(fault) }</span>
            if let Some(changes) = changes.filter(|_| newest) {
                <button type="button" class="plain" data-action="changes" onclick={open}>
                    { format!("What changed: {changes}") }
                </button>
            }
            <button type="button" class="tool" disabled={!live} data-action="mend"
                aria-label={format!("Take back: {}", plain_words(fault))}
                title="Take back" onclick={sends(dispatch, Action::Mend(place))}>
                { symbol(Icon::Close) }
            </button>
        </div>
    }
}

/// A fault in words, its packet emphasised.
fn in_words(fault: &Fault) -> Html {
    match fault {
        Fault::Packet { select, effect } => {
            let (deed, behind) = deed(*effect);
            html! { <>{ deed }{ " " }<b>{ packet_name(&select.name, select.nth) }</b>{ behind }</> }
        }
        Fault::Outage { .. } | Fault::Path { .. } => html! { plain_words(fault) },
    }
}

fn deed(effect: Effect) -> (&'static str, String) {
    match effect {
        Effect::Drop => ("You dropped", String::new()),
        Effect::Delay(by) => ("You delayed", format!(" by {}", time_text(nanos(by)))),
        Effect::Duplicate => ("You sent twice:", String::new()),
        Effect::Corrupt => ("You damaged", String::new()),
    }
}

fn packet_name(name: &str, nth: u32) -> String {
    if nth == 1 { name.to_owned() } else { format!("{name} number {nth}") }
}

fn plain_words(fault: &Fault) -> String {
    let time = |at: &Instant| time_text(at.as_nanos());
    match fault {
        Fault::Packet { select, effect } => {
            let (deed, behind) = deed(*effect);
            format!("{deed} {}{behind}", packet_name(&select.name, select.nth))
        }
        Fault::Outage { from: None, start, end } => {
            format!("Nothing gets through from {} to {}", time(start), time(end))
        }
        Fault::Outage { from: Some(host), start, end } => {
            format!("Nothing from the {host} gets through from {} to {}", time(start), time(end))
        }
        Fault::Path { at, rtt } => {
            format!("From {} on, the round trip is {}", time(at), time_text(nanos(*rtt)))
        }
    }
}
