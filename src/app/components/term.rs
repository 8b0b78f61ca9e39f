//! Words of the glossary, explained in place.

use yew::prelude::*;

use super::prose::Text;
use crate::app::site::use_site;
use crate::content::types::Term;

/// The terms that a page links.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Terms(pub(crate) std::rc::Rc<Vec<Term>>);

/// A word of the glossary.
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct TermWordsProps {
    pub(crate) id: AttrValue,
    pub(crate) children: Html,
}

/// A word of the glossary; it opens its explanation behind itself.
#[component]
pub(crate) fn TermWords(props: &TermWordsProps) -> Html {
    let live = use_site().live;
    let open = use_state(|| false);
    let terms = use_context::<Terms>().unwrap_or_default();
    let Some(term) = terms.0.iter().find(|term| term.id == *props.id) else {
        return props.children.clone();
    };
    let onclick = {
        let open = open.clone();
        Callback::from(move |_: MouseEvent| open.set(!*open))
    };
    let name = match &term.short {
        Some(short) => format!("{} ({short})", term.name),
        None => term.name.clone(),
    };
    html! {
        <>
            <button type="button" class="term" aria-expanded={open.to_string()} disabled={!live}
                data-term={props.id.clone()} {onclick}>{ props.children.clone() }</button>
            if *open {
                <span class="gloss" role="note"><b>{ name }</b>{ " " }<Text nodes={term.text.clone()} /></span>
            }
        </>
    }
}
