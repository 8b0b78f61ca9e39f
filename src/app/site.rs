//! What every component may ask: where the site lives and whether it is awake.

use yew::prelude::*;

use super::route::Route;

/// Where the site lives and whether it is awake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Site {
    /// The path before every route, without a slash at its end: empty or `/sub`.
    pub(crate) base: AttrValue,
    /// False while the page is the text that was sent; true once it answers.
    pub(crate) live: bool,
}

impl Site {
    /// The address of a page.
    pub(crate) fn href(&self, route: &Route) -> String {
        format!("{}{}", self.base, route.to_path())
    }

    /// The address of a file of the site.
    pub(crate) fn file(&self, path: &str) -> String {
        format!("{}/{path}", self.base)
    }
}

/// Where the site lives and whether it is awake.
#[hook]
pub(crate) fn use_site() -> Site {
    use_context::<Site>().unwrap_or_else(|| Site { base: AttrValue::Static(""), live: false })
}
