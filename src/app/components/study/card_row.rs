//! A card between the paragraphs of a chapter: turn it over, judge it, and it is learned.

use yew::prelude::*;

use super::card::{CardProps, card_view};
use super::grades::{GradesProps, grades};
use crate::app::site::use_site;
use crate::app::study::clock::now;
use crate::app::study::review::Act;
use crate::app::study::{items, use_study};
use crate::content::types::Card;
use crate::study::Grade;
use crate::study::Moment;
use crate::study::log::Log;
use crate::study::session::{Session, Settings, Turn};

/// Cards of a deck in a chapter.
pub(crate) fn card_rows(cards: &[Card]) -> Html {
    html! {
        <div class="inline-cards">
            { for cards.iter().map(|card| html! { <CardRow key={card.id.clone()} card={card.clone()} /> }) }
        </div>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct CardRowProps {
    card: Card,
}

/// How far the reader is with a card.
#[derive(Clone, Debug, Default, PartialEq)]
struct Turned {
    shown: bool,
    typed: String,
    /// When the answer was asked for, after how many milliseconds.
    said: Option<String>,
}

#[component]
fn CardRow(props: &CardRowProps) -> Html {
    let site = use_site();
    let study = use_study();
    let turned = use_state(Turned::default);
    let (question, field, main) = (use_node_ref(), use_node_ref(), use_node_ref());
    let own = use_memo(props.card.clone(), |card| items(core::iter::once(card)));
    {
        let (study, own) = (study.clone(), own.clone());
        use_effect_with(own, move |own| study.know(own));
    }
    let turn = if turned.shown { study.desk().session().turn(&props.card.id, now()) } else { None };
    let turn = turn.or_else(|| first_turn(&own));
    let act = {
        let (study, turned, card) = (study.clone(), turned.clone(), props.card.id.clone());
        let turn = turn.clone();
        Callback::from(move |act: Act| match act {
            Act::Show => turned.set(Turned { shown: true, ..(*turned).clone() }),
            Act::Type(typed) => turned.set(Turned { typed, ..(*turned).clone() }),
            Act::Grade(grade) => {
                let back = back_in(turn.as_ref(), grade);
                study.with(|session| vec![session.answer(now(), &card, grade, 0).entry]);
                turned.set(Turned { said: Some(back), ..(*turned).clone() });
            }
            _ => {}
        })
    };
    let view = CardProps {
        turn: String::new(),
        card: props.card.clone(),
        shown: turned.shown,
        typed: turned.typed.clone().into(),
        live: site.live,
        id: format!("card-{}", props.card.id.replace(['.', '/'], "-")).into(),
        question,
        field,
        act: act.clone(),
        changed: false,
    };
    html! {
        <div class="card-row">
            { card_view(&view) }
            if let Some(said) = &turned.said {
                <p class="said" role="status">{ said.clone() }</p>
            } else if let Some(turn) = turn {
                { grades(&GradesProps { turn, shown: turned.shown, live: site.live, act, main, likely: Grade::Good }) }
            }
        </div>
    }
}

/// The buttons of a card that was never seen.
fn first_turn(own: &[crate::study::session::Item]) -> Option<Turn> {
    let session = Session::new(own.to_vec(), Settings::default(), "first", Log::default());
    session.next(Moment { ms: 0, zone: 0 })
}

fn back_in(turn: Option<&Turn>, grade: Grade) -> String {
    let button = turn.and_then(|turn| turn.buttons.iter().find(|button| button.grade == grade));
    button.map_or_else(String::new, |button| {
        format!("{}. The review brings it back in {}.", grade.label(), button.interval)
    })
}
