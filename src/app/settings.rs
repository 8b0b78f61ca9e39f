//! Small settings of the reader, kept by the browser.

use yew::prelude::*;

use super::network::Network;
use super::reading::Reading;
use super::storage;

/// The event that tells the other programs of a page of other settings.
pub(crate) const CHANGED: &str = "rt-settings";

/// How the page looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Theme {
    /// As the reader's system.
    #[default]
    Auto,
    /// Ink on paper.
    Light,
    /// For dark rooms.
    Dark,
    /// For lecture halls.
    Projector,
}

impl Theme {
    /// All of them, with their names in `data-theme` and for people.
    pub(crate) const ALL: [(Self, &'static str, &'static str); 4] = [
        (Self::Auto, "auto", "Auto"),
        (Self::Light, "light", "Light"),
        (Self::Dark, "dark", "Dark"),
        (Self::Projector, "projector", "Projector"),
    ];

    /// The theme of this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known, _)| *known == name).map(|(theme, ..)| *theme)
    }

    /// Its name.
    pub(crate) fn name(self) -> &'static str {
        Self::ALL.iter().find(|(theme, ..)| *theme == self).map_or("auto", |(_, name, _)| name)
    }

    /// Puts it on the page.
    pub(crate) fn show(self) {
        let document = web_sys::window().and_then(|window| window.document());
        let Some(root) = document.and_then(|document| document.document_element()) else { return };
        let _ = match self {
            Self::Auto => root.remove_attribute("data-theme"),
            theme => root.set_attribute("data-theme", theme.name()),
        };
    }
}

/// Small settings of the reader.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Settings {
    /// How the page looks.
    pub(crate) theme: Theme,
    /// The reader's own network.
    pub(crate) network: Network,
    /// What has been read.
    pub(crate) reading: Reading,
}

impl Settings {
    /// What the browser kept.
    pub(crate) fn load() -> Self {
        let theme = storage::setting("theme").and_then(|name| Theme::named(&name));
        let network = storage::setting("network").map(|line| Network::parse(&line));
        Self {
            theme: theme.unwrap_or_default(),
            network: network.unwrap_or_default(),
            reading: Reading::load(),
        }
    }

    /// Keeps them, but for the marks of the reading, which other tabs may have changed; where the
    /// browser refuses, they last as long as the page.
    pub(crate) fn save(&self) {
        storage::set_setting("theme", self.theme.name());
        storage::set_setting("network", &self.network.line());
    }
}

/// The settings, and how to change them.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct SettingsContext {
    pub(crate) settings: Settings,
    pub(crate) set: Callback<Settings>,
}

/// The settings.
#[hook]
pub(crate) fn use_settings() -> SettingsContext {
    use_context::<SettingsContext>().unwrap_or_default()
}

/// The reader's own network.
#[hook]
pub(crate) fn use_network() -> Network {
    use_settings().settings.network
}
