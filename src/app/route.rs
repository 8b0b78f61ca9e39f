//! The addresses of the site.

/// A page of the site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// What this is, and the course: `/`.
    Home,
    /// A chapter: `/course/<id>`.
    Chapter {
        /// The chapter's name.
        id: String,
    },
    /// Every scenario: `/learn`.
    Scenarios,
    /// The full player: `/learn/<scenario>`.
    Learn {
        /// The scenario's name.
        scenario: String,
    },
    /// The review of cards: `/cards`.
    Cards,
    /// How true is this: `/truth`.
    Truth,
    /// The glossary: `/glossary`.
    Glossary,
    /// A quiz: `/quiz/<id>`.
    Quiz {
        /// The quiz's name.
        id: String,
    },
    /// A diagram for other people's pages: `/embed/<scenario>`.
    Embed {
        /// The scenario's name.
        scenario: String,
    },
    /// Any other address.
    NotFound,
}

impl Route {
    /// The page at a path behind the site's base; a slash at its end changes nothing.
    pub fn of_path(path: &str) -> Self {
        let path = path.trim_matches('/');
        let (kind, name) = path.split_once('/').unwrap_or((path, ""));
        let (id, known) = (name.to_owned(), !name.is_empty() && !name.contains('/'));
        match (kind, known) {
            ("", _) => Self::Home,
            ("cards", _) if name.is_empty() => Self::Cards,
            ("truth", _) if name.is_empty() => Self::Truth,
            ("glossary", _) if name.is_empty() => Self::Glossary,
            ("learn", _) if name.is_empty() => Self::Scenarios,
            ("course", true) => Self::Chapter { id },
            ("learn", true) => Self::Learn { scenario: id },
            ("quiz", true) => Self::Quiz { id },
            ("embed", true) => Self::Embed { scenario: id },
            _ => Self::NotFound,
        }
    }

    /// Its path behind the site's base, without a slash at its end.
    pub fn to_path(&self) -> String {
        match self {
            Self::Home => "/".to_owned(),
            Self::Chapter { id } => ["/course/", id].concat(),
            Self::Learn { scenario } => ["/learn/", scenario].concat(),
            Self::Cards => "/cards".to_owned(),
            Self::Glossary => "/glossary".to_owned(),
            Self::Truth => "/truth".to_owned(),
            Self::Scenarios => "/learn".to_owned(),
            Self::Quiz { id } => ["/quiz/", id].concat(),
            Self::Embed { scenario } => ["/embed/", scenario].concat(),
            Self::NotFound => "/404".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Route;

    #[test]
    fn every_page_is_found_at_its_path() {
        let name = || "tcp-open".to_owned();
        for route in [
            Route::Home,
            Route::Chapter { id: name() },
            Route::Learn { scenario: name() },
            Route::Cards,
            Route::Glossary,
            Route::Truth,
            Route::Scenarios,
            Route::Quiz { id: name() },
            Route::Embed { scenario: name() },
            Route::NotFound,
        ] {
            let path = route.to_path();
            assert_eq!(Route::of_path(&path), route, "{path}");
            assert_eq!(Route::of_path(&format!("{path}/")), route, "{path}/");
        }
    }

    #[test]
    fn any_other_path_is_no_page() {
        for path in ["/course", "/course/a/b", "/cards/x", "/lern/tcp-open", "/Cards", "/404.html"]
        {
            assert_eq!(Route::of_path(path), Route::NotFound, "{path}");
        }
    }
}
