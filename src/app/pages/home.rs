//! The first page: where the milliseconds of a first request go, and the course.

use std::rc::Rc;

use yew::prelude::*;

use crate::app::arrival::use_title;
use crate::app::components::course_map::course_map;
use crate::app::components::legs::legs;
use crate::app::components::network_form::network_slider;
use crate::app::data::use_course;
use crate::app::player::{Chrome, Player, plain_diagram};
use crate::app::settings::use_settings;
use crate::app::site::use_site;
use crate::app::text::time_text;
use crate::content::types::Diagram;
use crate::scenario::{self, Run, Setup, ask};

/// The scenario that the first page opens with.
const FIRST: &str = "http1-get";

/// Bare acknowledgments decide nothing here.
const HIDDEN: &[&str] = &["ack"];

/// The first page.
#[component]
pub(crate) fn Home() -> Html {
    use_title("Learn network protocols by watching them run");
    let (course, settings, live) = (use_course(), use_settings(), use_site().live);
    let run = use_state(|| {
        scenario::find(FIRST).map(|found| Rc::new(scenario::run(found, &Setup::new(found.about()))))
    });
    let on_run = {
        let run = run.setter();
        Callback::from(move |new: Rc<Run>| run.set(Some(new)))
    };
    let diagram =
        Diagram { stop: Some("first-byte".to_owned()), ..plain_diagram(FIRST, "A first request") };
    html! {
        <main class="home" id="main" tabindex="-1">
            <section class="hero">
                <div class="words">
                    <h1>{ "Where do the milliseconds of a first request go?" }</h1>
                    { intro((*run).as_deref()) }
                </div>
                <div class="shown">
                    <Player {diagram} chrome={Chrome::Hero}
                        hide={HIDDEN} autoplay={true} {on_run} />
                </div>
                if let Some(run) = (*run).clone() {
                    { legs(&run, &course, network_slider(&settings, "rtt", live)) }
                }
            </section>
            { course_map(&course) }
        </main>
    }
}

/// What the run says about the question of the title.
fn intro(run: Option<&Run>) -> Html {
    let time = |what: &str| run.and_then(|run| ask::ask(run, what).ok()).map(|found| found.value);
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
