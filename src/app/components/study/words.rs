//! The words of cards and questions.

use yew::prelude::*;

use crate::app::components::prose::Text;
use crate::content::types::Node;

/// How a text is shown.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Words<'a> {
    /// Whether blanks show what they hide.
    pub(crate) filled: bool,
    /// Whether something in it may be pressed: not inside a label, a button or a summary.
    pub(crate) links: bool,
    /// The values that a question has drawn.
    pub(crate) values: &'a [(String, u64)],
}

/// Plain reading text.
pub(crate) const PLAIN: Words<'static> = Words { filled: true, links: true, values: &[] };

impl Words<'_> {
    /// The same with nothing to press.
    pub(crate) const fn unlinked(self) -> Self {
        Self { links: false, ..self }
    }

    /// The text on the page.
    pub(crate) fn show(&self, nodes: &[Node]) -> Html {
        html! {
            <Text nodes={nodes.to_vec()} shown={self.filled} links={self.links}
                values={self.values.to_vec()} />
        }
    }
}
