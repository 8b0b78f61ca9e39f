//! Pages as text, for the site build.

use futures::executor::block_on;
use yew::ServerRenderer;

use super::root::{Root, RootProps};
use crate::content::types::PageData;

/// Writes the page at `path` (`/course/tcp-open`) of a site that lives under `base` (empty or
/// `/sub`). `data` is what the page also gets in the browser, as JSON in the element `rt-data`;
/// the text belongs into the element `rt-app`, alone.
pub fn render(path: &str, base: &str, data: &PageData) -> String {
    // Built inside the renderer's own thread: shared parts of the data must not leave it.
    let (path, base, data) = (path.to_owned(), base.to_owned(), data.clone());
    let renderer = ServerRenderer::<Root>::with_props(move || RootProps {
        base: base.into(),
        path: Some(path.into()),
        sent: data.into(),
    });
    block_on(renderer.render())
}
