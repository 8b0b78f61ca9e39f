//! The data of a page: sent with the page at first, fetched when the reader goes on.

use std::rc::Rc;

use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use yew::prelude::*;

use super::site::use_site;
use crate::content::types::{Chapter, Compared, Course, Deck, Listed, Page, PageData, Quiz, Term};
use crate::json;

/// What was sent with the first page, each part shared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sent {
    /// The map of the course.
    pub(crate) course: Rc<Course>,
    /// The chapter, if the first page is one.
    pub(crate) chapter: Option<Rc<Chapter>>,
    /// The decks, if the first page is the review.
    pub(crate) decks: Option<Rc<Vec<Deck>>>,
    /// The quiz, if the first page is one.
    pub(crate) quiz: Option<Rc<Quiz>>,
    /// The terms, if the first page is the glossary.
    pub(crate) terms: Option<Rc<Vec<Term>>>,
    /// The scenarios, if the first page is their index.
    pub(crate) scenarios: Option<Rc<Vec<Listed>>>,
    /// The recorded figures, if the first page compares them.
    pub(crate) truth: Option<Rc<Vec<Compared>>>,
}

impl From<PageData> for Sent {
    fn from(data: PageData) -> Self {
        let mut sent = Self { course: Rc::new(data.course), ..Self::default() };
        match data.page {
            Page::Plain => {}
            Page::Glossary(terms) => sent.terms = Some(Rc::new(terms)),
            Page::Truth(rows) => sent.truth = Some(Rc::new(rows)),
            Page::Scenarios(scenarios) => sent.scenarios = Some(Rc::new(scenarios)),
            Page::Chapter(chapter) => sent.chapter = Some(Rc::new(*chapter)),
            Page::Cards(decks) => sent.decks = Some(Rc::new(decks)),
            Page::Quiz(quiz) => sent.quiz = Some(Rc::new(*quiz)),
        }
        sent
    }
}

/// A part of the course on its way to the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Load<T> {
    /// It is here.
    Ready(Rc<T>),
    /// It is asked for.
    Waiting,
    /// It did not come; what happened, in words.
    Failed(String),
}

/// The map of the course.
#[hook]
pub(crate) fn use_course() -> Rc<Course> {
    use_context::<Sent>().map_or_else(Rc::default, |sent| sent.course)
}

/// A chapter.
#[hook]
pub(crate) fn use_chapter(id: &str) -> Load<Chapter> {
    let sent = use_context::<Sent>().and_then(|sent| sent.chapter);
    let sent = sent.filter(|chapter| chapter.id == id);
    use_files(sent, vec![format!("data/chapters/{id}.json")], |mut found| found.pop())
}

/// A quiz.
#[hook]
pub(crate) fn use_quiz(id: &str) -> Load<Quiz> {
    let sent = use_context::<Sent>().and_then(|sent| sent.quiz).filter(|quiz| quiz.id == id);
    use_files(sent, vec![format!("data/quizzes/{id}.json")], |mut found| found.pop())
}

/// Every deck.
#[hook]
pub(crate) fn use_decks() -> Load<Vec<Deck>> {
    let sent = use_context::<Sent>().unwrap_or_default();
    let paths = sent.course.decks.iter().map(|deck| format!("data/decks/{}.json", deck.id));
    use_files(sent.decks, paths.collect(), |found: Vec<Deck>| Some(found))
}

/// Every term of the glossary.
#[hook]
pub(crate) fn use_glossary() -> Load<Vec<Term>> {
    let sent = use_context::<Sent>().and_then(|sent| sent.terms);
    use_files(sent, vec!["data/glossary.json".to_owned()], |mut found| found.pop())
}

/// Every scenario.
#[hook]
pub(crate) fn use_scenarios() -> Load<Vec<Listed>> {
    let sent = use_context::<Sent>().and_then(|sent| sent.scenarios);
    use_files(sent, vec!["data/scenarios.json".to_owned()], |mut found| found.pop())
}

/// Every recorded figure of real stacks beside the engine's.
#[hook]
pub(crate) fn use_truth() -> Load<Vec<Compared>> {
    let sent = use_context::<Sent>().and_then(|sent| sent.truth);
    use_files(sent, vec!["data/truth.json".to_owned()], |mut found| found.pop())
}

/// What was sent, or what these files of the site make together.
#[hook]
fn use_files<F, T>(
    sent: Option<Rc<T>>,
    paths: Vec<String>,
    make: fn(Vec<F>) -> Option<T>,
) -> Load<T>
where
    F: json::Read + 'static,
    T: PartialEq + 'static,
{
    let site = use_site();
    let state = use_state(|| (Vec::new(), Load::Waiting));
    let wanted = paths.clone();
    {
        let state = state.setter();
        use_effect_with((paths, sent.is_some()), move |(paths, sent)| {
            if *sent {
                return;
            }
            let paths = paths.clone();
            spawn_local(async move {
                let mut found = Vec::with_capacity(paths.len());
                for path in &paths {
                    match fetch_json(&site.file(path)).await {
                        Ok(file) => found.push(file),
                        Err(message) => return state.set((paths, Load::Failed(message))),
                    }
                }
                let made = make(found).map_or_else(
                    || Load::Failed("The page's data is empty.".to_owned()),
                    |made| Load::Ready(Rc::new(made)),
                );
                state.set((paths, made));
            });
        });
    }
    match sent {
        Some(sent) => Load::Ready(sent),
        // What was fetched for another page is not this page's.
        None if state.0 == wanted => state.1.clone_load(),
        None => Load::Waiting,
    }
}

impl<T> Load<T> {
    /// The same, shared.
    fn clone_load(&self) -> Self {
        match self {
            Self::Ready(made) => Self::Ready(Rc::clone(made)),
            Self::Waiting => Self::Waiting,
            Self::Failed(message) => Self::Failed(message.clone()),
        }
    }
}

/// Fetches a file of the site and reads it as JSON.
///
/// # Errors
///
/// Says in words why it did not come.
pub(crate) async fn fetch_json<T: json::Read>(url: &str) -> Result<T, String> {
    let text = fetch_text(url).await.map_err(|_| format!("{url} could not be loaded."))?;
    json::read(&text).map_err(|error| format!("{url} is damaged: {error}."))
}

async fn fetch_text(url: &str) -> Result<String, JsValue> {
    let response = fetch(url).await?;
    JsFuture::from(response.text()?).await?.as_string().ok_or(JsValue::NULL)
}

/// Fetches a file of the site as bytes.
///
/// # Errors
///
/// Says in words that it did not come.
pub(crate) async fn fetch_bytes(url: &str) -> Result<Vec<u8>, String> {
    let bytes = async {
        let response = fetch(url).await?;
        let buffer = JsFuture::from(response.array_buffer()?).await?;
        Ok::<_, JsValue>(js_sys::Uint8Array::new(&buffer).to_vec())
    };
    bytes.await.map_err(|_| format!("{url} could not be loaded."))
}

async fn fetch(url: &str) -> Result<web_sys::Response, JsValue> {
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    let response = JsFuture::from(window.fetch_with_str(url)).await?;
    let response = response.dyn_into::<web_sys::Response>()?;
    if response.ok() { Ok(response) } else { Err(JsValue::NULL) }
}
