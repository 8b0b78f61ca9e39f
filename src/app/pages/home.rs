//! The first page: where the milliseconds of a first request go, and the course.

use std::rc::Rc;

use yew::prelude::*;

use crate::app::arrival::use_title;
use crate::app::components::course_map::CourseMap;
use crate::app::components::legs::Legs;
use crate::app::player::{Chrome, Player, plain_diagram};
use crate::scenario::{self, Run, Setup};

/// The scenario that the first page opens with.
const FIRST: &str = "http1-get";

/// Bare acknowledgments decide nothing here.
const HIDDEN: &[&str] = &["ack"];

/// The first page.
#[component]
pub(crate) fn Home() -> Html {
    use_title("Learn network protocols by watching them run");
    let run = use_state(|| {
        scenario::find(FIRST).map(|found| Rc::new(scenario::run(found, &Setup::new(found))))
    });
    let on_run = {
        let run = run.setter();
        Callback::from(move |new: Rc<Run>| run.set(Some(new)))
    };
    html! {
        <main class="home" id="main" tabindex="-1">
            <section class="hero">
                <div class="words">
                    <h1>{ "Where do the milliseconds of a first request go?" }</h1>
                    <p class="intro">
                        { "Mostly into waiting. Nothing here is drawn by hand: protocols run in this page, exchange real bytes, and you may drag, drop and delay everything they do." }
                    </p>
                </div>
                <div class="shown">
                    <Player diagram={plain_diagram(FIRST, "A first request")} chrome={Chrome::Hero}
                        hide={HIDDEN} autoplay={true} {on_run} />
                </div>
                if let Some(run) = (*run).clone() {
                    <Legs {run} />
                }
            </section>
            <CourseMap />
        </main>
    }
}
