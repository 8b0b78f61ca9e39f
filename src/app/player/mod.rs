//! The player: one component shows any scenario, with more or less around it.

mod model;
mod pace;
mod clock;
mod drawing;
mod stage;
mod scrubber;
mod transport;
mod modes;
mod slider;
mod params;
mod keys;
mod hand;
mod state;
mod head;
mod changed;
mod messages;
mod inspector;
mod hex;
mod graph;
mod embed_bar;
mod share;
mod save;
mod dialogs;
mod view;
mod asleep;

pub(crate) use asleep::Player;
pub(crate) use drawing::node;
pub(crate) use slider::Slider;

use yew::prelude::*;

use crate::content::types::{Diagram, Mode, Pairs};

/// How much stands around a drawing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Chrome {
    /// Beside a text: title, controls, one or two parameters, the list folded.
    Beside,
    /// A page of its own: all parameters, list, inspector.
    Full,
    /// The first page: drawing and transport.
    Hero,
    /// In somebody else's page: drawing and the steps.
    Embed(Controls),
}

/// What an embed shows below its drawing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Controls {
    /// Nothing.
    None,
    /// Caption and steps.
    #[default]
    Min,
    /// Everything.
    Full,
}

/// Whether a player's state is in the page's address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Address {
    /// It is not.
    #[default]
    None,
    /// The address is about this player alone.
    Own,
    /// The address names the diagram of the page that it is about.
    Named,
    /// It is read, with these further keys, and left as it is.
    Read(&'static [&'static str]),
}

/// What a player is asked to show.
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct PlayerProps {
    /// What is run and how it begins.
    pub(crate) diagram: Diagram,
    pub(crate) chrome: Chrome,
    #[prop_or_default]
    pub(crate) address: Address,
    /// The title above it; the scenario's unless given.
    #[prop_or_default]
    pub(crate) title: Option<AttrValue>,
    /// Whether the reader's own network is the default.
    #[prop_or(true)]
    pub(crate) own_network: bool,
    /// Starts playing by itself: when at least half of it is on the screen.
    #[prop_or_default]
    pub(crate) autoplay: bool,
    /// Kinds of packets that are not drawn.
    #[prop_or_default]
    pub(crate) hide: &'static [&'static str],
    /// Large, for a lecture hall.
    #[prop_or_default]
    pub(crate) hall: bool,
    /// What else of the address could not be followed, in words.
    #[prop_or_default]
    pub(crate) problems: Vec<String>,
    /// The run whenever it changes.
    #[prop_or_default]
    pub(crate) on_run: Callback<std::rc::Rc<crate::bridge::Report>>,
}

/// A diagram of a scenario without any settings.
pub(crate) fn plain_diagram(scenario: &str, caption: &str) -> Diagram {
    Diagram {
        id: scenario.to_owned(),
        scenario: scenario.to_owned(),
        setup: Pairs::new(),
        start: None,
        stop: None,
        mode: Mode::Gaps,
        caption: caption.to_owned(),
        ask: Vec::new(),
    }
}
