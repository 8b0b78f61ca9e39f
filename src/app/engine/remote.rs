//! The engine in its own module: `assets/start.js` fetches it.

use std::cell::{Cell, RefCell};

use js_sys::{Function, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};

use super::Engine;
use crate::bridge::code::{from_bytes, to_bytes};
use crate::bridge::questions::Question;
use crate::scenario::About;
use crate::sorted::SortedMap;

thread_local! {
    static STATE: Cell<Engine> = const { Cell::new(Engine::Asleep) };
    /// The function that takes a question and returns its answer, both as bytes.
    static ANSWER: RefCell<Option<Function>> = const { RefCell::new(None) };
    static WAITING: RefCell<Vec<Box<dyn FnOnce()>>> = const { RefCell::new(Vec::new()) };
    static ABOUT: RefCell<SortedMap<String, &'static About>> = RefCell::default();
}

/// The name under which the page keeps the function that fetches the engine.
const FETCH: &str = "roundtripEngine";

pub(super) fn state() -> Engine {
    STATE.get()
}

pub(super) fn start() {
    if state() != Engine::Asleep {
        return;
    }
    STATE.set(Engine::Coming);
    spawn_local(async {
        let came = fetch().await;
        STATE.set(if came.is_ok() { Engine::Ready } else { Engine::Failed });
        if let Ok(answer) = came {
            ANSWER.set(Some(answer));
        }
        for call in WAITING.take() {
            call();
        }
    });
}

async fn fetch() -> Result<Function, JsValue> {
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    let fetch = Reflect::get(&window, &FETCH.into())?.dyn_into::<Function>()?;
    let coming = fetch.call0(&window)?.dyn_into::<Promise>()?;
    JsFuture::from(coming).await?.dyn_into::<Function>()
}

pub(super) fn listen(call: Box<dyn FnOnce()>) {
    WAITING.with_borrow_mut(|waiting| waiting.push(call));
}

pub(super) fn ask<Q: Question>(question: &Q) -> Option<Q::Answer> {
    let answer = ANSWER.with_borrow(Clone::clone)?;
    let mut bytes = to_bytes(&Q::NUMBER);
    bytes.extend(to_bytes(question));
    let said = answer.call1(&JsValue::NULL, &Uint8Array::from(&bytes[..]));
    let Ok(said) = said.and_then(JsCast::dyn_into::<Uint8Array>) else {
        // It has stopped: what is on the page stays, and it is not asked again.
        ANSWER.set(None);
        STATE.set(Engine::Failed);
        crate::app::stopped("The engine gives no answer.");
        return None;
    };
    from_bytes(&said.to_vec())
}

pub(super) fn about(
    scenario: &str,
    ask: impl FnOnce() -> Option<&'static About>,
) -> Option<&'static About> {
    if let Some(known) = ABOUT.with_borrow(|known| known.get(scenario).copied()) {
        return Some(known);
    }
    let found = ask()?;
    ABOUT.with_borrow_mut(|known| known.insert(scenario.to_owned(), found));
    Some(found)
}
