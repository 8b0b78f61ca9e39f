//! Keeps the log: reads the store when the page wakes up, and writes every deed to it in order.

use std::cell::{Cell, Ref, RefCell};
use std::rc::Rc;

use wasm_bindgen_futures::spawn_local;
use yew::Callback;

use super::clock::now;
use super::desk::{Desk, Imported, Keeping};
use crate::app::storage::{Store, Trouble, persist, set_setting, setting};
use crate::json;
use crate::study::log::{Deed, Entry, store_key};
use crate::study::session::{Item, Session, Settings};

/// The name under which the settings are kept.
const SETTINGS: &str = "study";

/// The name of the line written last. The browser tells every other tab of a change of it, which
/// then looks into the store.
const WRITTEN: &str = "written";

/// The log, its store, and who is told when something changed.
#[derive(Debug)]
pub(crate) struct Keeper {
    desk: RefCell<Desk>,
    store: RefCell<Option<Rc<Store>>>,
    writing: Cell<bool>,
    changed: Callback<()>,
}

impl Keeper {
    /// A keeper that has not read anything yet.
    pub(crate) fn new(changed: Callback<()>) -> Self {
        Self {
            desk: RefCell::new(Desk::new(Settings::default())),
            store: RefCell::new(None),
            writing: Cell::new(false),
            changed,
        }
    }

    /// The log as it is now. Not to be held over a change.
    pub(crate) fn desk(&self) -> Ref<'_, Desk> {
        self.desk.borrow()
    }

    /// Takes cards into the session that it does not know yet.
    pub(crate) fn know(&self, items: &[Item]) {
        if self.desk.borrow_mut().know(items) {
            self.changed.emit(());
        }
    }

    /// Does something with the session and stores what it returns.
    pub(crate) fn with(self: &Rc<Self>, work: impl FnOnce(&mut Session) -> Vec<Entry>) {
        self.desk.borrow_mut().with(work);
        self.changed.emit(());
        self.write();
    }

    /// Records a deed that belongs to no card.
    pub(crate) fn record(self: &Rc<Self>, deed: Deed) {
        self.desk.borrow_mut().record(deed, now());
        self.changed.emit(());
        self.write();
    }

    /// Other settings, kept for the next visit.
    pub(crate) fn set_settings(&self, settings: Settings) {
        self.desk.borrow_mut().set_settings(settings);
        set_setting(SETTINGS, &settings.json());
        self.changed.emit(());
    }

    /// Reads the store.
    pub(crate) fn open(self: &Rc<Self>) {
        let settings = setting(SETTINGS).and_then(|text| json::read(&text).ok());
        if let Some(settings) = settings {
            self.desk.borrow_mut().set_settings(settings);
        }
        let keeper = Rc::clone(self);
        spawn_local(async move {
            match read().await {
                Ok((store, device, lines)) => {
                    *keeper.store.borrow_mut() = Some(Rc::new(store));
                    keeper.desk.borrow_mut().opened(&device, &lines);
                }
                Err(Trouble::Newer) => keeper.desk.borrow_mut().newer(),
                Err(_) => keeper.desk.borrow_mut().unstored(),
            }
            keeper.changed.emit(());
            keeper.write();
        });
    }

    /// Reads the store again: another tab may have written.
    pub(crate) fn reread(self: &Rc<Self>) {
        let Some(store) = self.ready() else { return };
        let keeper = Rc::clone(self);
        spawn_local(async move {
            let Ok(lines) = store.lines().await else { return };
            let news = keeper.desk.borrow_mut().reread(&lines);
            if news {
                keeper.changed.emit(());
            }
        });
    }

    /// Takes in a file, and stores what is new in it.
    pub(crate) fn import(self: &Rc<Self>, text: &str) -> Imported {
        let imported = self.desk.borrow_mut().import(text);
        self.changed.emit(());
        if let Some(store) = self.ready() {
            let (keeper, lines) = (Rc::clone(self), imported.lines.clone());
            spawn_local(async move {
                if store.put(&lines).await.is_err() {
                    keeper.desk.borrow_mut().broken();
                    keeper.changed.emit(());
                }
            });
        }
        imported
    }

    /// Asks the browser to keep the store for good.
    pub(crate) fn persist(&self) {
        if self.desk.borrow().keeping() == Keeping::Stored {
            spawn_local(persist());
        }
    }

    fn ready(&self) -> Option<Rc<Store>> {
        let stored = self.desk.borrow().keeping() == Keeping::Stored;
        self.store.borrow().clone().filter(|_| stored)
    }

    /// Writes what waits, one line after the other.
    fn write(self: &Rc<Self>) {
        if self.writing.get() || self.desk.borrow().next_line().is_none() {
            return;
        }
        self.writing.set(true);
        let keeper = Rc::clone(self);
        spawn_local(async move {
            keeper.write_all().await;
            keeper.writing.set(false);
        });
    }

    async fn write_all(&self) {
        let mut reopened = false;
        loop {
            let Some(line) = self.desk.borrow().next_line() else { return };
            let Some(store) = self.store.borrow().clone() else { return };
            match store.add(&line).await {
                Ok(()) => {
                    reopened = false;
                    self.desk.borrow_mut().stored();
                    set_setting(WRITTEN, &store_key(&line));
                }
                Err(Trouble::Taken) if self.catch_up(&store).await => self.changed.emit(()),
                // Browsers close connections of pages that slept; a new one usually opens.
                Err(Trouble::Failed) if !reopened => {
                    reopened = true;
                    if let Ok(store) = Store::open().await {
                        *self.store.borrow_mut() = Some(Rc::new(store));
                    }
                }
                Err(_) => {
                    self.desk.borrow_mut().broken();
                    self.changed.emit(());
                    return;
                }
            }
        }
    }

    /// Another tab has written under our numbers. False if that could not be settled.
    async fn catch_up(&self, store: &Store) -> bool {
        let Ok(lines) = store.lines().await else { return false };
        let moved = self.desk.borrow_mut().taken(&lines);
        if moved {
            return true;
        }
        let Ok(device) = store.rename_device().await else { return false };
        self.desk.borrow_mut().renamed(&device, &lines);
        true
    }
}

async fn read() -> Result<(Store, String, Vec<String>), Trouble> {
    let store = Store::open().await?;
    let device = store.device().await?;
    let lines = store.lines().await?;
    Ok((store, device, lines))
}
