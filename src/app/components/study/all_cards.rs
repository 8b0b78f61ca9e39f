//! Every card with its answer and its state: to read without script, to look up, and to take
//! back what was put aside.

use yew::prelude::*;

use super::words::{PLAIN, Words};
use crate::app::study::clock::now;
use crate::app::study::{Study, use_study};
use crate::content::types::{Card, Deck, plain_text};
use crate::study::log::Deed;
use crate::study::progress::{CardState, Due};
use crate::study::{Day, days_text};

/// Every card.
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct AllCardsProps {
    pub(crate) decks: std::rc::Rc<Vec<Deck>>,
    /// The day; none before the page is awake.
    pub(crate) today: Option<Day>,
}

/// Every card, deck by deck, folded.
#[component]
pub(crate) fn AllCards(props: &AllCardsProps) -> Html {
    let study = use_study();
    let words = PLAIN;
    let states: Vec<CardState> = {
        let desk = study.desk();
        let progress = desk.session().progress();
        props
            .decks
            .iter()
            .flat_map(|deck| &deck.cards)
            .map(|card| progress.card(&card.id))
            .collect()
    };
    let mut states = states.into_iter();
    html! {
        <section class="all-cards" aria-label="All cards">
            { for props.decks.iter().map(|deck| html! {
                <details key={deck.id.clone()}>
                    <summary>{ format!("{}: all {} cards", deck.title, deck.cards.len()) }</summary>
                    <ul>
                        { for deck.cards.iter().map(|card| {
                            let state = states.next().unwrap_or_default();
                            one(card, &state, &words, props.today, &study)
                        }) }
                    </ul>
                </details>
            }) }
        </section>
    }
}

fn one(
    card: &Card,
    state: &CardState,
    words: &Words<'_>,
    today: Option<Day>,
    study: &Study,
) -> Html {
    let toggle = {
        let (study, card, on) = (study.clone(), card.id.clone(), !state.suspended);
        Callback::from(move |_: MouseEvent| {
            let card = card.clone();
            study.with(|session| vec![session.record(now(), Deed::Suspend { card, on })]);
        })
    };
    let question = Words { filled: false, ..*words }.unlinked();
    html! {
        <li key={card.id.clone()} data-card={card.id.clone()}>
            <details>
                <summary>
                    <span class="front">{ question.show(&card.front) }</span>
                    if let Some(today) = today { <span class="state">{ state_text(state, today) }</span> }
                </summary>
                <div class="answer">
                    if card.back.is_empty() { { words.show(&card.front) } }
                    else { <div class="key">{ words.show(&card.back) }</div> }
                    { words.show(&card.explain) }
                    if today.is_some() {
                        <p><button type="button" class="plain" data-act="aside" onclick={toggle}
                            aria-label={label(card, state.suspended)}>
                            { if state.suspended { "Ask it again" } else { "Put it aside" } }
                        </button></p>
                    }
                </div>
            </details>
        </li>
    }
}

/// The whole name of the button, for those who hear it without what stands around it.
fn label(card: &Card, suspended: bool) -> String {
    let front = plain_text(&card.front);
    if suspended { format!("Ask it again: {front}") } else { format!("Put it aside: {front}") }
}

fn state_text(state: &CardState, today: Day) -> String {
    let due = match state.due {
        _ if state.suspended => "put aside".to_owned(),
        _ if state.buried == Some(today) => "buried until tomorrow".to_owned(),
        Due::New => "new".to_owned(),
        Due::At(_) => "being learned".to_owned(),
        Due::On(day) if day <= today => "due".to_owned(),
        Due::On(day) => format!("in {}", days_text(day.since(today))),
    };
    if state.flagged { format!("flagged, {due}") } else { due }
}
