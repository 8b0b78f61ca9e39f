//! Below the review: settings, the log as a file, and where it is kept.

use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::{file, notices};
use crate::app::site::use_site;
use crate::app::study::clock::now;
use crate::app::study::desk::Imported;
use crate::app::study::use_study;
use crate::study::session::Settings;

/// Below the review. What is said after an import goes where all is said.
#[component]
pub(crate) fn StudyFoot() -> Html {
    let site = use_site();
    let study = use_study();
    let said = use_state(String::new);
    let (settings, keeping, problems, empty) = {
        let desk = study.desk();
        let session = desk.session();
        let empty = session.log().is_empty();
        (session.settings(), desk.keeping(), desk.problems().to_vec(), empty)
    };
    let change = {
        let study = study.clone();
        Callback::from(move |settings| study.set_settings(settings))
    };
    let on_export = {
        let study = study.clone();
        Callback::from(move |_: MouseEvent| {
            let name = format!("roundtrip-review-{}.jsonl", now().day());
            file::save(&name, &study.desk().export());
        })
    };
    let on_import = {
        let (study, said) = (study.clone(), said.setter());
        Callback::from(move |event: Event| {
            let input: HtmlInputElement = event.target_unchecked_into();
            let Some(chosen) = input.files().and_then(|files| files.get(0)) else { return };
            // The same file may be chosen again.
            let (study, said) = (study.clone(), said.clone());
            spawn_local(async move {
                let read = file::read(chosen).await;
                input.set_value("");
                said.set(read.map_or_else(|error| error, |text| words(&study.import(&text))));
            });
        })
    };
    html! {
        <footer class="study-foot">
            { four_buttons(settings, site.live, &change) }
            <div class="row">
                { limit("new-per-day", "New cards a day", (settings.new_per_day, 50), site.live,
                    change.reform(move |new_per_day| Settings { new_per_day, ..settings })) }
                { limit("reviews-per-day", "Reviews a day", (settings.reviews_per_day, 300), site.live,
                    change.reform(move |reviews_per_day| Settings { reviews_per_day, ..settings })) }
            </div>
            <div class="row">
                <button type="button" class="plain" data-act="export" disabled={!site.live || empty}
                    onclick={on_export}>{ "Save the log to a file" }</button>
                <label class="file">
                    { "Add a saved log" }
                    <input type="file" accept=".jsonl,.json,.txt" disabled={!site.live}
                        onchange={on_import} />
                </label>
            </div>
            <p role="status" class="imported">{ &*said }</p>
            { notices::keeping(keeping) }
            { notices::problems(&problems) }
        </footer>
    }
}

fn four_buttons(settings: Settings, live: bool, change: &Callback<Settings>) -> Html {
    let onchange = change.reform(move |event: Event| {
        let four_buttons = event.target_unchecked_into::<HtmlInputElement>().checked();
        Settings { four_buttons, ..settings }
    });
    html! {
        <label>
            <input type="checkbox" name="four-buttons" checked={settings.four_buttons}
                disabled={!live} {onchange} />
            { "Four buttons: Again, Hard, Good, Easy" }
        </label>
    }
}

fn limit(
    name: &'static str,
    label: &'static str,
    (value, max): (u32, u32),
    live: bool,
    change: Callback<u32>,
) -> Html {
    let oninput = change.reform(move |event: InputEvent| {
        let text = event.target_unchecked_into::<HtmlInputElement>().value();
        text.parse().unwrap_or(value)
    });
    html! {
        <label class="limit">
            <span>{ label }</span>
            <input type="range" {name} min="0" max={max.to_string()}
                step={if max > 100 { "10" } else { "1" }} value={value.to_string()}
                disabled={!live} {oninput} />
            <output class="num">{ value }</output>
        </label>
    }
}

/// What an import brought, in words.
fn words(imported: &Imported) -> String {
    let first = imported.damaged.first();
    let mut said = match (imported.new, imported.known) {
        (0, 0) if first.is_some() => {
            return "This is no file of Roundtrip's answers; nothing was added.".to_owned();
        }
        (0, 0) => "The file holds no answers.".to_owned(),
        (0, _) => "Nothing new: every answer in the file is here already.".to_owned(),
        (1, _) => "One answer added.".to_owned(),
        (new, _) => format!("{new} answers added."),
    };
    if let Some(first) = first {
        let rest = imported.damaged.len() - 1;
        said.push_str(&format!(" Line {} cannot be read and is left out.", first.line));
        if rest > 0 {
            said.push_str(&format!(" So it is with {rest} more."));
        }
    }
    if imported.conflicts > 0 {
        said.push_str(
            " Some answers have the name of others; the same one is kept on every device.",
        );
    }
    said
}

#[cfg(test)]
mod tests {
    use super::words;
    use crate::app::study::desk::Desk;
    use crate::study::session::Settings;

    #[test]
    fn what_an_import_brought_is_said_for_people() {
        let line = r#"{"v":1,"kind":"bury","device":"a","seq":1,"time":1795089600000,"card":"x"}"#;
        let mut desk = Desk::new(Settings::default());
        let mut said = |text: &str| words(&desk.import(text));
        let foreign = "This is no file of Roundtrip's answers; nothing was added.";
        assert_eq!(said("{\"name\": \"another\"}"), foreign);
        assert_eq!(said(""), "The file holds no answers.");
        let damaged = format!("{line}\n{}", &line[..20]);
        assert_eq!(said(&damaged), "One answer added. Line 2 cannot be read and is left out.");
        assert_eq!(said(line), "Nothing new: every answer in the file is here already.");
    }
}
