//! The player as it is seen.

use std::cell::RefCell;
use std::rc::Rc;

use yew::prelude::*;

use super::clock::{use_clock, use_on_screen};
use super::drawing::Shared;
use super::embed_bar::{caption, embed_bar};
use super::hand;
use super::head::head;
use super::inspector::Inspector;
use super::keys::{Wish, beside, next_mode, wish};
use super::messages::Messages;
use super::model::{Action, Model};
use super::modes::modes;
use super::params::{ParamsProps, param_controls};
use super::scrubber::{Scrub, scrubber};
use super::stage::{Laid, Sizes, Stage, layout};
use super::state::use_surroundings;
use super::transport::transport;
use super::{Chrome, Controls, PlayerProps};
use crate::app::components::icon::{Icon, symbol};
use crate::app::engine;
use crate::app::settings::{Theme, use_settings};
use crate::app::site::use_site;
use crate::bridge::Report;
use crate::diagram::Plan;
use crate::scenario::About;
use crate::sim::fault::Effect;
use crate::sim::time::Instant;

/// What a player of a scenario that exists begins with.
#[derive(Clone, PartialEq, Properties)]
pub(super) struct KnownProps {
    pub(super) player: PlayerProps,
    pub(super) begin: Shared<Model>,
    /// How wide the stage is, if that is known.
    pub(super) room: Option<i32>,
}

/// The player of a scenario that exists.
#[component]
pub(super) fn Known(known: &KnownProps) -> Html {
    let props = &known.player;
    let Some(scenario) = engine::about(&props.diagram.scenario) else { return html! {} };
    let live = use_site().live;
    let model = use_reducer(|| (*known.begin.0).clone());
    let problems = use_surroundings(props, scenario, &model);
    let hall = props.hall || use_settings().settings.theme == Theme::Projector;
    let sizes = sizes(props.chrome, hall);
    // What was sent is laid out for a page, not for a lecture hall.
    let sent = known.room.filter(|_| !hall);
    let room = use_state(|| sent);
    let width = room.filter(|_| live).map(|room| sizes.fitting(room));
    let unhidden = use_state(|| false);
    let hide = if *unhidden { &[][..] } else { props.hide };
    let diagrams = use_memo((model.serial, model.mode, width, sizes.large, hide), |_| {
        let widths = width.map_or_else(|| sizes.widths.to_vec(), |width| vec![width]);
        let lay = |width| Some(Shared(Rc::new(layout(&model, sizes, width, hide)?)));
        widths.into_iter().filter_map(lay).collect::<Vec<_>>()
    });
    let Some(main) = diagrams.last().cloned() else { return html! {} };
    let place = use_node_ref();
    let on_screen = use_on_screen(&place);
    use_clock(&model, &main.0, on_screen);
    use_autoplay(props, &model, live && on_screen);
    use_run(props, &model);
    let dialog = use_state(|| None::<Dialog>);
    let shift = use_mut_ref(|| false);
    let closed = use_state(|| false);
    let seen = Seen {
        props: props.clone(),
        scenario,
        shown: shown(&model, &main.0.plan),
        diagrams: (*diagrams).clone(),
        sizes,
        main,
        live,
        model,
        dialog,
        room: room.setter(),
        measured: sent.is_some(),
        unhidden,
        shift,
    };
    let onkeydown = seen.keys();
    html! {
        <section class={classes!("player", seen.class())} ref={place} tabindex="-1"
            aria-label={format!("Player: {}", seen.title())}
            data-scenario={scenario.id} data-diagram={props.diagram.id.clone()}
            data-live={live.to_string()} {onkeydown}>
            <div class="instrument">
                { seen.head() }
                { notices(&props.problems, &problems, &closed) }
                { seen.stage() }
                { seen.below() }
            </div>
            { seen.beside() }
            if props.chrome != Chrome::Hero { { seen.spoken() } }
            { seen.dialogs() }
        </section>
    }
}

/// What is open above the player.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialog {
    /// The keys.
    Keys,
    /// Share and embed.
    Share,
    /// What the last fault changed.
    Changes,
}

/// Everything that a picture of the player is made of.
pub(super) struct Seen {
    pub(super) props: PlayerProps,
    pub(super) scenario: &'static About,
    pub(super) model: UseReducerHandle<Model>,
    diagrams: Vec<Shared<Laid>>,
    sizes: Sizes,
    main: Shared<Laid>,
    shown: Instant,
    pub(super) live: bool,
    pub(super) dialog: UseStateHandle<Option<Dialog>>,
    room: UseStateSetter<Option<i32>>,
    measured: bool,
    unhidden: UseStateHandle<bool>,
    shift: Rc<RefCell<bool>>,
}

const fn sizes(chrome: Chrome, hall: bool) -> Sizes {
    match (hall, chrome) {
        (true, _) => Sizes::HALL,
        (false, Chrome::Beside) => Sizes::BESIDE,
        (false, Chrome::Full | Chrome::Hero) => Sizes::ALONE,
        (false, Chrome::Embed(_)) => Sizes::EMBED,
    }
}

/// Where the playhead is drawn: on its way while it travels, slowing down towards its end.
fn shown(model: &Model, diagram: &Plan) -> Instant {
    let Some((from, part)) = model.travel else { return model.at };
    let left = i64::from(1_000 - part.min(1_000));
    let eased = 1_000 - left * left * left / 1_000_000;
    let (from, to) = (diagram.y(from), diagram.y(model.at));
    let way = i64::from((to - from).as_hundredths()) * eased / 1_000;
    diagram.instant(from + crate::diagram::Px::hundredths(i32::try_from(way).unwrap_or(0)))
}

/// Plays by itself once, if that is asked for and the reader did not ask for less motion.
#[hook]
fn use_autoplay(props: &PlayerProps, model: &UseReducerHandle<Model>, ready: bool) {
    let wanted = props.autoplay;
    let dispatch = model.dispatcher();
    let started = use_mut_ref(|| false);
    use_effect_with(ready, move |ready| {
        if *ready
            && wanted
            && !started.replace(true)
            && !crate::app::browser_facts::reduced_motion()
        {
            dispatch.dispatch(Action::Toggle);
        }
    });
}

/// Tells the page about every new run.
#[hook]
fn use_run(props: &PlayerProps, model: &UseReducerHandle<Model>) {
    let (on_run, run) = (props.on_run.clone(), Rc::clone(&model.run));
    use_effect_with(model.serial, move |_| on_run.emit(run));
}

/// What of the address could not be followed, in one box.
fn notices(also: &[String], problems: &[String], closed: &UseStateHandle<bool>) -> Html {
    if **closed || (also.is_empty() && problems.is_empty()) {
        return html! {};
    }
    let close = {
        let closed = closed.clone();
        Callback::from(move |_: MouseEvent| closed.set(true))
    };
    html! {
        <div class="notice" role="status" data-notice="address">
            <ul>
                <li>{ "Part of the address was not understood and is left out; the rest works." }</li>
                { for also.iter().chain(problems).map(|problem| html! { <li>{ sentence(problem) }</li> }) }
            </ul>
            <button type="button" class="tool" aria-label="Close" onclick={close}>
                { symbol(Icon::Close) }
            </button>
        </div>
    }
}

/// A message as a sentence: what stands between grave accents is code.
fn sentence(message: &str) -> Html {
    let stop = if message.ends_with(['.', '?']) { "" } else { "." };
    html! {
        <>
            { for message.split('`').enumerate().map(|(place, part)| match place {
                0 => {
                    let mut letters = part.chars();
                    let first: String = letters.next().map(|first| first.to_ascii_uppercase()).into_iter().collect();
                    html! { format!("{first}{}", letters.as_str()) }
                }
                place if place % 2 == 1 => html! { <code>{ part.to_owned() }</code> },
                _ => html! { part.to_owned() },
            }) }
            { stop }
        </>
    }
}

impl Seen {
    pub(super) fn title(&self) -> AttrValue {
        let own = || AttrValue::Static(self.scenario.title);
        self.props.title.clone().unwrap_or_else(own)
    }

    fn class(&self) -> &'static str {
        match self.props.chrome {
            Chrome::Beside => "beside-text",
            Chrome::Full => "full",
            Chrome::Hero => "hero-player",
            Chrome::Embed(_) => "embedded",
        }
    }

    pub(super) fn open(&self, dialog: Dialog) -> Callback<()> {
        let state = self.dialog.clone();
        Callback::from(move |()| state.set(Some(dialog)))
    }

    fn head(&self) -> Html {
        if !matches!(self.props.chrome, Chrome::Beside | Chrome::Full) {
            return html! {};
        }
        html! {
            { head(self.title(), &self.model, (self.live, self.props.chrome == Chrome::Full), &self.open(Dialog::Share)) }
        }
    }

    fn stage(&self) -> Html {
        let room = self.room.clone();
        // In embeds the future is not given away.
        let future = !matches!(self.props.chrome, Chrome::Embed(_));
        html! {
            <Stage model={self.model.clone()} diagrams={self.diagrams.clone()}
                sizes={self.sizes} shown={self.shown} {future}
                id={format!("d-{}", self.props.diagram.id)} title={self.title()}
                desc={self.desc()} live={self.live} graph={self.graph()} measured={self.measured}
                on_room={Callback::from(move |width| room.set(Some(width)))} />
        }
    }

    /// Whether there is room for a graph beside the lanes, and something to draw in it.
    fn graph(&self) -> bool {
        let room = self.main.0.plan.page_width().round() >= 712;
        room && self.props.chrome == Chrome::Full && self.model.run.graph
    }

    /// The run in words, for those who cannot see the drawing.
    fn desc(&self) -> String {
        let steps = self.model.steps().iter().map(|step| {
            format!("{} at {}", step.title, crate::app::text::time_text(step.at.as_nanos()))
        });
        steps.collect::<Vec<_>>().join(", ")
    }

    fn below(&self) -> Html {
        let (model, live) = (&self.model, self.live);
        let scrub =
            Scrub { model, diagram: &self.main, shown: self.shown, live, shift: &self.shift };
        let transport = transport(model, self.shown, live, scrubber(&scrub));
        match self.props.chrome {
            Chrome::Hero => html! { <>{ transport }{ self.hidden() }</> },
            Chrome::Embed(Controls::None) => html! {},
            Chrome::Embed(Controls::Min) => embed_bar(model, live),
            Chrome::Embed(Controls::Full) => html! {
                <>
                    { self.caption() }
                    { transport }
                    { self.modes() }
                </>
            },
            Chrome::Beside | Chrome::Full => html! {
                <>
                    { self.limit() }
                    { hand::hand(model, live) }
                    { self.caption() }
                    { transport }
                    { self.modes() }
                    { self.params() }
                    { self.folds() }
                </>
            },
        }
    }

    /// Says how many messages decide nothing and are not drawn, and draws them on request.
    fn hidden(&self) -> Html {
        if self.props.hide.is_empty() {
            return html! {};
        }
        let (count, unhidden) = (self.main.0.plan.hidden, self.unhidden.clone());
        let words = match count {
            0 => "Every message is drawn. ".to_owned(),
            1 => "One message that decides nothing here is not drawn. ".to_owned(),
            count => format!("{count} messages that decide nothing here are not drawn. "),
        };
        let name = match count {
            0 => "Hide those that decide nothing",
            1 => "Draw it",
            _ => "Draw them",
        };
        let onclick = Callback::from(move |_: MouseEvent| unhidden.set(!*unhidden));
        html! {
            <p class="quiet">
                { words }
                <button type="button" class="plain" disabled={!self.live} data-action="hidden" {onclick}>{ name }</button>
            </p>
        }
    }

    fn caption(&self) -> Html {
        caption(&self.model, self.scenario.summary)
    }

    fn modes(&self) -> Html {
        modes(&self.model, &self.props.diagram.id, self.live)
    }

    fn params(&self) -> Html {
        let full = self.props.chrome == Chrome::Full;
        let set = self.props.diagram.setup.iter().filter_map(|(key, _)| key.strip_prefix("set."));
        let mut only: Vec<AttrValue> = vec!["rtt".into()];
        only.extend(set.filter(|key| *key != "rtt").map(|key| AttrValue::from(key.to_owned())));
        let changes = self.model.before.as_ref().map(|_| super::changed::count(&self.model));
        param_controls(&ParamsProps {
            scenario: self.scenario,
            setup: self.model.setup.clone(),
            dispatch: self.model.dispatcher(),
            only: (!full).then_some(only),
            failures: full,
            live: self.live,
            on_changes: self.open(Dialog::Changes),
            changes,
        })
    }

    fn folds(&self) -> Html {
        let packets = self.model.run.packets();
        let full = self.props.chrome == Chrome::Full;
        let now = self.model.sends();
        let inspected = self.model.chosen.filter(|_| !full);
        html! {
            <div class="folds">
                if inspected.is_some() {
                    <details data-fold="inspector">
                        <summary>{ "Fields and bytes" }</summary>
                        <div><Inspector run={self.run()} packet={inspected} /></div>
                    </details>
                }
                <details open={full} data-fold="messages">
                    <summary>{ "Messages " }<b>{ packets }</b></summary>
                    <div>
                        <Messages run={self.run()} {now} chosen={self.model.chosen}
                            dispatch={self.model.dispatcher()} live={self.live} />
                    </div>
                </details>
            </div>
        }
    }

    fn run(&self) -> Shared<Report> {
        Shared(Rc::clone(&self.model.run))
    }

    /// What stands beside the instrument on a page of its own: the chosen message, or the last
    /// that was sent.
    fn beside(&self) -> Html {
        if self.props.chrome != Chrome::Full {
            return html! {};
        }
        let sent = self.model.run.rows.iter().take_while(|row| row.sent <= self.model.at);
        let packet = self.model.chosen.or_else(|| sent.last().map(|row| row.id));
        html! { <Inspector run={self.run()} {packet} /> }
    }

    /// Says that the run was stopped by a limit, if it was.
    fn limit(&self) -> Html {
        match self.model.run.limit {
            Some(max) => html! {
                <p class="quiet" role="status">
                    { format!("The run reached its limit of {} events. What you see up to there is complete.",
                        crate::app::text::grouped(u64::from(max))) }
                </p>
            },
            None => html! {},
        }
    }

    /// What a screen reader says at each step.
    fn spoken(&self) -> Html {
        let step = self.model.current_step();
        let words = step
            .filter(|_| self.live && !self.shown_at_end())
            .map(|step| format!("{}: {}", step.title, step.caption));
        html! { <p class="sr" role="status" aria-live="polite">{ words.unwrap_or_default() }</p> }
    }

    fn shown_at_end(&self) -> bool {
        self.model.serial == 0 && self.model.at >= self.model.end() && !self.model.playing
    }

    fn dialogs(&self) -> Html {
        let close = {
            let state = self.dialog.clone();
            Callback::from(move |()| state.set(None))
        };
        match *self.dialog {
            None => html! {},
            Some(dialog) => super::dialogs::show(self, dialog, close),
        }
    }

    fn keys(&self) -> Callback<KeyboardEvent> {
        let (model, live) = (self.model.clone(), self.live);
        let help = self.open(Dialog::Keys);
        Callback::from(move |event: KeyboardEvent| {
            let Some(wish) = wish(&event, &model).filter(|_| live) else { return };
            event.prevent_default();
            event.stop_propagation();
            match wish {
                Wish::Do(action) => model.dispatch(action),
                Wish::Help => help.emit(()),
                Wish::Choose(by) => model.dispatch(Action::Choose(beside(&model, by))),
                Wish::NextMode => model.dispatch(Action::Mode(next_mode(model.mode))),
                Wish::Drop => {
                    let fault = model.chosen.and_then(|id| hand::fault(&model, id, Effect::Drop));
                    if let Some(fault) = fault {
                        model.dispatch(Action::Fault(fault));
                    }
                }
            }
        })
    }
}
