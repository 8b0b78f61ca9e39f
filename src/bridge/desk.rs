//! Where questions are answered. Runs and drawings are remembered: many questions are about the
//! same one. Nothing depends on what is remembered but time.

use std::rc::Rc;

use super::code::{Reader, to_bytes};
use super::questions::{
    Ask, Compare, Draw, Graph, Inspect, Lay, Legged, Long, Look, Names, Now, Order, Place, Play,
    Question, Reach, Stacks, Still, Tell,
};
use crate::diagram::changes::first_difference;
use crate::diagram::{Diagram, Ghost, LayoutOptions, StepMark, Theme, View};
use crate::scenario::{self, Run, Setup, Unit};
use crate::sim::time::nanos;
use crate::sim::trace::{EntryId, Trace, TraceEvent};

/// How many runs are remembered: the diagrams of a page, each with the run before a fault.
const RUNS_MAX: usize = 16;
/// How many drawings are remembered: those of a diagram for all widths, and of its neighbours.
const LAID_MAX: usize = 12;

/// What answers.
#[derive(Debug, Default)]
pub struct Desk {
    runs: Vec<(Order, Rc<Run>)>,
    laid: Vec<(Lay, Rc<Diagram>)>,
}

/// Answers a question that came as bytes; none if they are no question.
pub fn answer(desk: &mut Desk, bytes: &[u8]) -> Option<Vec<u8>> {
    type Answers = fn(&mut Desk, &mut Reader<'_>) -> Option<Vec<u8>>;
    const ALL: [(u64, Answers); 15] = [
        (Tell::NUMBER, one::<Tell>),
        (Play::NUMBER, one::<Play>),
        (Place::NUMBER, one::<Place>),
        (Draw::NUMBER, one::<Draw>),
        (Names::NUMBER, one::<Names>),
        (Now::NUMBER, one::<Now>),
        (Graph::NUMBER, one::<Graph>),
        (Inspect::NUMBER, one::<Inspect>),
        (Compare::NUMBER, one::<Compare>),
        (Ask::NUMBER, one::<Ask>),
        (Still::NUMBER, one::<Still>),
        (Long::NUMBER, one::<Long>),
        (Legged::NUMBER, one::<Legged>),
        (Stacks::NUMBER, one::<Stacks>),
        (Reach::NUMBER, one::<Reach>),
    ];
    let mut reader = Reader::new(bytes);
    let number = reader.number();
    let (_, answers) = ALL.iter().find(|(known, _)| *known == number)?;
    answers(desk, &mut reader)
}

fn one<Q: Question>(desk: &mut Desk, reader: &mut Reader<'_>) -> Option<Vec<u8>> {
    let question = Q::take(reader);
    reader.is_done().then(|| to_bytes(&question.answer(desk)))
}

/// What is remembered, or what is made and remembered from now on; the newest stands last.
fn recall<K: Clone + PartialEq, V>(
    known: &mut Vec<(K, Rc<V>)>,
    key: &K,
    max: usize,
    make: impl FnOnce() -> Option<V>,
) -> Option<Rc<V>> {
    let found = match known.iter().position(|(known, _)| known == key) {
        Some(place) => known.remove(place),
        None => (key.clone(), Rc::new(make()?)),
    };
    let value = Rc::clone(&found.1);
    if known.len() >= max {
        known.remove(0);
    }
    known.push(found);
    Some(value)
}

impl Desk {
    /// A run; none if there is no such scenario.
    pub(super) fn run(&mut self, order: &Order) -> Option<Rc<Run>> {
        recall(&mut self.runs, order, RUNS_MAX, || {
            let scenario = scenario::find(&order.scenario)?;
            let (setup, _) = Setup::from_query(scenario.about(), &order.setup);
            let mut run = scenario::run(scenario, &setup);
            let until = order.until.as_ref().and_then(|name| run.step(name));
            if let Some(last) = until.map(|step| step.entry) {
                run.trace = up_to(&run.trace, last);
                run.steps.retain(|step| step.entry <= last);
            }
            Some(run)
        })
    }

    /// A run up to its end, whatever is shown of it; none if there is no such scenario.
    pub fn whole(&mut self, order: &Order) -> Option<Rc<Run>> {
        self.run(&Order { until: None, ..order.clone() })
    }

    /// A drawing of a run.
    pub(super) fn laid(&mut self, lay: &Lay) -> Option<Rc<Diagram>> {
        let run = self.run(&lay.order)?;
        let before = lay.before.as_ref().and_then(|before| self.run(before));
        recall(&mut self.laid, lay, LAID_MAX, || {
            let steps = marks(&run);
            let subtitles = subtitles(&run);
            let subtitles: Vec<&str> = subtitles.iter().map(String::as_str).collect();
            let hide: Vec<&str> = lay.hide.iter().map(String::as_str).collect();
            let ghost = before.as_ref().and_then(|before| {
                let first = first_difference(&before.trace, &run.trace)?;
                Some(Ghost { trace: &before.trace, first })
            });
            let options = LayoutOptions {
                width: lay.width,
                scale: lay.scale,
                mode: lay.mode,
                steps: &steps,
                hide: &hide,
                ghost,
                subtitles: &subtitles,
                ..LayoutOptions::default()
            };
            Some(Diagram::layout(&run.trace, &options))
        })
    }
}

impl Look {
    /// As the drawing wants it.
    pub(super) fn view(&self) -> View<'_> {
        View {
            playhead: self.playhead,
            selected: self.selected,
            future: self.future,
            theme: Theme::Light,
            id: &self.id,
            title: &self.title,
            desc: &self.desc,
        }
    }
}

/// The beginning of a trace, the last entry included.
fn up_to(trace: &Trace, last: EntryId) -> Trace {
    let mut cut = Trace::new(trace.hosts.clone());
    let end = trace.entry(last).map(|entry| entry.at);
    for (id, entry) in trace.numbered().take_while(|(id, _)| *id <= last) {
        // What sets out at that very moment belongs to what comes behind it.
        if id < last && Some(entry.at) == end && matches!(entry.event, TraceEvent::PacketSent(_)) {
            continue;
        }
        cut.push(entry.clone());
    }
    cut
}

/// The steps of a run as a drawing wants them.
pub(super) fn marks(run: &Run) -> Vec<StepMark> {
    let mark = |step: &scenario::Step| StepMark {
        name: step.name,
        title: step.title,
        at: step.at,
        entry: step.entry,
    };
    run.steps.iter().map(mark).collect()
}

/// What stands under the names of the hosts.
pub(super) fn subtitles(run: &Run) -> Vec<String> {
    let hosts = run.trace.hosts.len();
    let me = run.trace.hosts.iter().position(|host| host.name == "client").unwrap_or(0);
    // With two hosts the path's own time is the same whatever was lost or waited.
    let whole = nanos(run.setup.params.duration("rtt")) / 2;
    let mut away = vec![if hosts == 2 && whole > 0 { Some(whole) } else { None }; hosts];
    if hosts > 2 {
        for packet in run.trace.packets() {
            let (from, to) = (usize::from(packet.from.0), usize::from(packet.sent.to.0));
            let other = if from == me { to } else { from };
            let mine = from == me || to == me;
            let Some(arrival) = packet.sent.fate.arrival().filter(|_| mine) else { continue };
            if let Some(best) = away.get_mut(other) {
                let time = nanos(arrival - packet.at);
                *best = Some(best.map_or(time, |best| best.min(time)));
            }
        }
    }
    let place = |(lane, away): (usize, Option<u64>)| match (lane, away) {
        (lane, _) if lane == me => "you".to_owned(),
        (_, Some(away)) => format!("{} away", Unit::Milliseconds.shown(away)),
        (_, None) => String::new(),
    };
    away.into_iter().enumerate().map(place).collect()
}
