//! The map of the course, with what the reader has read of it.

use yew::prelude::*;

use super::anchor::Anchor;
use crate::app::reading::{Mark, Reading};
use crate::app::route::Route;
use crate::content::types::{Course, CourseChapter};

/// The map of the course.
pub(crate) fn course_map(course: &Course, reading: &Reading, base: &str) -> Html {
    let chapters = course.parts.iter().map(|part| part.chapters.len()).sum::<usize>();
    let ready = course.parts.iter().flat_map(|part| &part.chapters).filter(|c| c.ready()).count();
    if chapters == 0 {
        return html! {};
    }
    html! {
        <section class="map" id="course">
            <h2>{ "The course" }</h2>
            <p>{ format!("{chapters} chapters in {} parts; {ready} to read now, the others are being written.", course.parts.len()) }</p>
            { resume(course, reading, base) }
            <div class="parts">
                { for course.parts.iter().map(|part| html! {
                    <section class="part" key={part.numeral.clone()}>
                        <h3>{ &part.title }</h3>
                        <ol>{ for part.chapters.iter().map(|chapter| html! { <li>{ row(chapter, reading) }</li> }) }</ol>
                    </section>
                }) }
            </div>
        </section>
    }
}

fn row(chapter: &CourseChapter, reading: &Reading) -> Html {
    match chapter.minutes {
        Some(minutes) => html! {
            <Anchor to={Route::Chapter { id: chapter.id.clone() }} class="row">
                <span>{ &chapter.title }</span>
                <span class="meta">{ format!("{minutes} min") }</span>
                { dot(reading.mark(&chapter.id)) }
            </Anchor>
        },
        None => html! {
            <span class="row"><span>{ &chapter.title }</span><span class="meta">{ "to come" }</span></span>
        },
    }
}

/// How far a chapter is read: a circle that fills, and words for those who do not see it.
pub(crate) fn dot(mark: Mark) -> Html {
    let (part, words) = match mark {
        Mark::None => (None, String::new()),
        Mark::Done => (None, ", read".to_owned()),
        Mark::Part(read, of) => {
            // Of the circumference of a circle of radius 2.5, in hundredths.
            let share = (1_571 * read / of.max(1)).max(100);
            let dash = format!("{}.{:02} 16", share / 100, share % 100);
            (Some(dash), format!(", {read} of {of} sections read"))
        }
    };
    html! {
        <span class="mark-box">
            <svg class={classes!("dot", (mark == Mark::Done).then_some("done"))} viewBox="0 0 12 12" aria-hidden="true">
                <circle cx="6" cy="6" r="5.25" />
                if let Some(dash) = part {
                    <circle class="part" cx="6" cy="6" r="2.5" stroke-dasharray={dash} transform="rotate(-90 6 6)" />
                }
            </svg>
            if !words.is_empty() { <span class="sr">{ words }</span> }
        </span>
    }
}

/// Where the reader left off. Its place is kept for those who have not begun.
pub(crate) fn resume(course: &Course, reading: &Reading, base: &str) -> Html {
    html! {
        <p class="resume">
            if let Some((chapter, at)) = reading.next(course) {
                <a href={address(base, chapter, at.as_deref())} data-action="resume">
                    { "Continue where you were: " }{ &chapter.title }
                </a>
            }
        </p>
    }
}

/// The address of a chapter, or of a section of it.
pub(crate) fn address(base: &str, chapter: &CourseChapter, at: Option<&str>) -> String {
    let anchor = at.map(|at| format!("#{at}")).unwrap_or_default();
    format!("{base}{}{anchor}", Route::Chapter { id: chapter.id.clone() }.to_path())
}
