//! What texts point at: moments, runs, diagrams, pages, addresses.

use core::ops::Range;

use super::Cx;
use super::names::ChapterNames;
use super::origin::Origin;
use crate::content::problem::{File, instead};
use crate::content::types::{Diagram, Moment, Pairs};

/// A run that a text means.
pub(super) struct Target<'d> {
    pub(super) scenario: String,
    pub(super) setup: Pairs,
    /// The diagram of the chapter that was named.
    pub(super) diagram: Option<&'d Diagram>,
    /// Whether settings were written.
    pub(super) exact: bool,
}

/// Where a text stands: its file and, in a chapter, the names there and its place.
#[derive(Clone, Copy)]
pub(super) struct Place<'d> {
    pub(super) file: &'d File,
    pub(super) chapter: Option<&'d ChapterNames>,
}

impl<'d> Cx<'d> {
    /// Reads `scenario`, `scenario?key=value&…` or the id of a diagram of the chapter.
    pub(super) fn target(
        &self,
        text: &str,
        span: &Range<usize>,
        place: Place<'d>,
    ) -> Option<Target<'d>> {
        let (name, query) = text.split_once('?').unwrap_or((text, ""));
        // The first diagram of a scenario has its name; the name still means the scenario.
        let named = place.chapter.filter(|_| !self.engine.scenarios().contains(&name));
        let diagram = named.and_then(|chapter| chapter.diagram(name));
        let scenario = diagram.map_or(name, |diagram| diagram.scenario.as_str());
        if !self.known_scenario(scenario, place, span) {
            return None;
        }
        let mut setup = diagram.map(|diagram| diagram.setup.clone()).unwrap_or_default();
        let mut right = true;
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            let key = match key {
                "preset" | "fault" | "seed" => key.to_owned(),
                _ => format!("set.{}", key.strip_prefix("set.").unwrap_or(key)),
            };
            let pair = (key, value.to_owned());
            if let Err(message) = self.engine.check(scenario, &pair) {
                self.error(place.file, span, message);
                right = false;
            }
            setup.push(pair);
        }
        let scenario = scenario.to_owned();
        right.then_some(Target { scenario, setup, diagram, exact: !query.is_empty() })
    }

    /// Whether there is such a scenario; reports it if not.
    pub(super) fn known_scenario(&self, name: &str, place: Place<'_>, span: &Range<usize>) -> bool {
        let scenarios = self.engine.scenarios();
        let known = scenarios.contains(&name);
        if !known {
            let diagrams = place.chapter.map(ChapterNames::diagram_ids).unwrap_or_default();
            let names = scenarios.iter().copied().chain(diagrams.iter().copied());
            let instead = instead(name, names);
            self.error(place.file, span, format!("there is no scenario `{name}`{instead}"));
        }
        known
    }

    /// Whether a scenario has such a step; reports it if not.
    pub(super) fn known_step(
        &self,
        scenario: &str,
        step: &str,
        file: &File,
        span: &Range<usize>,
    ) -> bool {
        let steps = self.engine.names(scenario).unwrap_or_default().steps;
        let known = steps.iter().any(|(name, _)| name == step);
        if !known {
            let instead = instead(step, steps.iter().map(|(name, _)| name.as_str()));
            self.error(file, span, format!("`{scenario}` has no step `{step}`{instead}"));
        }
        known
    }

    /// Whether the course has such a chapter; reports it if not.
    pub(super) fn known_chapter(&self, id: &str, file: &File, span: &Range<usize>) -> bool {
        let chapters = &self.index.chapters;
        let known = chapters.contains_key(id);
        if !known {
            let instead = instead(id, chapters.keys().map(String::as_str));
            self.error(file, span, format!("the course has no chapter `{id}`{instead}"));
        }
        known
    }

    /// Reads `target@step` and finds the diagram of the chapter that shows it, if one does.
    pub(super) fn moment(
        &self,
        text: &str,
        span: &Range<usize>,
        place: Place<'d>,
    ) -> Option<(Moment, Option<String>)> {
        let Some((name, step)) = text.rsplit_once('@') else {
            let message = format!("`{text}` is no moment: write `scenario@step`");
            self.error(place.file, span, message);
            return None;
        };
        let target = self.target(name, span, place)?;
        if !self.known_step(&target.scenario, step, place.file, span) {
            return None;
        }
        let shown =
            place.chapter.and_then(|chapter| self.showing(chapter, &target, step, span.start));
        let setup = shown.map_or(target.setup, |diagram| diagram.setup.clone());
        let Some(at) = self.engine.step(&target.scenario, &setup, step) else {
            let message = format!(
                "the step `{step}` of `{}` does not happen with these settings",
                target.scenario
            );
            self.error(place.file, span, message);
            return None;
        };
        let titles = self.engine.names(&target.scenario).unwrap_or_default().steps;
        let title =
            titles.into_iter().find(|(name, _)| name == step).map_or(String::new(), |step| step.1);
        let moment = Moment {
            scenario: target.scenario,
            setup,
            step: step.to_owned(),
            title,
            protocol: at.protocol,
            at_ns: at.at_ns,
        };
        Some((moment, shown.map(|diagram| diagram.id.clone())))
    }

    /// The nearest diagram of the chapter that shows a step of a target.
    fn showing(
        &self,
        chapter: &'d ChapterNames,
        target: &Target<'d>,
        step: &str,
        at: usize,
    ) -> Option<&'d Diagram> {
        let fits = |diagram: &Diagram| {
            diagram.scenario == target.scenario
                && (!target.exact || same(&diagram.setup, &target.setup))
                && self.engine.step(&diagram.scenario, &diagram.setup, step).is_some()
        };
        if let (Some(diagram), false) = (target.diagram, target.exact) {
            return fits(diagram).then_some(diagram);
        }
        let near = chapter.diagrams.iter().filter(|(_, diagram)| fits(diagram));
        near.min_by_key(|(offset, _)| offset.abs_diff(at)).map(|(_, diagram)| diagram)
    }
}

/// Whether two settings are the same, whatever their order.
fn same(a: &Pairs, b: &Pairs) -> bool {
    let sorted = |pairs: &Pairs| {
        let mut pairs = pairs.clone();
        pairs.sort();
        pairs
    };
    sorted(a) == sorted(b)
}

/// The place of `needle` within a part of a text, or the whole part.
pub(super) fn narrow(origin: &Origin<'_>, range: &Range<usize>, needle: &str) -> Range<usize> {
    let span = origin.at(range);
    let source = origin.file.text.get(span.clone()).unwrap_or_default();
    match source.find(needle) {
        Some(at) => span.start + at..span.start + at + needle.len(),
        None => span,
    }
}

/// The address of a clause of an RFC: `9293#section-3.5`.
pub(super) fn rfc(text: &str) -> Result<String, String> {
    let (number, anchor) = text.split_once('#').map_or((text, None), |(n, a)| (n, Some(a)));
    let right = (1..=5).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit());
    if !right || number.starts_with('0') {
        return Err(format!("`{number}` is no number of an RFC"));
    }
    match anchor {
        None => Ok(format!("https://www.rfc-editor.org/rfc/rfc{number}")),
        Some(anchor) if anchor.starts_with("section-") || anchor.starts_with("appendix-") => {
            Ok(format!("https://www.rfc-editor.org/rfc/rfc{number}#{anchor}"))
        }
        Some(anchor) => {
            Err(format!("`#{anchor}` is no clause: write `#section-3.5` or `#appendix-A`"))
        }
    }
}
