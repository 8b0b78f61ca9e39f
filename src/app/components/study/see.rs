//! The moment that explains a card or decides a question: live, to play it again and to change it.

use yew::prelude::*;

use crate::app::player::{Chrome, Player};
use crate::content::types::{Diagram, Mode, Moment};

/// The moment.
pub(crate) struct SeeProps {
    pub(crate) moment: Moment,
    pub(crate) title: AttrValue,
}

/// The moment. Times are those of the author's settings: the answer is about them.
pub(crate) fn see(props: &SeeProps) -> Html {
    let Moment { scenario, setup, step, title, .. } = &props.moment;
    let diagram = Diagram {
        id: "see".to_owned(),
        scenario: scenario.clone(),
        setup: setup.clone(),
        start: Some(step.clone()),
        stop: None,
        mode: Mode::Gaps,
        caption: title.clone(),
        ask: Vec::new(),
    };
    html! {
        <Player {diagram} chrome={Chrome::Beside} title={props.title.clone()} own_network={false} />
    }
}
