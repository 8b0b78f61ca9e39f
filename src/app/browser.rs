//! Waking up in the reader's browser.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Document, Element, HtmlBaseElement};
use yew::Renderer;

use super::data::{Sent, fetch_json};
use super::island::Islands;
use super::root::{Root, RootProps};
use crate::content::types::PageData;
use crate::json;

/// Takes over the page that was sent, or mounts the application where none was, with all parts.
pub fn whole() {
    give_parts();
    start();
}

/// Gives this program the parts for studying.
fn give_parts() {
    #[cfg(target_arch = "wasm32")]
    super::parts::give(&super::components::study::WHOLE);
}

/// Takes over the page that was sent, or mounts the application where none was. Without
/// [`whole`] it has no parts for studying.
pub fn start() {
    super::panic::install();
    let Some(document) = web_sys::window().and_then(|window| window.document()) else { return };
    let Some(place) = place(&document) else { return };
    let base = base(&document);
    if let Some(data) = sent(&document) {
        // One file answers every wrong address. What the address asked for is another page than
        // the one that was sent, so it is drawn anew.
        if place.query_selector("[data-missing]").ok().flatten().is_some() {
            place.set_inner_html("");
            renderer(place, base, data).render();
        } else {
            let islands = Islands::take(&place);
            renderer(place, base, data).hydrate();
            // Behind the program in the same queue, before anything is painted.
            spawn_local(async move { islands.put_back() });
        }
        return;
    }
    // A page that was not pre-rendered: the development server's.
    spawn_local(async move {
        let course = fetch_json(&format!("{base}/data/course.json")).await.unwrap_or_default();
        place.set_inner_html("");
        renderer(place, base, Sent { course: Rc::new(course), ..Sent::default() }).render();
    });
}

fn renderer(place: Element, base: String, sent: Sent) -> Renderer<Root> {
    let props = RootProps { base: base.into(), path: None, sent };
    Renderer::with_root_and_props(place, props)
}

/// The element that holds the page.
fn place(document: &Document) -> Option<Element> {
    document.get_element_by_id("rt-app").or_else(|| document.body().map(Element::from))
}

/// The data of the page that was sent.
pub(super) fn sent(document: &Document) -> Option<Sent> {
    let text = document.get_element_by_id("rt-data")?.text_content()?;
    Some(json::read::<PageData>(&text).ok()?.into())
}

/// The path before every route, from the page's `base` element.
pub(super) fn base(document: &Document) -> String {
    let path = document
        .query_selector("base[href]")
        .ok()
        .flatten()
        .and_then(|element| element.dyn_into::<HtmlBaseElement>().ok())
        .and_then(|element| web_sys::Url::new(&element.href()).ok())
        .map_or_else(String::new, |url| url.pathname());
    path.trim_end_matches('/').to_owned()
}
