//! Where in the site the reader is, and going elsewhere without loading anew.

use gloo::events::EventListener;
use wasm_bindgen::JsValue;
use yew::prelude::*;

use super::parts;
use super::route::Route;

/// Where in the site the reader is, and the way elsewhere.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Way {
    /// The path behind the site's base.
    pub(crate) path: AttrValue,
    go: Callback<String>,
}

impl Way {
    /// The page that is shown.
    pub(crate) fn route(&self) -> Route {
        Route::of_path(&self.path)
    }

    /// Shows another page of the site, which is a step in the history. `address` begins with the
    /// site's base and may have a query.
    pub(crate) fn go(&self, address: String) {
        self.go.emit(address);
    }
}

/// Follows the browser's address; a page that is drawn for `path` stays there.
#[hook]
pub(crate) fn use_address(base: AttrValue, path: Option<AttrValue>) -> Way {
    let shown = {
        let base = base.clone();
        use_state(move || path.unwrap_or_else(|| here(&base)))
    };
    {
        let (base, shown) = (base.clone(), shown.setter());
        use_effect_with((), move |()| {
            let moved = move |_: &Event| {
                let path = here(&base);
                if parts::has(&Route::of_path(&path)) {
                    shown.set(path);
                } else {
                    // Another program's page.
                    let _ = gloo::utils::window().location().reload();
                }
            };
            let listener = EventListener::new(&gloo::utils::window(), "popstate", moved);
            move || drop(listener)
        });
    }
    let setter = shown.setter();
    let go = use_callback((), move |address: String, ()| {
        let history = web_sys::window().and_then(|window| window.history().ok());
        let pushed =
            history.map(|history| history.push_state_with_url(&JsValue::NULL, "", Some(&address)));
        if matches!(pushed, Some(Ok(()))) {
            setter.set(here(&base));
        }
    });
    Way { path: (*shown).clone(), go }
}

/// Where the reader is, for every component.
#[hook]
pub(crate) fn use_way() -> Option<Way> {
    use_context::<Way>()
}

/// The path of the browser's address, without the site's base.
fn here(base: &str) -> AttrValue {
    let path = web_sys::window().and_then(|window| window.location().pathname().ok());
    let path = path.unwrap_or_default();
    AttrValue::from(path.strip_prefix(base).unwrap_or(&path).to_owned())
}
