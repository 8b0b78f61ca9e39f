//! The simulation as the content compiler asks for it.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::content::compile::{Answer, Engine, Names, StepAt};
use crate::content::types::{Pairs, SumTerm};
use crate::scenario::text::instead;
use crate::scenario::{self, CATALOGUE, Run, Setup, Unit, ask};
use crate::sim::trace::{EntryId, Trace, TraceEvent};
use crate::wire::Protocol;

/// Runs scenarios and remembers the runs: a chapter asks for the same one many times.
#[derive(Debug, Default)]
pub struct Simulation {
    runs: RefCell<BTreeMap<(String, Pairs), Rc<Run>>>,
}

impl Simulation {
    fn run(&self, scenario: &str, setup: &Pairs) -> Option<Rc<Run>> {
        let key = (scenario.to_owned(), setup.clone());
        if let Some(run) = self.runs.borrow().get(&key) {
            return Some(Rc::clone(run));
        }
        let found = scenario::find(scenario)?;
        // What is wrong with a setting was reported where it was written.
        let (setup, _) = Setup::from_query(found.about(), setup);
        let run = Rc::new(scenario::run(found, &setup));
        self.runs.borrow_mut().insert(key, Rc::clone(&run));
        Some(run)
    }
}

impl Engine for Simulation {
    fn scenarios(&self) -> Vec<&'static str> {
        CATALOGUE.iter().map(|scenario| scenario.about().id).collect()
    }

    fn names(&self, scenario: &str) -> Option<Names> {
        let scenario = scenario::find(scenario)?;
        let steps = scenario.about().steps.iter();
        Some(Names {
            steps: steps.map(|step| (step.name.to_owned(), step.title.to_owned())).collect(),
            params: scenario.about().params.iter().map(|param| param.key.to_owned()).collect(),
        })
    }

    fn check(&self, scenario: &str, pair: &(String, String)) -> Result<(), String> {
        let Some(scenario) = scenario::find(scenario) else { return Ok(()) };
        let (_, problems) = Setup::from_query(scenario.about(), core::slice::from_ref(pair));
        match problems.into_iter().next() {
            Some(problem) => Err(problem.message),
            None => Ok(()),
        }
    }

    fn step(&self, scenario: &str, setup: &Pairs, step: &str) -> Option<StepAt> {
        let run = self.run(scenario, setup)?;
        let step = run.step(step)?;
        let protocol = protocol(&run.trace, step.entry).to_owned();
        Some(StepAt { at_ns: step.at.as_nanos(), protocol })
    }

    fn ask(&self, scenario: &str, setup: &Pairs, text: &str) -> Result<Answer, String> {
        let run = self.run(scenario, setup).ok_or("there is no such scenario")?;
        let answer = ask::ask(&run, text).map_err(|error| error.message().to_owned())?;
        let (milli, unit) = match answer.unit {
            // A thousandth of a millisecond is 1,000 nanoseconds.
            Unit::Milliseconds => (answer.value / 1_000, "ms"),
            Unit::Bytes => (answer.value.saturating_mul(1_000), "B"),
            Unit::Count => (answer.value.saturating_mul(1_000), ""),
            // 10,000 parts per million are one per cent.
            Unit::Percent => (answer.value / 10, "%"),
        };
        let term = |term: &scenario::Term| SumTerm {
            label: term.label.clone(),
            text: answer.unit.shown(term.value).to_string(),
        };
        let sum = answer.sum.iter().map(term).collect();
        Ok(Answer { milli, unit, text: answer.shown.to_string(), sum })
    }

    fn next(
        &self,
        scenario: &str,
        setup: &Pairs,
        pause_at: &str,
        text: &str,
    ) -> Result<String, String> {
        let run = self.run(scenario, setup).ok_or("there is no such scenario")?;
        let kinds = scenario::find(scenario).map_or(&[][..], |scenario| scenario.about().kinds);
        if let Some((kind, _)) = pause_at.split_once('#')
            && !kinds.contains(&kind)
        {
            let instead = instead(kind, kinds.iter().copied());
            return Err(format!("`{pause_at}`: no packet is named `{kind}`: {instead}"));
        }
        ask::next(&run, pause_at, text).map_err(|error| error.message().to_owned())
    }
}

/// The protocol of what happens at an entry, in the names of the pens: that of its packet, else
/// of the state machine.
fn protocol(trace: &Trace, entry: EntryId) -> &'static str {
    let packet = match trace.entry(entry).map(|entry| &entry.event) {
        Some(TraceEvent::PacketSent(sent)) => Some(sent.id),
        Some(TraceEvent::PacketReceived { id, .. }) => Some(*id),
        Some(TraceEvent::Endpoint(_)) | None => None,
    };
    let protocol =
        packet.and_then(|id| trace.packet(id)).map(|view| view.sent.packet.label().protocol);
    match protocol {
        Some(Protocol::Http1) => "http",
        Some(Protocol::Tls) => "tls",
        Some(Protocol::Quic) => "quic",
        Some(Protocol::Dns) => "dns",
        Some(Protocol::Udp) => "udp",
        Some(Protocol::Ipv4 | Protocol::Icmp | Protocol::Tcp | Protocol::Data) | None => "tcp",
    }
}
