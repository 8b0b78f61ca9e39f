//! The large buttons: show the answer, then judge it.

use yew::prelude::*;

use crate::app::study::review::Act;
use crate::study::Grade;
use crate::study::session::Turn;

/// The large buttons.
pub(crate) struct GradesProps {
    pub(crate) turn: Turn,
    pub(crate) shown: bool,
    /// The page is awake.
    pub(crate) live: bool,
    pub(crate) act: Callback<Act>,
    /// The button that the focus goes to once the answer is shown.
    pub(crate) main: NodeRef,
    /// The grade that is most likely meant: that button is the filled one.
    pub(crate) likely: Grade,
}

/// The large buttons; at the thumb on a phone.
pub(crate) fn grades(props: &GradesProps) -> Html {
    let on = |act: Act| props.act.reform(move |_: MouseEvent| act.clone());
    if !props.shown {
        return html! {
            <div class="grades thumb-bar">
                <button key="show" type="button" class="push main" disabled={!props.live}
                    data-act="show" aria-keyshortcuts="Space Enter" onclick={on(Act::Show)}>
                    { "Show the answer" }<kbd aria-hidden="true">{ "Space" }</kbd>
                </button>
            </div>
        };
    }
    let button = |grade: Grade, interval: &str| {
        let likely = grade == props.likely;
        let (key, shortcut) = key_of(grade);
        html! {
            <button key={grade.label()} type="button" data-grade={grade.label().to_ascii_lowercase()}
                class={classes!("push", likely.then_some("main"))} aria-keyshortcuts={shortcut}
                ref={if likely { props.main.clone() } else { NodeRef::default() }}
                onclick={on(Act::Grade(grade))}>
                <b>{ grade.label() }</b>
                <span>{ interval.to_owned() }</span>
                <kbd aria-hidden="true">{ key }</kbd>
            </button>
        }
    };
    html! {
        <div class={classes!("grades", "thumb-bar", (props.turn.buttons.len() > 2).then_some("four"))}
            role="group" aria-label="How well did you know it?">
            { for props.turn.buttons.iter().map(|it| button(it.grade, &it.interval)) }
        </div>
    }
}

/// The key of a grade as it is shown, and all of them for machines.
const fn key_of(grade: Grade) -> (&'static str, &'static str) {
    match grade {
        Grade::Again => ("1", "1"),
        Grade::Hard => ("2", "2"),
        Grade::Good => ("Space", "Space 3"),
        Grade::Easy => ("4", "4"),
    }
}
