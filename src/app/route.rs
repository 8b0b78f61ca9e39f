//! The addresses of the site.

use yew_router::Routable;

/// A page of the site.
#[derive(Clone, Debug, PartialEq, Eq, Routable)]
pub enum Route {
    /// What this is, and the course.
    #[at("/")]
    Home,
    /// A chapter.
    #[at("/course/:id")]
    Chapter {
        /// The chapter's name.
        id: String,
    },
    /// The full player.
    #[at("/learn/:scenario")]
    Learn {
        /// The scenario's name.
        scenario: String,
    },
    /// The review of cards.
    #[at("/cards")]
    Cards,
    /// A quiz.
    #[at("/quiz/:id")]
    Quiz {
        /// The quiz's name.
        id: String,
    },
    /// A diagram for other people's pages.
    #[at("/embed/:scenario")]
    Embed {
        /// The scenario's name.
        scenario: String,
    },
    /// Any other address.
    #[not_found]
    #[at("/404")]
    NotFound,
}
