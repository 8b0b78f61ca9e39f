//! Every scenario with its picture, by topic.

use yew::prelude::*;

use crate::app::arrival::use_title;
use crate::app::components::anchor::Anchor;
use crate::app::components::loading::waiting;
use crate::app::data::{Load, use_scenarios};
use crate::app::route::Route;
use crate::app::site::{Site, use_site};
use crate::content::types::Listed;

/// Every scenario.
#[component]
pub(crate) fn Scenarios() -> Html {
    use_title("Scenarios");
    let site = use_site();
    let chosen = use_state(|| None::<String>);
    let listed = match use_scenarios() {
        Load::Ready(listed) => listed,
        Load::Waiting => return waiting(),
        Load::Failed(message) => {
            return html! {
                <main id="main" class="page" tabindex="-1">
                    <h1>{ "The list of scenarios did not come" }</h1>
                    <p role="alert">{ message }</p>
                </main>
            };
        }
    };
    let mut topics: Vec<&str> = Vec::new();
    for scenario in listed.iter() {
        if !topics.contains(&scenario.topic.as_str()) {
            topics.push(&scenario.topic);
        }
    }
    let shown = |topic: &str| chosen.as_deref().is_none_or(|chosen| chosen == topic);
    html! {
        <main id="main" class="page scenarios" tabindex="-1">
            <h1>{ "Scenarios" }</h1>
            <p class="lead">{ "Each of these is a network that runs in this page. Change it, break it, and watch what the protocols do." }</p>
            <div class="chips" role="group" aria-label="Topics">
                { filter("Everything", None, &chosen, site.live) }
                { for topics.iter().map(|topic| filter(topic, Some(topic), &chosen, site.live)) }
            </div>
            { for topics.iter().filter(|topic| shown(topic)).map(|topic| group(topic, &listed, &site)) }
        </main>
    }
}

/// A button that shows one topic, or all.
fn filter(
    name: &str,
    topic: Option<&str>,
    chosen: &UseStateHandle<Option<String>>,
    live: bool,
) -> Html {
    let pressed = chosen.as_deref() == topic;
    let onclick = {
        let (chosen, topic) = (chosen.setter(), topic.map(str::to_owned));
        Callback::from(move |_: MouseEvent| chosen.set(topic.clone()))
    };
    html! {
        <button type="button" class="chip" key={name.to_owned()} aria-pressed={pressed.to_string()}
            disabled={!live} data-topic={name.to_owned()} {onclick}>{ name.to_owned() }</button>
    }
}

fn group(topic: &str, listed: &[Listed], site: &Site) -> Html {
    let here = listed.iter().filter(|scenario| scenario.topic == topic);
    html! {
        <section key={topic.to_owned()} aria-label={topic.to_owned()}>
            <h2>{ topic.to_owned() }</h2>
            <ul>{ for here.map(|scenario| card(scenario, site)) }</ul>
        </section>
    }
}

fn card(scenario: &Listed, site: &Site) -> Html {
    let picture = |class: &'static str, file: &str| {
        let src = site.file(&format!("embed/{}/{file}", scenario.id));
        html! { <img {class} {src} alt="" loading="lazy" width="720" height="450" /> }
    };
    let to = Route::Learn { scenario: scenario.id.clone() };
    html! {
        <li key={scenario.id.clone()} data-scenario={scenario.id.clone()}>
            <div class="thumb-frame" aria-hidden="true">
                { picture("by-light", "poster.svg") }{ picture("by-dark", "poster-dark.svg") }
            </div>
            <h3><Anchor {to}>{ scenario.title.clone() }</Anchor></h3>
            <p>{ scenario.summary.clone() }</p>
        </li>
    }
}
