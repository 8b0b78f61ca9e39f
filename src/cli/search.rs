//! What can be found: chapters and their sections, scenarios and their steps, cards and terms.

use crate::content::compile::Site;
use crate::content::types::{Block, Card, Chapter, Node, plain_text};
use crate::scenario::{self, CATALOGUE, Scenario, Setup};
use crate::search::{Builder, Place};

/// How many letters of a text stand under a title that was found.
const TEASER: usize = 140;

/// The index and the list of its places.
#[derive(Debug, Default)]
pub(super) struct Found {
    builder: Builder,
    places: Vec<Place>,
}

impl Found {
    /// Everything of the site.
    pub(super) fn of(site: &Site) -> Self {
        let mut found = Self::default();
        for chapter in &site.chapters {
            found.chapter(chapter, &format!("course/{}/", chapter.id));
        }
        if let Some(numbers) = &site.numbers {
            found.chapter(numbers, "numbers/");
        }
        for scenario in CATALOGUE {
            found.scenario(*scenario);
        }
        for term in &site.terms {
            let short = term.short.as_deref().unwrap_or_default();
            let title = if short.is_empty() || short == term.name {
                term.name.clone()
            } else {
                format!("{} ({short})", term.name)
            };
            let path = format!("glossary/#{}", term.id);
            found.add(["term", &title, "", &path], &plain_text(&term.text));
        }
        for deck in &site.decks {
            for card in &deck.cards {
                found.card(card, &deck.title);
            }
        }
        found
    }

    /// The index as a file.
    pub(super) fn index(&self) -> Vec<u8> {
        self.builder.finish()
    }

    /// Its places.
    pub(super) fn places(&self) -> &[Place] {
        &self.places
    }

    /// Adds a place: what it is, its title, where it belongs, its address; and its text.
    fn add(&mut self, [kind, title, within, path]: [&str; 4], text: &str) {
        self.builder.add(title, text);
        self.places.push(Place {
            kind: kind.to_owned(),
            title: title.to_owned(),
            within: within.to_owned(),
            path: path.to_owned(),
            teaser: teaser(text),
        });
    }

    fn chapter(&mut self, chapter: &Chapter, path: &str) {
        let mut parts = Parts { id: None, title: chapter.title.clone(), text: String::new() };
        parts.take(&chapter.summary);
        for aim in &chapter.aims {
            parts.take(aim);
        }
        for source in &chapter.sources {
            parts.words(&source.text);
        }
        for block in &chapter.blocks {
            if let Block::Heading { id, text, .. } = block {
                self.part(chapter, path, &parts);
                parts =
                    Parts { id: Some(id.clone()), title: plain_text(text), text: String::new() };
            } else {
                parts.block(block);
            }
        }
        self.part(chapter, path, &parts);
    }

    fn part(&mut self, chapter: &Chapter, path: &str, part: &Parts) {
        match &part.id {
            None => self.add(["chapter", &part.title, "", path], &part.text),
            Some(id) => {
                let path = format!("{path}#{id}");
                self.add(["section", &part.title, &chapter.title, &path], &part.text);
            }
        }
    }

    fn scenario(&mut self, scenario: &dyn Scenario) {
        let about = scenario.about();
        let path = format!("learn/{}/", about.id);
        let text = [
            about.summary,
            about.fidelity.modelled,
            &about.fidelity.standards.join(", "),
            about.id,
        ]
        .join(" ");
        self.add(["scenario", about.title, "", &path], &text);
        let run = scenario::run(scenario, &Setup::new(about));
        for step in &run.steps {
            let path = format!("{path}?step={}", step.name);
            self.add(["step", step.title, about.title, &path], &step.caption);
        }
    }

    fn card(&mut self, card: &Card, deck: &str) {
        let front = plain_text(&card.front);
        let text = [plain_text(&card.back), plain_text(&card.explain)].join(" ");
        let path = format!("cards/#{}", card.note);
        // The blanks of a cloze text share their words: once is enough.
        if self.places.last().is_none_or(|last| last.path != path) {
            self.add(["card", &front, deck, &path], &text);
        }
    }
}

/// A section while its text is gathered.
struct Parts {
    id: Option<String>,
    title: String,
    text: String,
}

impl Parts {
    fn words(&mut self, words: &str) {
        self.text.push_str(words);
        self.text.push(' ');
    }

    fn take(&mut self, nodes: &[Node]) {
        self.words(&plain_text(nodes));
    }

    fn blocks(&mut self, blocks: &[Block]) {
        for block in blocks {
            self.block(block);
        }
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Html(html) => self.take(&[Node::Html(html.clone())]),
            Block::Text(node) => self.take(core::slice::from_ref(node)),
            Block::Heading { text, .. } | Block::Sidenote { text, .. } => self.take(text),
            Block::Diagram(diagram) => self.words(&diagram.caption),
            Block::Stacks { caption, .. } => self.words(caption),
            Block::Box { head, blocks, .. } => {
                self.take(head);
                self.blocks(blocks);
            }
            Block::Exercise(exercise) => {
                self.take(&exercise.head);
                self.blocks(&exercise.blocks);
            }
            Block::Takeaways(items) => items.iter().for_each(|item| self.take(item)),
            Block::Faq(items) => {
                for item in items {
                    self.take(&item.question);
                    self.blocks(&item.blocks);
                }
            }
            // Their words are found as cards; answers of questions are not for searching.
            Block::Quiz { .. } | Block::Cards { .. } => {}
        }
    }
}

/// The beginning of a text, up to the end of a word.
fn teaser(text: &str) -> String {
    let text: Vec<&str> = text.split_whitespace().collect();
    let text = text.join(" ");
    if text.chars().count() <= TEASER {
        return text;
    }
    let cut: String = text.chars().take(TEASER).collect();
    let end = cut.rfind(' ').unwrap_or(cut.len());
    format!("{} …", cut.get(..end).unwrap_or(&cut))
}
