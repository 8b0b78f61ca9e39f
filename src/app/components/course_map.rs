//! The map of the course.

use yew::prelude::*;

use super::anchor::Anchor;
use crate::app::route::Route;
use crate::content::types::{Course, CourseChapter};

/// The map of the course.
pub(crate) fn course_map(course: &Course) -> Html {
    let chapters = course.parts.iter().map(|part| part.chapters.len()).sum::<usize>();
    let ready = course.parts.iter().flat_map(|part| &part.chapters).filter(|c| c.ready()).count();
    if chapters == 0 {
        return html! {};
    }
    html! {
        <section class="map" id="course">
            <h2>{ "The course" }</h2>
            <p>{ format!("{chapters} chapters in {} parts; {ready} to read now, the others are being written.", course.parts.len()) }</p>
            <div class="parts">
                { for course.parts.iter().map(|part| html! {
                    <section class="part" key={part.numeral.clone()}>
                        <h3>{ &part.title }</h3>
                        <ol>{ for part.chapters.iter().map(|chapter| html! { <li>{ row(chapter) }</li> }) }</ol>
                    </section>
                }) }
            </div>
        </section>
    }
}

fn row(chapter: &CourseChapter) -> Html {
    match chapter.minutes {
        Some(minutes) => html! {
            <Anchor to={Route::Chapter { id: chapter.id.clone() }} class="row">
                <span>{ &chapter.title }</span>
                <span class="meta">{ format!("{minutes} min") }</span>
                <svg class="dot" viewBox="0 0 12 12" aria-hidden="true"><circle cx="6" cy="6" r="5.25" /></svg>
            </Anchor>
        },
        None => html! {
            <span class="row"><span>{ &chapter.title }</span><span class="meta">{ "to come" }</span></span>
        },
    }
}
