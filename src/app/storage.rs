//! The reader's own data in the browser: the only user of its storage.
//!
//! The review log lives in IndexedDB, in the database `roundtrip`: the store `log` holds the
//! lines of [`crate::study::log`], each under its key; the store `meta` the name of this device.
//! A line is added, never put over another, but for lines of a merge. Small settings live in
//! `localStorage`. A browser may refuse either (a private window, a sandboxed frame); nothing
//! here panics then.

use idb::{Database, DatabaseEvent, Error, Factory, ObjectStoreParams, TransactionMode};
use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use crate::study::log::store_key;

const NAME: &str = "roundtrip";
const LOG: &str = "log";
const META: &str = "meta";
const DEVICE: &str = "device";

/// What stands for a record that holds no text: no line of a log begins like this.
const NO_TEXT: &str = "a record that is no text";

/// Why something could not be stored or read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The browser allows no storage here.
    Refused,
    /// What is stored has another make, of a later version of this page.
    Newer,
    /// There is another line under this key.
    Taken,
    /// The storage is there, and this failed: full, closed, or not of our making.
    Failed,
}

/// The open store.
#[derive(Debug)]
pub struct Store {
    database: Database,
}

impl Store {
    /// Opens the store, and makes it on the first visit.
    ///
    /// A store of a newer version of this page is used as far as it is the same.
    ///
    /// # Errors
    /// When the browser refuses, or when what is there is newer or not ours.
    pub async fn open() -> Result<Self, Trouble> {
        let factory = Factory::new().map_err(|_| Trouble::Refused)?;
        // No version is asked for: that opens a newer database too.
        let mut request = factory.open(NAME, None).map_err(|_| Trouble::Refused)?;
        request.on_upgrade_needed(|event| {
            // A store that cannot be made is missed below.
            let Ok(database) = event.database() else { return };
            for name in [LOG, META] {
                let _ = database.create_object_store(name, ObjectStoreParams::new());
            }
        });
        let mut database = request.await.map_err(|_| Trouble::Refused)?;
        let names = database.store_names();
        if ![LOG, META].iter().all(|name| names.iter().any(|known| known == name)) {
            // The first version has all of them, so what was made later is not of this page.
            let newer = database.version().is_ok_and(|version| version > 1);
            database.close();
            return Err(if newer { Trouble::Newer } else { Trouble::Failed });
        }
        // A newer page in another tab may need to change the database: make way for it.
        database.on_version_change(|event| {
            if let Ok(database) = event.database() {
                database.close();
            }
        });
        Ok(Self { database })
    }

    /// The name of this device in the log; made up on the first visit. Two tabs that ask at once
    /// get the same.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn device(&self) -> Result<String, Trouble> {
        let known = self.read_device().await?;
        if let Some(known) = known {
            return Ok(known);
        }
        let made = random_name();
        match self.write(META, &[(DEVICE, &made)], Put::Add).await {
            Ok(()) => Ok(made),
            Err(Trouble::Taken) => Ok(self.read_device().await?.unwrap_or(made)),
            Err(trouble) => Err(trouble),
        }
    }

    async fn read_device(&self) -> Result<Option<String>, Trouble> {
        let transaction = self.database.transaction(&[META], TransactionMode::ReadOnly)?;
        let request = transaction.object_store(META)?.get(JsValue::from(DEVICE))?;
        Ok(request.await?.and_then(|value| value.as_string()))
    }

    /// Gives this device another name: the numbers of the old one are not all known here.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn rename_device(&self) -> Result<String, Trouble> {
        let made = random_name();
        self.write(META, &[(DEVICE, &made)], Put::Over).await?;
        Ok(made)
    }

    /// All lines of the log, in the order of their keys.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn lines(&self) -> Result<Vec<String>, Trouble> {
        let transaction = self.database.transaction(&[LOG], TransactionMode::ReadOnly)?;
        let values = transaction.object_store(LOG)?.get_all(None, None)?.await?;
        let text = |value: JsValue| value.as_string().unwrap_or_else(|| NO_TEXT.to_owned());
        Ok(values.into_iter().map(text).collect())
    }

    /// Adds a line, and waits until it is safe.
    ///
    /// # Errors
    /// [`Trouble::Taken`] when there is a line of its name; when the storage fails.
    pub async fn add(&self, line: &str) -> Result<(), Trouble> {
        self.write(LOG, &[(&store_key(line), line)], Put::Add).await
    }

    /// Puts the lines of a merge, all or none.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn put(&self, lines: &[String]) -> Result<(), Trouble> {
        let keys: Vec<String> = lines.iter().map(|line| store_key(line)).collect();
        let pairs: Vec<(&str, &str)> =
            keys.iter().map(String::as_str).zip(lines.iter().map(String::as_str)).collect();
        self.write(LOG, &pairs, Put::Over).await
    }

    async fn write(&self, store: &str, pairs: &[(&str, &str)], put: Put) -> Result<(), Trouble> {
        if pairs.is_empty() {
            return Ok(());
        }
        let transaction = self.database.transaction(&[store], TransactionMode::ReadWrite)?;
        let store = transaction.object_store(store)?;
        for (key, value) in pairs {
            let (key, value) = (JsValue::from(*key), JsValue::from(*value));
            match put {
                Put::Add => {
                    store.add(&value, Some(&key))?.await?;
                }
                Put::Over => {
                    store.put(&value, Some(&key))?.await?;
                }
            }
        }
        let done = transaction.await?;
        if done.is_committed() { Ok(()) } else { Err(Trouble::Failed) }
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        self.database.close();
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Put {
    Add,
    Over,
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        let name = match &error {
            Error::DomException(exception) => exception.name(),
            Error::TransactionOpenFailed(value) => value
                .dyn_ref::<web_sys::DomException>()
                .map_or_else(String::new, web_sys::DomException::name),
            _ => String::new(),
        };
        match name.as_str() {
            "ConstraintError" => Self::Taken,
            "SecurityError" => Self::Refused,
            "VersionError" => Self::Newer,
            _ => Self::Failed,
        }
    }
}

/// A name that no other device has: 12 letters and digits.
fn random_name() -> String {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    (0..12)
        .map(|_| {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "random() is at least 0 and below 1"
            )]
            let place = (js_sys::Math::random() * 32.0) as usize;
            char::from(LETTERS[place % LETTERS.len()])
        })
        .collect()
}

/// Asks the browser not to clear what is stored when space runs short. What it answers changes
/// nothing for us.
pub async fn persist() {
    let asked = (|| {
        let navigator = Reflect::get(&js_sys::global(), &"navigator".into()).ok()?;
        let storage = Reflect::get(&navigator, &"storage".into()).ok()?;
        let persist =
            Reflect::get(&storage, &"persist".into()).ok()?.dyn_into::<Function>().ok()?;
        persist.call0(&storage).ok()?.dyn_into::<Promise>().ok()
    })();
    if let Some(promise) = asked {
        let _ = JsFuture::from(promise).await;
    }
}

/// A small setting; `None` if it was never set, or if the browser refuses.
pub fn setting(name: &str) -> Option<String> {
    local()?.get_item(&format!("{NAME}.{name}")).ok().flatten()
}

/// Keeps a small setting; `false` if the browser refuses.
pub fn set_setting(name: &str, value: &str) -> bool {
    local().is_some_and(|local| local.set_item(&format!("{NAME}.{name}"), value).is_ok())
}

fn local() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}
