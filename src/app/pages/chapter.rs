//! A chapter: map of the course, text, and each diagram beside the words it belongs to.

use std::rc::Rc;

use yew::prelude::*;

use crate::app::arrival::use_title;
use crate::app::components::anchor::Anchor;
use crate::app::components::blocks::{block, blocks, text};
use crate::app::components::loading::waiting;
use crate::app::components::prose::raw;
use crate::app::components::rail::Rail;
use crate::app::components::term::Terms;
use crate::app::data::{Load, use_chapter};
use crate::app::moments::{Board, Moments};
use crate::app::route::Route;
use crate::content::types::{self, Block, Neighbour, Source};

/// Which chapter.
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct ChapterProps {
    pub(crate) id: AttrValue,
}

/// A chapter.
#[component]
pub(crate) fn Chapter(props: &ChapterProps) -> Html {
    let found = use_chapter(&props.id);
    let chapter = if let Load::Ready(chapter) = &found { Some(Rc::clone(chapter)) } else { None };
    use_title(chapter.as_ref().map_or("Chapter", |chapter| &chapter.title));
    let board = use_reducer(Board::default);
    let terms = use_memo(chapter.as_ref().map(|chapter| chapter.id.clone()), |_| {
        Terms(Rc::new(chapter.as_ref().map_or_else(Vec::new, |chapter| chapter.terms.clone())))
    });
    match found {
        Load::Ready(chapter) => html! {
            <ContextProvider<Moments> context={Moments(Some(board))}>
                <ContextProvider<Terms> context={(*terms).clone()}>
                    { page(&chapter) }
                </ContextProvider<Terms>>
            </ContextProvider<Moments>>
        },
        Load::Waiting => waiting(),
        Load::Failed(_) => html! { <super::NotFound /> },
    }
}

fn page(chapter: &types::Chapter) -> Html {
    let scenes = scenes(&chapter.blocks);
    html! {
        <div class="chapter">
            <Rail id={chapter.id.clone()} />
            <main class="column" id="main" tabindex="-1">
                { for scenes.iter().enumerate().map(|(place, scene)| html! {
                    <div class="scene prose">
                        if place == 0 { { opening(chapter) } }
                        // The first paragraph is the lead, which the opening has shown.
                        { blocks(scene.get(usize::from(place == 0)..).unwrap_or_default()) }
                        if place + 1 == scenes.len() { { closing(chapter) } }
                    </div>
                }) }
            </main>
        </div>
    }
}

/// What stands before the first section: the lead is the chapter's first paragraph.
fn opening(chapter: &types::Chapter) -> Html {
    let (numeral, part) = &chapter.part;
    let cards = chapter.deck.as_ref().map(|deck| format!(" · {} cards", deck.cards));
    let kick = format!(
        "Part {numeral}, {part} · {} minutes{}",
        chapter.minutes,
        cards.unwrap_or_default()
    );
    html! {
        <>
            <p class="kick">{ kick }</p>
            <h1>{ &chapter.title }</h1>
            if let Some(lead) = chapter.blocks.first() {
                <div class="lead">{ block(lead) }</div>
            }
            <section class="able" aria-labelledby="able">
                <h2 id="able">{ "You will be able to" }</h2>
                <ul>{ for chapter.aims.iter().map(|aim| html! { <li>{ text(aim) }</li> }) }</ul>
            </section>
            <section class="short" aria-labelledby="short">
                <h2 id="short">{ "In short" }</h2>
                <p>{ text(&chapter.summary) }</p>
            </section>
        </>
    }
}

/// What stands behind the last section.
fn closing(chapter: &types::Chapter) -> Html {
    html! {
        <>
            <section class="sources" aria-labelledby="sources">
                <h2 id="sources">{ "Sources" }</h2>
                { sources(&chapter.sources) }
            </section>
            <nav class="onward" aria-label="Onward">
                if let Some(quiz) = &chapter.quiz {
                    <Anchor to={Route::Quiz { id: quiz.id.clone() }} class="push main">
                        { format!("Take the quiz, {} questions", quiz.questions) }
                    </Anchor>
                }
                <Anchor to={Route::Cards} class="push">{ "Review the cards" }</Anchor>
                { neighbour(chapter.next.as_ref()) }
            </nav>
        </>
    }
}

fn sources(list: &[Source]) -> Html {
    let mut html = String::from("<ol>");
    list.iter().for_each(|source| html.push_str(&source.html));
    html.push_str("</ol>");
    raw(&html)
}

fn neighbour(next: Option<&Neighbour>) -> Html {
    match next {
        Some(next) if next.ready => html! {
            <Anchor to={Route::Chapter { id: next.id.clone() }} class="push">{ format!("Next: {}", next.title) }</Anchor>
        },
        _ => html! {},
    }
}

/// Cuts the blocks so that each diagram stands beside the section that speaks of it: from the
/// heading before it to the heading before the next one.
fn scenes(blocks: &[Block]) -> Vec<&[Block]> {
    let is_diagram = |place: &usize| matches!(blocks.get(*place), Some(Block::Diagram(_)));
    let diagrams: Vec<usize> = (0..blocks.len()).filter(is_diagram).collect();
    let mut cuts = vec![0];
    // The first diagram stands beside the opening.
    for pair in diagrams.windows(2) {
        let (before, at) = (pair[0], pair[1]);
        let heading = (before + 1..at)
            .rev()
            .find(|place| matches!(blocks.get(*place), Some(Block::Heading { .. })));
        // Without a heading in between, the paragraph before the diagram goes with it.
        cuts.push(heading.unwrap_or_else(|| at.saturating_sub(1).max(before + 1)));
    }
    cuts.push(blocks.len());
    cuts.windows(2).filter_map(|cut| blocks.get(cut[0]..cut[1])).collect()
}

#[cfg(test)]
mod tests {
    use super::scenes;
    use crate::app::player::plain_diagram;
    use crate::content::types::Block;

    fn blocks(text: &str) -> Vec<Block> {
        let one = |letter| match letter {
            'D' => Block::Diagram(plain_diagram("tcp-open", "")),
            'H' => Block::Heading { level: 2, id: String::new(), text: Vec::new() },
            _ => Block::Html(String::new()),
        };
        text.chars().map(one).collect()
    }

    fn lengths(text: &str) -> Vec<usize> {
        scenes(&blocks(text)).iter().map(|scene| scene.len()).collect()
    }

    #[test]
    fn a_scene_begins_with_the_heading_before_its_diagram() {
        assert_eq!(lengths("tHtDttHtDt"), [6, 4]);
    }

    #[test]
    fn two_diagrams_of_a_section_share_its_text() {
        assert_eq!(lengths("HtDttDt"), [4, 3]);
        assert_eq!(lengths("DD"), [1, 1]);
    }

    #[test]
    fn a_chapter_without_diagrams_is_one_scene() {
        assert_eq!(lengths("tHtt"), [4]);
    }
}
