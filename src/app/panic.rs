//! When the program stops: say so, keep the text, offer the details.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Document, Element};

use super::browser_facts::copy;

/// Shows a message on the page when the program stops. Nothing else is touched: text and drawing
/// stay as they are, and what was reviewed is in the browser's store already.
pub(crate) fn install() {
    yew::set_custom_panic_hook(Box::new(|info| {
        let details = format!(
            "Roundtrip {}\n{info}\n{}",
            env!("CARGO_PKG_VERSION"),
            web_sys::window().and_then(|window| window.location().href().ok()).unwrap_or_default(),
        );
        web_sys::console::error_1(&details.as_str().into());
        // A message that cannot be shown must not stop the program a second time.
        let _ = show(&details);
    }));
}

/// Says that the program has stopped where it has not stopped by itself.
#[cfg(target_arch = "wasm32")]
pub(super) fn stopped(details: &str) {
    let _ = show(details);
}

fn show(details: &str) -> Option<()> {
    let document = web_sys::window()?.document()?;
    if document.get_element_by_id("rt-stopped").is_some() {
        return None;
    }
    let panel = document.create_element("div").ok()?;
    panel.set_id("rt-stopped");
    panel.set_class_name("stopped");
    panel.set_attribute("role", "alert").ok()?;
    let head = child(&document, &panel, "b")?;
    head.set_text_content(Some("The simulation stopped"));
    let text = child(&document, &panel, "p")?;
    text.set_text_content(Some("The text and the last drawing stay. Your study data is safe."));
    let details = details.to_owned();
    button(&document, &panel, "Copy details", move || copy(&details))?;
    button(&document, &panel, "Start again", || {
        if let Some(window) = web_sys::window() {
            let _ = window.location().reload();
        }
    })?;
    document.body()?.append_child(&panel).ok()?;
    Some(())
}

fn child(document: &Document, parent: &Element, tag: &str) -> Option<Element> {
    let element = document.create_element(tag).ok()?;
    parent.append_child(&element).ok()?;
    Some(element)
}

fn button(
    document: &Document,
    parent: &Element,
    name: &str,
    deed: impl Fn() + 'static,
) -> Option<()> {
    let element = child(document, parent, "button")?;
    element.set_attribute("type", "button").ok()?;
    element.set_text_content(Some(name));
    let deed = Closure::<dyn Fn()>::new(deed);
    element.add_event_listener_with_callback("click", deed.as_ref().unchecked_ref()).ok()?;
    // The program has stopped: nobody is left to drop it.
    deed.forget();
    Some(())
}
