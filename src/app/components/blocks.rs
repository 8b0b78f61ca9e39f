//! The blocks of a chapter.

use yew::prelude::*;

use super::prose::{Text, raw};
use super::stacks::Stacks;
use crate::app::island::{Later, Needs};
use crate::app::parts::parts;
use crate::app::player::{Address, Chrome, Player};
use crate::content::types::{
    Block, BoxKind, Card, CardKind, Diagram, Exercise, Faq, Node, Question, QuestionKind,
};

/// A list of blocks.
pub(crate) fn blocks(list: &[Block]) -> Html {
    list.iter().map(block).collect()
}

/// A block.
pub(crate) fn block(block: &Block) -> Html {
    match block {
        Block::Html(html) => raw(html),
        Block::Text(node) => text(std::slice::from_ref(node)),
        Block::Heading { level, id, text: words } => heading(*level, id, words),
        Block::Diagram(diagram) => inline_player(diagram),
        Block::Stacks { caption, setup } => {
            html! { <Stacks caption={caption.clone()} setup={setup.clone()} /> }
        }
        Block::Sidenote { number, text: words } => html! {
            <p class="side" id={format!("note-{number}")} role="note"><b>{ *number }</b>{ text(words) }</p>
        },
        Block::Box { kind, head, blocks } => boxed(*kind, head, blocks),
        Block::Exercise(exercise) => self::exercise(exercise),
        Block::Takeaways(list) => html! {
            <section class="take" aria-labelledby="takeaways">
                <h2 id="takeaways">{ "Key takeaways" }</h2>
                <ol>{ for list.iter().map(|nodes| html! { <li>{ text(nodes) }</li> }) }</ol>
            </section>
        },
        Block::Faq(list) => html! { <div class="faq">{ for list.iter().map(faq) }</div> },
        Block::Quiz { title, questions, .. } => html! {
            <section class="inline-quiz" aria-label={title.clone()}>
                { studied(block, questions.iter().any(has_picture)) }
            </section>
        },
        Block::Cards { cards, .. } => studied(block, cards.iter().any(is_picture)),
    }
}

/// What is for studying sleeps until it is near, and in a program without these parts for good.
fn studied(block: &Block, pictures: bool) -> Html {
    let (needs, shown) = match parts() {
        None => (Needs::Study, html! {}),
        Some(parts) if pictures => (Needs::Pictures, parts.of(block)),
        Some(parts) => (Needs::Nothing, parts.of(block)),
    };
    html! { <Later {needs}>{ shown }</Later> }
}

/// The blocks for studying among some, in the order of the page.
#[cfg(any(feature = "web", test))]
pub(crate) fn for_studying(list: &[Block]) -> Vec<&Block> {
    let mut found = Vec::new();
    for block in list {
        match block {
            Block::Quiz { .. } | Block::Cards { .. } => found.push(block),
            Block::Box { blocks, .. } => found.append(&mut for_studying(blocks)),
            Block::Exercise(exercise) => {
                for part in [&exercise.blocks, &exercise.hint, &exercise.solution] {
                    found.append(&mut for_studying(part));
                }
            }
            Block::Faq(list) => {
                for faq in list {
                    found.append(&mut for_studying(&faq.blocks));
                }
            }
            _ => {}
        }
    }
    found
}

const fn has_picture(question: &Question) -> bool {
    matches!(question.kind, QuestionKind::Trace(_))
}

const fn is_picture(card: &Card) -> bool {
    matches!(card.kind, CardKind::Diagram { .. })
}

/// A text without blanks and values.
pub(crate) fn text(nodes: &[Node]) -> Html {
    html! { <Text nodes={nodes.to_vec()} /> }
}

fn heading(level: u8, id: &str, words: &[Node]) -> Html {
    let id = id.to_owned();
    match level {
        2 => html! { <h2 {id}>{ text(words) }</h2> },
        _ => html! { <h3 {id}>{ text(words) }</h3> },
    }
}

/// A diagram among or beside the text.
pub(crate) fn inline_player(diagram: &Diagram) -> Html {
    html! {
        <div class="beside" key={diagram.id.clone()}>
            <Player diagram={diagram.clone()} chrome={Chrome::Beside} address={Address::Named}
                title={diagram.caption.clone()} />
        </div>
    }
}

fn boxed(kind: BoxKind, head: &[Node], list: &[Block]) -> Html {
    match kind {
        BoxKind::Belief => html! {
            <div class="box myth" role="note">
                <div class="belief"><span class="head">{ "Commonly believed" }</span><p>{ text(head) }</p></div>
                <div><span class="head">{ "But" }</span>{ blocks(list) }</div>
            </div>
        },
        BoxKind::Pitfall => html! {
            <div class="box pitfall" role="note">
                <span class="head">{ "Pitfall" }{ titled(head) }</span>{ blocks(list) }
            </div>
        },
        BoxKind::Note => html! {
            <div class="box note" role="note">
                if !head.is_empty() { <span class="head">{ text(head) }</span> }
                { blocks(list) }
            </div>
        },
    }
}

fn titled(head: &[Node]) -> Html {
    if head.is_empty() {
        return html! {};
    }
    html! { <>{ ": " }{ text(head) }</> }
}

fn exercise(exercise: &Exercise) -> Html {
    html! {
        <section class="box exercise" id={exercise.id.clone()}>
            <span class="head">{ "Exercise" }{ titled(&exercise.head) }</span>
            { blocks(&exercise.blocks) }
            if !exercise.hint.is_empty() {
                <details><summary>{ "Hint" }</summary>{ blocks(&exercise.hint) }</details>
            }
            <details><summary>{ "Solution" }</summary>{ blocks(&exercise.solution) }</details>
        </section>
    }
}

fn faq(faq: &Faq) -> Html {
    html! { <details><summary>{ text(&faq.question) }</summary>{ blocks(&faq.blocks) }</details> }
}

#[cfg(test)]
mod tests {
    use super::for_studying;
    use crate::content::types::{Block, BoxKind, Faq};

    fn quiz(id: &str) -> Block {
        Block::Quiz { id: id.to_owned(), title: String::new(), questions: Vec::new() }
    }

    #[test]
    fn what_is_for_studying_is_found_in_the_order_of_the_page() {
        let boxed =
            Block::Box { kind: BoxKind::Note, head: Vec::new(), blocks: vec![quiz("in a box")] };
        let faq =
            Block::Faq(vec![Faq { question: Vec::new(), blocks: vec![quiz("in an answer")] }]);
        let page = [Block::Html(String::new()), quiz("first"), boxed, faq, quiz("last")];
        let found = for_studying(&page);
        let ids: Vec<&str> = found
            .iter()
            .filter_map(
                |block| if let Block::Quiz { id, .. } = block { Some(id.as_str()) } else { None },
            )
            .collect();
        assert_eq!(ids, ["first", "in a box", "in an answer", "last"]);
    }
}
