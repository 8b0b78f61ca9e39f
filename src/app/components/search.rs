//! Search: a dialog that finds chapters, scenarios, steps, cards and terms as the reader types.

use std::cell::RefCell;
use std::rc::Rc;

use gloo::events::EventListener;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, HtmlElement, HtmlInputElement};
use yew::prelude::*;

use super::dialog::Sheet;
use crate::app::data::{fetch_bytes, fetch_json};
use crate::app::site::{Site, use_site};
use crate::search::{Index, Place, words};

/// The most that is shown; who does not find it among these asks for something else.
const SHOWN: usize = 20;

/// The index and its places.
struct Loaded {
    index: Index,
    places: Vec<Place>,
}

/// How far the index is.
#[derive(Clone)]
enum State {
    Waiting,
    Ready(Rc<Loaded>),
    Failed(String),
}

thread_local! {
    /// Once fetched, the index stays until the page is left.
    static LOADED: RefCell<Option<Rc<Loaded>>> = const { RefCell::new(None) };
}

async fn load(site: Site) -> Result<Rc<Loaded>, String> {
    if let Some(loaded) = LOADED.with_borrow(Clone::clone) {
        return Ok(loaded);
    }
    let index = fetch_bytes(&site.file("data/search.bin")).await?;
    let places = fetch_json(&site.file("data/search.json")).await?;
    let loaded = Rc::new(Loaded { index: Index::read(&index)?, places });
    LOADED.set(Some(Rc::clone(&loaded)));
    Ok(loaded)
}

/// Calls when the reader wants to search: `/` outside of a field, or Ctrl or ⌘ with K.
#[hook]
pub(crate) fn use_search_keys(call: Callback<()>) {
    use_effect_with(call, |call| {
        let call = call.clone();
        let listener = EventListener::new_with_options(
            &gloo::utils::window(),
            "keydown",
            gloo::events::EventListenerOptions::enable_prevent_default(),
            move |event| {
                if event.dyn_ref::<KeyboardEvent>().is_some_and(asks) {
                    event.prevent_default();
                    call.emit(());
                }
            },
        );
        move || drop(listener)
    });
}

fn asks(event: &KeyboardEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    if target.as_ref().is_some_and(|it| it.closest("dialog").ok().flatten().is_some()) {
        return false;
    }
    if event.key().eq_ignore_ascii_case("k") {
        return (event.ctrl_key() || event.meta_key()) && !event.alt_key() && !event.shift_key();
    }
    const FIELDS: &str =
        "textarea, select, input:not([type=range]):not([type=radio]):not([type=checkbox])";
    let in_field = target.is_some_and(|target| target.matches(FIELDS).unwrap_or(false));
    event.key() == "/" && !in_field && !event.ctrl_key() && !event.meta_key() && !event.alt_key()
}

/// The dialog.
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct SearchProps {
    pub(crate) on_close: Callback<()>,
}

/// The dialog.
#[component]
pub(crate) fn Search(props: &SearchProps) -> Html {
    let site = use_site();
    let state = use_state(|| State::Waiting);
    let question = use_state(String::new);
    let chosen = use_state(|| 0_usize);
    let list = use_node_ref();
    {
        let (site, state) = (site.clone(), state.setter());
        use_effect_with((), move |()| {
            spawn_local(async move {
                state.set(match load(site).await {
                    Ok(loaded) => State::Ready(loaded),
                    Err(message) => State::Failed(message),
                });
            });
        });
    }
    let found: Vec<Place> = match &*state {
        State::Ready(loaded) => {
            let hits = loaded.index.find(&question, SHOWN);
            let place = |place: u32| loaded.places.get(usize::try_from(place).ok()?);
            hits.iter().filter_map(|hit| place(hit.place).cloned()).collect()
        }
        State::Waiting | State::Failed(_) => Vec::new(),
    };
    let oninput = {
        let (question, chosen) = (question.setter(), chosen.setter());
        Callback::from(move |event: InputEvent| {
            if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
                question.set(input.value());
                chosen.set(0);
            }
        })
    };
    let onkeydown = keys(found.len(), &chosen, &list);
    show_chosen(*chosen, &list);
    let active = (!found.is_empty()).then(|| option_id(*chosen));
    let on_link = {
        let close = props.on_close.clone();
        Callback::from(move |_: MouseEvent| close.emit(()))
    };
    html! {
        <Sheet title="Search" on_close={props.on_close.clone()}>
            <div class="search">
                <input type="search" role="combobox" aria-label="Search the course" aria-expanded="true"
                    aria-controls="found" aria-autocomplete="list" aria-activedescendant={active}
                    placeholder="Word, scenario, card, term or RFC" autocomplete="off" spellcheck="false"
                    autofocus={true} maxlength="10000" {oninput} {onkeydown} />
                <p class="status" role="status">{ status(&state, &question, found.len()) }</p>
                <ul id="found" role="listbox" aria-label="Results" ref={list} onclick={on_link}>
                    { for found.iter().enumerate().map(|(nth, place)| {
                        result(nth, nth == *chosen, place, &question, &site)
                    }) }
                </ul>
            </div>
        </Sheet>
    }
}

fn option_id(nth: usize) -> String {
    format!("found-{nth}")
}

/// The arrows choose, Enter opens; the field keeps the focus.
fn keys(count: usize, chosen: &UseStateHandle<usize>, list: &NodeRef) -> Callback<KeyboardEvent> {
    let (chosen, list) = (chosen.clone(), list.clone());
    Callback::from(move |event: KeyboardEvent| {
        let last = count.saturating_sub(1);
        match event.key().as_str() {
            "ArrowDown" => chosen.set((*chosen + 1).min(last)),
            "ArrowUp" => chosen.set(chosen.saturating_sub(1)),
            "Enter" => {
                let list = list.cast::<Element>();
                let row = list.and_then(|list| list.children().item(u32::try_from(*chosen).ok()?));
                let link = row.and_then(|row| row.query_selector("a").ok().flatten());
                if let Some(link) = link.and_then(|link| link.dyn_into::<HtmlElement>().ok()) {
                    link.click();
                }
            }
            _ => return,
        }
        event.prevent_default();
    })
}

fn show_chosen(chosen: usize, list: &NodeRef) {
    let row = list.cast::<Element>().and_then(|list| {
        let place = u32::try_from(chosen).ok()?;
        list.children().item(place)
    });
    if let Some(row) = row {
        let options = web_sys::ScrollIntoViewOptions::new();
        options.set_block(web_sys::ScrollLogicalPosition::Nearest);
        row.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

fn status(state: &State, question: &str, count: usize) -> String {
    match (state, count) {
        (State::Waiting, _) => "The index is on its way …".to_owned(),
        (State::Failed(message), _) => format!("Nothing can be searched now: {message}"),
        (State::Ready(_), _) if words(question).next().is_none() => {
            "↑ ↓ choose, Enter opens, Esc closes".to_owned()
        }
        (State::Ready(_), 0) => {
            "Nothing has these words. Try fewer, or only their beginning.".to_owned()
        }
        (State::Ready(_), 1) => "1 result".to_owned(),
        (State::Ready(_), SHOWN) => format!("The best {SHOWN} results"),
        (State::Ready(_), count) => format!("{count} results"),
    }
}

fn result(nth: usize, chosen: bool, place: &Place, question: &str, site: &Site) -> Html {
    let asked: Vec<String> = words(question).collect();
    let href = site.file(&place.path);
    html! {
        <li key={place.path.clone()} id={option_id(nth)} role="option" aria-selected={chosen.to_string()}>
            <a {href} tabindex="-1">
                <span class="kind">{ kind(&place.kind) }</span>
                <b>{ marked(&place.title, &asked) }</b>
                if !place.within.is_empty() { <span class="within">{ place.within.clone() }</span> }
                <span class="teaser">{ marked(&place.teaser, &asked) }</span>
            </a>
        </li>
    }
}

fn kind(kind: &str) -> &'static str {
    match kind {
        "chapter" => "Chapter",
        "section" => "Section",
        "scenario" => "Scenario",
        "step" => "Step",
        "card" => "Card",
        _ => "Term",
    }
}

/// A text with the words of the question marked.
fn marked(text: &str, asked: &[String]) -> Html {
    let fits = |part: &str| {
        let mut folded = words(part);
        folded.next().is_some_and(|word| asked.iter().any(|asked| word.starts_with(asked)))
    };
    let mut nodes = Vec::new();
    for part in text.split_inclusive(|sign: char| !sign.is_alphanumeric()) {
        let word = part.trim_end_matches(|sign: char| !sign.is_alphanumeric());
        if !word.is_empty() && fits(word) {
            nodes.push(html! { <mark>{ word.to_owned() }</mark> });
            nodes.push(html! { part.get(word.len()..).unwrap_or_default().to_owned() });
        } else {
            nodes.push(html! { part.to_owned() });
        }
    }
    nodes.into_iter().collect()
}
