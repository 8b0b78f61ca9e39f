//! The review of cards: one card, one column, nothing that moves.

use std::cell::RefCell;
use std::rc::Rc;

use gloo::events::EventListener;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};
use yew::prelude::*;

use super::acts::{ActsProps, acts};
use super::all_cards::AllCards;
use super::card::{CardProps, card_view};
use super::end::{EndProps, end};
use super::foot::StudyFoot;
use super::grades::{GradesProps, grades};
use super::progress::{ProgressProps, progress};
use super::see::{SeeProps, see};
use super::typed;
use crate::app::components::dialog::Sheet;
use crate::app::site::use_site;
use crate::app::study::clock::now;
use crate::app::study::desk::Keeping;
use crate::app::study::review::{Act, KEYS, Review, act_of_key};
use crate::app::study::{Study, items, use_study};
use crate::content::types::{Card, CardKind, Deck};
use crate::study::log::Log;
use crate::study::session::{Item, Session, Settings};
use crate::study::{Grade, Moment};

/// The cards under review.
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct ReviewDeskProps {
    pub(crate) decks: Rc<Vec<Deck>>,
}

/// What the parts of the page act with.
struct Hands {
    /// The page is awake.
    live: bool,
    act: Callback<Act>,
    places: Rc<Places>,
}

/// The places that the focus goes to.
#[derive(Clone, Default, PartialEq)]
struct Places {
    question: NodeRef,
    field: NodeRef,
    main: NodeRef,
    end: NodeRef,
    aside: NodeRef,
}

/// The review of cards.
#[component]
pub(crate) fn ReviewDesk(props: &ReviewDeskProps) -> Html {
    let site = use_site();
    let study = use_study();
    let items =
        use_memo(props.decks.clone(), |decks| items(decks.iter().flat_map(|deck| &deck.cards)));
    let review = {
        let items = Rc::clone(&items);
        use_mut_ref(move || first_picture(&items))
    };
    let act = use_acting(&study, &review, &items);
    let keys_open = use_state(|| false);
    let on_keys = {
        let keys_open = keys_open.clone();
        Callback::from(move |()| keys_open.set(!*keys_open))
    };
    use_keys(&review, &act, &on_keys, *keys_open);
    let places = use_memo((), |()| Places::default());
    let shown = review.borrow().clone();
    use_focus(&shown, &places);
    let hands = Hands { live: site.live, act: act.clone(), places };
    let awake = site.live && study.desk().keeping() != Keeping::Opening;
    let today = awake.then(|| now().day());
    html! {
        <main id="main" class="study" tabindex="-1">
            <h1 class="sr">{ "Review" }</h1>
            <p class="without-script">
                { "Reviewing needs script. All cards with their answers are in the list below." }
            </p>
            { sitting(props, &shown, &study, awake) }
            { on_screen(props, &shown, &study, &hands) }
            { acts(&ActsProps {
                review: shown.clone(),
                live: site.live,
                explains: explains(props, &shown),
                act: act.clone(),
                on_keys: on_keys.clone(),
            }) }
            { explanation(props, &shown, &hands.places) }
            { leech(&shown, &act) }
            <p role="status" class="said">{ &shown.said }</p>
            <StudyFoot />
            <AllCards decks={props.decks.clone()} {today} />
            if *keys_open { <Sheet title="Keys" narrow={true} on_close={on_keys}>{ keys() }</Sheet> }
        </main>
    }
}

/// What is on the screen before the log is read: the card that a new reader would get.
fn first_picture(items: &[Item]) -> Review {
    let start = Moment { ms: 0, zone: 0 };
    let mut session = Session::new(items.to_vec(), Settings::default(), "first", Log::default());
    let mut review = Review::default();
    review.act(Act::Look, &mut session, start);
    review.asleep()
}

/// How the learner's deeds reach the log; and a look at what is next whenever the log changes.
#[hook]
fn use_acting(study: &Study, review: &Rc<RefCell<Review>>, items: &Rc<Vec<Item>>) -> Callback<Act> {
    let update = use_force_update();
    let act = {
        let (study, review, update) = (study.clone(), Rc::clone(review), update.clone());
        Callback::from(move |act: Act| {
            let was_finished = review.borrow().finished;
            study.with(|session| review.borrow_mut().act(act, session, now()));
            if review.borrow().finished && !was_finished {
                study.persist();
            }
            update.force_update();
        })
    };
    {
        let (study, items) = (study.clone(), Rc::clone(items));
        use_effect_with(items, move |items| study.know(items));
    }
    {
        let (study, review) = (study.clone(), Rc::clone(review));
        let opening = study.desk().keeping() == Keeping::Opening;
        use_effect_with((study.version(), opening), move |(_, opening)| {
            if !opening {
                let before = review.borrow().clone();
                let mut session = study.desk().session().clone();
                review.borrow_mut().act(Act::Look, &mut session, now());
                if before != *review.borrow() {
                    update.force_update();
                }
            }
        });
    }
    act
}

/// The keys of the whole page.
#[hook]
fn use_keys(
    review: &Rc<RefCell<Review>>,
    act: &Callback<Act>,
    on_keys: &Callback<()>,
    keys_open: bool,
) {
    let (review, act, on_keys) = (Rc::clone(review), act.clone(), on_keys.clone());
    use_effect(move || {
        let document = gloo::utils::document();
        let options = gloo::events::EventListenerOptions::enable_prevent_default();
        let listener =
            EventListener::new_with_options(&document, "keydown", options, move |event| {
                let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return };
                if keys_open || event.alt_key() || event.default_prevented() || is_taken(event) {
                    return;
                }
                if event.key() == "?" {
                    event.prevent_default();
                    on_keys.emit(());
                    return;
                }
                let control = event.ctrl_key() || event.meta_key();
                let meant = act_of_key(&review.borrow(), &event.key(), control, event.shift_key());
                // A key that is held down must not answer card after card.
                if let Some(meant) = meant.filter(|_| !event.repeat()) {
                    event.prevent_default();
                    act.emit(meant);
                }
            });
        move || drop(listener)
    });
}

/// Whether a key belongs to the element that has the focus: fields take all, what can be pressed
/// takes Space and Enter.
fn is_taken(event: &KeyboardEvent) -> bool {
    let Some(element) = event.target().and_then(|it| it.dyn_into::<web_sys::Element>().ok()) else {
        return false;
    };
    let press = matches!(event.key().as_str(), " " | "Enter");
    let field = "input:not([type=checkbox]):not([type=file]), textarea, select";
    let pressed = "button, a[href], summary, input, label";
    element.matches(field).unwrap_or(false)
        || press && element.closest(pressed).ok().flatten().is_some()
}

/// Moves the focus with the work: to the main button when the answer is shown, to the question
/// when a new card is put up, to the end when there is none.
#[hook]
fn use_focus(review: &Review, places: &Rc<Places>) {
    let places = Rc::clone(places);
    let followed = use_mut_ref(|| 0_u32);
    let deeds = review.deeds;
    let state = (review.serial, review.shown, review.turn.is_none(), review.explain);
    use_effect_with(state, move |(_, shown, over, explain)| {
        // Only where the reader's own deed has led: a page does not take the focus by itself.
        if followed.replace(deeds) == deeds {
            return;
        }
        let place = match (over, shown) {
            (true, _) => &places.end,
            _ if *explain => &places.aside,
            (false, true) => &places.main,
            (false, false) if places.field.get().is_some() => &places.field,
            (false, false) => &places.question,
        };
        if let Some(element) = place.cast::<HtmlElement>() {
            // An element that cannot take it is left alone.
            let _ = element.focus();
        }
    });
}

/// How far the day's work is.
fn sitting(props: &ReviewDeskProps, review: &Review, study: &Study, awake: bool) -> Html {
    let desk = study.desk();
    let session = desk.session();
    let deck = review.turn.as_ref().and_then(|turn| deck_of(props, &turn.card));
    let title = deck.map_or_else(|| "Review".to_owned(), |deck| deck.title.clone());
    let (done, left) = if awake {
        let left = session.left(now());
        (session.progress().day(now().day()).answers, left.learning + left.due + left.new)
    } else {
        let cards = props.decks.iter().map(|deck| deck.cards.len()).sum::<usize>();
        (0, u32::try_from(cards).unwrap_or(u32::MAX).min(Settings::default().new_per_day))
    };
    let all = done + left;
    let now_at = done + u32::from(left > 0);
    progress(&ProgressProps {
        words: format!("{now_at} of {all}").into(),
        done: now_at,
        all,
        title: title.into(),
        full: false,
    })
}

fn deck_of<'a>(props: &'a ReviewDeskProps, card: &str) -> Option<&'a Deck> {
    props.decks.iter().find(|deck| deck.cards.iter().any(|it| it.id == card))
}

fn card_of<'a>(props: &'a ReviewDeskProps, id: &str) -> Option<&'a Card> {
    props.decks.iter().flat_map(|deck| &deck.cards).find(|card| card.id == id)
}

fn explains(props: &ReviewDeskProps, review: &Review) -> bool {
    let card = review.turn.as_ref().and_then(|turn| card_of(props, &turn.card));
    card.is_some_and(|card| card.see.is_some())
}

/// The card with its buttons, or the end.
fn on_screen(props: &ReviewDeskProps, review: &Review, study: &Study, hands: &Hands) -> Html {
    let Hands { live, act, places } = hands;
    let Some((turn, card)) =
        review.turn.as_ref().and_then(|turn| Some((turn, card_of(props, &turn.card)?)))
    else {
        let summary = study.desk().session().summary(now());
        return end(&EndProps { summary, head: places.end.clone() });
    };
    let likely = match &card.kind {
        CardKind::Typed { accept }
            if !review.typed.trim().is_empty() && !typed::is_right(accept, &review.typed) =>
        {
            Grade::Again
        }
        _ => Grade::Good,
    };
    html! {
        <>
            { card_view(&CardProps {
                turn: format!("{} {}", turn.card, review.serial),
                card: card.clone(),
                shown: review.shown,
                typed: review.typed.clone().into(),
                live: *live,
                id: "question".into(),
                question: places.question.clone(),
                field: places.field.clone(),
                act: act.clone(),
                changed: turn.changed,
            }) }
            { grades(&GradesProps {
                turn: turn.clone(),
                shown: review.shown,
                live: *live,
                act: act.clone(),
                main: places.main.clone(),
                likely,
            }) }
        </>
    }
}

/// The moment that explains the card, if that is asked for.
fn explanation(props: &ReviewDeskProps, review: &Review, places: &Places) -> Html {
    let card = review.turn.as_ref().and_then(|turn| card_of(props, &turn.card));
    match card.filter(|_| review.explain).and_then(|card| card.see.clone()) {
        Some(moment) => html! {
            <aside class="aside" tabindex="-1" ref={places.aside.clone()}
                aria-label="The moment that explains it">
                { see(&SeeProps { moment, title: "The moment that explains it".into() }) }
            </aside>
        },
        None => Html::default(),
    }
}

/// A card that is forgotten again and again: said once, with what can be done.
fn leech(review: &Review, act: &Callback<Act>) -> Html {
    let Some(card) = &review.leech else { return Html::default() };
    let on = |deed: Act| act.reform(move |_: MouseEvent| deed.clone());
    html! {
        <div class="notice leech" role="note" data-leech={card.clone()}>
            <div>
                <p>{ "The card before has been forgotten eight times or more. Look at the moment \
                      that explains it when it comes back, or put it aside; the chapter may help \
                      more than repeating." }</p>
                <p class="act">
                    <button type="button" class="plain" onclick={on(Act::Suspend)}>{ "Put it aside" }</button>
                    <button type="button" class="plain" onclick={on(Act::Dismiss)}>{ "Keep asking" }</button>
                </p>
            </div>
        </div>
    }
}

fn keys() -> Html {
    html! {
        <dl class="keys">
            { for KEYS.iter().map(|(key, meaning)| html! {
                <><dt><kbd>{ *key }</kbd></dt><dd>{ *meaning }</dd></>
            }) }
        </dl>
    }
}
