//! Hands the learner's log to every page.

use std::rc::Rc;

use gloo::events::EventListener;
use yew::prelude::*;

use super::keeper::Keeper;

/// The learner's log, as a component sees it. A new value comes with every change.
#[derive(Clone, Debug)]
pub(crate) struct Study {
    keeper: Rc<Keeper>,
    version: u32,
}

impl PartialEq for Study {
    fn eq(&self, other: &Self) -> bool {
        self.version == other.version && Rc::ptr_eq(&self.keeper, &other.keeper)
    }
}

impl core::ops::Deref for Study {
    type Target = Rc<Keeper>;

    fn deref(&self) -> &Rc<Keeper> {
        &self.keeper
    }
}

impl Study {
    /// Changes with every change of the log.
    pub(crate) const fn version(&self) -> u32 {
        self.version
    }
}

/// Counts changes.
#[derive(Debug, Default)]
struct Version(u32);

impl Reducible for Version {
    type Action = ();

    fn reduce(self: Rc<Self>, (): ()) -> Rc<Self> {
        Rc::new(Self(self.0.wrapping_add(1)))
    }
}

/// What stands inside.
#[derive(Clone, Debug, PartialEq, Properties)]
pub(crate) struct StudyProps {
    pub(crate) children: Html,
}

/// Reads the log once the page is awake, and again whenever the reader comes back to it
/// or another tab writes.
#[component]
pub(crate) fn StudyProvider(props: &StudyProps) -> Html {
    let version = use_reducer(Version::default);
    let keeper = {
        let changed = version.dispatcher();
        use_memo((), move |()| Keeper::new(Callback::from(move |()| changed.dispatch(()))))
    };
    {
        let keeper = Rc::clone(&keeper);
        use_effect_with((), move |()| {
            keeper.open();
            let listeners = web_sys::window().map(|window| {
                let hear = |target: &web_sys::EventTarget, event| {
                    let keeper = Rc::clone(&keeper);
                    EventListener::new(target, event, move |_| keeper.reread())
                };
                let document = gloo::utils::document();
                // `storage` comes when another tab has written.
                [
                    hear(&window, "focus"),
                    hear(&window, "storage"),
                    hear(&document, "visibilitychange"),
                ]
            });
            move || drop(listeners)
        });
    }
    let study = Study { keeper, version: version.0 };
    html! { <ContextProvider<Study> context={study}>{ props.children.clone() }</ContextProvider<Study>> }
}

/// The learner's log.
///
/// Outside of [`StudyProvider`] (an embedded diagram) it is empty and not stored.
#[hook]
pub(crate) fn use_study() -> Study {
    let shared = use_context::<Study>();
    let lonely = use_memo((), |()| Keeper::new(Callback::noop()));
    shared.unwrap_or(Study { keeper: lonely, version: 0 })
}
