//! The few icons: 20 × 20, drawn with the text's own colour.

use yew::prelude::*;

/// What an icon shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Icon {
    Back,
    Forward,
    Play,
    Pause,
    More,
    FullPage,
    Menu,
    Reset,
    Check,
    Cross,
    Theme,
    Search,
    Close,
}

impl Icon {
    const fn path(self) -> &'static str {
        match self {
            Self::Back => "M12.5 5 7.5 10l5 5",
            Self::Forward => "m7.5 5 5 5-5 5",
            Self::Play => "M7 4.5v11l9-5.5z",
            Self::Pause => "M6 4.5h3v11H6zM11 4.5h3v11h-3z",
            Self::More => "M5 10h.01M10 10h.01M15 10h.01",
            Self::FullPage => "M12 4h4v4M8 16H4v-4M16 4l-5 5M4 16l5-5",
            Self::Menu => "M3 6h14M3 10h14M3 14h14",
            Self::Reset => "M4.5 8A6 6 0 1 1 4 11M4 4v4h4",
            Self::Check => "m4 10.5 4 4 8-9",
            Self::Cross | Self::Close => "m5 5 10 10M15 5 5 15",
            Self::Search => "M13 13l4 4M14.5 8.75a5.75 5.75 0 1 1-11.5 0a5.75 5.75 0 0 1 11.5 0z",
            Self::Theme => "M15.5 12A6.5 6.5 0 0 1 8 4.5a6.5 6.5 0 1 0 7.5 7.5z",
        }
    }

    const fn class(self) -> &'static str {
        match self {
            Self::Play | Self::Pause => "icon solid",
            Self::More => "icon dots",
            Self::Cross => "icon cross",
            _ => "icon",
        }
    }
}

/// An icon; its name is said by what holds it.
pub(crate) fn symbol(icon: Icon) -> Html {
    html! {
        <svg class={icon.class()} viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">
            <path d={icon.path()} />
        </svg>
    }
}
