//! A guest: a part for studying, drawn into an island of a page that another program keeps.

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;
use yew::{AppHandle, Renderer};

use super::browser::{base, sent};
use super::components::blocks::for_studying;
use super::components::study::WHOLE;
use super::components::term::Terms;
use super::data::{Load, Sent, use_chapter};
use super::island::{Memory, number};
use super::route::Route;
use super::settings::{CHANGED, Settings, SettingsContext};
use super::site::Site;

thread_local! {
    /// The guests of the page, each with its island.
    static GUESTS: RefCell<Vec<(Element, AppHandle<Guest>)>> = const { RefCell::new(Vec::new()) };
}

/// Draws the part for studying that belongs to an island.
pub fn mount(island: Element) {
    // Guests of pages that are gone go too.
    let (here, gone): (Vec<_>, Vec<_>) =
        GUESTS.take().into_iter().partition(|(island, _)| island.is_connected());
    GUESTS.set(here);
    gone.into_iter().for_each(|(_, guest)| guest.destroy());
    let Some(document) = island.owner_document() else { return };
    let Some(number) = number(&island) else { return };
    let Ok(place) = document.create_element("div") else { return };
    place.set_class_name("guest");
    let base = base(&document);
    let path = web_sys::window().and_then(|window| window.location().pathname().ok());
    let path = path.unwrap_or_default();
    let Route::Chapter { id } = Route::of_path(path.strip_prefix(&base).unwrap_or(&path)) else {
        return;
    };
    let props = GuestProps {
        base: base.into(),
        id: id.into(),
        number,
        sent: sent(&document).unwrap_or_default(),
        island: island.clone(),
        place: place.clone(),
    };
    let guest = Renderer::<Guest>::with_root_and_props(place, props).render();
    GUESTS.with_borrow_mut(|guests| guests.push((island, guest)));
}

/// What a guest is drawn from.
#[derive(Clone, PartialEq, Properties)]
struct GuestProps {
    base: AttrValue,
    /// The chapter.
    id: AttrValue,
    /// Which of its parts for studying.
    number: usize,
    sent: Sent,
    island: Element,
    place: Element,
}

/// A guest and what its parts may ask for.
#[component]
fn Guest(props: &GuestProps) -> Html {
    let settings = use_state(Settings::load);
    {
        let settings = settings.setter();
        use_effect_with((), move |()| {
            let heard = move |_: &Event| settings.set(Settings::load());
            let window = gloo::utils::window();
            let listener = gloo::events::EventListener::new(&window, CHANGED, heard);
            move || drop(listener)
        });
    }
    let settings = SettingsContext { settings: (*settings).clone(), set: Callback::noop() };
    let site = Site { base: props.base.clone(), live: true };
    html! {
        <ContextProvider<Site> context={site}>
            <ContextProvider<SettingsContext> context={settings}>
                <ContextProvider<Sent> context={props.sent.clone()}>
                    <Part ..props.clone() />
                </ContextProvider<Sent>>
            </ContextProvider<SettingsContext>>
        </ContextProvider<Site>>
    }
}

/// The part, once its chapter is there.
#[component]
fn Part(props: &GuestProps) -> Html {
    let found = use_chapter(&props.id);
    let chapter = if let Load::Ready(chapter) = &found { Some(Rc::clone(chapter)) } else { None };
    {
        let (island, place) = (props.island.clone(), props.place.clone());
        use_effect_with(chapter.is_some(), move |ready| {
            if *ready {
                let memory = Memory::handed_over(&island);
                move_in(&island, &place);
                memory.restore(&island);
            }
        });
    }
    let Some(chapter) = chapter else { return html! {} };
    let terms = Terms(Rc::new(chapter.terms.clone()));
    let parts = for_studying(&chapter.blocks);
    html! {
        <ContextProvider<Terms> context={terms}>
            { for parts.get(props.number).map(|block| WHOLE.of(block)) }
        </ContextProvider<Terms>>
    }
}

/// Puts a guest where the text was that was sent.
fn move_in(island: &Element, place: &Element) {
    let children = island.children();
    for child in (0..children.length()).rev().filter_map(|nth| children.item(nth)) {
        // What the other program waits with is its own.
        match child.dyn_ref::<HtmlElement>().filter(|child| child.has_attribute("data-waiting")) {
            Some(waiting) => waiting.set_hidden(true),
            None => child.remove(),
        }
    }
    let _ = island.append_child(place);
}
