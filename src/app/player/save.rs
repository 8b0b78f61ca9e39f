//! Files for other programs: the run of a player as a capture or a log, written by a program of
//! its own that is fetched only then.

use js_sys::{Function, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use yew::prelude::*;

use crate::bridge::Order;
use crate::bridge::code::to_bytes;

/// The files: format, how the file's name ends, what it is called and for.
const FILES: [(&str, &str, &str, &str); 3] = [
    ("pcapng", ".pcapng", "Capture", "for Wireshark, with the keys to what is encrypted"),
    ("qlog", ".sqlog", "qlog", "what the first host saw, as the current draft"),
    ("qlog03", "-0.3.sqlog", "qlog 0.3", "the same for qvis"),
];

/// The name under which the page keeps the function that writes a file.
const SAVE: &str = "roundtripSave";

/// A button for each file; `said` is what came of the last one.
pub(super) fn files(order: &Order, said: &UseStateHandle<String>) -> Html {
    html! {
        <>
            <h3>{ "Take it along" }</h3>
            <ul class="files">
                { for FILES.iter().map(|(format, end, name, what)| {
                    let (order, said) = (order.clone(), said.clone());
                    let onclick = Callback::from(move |_: MouseEvent| {
                        let file = format!("{}{end}", order.scenario);
                        said.set(format!("Writing {file} …"));
                        let (order, said) = (order.clone(), said.clone());
                        spawn_local(async move {
                            said.set(match write(&order, format, &file).await {
                                Ok(_) => format!("{file} is with your downloads."),
                                Err(_) => format!("{file} could not be written: the program for \
                                    it did not load. Try again when you are online."),
                            });
                        });
                    });
                    html! {
                        <li>
                            <button type="button" class="push" data-save={*format} {onclick}>
                                { *name }
                            </button>
                            { " " }{ *what }
                        </li>
                    }
                }) }
            </ul>
            <p role="status" data-saved="">{ said.as_str() }</p>
        </>
    }
}

/// Has a file written and handed to the reader.
async fn write(order: &Order, format: &str, name: &str) -> Result<JsValue, JsValue> {
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    let save = Reflect::get(&window, &SAVE.into())?.dyn_into::<Function>()?;
    let order = Uint8Array::from(&to_bytes(order)[..]);
    let done = save.call3(&window, &order, &format.into(), &name.into())?;
    JsFuture::from(done.dyn_into::<Promise>()?).await
}
