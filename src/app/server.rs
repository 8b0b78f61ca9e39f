//! Pages as text, for the site build.

use futures::executor::block_on;
use yew::ServerRenderer;

use super::root::{Root, RootProps};

/// Writes the page at `path` (`/course/tcp-open`) of a site that lives under `base` (empty or
/// `/sub`). `data` is the JSON of [`super::PageData`] that the page also gets in the browser.
///
/// # Errors
///
/// Says in words why `data` is not what the page needs.
pub fn render(path: &str, base: &str, data: &str) -> Result<String, String> {
    let page = serde_json::from_str::<super::PageData>(data).map_err(|error| error.to_string())?;
    // Built inside the renderer's own thread: shared parts of the data must not leave it.
    let (path, base, text) = (path.to_owned(), base.to_owned(), data.to_owned());
    drop(page);
    let renderer = ServerRenderer::<Root>::with_props(move || RootProps {
        base: base.into(),
        path: Some(path.into()),
        data: serde_json::from_str(&text).unwrap_or_default(),
    });
    Ok(block_on(renderer.render()))
}
