//! What is run: parameters, faults and a seed, with their one text form.
//!
//! The text form is a URL query: `set.rtt=80ms&fault=drop:syn-ack%231&seed=1`. Reading never
//! fails: it returns what it could and a list of problems.

use super::params::Params;
use super::{ParamError, Scenario};
use crate::sim::fault::Fault;

/// What is run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setup {
    /// The values of all parameters.
    pub params: Params,
    /// What goes wrong on purpose.
    pub faults: Vec<Fault>,
    /// Where chance comes from.
    pub seed: u64,
}

/// A named setting of some parameters and faults.
#[derive(Debug)]
pub struct Preset {
    /// The permanent name: `lost-syn`.
    pub name: &'static str,
    /// What a person reads: `Lost SYN`.
    pub title: &'static str,
    /// Whether it shows a failure rather than a network.
    pub failure: bool,
    /// Parameters in text form: `("rtt", "20ms")`.
    pub set: &'static [(&'static str, &'static str)],
    /// Faults in text form: `drop:ack#1`.
    pub faults: &'static [&'static str],
}

impl Setup {
    /// The scenario with all parameters at their defaults and no fault.
    pub fn new(scenario: &dyn Scenario) -> Self {
        Self { params: Params::defaults(scenario.params()), faults: Vec::new(), seed: 1 }
    }

    /// Reads the pairs of a URL query; pairs that are not about the set-up are left alone.
    /// Returns what it could read and what was wrong.
    pub fn from_query(
        scenario: &dyn Scenario,
        pairs: &[(String, String)],
    ) -> (Self, Vec<ParamError>) {
        let _ = pairs;
        (Self::new(scenario), Vec::new())
    }

    /// The pairs that differ from the defaults, in a fixed order, not percent-encoded.
    pub fn to_query(&self, scenario: &dyn Scenario) -> Vec<(String, String)> {
        let _ = scenario;
        Vec::new()
    }
}
