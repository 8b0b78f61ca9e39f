//! The first page: where the milliseconds of a first request go, and the course.

use std::rc::Rc;

use yew::prelude::*;

use crate::app::arrival::use_title;
use crate::app::components::course_map::course_map;
use crate::app::components::legs::{legs, number};
use crate::app::components::network_form::network_slider;
use crate::app::data::use_course;
use crate::app::engine;
use crate::app::island::Island;
use crate::app::player::{Chrome, Player, plain_diagram};
use crate::app::settings::use_settings;
use crate::app::site::use_site;
use crate::app::text::time_text;
use crate::bridge::Report;
use crate::content::types::Diagram;

/// The scenario that the first page opens with.
const FIRST: &str = "http1-get";

/// Bare acknowledgments decide nothing here.
const HIDDEN: &[&str] = &["ack"];

/// The first page.
#[component]
pub(crate) fn Home() -> Html {
    use_title("Learn network protocols by watching them run");
    let (course, settings, live) = (use_course(), use_settings(), use_site().live);
    let run = use_state(|| engine::first_run(FIRST));
    let on_run = {
        let run = run.setter();
        Callback::from(move |new: Rc<Report>| run.set(Some(new)))
    };
    let (words, sums) = (use_node_ref(), use_node_ref());
    let diagram =
        Diagram { stop: Some("first-byte".to_owned()), ..plain_diagram(FIRST, "A first request") };
    html! {
        <main class="home" id="main" tabindex="-1">
            <section class="hero">
                <div class="words">
                    <h1>{ "Where do the milliseconds of a first request go?" }</h1>
                    <Island awake={run.is_some()} place={words} waiting={intro(None)}>
                        if let Some(run) = run.as_deref() { { intro(Some(run)) } }
                    </Island>
                </div>
                <div class="shown">
                    <Player {diagram} chrome={Chrome::Hero}
                        hide={HIDDEN} autoplay={true} {on_run} />
                </div>
                <Island awake={run.is_some()} place={sums}>
                    if let Some(run) = run.as_deref() {
                        { legs(run, &course, network_slider(&settings, "rtt", live)) }
                    }
                </Island>
            </section>
            { course_map(&course) }
        </main>
    }
}

/// What the run says about the question of the title.
fn intro(run: Option<&Report>) -> Html {
    let time = |what: &str| run.and_then(|run| number(run, what));
    let (work, all) = (time("time(response) - time(request-received)"), time("ttfb"));
    html! {
        <p class="intro">
            { "Mostly into waiting. " }
            if let (Some(work), Some(all)) = (work, all) {
                { "The server works for " }<span class="value">{ time_text(work) }</span>
                { " of these " }<span class="value">{ time_text(all) }</span>
                { "; the rest is spent on the way. " }
            }
            { "Nothing here is drawn by hand: protocols run in this page, exchange real bytes, and you may drag, drop and delay everything they do." }
        </p>
    }
}
