//! What the words and the diagrams of a page tell each other.

use std::rc::Rc;

use yew::prelude::*;

/// Where a diagram's playhead stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Place {
    /// The step it is at or has passed last.
    pub(crate) step: Option<String>,
    /// The times of the run's steps, in nanoseconds.
    pub(crate) times: Rc<Vec<(&'static str, u64)>>,
}

impl Place {
    /// When a step happens in the run as the reader has set it.
    pub(crate) fn time(&self, step: &str) -> Option<u64> {
        self.times.iter().find(|(name, _)| *name == step).map(|(_, at)| *at)
    }
}

/// All diagrams of a page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Board {
    places: Vec<(String, Place)>,
    /// The last jump that was asked for, and how many there were.
    jump: Option<(String, String)>,
    jumps: u32,
}

/// What changes the board.
#[derive(Clone, Debug)]
pub(crate) enum Notice {
    /// A diagram's playhead stands somewhere else.
    Stands(String, Place),
    /// Words ask a diagram to go to a step.
    Jump(String, String),
}

impl Board {
    fn place(&self, id: &str) -> Option<&Place> {
        self.places.iter().find(|(known, _)| known == id).map(|(_, place)| place)
    }
}

impl Reducible for Board {
    type Action = Notice;

    fn reduce(self: Rc<Self>, notice: Notice) -> Rc<Self> {
        match notice {
            Notice::Stands(id, place) => {
                if self.place(&id) == Some(&place) {
                    return self;
                }
                let mut board = (*self).clone();
                board.places.retain(|(known, _)| *known != id);
                board.places.push((id, place));
                board.into()
            }
            Notice::Jump(id, step) => {
                let mut board = (*self).clone();
                board.jump = Some((id, step));
                board.jumps += 1;
                board.into()
            }
        }
    }
}

/// A page's board; a page without one has no diagrams that words could move.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Moments(pub(crate) Option<UseReducerHandle<Board>>);

impl Moments {
    /// Whether the page has this diagram and it answers.
    pub(crate) fn has(&self, id: &str) -> bool {
        self.place(id).is_some()
    }

    /// Where a diagram's playhead stands.
    pub(crate) fn place(&self, id: &str) -> Option<&Place> {
        self.0.as_ref().and_then(|board| board.place(id))
    }

    /// Asks a diagram to go to a step.
    pub(crate) fn jump(&self, id: &str, step: &str) {
        if let Some(board) = &self.0 {
            board.dispatch(Notice::Jump(id.to_owned(), step.to_owned()));
        }
    }

    /// Says where a diagram's playhead stands.
    pub(crate) fn stands(&self, id: &str, place: Place) {
        if let Some(board) = &self.0 {
            board.dispatch(Notice::Stands(id.to_owned(), place));
        }
    }

    /// The last jump for a diagram with its number, so that the same jump twice is two.
    pub(crate) fn jump_for(&self, id: &str) -> Option<(u32, String)> {
        let board = self.0.as_ref()?;
        let (wanted, step) = board.jump.as_ref()?;
        (wanted == id).then(|| (board.jumps, step.clone()))
    }
}

/// The page's board.
#[hook]
pub(crate) fn use_moments() -> Moments {
    use_context::<Moments>().unwrap_or_default()
}
