//! The first page: where the milliseconds of a first request go, and the course.

use std::rc::Rc;

use yew::prelude::*;

use crate::app::arrival::use_title;
use crate::app::components::course_map::course_map;
use crate::app::components::legs::{begin, legs, legs_of, stack_choice};
use crate::app::components::network_form::network_slider;
use crate::app::components::stacks::{FIRST, Stacks};
use crate::app::data::use_course;
use crate::app::engine;
use crate::app::island::Island;
use crate::app::player::{Chrome, Player, plain_diagram};
use crate::app::settings::use_settings;
use crate::app::site::use_site;
use crate::bridge::Report;
use crate::bridge::questions::Legs;
use crate::content::types::{Diagram, Pairs, query};

/// What the comparison shows.
const COMPARED: &str = "What each stack spends before the first byte, from nothing or on a connection \
                        that is open. Move the server away: only what crosses the path grows.";

/// What decides nothing here.
const HIDDEN: &[&str] = &["ack", "new-session-ticket"];

/// The first page.
#[component]
pub(crate) fn Home() -> Html {
    use_title("Learn network protocols by watching them run");
    let (course, settings, site) = (use_course(), use_settings(), use_site());
    let (live, reading) = (site.live, &settings.settings.reading);
    let run = use_state(|| engine::first_run(FIRST));
    let on_run = {
        let run = run.setter();
        Callback::from(move |new: Rc<Report>| run.set(Some(new)))
    };
    let (words, sums) = (use_node_ref(), use_node_ref());
    let setup = use_state(Pairs::new);
    let diagram = Diagram {
        setup: (*setup).clone(),
        stop: Some("first-byte".to_owned()),
        ..plain_diagram(FIRST, "A first request")
    };
    let found = run.as_deref().and_then(legs_of);
    let controls = html! {
        <>
            { stack_choice(&setup, live) }
            { network_slider(&settings, "rtt", live) }
        </>
    };
    html! {
        <main class="home" id="main" tabindex="-1">
            <section class="hero">
                <div class="words">
                    <h1>{ "Where do the milliseconds of a first HTTPS request go?" }</h1>
                    <Island awake={run.is_some()} place={words} waiting={intro(None)}>
                        { intro(found.as_ref()) }
                    </Island>
                </div>
                <div class="shown">
                    <Player key={query(&setup)} {diagram} chrome={Chrome::Hero}
                        hide={HIDDEN} autoplay={true} {on_run} />
                </div>
                <Island awake={run.is_some()} place={sums}>
                    { legs(found.as_ref(), controls, begin(&course, reading, &site.base)) }
                </Island>
            </section>
            <section class="compared">
                <h2>{ "The same request over every stack" }</h2>
                <Stacks caption={COMPARED} />
            </section>
            { course_map(&course, reading, &site.base) }
        </main>
    }
}

/// What the run says about the question of the title.
fn intro(found: Option<&Legs>) -> Html {
    html! {
        <p class="intro">
            { "Mostly into waiting. " }
            if let Some(found) = found {
                { "The server works for " }
                <span class="value">{ &found.work }</span>
                { " of these " }<span class="value">{ &found.total }</span>
                { "; the rest is spent on the way. " }
            }
            { "Nothing here is drawn by hand: protocols run in this page, exchange real bytes, and you may drag, drop and delay everything they do." }
        </p>
    }
}
