//! The whole application: history, shared state, and which page is shown.

use yew::prelude::*;
use yew_router::history::{AnyHistory, BrowserHistory, History, MemoryHistory};
use yew_router::{Router, Switch};

use super::components::bar::Bar;
use super::data::Sent;
use super::pages;
use super::route::Route;
use super::site::Site;
use super::study::StudyProvider;

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
    {
        let live = live.setter();
        use_effect_with((), move |()| live.set(true));
    }
    let history = use_memo((), |()| history(props));
    let site = Site { base: props.base.clone(), live: *live };
    html! {
        <ContextProvider<Site> context={site}>
            <ContextProvider<Sent> context={props.sent.clone()}>
                <StudyProvider>
                    <Router history={(*history).clone()} basename={props.base.clone()}>
                        <Shell />
                    </Router>
                </StudyProvider>
            </ContextProvider<Sent>>
        </ContextProvider<Site>>
    }
}

fn history(props: &RootProps) -> AnyHistory {
    props.path.as_ref().map_or_else(
        || AnyHistory::Browser(BrowserHistory::new()),
        |path| {
            let history = MemoryHistory::new();
            history.replace(format!("{}{path}", props.base));
            AnyHistory::Memory(history)
        },
    )
}

/// The page with what surrounds it.
#[component]
fn Shell() -> Html {
    html! {
        <>
            <Bar />
            <Switch<Route> render={page} />
        </>
    }
}

fn page(route: Route) -> Html {
    match route {
        Route::Home => html! { <pages::Home /> },
        Route::Cards => html! { <pages::Cards /> },
        _ => html! { <pages::NotFound /> },
    }
}
