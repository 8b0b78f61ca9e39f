//! Waking up in the reader's browser.

use wasm_bindgen::JsCast;
use web_sys::{Document, Element, HtmlBaseElement};
use yew::Renderer;

use super::root::{Root, RootProps};

/// Takes over the page that was sent, or mounts the application where none was.
pub fn start() {
    let Some(document) = web_sys::window().and_then(|window| window.document()) else { return };
    let data = document
        .get_element_by_id("rt-data")
        .and_then(|element| element.text_content())
        .and_then(|text| serde_json::from_str(&text).ok());
    let sent = data.is_some();
    let props =
        RootProps { base: base(&document).into(), path: None, data: data.unwrap_or_default() };
    let Some(place) = place(&document) else { return };
    let renderer = Renderer::<Root>::with_root_and_props(place, props);
    if sent {
        renderer.hydrate();
    } else {
        renderer.render();
    }
}

/// The element that holds the page.
fn place(document: &Document) -> Option<Element> {
    document.get_element_by_id("rt-app").or_else(|| document.body().map(Element::from))
}

/// The path before every route, from the page's `base` element.
fn base(document: &Document) -> String {
    let path = document
        .query_selector("base[href]")
        .ok()
        .flatten()
        .and_then(|element| element.dyn_into::<HtmlBaseElement>().ok())
        .and_then(|element| web_sys::Url::new(&element.href()).ok())
        .map_or_else(String::new, |url| url.pathname());
    path.trim_end_matches('/').to_owned()
}
