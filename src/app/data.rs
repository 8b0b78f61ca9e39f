//! The data of a page: given with the page at first, fetched when the reader goes on.

use serde::{Deserialize, Serialize};

/// What a page needs besides the engine. The site build writes it into the page as JSON.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageData {}
