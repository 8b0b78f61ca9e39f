//! Files out of the page and into it.

use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, File, HtmlAnchorElement, Url};

/// Hands the reader a text as a file.
pub(super) fn save(name: &str, text: &str) {
    let Ok(blob) = Blob::new_with_str_sequence(&Array::of1(&JsValue::from(text))) else { return };
    let Ok(url) = Url::create_object_url_with_blob(&blob) else { return };
    let anchor = gloo::utils::document().create_element("a").ok();
    if let Some(anchor) = anchor.and_then(|it| it.dyn_into::<HtmlAnchorElement>().ok()) {
        anchor.set_href(&url);
        anchor.set_download(name);
        anchor.click();
    }
    // The browser has taken the text by now or never will.
    let _ = Url::revoke_object_url(&url);
}

/// The text of a file that the reader chose.
///
/// # Errors
/// Says in words why it cannot be read.
pub(super) async fn read(file: File) -> Result<String, String> {
    let text = JsFuture::from(file.text()).await.ok().and_then(|text| text.as_string());
    text.ok_or_else(|| format!("{} could not be read.", file.name()))
}
