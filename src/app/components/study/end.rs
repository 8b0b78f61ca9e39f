//! The end of the day's work: what was done, what tomorrow brings, where it is weak.

use yew::prelude::*;

use crate::app::components::anchor::Anchor;
use crate::app::route::Route;
use crate::study::Summary;

/// The end of the day's work.
pub(crate) struct EndProps {
    pub(crate) summary: Summary,
    /// Takes the focus when the last card is done.
    pub(crate) head: NodeRef,
}

/// The end of the day's work.
pub(crate) fn end(props: &EndProps) -> Html {
    let Summary { done, fresh, tested, remembered, tomorrow, weakest } = &props.summary;
    let (title, words) = match done {
        0 => ("Nothing to review today", "Every card is either learned or put aside.".to_owned()),
        1 => ("Done for today", "You answered one card.".to_owned()),
        _ => ("Done for today", format!("You answered {done} times.")),
    };
    let load = tomorrow.learning + tomorrow.due;
    html! {
        <section class="end" aria-labelledby="end-title">
            <h2 id="end-title" tabindex="-1" ref={props.head.clone()}>{ title }</h2>
            <p class="lead">{ words }</p>
            <table class="data">
                <caption class="sr">{ "Today and tomorrow" }</caption>
                <tbody>
                    { row("Seen for the first time", &fresh.to_string()) }
                    { row("Remembered of those that were due", &share(*remembered, *tested)) }
                    { row("Due tomorrow", &load.to_string()) }
                    { row("New tomorrow", &tomorrow.new.to_string()) }
                </tbody>
            </table>
            if !weakest.is_empty() {
                <table class="data">
                    <caption>{ "Weakest topics, by what you will still know in a week" }</caption>
                    <thead><tr>
                        <th scope="col">{ "Topic" }</th>
                        <th scope="col" class="n">{ "Recall" }</th>
                        <th scope="col" class="n">{ "Cards seen" }</th>
                    </tr></thead>
                    <tbody>
                        { for weakest.iter().map(|topic| html! {
                            <tr>
                                <th scope="row">{ topic.topic.replace('-', " ") }</th>
                                <td class="n">{ percent(topic.recall) }</td>
                                <td class="n">{ format!("{} of {}", topic.seen, topic.cards) }</td>
                            </tr>
                        }) }
                    </tbody>
                </table>
            }
            <p><Anchor to={Route::Home} class="push">{ "Back to the course" }</Anchor></p>
        </section>
    }
}

fn row(name: &'static str, value: &str) -> Html {
    html! { <tr><th scope="row">{ name }</th><td class="n">{ value.to_owned() }</td></tr> }
}

/// A share with what it is a share of: one without the other misleads.
fn share(remembered: Option<u16>, tested: u32) -> String {
    match remembered {
        None => "none were due".to_owned(),
        Some(share) => format!("{} of {tested}", percent(share)),
    }
}

fn percent(mille: u16) -> String {
    format!("{}\u{a0}%", (mille + 5) / 10)
}
