//! Links inside of texts: they change the page without loading it anew.

use wasm_bindgen::JsCast;
use web_sys::HtmlAnchorElement;
use yew::prelude::*;

use crate::app::browser_facts::origin;
use crate::app::parts;
use crate::app::route::Route;
use crate::app::site::use_site;
use crate::app::way::use_way;

/// Takes clicks on links to pages of this site, wherever they stand.
#[hook]
pub(crate) fn use_links() -> Callback<MouseEvent> {
    let site = use_site();
    let way = use_way();
    Callback::from(move |event: MouseEvent| {
        let modified = event.meta_key() || event.ctrl_key() || event.shift_key() || event.alt_key();
        if modified || event.button() != 0 || event.default_prevented() || !site.live {
            return;
        }
        let Some(link) = link_of(&event) else { return };
        let own = link.origin() == origin() && link.target().is_empty() && link.hash().is_empty();
        let path = link.pathname();
        let Some(path) = path.strip_prefix(site.base.as_str()).filter(|_| own) else { return };
        let route = Route::of_path(path);
        // An embed is another kind of page, and some pages are another program's: they are loaded.
        if matches!(route, Route::NotFound | Route::Embed { .. }) || !parts::has(&route) {
            return;
        }
        let Some(way) = &way else { return };
        event.prevent_default();
        way.go([site.href(&route), link.search()].concat());
    })
}

fn link_of(event: &MouseEvent) -> Option<HtmlAnchorElement> {
    let target = event.target()?.dyn_into::<web_sys::Element>().ok()?;
    target.closest("a[href]").ok()??.dyn_into().ok()
}
