//! Any other address: what there is instead.

use yew::prelude::*;

use crate::app::arrival::use_title;
use crate::app::components::anchor::Anchor;
use crate::app::data::use_course;
use crate::app::route::Route;
use crate::app::site::use_site;
use crate::app::way::use_way;
use crate::content::types::Course;
use crate::scenario::text::nearest;

/// Any other address.
#[component]
pub(crate) fn NotFound() -> Html {
    use_title("No such page");
    let site = use_site();
    let course = use_course();
    // One file answers every wrong address, so the address itself is looked at only when awake.
    let way = use_way().filter(|_| site.live);
    let asked = way.as_ref().map(|way| way.path.as_str());
    let pages = pages(&course);
    let best = asked.and_then(|asked| {
        let paths: Vec<String> = pages.iter().map(|(route, _)| route.to_path()).collect();
        let near = nearest(asked.trim_end_matches('/'), paths.iter().map(String::as_str))?;
        pages.iter().find(|(route, _)| route.to_path() == near).cloned()
    });
    html! {
        <main class="page" id="main" tabindex="-1" data-missing="true">
            <h1>{ "There is no such page" }</h1>
            if let Some((to, title)) = best {
                <p class="nearest">{ "The nearest is " }<Anchor {to}>{ title }</Anchor>{ "." }</p>
            }
            <p class="nearest">{ "This is what there is:" }</p>
            <ul class="plain-list">
                { for pages.into_iter().map(|(to, title)| html! { <li><Anchor {to}>{ title }</Anchor></li> }) }
            </ul>
        </main>
    }
}

/// Every page with its title.
fn pages(course: &Course) -> Vec<(Route, String)> {
    let mut pages = vec![(Route::Home, "The course".to_owned())];
    let chapters = course.parts.iter().flat_map(|part| &part.chapters).filter(|c| c.ready());
    pages.extend(chapters.map(|c| (Route::Chapter { id: c.id.clone() }, c.title.clone())));
    pages.extend(course.scenarios.iter().map(|scenario| {
        let to = Route::Learn { scenario: scenario.id.clone() };
        (to, format!("Scenario: {}", scenario.title))
    }));
    pages.push((Route::Cards, "Review of cards".to_owned()));
    pages.extend(
        course
            .quizzes
            .iter()
            .map(|quiz| (Route::Quiz { id: quiz.id.clone() }, format!("Quiz: {}", quiz.title))),
    );
    pages
}
