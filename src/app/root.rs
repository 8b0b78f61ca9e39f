//! The whole application: history, shared state, and which page is shown.

use yew::prelude::*;

use super::components::bar::Bar;
use super::components::foot::foot;
use super::components::links::use_links;
use super::data::Sent;
use super::pages;
use super::parts::parts;
use super::route::Route;
use super::settings::{Settings, SettingsContext};
use super::site::Site;
use super::way::{Way, use_address, use_way};

/// What the application starts from.
#[derive(Clone, Debug, PartialEq, Properties)]
pub(crate) struct RootProps {
    /// The path before every route.
    pub(crate) base: AttrValue,
    /// The path to show; without it, the browser's address.
    pub(crate) path: Option<AttrValue>,
    /// The data of the first page.
    pub(crate) sent: Sent,
}

/// The whole application.
#[component]
pub(crate) fn Root(props: &RootProps) -> Html {
    let live = use_state(|| false);
    let settings = use_state(Settings::default);
    {
        let (live, settings) = (live.setter(), settings.setter());
        // The first picture is the one that was sent; what is the reader's comes with the second.
        use_effect_with((), move |()| {
            settings.set(Settings::load());
            live.set(true);
        });
    }
    let set = {
        let settings = settings.setter();
        Callback::from(move |new: Settings| {
            new.save();
            settings.set(new);
            super::browser_facts::tell(super::settings::CHANGED);
        })
    };
    let settings = SettingsContext { settings: (*settings).clone(), set };
    let way = use_address(props.base.clone(), props.path.clone());
    let site = Site { base: props.base.clone(), live: *live };
    html! {
        <ContextProvider<Site> context={site}>
            <ContextProvider<SettingsContext> context={settings}>
                <ContextProvider<Sent> context={props.sent.clone()}>
                    <ContextProvider<Way> context={way}>
                        <Shell />
                    </ContextProvider<Way>>
                </ContextProvider<Sent>>
            </ContextProvider<SettingsContext>>
        </ContextProvider<Site>>
    }
}

/// The page with what surrounds it.
#[component]
fn Shell() -> Html {
    let route = use_way().map_or(Route::NotFound, |way| way.route());
    let onclick = use_links();
    super::arrival::use_arrival(&route);
    if let Route::Embed { scenario } = route {
        let key = scenario.clone();
        return html! { <pages::Embed {key} {scenario} /> };
    }
    html! {
        <div class="site" {onclick}>
            <Bar route={route.clone()} />
            { page(route) }
            { foot() }
        </div>
    }
}

fn page(route: Route) -> Html {
    if let Some(page) = parts().and_then(|parts| (parts.page)(&route)) {
        return page;
    }
    match route {
        Route::Home => html! { <pages::Home /> },
        Route::Truth => html! { <pages::Truth /> },
        Route::Glossary => html! { <pages::Glossary /> },
        Route::Scenarios => html! { <pages::Scenarios /> },
        Route::Chapter { id } => {
            let key = id.clone();
            html! { <pages::Chapter {key} {id} /> }
        }
        Route::Learn { scenario } => {
            let key = scenario.clone();
            html! { <pages::Learn {key} {scenario} /> }
        }
        _ => html! { <pages::NotFound /> },
    }
}
