//! The stage: a layout for each width that may be needed, then the one that is.

use gloo::events::EventListener;
use yew::prelude::*;

use super::drawing::{Drawing, Shared};
use super::graph::{graph, long};
use super::model::{Action, Model};
use crate::app::engine;
use crate::bridge::Lay;
use crate::bridge::questions::Place;
use crate::diagram::{Plan, Scale};
use crate::sim::time::Instant;

/// How a player lays its drawing out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sizes {
    /// The widths it may have, smallest first.
    pub(crate) widths: &'static [i32],
    /// From which width on everything is half as large again, to be read from the last row.
    pub(crate) large: i32,
}

impl Sizes {
    /// Beside a text.
    pub(crate) const BESIDE: Self = Self { widths: &[320, 390, 480], large: i32::MAX };
    /// Alone on a page.
    pub(crate) const ALONE: Self = Self { widths: &[320, 390, 480, 712], large: i32::MAX };
    /// In somebody else's page.
    pub(crate) const EMBED: Self = Self { widths: &[320, 390, 480, 712, 960], large: 712 };
    /// In a lecture hall.
    pub(crate) const HALL: Self = Self { widths: &[320, 390, 480, 712, 960], large: 480 };

    /// How large everything is at a width.
    const fn scale(self, width: i32) -> Scale {
        if width >= self.large { Scale::Projector } else { Scale::Page }
    }

    /// The widest that fits.
    pub(crate) fn fitting(self, room: i32) -> i32 {
        let first = self.widths.first().copied().unwrap_or(480);
        self.widths.iter().copied().take_while(|width| *width <= room).last().unwrap_or(first)
    }
}

/// A drawing: how it was asked for, and where everything is.
#[derive(Debug)]
pub(crate) struct Laid {
    pub(crate) lay: Lay,
    pub(crate) plan: Plan,
}

/// Lays out a player's run for a width.
pub(crate) fn layout(model: &Model, sizes: Sizes, width: i32, hide: &[&str]) -> Option<Laid> {
    let lay = Lay {
        order: model.run.order.clone(),
        before: model.before.as_ref().map(|before| before.order.clone()),
        width,
        scale: sizes.scale(width),
        mode: model.mode,
        hide: hide.iter().map(|kind| (*kind).to_owned()).collect(),
    };
    let plan = engine::ask(&Place { lay: lay.clone() }).flatten()?;
    Some(Laid { lay, plan })
}

/// What the stage needs.
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct StageProps {
    pub(crate) model: UseReducerHandle<Model>,
    /// The layouts: one once the width is known, else one for each width.
    pub(crate) diagrams: Vec<Shared<Laid>>,
    pub(crate) sizes: Sizes,
    /// Where the playhead is drawn.
    pub(crate) shown: Instant,
    /// Whether what is still to come is drawn.
    pub(crate) future: bool,
    pub(crate) id: AttrValue,
    pub(crate) title: AttrValue,
    pub(crate) desc: AttrValue,
    pub(crate) live: bool,
    /// Whether a graph stands beside the lanes.
    pub(crate) graph: bool,
    /// Whether the room there is is known already.
    pub(crate) measured: bool,
    /// How much room there is, as soon as that is known or changes.
    pub(crate) on_room: Callback<i32>,
}

/// The stage.
#[component]
pub(crate) fn Stage(props: &StageProps) -> Html {
    let StageProps { model, diagrams, shown, .. } = props;
    let place = use_node_ref();
    use_room(&place, props);
    use_following(&place, props);
    let finished = *shown >= model.end() && !model.playing;
    let on_choose = {
        let dispatch = model.dispatcher();
        Callback::from(move |packet| dispatch.dispatch(Action::Choose(Some(packet))))
    };
    let one = diagrams.len() == 1;
    let beside = diagrams.first().filter(|_| one && props.graph);
    let wide = props.sizes.widths.contains(&712).then_some("wide");
    let huge = props.sizes.widths.contains(&960).then_some("huge");
    let numbers = diagrams.iter().filter(|_| model.run.long).map(|diagram| {
        let width = diagram.0.plan.page_width().round();
        long(&diagram.0.lay, (!finished).then_some(*shown), (!one).then(|| format!("w{width}")))
    });
    html! {
        <>
        if model.run.long {
            <div class="charts fit"><div class={classes!(wide, huge)}>{ for numbers }</div></div>
        }
        <div class={classes!("stage", "fit")} ref={place} tabindex="0" role="group"
            aria-label="Diagram; the same as a list is under Messages">
            <div class={classes!(wide, huge, beside.map(|_| "with-graph"))}>
                { for diagrams.iter().map(|diagram| {
                    let width = diagram.0.plan.page_width().round();
                    html! {
                        <Drawing key={width} laid={diagram.clone()} selected={model.chosen}
                            playhead={(!finished).then_some(*shown)} future={props.future}
                            id={format!("{}-{width}", props.id)} title={props.title.clone()}
                            desc={props.desc.clone()} on_choose={on_choose.clone()}
                            class={classes!((!one).then(|| format!("w{width}")))} />
                    }
                }) }
                if let Some(diagram) = beside {
                    { graph(&diagram.0.lay, (!finished).then_some(*shown)) }
                }
            </div>
        </div>
        </>
    }
}

/// Says how much room the stage has: once it is on the page, and when the window changes.
#[hook]
fn use_room(place: &NodeRef, props: &StageProps) {
    let (place, on_room, measured) = (place.clone(), props.on_room.clone(), props.measured);
    let known = use_mut_ref(|| measured);
    use_effect_with(props.sizes, move |_| {
        let tell = move || {
            if let Some(element) = place.cast::<web_sys::Element>() {
                on_room.emit(element.client_width());
            }
        };
        if !known.replace(false) {
            tell();
        }
        let listener = EventListener::new(&gloo::utils::window(), "resize", move |_| tell());
        move || drop(listener)
    });
}

/// Keeps the playhead in sight where the stage scrolls by itself.
#[hook]
fn use_following(place: &NodeRef, props: &StageProps) {
    let y = props.diagrams.first().map_or(0, |diagram| diagram.0.plan.y(props.shown).round());
    let moving = props.model.playing || props.model.travel.is_some();
    let place = place.clone();
    use_effect_with((y, moving), move |(y, moving)| {
        let element = place.cast::<web_sys::Element>().filter(|_| *moving);
        if let Some(element) = element {
            let (high, top) = (element.client_height(), element.scroll_top());
            let inside = (top + high / 6..top + high * 2 / 3).contains(y);
            if element.scroll_height() > high && !inside {
                element.set_scroll_top((y - high / 3).max(0));
            }
        }
    });
}
