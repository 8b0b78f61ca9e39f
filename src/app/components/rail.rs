//! The map of the course beside a chapter, with the chapter's own sections.

use gloo::events::EventListener;
use yew::prelude::*;

use super::anchor::Anchor;
use super::course_map::{dot, resume};
use crate::app::data::{Load, use_chapter, use_course};
use crate::app::reading::{Passed, Reading};
use crate::app::route::Route;
use crate::app::settings::{Settings, SettingsContext, use_settings};
use crate::app::site::use_site;
use crate::content::types::{CourseChapter, Section};

/// Where the reader is.
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct RailProps {
    /// The chapter.
    pub(crate) id: AttrValue,
}

/// The map.
#[component]
pub(crate) fn Rail(props: &RailProps) -> Html {
    let course = use_course();
    let site = use_site();
    let context = use_settings();
    let reading = &context.settings.reading;
    let sections = match use_chapter(&props.id) {
        Load::Ready(chapter) => mains(&chapter.sections),
        Load::Waiting | Load::Failed(_) => Vec::new(),
    };
    let here = use_section(props, &sections, &context);
    // With a base address, a bare `#…` would lead to the first page.
    let page = site.href(&Route::Chapter { id: props.id.to_string() });
    let view = View { props, sections: &sections, page: &page, here: here.as_deref(), reading };
    let all = course.parts.iter().map(|part| part.chapters.len()).sum::<usize>();
    html! {
        <nav class="rail" aria-label="Course">
            { for course.parts.iter().map(|part| html! {
                <>
                    <h2>{ &part.title }</h2>
                    <ol>{ for part.chapters.iter().map(|chapter| view.row(chapter)) }</ol>
                </>
            }) }
            <p class="foot">{ format!("{} of {all} chapters read", reading.done(&course)) }</p>
            { resume(&course, reading, &site.base) }
        </nav>
    }
}

/// What the rows of the map share.
struct View<'a> {
    props: &'a RailProps,
    sections: &'a [Section],
    /// The address of this page.
    page: &'a str,
    /// The section that is being read.
    here: Option<&'a str>,
    reading: &'a Reading,
}

impl View<'_> {
    fn row(&self, chapter: &CourseChapter) -> Html {
        let dot = dot(self.reading.mark(&chapter.id));
        if !chapter.ready() {
            return html! {
                <li><span class="row">{ dot }<span>{ &chapter.title }<span class="sr">{ ", to come" }</span></span></span></li>
            };
        }
        let current = chapter.id == *self.props.id;
        html! {
            <li>
                <Anchor to={Route::Chapter { id: chapter.id.clone() }} class="row"
                    current={current.then_some("page")}>{ dot }{ &chapter.title }</Anchor>
                if current {
                    { self.sections() }
                }
            </li>
        }
    }

    /// The sections of the chapter at this address.
    fn sections(&self) -> Html {
        html! {
            <ol class="inner">
                { for self.sections.iter().map(|section| {
                    let on = self.here == Some(section.id.as_str());
                    let read = self.reading.has(&self.props.id, &section.id);
                    html! {
                        <li><a href={format!("{}#{}", self.page, section.id)}
                            class={classes!(on.then_some("here"), read.then_some("read"))}
                            aria-current={on.then_some("location")}>
                            { &section.title }
                            if read { <span class="sr">{ ", read" }</span> }
                        </a></li>
                    }
                }) }
            </ol>
        }
    }
}

/// The sections that the map shows.
fn mains(sections: &[Section]) -> Vec<Section> {
    sections.iter().filter(|section| section.level == 2).cloned().collect()
}

/// How far below the window's top a heading may stand and still be the one being read.
const READING_PX: f64 = 140.0;

/// The section that is being read. Who scrolls on into the next one has read it, and so has who
/// reaches the sources behind the last one; who jumps has read nothing.
#[hook]
fn use_section(
    props: &RailProps,
    sections: &[Section],
    context: &SettingsContext,
) -> Option<String> {
    let here = use_state(|| None::<String>);
    // As it is now, for the listener that is made once.
    let known = use_mut_ref(SettingsContext::default);
    known.replace(context.clone());
    let ids: Vec<String> = sections.iter().map(|section| section.id.clone()).collect();
    let setter = here.setter();
    use_effect_with((props.id.clone(), ids), move |(chapter, ids)| {
        let (chapter, ids) = (chapter.clone(), ids.clone());
        let mut last = None;
        let mut ended = false;
        let look = move || {
            let top = |id: &str| {
                let found = gloo::utils::document().get_element_by_id(id);
                found.map(|found| found.get_bounding_client_rect().top())
            };
            let above = |id: &str, line: f64| top(id).is_some_and(|top| top < line);
            let passed = ids.iter().rposition(|id| above(id, READING_PX));
            let end = !ended
                && passed.is_some_and(|passed| passed + 1 == ids.len())
                && above("sources", window_height());
            if last == Some(passed) && !end {
                return;
            }
            ended |= end;
            let on = matches!((last, passed), (Some(Some(was)), Some(now)) if was + 1 == now);
            let read = if end { passed } else { last.flatten().filter(|_| on) };
            last = Some(passed);
            let name = |place: Option<usize>| ids.get(place?).map(String::as_str);
            setter.set(name(passed).map(str::to_owned));
            // Another tab may have marked something meanwhile.
            let context = known.borrow().clone();
            let mut reading = Reading::load();
            if reading.is_empty() {
                reading = context.settings.reading.clone();
            }
            let (at, read, sections) = (name(passed), name(read), ids.len());
            if (at.is_some() || read.is_some())
                && reading.pass(&Passed { chapter: &chapter, sections, at, read })
            {
                reading.save();
                context.set.emit(Settings { reading, ..context.settings });
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

/// How much of the page is seen at once, in CSS pixels.
fn window_height() -> f64 {
    let height = gloo::utils::window().inner_height().ok();
    height.and_then(|height| height.as_f64()).unwrap_or(0.0)
}
