//! What a browser does on a new page and a single-page application must do itself.

use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::prelude::*;

use super::route::Route;

/// On every page but the first: back to the top, and the focus to the page's main part.
#[hook]
pub(crate) fn use_arrival(route: &Route) {
    let first = use_mut_ref(|| true);
    use_effect_with(route.clone(), move |_| {
        if first.replace(false) {
            return;
        }
        if let Some(window) = web_sys::window() {
            window.scroll_to_with_x_and_y(0.0, 0.0);
        }
        focus_main();
    });
}

/// Puts the focus on the page's main part.
pub(crate) fn focus_main() {
    let document = web_sys::window().and_then(|window| window.document());
    let main = document.and_then(|document| document.get_element_by_id("main"));
    if let Some(main) = main.and_then(|main| main.dyn_into::<HtmlElement>().ok()) {
        let _ = main.focus();
    }
}

/// The title of the page in the window's bar and in the history.
#[hook]
pub(crate) fn use_title(title: &str) {
    use_effect_with(title.to_owned(), move |title| {
        if let Some(document) = web_sys::window().and_then(|window| window.document()) {
            document.set_title(&format!("{title} · Roundtrip"));
        }
    });
}
