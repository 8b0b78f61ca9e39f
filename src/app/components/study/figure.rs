//! A still picture of a run: on a card with one thing hidden, beside a question up to the moment
//! that is asked about.

use yew::prelude::*;

use crate::app::engine::{self, Engine};
use crate::app::island::{Island, Needs, use_waking};
use crate::app::player::node;
use crate::app::site::use_site;
use crate::bridge::Order;
use crate::bridge::questions::Still;
use crate::content::types::{self, Diagram};
use crate::diagram::svg::Element;
use crate::diagram::{Hidden, Mode};
use crate::scenario::Setup;

/// A still picture.
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct FigureProps {
    pub(crate) diagram: Diagram,
    /// The moment: a step or the n-th packet of a name; the diagram's start unless given.
    #[prop_or_default]
    pub(crate) at: Option<AttrValue>,
    /// What is hidden, and whether it is told now.
    #[prop_or_default]
    pub(crate) hide: Option<(types::Hide, bool)>,
    /// Whether it ends at the moment.
    #[prop_or_default]
    pub(crate) cut: bool,
    /// What its ids begin with; unique on the page.
    pub(crate) id: AttrValue,
}

/// A still picture: what was sent of it until it is needed. A run that the engine does not know is
/// said in words.
#[component]
pub(crate) fn Figure(props: &FigureProps) -> Html {
    let place = use_node_ref();
    let (awake, engine) = use_waking(&place, false, Needs::Engine);
    // Where nothing was sent and the engine is there, nothing is waited for.
    let live = use_site().live;
    let ready = use_state(|| live && engine == Engine::Ready);
    let awake = awake || *ready;
    let drawn = use_memo((props.clone(), awake), |(props, awake)| awake.then(|| draw(props)));
    let shown = match drawn.as_ref() {
        Some(Ok(pictures)) => html! {
            <div class="figure drawing fit">
                { for pictures.iter().map(|(width, picture)| html! {
                    <div class={format!("w{width}")}>{ node(picture) }</div>
                }) }
            </div>
        },
        Some(Err(what)) => html! { <p class="notice bad">{ what.clone() }</p> },
        None => html! {},
    };
    let waiting = html! { <div class="figure drawing fit" aria-busy="true"></div> };
    html! {
        <>
            <Island {awake} {place} {waiting}>{ shown }</Island>
            { engine::missed(engine, awake) }
        </>
    }
}

fn draw(props: &FigureProps) -> Result<Vec<(i32, Element)>, String> {
    let Diagram { scenario: name, setup, start, caption, .. } = &props.diagram;
    let about = engine::about(name).ok_or_else(|| format!("There is no scenario `{name}`."))?;
    let (setup, _) = Setup::from_query(about, setup);
    let still = Still {
        order: Order::new(name, &setup),
        at: props.at.as_ref().map(ToString::to_string).or_else(|| start.clone()),
        mode: match props.diagram.mode {
            types::Mode::Gaps => Mode::Gaps,
            types::Mode::True => Mode::True,
            types::Mode::Steps => Mode::Steps,
        },
        hide: props.hide.map(|(hide, told)| (hidden(hide), told)),
        cut: props.cut,
        id: props.id.to_string(),
        caption: caption.clone(),
    };
    engine::ask(&still).unwrap_or_else(|| Err(engine::MISSING.to_owned()))
}

const fn hidden(hide: types::Hide) -> Hidden {
    match hide {
        types::Hide::Label => Hidden::Name,
        types::Hide::Detail => Hidden::Detail,
        types::Hide::Message => Hidden::Message,
        types::Hide::State => Hidden::State,
        types::Hide::Time => Hidden::Time,
    }
}
