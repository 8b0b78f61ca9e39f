//! Hands the learner's log to every component: there is one in a program, and it is read when the
//! first component asks for it.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo::events::EventListener;
use yew::prelude::*;

use super::keeper::Keeper;
use crate::app::due;

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

thread_local! {
    static KEEPER: Rc<Keeper> = Rc::new(Keeper::new(Callback::from(|()| changed())));
    /// Counts changes.
    static VERSION: Cell<u32> = const { Cell::new(0) };
    /// Who wants to hear of changes, each under a number.
    static LISTENERS: RefCell<Vec<(u32, Callback<()>)>> = const { RefCell::new(Vec::new()) };
    static OPENED: Cell<bool> = const { Cell::new(false) };
}

/// The learner's log.
#[hook]
pub(crate) fn use_study() -> Study {
    let update = use_force_update();
    let version = VERSION.get();
    use_effect_with((), move |()| {
        open();
        let number = VERSION.get().wrapping_add(1);
        let number = LISTENERS.with_borrow_mut(|listeners| {
            let number = listeners.last().map_or(number, |(last, _)| last.wrapping_add(1));
            let update = update.clone();
            listeners.push((number, Callback::from(move |()| update.force_update())));
            number
        });
        if VERSION.get() != version {
            update.force_update();
        }
        move || LISTENERS.with_borrow_mut(|all| all.retain(|(other, _)| *other != number))
    });
    Study { keeper: KEEPER.with(Rc::clone), version }
}

/// Reads the log once, and again whenever the reader comes back to the page or another tab writes.
fn open() {
    if OPENED.replace(true) {
        return;
    }
    let keeper = KEEPER.with(Rc::clone);
    keeper.open();
    let hear = |target: &web_sys::EventTarget, event| {
        let keeper = Rc::clone(&keeper);
        EventListener::new(target, event, move |_| keeper.reread()).forget();
    };
    // `storage` comes when another tab has written.
    hear(&gloo::utils::window(), "focus");
    hear(&gloo::utils::window(), "storage");
    hear(&gloo::utils::document(), "visibilitychange");
}

/// Tells everybody, the bar of the page as well.
fn changed() {
    VERSION.set(VERSION.get().wrapping_add(1));
    KEEPER.with(|keeper| {
        if let Some(days) = keeper.desk().due_days() {
            due::keep(&days);
        }
    });
    for (_, listener) in LISTENERS.with_borrow(Clone::clone) {
        listener.emit(());
    }
}
