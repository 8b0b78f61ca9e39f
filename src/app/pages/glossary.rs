//! The glossary: every term of the course, in the order of the alphabet.

use yew::prelude::*;

use crate::app::arrival::use_title;
use crate::app::components::loading::waiting;
use crate::app::components::prose::Text;
use crate::app::data::{Load, use_glossary};
use crate::app::site::use_site;
use crate::content::types::Term;

/// The glossary.
#[component]
pub(crate) fn Glossary() -> Html {
    use_title("Glossary");
    let base = use_site().base;
    match use_glossary() {
        Load::Ready(terms) => html! {
            <main id="main" class="page glossary" tabindex="-1">
                <h1>{ "Glossary" }</h1>
                <p class="lead">{ format!("{} terms. Chapters explain them in place; here they are all.", terms.len()) }</p>
                <dl>{ for terms.iter().map(|term| entry(term, &base)) }</dl>
            </main>
        },
        Load::Waiting => waiting(),
        Load::Failed(message) => html! {
            <main id="main" class="page" tabindex="-1">
                <h1>{ "The glossary did not come" }</h1>
                <p role="alert">{ message }</p>
            </main>
        },
    }
}

fn entry(term: &Term, base: &str) -> Html {
    html! {
        <div class="term-entry" id={term.id.clone()} key={term.id.clone()}>
            <dt>
                { term.name.clone() }
                if let Some(short) = &term.short { <span>{ short.clone() }</span> }
            </dt>
            <dd>
                <Text nodes={term.text.clone()} />
                if let Some(see) = &term.see {
                    { " " }<a href={format!("{base}/{}", see.href())}>{ "Watch it" }<span class="sr">{ format!(": {}", term.name) }</span></a>
                }
            </dd>
        </div>
    }
}
