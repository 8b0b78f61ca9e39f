//! The map of the course beside a chapter, with the chapter's own sections.

use gloo::events::EventListener;
use yew::prelude::*;

use super::anchor::Anchor;
use crate::app::data::{Load, use_chapter, use_course};
use crate::app::route::Route;
use crate::app::site::use_site;
use crate::content::types::{CourseChapter, Section};

/// Where the reader is.
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct RailProps {
    /// The chapter.
    pub(crate) id: AttrValue,
    pub(crate) sections: Vec<Section>,
}

/// The map.
#[component]
pub(crate) fn Rail(props: &RailProps) -> Html {
    let course = use_course();
    let here = use_section(&props.sections);
    // With a base address, a bare `#…` would lead to the first page.
    let page = use_site().href(&Route::Chapter { id: props.id.to_string() });
    let ready = course.parts.iter().flat_map(|part| &part.chapters).filter(|c| c.ready()).count();
    let all = course.parts.iter().map(|part| part.chapters.len()).sum::<usize>();
    html! {
        <nav class="rail" aria-label="Course">
            { for course.parts.iter().map(|part| html! {
                <>
                    <h2>{ &part.title }</h2>
                    <ol>{ for part.chapters.iter().map(|chapter| row(&page, props, chapter, here.as_deref())) }</ol>
                </>
            }) }
            <p class="foot">{ format!("{ready} of {all} chapters to read now") }</p>
        </nav>
    }
}

fn row(page: &str, props: &RailProps, chapter: &CourseChapter, here: Option<&str>) -> Html {
    let dot = html! {
        <svg class="dot" viewBox="0 0 12 12" aria-hidden="true"><circle cx="6" cy="6" r="5.25" /></svg>
    };
    if !chapter.ready() {
        return html! {
            <li><span class="row">{ dot }<span>{ &chapter.title }<span class="sr">{ ", to come" }</span></span></span></li>
        };
    }
    let current = chapter.id == *props.id;
    html! {
        <li>
            <Anchor to={Route::Chapter { id: chapter.id.clone() }} class="row"
                current={current.then_some("page")}>{ dot }{ &chapter.title }</Anchor>
            if current {
                { sections(page, props, here) }
            }
        </li>
    }
}

/// The sections of the chapter at this address.
fn sections(page: &str, props: &RailProps, here: Option<&str>) -> Html {
    html! {
        <ol class="inner">
            { for props.sections.iter().filter(|section| section.level == 2).map(|section| {
                let on = here == Some(section.id.as_str());
                html! {
                    <li><a href={format!("{page}#{}", section.id)} class={on.then_some("here")}
                        aria-current={on.then_some("location")}>{ &section.title }</a></li>
                }
            }) }
        </ol>
    }
}

/// The map in the menu, where there is no room beside the text.
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct RailMenuProps {
    /// The chapter.
    pub(crate) id: AttrValue,
}

/// The map in the menu.
#[component]
pub(crate) fn RailMenu(props: &RailMenuProps) -> Html {
    let sections = match use_chapter(&props.id) {
        Load::Ready(chapter) => chapter.sections.clone(),
        Load::Waiting | Load::Failed(_) => Vec::new(),
    };
    html! { <Rail id={props.id.clone()} {sections} /> }
}

/// How far below the window's top a heading may stand and still be the one being read.
const READING_PX: f64 = 140.0;

/// The section that is being read.
#[hook]
fn use_section(sections: &[Section]) -> Option<String> {
    let here = use_state(|| None::<String>);
    let ids: Vec<String> = sections
        .iter()
        .filter(|section| section.level == 2)
        .map(|section| section.id.clone())
        .collect();
    let setter = here.setter();
    use_effect_with(ids, move |ids| {
        let ids = ids.clone();
        let mut last = None;
        let look = move || {
            let document = gloo::utils::document();
            let passed = ids.iter().rev().find(|id| {
                let heading = document.get_element_by_id(id);
                heading.is_some_and(|heading| heading.get_bounding_client_rect().top() < READING_PX)
            });
            if last.as_ref() != Some(&passed.cloned()) {
                last = Some(passed.cloned());
                setter.set(passed.cloned());
            }
        };
        let look = std::cell::RefCell::new(look);
        let listener = EventListener::new(&gloo::utils::document(), "scroll", move |_| {
            (look.borrow_mut())();
        });
        move || drop(listener)
    });
    (*here).clone()
}
