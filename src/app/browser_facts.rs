//! What the browser says about the reader's wishes and the window.

use web_sys::Window;

/// Whether the reader asked for less motion.
pub(crate) fn reduced_motion() -> bool {
    matches("(prefers-reduced-motion: reduce)")
}

/// Whether the page is in a tab behind another.
pub(crate) fn hidden() -> bool {
    web_sys::window().and_then(|window| window.document()).is_some_and(|document| document.hidden())
}

/// Whether the window fits a media query.
pub(crate) fn matches(query: &str) -> bool {
    web_sys::window()
        .and_then(|window| window.match_media(query).ok().flatten())
        .is_some_and(|list| list.matches())
}

/// The query of the address as pairs, decoded.
pub(crate) fn query_pairs() -> Vec<(String, String)> {
    let search = web_sys::window().and_then(|window: Window| window.location().search().ok());
    crate::app::address::pairs(&search.unwrap_or_default())
}

/// Replaces the query of the address, without a step in the history.
pub(crate) fn replace_query(query: &str) {
    let Some(window) = web_sys::window() else { return };
    let Ok(path) = window.location().pathname() else { return };
    if let Ok(history) = window.history() {
        let state = history.state().unwrap_or(wasm_bindgen::JsValue::NULL);
        let _ = history.replace_state_with_url(&state, "", Some(&format!("{path}{query}")));
    }
}

/// Where the site is: `https://example.org`.
pub(crate) fn origin() -> String {
    web_sys::window().and_then(|window| window.location().origin().ok()).unwrap_or_default()
}

/// Puts a text on the clipboard; where the browser refuses, the text can still be selected.
pub(crate) fn copy(text: &str) {
    if let Some(window) = web_sys::window() {
        let _ = window.navigator().clipboard().write_text(text);
    }
}

/// Tells every program of the page something.
pub(crate) fn tell(event: &str) {
    if let (Some(window), Ok(event)) = (web_sys::window(), web_sys::Event::new(event)) {
        let _ = window.dispatch_event(&event);
    }
}
