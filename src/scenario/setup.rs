//! What is run: parameters, faults and a seed, with their one text form.
//!
//! The text form is a URL query: `set.rtt=80ms&fault=drop:syn-ack%231&seed=1`. Reading never
//! fails: it returns what it could and a list of problems.

use super::About;
use super::params::{ParamError, Params};
use super::text::instead;
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

/// The seed unless set.
const SEED: u64 = 1;
/// The most faults that a set-up takes; more is no lesson, and each costs time on every packet.
const FAULTS_MAX: usize = 100;

impl Setup {
    /// The scenario with all parameters at their defaults and no fault.
    pub fn new(about: &About) -> Self {
        Self { params: Params::defaults(about.params), faults: Vec::new(), seed: SEED }
    }

    /// The same under a preset. A network changes what it names and keeps the rest. A failure
    /// keeps the network and the profile, and replaces every other failure.
    ///
    /// # Errors
    /// Names the nearest preset if there is none of this name.
    pub fn with_preset(&self, about: &About, name: &str) -> Result<Self, ParamError> {
        let presets = about.presets;
        let Some(preset) = presets.iter().find(|preset| preset.name == name) else {
            let instead = instead(name, presets.iter().map(|preset| preset.name));
            return Err(problem("preset", name, format!("there is no preset `{name}`: {instead}")));
        };
        let mut setup = self.clone();
        if preset.failure {
            let networks = presets.iter().filter(|preset| !preset.failure);
            let kept: Vec<&str> =
                networks.flat_map(|preset| preset.set).map(|(key, _)| *key).collect();
            let mut params = Params::defaults(about.params);
            for (key, value) in self.params.all() {
                if kept.contains(&key) || key == super::presets::PROFILE.key {
                    params = params.with(key, value);
                }
            }
            setup.params = params;
            setup.faults = Vec::new();
        }
        for (key, value) in preset.set {
            setup.params.set(key, value)?;
        }
        for text in preset.faults {
            setup.faults.push(fault(about, text)?);
        }
        Ok(setup)
    }

    /// Reads the pairs of a URL query; pairs that are not about the set-up are left alone.
    /// Presets come first whatever the order. Returns what it could read and what was wrong.
    pub fn from_query(about: &About, pairs: &[(String, String)]) -> (Self, Vec<ParamError>) {
        let mut setup = Self::new(about);
        let mut problems = Vec::new();
        for (_, name) in pairs.iter().filter(|(key, _)| key == "preset") {
            match setup.with_preset(about, name) {
                Ok(with) => setup = with,
                Err(problem) => problems.push(problem),
            }
        }
        for (key, value) in pairs {
            let result = match key.as_str() {
                "fault" => setup.add_fault(about, value),
                "seed" => match value.trim().parse() {
                    Ok(seed) => {
                        setup.seed = seed;
                        Ok(())
                    }
                    Err(_) => Err(problem(
                        "seed",
                        value,
                        format!("seed: `{value}` is no whole number, such as `{SEED}`"),
                    )),
                },
                _ => match key.strip_prefix("set.") {
                    Some(key) => setup.params.set(key, value),
                    None => Ok(()),
                },
            };
            problems.extend(result.err());
        }
        (setup, problems)
    }

    /// Adds a fault from its text.
    ///
    /// # Errors
    /// Says what is wrong with the text and what would be right.
    pub fn add_fault(&mut self, about: &About, text: &str) -> Result<(), ParamError> {
        if self.faults.len() >= FAULTS_MAX {
            let message = format!("`{text}` is one too many: at most {FAULTS_MAX} faults");
            return Err(problem("fault", text, message));
        }
        self.faults.push(fault(about, text)?);
        Ok(())
    }

    /// The pairs that differ from the defaults, in a fixed order, not percent-encoded.
    pub fn to_query(&self) -> Vec<(String, String)> {
        let set =
            self.params.changed().map(|(key, value)| (format!("set.{key}"), value.to_string()));
        let faults = self.faults.iter().map(|fault| ("fault".to_owned(), fault.to_string()));
        let seed = (self.seed != SEED).then(|| ("seed".to_owned(), self.seed.to_string()));
        set.chain(faults).chain(seed).collect()
    }
}

fn problem(key: &str, value: &str, message: String) -> ParamError {
    ParamError { key: key.to_owned(), value: value.to_owned(), message }
}

/// Reads a fault and checks that the names in it exist.
fn fault(about: &About, text: &str) -> Result<Fault, ParamError> {
    let refuse = |message: String| problem("fault", text, message);
    let fault: Fault = text.parse().map_err(|error: crate::sim::fault::FaultError| {
        refuse(format!("fault: {}", error.message))
    })?;
    match &fault {
        Fault::Packet { select, .. } => {
            let names = about.kinds.iter().chain(about.hosts).copied();
            if !names.clone().any(|name| name == select.name) {
                return Err(refuse(format!(
                    "fault: `{}` is no kind of packet and no host: {}",
                    select.name,
                    instead(&select.name, names)
                )));
            }
        }
        Fault::Outage { from: Some(host), .. } => {
            if !about.hosts.contains(&host.as_str()) {
                let instead = instead(host, about.hosts.iter().copied());
                return Err(refuse(format!("fault: `{host}` is no host: {instead}")));
            }
        }
        Fault::Outage { from: None, .. } | Fault::Path { .. } => {}
    }
    Ok(fault)
}

#[cfg(test)]
mod tests;
