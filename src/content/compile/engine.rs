//! What the compiler asks of the simulation, which it does not know itself.

use crate::content::types::{Pairs, SumTerm};

/// The names that a scenario has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    /// Its steps with their titles, in their usual order.
    pub steps: Vec<(String, String)>,
    /// Its parameters.
    pub params: Vec<String>,
}

/// When a step happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepAt {
    /// In nanoseconds since the start of the run.
    pub at_ns: u64,
    /// The protocol of the packet or state that makes it: `tcp`.
    pub protocol: String,
}

/// A number of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Its value in thousandths of the unit that people read: 100 ms is 100,000.
    pub milli: u64,
    /// The unit: `ms`, `B`, `%`, or nothing for things that are counted.
    pub unit: &'static str,
    /// The number with its unit, for people.
    pub text: String,
    /// The parts that add up to it.
    pub sum: Vec<SumTerm>,
}

/// The simulation. Every refusal is in words and names the nearest right thing.
pub trait Engine {
    /// Every scenario.
    fn scenarios(&self) -> Vec<&'static str>;
    /// The names of a scenario.
    fn names(&self, scenario: &str) -> Option<Names>;
    /// What is wrong with one setting, such as `("set.rtt", "80ms")`.
    ///
    /// # Errors
    /// Says what is wrong.
    fn check(&self, scenario: &str, pair: &(String, String)) -> Result<(), String>;
    /// When a step happens in the run with these settings; none if it does not.
    fn step(&self, scenario: &str, setup: &Pairs, step: &str) -> Option<StepAt>;
    /// A number of the run with these settings.
    ///
    /// # Errors
    /// Says what the scenario or this run does not have.
    fn ask(&self, scenario: &str, setup: &Pairs, ask: &str) -> Result<Answer, String>;
    /// What comes next after a moment of the run with these settings.
    ///
    /// # Errors
    /// Says what the scenario or this run does not have.
    fn next(
        &self,
        scenario: &str,
        setup: &Pairs,
        pause_at: &str,
        ask: &str,
    ) -> Result<String, String>;
}
