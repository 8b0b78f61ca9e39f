//! The bar above every page but the embed.

use yew::prelude::*;

use super::anchor::Anchor;
use super::dialog::Sheet;
use super::icon::{Icon, symbol};
use super::network_form::{network_form, setter};
use super::rail::Rail;
use super::search::{Search, use_search_keys};
use super::theme_form::{reading_form, theme_form};
use crate::app::data::use_course;
use crate::app::due::use_due;
use crate::app::network::Network;
use crate::app::route::Route;
use crate::app::settings::{SettingsContext, use_settings};
use crate::app::site::use_site;
use crate::content::types::Course;

/// Where the reader is.
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct BarProps {
    pub(crate) route: Route,
}

/// What is open below the bar.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    Menu,
    Network,
    Theme,
    Search,
}

/// The bar.
#[component]
pub(crate) fn Bar(props: &BarProps) -> Html {
    let live = use_site().live;
    let context = use_settings();
    let open = use_state(|| None::<Open>);
    let opens = |what: Open| {
        let open = open.clone();
        Callback::from(move |_: MouseEvent| open.set(Some(what)))
    };
    let search = {
        let open = open.setter();
        use_callback((), move |(), ()| open.set(Some(Open::Search)))
    };
    use_search_keys(search);
    let due = use_due();
    let chapter = if let Route::Chapter { id } = &props.route { Some(id.clone()) } else { None };
    let places = places(&use_course(), &props.route, due);
    html! {
        <>
            { skip_link() }
            <header class={classes!("bar", chapter.is_some().then_some("in-chapter"))}>
                <Anchor to={Route::Home} class="brand">{ mark() }{ "Roundtrip" }</Anchor>
                <nav aria-label="Main">{ for places.iter().map(link) }</nav>
                <span class="gap"></span>
                { network(&context, live, opens(Open::Network)) }
                <button type="button" class="tool" aria-label="Search" title="Search (/)" disabled={!live}
                    data-action="search" onclick={opens(Open::Search)}>{ symbol(Icon::Search) }</button>
                <button type="button" class="tool" aria-label="Settings" title="Settings" disabled={!live}
                    data-action="theme" onclick={opens(Open::Theme)}>{ symbol(Icon::Theme) }</button>
                <button type="button" class="tool menu" aria-label="Menu" title="Menu" disabled={!live}
                    data-action="menu" onclick={opens(Open::Menu)}>{ symbol(Icon::Menu) }</button>
            </header>
            { sheet(&open, &places, &context, chapter) }
        </>
    }
}

/// The reader's own network; where it is not the default, that is said, and one click resets it.
fn network(context: &SettingsContext, live: bool, onclick: Callback<MouseEvent>) -> Html {
    let network = &context.settings.network;
    let own = *network != Network::default();
    let reset = setter(context).reform(|_: MouseEvent| Network::default());
    html! {
        <>
            <button type="button" class={classes!("net", own.then_some("own"))} disabled={!live}
                data-action="network" {onclick}>
                <span>{ "My network" }</span><b>{ network.words() }</b>
            </button>
            // Its room is kept, so that nothing moves when the settings have been read.
            <button type="button" class={classes!("reset-net", (!own).then_some("idle"))} disabled={!own}
                aria-label="My network is not the usual one: reset it" data-action="reset-network" onclick={reset}>
                <span>{ "Changed. " }</span><u>{ "Reset" }</u>
            </button>
        </>
    }
}

/// A link of the bar: where to, its name, whether the reader is there, how much waits there.
type Place = (Route, &'static str, bool, Option<usize>);

fn places(course: &Course, here: &Route, due: usize) -> Vec<Place> {
    let quiz = course.quizzes.first().map(|quiz| quiz.id.clone());
    let mut places = vec![
        (Route::Home, "Course", matches!(here, Route::Home | Route::Chapter { .. }), None),
        (Route::Cards, "Review", matches!(here, Route::Cards), Some(due)),
    ];
    places.extend(
        quiz.map(|id| (Route::Quiz { id }, "Quiz", matches!(here, Route::Quiz { .. }), None)),
    );
    let index = matches!(here, Route::Learn { .. } | Route::Scenarios);
    places.push((Route::Scenarios, "Scenarios", index, None));
    places
}

fn link((to, name, here, waiting): &Place) -> Html {
    let current = here.then_some(AttrValue::Static("page"));
    html! {
        <Anchor to={to.clone()} {current}>
            { *name }
            if let Some(waiting) = waiting {
                // Its room is kept, so that nothing moves when the log has been read.
                <span class="count">
                    if *waiting > 0 { { format!(" {waiting}") }<span class="sr">{ " due" }</span> }
                </span>
            }
        </Anchor>
    }
}

fn sheet(
    open: &UseStateHandle<Option<Open>>,
    places: &[Place],
    context: &SettingsContext,
    chapter: Option<String>,
) -> Html {
    let close = {
        let open = open.clone();
        Callback::from(move |()| open.set(None))
    };
    let shut = {
        let open = open.clone();
        Callback::from(move |_: MouseEvent| open.set(None))
    };
    let shut_map = shut.clone();
    let to_network = {
        let open = open.clone();
        Callback::from(move |_: MouseEvent| open.set(Some(Open::Network)))
    };
    match **open {
        None => html! {},
        Some(Open::Search) => html! { <Search key="search" on_close={close} /> },
        Some(Open::Network) => html! {
            <Sheet key="network" title="My network" narrow={true} on_close={close}>{ network_form(context) }</Sheet>
        },
        Some(Open::Theme) => html! {
            <Sheet key="theme" title="Settings" narrow={true} on_close={close}>
                <h3>{ "Theme" }</h3>
                { theme_form(context) }
                { reading_form(context) }
            </Sheet>
        },
        Some(Open::Menu) => html! {
            <Sheet key="menu" title="Menu" narrow={true} on_close={close}>
                <nav class="menu-sheet" aria-label="Menu" onclick={shut}>{ for places.iter().map(link) }</nav>
                <div class="menu-sheet"><button type="button" onclick={to_network}>{ "My network" }</button></div>
                if let Some(id) = chapter {
                    <div onclick={shut_map}><Rail {id} /></div>
                }
            </Sheet>
        },
    }
}

/// The first thing that the keyboard reaches.
fn skip_link() -> Html {
    let onclick = Callback::from(|event: MouseEvent| {
        event.prevent_default();
        crate::app::arrival::focus_main();
    });
    html! { <a class="skip" href="#main" {onclick}>{ "Skip to the text" }</a> }
}

/// The mark: one message from lane to lane, and back.
fn mark() -> Html {
    html! {
        <svg width="22" height="20" viewBox="0 0 22 20" aria-hidden="true">
            <path d="M2 1v18M20 1v18" opacity=".45" />
            <path d="m2 3 18 7-18 7" />
        </svg>
    }
}
