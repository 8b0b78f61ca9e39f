//! A diagram for other people's pages: no bar, no storage, no focus taken.

use wasm_bindgen::JsCast;
use yew::prelude::*;

use crate::app::arrival::use_title;
use crate::app::browser_facts::query_pairs;
use crate::app::data::use_course;
use crate::app::player::{Address, Chrome, Controls, Player, plain_diagram};
use crate::app::settings::Theme;
use crate::app::site::use_site;
use crate::content::types::Pairs;
use crate::scenario::text::instead;

/// Which scenario.
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct EmbedProps {
    pub(crate) scenario: AttrValue,
}

/// The keys that only an embed knows.
const KEYS: &[&str] = &["start", "controls", "theme", "autoplay"];

/// What the address asks of the embed itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Wishes {
    controls: Controls,
    theme: Theme,
    autoplay: bool,
    problems: Vec<String>,
}

/// A diagram for other people's pages.
#[component]
pub(crate) fn Embed(props: &EmbedProps) -> Html {
    let live = use_site().live;
    let course = use_course();
    let found = course.scenarios.iter().find(|known| known.id == *props.scenario);
    use_title(found.map_or("No such scenario", |found| &found.title));
    let wishes = use_state(Wishes::default);
    {
        let wishes = wishes.setter();
        use_effect_with(live, move |live| {
            if *live {
                let read = wishes_of(&query_pairs());
                read.theme.show();
                wishes.set(read);
                if !framed() {
                    focus_player();
                }
            }
        });
    }
    let Some(found) = found else {
        let names = course.scenarios.iter().map(|known| known.id.as_str());
        let text = format!(
            "There is no scenario `{}`: {}",
            props.scenario,
            instead(&props.scenario, names)
        );
        return html! { <main class="embed-page" id="main"><p class="notice bad">{ text }</p></main> };
    };
    // A click must not take the keyboard away from the page around: a presenter's remote control
    // goes on working. What is reached by Tab keeps its focus.
    let onmousedown = Callback::from(|event: MouseEvent| {
        let target = event.target_dyn_into::<web_sys::Element>();
        let wants =
            target.and_then(|element| element.closest("input, select, a, summary").ok().flatten());
        if wants.is_none() {
            event.prevent_default();
        }
    });
    html! {
        <main class="embed-page" id="main" {onmousedown}>
            <h1 class="sr">{ &found.title }</h1>
            <Player diagram={plain_diagram(&found.id, &found.title)} own_network={false}
                chrome={Chrome::Embed(wishes.controls)} address={Address::Read(KEYS)}
                autoplay={wishes.autoplay} hall={wishes.theme == Theme::Projector}
                problems={wishes.problems.clone()} />
        </main>
    }
}

fn wishes_of(pairs: &Pairs) -> Wishes {
    let mut wishes = Wishes::default();
    for (key, value) in pairs {
        let known: &[&str] = match key.as_str() {
            "controls" => {
                let all =
                    [("none", Controls::None), ("min", Controls::Min), ("full", Controls::Full)];
                if let Some((_, found)) = all.iter().find(|(name, _)| name == value) {
                    wishes.controls = *found;
                    continue;
                }
                &["none", "min", "full"]
            }
            "theme" => {
                if let Some(theme) = Theme::named(value) {
                    wishes.theme = theme;
                    continue;
                }
                &["auto", "light", "dark", "projector"]
            }
            "autoplay" => {
                if ["0", "1", "visible"].contains(&value.as_str()) {
                    wishes.autoplay = value != "0";
                    continue;
                }
                &["0", "1", "visible"]
            }
            _ => continue,
        };
        let instead = instead(value, known.iter().copied());
        wishes.problems.push(format!("`{key}={value}` is left out: {instead}"));
    }
    wishes
}

/// Whether the embed stands in somebody else's page, whose keyboard it must not take.
fn framed() -> bool {
    let Some(window) = web_sys::window() else { return true };
    window.parent().ok().flatten().is_none_or(|parent| parent != window)
}

/// Alone in its window, an embed answers to the keyboard at once.
fn focus_player() {
    let document = web_sys::window().and_then(|window| window.document());
    let player = document.and_then(|document| document.query_selector(".player").ok().flatten());
    if let Some(player) = player.and_then(|player| player.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = player.focus();
    }
}
