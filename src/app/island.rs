//! Islands: parts of a page that stay the text that was sent until somebody needs them.
//!
//! The program takes a page over at once, but not its islands: they are empty for it, and what
//! was sent is put back into them in the same task. An island that comes near the screen, or is
//! touched, has the engine come and is drawn anew from it; one at a time, when nothing else is to
//! be done. What the reader did to it meanwhile is kept: focus, what is folded open, the click.

use std::cell::RefCell;
use std::rc::Rc;

use gloo::events::EventListener;
use gloo::timers::callback::Timeout;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, HtmlElement, IntersectionObserver};
use yew::prelude::*;

use super::engine::{self, Engine};
use super::site::use_site;

/// What an island is and shows.
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct IslandProps {
    /// Whether it is drawn from the engine; until then it is what was sent.
    pub(crate) awake: bool,
    pub(crate) place: NodeRef,
    /// What it is for, in one word; empty for a picture.
    #[prop_or_default]
    pub(crate) purpose: &'static str,
    /// What it shows once it is awake.
    #[prop_or_default]
    pub(crate) children: Html,
    /// What it shows where nothing was sent.
    #[prop_or_default]
    pub(crate) waiting: Html,
}

/// An island.
#[component]
pub(crate) fn Island(props: &IslandProps) -> Html {
    let live = use_site().live;
    let place = &props.place;
    // On a page that the reader came to without loading anew, nothing was sent.
    let fresh = use_state(|| live);
    let memory = use_mut_ref(|| None::<Memory>);
    {
        let (place, fresh) = (place.clone(), fresh.clone());
        use_effect_with((), move |()| {
            spawn_local(async move {
                let element = place.cast::<Element>();
                if element.is_some_and(|element| element.first_child().is_none()) {
                    fresh.set(true);
                }
            });
        });
    }
    // What was sent leaves in the task in which what replaces it comes.
    let was = use_mut_ref(|| false);
    if props.awake
        && !was.replace(true)
        && !*fresh
        && let Some(element) = place.cast::<Element>()
    {
        *memory.borrow_mut() = Some(Memory::of(&element));
        element.set_inner_html("");
    }
    {
        let place = place.clone();
        use_effect_with(props.awake, move |_| {
            if let (Some(memory), Some(element)) = (memory.take(), place.cast::<Element>()) {
                memory.restore(&element);
            }
        });
    }
    let shown = match (props.awake, *fresh) {
        (true, _) => props.children.clone(),
        (false, true) => props.waiting.clone(),
        (false, false) => html! {},
    };
    html! { <div class="island" data-island={props.purpose} ref={place.clone()}>{ shown }</div> }
}

/// What was taken out of the islands of a page.
#[cfg(feature = "web")]
pub(crate) struct Islands(Vec<(Element, Vec<web_sys::Node>)>);

#[cfg(feature = "web")]
impl Islands {
    /// Empties the islands of a page before the program takes it over.
    pub(crate) fn take(page: &Element) -> Self {
        let mut sent = Vec::new();
        if let Ok(islands) = page.query_selector_all("[data-island]") {
            for island in (0..islands.length()).filter_map(|place| islands.get(place)) {
                let Ok(island) = island.dyn_into::<Element>() else { continue };
                let mut nodes = Vec::new();
                while let Some(node) = island.first_child() {
                    if island.remove_child(&node).is_err() {
                        break;
                    }
                    nodes.push(node);
                }
                sent.push((island, nodes));
            }
        }
        Self(sent)
    }

    /// Puts everything back where it was.
    pub(crate) fn put_back(self) {
        for (island, nodes) in self.0 {
            for node in &nodes {
                // An island that is drawn already needs no other picture.
                let _ = island.append_child(node);
            }
        }
    }
}

/// What the reader did to an island before it was awake.
pub(crate) struct Memory {
    /// Where the focus was.
    focus: Option<Mark>,
    /// What was folded open or shut, in order.
    folds: Vec<bool>,
    /// What was touched last.
    touched: Option<Mark>,
}

thread_local! {
    /// What was touched in a sleeping island, and when.
    static TOUCHED: RefCell<Option<(Element, Mark)>> = const { RefCell::new(None) };
}

impl Memory {
    /// What the program that watched over the island has written down.
    #[cfg(feature = "web")]
    pub(crate) fn handed_over(island: &Element) -> Self {
        let [selector, nth] = TOUCHED_THERE.map(|name| island.get_attribute(name));
        let touched = selector.zip(nth.and_then(|nth| nth.parse().ok()));
        Self { touched, ..Self::of(island) }
    }

    fn of(island: &Element) -> Self {
        let active = web_sys::window().and_then(|window| window.document()?.active_element());
        let focus = active.filter(|active| island.contains(Some(active)));
        let touched = TOUCHED.take().filter(|(place, _)| place == island);
        Self {
            focus: focus.and_then(|element| mark(island, &element)),
            folds: folds(island).map(|fold| fold.has_attribute("open")).collect(),
            touched: touched.map(|(_, mark)| mark),
        }
    }

    pub(crate) fn restore(self, island: &Element) {
        for (fold, open) in folds(island).zip(self.folds) {
            let _ = fold.toggle_attribute_with_force("open", open);
        }
        let find = |mark: Option<Mark>| {
            let (selector, nth) = mark?;
            let found = island.query_selector_all(&selector).ok()?.get(nth)?;
            found.dyn_into::<HtmlElement>().ok()
        };
        if let Some(element) = find(self.focus) {
            let _ = element.focus();
        }
        if let Some(element) = find(self.touched) {
            let _ = element.focus();
            element.click();
        }
    }
}

fn folds(island: &Element) -> impl Iterator<Item = Element> + use<> {
    let folds = island.query_selector_all("details[data-fold]").ok();
    let count = folds.as_ref().map_or(0, web_sys::NodeList::length);
    (0..count).filter_map(move |place| folds.as_ref()?.get(place)?.dyn_into().ok())
}

/// What an element is found by in the same picture drawn anew: a selector, and the how manieth of
/// those that it selects.
type Mark = (String, u32);

fn mark(island: &Element, element: &Element) -> Option<Mark> {
    const NAMES: [&str; 9] = [
        "data-action",
        "data-act",
        "data-option",
        "data-preset",
        "data-param",
        "data-control",
        "id",
        "aria-label",
        "href",
    ];
    let tag = element.tag_name().to_ascii_lowercase();
    let named = NAMES.iter().find_map(|name| {
        let value = element.get_attribute(name)?;
        (!value.contains(['"', '\\'])).then(|| format!("{tag}[{name}=\"{value}\"]"))
    });
    let selector = named.or_else(|| {
        let row = element.closest("[data-packet]").ok().flatten()?;
        Some(format!("[data-packet=\"{}\"] {tag}", row.get_attribute("data-packet")?))
    })?;
    let all = island.query_selector_all(&selector).ok()?;
    let nth = (0..all.length()).find(|place| all.get(*place).as_ref() == Some(element.as_ref()))?;
    Some((selector, nth))
}

/// What an island waits for before it wakes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Needs {
    /// The engine: without it, it stays what was sent.
    Engine,
    /// The engine for its pictures; it answers without it too.
    Pictures,
    /// Nothing.
    Nothing,
    /// The program with the parts for studying, which draws into its place.
    Study,
}

/// What is for studying, asleep until it is near.
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct LaterProps {
    pub(crate) needs: Needs,
    pub(crate) children: Html,
}

/// What is for studying, asleep until it is near.
#[component]
pub(crate) fn Later(props: &LaterProps) -> Html {
    let place = use_node_ref();
    let (awake, _) = use_waking(&place, false, props.needs);
    let waiting = html! { <p class="quiet" data-waiting="">{ "…" }</p> };
    html! { <Island {awake} {place} purpose={STUDY} {waiting}>{ props.children.clone() }</Island> }
}

/// The purpose of islands for studying.
const STUDY: &str = "study";

/// The name under which the page keeps the function that has the program for studying draw into a
/// place.
const MOUNT: &str = "roundtripStudy";

/// What was touched last in an island that another program will draw into: a selector, and the how
/// manieth of those that it selects.
const TOUCHED_THERE: [&str; 2] = ["data-touched", "data-nth"];

/// Has the program for studying draw into an island.
fn hand_over(island: &Element) {
    if let Some((_, (selector, nth))) = TOUCHED.take().filter(|(place, _)| place == island) {
        for (name, value) in TOUCHED_THERE.iter().zip([selector, nth.to_string()]) {
            let _ = island.set_attribute(name, &value);
        }
    }
    let window = gloo::utils::window();
    let mount = js_sys::Reflect::get(&window, &MOUNT.into());
    if let Some(mount) = mount.ok().and_then(|mount| mount.dyn_into::<js_sys::Function>().ok()) {
        // It says in the page itself if it cannot come.
        let _ = mount.call1(&window, island);
    }
}

/// Which of the islands for studying this is, in the order of the page.
#[cfg(feature = "web")]
pub(crate) fn number(island: &Element) -> Option<usize> {
    let all = gloo::utils::document().query_selector_all("[data-island=study]").ok()?;
    (0..all.length())
        .find(|place| all.get(*place).as_ref() == Some(island.as_ref()))
        .and_then(|place| usize::try_from(place).ok())
}

/// Whether an island is awake: it came near the screen, was touched or is `wanted`, and what it
/// needs is there. Natively everything is.
#[hook]
pub(crate) fn use_waking(place: &NodeRef, wanted: bool, needs: Needs) -> (bool, Engine) {
    let live = use_site().live;
    // Where nothing was sent, only what waits for the engine waits.
    let awake = use_state(|| {
        let waits = matches!(needs, Needs::Engine | Needs::Study);
        cfg!(not(target_arch = "wasm32")) || (live && !waits)
    });
    let update = use_force_update();
    let wake: Rc<dyn Fn(bool)> = {
        let (awake, place) = (awake.setter(), place.clone());
        Rc::new(move |urgent| {
            let (awake, update) = (awake.clone(), update.clone());
            if needs == Needs::Nothing {
                return in_turn(urgent, move || awake.set(true));
            }
            if needs == Needs::Study {
                if let Some(island) = place.cast::<Element>() {
                    hand_over(&island);
                }
                return;
            }
            engine::then(move || match (engine::state(), needs) {
                (Engine::Ready, _) | (_, Needs::Pictures) => {
                    in_turn(urgent, move || awake.set(true));
                }
                _ => update.force_update(),
            });
        })
    };
    {
        let (place, wake) = (place.clone(), Rc::clone(&wake));
        use_effect_with(*awake, move |awake| {
            let watch: Rc<RefCell<Option<Watch>>> = Rc::default();
            if !awake {
                let slot = Rc::clone(&watch);
                // What was sent is put back first.
                spawn_local(async move {
                    if let Some(element) = place.cast::<Element>() {
                        *slot.borrow_mut() = Watch::over(&element, &wake);
                    }
                });
            }
            move || drop(watch.take())
        });
    }
    use_effect_with(wanted, move |wanted| {
        if *wanted {
            wake(true);
        }
    });
    (*awake, engine::state())
}

/// Watches over a sleeping island.
struct Watch {
    observer: IntersectionObserver,
    _seen: Closure<dyn FnMut(js_sys::Array)>,
    _touched: Vec<EventListener>,
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

impl Watch {
    fn over(island: &Element, wake: &Rc<dyn Fn(bool)>) -> Option<Self> {
        let Some(shown) = island.first_element_child() else {
            // Nothing to look at is nothing to wait for.
            wake(false);
            return None;
        };
        let seen = {
            let wake = Rc::clone(wake);
            Closure::<dyn FnMut(js_sys::Array)>::new(move |entries: js_sys::Array| {
                let last = entries.pop().dyn_into::<web_sys::IntersectionObserverEntry>();
                if last.is_ok_and(|entry| entry.is_intersecting()) {
                    wake(false);
                }
            })
        };
        let options = web_sys::IntersectionObserverInit::new();
        options.set_root_margin("50% 0px");
        let function = seen.as_ref().unchecked_ref();
        let observer = IntersectionObserver::new_with_options(function, &options).ok()?;
        observer.observe(&shown);
        let touched = ["focusin", "pointerup", "keydown"].map(|kind| {
            let (island, wake) = (island.clone(), Rc::clone(wake));
            EventListener::new(&island.clone(), kind, move |event| {
                if let Some(pointer) = event.dyn_ref::<PointerEvent>() {
                    touch(&island, pointer);
                } else if !by_keyboard(event) {
                    return;
                }
                // What the browser does by itself with a click comes first.
                let wake = Rc::clone(&wake);
                Timeout::new(0, move || wake(true)).forget();
            })
        });
        Some(Self { observer, _seen: seen, _touched: touched.into() })
    }
}

/// Whether it is a key, or the focus that a key has moved: a pointer that takes the focus is not
/// up yet.
fn by_keyboard(event: &Event) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    target.is_some_and(|target| target.matches(":focus-visible").unwrap_or(false))
}

/// Remembers what is clicked, to click it again when it answers. What answers without a program,
/// links and folds, has done so already.
fn touch(island: &Element, pointer: &PointerEvent) {
    let document = web_sys::window().and_then(|window| window.document());
    let (x, y) = (pointer.client_x(), pointer.client_y());
    // A button that does not answer yet is not the target of its own event.
    #[expect(clippy::cast_precision_loss, reason = "a place on the screen is a small number")]
    let hit = document.and_then(|document| document.element_from_point(x as f32, y as f32));
    let control = hit.and_then(|hit| hit.closest("button, label, input, select").ok().flatten());
    if let Some(mark) = control.and_then(|control| mark(island, &control)) {
        TOUCHED.set(Some((island.clone(), mark)));
    }
}

/// What waits for its turn.
type Turn = Box<dyn FnOnce()>;

thread_local! {
    static TURNS: RefCell<Vec<Turn>> = const { RefCell::new(Vec::new()) };
}

/// Calls at once what is urgent; all else one after the other, when nothing is to be done.
fn in_turn(urgent: bool, call: impl FnOnce() + 'static) {
    if urgent {
        return call();
    }
    let first = TURNS.with_borrow_mut(|turns| {
        turns.insert(0, Box::new(call));
        turns.len() == 1
    });
    if first {
        when_idle(next_turn);
    }
}

fn next_turn() {
    // The turn stays in the list while it is taken, so that nobody else begins.
    if let Some(call) = TURNS.with_borrow_mut(|turns| {
        turns.last_mut().map(|turn| core::mem::replace(turn, Box::new(|| {})))
    }) {
        call();
    }
    let more = TURNS.with_borrow_mut(|turns| {
        turns.pop();
        !turns.is_empty()
    });
    if more {
        when_idle(next_turn);
    }
}

/// Calls when the browser has nothing else to do, but before long.
fn when_idle(call: fn()) {
    const LATEST_MS: u32 = 300;
    let function = Closure::once_into_js(call);
    let options = web_sys::IdleRequestOptions::new();
    options.set_timeout(LATEST_MS);
    let asked = web_sys::window().map(|window| {
        let function = function.unchecked_ref();
        window.request_idle_callback_with_options(function, &options)
    });
    // Some browsers do not say when they are idle.
    if !matches!(asked, Some(Ok(_))) {
        Timeout::new(1, call).forget();
    }
}
